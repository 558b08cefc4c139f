"""A written letter as a mail, with the headers that mail programs and answering machines read."""

from email.utils import formataddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from apps.branding.looks import Look
from apps.mails.links import site_of, stop_url
from apps.mails.models import Letter
from apps.mails.writing import Written
from apps.pages.text import one_line

LONGEST_NAME = 70
# Whoever is away need not tell us.
FROM_A_MACHINE = {
    "Auto-Submitted": "auto-generated",
    "X-Auto-Response-Suppress": "OOF, AutoReply",
}


def message_of(
    letter: Letter,
    written: Written,
    address: str,
    look: Look | None,
    connection: BaseEmailBackend | None = None,
) -> EmailMultiAlternatives:
    """Return a mail to one address; `look` is that of the parcel's page, None without a parcel.

    The Message-ID is the letter's, so that a mail that goes out twice, because the answer to
    the first time was lost, is one to whoever has it already.
    """
    message = EmailMultiAlternatives(
        subject=one_line(written.subject),
        body=written.text,
        from_email=formataddr((_name(written.from_name), settings.MAIL_FROM)),
        to=[address],
        reply_to=[one_line(written.reply_to)] if written.reply_to else None,
        headers=_headers(letter, look) | {"Content-Language": written.language},
        connection=connection,
    )
    message.attach_alternative(written.html, "text/html")
    return message


def message_id_of(letter: Letter) -> str:
    return f"<{letter.message_id}@{settings.MAIL_FROM.rpartition('@')[2]}>"


def _headers(letter: Letter, look: Look | None) -> dict[str, str]:
    headers = {"Message-ID": message_id_of(letter), **FROM_A_MACHINE}
    if letter.subscription and look is not None:
        headers["List-Unsubscribe"] = f"<{stop_url(letter.subscription, site_of(look))}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _name(name: str) -> str:
    """Return a name that stands before the address and cannot pass for one."""
    return one_line(name).replace("@", " ").replace('"', "'")[:LONGEST_NAME].strip()
