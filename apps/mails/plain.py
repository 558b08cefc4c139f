"""A mail as plain text: all that its page says, with every address in full."""

from collections.abc import Iterator
from urllib.parse import unquote

from apps.mails.contents import Link, Mail
from apps.pages.languages import gettext as _
from apps.pages.text import ENTRY, PARAGRAPH

RULE = "-" * 40


def text_of(mail: Mail) -> str:
    """Return the text of a mail; no line but those with an address is longer than 72 columns."""
    return "\n\n".join(filter(None, _blocks(mail))) + "\n"


def _blocks(mail: Mail) -> Iterator[str]:
    yield _paragraphs(mail.shop, mail.above)
    yield _paragraphs(mail.heading, *(line.words for line in mail.lines))
    yield mail.code
    if card := mail.card:
        yield _paragraphs(card.title, card.means, card.place, card.then)
    yield from map(_link, (mail.button, *mail.links) if mail.button else mail.links)
    yield _section(_("In this parcel"), mail.items)
    yield _section(_("Delivery details"), [f"{fact.name}: {fact.value}" for fact in mail.facts])
    yield _contacts(mail)
    yield RULE
    yield _paragraphs(*mail.foot)
    yield from map(_link, mail.ends)


def _paragraphs(*texts: str) -> str:
    return "\n".join(PARAGRAPH.fill(text) for text in texts if text)


def _section(title: str, entries: tuple[str, ...] | list[str]) -> str:
    return "\n".join(filter(None, (title, *map(ENTRY.fill, entries)))) if entries else ""


def _link(link: Link) -> str:
    return f"{link.words}:\n{link.url}"


def _contacts(mail: Mail) -> str:
    """Return how to reach the shop; addresses and numbers without what programs want before them."""
    lines = [f"{link.words}: {_reached(link.url)}" for link in mail.contacts]
    return "\n".join((_("Help"), *lines)) if lines else ""


def _reached(url: str) -> str:
    scheme, _sign, rest = url.partition(":")
    return unquote(rest) if scheme in ("mailto", "tel") else url
