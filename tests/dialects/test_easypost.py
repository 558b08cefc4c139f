import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.dialects import easypost
from apps.dialects.payloads import Refused
from apps.shipments.reports import (
    NOWHERE,
    Certainty,
    LegReport,
    Limits,
    NumberReport,
    Place,
    PromiseReport,
)
from tests.builders import recorded
from tests.dialects.journeys import at
from tests.dialects.outcomes import outcome

CHARLOTTE = {"city": "CHARLOTTE", "state": "NC", "country": "US", "zip": "28202"}
TRACKER_KEYS = list(json.loads(recorded("easypost/journey.json")))
DETAIL_KEYS = list(json.loads(recorded("easypost/journey.json"))["tracking_details"][0])


def read(tracker):
    return easypost.read(json.dumps(tracker).encode()).report


def tracker(*details, **fields):
    return {"tracking_code": "1", "carrier": "UPS", "tracking_details": list(details)} | fields


def detail(status="in_transit", status_detail=None, time="2025-03-12T18:47:00Z", **fields):
    return {"status": status, "status_detail": status_detail, "datetime": time} | fields


def codes(*details, **fields):
    return [sighting.code for sighting in read(tracker(*details, **fields)).sightings]


def moment(time, **location):
    [sighting] = read(tracker(detail(time=time, tracking_location=location))).sightings
    return sighting.moment


def test_a_tracker_is_read_by_its_number_and_id():
    told = easypost.read(recorded("easypost/journey.json"))

    assert told.name == "9400100000000000000011"
    assert told.tracker_id.startswith("trk_")
    assert told.report.is_whole_history
    assert told.report.legs == (LegReport("usps", service_name="First-Class Package Service"),)


def test_events_keep_both_words_and_the_carriers_own():
    newest = easypost.read(recorded("easypost/journey.json")).report.sightings[-1]

    assert (newest.word, newest.carrier_code) == ("delivered/arrived_at_destination", "01")


def test_markup_in_texts_is_read():
    newest = easypost.read(recorded("easypost/journey.json")).report.sightings[-1]

    assert newest.description == "Delivered, Front Desk & Reception"


def test_who_signed_did_so_at_the_delivery():
    sightings = easypost.read(recorded("easypost/journey.json")).report.sightings

    assert [s.signee for s in sightings if s.signee] == ["I INVENTED"]
    assert sightings[-1].signee


def test_a_z_at_a_precise_place_is_certain_and_has_the_places_offset():
    expected = at("2025-03-12T18:47:00+00:00", offset=-240)

    assert moment("2025-03-12T18:47:00Z", **CHARLOTTE) == expected
    assert expected.certainty is Certainty.GIVEN


def test_the_places_offset_follows_the_change_of_clocks():
    before = moment("2025-03-09T06:59:00Z", **CHARLOTTE)
    after = moment("2025-03-09T07:00:00Z", **CHARLOTTE)

    assert (before.offset, after.offset) == (-300, -240)
    assert after.wall_clock.hour - before.wall_clock.hour == 2


@pytest.mark.parametrize(
    "location",
    [{}, {"city": "CHARLOTTE"}, {"state": "NC", "country": "US"}, {"zip": "28202"}],
    ids=str,
)
def test_a_z_at_a_vague_place_is_a_clock_of_no_zone(location):
    found = moment("2025-03-12T18:47:00Z", **location)

    assert found == at("2025-03-12T18:47:00+00:00", certainty=Certainty.ASSUMED)


def test_a_city_in_a_state_of_no_country_is_precise_but_its_clock_unknown():
    found = moment("2025-03-12T18:47:00Z", city="CHARLOTTE", state="NC")

    assert found == at("2025-03-12T18:47:00+00:00")


def test_an_offset_that_is_written_is_believed_anywhere():
    assert moment("2025-03-12T18:47:00-04:00").certainty is Certainty.GIVEN


def test_a_clock_without_a_zone_is_read_at_its_place():
    found = moment("2025-03-12T14:47:00", **CHARLOTTE)

    assert found == at("2025-03-12T18:47:00+00:00", offset=-240, certainty=Certainty.INFERRED)


@pytest.mark.parametrize(
    ("status", "detail_", "code"),
    [
        ("in_transit", "status_update", "in_transit"),
        ("in_transit", "held", "in_transit"),
        ("in_transit", "expired", "in_transit"),
        ("delivered", "in_transit", "delivered"),
        ("failure", "return", "exception"),
        ("error", "unknown", "unknown.untrackable"),
        ("unknown", "arrived_at_facility", "in_transit.arrived"),
        ("pre_transit", "received_at_origin_facility", "pre_transit"),
        ("in_transit", "a_new_detail", "in_transit"),
        ("a_new_status", "in_transit", "unknown.unmapped"),
        ("unknown", "a_new_detail", "unknown.unmapped"),
        (None, None, "unknown.unmapped"),
        ("IN_TRANSIT", None, "unknown.unmapped"),
    ],
)
def test_the_status_decides_the_milestone_where_its_detail_disagrees(status, detail_, code):
    assert codes(detail(status, detail_)) == [code]


def test_a_failure_before_another_round_was_an_attempt():
    failed = detail("failure", "failure")
    round_ = detail("out_for_delivery", "out_for_delivery")

    assert codes(round_, failed, round_) == ["out_for_delivery", "attempted", "out_for_delivery"]
    assert codes(round_, failed) == ["out_for_delivery", "exception"]


def test_a_failure_that_says_more_stays_what_it_is():
    lost = detail("failure", "lost")

    assert codes(lost, detail("out_for_delivery"))[0] == "exception.lost"


def test_a_tracker_of_a_return_travels_back_from_the_start():
    assert codes(detail(), detail("delivered"), is_return=True) == ["returning", "returned"]


def test_what_was_sent_back_on_the_way_went_forth_until_it_turned():
    told = codes(detail(), detail("return_to_sender"), detail("delivered"), is_return=True)

    assert told == ["in_transit", "returning", "delivered"]


def test_a_delivery_to_the_sender_is_no_delivery():
    returned = tracker(
        detail("return_to_sender", "return"),
        detail("delivered", time="2025-03-13T10:00:00Z"),
        status="delivered",
        updated_at="2025-03-14T10:00:00Z",
    )

    assert outcome(read(returned)) == "returned"


def test_a_return_is_over_when_nothing_more_will_come():
    sent_back = detail("return_to_sender", "return")

    assert codes(sent_back, sent_back) == ["returning", "returning"]
    assert codes(sent_back, sent_back, finalized=True) == ["returning", "returned"]


def test_a_hand_over_begins_a_leg_of_the_partners():
    report = easypost.read(recorded("easypost/hand_over.json")).report

    assert report.legs == (LegReport("ups", service_name="UPS SurePost"), LegReport("usps"))
    assert [sighting.leg for sighting in report.sightings] == [0, 0, 1, 1]
    assert report.numbers[1] == NumberReport("92000000000000000000000066", 1)


def test_the_partners_leg_stands_before_its_first_scan_and_number():
    handed_over = detail("in_transit", "transferred_to_destination_carrier", source="UPS")

    report = read(tracker(handed_over))

    assert report.legs == (LegReport("ups"), LegReport())
    assert [number.number for number in report.numbers] == ["1"]


def test_an_alternate_identifier_without_a_hand_over_is_no_number():
    report = read(tracker(detail(), carrier_detail={"alternate_identifier": "2"}))

    assert [number.number for number in report.numbers] == ["1"]


def test_a_carrier_we_do_not_know_keeps_its_name():
    assert read(tracker(carrier="Hermes")).legs == (LegReport("", "Hermes"),)


def test_the_promise_is_the_local_one():
    promise = easypost.read(recorded("easypost/journey.json")).report.promise

    assert promise == PromiseReport(
        at("2025-03-13T01:00:00+00:00", offset=-240, certainty=Certainty.INFERRED)
    )


def test_a_promise_at_midnight_utc_is_a_day():
    promise = read(tracker(est_delivery_date="2025-03-13T00:00:00Z")).promise

    assert promise.until == at(
        "2025-03-13T00:00:00+00:00", certainty=Certainty.ASSUMED, is_date_only=True
    )


def test_a_local_promise_nobody_can_read_gives_way():
    local = {"est_delivery_date_local": "soon", "est_delivery_time_local": "21:00:00"}
    report = read(tracker(est_delivery_date="2025-03-13T01:00:00Z", carrier_detail=local))

    assert report.promise.until.instant.day == 13
    assert [fault.path for fault in report.faults] == ["$.carrier_detail.est_delivery_date_local"]


def test_only_an_ending_headline_is_dated():
    def headline(status):
        [number] = read(tracker(status=status, updated_at="2025-03-14T10:00:00Z")).numbers
        return number.headline

    assert headline("in_transit").said_at is None
    assert headline("delivered").said_at == at("2025-03-14T10:00:00+00:00").instant


def test_both_ends_are_read():
    ends = {
        "origin_tracking_location": {"country": "MEX"},
        "destination_tracking_location": {"country": "us"},
    }
    report = read(tracker(carrier_detail=ends))

    assert (report.origin_country, report.destination_country) == ("MX", "US")


def test_a_place_is_read_by_its_parts():
    [sighting] = read(tracker(detail(tracking_location=CHARLOTTE))).sightings

    assert sighting.place == Place(city="CHARLOTTE", region="NC", postal_code="28202", country="US")


def test_an_event_about_a_tracker_holds_it():
    pushed = easypost.read_event(recorded("easypost/push.json"))

    assert pushed.event_id == "evt_00000000000000000000000000000001"
    assert pushed.told == easypost.read(recorded("easypost/journey.json"))


def test_an_event_about_anything_else_is_heard_and_tells_nothing():
    pushed = easypost.read_event(recorded("easypost/push_batch.json"))

    assert pushed == easypost.Pushed("evt_00000000000000000000000000000002", None)


def test_faults_in_an_event_tell_where_in_it():
    event = {"id": "evt_1", "object": "Event", "description": "tracker.updated"}
    event["result"] = tracker(detail(time="noon"))

    report = easypost.read_event(json.dumps(event).encode()).told.report

    assert [fault.path for fault in report.faults] == ["$.result.tracking_details[0].datetime"]


@pytest.mark.parametrize("time", ["", None, "yesterday", "0001-01-01T00:00:00Z", True, []])
def test_an_event_without_a_time_is_set_aside_and_the_rest_kept(time):
    report = read(tracker(detail(), detail(time=time)))

    assert len(report.sightings) == 1
    assert report.faults[-1].path.startswith("$.tracking_details[1]")
    assert not report.is_whole_history


def test_fields_of_the_wrong_kind_are_set_aside():
    odd = tracker(detail(message=[], tracking_location="here"), status={}, is_return="no")
    report = read(odd | {"carrier_detail": []})

    assert report.sightings[0].place == NOWHERE
    assert {fault.path for fault in report.faults} == {
        "$.status",
        "$.is_return",
        "$.tracking_details[0].message",
        "$.tracking_details[0].tracking_location",
    }


def test_a_number_too_long_for_the_vault_is_not_cut_to_another():
    told = easypost.read(json.dumps(tracker(tracking_code="1" * 101)).encode())

    assert told.name == ""
    assert told.report.numbers == ()


def test_no_more_events_are_read_than_the_vault_takes():
    report = read(tracker(*[detail()] * (Limits.EVENTS + 1)))

    assert len(report.sightings) == Limits.EVENTS
    assert not report.is_whole_history


@pytest.mark.parametrize(
    "payload",
    [b"", b"null", b"[]", b"{}", b"<html>", recorded("easypost/not_found.json"), b'{"a":' * 9999],
)
def test_what_is_no_tracker_is_refused(payload):
    with pytest.raises(Refused):
        easypost.read(payload)
    with pytest.raises(Refused):
        easypost.read_event(payload)


@pytest.mark.parametrize("result", [None, [], "x", {}, {"object": "Tracker"}])
def test_an_event_about_a_tracker_without_one_is_refused(result):
    event = {"id": "evt_1", "object": "Event", "description": "tracker.created", "result": result}

    with pytest.raises(Refused):
        easypost.read_event(json.dumps(event).encode())


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
odd_times = st.datetimes().map(lambda value: f"{value.isoformat()}Z") | json_values
odd_details = st.fixed_dictionaries(
    {"datetime": odd_times}, optional=dict.fromkeys(set(DETAIL_KEYS) - {"datetime"}, json_values)
)
odd_trackers = st.fixed_dictionaries(
    {"tracking_code": json_values},
    optional=dict.fromkeys(set(TRACKER_KEYS) - {"tracking_code"}, json_values)
    | {"tracking_details": st.lists(odd_details | json_values, max_size=4)},
)


@given(json_values | odd_trackers)
def test_whatever_json_comes_is_read_or_refused(value):
    payload = json.dumps(value).encode()
    try:
        report = easypost.read(payload).report
    except Refused as refused:
        assert refused.faults
    else:
        assert all(0 <= s.leg < len(report.legs) for s in report.sightings)
        assert outcome(report)
