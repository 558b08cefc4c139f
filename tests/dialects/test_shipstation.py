import json

import pytest

from apps.dialects import shipstation
from apps.shipments.reports import NOWHERE, Certainty, Headline, LegReport, Place
from tests.builders import recorded
from tests.dialects.journeys import at

SEED = recorded("shipstation_usps.json")


def read(payload):
    return shipstation.read(json.dumps(payload).encode())


def read_event(**fields):
    report = read({"tracking_number": "1", "carrier_code": "ups", "events": [event(**fields)]})
    return report.sightings[0]


def event(**fields):
    return {"occurred_at": "2021-09-20T19:03:00Z"} | fields


def clocks(utc, wall, **fields):
    return read_event(occurred_at=utc, carrier_occurred_at=wall, **fields).moment


def test_the_seeds_answer_is_read_without_a_fault():
    report = shipstation.read(SEED)
    assert report.source == "shipstation"
    assert report.faults == ()
    assert report.is_whole_history
    assert report.legs == (LegReport("usps"),)
    assert len(report.sightings) == 6


def test_the_seeds_headline_is_read():
    [number] = shipstation.read(SEED).numbers
    assert number.number == "9405511899223197428490"
    assert number.leg == 0
    assert number.tracking_url.startswith("https://tools.usps.com/go/")
    assert number.headline == Headline(
        code="delivered",
        word="DE",
        carrier_code="01",
        description="Your item was delivered in or at the mailbox at 2:03 pm on September 20, "
        "2021 in SARCOXIE, MO 64862.",
    )


def test_usps_events_without_a_status_code_are_read_by_the_carriers_own():
    codes = [sighting.code for sighting in shipstation.read(SEED).sightings]
    assert codes == [
        "delivered",
        "out_for_delivery",
        "in_transit.local_depot",
        "in_transit",
        "in_transit.arrived",
        "accepted.received",
    ]


def test_an_event_without_a_status_code_has_no_word():
    assert {sighting.word for sighting in shipstation.read(SEED).sightings} == {""}


def test_positions_count_from_the_oldest_event():
    assert [s.position for s in shipstation.read(SEED).sightings] == [5, 4, 3, 2, 1, 0]


def test_a_place_is_read_by_its_parts():
    newest, *_, oldest = shipstation.read(SEED).sightings
    assert newest.place == Place(
        city="SARCOXIE",
        region="MO",
        postal_code="64862",
        latitude=37.0776,
        longitude=-94.1258,
    )
    assert oldest.place.city == "LAS VEGAS"


def test_a_place_of_nulls_is_the_same_as_one_of_empty_texts():
    blank = {"city_locality": "", "state_province": "", "country_code": "", "company_name": ""}
    assert read_event(**blank).place == NOWHERE
    assert read_event(**dict.fromkeys(blank)).place == NOWHERE


def test_the_places_offset_is_worked_out_of_the_two_clocks():
    moments = [sighting.moment for sighting in shipstation.read(SEED).sightings]
    assert [moment.offset for moment in moments] == [-300, -300, -300, 0, -420, -420]
    assert {moments[0].certainty, moments[5].certainty} == {Certainty.INFERRED}


def test_an_evening_scan_keeps_its_own_day():
    moment = shipstation.read(SEED).sightings[4].moment
    assert moment.wall_clock.day == 16
    assert moment.instant.day == 17


def test_equal_midnights_without_a_place_are_a_date_nobody_knows_the_zone_of():
    moment = shipstation.read(SEED).sightings[3].moment
    assert moment == at("2021-09-18T00:00:00+00:00", certainty=Certainty.ASSUMED, is_date_only=True)


def test_equal_clocks_at_a_place_are_believed():
    moment = clocks("2021-09-18T00:00:00Z", "2021-09-18T00:00:00", city_locality="LONDON")
    assert moment == at("2021-09-18T00:00:00+00:00", certainty=Certainty.INFERRED)


def test_equal_clocks_without_a_place_are_assumed():
    moment = clocks("2021-09-18T10:00:00Z", "2021-09-18T10:00:00")
    assert moment == at("2021-09-18T10:00:00+00:00", certainty=Certainty.ASSUMED)


@pytest.mark.parametrize("wall", ["", None])
def test_without_the_carriers_clock_the_time_is_given_in_utc(wall):
    assert clocks("2021-09-18T10:00:00Z", wall) == at("2021-09-18T10:00:00+00:00")


def test_the_old_form_without_a_zone_is_utc_too():
    assert clocks("2021-09-18T10:00:00", None) == at("2021-09-18T10:00:00+00:00")


@pytest.mark.parametrize("utc", ["", None])
def test_with_the_carriers_clock_alone_the_zone_is_assumed(utc):
    moment = clocks(utc, "2021-09-18T10:00:00", city_locality="LONDON")
    assert moment == at("2021-09-18T10:00:00+00:00", certainty=Certainty.ASSUMED)


def test_a_carriers_clock_days_away_is_left_out():
    moment = clocks("2021-09-18T10:00:00Z", "2021-09-12T10:00:00")
    assert moment == at("2021-09-18T10:00:00+00:00")


def test_a_clock_that_cannot_be_read_leaves_the_other():
    broken = event(carrier_occurred_at="noon")
    report = read({"tracking_number": "1", "events": [broken]})
    assert report.sightings[0].moment == at("2021-09-20T19:03:00+00:00")
    assert [fault.path for fault in report.faults] == ["$.events[0].carrier_occurred_at"]
    assert clocks("soon", "2021-09-18T10:00:00").certainty is Certainty.ASSUMED


@pytest.mark.parametrize("time", ["", None, "yesterday", "0001-01-01T00:00:00Z", True, []])
def test_an_event_without_a_time_is_set_aside_and_the_rest_kept(time):
    report = read({"tracking_number": "1", "events": [event(), event(occurred_at=time)]})
    assert len(report.sightings) == 1
    assert report.faults[-1].path.startswith("$.events[1]")
    assert not report.is_whole_history


def test_old_names_are_understood():
    old = {
        "tracking_number": "1",
        "status_code": "MY",
        "shipped_date": "8/4/2021",
        "events": [{"event_date": "2021-08-05T10:00:00Z"}],
    }
    report = read(old)
    headline = report.numbers[0].headline
    assert (headline.word, headline.code) == ("NY", "unknown.no_scans")
    assert headline.shipped == at(
        "2021-08-04T00:00:00+00:00", certainty=Certainty.ASSUMED, is_date_only=True
    )
    assert report.sightings[0].moment == at("2021-08-05T10:00:00+00:00")
    assert report.faults == ()


@pytest.mark.parametrize(("raw", "text"), [(1, "1"), ("01", "01"), (0, "0"), (None, ""), ("", "")])
def test_a_carriers_code_is_text_whatever_it_came_as(raw, text):
    assert read_event(carrier_status_code=raw).carrier_code == text


def test_an_event_keeps_status_and_detail_in_its_word():
    seen = read_event(status_code="IT", status_detail_code="OUT_FOR_DELIVERY")
    assert (seen.word, seen.code) == ("IT/OUT_FOR_DELIVERY", "out_for_delivery")


def test_an_unknown_status_code_is_kept_raw():
    seen = read_event(status_code="ZZ")
    assert (seen.word, seen.code) == ("ZZ", "unknown.unmapped")


def test_the_expected_day_is_a_promise():
    report = read({"tracking_number": "1", "estimated_delivery_date": "2021-09-22T00:00:00Z"})
    assert report.promise.until == at("2021-09-22T00:00:00+00:00")
    assert report.promise.given_by == "carrier"


def test_dates_of_the_headline_are_read():
    log = {
        "tracking_number": "1",
        "ship_date": "2021-09-16T00:00:00Z",
        "actual_delivery_date": "2021-09-20T14:03:00",
        "exception_description": "Late",
    }
    headline = read(log).numbers[0].headline
    assert headline.shipped == at("2021-09-16T00:00:00+00:00")
    assert headline.delivered.certainty is Certainty.ASSUMED
    assert headline.problem == "Late"


def test_a_date_that_is_none_is_a_fault():
    report = read({"tracking_number": "1", "ship_date": "32/13/2021"})
    assert report.numbers[0].headline.shipped is None
    assert [fault.path for fault in report.faults] == ["$.ship_date"]


def test_a_webhook_holds_the_log():
    delivery = {"resource_url": "https://x/", "resource_type": "API_TRACK", "data": None}
    delivery["data"] = json.loads(SEED)
    assert read(delivery) == shipstation.read(SEED)


def test_faults_in_a_webhook_tell_where_in_it():
    report = read({"data": {"tracking_number": "1", "events": [event(latitude="north")]}})
    assert [fault.path for fault in report.faults] == ["$.data.events[0].latitude"]
    assert len(report.sightings) == 1


def test_a_labels_track_is_read_without_a_carrier():
    report = read({"tracking_number": "1", "status_code": "IT", "events": []})
    assert report.legs == (LegReport(""),)
    assert report.is_whole_history


def test_a_log_without_its_list_of_events_is_no_whole_history():
    assert not read({"tracking_number": "1", "events": None}).is_whole_history
    assert not read({"tracking_number": "1"}).is_whole_history
