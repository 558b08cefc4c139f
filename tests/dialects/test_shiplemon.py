import json

import pytest

from apps.dialects import shiplemon
from apps.dialects.payloads import Refused
from apps.shipments.reports import Certainty, Headline, ItemReport, LegReport, Limits, NumberReport
from apps.shipments.status import STATUSES
from tests.builders import recorded
from tests.dialects.journeys import at, sighting, told_by_another

ANSWER = recorded("shiplemon_elta.json")
UPDATED = recorded("shiplemon_updated.json")


def entry(**fields):
    usual = {
        "status": "TRANSIT",
        "status_date": "2024-07-15T09:45:00.000Z",
        "status_details": "ΠΡΟΣ ΠΑΡΑΔΟΣΗ",
        "status_exact": "WITH_COURIER",
    }
    return usual | fields


def read(**data):
    return shiplemon.read(json.dumps({"data": {"tracking_ref": "1"} | data}).encode())


def written(journey):
    return shiplemon.write(journey)["data"]


@pytest.mark.parametrize(
    ("status", "exact", "word", "code"),
    [
        ("PRE_TRANSIT", None, "PRE_TRANSIT", "pre_transit"),
        ("TRANSIT", None, "TRANSIT", "in_transit"),
        ("TRANSIT", "WITH_COURIER", "TRANSIT/WITH_COURIER", "out_for_delivery"),
        ("DELIVERED", None, "DELIVERED", "delivered"),
        ("EXCEPTION", None, "EXCEPTION", "exception"),
        ("TRANSIT", "AT_SEA", "TRANSIT/AT_SEA", "in_transit"),
        ("DELIVERED", "WITH_COURIER", "DELIVERED/WITH_COURIER", "delivered"),
        ("RETURNED", None, "RETURNED", "unknown.unmapped"),
        ("delivered", None, "delivered", "unknown.unmapped"),
    ],
)
def test_a_word_has_its_meaning(status, exact, word, code):
    [seen] = read(tracking_history=[entry(status=status, status_exact=exact)]).sightings
    assert (seen.word, seen.code) == (word, code)


@pytest.mark.parametrize(
    ("milestone", "status", "exact"),
    [
        ("unknown", "PRE_TRANSIT", None),
        ("pre_transit", "PRE_TRANSIT", None),
        ("accepted", "TRANSIT", None),
        ("in_transit", "TRANSIT", None),
        ("out_for_delivery", "TRANSIT", "WITH_COURIER"),
        ("available_for_pickup", "TRANSIT", None),
        ("attempted", "EXCEPTION", None),
        ("delivered", "DELIVERED", None),
        ("exception", "EXCEPTION", None),
        ("returning", "EXCEPTION", None),
        ("returned", "EXCEPTION", None),
        ("cancelled", "EXCEPTION", None),
    ],
)
def test_a_milestone_and_its_details_go_out_as_one_word(milestone, status, exact):
    for code in (code for code in STATUSES if code.split(".")[0] == milestone):
        data = written(told_by_another(sighting(code), code=code))
        [told] = data["tracking_history"]
        assert (told["status"], told["status_exact"]) == (status, exact)
        assert data["tracking_status"] == status


@pytest.mark.parametrize("code", ["info", "info.notified", "unknown.unmapped"])
def test_an_event_that_moves_nothing_keeps_the_word_before_it(code):
    journey = told_by_another(
        sighting("out_for_delivery", "2026-03-01T10:00:00+00:00"),
        sighting(code, "2026-03-01T11:00:00+00:00"),
    )
    newest, oldest = written(journey)["tracking_history"]
    assert (newest["status"], newest["status_exact"]) == ("TRANSIT", "WITH_COURIER")


def test_the_seeds_answer_is_read_without_a_fault():
    report = shiplemon.read(ANSWER)
    assert report.faults == ()
    assert report.source == "shiplemon"
    assert report.is_whole_history
    assert report.legs == (
        LegReport("elta", "ELTA Courier", "elta_courier_porta_porta", "Porta-Porta", 6),
    )
    assert report.numbers == (
        NumberReport("tracking_ref", 0, None, "tracking_url", Headline("delivered", "DELIVERED")),
    )
    assert (report.origin_country, report.destination_country) == ("GR", "GR")


def test_the_seeds_history_is_read():
    newest, middle, oldest = shiplemon.read(ANSWER).sightings
    assert newest.description == "ΠΑΡΑΛΑΒΗ ΑΠΟ ΣΤΑΘΜΟ ΜΕ ΔΗΛΩΣΗ ΠΑΡΑΛΗΠΤΗ"
    assert newest.moment == at("2024-07-15T10:02:00+00:00", digits=3)
    assert newest.moment.certainty is Certainty.GIVEN
    assert [seen.code for seen in (newest, middle, oldest)] == [
        "delivered",
        "out_for_delivery",
        "pre_transit",
    ]
    assert [seen.position for seen in (newest, middle, oldest)] == [2, 1, 0]
    assert {seen.leg for seen in (newest, middle, oldest)} == {0}


def test_an_answer_is_read_without_its_envelope_too():
    bare = json.dumps(json.loads(ANSWER)["data"]).encode()
    assert shiplemon.read(bare) == shiplemon.read(ANSWER)


def test_the_answer_to_a_put_is_read_too():
    report = shiplemon.read(UPDATED)
    assert report.faults == ()
    assert report.legs == (LegReport("dhl", "DHL Express", "", "DOMESTIC EXPRESS DOC", 1),)
    assert (report.origin_country, report.destination_country) == ("GR", "GR")
    assert [seen.code for seen in report.sightings] == [
        "delivered",
        "exception",
        "in_transit",
        "pre_transit",
    ]


def test_child_vouchers_are_items_with_numbers_of_their_own():
    report = shiplemon.read(UPDATED)
    assert report.items == (ItemReport(),)
    whole, child = report.numbers
    assert (whole.number, whole.item) == ("1190953890", None)
    assert (child.number, child.item, child.tracking_url) == ("2338891501", 0, "")


def test_an_unsorted_history_counts_its_positions_from_its_end():
    assert [seen.position for seen in shiplemon.read(UPDATED).sightings] == [3, 2, 1, 0]


def test_a_date_without_a_zone_is_assumed():
    [seen] = read(tracking_history=[entry(status_date="2024-07-15T09:45:00")]).sightings
    assert seen.moment.certainty is Certainty.ASSUMED


@pytest.mark.parametrize(
    "broken", [entry(status_date="soon"), entry(status_date=None), {}, "DELIVERED", None, []]
)
def test_an_entry_that_cannot_be_read_is_set_aside_and_the_rest_kept(broken):
    report = read(tracking_history=[entry(), broken])
    assert [seen.position for seen in report.sightings] == [1]
    assert report.faults[0].path.startswith("$.data.tracking_history[1]")
    assert not report.is_whole_history


def test_an_answer_without_a_history_is_no_whole_one():
    assert not read(tracking_history=None).is_whole_history
    assert read(tracking_history=[]).is_whole_history


@pytest.mark.parametrize("country", ["", "Greece", 7, None])
def test_a_country_is_two_letters_or_nothing(country):
    assert read(country_from=country).origin_country == ""
    assert read(country_to="gr").destination_country == "GR"


@pytest.mark.parametrize("days", [-1, "six", 10**6])
def test_an_estimate_that_is_none_is_set_aside(days):
    report = read(driver="elta", service={"code": "x", "estimated_delivery_in_days": days})
    assert report.legs == (LegReport("elta"),)
    assert [fault.path for fault in report.faults] == ["$.data.service.estimated_delivery_in_days"]


def test_a_number_too_long_for_the_vault_is_not_cut_to_another():
    report = read(tracking_ref="1" * 101, child_vouchers=[{"tracking_ref": "2" * 101}])
    assert report.numbers == ()
    assert [fault.path for fault in report.faults] == [
        "$.data.child_vouchers[0].tracking_ref",
        "$.data.tracking_ref",
    ]


def test_no_more_entries_are_read_than_the_vault_takes():
    report = read(tracking_history=[entry()] * (Limits.EVENTS + 1))
    assert len(report.sightings) == Limits.EVENTS
    assert not report.is_whole_history


NOT_TRACKING = [
    b"",
    b"null",
    b"[]",
    b"{}",
    b'{"status": "ok", "data": null}',
    b'{"status": "ok", "data": {}}',
    b'{"error": {"code": "NOT_FOUND", "message": "", "metadata": null}}',
    b'{"tracking_history": [}',
    b"\xff\xfe{}",
    b"<html></html>",
    b"[" * 100_000,
]


@pytest.mark.parametrize("payload", NOT_TRACKING)
def test_what_is_no_tracking_is_refused(payload):
    with pytest.raises(Refused):
        shiplemon.read(payload)
