"""Which way mail goes: an SMTP server, the console, or a provider that django-anymail knows."""

from collections.abc import Mapping
from importlib.util import find_spec
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email


class Way(NamedTuple):
    """Django's settings of the same names in capitals."""

    email_backend: str = "django.core.mail.backends.dummy.EmailBackend"
    email_host: str = ""
    email_port: int = 0
    email_host_user: str = ""
    email_host_password: str = ""
    email_use_tls: bool = False
    email_use_ssl: bool = False


class Scheme(NamedTuple):
    backend: str
    port: int = 0
    use_tls: bool = False
    use_ssl: bool = False


SMTP = "django.core.mail.backends.smtp.EmailBackend"
# By the scheme of EMAIL_URL, as django-environ has them.
SCHEMES = {
    "consolemail": Scheme("django.core.mail.backends.console.EmailBackend"),
    "smtp": Scheme(SMTP, 25),
    "smtps": Scheme(SMTP, 587, use_tls=True),
    "smtp+tls": Scheme(SMTP, 587, use_tls=True),
    "smtp+ssl": Scheme(SMTP, 465, use_ssl=True),
}
# The settings that django-anymail must have, by the provider's name there.
PROVIDERS: dict[str, tuple[str, ...]] = {
    "amazon_ses": (),
    "brevo": ("BREVO_API_KEY",),
    "mailersend": ("MAILERSEND_API_TOKEN",),
    "mailgun": ("MAILGUN_API_KEY",),
    "mailjet": ("MAILJET_API_KEY", "MAILJET_SECRET_KEY"),
    "mailtrap": ("MAILTRAP_API_TOKEN",),
    "mandrill": ("MANDRILL_API_KEY",),
    "postal": ("POSTAL_API_KEY", "POSTAL_API_URL"),
    "postmark": ("POSTMARK_SERVER_TOKEN",),
    "resend": ("RESEND_API_KEY",),
    "scaleway": ("SCALEWAY_SECRET_KEY", "SCALEWAY_PROJECT_ID"),
    "sparkpost": ("SPARKPOST_API_KEY",),
    "unisender_go": ("UNISENDER_GO_API_KEY", "UNISENDER_GO_API_URL"),
}
PACKAGES = {"amazon_ses": "boto3"}
PREFIX, SECRET = "ANYMAIL_", "WEBHOOK_SECRET"
SHORTEST_SECRET = 20
# Seconds that one answer may take: an SMTP server's to one command, a provider's to one mail.
PATIENCE = 10
# Nobody is watched while they read, and a provider that cannot help it is used all the same.
ALWAYS = {
    "REQUESTS_TIMEOUT": (PATIENCE / 2, PATIENCE),
    "SEND_DEFAULTS": {"track_opens": False, "track_clicks": False},
    "IGNORE_UNSUPPORTED_FEATURES": True,
}
NO_URL = (
    "EMAIL_URL must be smtp://, smtp+tls:// or smtp+ssl:// with user:word@host:port, "
    "or consolemail://."
)


def way(url: str, provider: str) -> Way | None:
    """Return which way mail goes, None when it goes nowhere; raise ImproperlyConfigured.

    `url` may hold a password, so no message repeats it.
    """
    if url and provider:
        raise ImproperlyConfigured("EMAIL_URL and MAIL_PROVIDER are two ways: give one.")
    if provider:
        return _through(provider)
    return _along(url) if url else None


def options(environment: Mapping[str, str], provider: str) -> dict[str, object]:
    """Return django-anymail's settings: each variable that begins with ANYMAIL_, less that."""
    given = {
        name.removeprefix(PREFIX): word
        for name, word in environment.items()
        if name.startswith(PREFIX) and word
    }
    # It would print keys and whole mails.
    given.pop("DEBUG_API_REQUESTS", None)
    for name in PROVIDERS.get(provider, ()):
        if name not in given:
            raise ImproperlyConfigured(f"MAIL_PROVIDER={provider} needs {PREFIX}{name}.")
    secret = given.get(SECRET, "")
    if secret and (len(secret) < SHORTEST_SECRET or secret.count(":") != 1):
        raise ImproperlyConfigured(
            f"{PREFIX}{SECRET} is name:word, {SHORTEST_SECRET} characters or more."
        )
    return {**given, **ALWAYS}


def is_sent(found: Way | None, sender: str, public_url: str) -> bool:
    """Tell whether mail is sent; raise ImproperlyConfigured for half of what it takes."""
    if sender:
        _check_sender(sender)
    if found is None:
        return False
    if not sender or not public_url.startswith(("http://", "https://")):
        raise ImproperlyConfigured(
            "EMAIL_URL and MAIL_PROVIDER need MAIL_FROM, the address mail comes from, and "
            "PUBLIC_URL, such as https://parcels.example, for the links in it."
        )
    return True


def _check_sender(sender: str) -> None:
    try:
        validate_email(sender)
        sender.encode("ascii")
    except (ValidationError, UnicodeEncodeError) as error:
        raise ImproperlyConfigured(
            "MAIL_FROM is an address alone, such as parcels@shop.example."
        ) from error


def _through(provider: str) -> Way:
    if provider not in PROVIDERS:
        raise ImproperlyConfigured(f"MAIL_PROVIDER is one of: {', '.join(PROVIDERS)}.")
    package = PACKAGES.get(provider)
    if package and find_spec(package) is None:
        raise ImproperlyConfigured(f"MAIL_PROVIDER={provider} needs the package {package}.")
    return Way(f"anymail.backends.{provider}.EmailBackend")


def _along(url: str) -> Way:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise ImproperlyConfigured(NO_URL) from None
    scheme = SCHEMES.get(parts.scheme)
    has_way = "://" in url and bool(host or (scheme and not scheme.port))
    if scheme is None or not has_way or parts.path.strip("/") or parts.query:
        raise ImproperlyConfigured(NO_URL)
    return Way(
        email_backend=scheme.backend,
        email_host=host,
        email_port=port or scheme.port,
        email_host_user=unquote(parts.username or ""),
        email_host_password=unquote(parts.password or ""),
        email_use_tls=scheme.use_tls,
        email_use_ssl=scheme.use_ssl,
    )
