"""News of parcels in our own language."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.dialects import generic
from apps.dialects.payloads import Refused
from apps.shipments.reports import (
    Certainty,
    ItemReport,
    LegReport,
    Limits,
    NumberReport,
    Place,
)
from apps.shipments.status import STATUSES

ITEM = "sc_" + "7" * 32


def event(**fields):
    usual = {
        "tracking_number": "AB 1",
        "code": "in_transit.departed",
        "occurred_at": "2026-03-01T09:30:00+01:00",
    }
    return usual | fields


def read(*events, **fields):
    return generic.read(json.dumps({"events": events} | fields).encode())


def only(*events, **fields):
    ((_, report),) = read(*events, **fields)
    return report


def faults(*events, **fields):
    with pytest.raises(Refused) as caught:
        read(*events, **fields)
    return [(fault.path, fault.reason) for fault in caught.value.faults]


def test_an_event_with_everything_is_read():
    said = event(
        carrier_code="Hill_Couriers",
        description="Left the hub",
        place={
            "city": "Volos",
            "region": "Thessaly",
            "postal_code": "38221",
            "country": "gr",
            "latitude": 39.36,
            "longitude": 22.94,
        },
        signee="N. Body",
        reference="scan-77",
        item="box 1",
    )

    report = only(said)

    (seen,) = report.sightings
    assert (seen.code, seen.word) == ("in_transit.departed", "in_transit.departed")
    assert seen.place == Place(
        city="Volos",
        region="Thessaly",
        postal_code="38221",
        country="GR",
        latitude=39.36,
        longitude=22.94,
    )
    assert (seen.description, seen.signee, seen.reference) == ("Left the hub", "N. Body", "scan-77")
    assert (seen.leg, seen.item) == (0, 0)
    assert report.source == "generic"
    assert report.legs == (LegReport("hill_couriers"),)
    assert report.items == (ItemReport(custom_reference="box 1"),)
    assert report.numbers == (NumberReport("AB 1", leg=0),)


def test_a_time_keeps_its_offset_and_is_certain():
    moment = only(event()).sightings[0].moment

    assert moment.instant == datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
    assert (moment.offset, moment.certainty) == (60, Certainty.GIVEN)


def test_a_date_is_enough():
    moment = only(event(occurred_at="2026-03-01")).sightings[0].moment

    assert moment.is_date_only
    assert moment.wall_clock.isoformat() == "2026-03-01T00:00:00"


def test_events_are_grouped_by_number_whatever_its_spaces_and_capitals():
    told = read(
        event(), event(tracking_number="CD-2"), event(tracking_number="ab1", code="delivered")
    )

    assert [(name, len(report.sightings)) for name, report in told] == [("AB 1", 2), ("CD-2", 1)]


def test_two_carriers_make_two_legs_and_an_event_without_one_belongs_to_neither():
    report = only(event(carrier_code="one"), event(carrier_code="two"), event(reference="x"))

    assert [leg.carrier_code for leg in report.legs] == ["one", "two"]
    assert [seen.leg for seen in report.sightings] == [0, 1, None]


def test_an_event_without_a_carrier_belongs_to_the_only_one_there_is():
    assert [seen.leg for seen in only(event(carrier_code="one"), event()).sightings] == [0, 0]
    assert only(event()).legs == (LegReport(),)


@pytest.mark.parametrize(
    ("item", "report"),
    [
        (ITEM, ItemReport(reference=ITEM)),
        ("EP-000-034-4DG", ItemReport(package_reference="EP-000-034-4DG")),
        ("EP-1", ItemReport(custom_reference="EP-1")),
    ],
)
def test_an_item_is_called_by_the_kind_of_reference_it_has(item, report):
    assert only(event(item=item)).items == (report,)


def test_absent_and_null_mean_the_same():
    assert read(event(description=None, place=None, item=None)) == read(event())


def test_a_promise_belongs_to_its_number():
    told = dict(
        read(
            event(),
            promises=[
                {"tracking_number": "ab1", "until": "2026-03-03", "reason": "Snow"},
                {
                    "tracking_number": "ZZ9",
                    "since": "2026-03-02T08:00Z",
                    "until": "2026-03-02T12:00Z",
                },
            ],
        )
    )

    assert told["AB 1"].promise.until.is_date_only
    assert told["AB 1"].promise.reason == "Snow"
    assert told["ZZ9"].promise.since.instant == datetime(2026, 3, 2, 8, tzinfo=UTC)
    assert told["ZZ9"].sightings == ()


@pytest.mark.parametrize("code", STATUSES)
def test_every_code_of_ours_can_be_said(code):
    assert only(event(code=code)).sightings[0].code == code


# What is refused, and how it is told.


def test_every_fault_of_every_event_is_told_with_its_path():
    found = faults(
        event(tracking_number="", code="in_transit.departd", occurred_at="yesterday"),
        event(),
        event(place={"city": 5}, signee="x" * 201),
    )

    assert [path for path, _ in found] == [
        "$.events[0].code",
        "$.events[0].occurred_at",
        "$.events[0].tracking_number",
        "$.events[2].place.city",
        "$.events[2].signee",
    ]


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("in_transit.departd", "`in_transit.departd` is not one of the codes; did you mean `in_transit.departed`"),
        ("Delivered", "`Delivered` is not one of the codes; did you mean `delivered`"),
        ("zzz", "`zzz` is not one of the codes"),
    ],
)  # fmt: skip
def test_an_unknown_code_is_refused_with_those_that_resemble_it(code, reason):
    ((path, said),) = faults(event(code=code))

    assert path == "$.events[0].code"
    assert said.startswith(reason)


@pytest.mark.parametrize(
    "written",
    [
        "2026-03-01T09:30:00",
        "2026-03-01 09:30",
        "01.03.2026",
        "1772353800",
        "2026-02-30",
        "2026-03-01T25:00:00Z",
        "2026-03-01T09:30:00 EST",
        "2026-03-01T09:30:00+99:00",
        "20260301",
        "1970-01-01",
        "\u0662026-03-01",
    ],
)
def test_a_time_that_leaves_a_doubt_is_refused(written):
    assert [path for path, _ in faults(event(occurred_at=written))] == ["$.events[0].occurred_at"]


@pytest.mark.parametrize("name", ["tracking_number", "code", "occurred_at"])
@pytest.mark.parametrize("blank", ["", "  "])
def test_what_every_event_needs_may_not_be_blank(name, blank):
    assert [path for path, _ in faults(event(**{name: blank}))] == [f"$.events[0].{name}"]


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"tracking_number": 12345}, "tracking_number"),
        ({"tracking_number": "- -"}, "tracking_number"),
        ({"tracking_number": "1" * (Limits.NUMBER + 1)}, "tracking_number"),
        ({"description": "a\x00b"}, "description"),
        ({"description": "x" * (Limits.DESCRIPTION + 1)}, "description"),
        ({"item": "x" * (Limits.REFERENCE + 1)}, "item"),
        ({"place": []}, "place"),
        ({"place": {"town": "Volos"}}, "place"),
        ({"place": {"country": "Greece"}}, "place.country"),
        ({"place": {"latitude": 1.0}}, "place"),
        ({"place": {"latitude": 91, "longitude": 0}}, "place.latitude"),
    ],
)
def test_a_field_that_does_not_fit_is_told_by_its_path(fields, path):
    assert [found for found, _ in faults(event(**fields))] == [f"$.events[0].{path}"]


def test_a_mistyped_field_is_not_swallowed():
    assert faults(event(discription="Left")) == [
        (
            "$.events[0]",
            "has a field we do not know: `discription`; did you mean `description`?",
        )
    ]


@pytest.mark.parametrize(
    ("promise", "path"),
    [
        ({"until": "2026-03-03"}, "tracking_number"),
        ({"tracking_number": "A"}, "until"),
        ({"tracking_number": "A", "until": "2026-03-03", "since": "2026-03-04"}, "since"),
        ({"tracking_number": "A", "until": "2026-03-03", "since": "soon"}, "since"),
    ],
)
def test_a_promise_without_sense_is_refused(promise, path):
    assert [found for found, _ in faults(promises=[promise])] == [f"$.promises[0].{path}"]


def test_two_promises_for_one_number_are_refused():
    promise = {"tracking_number": "A1", "until": "2026-03-03"}

    assert faults(promises=[promise, promise | {"tracking_number": "a 1"}]) == [
        ("$.promises[1].tracking_number", "has another promise already")
    ]


def test_a_thousand_events_are_taken_and_no_more():
    assert len(only(*[event()] * 1000).sightings) == 1000
    assert faults(*[event()] * 1001) == [("$.events", "holds more than 1000")]


def test_a_push_of_nothing_is_refused():
    assert faults() == [("$", "holds neither events nor promises")]


@pytest.mark.parametrize(
    ("payload", "is_malformed"),
    [
        (b"", True),
        (b"[]", False),
        (b'{"events": {}}', False),
        (b'{"evnts": []}', False),
        (b'{"events": [1]}', False),
        (b'{"events": ["\\ud800"]}', True),
        (b"\xff\xfe", True),
        (b'{"events": ' + b"[" * 100_000, True),
    ],
    ids=range(8),
)
def test_what_is_no_push_is_refused(payload, is_malformed):
    with pytest.raises(Refused) as caught:
        generic.read(payload)

    assert caught.value.is_malformed == is_malformed


def test_thousands_of_faults_are_told_without_looking_for_words_each_time():
    found = faults(*[event(code=f"in_transit.{number}") for number in range(1000)])

    assert len(found) == 1000
    assert len([reason for _, reason in found if "did you mean" in reason]) == 20


def test_a_fault_shows_no_more_than_a_glimpse_of_what_was_sent():
    ((_, reason),) = faults(event(code="<b>\u202e" + "x" * 90))

    assert len(reason) < 100


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists, max_leaves=5))
def test_any_value_anywhere_is_read_or_refused(value):
    for name in ("tracking_number", "code", "occurred_at", "place", "item", "extra"):
        payload = json.dumps({"events": [event(**{name: value})]}).encode()
        try:
            told = generic.read(payload)
        except Refused as refusal:
            assert refusal.faults
        else:
            assert len(told) == 1
