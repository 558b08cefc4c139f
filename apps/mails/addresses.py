"""E-mail addresses: checked when they are given, compared when they are looked for, blocked."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from apps.mails.models import Blocked
from apps.pages.facts import LONGEST, fold_email, readable

# RFC 5321, 4.5.3.1.1
LONGEST_NAME = 64
# Quoted names and bare network addresses are allowed by the standard and used by nobody honest.
UNUSUAL = frozenset('"[]\\')


def check_email(text: str) -> str:
    """Return an address as mail is sent to it; raise `ValueError`, with words, for none.

    The words are in the active language. A domain in another script is spelt in ASCII.
    """
    email = readable(text[: 4 * LONGEST]).strip()
    name, _at, domain = email.rpartition("@")
    try:
        email = f"{name}@{domain.encode('idna').decode()}"
        validate_email(email)
    except (ValidationError, ValueError) as error:
        raise ValueError(_("Write an e-mail address such as ada@example.com.")) from error
    if UNUSUAL & set(email) or len(name) > LONGEST_NAME or len(email) > LONGEST:
        raise ValueError(_("Mail cannot be sent to this address. Is there another one?"))
    return email


def fold(email: str) -> str:
    """Return an address as it is compared, which can be anything: small letters, no spaces."""
    return fold_email(email)


def digest(email: str) -> str:
    """Return what stands for an address that must not be kept: 64 hexadecimal digits."""
    return salted_hmac("apps.mails.addresses", fold(email), algorithm="sha256").hexdigest()


def is_blocked(email: str) -> bool:
    """Tell whether nothing is sent to an address any more."""
    return Blocked.objects.filter(pk=digest(email)).exists()


def block(email: str, reason: str, now: datetime) -> None:
    """Send nothing to an address any more; `reason` is one of `Blocked.Reason`.

    The first reason stays.
    """
    told = {"reason": Blocked.Reason(reason), "since": now}
    Blocked.objects.get_or_create(digest=digest(email), defaults=told)
