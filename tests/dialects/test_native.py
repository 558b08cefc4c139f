"""Our own language says everything a journey holds, and says it the same way each time."""

import json

import pytest
from msgspec.structs import replace

from apps.dialects.native import time_text, write, write_status
from apps.shipments.journey import Journey
from apps.shipments.privacy import Level, seen_at
from apps.shipments.status import STATUSES
from tests.pages.journeys import day, event, item, journey, leg, moment, number, promise
from tests.pages.states import RECIPIENT

BASE = "https://parcels.example"


def whole():
    return replace(
        journey(
            event("in_transit.arrived", "2026-05-14T08:00", item=1, leg=1),
            event("accepted", "2026-05-13T08:00", leg=1),
            code="in_transit.arrived",
            items=(item(1, "Mug"), replace(item(2, "Lid"), parent=1)),
            legs=(leg(1, "DHL"),),
            numbers=(number("JD01"), replace(number("JD02"), item=2)),
            promises=(promise(day("2026-05-16"), reason="Storm"), promise(day("2026-05-15"))),
        ),
        recipient=RECIPIENT,
    )


def test_every_field_of_a_journey_is_told():
    told = write(whole(), base=BASE)

    renamed = {"token": "links", "merchant": None, "code": "status", "numbers": "legs"}
    fields = {renamed.get(name, name) for name in Journey.__struct_fields__} - {None}
    assert fields <= set(told)
    assert set(told) - fields == {"expected_delivery"}


def test_items_events_and_numbers_name_each_other():
    told = write(whole(), base=BASE)

    mug, lid = (one["reference"] for one in told["items"])
    assert told["items"][1]["parent"] == mug
    assert told["events"][0]["item"] == mug
    assert told["events"][1]["item"] is None
    assert [one["item"] for one in told["legs"][0]["tracking_numbers"]] == [None, lid]


def test_the_promise_that_holds_stands_first():
    told = write(whole(), base=BASE)

    assert told["expected_delivery"] == told["promises"][0]
    assert told["expected_delivery"]["until"] == "2026-05-16"
    assert told["expected_delivery"]["reason"] == "Storm"


def test_a_bare_journey_has_lists_and_nulls():
    told = write(replace(journey(), items=(), legs=(), numbers=(), events=()), base=BASE)

    assert [told[name] for name in ("items", "legs", "events", "promises")] == [[], [], [], []]
    assert told["expected_delivery"] is None
    assert told["recipient"] is None


def test_a_masked_journey_tells_no_more_than_its_level():
    told = json.dumps(write(seen_at(whole(), Level.LINK), base=BASE))

    assert RECIPIENT.name not in told
    assert RECIPIENT.street not in told


@pytest.mark.parametrize("code", STATUSES)
def test_a_status_explains_itself(code):
    told = write_status(code)

    assert told["code"] == code
    assert told["milestone"] == code.partition(".")[0]
    assert told["description"].isascii()
    assert told["is_final"] is STATUSES[code].is_terminal


def test_a_code_of_another_time_reads_as_unmapped():
    assert write_status("in_transit.teleported")["code"] == "unknown.unmapped"


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (moment("2026-05-14T09:30", 120), "2026-05-14T09:30:00+02:00"),
        (day("2026-05-16"), "2026-05-16"),
    ],
)
def test_a_time_has_the_places_offset_and_a_day_has_no_time(given, text):
    assert time_text(given) == text
