from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.outbound.encryption import Unreadable
from apps.providers.rotating import reseal


class Command(BaseCommand):
    help = "Encrypt all stored credentials and tokens with the first key of CREDENTIAL_KEYS."

    def handle(self, **options: Any) -> None:
        try:
            counts = reseal()
        except Unreadable as error:
            raise CommandError(f"{error} Nothing was changed.") from None
        self.stdout.write(f"Stored: {counts.found}. Encrypted anew: {counts.resealed}.")
