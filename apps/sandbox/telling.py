"""From a script to a journey: what the sandbox's carriers know at a second. Pure."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from apps.sandbox.numbers import Number, event_reference, grouped_reference, reference
from apps.sandbox.scripts import SCRIPTS, SPOTS, Leg, Script, Step, Window
from apps.shipments.journey import (
    Journey,
    JourneyEvent,
    JourneyItem,
    JourneyLeg,
    JourneyNumber,
    JourneyPromise,
    MerchantView,
)
from apps.shipments.reports import Moment, Place
from apps.shipments.settling import Fact, settle

SOURCE = "sandbox"
SHOP = MerchantView("Sandbox", "sandbox")


class Playing(Struct, frozen=True):
    """A script as a number plays it: `second` is that of its newest step, None for none yet.

    `speed` is how many of the script's seconds pass in one.
    """

    number: Number
    start: datetime
    speed: float
    second: int | None

    @property
    def script(self) -> Script:
        return script_of(self.number)

    @property
    def steps(self) -> tuple[Step, ...]:
        """Return what has happened, oldest first."""
        return tuple(step for step in self.script.steps if self.has_passed(step.second))

    def has_passed(self, second: int) -> bool:
        return self.second is not None and second <= self.second

    def item_of(self, step: Step) -> int | None:
        """Return the position of a step's item: what happens to all happens to the only one."""
        is_only = len(self.script.items) == 1
        return 1 if is_only else None if step.item is None else step.item + 1

    def at(self, second: int) -> datetime:
        """Return when a second of the script is, without a fraction: every API can say it."""
        return (self.start + timedelta(seconds=second / self.speed)).replace(microsecond=0)


def script_of(number: Number) -> Script:
    """Return the script a number plays; beneath a fault lies a delivery."""
    return SCRIPTS.get(number.word) or SCRIPTS["DELIVERED"]


def journey_of(playing: Playing) -> Journey:
    """Return the journey; references are the same whenever it is told."""
    number, script = playing.number, playing.script
    updated_at = playing.at(playing.second or 0)
    code, item_codes = _settled(playing, updated_at)
    return Journey(
        reference=reference("sp", number.whole),
        consignment_reference=grouped_reference("EC", number.whole),
        custom_reference=number.whole,
        order_reference=number.name,
        token="",
        merchant=SHOP,
        code=code,
        version=len(playing.steps),
        created_at=playing.start,
        updated_at=updated_at,
        origin_country=_country(script, 0),
        destination_country=_country(script, -1),
        recipient=None,
        promises=_promises(playing),
        items=_items(playing, item_codes),
        legs=_legs(playing),
        numbers=_numbers(playing),
        events=_events(playing),
    )


def _settled(playing: Playing, now: datetime) -> tuple[str, dict[int, str]]:
    """Return the code of the whole and of each item by its position."""
    facts = [
        Fact(playing.at(step.second), step.code, order, step.leg + 1, playing.item_of(step))
        for order, step in enumerate(playing.steps)
    ]
    items = range(1, len(playing.script.items) + 1)
    settled, codes = settle(facts, items=items, last_leg=_legs_seen(playing), now=now)
    return settled.code, codes


def _legs_seen(playing: Playing) -> int:
    return max((step.leg for step in playing.steps), default=0) + 1


def _legs(playing: Playing) -> tuple[JourneyLeg, ...]:
    """Return the legs that have begun; nobody knows the next carrier before it has the parcel."""
    seen = playing.script.legs[: _legs_seen(playing)]
    return tuple(_leg(leg, position) for position, leg in enumerate(seen, 1))


def _leg(leg: Leg, position: int) -> JourneyLeg:
    return JourneyLeg(
        position=position,
        order=position,
        carrier_code=leg.carrier_code,
        carrier_name=leg.carrier_name,
        carrier_number=None,
        service_code=leg.service_code,
        service_name=leg.service_name,
        estimated_days=leg.days,
        contact_url="",
    )


def _numbers(playing: Playing) -> tuple[JourneyNumber, ...]:
    """Return the whole's number, those of later carriers (`L2`) and of several items (`P1`)."""
    call = playing.number.called
    later = range(2, _legs_seen(playing) + 1)
    items = range(1, len(playing.script.items) + 1) if len(playing.script.items) > 1 else ()
    return (
        _number(call(""), 1, None),
        *(_number(call(f"L{leg}"), leg, None) for leg in later),
        *(_number(call(f"P{item}"), 1, item) for item in items),
    )


def _number(text: str, leg: int, item: int | None) -> JourneyNumber:
    return JourneyNumber(
        number=text,
        leg=leg,
        item=item,
        tracking_url="",
        label_id="",
        source="",
        headline=None,
        asked_at=None,
        answered_at=None,
        failing_since=None,
    )


def _items(playing: Playing, codes: dict[int, str]) -> tuple[JourneyItem, ...]:
    call = playing.number.called
    return tuple(
        JourneyItem(
            position=position,
            reference=reference("sc", call(f"P{position}")),
            package_reference=grouped_reference("EP", call(f"P{position}")),
            custom_reference=call(f"P{position}"),
            description=words,
            quantity=1,
            picture_url="",
            parent=None,
            code=codes[position],
        )
        for position, words in enumerate(playing.script.items, 1)
    )


def _events(playing: Playing) -> tuple[JourneyEvent, ...]:
    told = [_event(playing, step, index) for index, step in enumerate(playing.steps)]
    return tuple(reversed(told))


def _event(playing: Playing, step: Step, index: int) -> JourneyEvent:
    instant, spot = playing.at(step.second), SPOTS[step.city]
    ahead = instant.astimezone(ZoneInfo(spot.zone)).utcoffset() or timedelta()
    return JourneyEvent(
        reference=event_reference(playing.number.whole, index),
        code=step.code,
        moment=Moment(instant, int(ahead.total_seconds() // 60)),
        received_at=instant,
        recorded_at=instant,
        leg=step.leg + 1,
        item=playing.item_of(step),
        description=step.words,
        source=SOURCE,
        word="",
        carrier_code="",
        place=Place(
            city=step.city,
            country=spot.country,
            latitude=spot.latitude,
            longitude=spot.longitude,
        ),
        signee=step.signee,
    )


def _promises(playing: Playing) -> tuple[JourneyPromise, ...]:
    said = [window for window in playing.script.windows if playing.has_passed(window.second)]
    return tuple(_promise(playing, window) for window in reversed(said))


def _promise(playing: Playing, window: Window) -> JourneyPromise:
    return JourneyPromise(
        since=Moment(playing.at(window.since)),
        until=Moment(playing.at(window.until)),
        given_by="carrier",
        reason=window.reason,
        said_at=playing.at(window.second),
    )


def _country(script: Script, index: int) -> str:
    return SPOTS[script.steps[index].city].country if script.steps else ""
