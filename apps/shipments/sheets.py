"""What staff read of a shipment, as tables of plain texts. What hides in a text is written out."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.shipments.models import Event, TrackingNumber
from apps.shipments.reports import Certainty, Moment
from apps.shipments.status import status_of

NOTHING = "–"


class Sheet(NamedTuple):
    title: Promise | str
    headings: tuple[Promise | str, ...]
    rows: list[tuple[str, ...]]


EVENT_HEADINGS = (
    gettext_lazy("When"),
    gettext_lazy("Status"),
    gettext_lazy("Code"),
    gettext_lazy("Source"),
    gettext_lazy("Its word"),
    gettext_lazy("Carrier's code"),
    gettext_lazy("Its sentence"),
    gettext_lazy("Place"),
    gettext_lazy("Leg, item"),
    gettext_lazy("Received (UTC)"),
    gettext_lazy("Superseded (UTC)"),
)
NUMBER_HEADINGS = (
    gettext_lazy("Number"),
    gettext_lazy("Leg"),
    gettext_lazy("Item"),
    gettext_lazy("Followed"),
    gettext_lazy("Source"),
    gettext_lazy("It says"),
    gettext_lazy("Asked (UTC)"),
    gettext_lazy("Failing since (UTC)"),
)


def events_sheet(events: Iterable[Event]) -> Sheet:
    """Return a row for each event, in the order given."""
    return Sheet(_("Events"), EVENT_HEADINGS, [_shown(_event_row(event)) for event in events])


def numbers_sheet(numbers: Iterable[TrackingNumber]) -> Sheet:
    """Return a row for each number; its leg and item should be loaded with it."""
    return Sheet(
        _("Tracking numbers"), NUMBER_HEADINGS, [_shown(_number_row(number)) for number in numbers]
    )


def _event_row(event: Event) -> tuple[object, ...]:
    return (
        clock(event.moment),
        status_of(event.code).words,
        event.code,
        event.source,
        event.word,
        event.carrier_code,
        event.description,
        event.label or ", ".join(filter(None, (event.city, event.country))),
        f"{event.leg or NOTHING}, {event.item or NOTHING}",
        _utc(event.received_at or event.recorded_at),
        _utc(event.superseded_at),
    )


def _number_row(number: TrackingNumber) -> tuple[object, ...]:
    return (
        number.number,
        f"{number.leg.position}. {number.leg.carrier_code or number.leg.carrier_name}",
        number.item,
        _("yes") if number.is_followed else _("no"),
        number.source,
        number.headline_code,
        _utc(number.asked_at),
        _utc(number.failing_since),
    )


def _shown(row: Iterable[object]) -> tuple[str, ...]:
    return tuple(visible(str(cell)) if cell else NOTHING for cell in row)


def visible(text: str) -> str:
    """Return text with direction overrides, zero-width and control characters as escapes."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def clock(moment: Moment) -> str:
    """Return a time on the place's clock with its offset; a date alone stays a date."""
    try:
        wall = moment.wall_clock
    except OverflowError:
        wall = moment.instant.replace(tzinfo=None)
    if moment.is_date_only:
        return f"{wall:%Y-%m-%d}"
    if moment.certainty == Certainty.ASSUMED:
        return f"{wall:%Y-%m-%d %H:%M:%S} ({_('zone unknown')})"
    hours, minutes = divmod(abs(moment.offset), 60)
    sign = "-" if moment.offset < 0 else "+"
    return f"{wall:%Y-%m-%d %H:%M:%S}{sign}{hours:02d}:{minutes:02d}"


def _utc(instant: datetime | None) -> str:
    return f"{instant:%Y-%m-%d %H:%M:%S}" if instant else ""
