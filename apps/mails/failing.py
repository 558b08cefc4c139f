"""What it means that a mail was not taken: for its address, for itself, or for all mail."""

import re
from enum import StrEnum
from smtplib import (
    SMTPDataError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from anymail.exceptions import (
    AnymailConfigurationError,
    AnymailInvalidAddress,
    AnymailRecipientsRefused,
    AnymailRequestsAPIError,
)
from msgspec import Struct


class Fault(StrEnum):
    """Whose it is: the address takes no mail, this mail is refused for good, or may be taken
    later, or nothing is taken from us at the moment."""

    ADDRESS = "address"
    MAIL = "mail"
    LATER = "later"
    ALL = "all"


class Failure(Struct, frozen=True):
    """`said` is short and holds no address: a status, or what kind of error it was."""

    fault: Fault
    said: str


# RFC 3463: the mailbox is unknown, moved or switched off.
NO_MAILBOX = re.compile(r"\b5\.(1\.(1|2|3|6|10)|2\.1)\b")
ENHANCED = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
# Servers say 550 of a stranger whom they relay nothing for, too.
OF_US = ("relay", "auth", "spam", "block", "denied", "policy", "reputation", "listed")
TOO_LARGE, CLOSING = 552, 421
# HTTP: we are not who we say, or have spent what we may; the same mail goes later.
NOT_OURS = (401, 402, 403, 404, 408, 429)


def failure_of(error: Exception) -> Failure:
    """Tell what an error says that was raised while one mail was sent."""
    match error:
        case SMTPRecipientsRefused():
            return _of_recipient(error)
        case SMTPSenderRefused(smtp_code=code) if code != TOO_LARGE:
            return Failure(Fault.ALL, f"sender refused: {code}")
        case SMTPResponseException(smtp_code=code) if code == CLOSING:
            return Failure(Fault.ALL, f"server closes: {code}")
        case SMTPDataError(smtp_code=code) | SMTPSenderRefused(smtp_code=code):
            fault = Fault.MAIL if code >= 500 else Fault.LATER
            return Failure(fault, f"mail refused: {_status(code, error.smtp_error)}")
        case AnymailRecipientsRefused():
            return _of_status(error)
        case AnymailInvalidAddress():
            return Failure(Fault.ADDRESS, "no address to the provider")
        case AnymailRequestsAPIError():
            return _of_provider(error.status_code)
        case AnymailConfigurationError():
            return Failure(Fault.ALL, type(error).__name__)
    return Failure(Fault.LATER, _kind(error))


def failure_to_connect(error: Exception) -> Failure:
    """Tell what an error says that was raised before there was a mail to send."""
    code = getattr(error, "smtp_code", None)
    return Failure(Fault.ALL, f"not connected: {code or _kind(error)}")


def is_of_connection(error: Exception) -> bool:
    """Tell whether a connection is of no use after an error."""
    kept = (SMTPRecipientsRefused, SMTPDataError, SMTPSenderRefused)
    return isinstance(error, SMTPException | OSError) and not isinstance(error, kept)


def _of_recipient(error: SMTPRecipientsRefused) -> Failure:
    code, told = next(iter(error.recipients.values()), (0, b""))
    said = f"recipient refused: {_status(code, told)}"
    if code == CLOSING:
        return Failure(Fault.ALL, said)
    if code < 500:
        return Failure(Fault.LATER, said)
    return Failure(Fault.ADDRESS if _is_no_mailbox(told) else Fault.MAIL, said)


def _is_no_mailbox(told: bytes | str) -> bool:
    text = _text(told)
    if ENHANCED.search(text):
        return bool(NO_MAILBOX.search(text))
    return not any(word in text for word in OF_US)


def _of_status(error: AnymailRecipientsRefused) -> Failure:
    """Tell an address that cannot be from one the provider will not send to.

    Why it will not it tells later, see `tracking`: it may be because of us.
    """
    status = getattr(error.email_message, "anymail_status", None)
    is_invalid = status is not None and status.status == {"invalid"}
    fault = Fault.ADDRESS if is_invalid else Fault.MAIL
    return Failure(fault, "invalid to the provider" if is_invalid else "rejected by the provider")


def _of_provider(status: int | None) -> Failure:
    said = f"provider answered: {status or 'nothing'}"
    if status is None or status >= 500 or status in NOT_OURS:
        return Failure(Fault.ALL, said)
    # An answer that cannot be read may mean that it was taken.
    return Failure(Fault.MAIL if status >= 400 else Fault.LATER, said)


def _status(code: int, told: bytes | str) -> str:
    found = ENHANCED.search(_text(told))
    return f"{code} {found[0]}" if found else str(code)


def _text(told: bytes | str) -> str:
    return (told.decode("ascii", "replace") if isinstance(told, bytes) else told)[:1000].lower()


def _kind(error: Exception) -> str:
    return type(error).__name__
