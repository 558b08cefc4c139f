"""From a letter to the mail that is sent: its subject, its page and its text.

A letter is written when it is sent, so that it tells how things stand then.
"""

from datetime import datetime

from django.template.loader import render_to_string
from django.utils import translation
from msgspec import Struct

from apps.branding.looks import Look
from apps.mails import notices, plain, styles
from apps.mails.contents import Mail, reply_to
from apps.mails.links import site_of
from apps.mails.models import Letter
from apps.mails.news import news_of
from apps.pages.readers import Reader, language_for
from apps.pages.showing import look_for
from apps.pages.text import one_line
from apps.shipments.journey import Journey

STAFFS = "en"


class Written(Struct, frozen=True):
    """A mail as it is sent. `from_name` and `reply_to` are one line each, and may be empty."""

    subject: str
    text: str
    html: str
    from_name: str
    reply_to: str
    language: str


def write(letter: Letter, journey: Journey | None, now: datetime, *, code: str = "") -> Written:
    """Write a letter about a journey that is not masked yet.

    `code` stands in for the one of a letter that brings one. The letter's subscription, endpoint
    and merchant are loaded already, so that this asks the database nothing but, once a second,
    for the brand. Raises `ValueError` when a letter about a parcel comes without it.
    """
    if letter.kind == Letter.Kind.PAUSED:
        return _paused(letter)
    if journey is None:
        raise ValueError(f"A letter of kind {letter.kind} is about a parcel.")
    look = look_for([journey])
    return write_as(letter, journey, reader_of(letter.language, look, site_of(look)), now, code)


def reader_of(language: str, look: Look, site: str) -> Reader:
    """Return who reads a mail: the holder of a parcel's link, in a language that we speak."""
    return Reader(look=look, language=language_for(language, "", look), site=site)


def write_as(
    letter: Letter, journey: Journey, reader: Reader, now: datetime, code: str = ""
) -> Written:
    """Write a letter about a parcel in the looks and the language of a reader."""
    shop = one_line(reader.look.name or journey.merchant.name)
    with translation.override(reader.language):
        mail = notices.notice_of(letter, journey, shop, reader, now, code)
        mail = mail or news_of(letter.kind, journey, letter.subscription, reader, now)
        return _written(mail, shop, reader.language)


def _paused(letter: Letter) -> Written:
    if letter.endpoint is None:
        raise ValueError("A letter about a webhook needs it.")
    with translation.override(STAFFS):
        mail = notices.paused(letter.endpoint, letter.merchant.name)
        return _written(mail, notices.OURS, STAFFS)


def _written(mail: Mail, from_name: str, language: str) -> Written:
    style = styles.style_of(mail.look)
    look, site = mail.look, mail.site
    known = {
        "mail": mail,
        "dark": style.dark,
        "logo": styles.logo_of(look.logo, site),
        "logo_dark": styles.logo_of(look.logo_dark, site) if look.logo else None,
    }
    html = style.inlined(render_to_string("mails/mail.html", known))
    answers_to = reply_to(look)
    return Written(mail.subject, plain.text_of(mail), html, from_name, answers_to, language)
