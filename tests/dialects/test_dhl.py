import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.dialects import dhl, dhl_services, dhl_words
from apps.dialects.payloads import Refused
from apps.shipments.reports import Certainty, LegReport, Limits, Place, Report
from apps.shipments.status import STATUSES, milestone_of
from tests.builders import recorded
from tests.dialects.odd_json import VALUES, like
from tests.dialects.outcomes import outcome


def read(**fields):
    [told] = dhl.read(json.dumps({"shipments": [{"id": "1"} | fields]}).encode())
    return told


def event(status_code="transit", time="2025-05-02T10:31:00", country="DE", **fields):
    location = {"address": {"countryCode": country}} if country else None
    return {"timestamp": time, "statusCode": status_code, "location": location} | fields


def sightings(*events, **fields):
    return read(events=list(events), **fields).report.sightings


def moment(time, country="", **fields):
    [seen] = sightings(event(time=time, country=country), **fields)
    return seen.moment


def meaning(status_code, text):
    return dhl_words.code_of(status_code, "parcel-de", "", text)


def recorded_report(name):
    [told] = dhl.read(recorded(f"dhl/{name}.json"))
    return told.report


def test_an_id_may_be_a_number_or_a_text():
    assert read(id=4210987653).names == ("4210987653",)
    assert read(id="4210987653").report.numbers[0].number == "4210987653"


def test_the_division_is_told_and_is_the_carrier():
    told = read(service="parcel-uk", details={"product": {"productName": "Next Day"}})

    assert told.service == "parcel-uk"
    assert told.report.legs == (
        LegReport("dhl_parcel_uk", "DHL eCommerce UK", "parcel-uk", "Next Day"),
    )


def test_a_division_we_do_not_know_is_dhl_still():
    assert read(service="moon").report.legs[0].carrier_code == "dhl"


def test_a_shipment_is_known_by_pieces_and_references_too():
    details = {"pieceIds": ["JD1", 2], "references": [{"number": "R-1"}, {"number": None}]}

    assert read(details=details).names == ("1", "JD1", "2", "R-1")


def test_a_clock_is_read_on_both_sides_of_the_change_to_summer_time():
    seen = recorded_report("express_dst").sightings

    assert [(s.moment.instant.isoformat()[:16], s.moment.offset) for s in seen[2:5]] == [
        ("2025-03-30T01:40", 120),
        ("2025-03-30T00:50", 60),
        ("2025-03-29T23:10", 0),
    ]


@pytest.mark.parametrize(
    ("time", "country", "fields", "offset", "certainty"),
    [
        ("2025-05-02T10:31:00", "GR", {}, 180, Certainty.INFERRED),
        ("2025-05-02T10:31:00", "GR", {"service": "parcel-de"}, 180, Certainty.INFERRED),
        ("2025-05-02T10:31:00", "", {"service": "parcel-de"}, 120, Certainty.INFERRED),
        ("2025-05-02T10:31:00", "", {}, 0, Certainty.ASSUMED),
        ("2025-05-02T10:31:00", "US", {}, 0, Certainty.ASSUMED),
        ("2025-05-02T10:31:00+02:00", "", {}, 120, Certainty.GIVEN),
        ("2025-05-02T10:31:00.000Z", "JP", {}, 540, Certainty.GIVEN),
        ("2025-05-02T10:31:00Z", "", {}, 0, Certainty.GIVEN),
    ],
)
def test_a_clock_belongs_to_the_place_then_to_the_division(
    time, country, fields, offset, certainty
):
    told = moment(time, country, **fields)

    assert (told.offset, told.certainty) == (offset, certainty)


def test_a_z_gives_the_instant_and_the_place_its_clock():
    assert moment("2025-05-02T10:31:00Z", "JP").wall_clock.hour == 19


def test_without_a_place_the_destinations_clock_is_assumed():
    told = moment("2025-01-15T08:00:00", destination={"address": {"countryCode": "FI"}})

    assert (told.offset, told.certainty) == (120, Certainty.ASSUMED)


def test_a_place_in_another_country_never_has_the_divisions_or_the_destinations_clock():
    fields = {"service": "parcel-de", "destination": {"address": {"countryCode": "FI"}}}

    assert moment("2025-01-15T08:00:00", "US", **fields).offset == 0


def test_an_american_clock_goes_by_the_postal_code():
    address = {"countryCode": "US", "postalCode": "90021"}
    [seen] = sightings(event(location={"address": address}))

    assert (seen.moment.offset, seen.moment.certainty) == (-420, Certainty.INFERRED)


def test_places_are_towns_and_service_points():
    location = {
        "address": {"countryCode": "de", "postalCode": 53113, "addressLocality": "Bonn"},
        "servicePoint": {"label": "Kiosk &amp; Caf&eacute;"},
    }
    [seen] = sightings(event(location=location))

    assert seen.place == Place(
        company="Kiosk & Café", city="Bonn", postal_code="53113", country="DE"
    )


def test_tags_are_taken_out_of_texts():
    [seen, *_] = recorded_report("parcel_de_locker").sightings

    assert seen.description == "The shipment is ready for pick-up at the PACKSTATION 101 ."


def test_a_divisions_code_says_more_than_dhls_state():
    [seen] = sightings(event("failure", status="NH", description="Refused"), service="express")

    assert (seen.code, seen.word, seen.carrier_code) == ("attempted.no_answer", "failure", "NH")


def test_a_text_refines_a_divisions_code_within_its_milestone():
    signed = event("delivered", status="OK", description="Signed for by: M. BEISPIEL")
    held = event("failure", status="OH", description="Recipient refused delivery")
    [one, other] = sightings(signed, held, service="express")

    assert (one.code, other.code) == ("delivered.signed", "exception.held")


def test_a_code_of_one_division_means_nothing_in_another():
    [seen] = sightings(event("failure", status="NH"), service="freight")

    assert (seen.code, seen.carrier_code) == ("exception", "")


def test_a_detail_we_do_not_know_is_kept():
    [seen] = sightings(event(statusDetailed="ZZ9"), service="express")

    assert (seen.code, seen.carrier_code) == ("in_transit", "ZZ9")


@pytest.mark.parametrize(
    ("status_code", "text", "code"),
    [
        ("pre-transit", "Shipment information received", "pre_transit.label_created"),
        ("transit", "Shipment picked up", "accepted.collected"),
        (
            "transit",
            "The shipment was posted by the sender in the PARCELSHOP",
            "accepted.dropped_off",
        ),
        ("transit", "Arrived at DHL Sort Facility LEIPZIG", "in_transit.arrived"),
        ("transit", "Departed Facility in LEIPZIG", "in_transit.departed"),
        ("transit", "Arrived at DHL Delivery Facility BONN", "in_transit.local_depot"),
        ("transit", "Clearance processing complete at LEIPZIG", "in_transit.customs_cleared"),
        ("transit", "Customs status updated", "in_transit.customs"),
        ("transit", "TENDERED TO DELIVERY SERVICE PROVIDER", "in_transit.handed_over"),
        ("transit", "Shipment is out with courier for delivery", "out_for_delivery"),
        ("transit", "Ready for collection at the ServicePoint", "available_for_pickup.shop"),
        ("transit", "Delivery attempted; recipient not home", "attempted.no_answer"),
        ("transit", "The shipment is being returned to the sender", "returning"),
        ("transit", "Returned to shipper", "returning"),
        ("transit", "Quite another thing", "in_transit"),
        ("failure", "Recipient refused delivery", "exception.refused"),
        ("failure", "The shipment could not be delivered", "attempted"),
        ("failure", "Business closed", "attempted.closed"),
        ("failure", "Shipment on hold", "exception.held"),
        ("delivered", "Delivered to a neighbour", "delivered.neighbour"),
        ("delivered", "Signed for by: M. BEISPIEL", "delivered.signed"),
        ("unknown", "Delivered", "unknown.unmapped"),
    ],
)
def test_texts_refine_what_the_state_allows(status_code, text, code):
    assert meaning(status_code, text) == code


def test_what_is_only_announced_has_not_happened():
    text = "It arrived in the region and will be transported to the delivery base."

    assert meaning("transit", text) == "in_transit.arrived"


@pytest.mark.parametrize("table", [*dhl_words.DETAILS.items()])
def test_details_stay_within_their_milestone(table):
    milestone, rules = table

    assert {milestone_of(code) for code in rules.values()} == {milestone}


def test_no_text_makes_a_delivery_or_an_end():
    moved = {code for rules in dhl_words.MOVES.values() for code in rules.values()}

    assert moved <= set(STATUSES)
    assert not any(milestone_of(code) == "delivered" for code in moved)
    assert not any(STATUSES[code].is_terminal for code in moved)


def test_a_flagged_return_turns_at_its_first_failure():
    codes = [seen.code for seen in recorded_report("returned").sightings]

    assert codes == [
        "returned",
        "returning",
        "exception.refused",
        "out_for_delivery",
        "in_transit.arrived",
    ]
    assert recorded_report("returned").numbers[0].headline.code == "returned"


def test_a_flagged_return_without_failure_is_a_way_back_from_the_start():
    later, first = sightings(
        event("delivered", "2025-05-03T10:00:00"), event("transit"), returnFlag=True
    )

    assert (first.code, later.code) == ("returning", "returned")


def test_whoever_delivers_abroad_has_a_leg():
    report = recorded_report("handed_over")

    assert report.legs[1] == LegReport("acs", "ACS Courier")
    assert [seen.leg for seen in report.sightings] == [1, 1, 0, 0]


def test_a_partner_we_do_not_know_keeps_dhls_word():
    details = {"provider": {"destinationProvider": "moon-mail"}}

    assert read(details=details).report.legs[1] == LegReport("moon_mail")


@pytest.mark.parametrize("provider", ["express", "parcel-cz", "", None])
def test_dhl_is_no_partner_of_its_own(provider):
    details = {"provider": {"destinationProvider": provider}}

    assert len(read(details=details).report.legs) == 1


def test_an_event_of_some_pieces_is_theirs():
    report = recorded_report("pieces")

    assert [(seen.code, seen.item) for seen in report.sightings] == [
        ("delivered", 0),
        ("delivered", 2),
        ("in_transit.customs", None),
        ("accepted.collected", None),
    ]
    assert [(n.number, n.item) for n in report.numbers] == [
        ("5550001112", None),
        ("JD010000000000000001", 0),
        ("JD010000000000000002", 1),
        ("JD010000000000000003", 2),
    ]


def test_a_single_piece_is_the_shipment_itself():
    report = recorded_report("express_dst")

    assert report.items == ()
    assert {seen.item for seen in report.sightings} == {None}


def test_the_signee_stands_at_the_delivery():
    signees = [seen.signee for seen in recorded_report("express_dst").sightings]

    assert signees == ["Mira Beispiel", "", "", "", "", ""]


def test_the_promise_is_on_the_destinations_clock():
    promise = recorded_report("express_dst").promise

    assert promise.since.instant.isoformat() == "2025-03-31T07:00:00+00:00"
    assert promise.until.instant.isoformat() == "2025-03-31T10:00:00+00:00"
    assert recorded_report("pieces").promise.until.offset == 600


def test_the_headline_has_its_time():
    headline = recorded_report("express_dst").numbers[0].headline

    assert (headline.code, headline.word, headline.carrier_code) == (
        "delivered.signed",
        "delivered",
        "OK",
    )
    assert headline.said_at.isoformat() == "2025-03-31T08:31:00+00:00"
    assert headline.delivered.offset == 120


def test_countries_are_kept():
    report = recorded_report("express_dst")

    assert (report.origin_country, report.destination_country) == ("GB", "DE")


def test_an_event_without_a_time_is_set_aside():
    told = read(events=[event(time="soon"), event()]).report

    assert len(told.sightings) == 1
    assert [fault.path for fault in told.faults] == ["$.shipments[0].events[0].timestamp"]


def test_what_is_wrong_in_one_place_spoils_nothing_beside_it():
    told = read(status=7, details=[], origin="x", returnFlag="yes", events=[event(location=[])])

    assert len(told.report.sightings) == 1
    assert {fault.path for fault in told.report.faults} >= {
        "$.shipments[0].status",
        "$.shipments[0].details",
        "$.shipments[0].origin",
        "$.shipments[0].returnFlag",
        "$.shipments[0].events[0].location",
    }


def test_no_more_events_are_read_than_the_vault_takes():
    pieces = ["A", "B", "C"]
    events = [event(time=None), *[event(pieceIds=["A", "B"])] * (Limits.EVENTS - 1)]

    assert len(sightings(*events, details={"pieceIds": pieces})) == Limits.EVENTS


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"shipments": null}', b'{"shipments": {}}'])
def test_what_is_no_answer_is_refused(body):
    with pytest.raises(Refused):
        dhl.read(body)


def test_every_carrier_it_can_be_asked_about_is_a_division_or_dhl():
    assert set(dhl_services.DIVISIONS) == dhl_services.CARRIERS - {"dhl"}
    assert set(dhl_services.DIVISIONS.values()) == set(dhl_services.SERVICES)


@given(VALUES | like(json.loads(recorded("dhl/express_dst.json"))))
def test_whatever_json_comes_is_read_or_refused(value):
    try:
        told = dhl.read(json.dumps(value).encode())
    except Refused as refused:
        assert refused.faults
        return
    assert all(isinstance(one.report, Report) and outcome(one.report) for one in told)


@given(st.binary(max_size=100))
def test_whatever_bytes_come_are_read_or_refused(payload):
    try:
        assert dhl.read(payload) == ()
    except Refused as refused:
        assert refused.faults
