"""Who may see what: one masking function in front of every renderer.

Level NUMBER knows a tracking number only, LINK holds the secret link, PROVED has shown a
second fact. Carriers write streets and names into free text, so text is masked too. The
patterns look at bounded pieces, so that no text can make them slow.
"""

import re
from enum import IntEnum
from functools import lru_cache
from urllib.parse import unquote_plus

from msgspec.structs import replace

from apps.shipments.journey import Journey, JourneyEvent, JourneyNumber, JourneyRecipient
from apps.shipments.names import HIDDEN, without_names
from apps.shipments.reports import NOWHERE, Place
from apps.shipments.status import milestone_of


class Level(IntEnum):
    NUMBER = 0
    LINK = 1
    PROVED = 2


# Where a scan of any other state was made may be somebody's door.
_AT_DEPOTS = frozenset(("pre_transit", "accepted", "in_transit", "returning", "returned"))
_AT_DOORS = frozenset(("returning.requested",))

_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,4}")
_PHONE = re.compile(r"\+?\d(?:[ ()./-]{0,2}\d){6,18}")
_DATE = re.compile(r"\d{1,4}([./-])\d{1,2}\1\d{1,4}(?: \d{1,2})?")
# "23 Baker Road", "12 rue de Rivoli": a number and the words after it
_HOUSE = re.compile(
    r"\b\d{1,5}[a-zA-Z]?,? ([^\W\d_][\w'’.-]{0,40})(?: [^\W\d_][\w'’.-]{0,40}){0,3}"
)
# "Hauptstraße 5", "Kerkstraat 12 b": a street word and a number
_STREET = re.compile(
    r"\b[^\W\d_]{0,40}(?:straße|strasse|str\.|weg|platz|allee|gasse|laan|straat|gatan|vej)"
    r" ?\d{1,5} ?[a-z]?\b",
    re.IGNORECASE,
)
_BRITISH_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b")
# "left with J. Smith", "signed for by P. Jones", "received by: JONES"
_PERSON = re.compile(
    r"(?<=\bby )(?!the )[^,;]{1,60}|(?<=\bby: )[^,;]{1,60}"
    r"|(?<=\bwith )(?!the |a |your |neighbou?r|reception|out)[^,;]{1,60}"
    r"|(?<=\bto )(?:mr|mrs|ms|dr)\b[^,;]{1,60}",
    re.IGNORECASE,
)

# Words that follow a number without making it an address, and small ones that do.
_COUNTED = frozenset(
    [
        "am",
        "pm",
        "uhr",
        "h",
        "hr",
        "hrs",
        "hour",
        "hours",
        "min",
        "minutes",
        "day",
        "days",
        "tag",
        "tage",
        "tagen",
        "jour",
        "jours",
        "dia",
        "dias",
        "giorni",
        "week",
        "weeks",
        "business",
        "working",
        "month",
        "months",
        "year",
        "years",
        "of",
        "from",
        "on",
        "in",
        "at",
        "to",
        "and",
        "item",
        "items",
        "piece",
        "pieces",
        "parcel",
        "parcels",
        "package",
        "packages",
        "attempt",
        "attempts",
        "kg",
        "g",
        "lb",
        "lbs",
        "x",
        "stk",
        "colis",
        "jan",
        "january",
        "feb",
        "february",
        "mar",
        "march",
        "apr",
        "april",
        "may",
        "jun",
        "june",
        "jul",
        "july",
        "aug",
        "august",
        "sep",
        "sept",
        "september",
        "oct",
        "october",
        "nov",
        "november",
        "dec",
        "december",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ]
)
_STREETS = frozenset(
    [
        "rue",
        "avenue",
        "allée",
        "boulevard",
        "chemin",
        "place",
        "quai",
        "via",
        "viale",
        "calle",
        "plaza",
    ]
)


def seen_at(journey: Journey, level: Level) -> Journey:
    """Return the journey as somebody at a level may see it."""
    if level >= Level.PROVED:
        return journey
    words = _personal_words(journey.recipient)
    masked = replace(
        journey,
        recipient=None,
        events=tuple(_mask_event(event, level, words) for event in journey.events),
        promises=tuple(replace(one, reason=mask(one.reason, words)) for one in journey.promises),
        numbers=tuple(_mask_address(number, words) for number in journey.numbers),
    )
    return masked if level >= Level.LINK else _number_only(masked)


def _number_only(journey: Journey) -> Journey:
    """Blank what a stranger who knows a number must not learn: contents and references."""
    items = tuple(
        replace(item, custom_reference="", description="", picture_url="") for item in journey.items
    )
    return replace(journey, custom_reference="", order_reference="", token="", items=items)


def _mask_event(event: JourneyEvent, level: Level, words: re.Pattern[str] | None) -> JourneyEvent:
    if level < Level.LINK:
        return replace(event, description="", place=_country(event.place), signee="")
    return replace(
        event,
        description=mask(event.description, words),
        place=_coarse(event, words),
        signee="",
    )


def _mask_address(number: JourneyNumber, words: re.Pattern[str] | None) -> JourneyNumber:
    """Drop an address that says whom the parcel is for: some carriers ask for a postcode in it."""
    is_telling = words is not None and words.search(unquote_plus(number.tracking_url))
    return replace(number, tracking_url="") if is_telling else number


def mask_email(email: str) -> str:
    """Return an address that its owner knows again: `a…@example.com`."""
    name, _at, domain = email.rpartition("@")
    return f"{name[:1]}…@{domain}"


def hint_email(email: str) -> str:
    """Return as much of an address as whoever holds a link may see: `a…@e…`."""
    name, _at, domain = email.rpartition("@")
    return f"{name[:1]}…@{domain[:1]}…"


def mask(text: str, words: re.Pattern[str] | None = None) -> str:
    """Return text with what looks like a person, street or address of any kind taken out."""
    return _masked(words.sub(HIDDEN, text) if words else text)


# Carriers say the same few sentences of millions of parcels.
@lru_cache(maxsize=2000)
def _masked(text: str) -> str:
    for pattern in (_EMAIL, _STREET, _BRITISH_POSTCODE, _PERSON):
        text = pattern.sub(HIDDEN, text)
    text = _HOUSE.sub(_unless_counted, _PHONE.sub(_unless_a_date, text))
    return without_names(text)


def _unless_a_date(found: re.Match[str]) -> str:
    return found[0] if _DATE.fullmatch(found[0]) else HIDDEN


def _unless_counted(found: re.Match[str]) -> str:
    """Tell `23 Baker Road` from `2 days`, `2 pm` and `3 of your parcels`."""
    word = found[1].casefold().strip(".")
    is_named = found[1][0].isupper() and word not in _COUNTED
    return HIDDEN if is_named or word in _STREETS else found[0]


def _coarse(event: JourneyEvent, words: re.Pattern[str] | None) -> Place:
    """Return town, region and country: parts with a number in them are streets or postcodes."""
    place = event.place
    parts = (part.strip() for part in place.label.split(","))
    towns = [part for part in parts if part and not any(c.isdigit() for c in part)]
    latitude, longitude = _near(event)
    return Place(
        label=mask(", ".join(towns), words),
        city=mask(place.city, words),
        region=mask(place.region, words),
        country=place.country,
        latitude=latitude,
        longitude=longitude,
    )


def _near(event: JourneyEvent) -> tuple[float | None, float | None]:
    """Return the position of a depot to a tenth of a degree, a town's width; of a door, none."""
    latitude, longitude = event.place.latitude, event.place.longitude
    is_at_depot = milestone_of(event.code) in _AT_DEPOTS and event.code not in _AT_DOORS
    if latitude is None or longitude is None or not is_at_depot:
        return None, None
    return round(latitude, 1), round(longitude, 1)


def _country(place: Place) -> Place:
    return Place(country=place.country) if place.country else NOWHERE


def _personal_words(recipient: JourneyRecipient | None) -> re.Pattern[str] | None:
    """Return a pattern of what we know of the recipient, for texts that repeat it."""
    if recipient is None:
        return None
    known = [recipient.name, *recipient.name.split(), recipient.email, recipient.phone]
    known += [recipient.street, *recipient.street.split(","), recipient.postal_code]
    # Carriers ask for them without spaces in the addresses of their pages.
    known += ["".join(re.findall(r"\w", text)) for text in (recipient.postal_code, recipient.phone)]
    words = sorted({word.strip() for word in known if len(word.strip()) > 2}, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, words)), re.IGNORECASE) if words else None
