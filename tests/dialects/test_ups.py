import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.dialects import ups, ups_words
from apps.dialects.payloads import Refused
from apps.shipments.reports import Certainty, LegReport, Limits, Place, Report
from tests.builders import recorded
from tests.dialects.odd_json import VALUES, like
from tests.dialects.outcomes import outcome

NUMBER = "1Z0A12B30390000017"


def read(*packages, **fields):
    shipment = {"inquiryNumber": NUMBER, "package": list(packages)} | fields
    [told] = ups.read(json.dumps({"trackResponse": {"shipment": [shipment]}}).encode())
    return told


def package(*activities, **fields):
    return {"trackingNumber": NUMBER, "activity": list(activities)} | fields


def activity(kind="I", code="AR", digits="", place=None, **clocks):
    return {
        "location": {"address": place or {"city": "Boston", "countryCode": "US"}},
        "status": {"type": kind, "code": code, "statusCode": digits, "description": "Scan"},
    } | (clocks or {"date": "20250309", "time": "034500"})


def moment(place=None, **clocks):
    [seen] = read(package(activity(place=place, **clocks))).report.sightings
    return seen.moment


def recorded_report(name):
    [told] = ups.read(recorded(f"ups/{name}.json"))
    return told.report


def alert(**fields):
    return ups.read_alert(json.dumps(json.loads(recorded("ups/alert.json")) | fields).encode())


def test_the_gmt_clock_decides_and_the_offset_is_the_places():
    told = moment(
        date="20250309", time="034500", gmtDate="20250309", gmtTime="74500", gmtOffset="-04:00"
    )

    assert (told.instant.isoformat(), told.offset) == ("2025-03-09T07:45:00+00:00", -240)
    assert told.certainty is Certainty.GIVEN


def test_a_gmt_clock_without_offset_has_it_from_the_local_clock():
    told = moment(date="20250309", time="34500", gmtDate="20250309", gmtTime="07:45:00")

    assert (told.instant.hour, told.offset, told.certainty) == (7, -240, Certainty.GIVEN)


def test_a_local_clock_with_its_offset_is_as_good():
    told = moment(date="20250309", time="034500", gmtOffset="-04.00")

    assert (told.instant.hour, told.offset, told.certainty) == (7, -240, Certainty.GIVEN)


def test_a_local_clock_alone_is_the_places():
    place = {"city": "Reno", "stateProvince": "NV", "countryCode": "US"}
    told = moment(place, date="20250309", time="034500")

    assert (told.offset, told.certainty) == (-420, Certainty.INFERRED)


def test_a_local_clock_without_a_place_is_assumed():
    told = moment({"countryCode": "US"}, date="20250309", time="034500")

    assert (told.offset, told.certainty) == (0, Certainty.ASSUMED)


def test_a_date_without_time_is_a_date():
    place = {"countryCode": "FR"}
    told = moment(place, date="20250309", time="")

    assert (told.is_date_only, told.offset) == (True, 60)


@pytest.mark.parametrize(
    "clocks",
    [{"gmtOffset": "soon"}, {"gmtDate": "20259999", "gmtTime": "x"}, {"gmtTime": "010101"}],
)
def test_what_cannot_be_read_of_one_clock_is_had_from_another(clocks):
    place = {"countryCode": "FR"}
    told = moment(place, date="20250309", time="034500", **clocks)

    assert (told.wall_clock.hour, told.offset, told.certainty) == (3, 60, Certainty.INFERRED)


def test_a_journey_keeps_its_clocks_over_the_change_to_summer_time():
    seen = recorded_report("delivered_dst").sightings

    assert [s.moment.offset for s in seen] == [-240, -240, -240, -300, -360, -360]
    assert [s.moment.wall_clock.day for s in seen] == [10, 10, 9, 8, 7, 7]
    assert [s.position for s in seen] == [5, 4, 3, 2, 1, 0]


def test_digits_lead_then_type_and_code_then_the_type():
    assert ups_words.code_of("021", "X", "AR") == "out_for_delivery"
    assert ups_words.code_of("21", "X", "AR") == "out_for_delivery"
    assert ups_words.code_of("999", "I", "AR") == "in_transit.arrived"
    assert ups_words.code_of("", "i", "ar") == "in_transit.arrived"
    assert ups_words.code_of("", "I", "ZZ") == "in_transit"


@pytest.mark.parametrize("code", ["AR", "DL", "DP", "PU"])
def test_a_code_of_one_type_means_nothing_under_another(code):
    assert ups_words.code_of("", "X", code) == "exception"
    assert ups_words.code_of("", "M", code) == "pre_transit.label_created"
    assert ups_words.code_of("", "", code) == "unknown.unmapped"


@pytest.mark.parametrize("digits", ["", "²", "٣", "9" * 5000, "-1", "1.0"])
def test_digits_that_are_none_mean_nothing(digits):
    assert ups_words.code_of(digits, "Q", "QQ") == "unknown.unmapped"


def test_an_event_keeps_type_and_code_as_its_word_and_the_digits_as_the_carriers():
    newest = recorded_report("delivered_dst").sightings[0]

    assert (newest.word, newest.carrier_code) == ("D/FS", "011")
    assert newest.place == Place(city="BOSTON", region="MA", postal_code="02108", country="US")
    assert newest.signee == "INVENTED"


def test_only_the_delivery_is_signed():
    assert [s.signee for s in recorded_report("delivered_dst").sightings[1:]] == [""] * 5


def test_entities_are_decoded():
    newest = recorded_report("access_point").sightings[0]

    assert "Access Point™" in newest.description


def test_the_service_is_the_legs():
    assert recorded_report("delivered_dst").legs == (LegReport("ups", "UPS", "518", "UPS Ground"),)


def test_the_headline_has_the_time_of_delivery():
    headline = recorded_report("delivered_dst").numbers[0].headline

    assert (headline.code, headline.description) == ("delivered", "Delivered")
    assert headline.said_at.isoformat() == "2025-03-10T13:35:00+00:00"
    assert headline.delivered.offset == -240


def test_a_headline_on_the_way_has_no_time():
    assert recorded_report("access_point").numbers[0].headline.said_at is None


def test_a_rescheduled_day_comes_before_the_first_one_with_its_window():
    promise = recorded_report("access_point").promise

    assert promise.since.instant.isoformat() == "2025-06-13T08:00:00+00:00"
    assert promise.until.instant.isoformat() == "2025-06-13T12:00:00+00:00"


def test_an_end_of_day_is_a_day():
    told = read(
        package(deliveryDate=[{"type": "SDD", "date": "20250612"}], deliveryTime={"type": "EOD"})
    )

    assert told.report.promise.until.is_date_only


def test_a_delivery_is_no_promise():
    assert recorded_report("delivered_dst").promise is None


def test_ends_are_kept_as_countries():
    report = recorded_report("delivered_dst")

    assert (report.origin_country, report.destination_country) == ("US", "US")


def test_a_partners_number_opens_a_second_leg():
    report = recorded_report("handed_over")

    assert report.legs[1] == LegReport("usps", "U.S. Postal Service")
    assert [(n.number, n.leg) for n in report.numbers] == [
        ("1Z0A12B3YW90000053", 0),
        ("92419900000033499500000042", 1),
    ]
    assert [(s.code, s.leg) for s in report.sightings] == [
        ("delivered", 1),
        ("in_transit", 1),
        ("in_transit.handed_over", 0),
        ("in_transit.departed", 0),
    ]


@pytest.mark.parametrize("kind", [None, "", "UPS_INFO", "MOON_PIC"])
def test_another_number_of_no_known_partner_opens_none(kind):
    told = read(package(alternateTrackingNumber=[{"number": "1", "type": kind}]))

    assert len(told.report.legs) == 1
    assert [n.number for n in told.report.numbers] == [NUMBER]


def test_several_packages_are_items_with_numbers_of_their_own():
    report = recorded_report("pieces")

    assert [(n.number, n.item, n.headline.code) for n in report.numbers] == [
        ("1Z0A12B30190000066", 0, "delivered"),
        ("1Z0A12B30190000075", 1, "in_transit.delayed"),
    ]
    assert [s.item for s in report.sightings] == [0, 0, 1]


def test_packages_scanned_together_are_told_apart():
    first, second = (s for s in recorded_report("pieces").sightings if s.moment.instant.hour == 9)

    assert first.reference != second.reference


def test_a_single_package_is_the_shipment_itself():
    report = recorded_report("delivered_dst")

    assert report.items == ()
    assert {s.item for s in report.sightings} == {None}


def test_a_number_that_is_no_package_is_named_first():
    told = read(package(trackingNumber="1ZA"), package(trackingNumber="1ZB"))

    assert [n.number for n in told.report.numbers] == [NUMBER, "1ZA", "1ZB"]
    assert told.names == (NUMBER, "1ZA", "1ZB")


def test_a_package_without_number_has_the_one_asked_for():
    assert [n.number for n in read(package(trackingNumber=None)).report.numbers] == [NUMBER]


def test_warnings_are_told():
    [told] = ups.read(recorded("ups/not_found_in_200.json"))

    assert told.warnings == ("TW0001",)


def test_a_push_is_the_event_an_answer_tells():
    number, pushed = ups.read_alert(recorded("ups/alert.json"))
    asked = recorded_report("delivered_dst").sightings[0]
    [seen] = pushed.sightings

    assert number == NUMBER
    assert (seen.reference, seen.moment, seen.word) == (asked.reference, asked.moment, asked.word)
    assert (seen.code, seen.signee) == ("delivered", "INVENTED")
    assert not pushed.is_whole_history


def test_a_push_leaves_the_leg_open():
    _, pushed = alert(alternateTrackingNumber=[{"number": "9241", "type": "USPS_PIC"}])

    assert [seen.leg for seen in pushed.sightings] == [None]
    assert [(n.number, n.leg) for n in pushed.numbers] == [(NUMBER, 0), ("9241", 1)]


def test_a_push_may_have_the_digits_too():
    status = {"type": "X", "code": "A6", "description": "Late", "descriptionCode": "046"}
    _, pushed = alert(activityStatus=status)

    assert pushed.sightings[0].code == "in_transit.delayed"


@pytest.mark.parametrize(
    "fields",
    [
        {"trackingNumber": ""},
        {"trackingNumber": "1" * 101},
        {"localActivityDate": "x", "gmtActivityDate": None},
        {"localActivityDate": "00010101", "gmtActivityDate": ""},
    ],
)
def test_a_push_without_number_or_time_is_refused(fields):
    with pytest.raises(Refused):
        alert(**fields)


def test_an_event_without_a_time_is_set_aside():
    report = read(package(activity(date="soon"), activity())).report

    assert len(report.sightings) == 1
    assert [fault.path for fault in report.faults] == [
        "$.trackResponse.shipment[0].package[0].activity[0].date"
    ]


def test_what_is_wrong_in_one_place_spoils_nothing_beside_it():
    report = read(
        package(activity(), currentStatus=[], deliveryDate={}, service=7, packageAddress="x")
    ).report

    assert len(report.sightings) == 1
    assert {fault.path.rpartition(".")[2] for fault in report.faults} == {
        "currentStatus",
        "deliveryDate",
        "service",
        "packageAddress",
    }


def test_no_more_events_are_read_than_the_vault_takes():
    many = [activity()] * (Limits.EVENTS // 2 + 1)
    report = read(package(*many), package(*many, trackingNumber="1ZB")).report

    assert len(report.sightings) == Limits.EVENTS


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b'{"trackResponse": null}', b'{"trackResponse": {"shipment": {}}}']
)
def test_what_is_no_answer_is_refused(body):
    with pytest.raises(Refused):
        ups.read(body)


@given(VALUES | like(json.loads(recorded("ups/handed_over.json"))))
def test_whatever_json_comes_is_read_or_refused(value):
    try:
        told = ups.read(json.dumps(value).encode())
    except Refused as refused:
        assert refused.faults
        return
    assert all(isinstance(one.report, Report) and outcome(one.report) for one in told)


@given(VALUES | like(json.loads(recorded("ups/alert.json"))))
def test_whatever_push_comes_is_read_or_refused(value):
    try:
        number, report = ups.read_alert(json.dumps(value).encode())
    except Refused as refused:
        assert refused.faults
        return
    assert number and outcome(report)


@given(st.binary(max_size=100))
def test_whatever_bytes_come_are_refused(payload):
    with pytest.raises(Refused):
        ups.read(payload)
