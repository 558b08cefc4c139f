import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.dialects import fedex, fedex_words
from apps.dialects.payloads import Refused
from apps.shipments.reports import Certainty, LegReport, Limits, Place, Report
from tests.builders import recorded
from tests.dialects.odd_json import VALUES, like
from tests.dialects.outcomes import outcome

NUMBER = "794600000017"


def read(*results, number=NUMBER):
    entry = {"trackingNumber": number, "trackResults": list(results)}
    payload = {"output": {"completeTrackResults": [entry]}}
    return fedex.read(json.dumps(payload).encode())


def report(*scans, **fields):
    [told] = read({"scanEvents": list(scans)} | fields)
    return told.report


def scan(event_type="AR", time="2025-10-27T08:15:00+01:00", **fields):
    return {"date": time, "eventType": event_type, "eventDescription": "Scan"} | fields


def code_of(event_type, **fields):
    [seen] = report(scan(event_type, **fields)).sightings
    return seen.code


def identified(*identifiers, **info):
    numbers = {"packageIdentifiers": list(identifiers)}
    return report(additionalTrackingInfo=numbers, trackingNumberInfo=info)


def recorded_report(name):
    [told] = fedex.read(recorded(f"fedex/{name}.json"))
    return told.report


def test_offsets_are_kept_over_the_change_from_summer_time():
    seen = recorded_report("delivered_dst").sightings

    assert [s.moment.offset for s in seen] == [60, 60, 120, -300, -300, -300]
    assert {s.moment.certainty for s in seen} == {Certainty.GIVEN}
    assert seen[0].moment.instant > seen[2].moment.instant
    assert [s.position for s in seen] == [5, 4, 3, 2, 1, 0]


def test_a_date_without_offset_is_the_places():
    location = {"stateOrProvinceCode": "WA", "countryCode": "US"}
    [seen] = report(scan(time="2025-02-06T11:30:00", scanLocation=location)).sightings

    assert (seen.moment.offset, seen.moment.certainty) == (-480, Certainty.INFERRED)


def test_an_event_keeps_its_type_and_its_exception():
    _, attempt, _ = recorded_report("hold_at_location").sightings

    assert (attempt.word, attempt.carrier_code) == ("DE", "07")
    assert attempt.description == ("Delivery exception: Customer not available or business closed")
    assert attempt.place == Place(city="SEATTLE", region="WA", country="US")


@pytest.mark.parametrize(
    ("exception", "text", "code"),
    [
        ("007", "Customer not available or business closed", "attempted.no_answer"),
        ("7", "Business closed", "attempted.closed"),
        ("07", "", "attempted.no_answer"),
        ("083", "", "attempted.no_access"),
        ("03", "", "exception.address"),
        ("099", "", "attempted"),
        ("500", "", "attempted"),
        ("²", "", "attempted"),
        ("9" * 5000, "", "attempted"),
    ],
)
def test_an_exception_says_why_a_delivery_failed(exception, text, code):
    assert code_of("DE", exceptionCode=exception, exceptionDescription=text) == code


def test_an_exception_code_of_another_event_means_nothing():
    assert code_of("AR", exceptionCode="03") == "in_transit.arrived"


@pytest.mark.parametrize(
    ("event_type", "kind", "status", "code"),
    [
        ("DY", "WEATHER", "DELAYED", "in_transit.delayed_weather"),
        ("SE", "CLEARANCE", "DELAYED", "exception.customs_hold"),
        ("DY", "GENERAL", "DELAYED", "in_transit.delayed"),
        ("SE", "WEATHER", "ON_TIME", "exception"),
        ("DL", "WEATHER", "DELAYED", "delivered"),
    ],
)
def test_a_delay_says_why(event_type, kind, status, code):
    assert code_of(event_type, delayDetail={"type": kind, "status": status}) == code


def test_what_fedex_derives_counts_where_there_is_no_type():
    assert code_of(None, derivedStatusCode="OD") == "out_for_delivery"
    assert code_of("QQ", derivedStatusCode="OD") == "unknown.unmapped"


def test_the_day_of_the_label_is_no_event_and_no_pickup():
    [told] = read({"dateAndTimes": [{"type": "SHIP", "dateTime": "2025-10-24T00:00:00-06:00"}]})

    assert told.report.sightings == ()
    assert told.shipped_at.isoformat() == "2025-10-24T06:00:00+00:00"
    assert recorded_report("hold_at_location").numbers[0].headline.shipped is None


def test_the_headline_has_the_time_of_delivery():
    headline = recorded_report("delivered_dst").numbers[0].headline

    assert (headline.code, headline.word) == ("delivered", "DL")
    assert headline.said_at.isoformat() == "2025-10-27T10:42:00+00:00"
    assert headline.shipped.instant.isoformat() == "2025-10-24T22:20:00+00:00"
    assert headline.delivered.offset == 60


def test_the_headlines_reason_is_its_problem():
    headline = recorded_report("hold_at_location").numbers[0].headline

    assert (headline.carrier_code, headline.problem) == ("015", "At the recipient's request")


def test_only_the_delivery_is_signed():
    signees = [s.signee for s in recorded_report("delivered_dst").sightings]

    assert signees == ["I.NVENTED", "", "", "", "", ""]


def test_the_service_is_the_legs():
    assert recorded_report("delivered_dst").legs == (
        LegReport("fedex", "FedEx", "INTERNATIONAL_PRIORITY", "FedEx International Priority"),
    )


def test_ends_are_kept_as_countries():
    told = recorded_report("delivered_dst")

    assert (told.origin_country, told.destination_country) == ("US", "FR")


def window(name, ends):
    return {name: {"window": {"begins": None, "ends": ends}}}


def test_the_estimated_window_is_the_promise():
    promise = recorded_report("hold_at_location").promise

    assert promise.since.wall_clock.hour == 10
    assert promise.until.wall_clock.hour == 14


def test_a_date_comes_before_the_usual_window_and_after_the_estimated_one():
    dates = [
        {"type": "COMMITMENT", "dateTime": "2025-10-28T18:00:00+01:00"},
        {"type": "ESTIMATED_DELIVERY", "dateTime": "2025-10-27T18:00:00+01:00"},
    ]
    usual = window("standardTransitTimeWindow", "2025-10-29T18:00:00+01:00")
    estimated = window("estimatedDeliveryTimeWindow", "2025-10-26T18:00:00+01:00")

    assert report(**usual).promise.until.instant.day == 29
    assert report(dateAndTimes=dates, **usual).promise.until.instant.day == 27
    assert report(dateAndTimes=dates, **usual, **estimated).promise.until.instant.day == 26


def test_a_promise_at_midnight_is_a_day():
    until = report(
        **window("estimatedDeliveryTimeWindow", "2025-10-27T00:00:00-06:00")
    ).promise.until

    assert until.is_date_only


def test_a_flagged_return_turns_at_its_first_failure():
    told = recorded_report("returned")

    assert [s.code for s in told.sightings] == [
        "returned",
        "returning",
        "exception",
        "out_for_delivery",
    ]
    assert told.numbers[0].headline.code == "returned"


def test_a_service_for_returns_goes_back_from_the_start():
    told = report(
        scan("DL", "2025-10-27T09:00:00Z"),
        scan("AR"),
        serviceDetail={"type": "GROUND", "description": "FedEx Return Ground"},
    )

    assert [s.code for s in told.sightings] == ["returned", "returning"]


@pytest.mark.parametrize("detail", [None, {}, {"reasonDetail": []}, {"authorizationName": ""}])
def test_an_empty_detail_flags_no_return(detail):
    assert report(scan("DL"), returnDetail=detail).sightings[0].code == "delivered"


def test_the_number_a_parcel_goes_back_under_is_on_fedexs_leg():
    told = recorded_report("returned")

    assert len(told.legs) == 1
    assert [(n.number, n.leg) for n in told.numbers] == [("794600000041", 0), ("794600000042", 0)]


def test_a_partners_number_opens_a_second_leg():
    told = recorded_report("handed_over")

    assert told.legs[1] == LegReport("usps", "U.S. Postal Service")
    assert [(s.code, s.leg) for s in told.sightings] == [
        ("delivered", 1),
        ("in_transit.arrived", 1),
        ("in_transit.handed_over", 0),
        ("in_transit.departed", 0),
    ]


def test_a_partner_fedex_does_not_name_has_a_blank_leg():
    told = identified({"type": "PARTNER_CARRIER_NUMBER", "value": "9261"}, carrierCode="FDXE")

    assert told.legs[1] == LegReport()
    assert [(n.number, n.leg) for n in told.numbers] == [(NUMBER, 0), ("9261", 1)]


@pytest.mark.parametrize(
    "identifier",
    [
        {"type": "SHIPPER_REFERENCE", "values": ["1"]},
        {"type": "PARTNER_CARRIER_NUMBER", "values": [NUMBER, "", None, [], "1" * 101]},
        {"type": "PARTNER_CARRIER_NUMBER"},
    ],
)
def test_what_is_no_other_number_opens_no_leg(identifier):
    assert len(identified(identifier).legs) == 1


def test_a_number_that_was_used_before_is_told_for_each_parcel():
    older, newer = fedex.read(recorded("fedex/reused.json"))

    assert older.number == newer.number
    assert older.unique_id != newer.unique_id
    assert older.shipped_at < newer.shipped_at
    assert older.report.sightings[0].reference != newer.report.sightings[0].reference


def test_an_error_stands_beside_other_answers():
    lost, found = fedex.read(recorded("fedex/batch.json"))

    assert (lost.number, lost.error) == ("794600000028", "TRACKING.TRACKINGNUMBER.NOTFOUND")
    assert (found.number, found.error) == (NUMBER, "")


def test_a_push_tells_the_event_an_answer_tells():
    [pushed] = fedex.read(recorded("fedex/push.json"))
    asked = recorded_report("delivered_dst").sightings[0]

    assert pushed.report.sightings[0].reference == asked.reference


@pytest.mark.parametrize("envelope", ["completeTrackResults", "trackResults"])
def test_a_push_may_come_without_its_envelope(envelope):
    result = {"trackingNumberInfo": {"trackingNumber": NUMBER}, "scanEvents": [scan()]}
    entry = {"trackingNumber": NUMBER, "trackResults": [result]}
    body = {envelope: [result if envelope == "trackResults" else entry]}
    [told] = fedex.read(json.dumps(body).encode())

    assert told.number == NUMBER
    assert len(told.report.sightings) == 1


def test_a_result_without_any_number_is_left_out():
    assert read({"scanEvents": [scan()]}, number="") == ()


def test_an_event_without_a_time_is_set_aside():
    told = report(scan(time="soon"), scan())

    assert len(told.sightings) == 1
    assert [fault.path for fault in told.faults] == [
        "$.output.completeTrackResults[0].trackResults[0].scanEvents[0].date"
    ]


def test_what_is_wrong_in_one_place_spoils_nothing_beside_it():
    told = report(scan(), latestStatusDetail=[], dateAndTimes={}, serviceDetail=7, error="x")

    assert len(told.sightings) == 1
    assert {fault.path.rpartition(".")[2] for fault in told.faults} == {
        "latestStatusDetail",
        "dateAndTimes",
        "serviceDetail",
        "error",
    }


def test_no_more_events_are_read_than_the_vault_takes():
    assert len(report(*[scan()] * (Limits.EVENTS + 1)).sightings) == Limits.EVENTS


def test_the_tables_hold_capitals_only():
    assert all(word == word.upper() for word in fedex_words.EVENT_CODES)


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"output": null}', b'{"output": {}}'])
def test_what_is_no_answer_is_refused(body):
    with pytest.raises(Refused):
        fedex.read(body)


@given(VALUES | like(json.loads(recorded("fedex/hold_at_location.json"))))
def test_whatever_json_comes_is_read_or_refused(value):
    try:
        told = fedex.read(json.dumps(value).encode())
    except Refused as refused:
        assert refused.faults
        return
    assert all(isinstance(one.report, Report) and outcome(one.report) for one in told)


@given(st.binary(max_size=100))
def test_whatever_bytes_come_are_refused(payload):
    with pytest.raises(Refused):
        fedex.read(payload)
