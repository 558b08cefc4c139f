from django.apps import AppConfig


class MailsConfig(AppConfig):
    name = "apps.mails"
    verbose_name = "Mail"

    def ready(self) -> None:
        """Listen to what the mail library passes on; it has no other way."""
        from apps.mails import tracking

        tracking.listen()
