"""One shipment is read, as anybody would see it, and only when it changed."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.shipments import uniting
from apps.shipments.models import Recipient, Shipment
from apps.shipments.recording import record
from apps.shipments.reports import ItemReport, LegReport, NumberReport, Place
from tests.builders import NOW, make_merchant, make_shipment, report, sighting
from tests.native.managing import Program, pointers

SAID = report(
    sighting("in_transit", description="Left with J. Smith", place=Place(city="Bonn"), signee="Jo"),
    legs=(LegReport("ups"),),
    items=(ItemReport(description="Shirt"),),
    numbers=(NumberReport("AB1", 0),),
)


@pytest.fixture
def merchant(db):
    return make_merchant()


@pytest.fixture
def shipment(merchant):
    made = make_shipment(merchant, SAID, custom_reference="A-1")
    Recipient.objects.create(shipment=made, name="P. Jones", email="p@example.com")
    return made


@pytest.fixture
def program(merchant):
    return Program(merchant)


def path(shipment):
    return f"/api/shipments/{shipment.reference}"


def test_either_of_our_references_leads_to_a_shipment(program, shipment):
    told = program.get(path(shipment)).json()

    assert told["reference"] == shipment.reference
    assert program.get(f"/api/shipments/{shipment.consignment_reference}").json() == told
    assert told["recipient"]["name"] == "P. Jones"
    assert told["events"][0]["carrier_description"] == "Left with J. Smith"


def test_with_a_link_nobody_is_named(program, shipment):
    told = program.get(path(shipment), {"level": "link"}).json()

    assert told["recipient"] is None
    assert "Smith" not in str(told["events"])
    assert told["custom_reference"] == "A-1"
    assert told["links"]["tracking_page"].endswith(f"/t/{shipment.token}/")


def test_with_a_number_only_what_a_stranger_may_know_is_told(program, shipment):
    answer = program.get(path(shipment), {"level": "number"})

    told = answer.json()
    assert (told["custom_reference"], told["links"]["tracking_page"]) == (None, None)
    assert told["items"][0]["description"] is None
    assert told["events"][0]["place"]["city"] is None
    assert shipment.token not in answer.content.decode()


@pytest.mark.parametrize("query", ["level=all", "level=", "level=link&level=link", "colour=red"])
def test_a_parameter_that_nobody_knows_is_refused(program, shipment, query):
    answer = program.get(f"{path(shipment)}?{query}")

    assert (answer.status_code, pointers(answer)) == (422, {f"/{query.partition('=')[0]}"})


@pytest.mark.parametrize(
    "reference", ["sp_1", "EC-AAA-BBB-CCC", "%00", "sp_" + "9" * 32, "x" * 500, "%F0%9F%9A%9A"]
)
def test_what_is_not_there_is_not_found(program, shipment, reference):
    assert program.get(f"/api/shipments/{reference}").status_code == 404


def test_anothers_shipment_is_not_found(shipment):
    stranger = Program(make_merchant("Other"))

    assert stranger.get(path(shipment)).status_code == 404


def test_who_has_the_state_already_is_told_so_in_a_look(program, shipment):
    etag = program.get(path(shipment))["ETag"]

    with CaptureQueriesContext(connection) as queries:
        answer = program.call("GET", path(shipment), headers={"If-None-Match": f'"x", W/{etag}'})

    assert (answer.status_code, answer["ETag"], answer.content) == (304, etag, b"")
    # The key, its call counted, the shipment.
    assert len(queries) == 3


def test_a_change_is_another_state(program, shipment):
    etag = program.get(path(shipment))["ETag"]
    record(shipment.pk, report(sighting("delivered", "2026-03-02T09:00:00+00:00")), now=NOW)

    answer = program.call("GET", path(shipment), headers={"If-None-Match": etag})

    assert (answer.status_code, answer["ETag"] == etag) == (200, False)


def test_each_level_is_a_state_of_its_own(program, shipment):
    tags = {
        program.get(path(shipment), {"level": level})["ETag"]
        for level in ("number", "link", "proved")
    }

    assert len(tags) == 3
    assert program.get(path(shipment))["ETag"] in tags


def test_head_tells_the_same_without_a_body(program, shipment):
    answer = program.call("HEAD", path(shipment))

    assert (answer.status_code, answer.content) == (200, b"")
    assert answer["ETag"] == program.get(path(shipment))["ETag"]


def test_the_reference_of_a_duplicate_leads_to_what_it_was_united_with(program, merchant, shipment):
    other = make_shipment(merchant)
    uniting.unite(shipment.pk, other.pk, now=NOW)

    assert program.get(path(other)).json()["reference"] == shipment.reference


def test_a_journey_takes_as_many_statements_however_long_it_is(program, merchant):
    counts = []
    for count in (1, 30):
        times = [f"2026-03-01T10:{n:02}:00+00:00" for n in range(count)]
        one = make_shipment(merchant, report(*(sighting("in_transit", time) for time in times)))
        program.get("/api/key")
        with CaptureQueriesContext(connection) as queries:
            assert program.get(path(one)).status_code == 200
        counts.append(len(queries))

    # The key, its call counted, the shipment, and its journey.
    assert counts == [7, 7]


@pytest.mark.parametrize(("scopes", "status"), [(("read",), 200), (("write",), 403)])
def test_reading_takes_a_key_that_may_read(merchant, shipment, scopes, status):
    assert Program(merchant, scopes).get(path(shipment)).status_code == status


def test_no_key_is_no_answer(shipment):
    answer = Program(letters="aaaaaaaa." + "b" * 32).get(path(shipment))

    assert answer.status_code == 401
    assert Shipment.objects.get().reference not in answer.content.decode()
