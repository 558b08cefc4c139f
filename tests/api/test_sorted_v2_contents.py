import re

from apps.dialects import sorted_v2
from apps.shipments import recording
from apps.shipments.models import Shipment
from apps.shipments.reports import ItemReport
from tests.api.callers import make_contents
from tests.builders import NOW, make_shipment, report, sighting


def tracking(v2, shipment):
    return v2.get(f"/pro/tracking/{shipment.reference}").json()


def contents(v2, shipment):
    return v2.get(f"/pro/tracking/{shipment.reference}/shipment_contents").json()


def test_05_references_have_their_form_and_no_two_events_share_one(v2, merchant):
    shipment = make_contents(
        merchant,
        sighting("in_transit", item=0),
        sighting("in_transit.arrived", item=1),
        sighting("accepted"),
    )

    events = tracking(v2, shipment)["events"]
    items = contents(v2, shipment)["shipment_contents"]

    assert re.fullmatch(r"sp_\d{32}", shipment.reference)
    assert all(re.fullmatch(r"sc_\d{32}", item["reference"]) for item in items)
    assert all(re.fullmatch(r"tr_\d{32}", told["reference"]) for told in events)
    assert len({told["reference"] for told in events}) == 3


def test_12_contents_have_the_documented_members_and_one_entry_an_item(v2, merchant):
    shipment = make_contents(merchant)

    answer = v2.get(f"/pro/tracking/{shipment.reference}/shipment_contents")

    assert answer.status_code == 200
    assert list(answer.json()) == [
        "shipment_reference",
        "carrier",
        "shipment_contents",
        "expected_delivery_date",
        "_links",
    ]
    assert len(answer.json()["shipment_contents"]) == 2


def test_13_an_items_custom_reference_is_told_only_when_it_has_one(v2, merchant):
    shipment = make_contents(merchant, references=("left shoe", ""))

    named, unnamed = contents(v2, shipment)["shipment_contents"]

    assert list(named) == ["carrier_references", "reference", "custom_reference", "events"]
    assert named["custom_reference"] == "left shoe"
    assert list(unnamed) == ["carrier_references", "reference", "events"]
    assert (named["carrier_references"], unnamed["carrier_references"]) == (["N0"], ["N1"])


def test_14_an_items_events_are_listed_under_that_item_only(v2, merchant):
    shipment = make_contents(
        merchant, sighting("in_transit", item=0), sighting("delivered", item=1)
    )

    left, right = contents(v2, shipment)["shipment_contents"]

    assert [told["event_code"] for told in left["events"]] == ["in_transit"]
    assert [told["event_code"] for told in right["events"]] == ["delivered"]


def test_15_an_item_without_events_is_listed_with_none(v2, merchant):
    shipment = make_contents(merchant, sighting("in_transit", item=0))

    events = [item["events"] for item in contents(v2, shipment)["shipment_contents"]]

    assert [len(listed) for listed in events] == [1, 0]


def test_16_links_lead_to_the_same_body(v2, merchant):
    shipment = make_contents(merchant, sighting("in_transit", item=0))

    for path in ("", "/shipment_contents"):
        body = v2.get(f"/pro/tracking/{shipment.reference}{path}").json()
        link = body["_links"][0]
        assert link["rel"] == "self"
        assert link["type"] == "tracking"
        assert link["reference"] == shipment.reference
        assert link["href"].startswith("http://testserver/")
        assert v2.get(link["href"]).json() == body


def test_16_shipment_level_links_name_the_shipment_too(v2, merchant):
    links = tracking(v2, make_shipment(merchant))["_links"]

    assert [(link["rel"], link["type"]) for link in links] == [
        ("self", "tracking"),
        ("shipment", "shipment"),
    ]
    assert all(set(link) == {"rel", "href", "type", "reference"} for link in links)


def state_of(shipment):
    return sorted_v2.state_of(Shipment.objects.get(pk=shipment.pk).code)


def test_28_a_shipment_is_delivered_when_all_its_items_are(merchant):
    shipment = make_contents(merchant, sighting("delivered", item=0))
    before = state_of(shipment)

    items = tuple(ItemReport(reference=item.reference) for item in shipment.items.order_by("pk"))
    rest = report(sighting("delivered", "2026-03-01T11:00:00+00:00", item=1), items=items)
    recording.record(shipment.pk, rest, now=NOW)

    assert (before, state_of(shipment)) == ("partially_delivered", "delivered")
