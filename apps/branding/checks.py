"""What may stand in a brand's lists and tables; staff are told what may not.

Readers of stored rows cannot rely on it: rows can be older than a rule, or written by hand.
"""

import re
from collections.abc import Iterator

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django_countries import countries as known_countries

from apps.shipments.status import STATUSES

# Texts beside those for a state: above the look-up form, and below every page.
PLACES = ("heading", "foot")
LONGEST, MOST = 300, 50
MOST_DAYS = 60
_TAG = re.compile(r"<[a-zA-Z/!?]")
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
# At least two labels, the last of which is no number, so that no IP address is one.
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+(?=[a-z])[a-z0-9-]*[a-z0-9]")
_TAGS = re.compile(r"[^\s,;\"<>]{1,50}")
_CARRIER = re.compile(r"[\w.-]{1,50}")


def is_domain(text: object) -> bool:
    """Tell whether a text is the name of a host in the DNS: ASCII, lower case, no port."""
    return isinstance(text, str) and len(text) <= 253 and bool(_DOMAIN.fullmatch(text))


def check_domain(text: str) -> None:
    """Raise `ValidationError` for anything but a host name that is not the site's own."""
    if not is_domain(text):
        raise ValidationError(_("Write a host name such as track.shop.example."))
    if text in own_hosts():
        raise ValidationError(_("This is the address of the whole site."))


def own_hosts() -> set[str]:
    """Return the hosts the site answers at for everybody, by their exact names."""
    public = settings.PUBLIC_URL.partition("://")[2].partition("/")[0].partition(":")[0]
    exact = {host.removeprefix(".") for host in settings.ALLOWED_HOSTS}
    return (exact | {public}) - {"*", ""}


def check_texts(texts: object) -> None:
    """Raise `ValidationError` for anything but {language: {key: plain text}}.

    A key is a milestone, a dotted code or one of `PLACES`.
    """
    languages = dict(settings.LANGUAGES)
    if not isinstance(texts, dict):
        raise ValidationError(_("Write a table of texts by language."))
    for language, words in texts.items():
        if language not in languages or not isinstance(words, dict):
            raise ValidationError(_("Texts are in one of: %s.") % ", ".join(languages))
        for wrong in _wrong_texts(words):
            raise ValidationError(f"{language}, {wrong}")


def _wrong_texts(words: dict[object, object]) -> Iterator[str]:
    for key, text in words.items():
        if key not in STATUSES and key not in PLACES:
            yield _("%s: no state of a parcel has this name.") % str(key)[:50]
        if why := wrong_text(text):
            yield f"{key}: {why}"


def wrong_text(text: object) -> str:
    """Return what is wrong with a text that customers shall read, empty when nothing is."""
    if not isinstance(text, str):
        return str(_("Write a text."))
    if len(text) > LONGEST:
        return str(_("Write %d letters at most.") % LONGEST)
    if not text.isprintable():
        return str(_("Write one line, without characters that nobody sees."))
    is_marked_up = bool(_TAG.search(text))
    return str(_("Write plain text: tags would be shown as they are.")) if is_marked_up else ""


def check_channels(channels: object) -> None:
    """Raise `ValidationError` for anything but a list of tags such as `shop-de`."""
    for tag in _listed(channels):
        if not isinstance(tag, str) or not _TAGS.fullmatch(tag) or not tag.isprintable():
            raise ValidationError(_("%s is no channel: one word each.") % str(tag)[:50])


def check_countries(countries: object) -> None:
    """Raise `ValidationError` for anything but a list of codes such as `DE` (ISO 3166)."""
    for code in _listed(countries):
        if not isinstance(code, str) or code not in dict(known_countries):
            raise ValidationError(_("%s is no country: write codes such as DE.") % str(code)[:50])


def _listed(values: object) -> list[object]:
    if not isinstance(values, list):
        raise ValidationError(_("Write a list."))
    if len(values) > 5 * MOST:
        raise ValidationError(_("At most %d.") % (5 * MOST))
    return values


def check_quiet_days(days: object) -> None:
    """Raise `ValidationError` for anything but {carrier's code: business days}."""
    if not isinstance(days, dict) or len(days) > 5 * MOST:
        raise ValidationError(_('Write days by carrier, such as {"dhl": 2}.'))
    for code, count in days.items():
        is_count = type(count) is int and 0 <= count <= MOST_DAYS
        if not _CARRIER.fullmatch(code) or not is_count:
            text = _('%(code)s: write 0 to %(most)d days by carrier, such as {"dhl": 2}.')
            raise ValidationError(text % {"code": str(code)[:50], "most": MOST_DAYS})
