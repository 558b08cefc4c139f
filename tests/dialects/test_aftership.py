import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.dialects import aftership
from apps.dialects.payloads import Refused
from apps.shipments.reports import Certainty, LegReport, Limits, NumberReport, Place
from tests.builders import recorded
from tests.dialects.journeys import at
from tests.dialects.outcomes import outcome

JOURNEY = json.loads(recorded("aftership/journey.json"))["data"]
TRACKING_KEYS = list(JOURNEY)
CHECKPOINT_KEYS = list(JOURNEY["checkpoints"][0])
BERLIN = {"city": "Berlin", "country_region": "DEU"}


def told(tracking, **meta):
    answer = {"meta": {"code": 200} | meta, "data": tracking}
    return aftership.read(json.dumps(answer).encode())


def read(tracking):
    [one] = told(tracking)
    return one.report


def tracking(*checkpoints, **fields):
    return {"tracking_number": "1", "slug": "dhl", "checkpoints": list(checkpoints)} | fields


def checkpoint(tag="InTransit", subtag=None, time="2025-03-28T10:00:00Z", **fields):
    return {"slug": "dhl", "tag": tag, "subtag": subtag, "checkpoint_time": time} | fields


def seen(*args, **fields):
    [sighting] = read(tracking(checkpoint(*args, **fields))).sightings
    return sighting


def legs(*checkpoints, **fields):
    return [
        leg.carrier_code or leg.carrier_name for leg in read(tracking(*checkpoints, **fields)).legs
    ]


def test_a_tracking_is_read_by_its_number_courier_and_id():
    [one] = aftership.read(recorded("aftership/journey.json"))

    assert (one.name, one.slug, one.tracking_id) == ("1234560011", "dhl", f"{0x11:032x}")
    assert one.report.is_whole_history
    assert one.report.legs == (LegReport("dhl_express", service_name="EXPRESS WORLDWIDE"),)
    assert (one.report.origin_country, one.report.destination_country) == ("FR", "DE")


def test_each_of_a_list_is_read():
    found = aftership.read(recorded("aftership/list.json"))

    assert [(one.name, one.slug) for one in found] == [
        ("1234560077", "dhl-germany"),
        ("1234560077", "dhl"),
        ("1234560011", "dhl"),
    ]


def test_an_entry_of_a_list_that_is_no_tracking_leaves_the_others():
    found = told({"trackings": [None, 7, {}, tracking(), "x"]})

    assert [one.name for one in found] == ["1"]


def test_the_older_wrapping_is_understood():
    [one] = told({"tracking": tracking(checkpoint(country_iso3="FRA", city="Lyon"))})

    assert one.report.sightings[0].place.country == "FR"


def test_the_subtag_is_the_word_and_the_couriers_own_is_kept():
    arrived = seen("InTransit", "InTransit_003", raw_tag="AF")

    assert (arrived.word, arrived.carrier_code) == ("InTransit_003", "AF")
    assert seen("InTransit").word == "InTransit"


@pytest.mark.parametrize(
    ("tag", "subtag", "code"),
    [
        ("Exception", "Exception_014", "exception"),
        ("InTransit", "InTransit_777", "in_transit"),
        ("Exception", "Exception_005", "in_transit.delayed"),
        ("OutForDelivery", "OutForDelivery_003", "info.notified"),
        ("Teleported", "Teleported_001", "unknown.unmapped"),
        ("intransit", None, "unknown.unmapped"),
        (None, None, "unknown.unmapped"),
        (7, 8, "unknown.unmapped"),
    ],
)
def test_the_subtag_leads_and_the_tag_stands_in(tag, subtag, code):
    assert seen(tag, subtag).code == code


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("Shipment not ready at the sender", "pre_transit.pickup_failed"),
        ("Recipient did not collect the parcel", "exception.unclaimed"),
    ],
)
def test_a_missed_pickup_is_the_recipients_when_the_text_says_so(message, code):
    assert seen("Exception", "Exception_008", message=message).code == code


def test_a_clock_with_an_offset_is_given():
    assert seen(time="2025-03-28T10:00:00-05:00").moment == at(
        "2025-03-28T15:00:00+00:00", offset=-300
    )


def test_a_clock_without_an_offset_is_read_at_its_place():
    assert seen(time="2025-03-28T10:00:00", **BERLIN).moment == at(
        "2025-03-28T09:00:00+00:00", offset=60, certainty=Certainty.INFERRED
    )


@pytest.mark.parametrize("place", [{}, {"country_region": "USA"}, {"city": "Berlin"}], ids=str)
def test_a_clock_at_no_known_place_is_assumed(place):
    assert seen(time="2025-03-28T10:00:00", **place).moment == at(
        "2025-03-28T10:00:00+00:00", certainty=Certainty.ASSUMED
    )


def test_a_night_on_the_road_ends_on_the_next_day_and_on_another_clock():
    arrived, departed = aftership.read(recorded("aftership/journey.json"))[0].report.sightings[2:4]

    assert (arrived.moment.wall_clock.day, departed.moment.wall_clock.day) == (29, 30)
    assert (arrived.moment.offset, departed.moment.offset) == (60, 120)
    assert (departed.moment.instant - arrived.moment.instant).total_seconds() == 200 * 60


def test_a_place_is_read_by_its_parts():
    point = {"latitude": 51.42, "longitude": 12.24}
    where = {"location": "Leipzig, Germany", "state": "SN", "zip": "04435", "coordinate": point}

    assert seen(country_region="DEU", city="Leipzig", **where).place == Place(
        label="Leipzig, Germany",
        city="Leipzig",
        region="SN",
        postal_code="04435",
        country="DE",
        latitude=51.42,
        longitude=12.24,
    )


def test_a_country_nobody_knows_is_kept_as_it_came():
    assert seen(country_region="XKX").place.country == "XKX"


def test_when_aftership_heard_of_it_is_kept():
    assert (
        seen(created_at="2025-03-28T12:00:00Z").received_at
        == at("2025-03-28T12:00:00+00:00").instant
    )
    assert seen(created_at="noon").received_at is None


def test_who_signed_did_so_at_the_delivery():
    sightings = aftership.read(recorded("aftership/journey.json"))[0].report.sightings

    assert [s.signee for s in sightings if s.signee] == ["I Erfunden"]
    assert sightings[-1].signee


def test_markup_in_texts_is_read():
    newest = aftership.read(recorded("aftership/journey.json"))[0].report.sightings[-1]

    assert newest.description == "Delivered – signed"


def test_the_last_miles_courier_has_a_leg_and_a_number():
    [one] = aftership.read(recorded("aftership/hand_over.json"))

    assert one.report.legs == (LegReport("", "china-post"), LegReport("usps"))
    assert [sighting.leg for sighting in one.report.sightings] == [0, 0, 0, 1, 1]
    assert one.report.numbers[1] == NumberReport(
        "9200000000000000000055", 1, None, "https://usps.example/9200000000000000000055"
    )


def test_what_the_first_courier_calls_delivered_is_a_hand_over():
    [one] = aftership.read(recorded("aftership/hand_over.json"))

    assert [s.code for s in one.report.sightings if s.leg == 0][-1] == "delivered"
    assert outcome(one.report) == "out_for_delivery"


def test_a_first_mile_comes_before_the_courier_that_was_registered():
    first = {"slug": "ups", "tracking_number": "1Z"}
    report = read(tracking(checkpoint(), checkpoint(slug="ups"), first_mile=first))

    assert [leg.carrier_code for leg in report.legs] == ["ups", "dhl_express"]
    assert [sighting.leg for sighting in report.sightings] == [1, 0]
    assert [(n.number, n.leg) for n in report.numbers] == [("1", 1), ("1Z", 0)]


def test_couriers_that_only_scan_have_legs_in_the_order_of_their_scans():
    assert legs(checkpoint(slug="ups"), checkpoint(), checkpoint(slug="usps")) == [
        "ups",
        "dhl_express",
        "usps",
    ]


def test_a_courier_named_twice_has_one_leg():
    mile = {"slug": "dhl", "tracking_number": "2"}
    report = read(tracking(checkpoint(), first_mile=mile, last_mile=mile))

    assert len(report.legs) == 1
    assert [(n.number, n.leg) for n in report.numbers] == [("1", 0), ("2", 0)]


def test_a_miles_number_is_told_once_however_it_is_written():
    mile = {"slug": "dhl", "tracking_number": " 1"}

    assert len(read(tracking(first_mile=mile)).numbers) == 1


def test_a_scan_by_nobody_is_the_registered_couriers():
    report = read(tracking(checkpoint(slug=None), slug="unrecognized"))

    assert report.legs == (LegReport(),)
    assert report.sightings[0].leg == 0


def test_a_crowd_of_couriers_is_cut():
    crowd = [checkpoint(slug=f"courier-{number}") for number in range(50)]

    report = read(tracking(*crowd))

    assert len(report.legs) < 10
    assert len(report.sightings) == 50
    assert report.sightings[-1].leg is None


def test_the_couriers_estimate_is_the_promise():
    promise = aftership.read(recorded("aftership/journey.json"))[0].report.promise

    assert promise.given_by == "carrier"
    assert promise.since == at(
        "2025-03-31T07:00:00+00:00", offset=120, certainty=Certainty.INFERRED
    )
    assert promise.until == at(
        "2025-03-31T10:00:00+00:00", offset=120, certainty=Certainty.INFERRED
    )


@pytest.mark.parametrize(
    ("source", "given_by"),
    [("Carrier EDD", "carrier"), ("Custom EDD", "merchant"), ("AfterShip EDD", "ours")],
)
def test_without_one_the_latest_estimate_is_and_whose_it_is_is_told(source, given_by):
    latest = {"source": source, "datetime": "2025-03-31"}
    promise = read(tracking(latest_estimated_delivery=latest)).promise

    assert promise.given_by == given_by
    assert promise.until.is_date_only


def test_an_estimate_of_nobody_we_know_is_no_promise():
    latest = {"source": "Fortune teller", "datetime": "2025-03-31"}

    assert read(tracking(latest_estimated_delivery=latest)).promise is None


def test_the_headline_is_read():
    [number] = aftership.read(recorded("aftership/journey.json"))[0].report.numbers
    headline = number.headline

    assert (headline.code, headline.word) == ("delivered.signed", "Delivered_003")
    assert headline.shipped == at(
        "2025-03-28T16:20:00+00:00", offset=60, certainty=Certainty.INFERRED
    )
    assert headline.delivered == at("2025-03-31T09:02:00+00:00", offset=120)
    assert headline.said_at == at("2025-04-01T10:00:00+00:00").instant
    assert number.tracking_url == "https://www.dhl.example/1234560011"


def test_only_an_ending_headline_is_dated():
    [number] = read(tracking(tag="InTransit", updated_at="2025-03-31T10:00:00Z")).numbers

    assert number.headline.said_at is None


def test_a_headline_whose_subtag_moves_nothing_speaks_by_its_tag():
    [number] = read(tracking(tag="OutForDelivery", subtag="OutForDelivery_003")).numbers

    assert number.headline.code == "out_for_delivery"


def test_a_delivery_to_the_sender_is_no_delivery():
    [one] = aftership.read(recorded("aftership/return.json"))

    assert one.report.numbers[0].headline.code == "returned"
    assert outcome(one.report) == "returned"


def test_an_expired_tracking_leaves_the_parcel_where_it_is():
    expired = tracking(
        checkpoint("InTransit", "InTransit_003"), tag="Expired", subtag="Expired_001"
    )

    assert outcome(read(expired)) == "in_transit.arrived"


def test_a_push_holds_the_tracking():
    pushed = aftership.read_push(recorded("aftership/push.json"))

    assert pushed.event_id == "3f000000-0000-4000-8000-000000000001"
    assert (pushed.told,) == aftership.read(recorded("aftership/journey.json"))


def test_a_push_about_anything_else_is_heard_and_tells_nothing():
    pushed = aftership.read_push(recorded("aftership/push_other.json"))

    assert pushed == aftership.Pushed("3f000000-0000-4000-8000-000000000002", None)


@pytest.mark.parametrize("message", [None, [], {}, "x", {"name": "Acme"}])
def test_an_update_without_a_tracking_is_refused(message):
    push = {"event": "tracking_update", "event_id": "1", "msg": message}

    with pytest.raises(Refused):
        aftership.read_push(json.dumps(push).encode())


@pytest.mark.parametrize("time", ["", None, "yesterday", "0001-01-01T00:00:00Z", True, []])
def test_a_checkpoint_without_a_time_is_set_aside_and_the_rest_kept(time):
    report = read(tracking(checkpoint(), checkpoint(time=time)))

    assert len(report.sightings) == 1
    assert report.faults[-1].path.startswith("$.data.checkpoints[1]")
    assert not report.is_whole_history


def test_fields_of_the_wrong_kind_are_set_aside():
    off = {"latitude": 91, "longitude": 0}
    odd = tracking(checkpoint(message=[], coordinate=off), tag={}, first_mile=[], last_mile="x")

    report = read(odd)

    assert report.sightings[0].place == Place()
    assert {fault.path for fault in report.faults} == {
        "$.data.tag",
        "$.data.first_mile",
        "$.data.last_mile",
        "$.data.checkpoints[0].message",
        "$.data.checkpoints[0].coordinate.latitude",
    }


def test_a_number_too_long_for_the_vault_is_not_cut_to_another():
    [one] = told(tracking(tracking_number="1" * 101))

    assert one.name == ""
    assert one.report.numbers == ()


def test_a_script_is_no_tracking_address():
    [number] = read(tracking(courier_tracking_link="javascript:alert(1)")).numbers

    assert number.tracking_url == ""


def test_no_more_checkpoints_are_read_than_the_vault_takes():
    report = read(tracking(*[checkpoint()] * (Limits.EVENTS + 1)))

    assert len(report.sightings) == Limits.EVENTS
    assert not report.is_whole_history


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"<html>",
        b'{"data": null}',
        b'{"data": {}}',
        b'{"data": []}',
        recorded("aftership/not_found.json"),
        b'{"data":' * 9999,
    ],
)
def test_what_is_no_answer_is_refused(payload):
    with pytest.raises(Refused):
        aftership.read(payload)
    with pytest.raises(Refused):
        aftership.read_push(payload)


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        (recorded("aftership/already_there.json"), 4003),
        (recorded("aftership/journey.json"), 200),
        (b'{"meta": {}}', 0),
        (b'{"meta": null}', 0),
        (b'{"meta": {"code": "4003"}}', 0),
        (b"[]", 0),
        (b"", 0),
    ],
)
def test_the_envelopes_code_is_read_where_there_is_one(payload, code):
    assert aftership.outcome(payload) == code


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
odd_times = st.datetimes().map(lambda value: value.isoformat()) | json_values
slugs = st.sampled_from(["dhl", "ups", "usps", ""]) | json_values
miles = st.fixed_dictionaries({"slug": slugs, "tracking_number": json_values}) | json_values
odd_checkpoints = st.fixed_dictionaries(
    {"checkpoint_time": odd_times, "slug": slugs},
    optional=dict.fromkeys(set(CHECKPOINT_KEYS) - {"checkpoint_time", "slug"}, json_values),
)
odd_trackings = st.fixed_dictionaries(
    {"tracking_number": json_values, "slug": slugs, "first_mile": miles, "last_mile": miles},
    optional=dict.fromkeys(
        set(TRACKING_KEYS) - {"tracking_number", "slug", "first_mile", "last_mile"}, json_values
    )
    | {"checkpoints": st.lists(odd_checkpoints | json_values, max_size=4)},
)


@given(json_values | odd_trackings)
def test_whatever_json_comes_is_read_or_refused(value):
    try:
        found = told(value)
    except Refused as refused:
        assert refused.faults
    else:
        for report in (one.report for one in found):
            assert all(s.leg is None or s.leg < len(report.legs) for s in report.sightings)
            assert all(number.leg < len(report.legs) for number in report.numbers)
            assert outcome(report)
