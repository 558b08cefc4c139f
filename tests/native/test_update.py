"""A shop's program puts a shipment right, voids it, renews its link, erases a person."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.mails import asking
from apps.mails.models import Subscription
from apps.notifications.models import Attempt, Delivery, Endpoint
from apps.shipments import uniting
from apps.shipments.models import Outbox, Recipient, Shipment, TrackingNumber
from apps.shipments.recording import record
from apps.shipments.reports import LegReport, NumberReport
from tests.builders import NOW, make_merchant, make_shipment, report, sighting
from tests.native.managing import Program, pointers

SAID = report(
    sighting("in_transit", description="Left with J. Smith"),
    legs=(LegReport("ups"),),
    numbers=(NumberReport("AB1", 0),),
)


@pytest.fixture
def merchant(db):
    return make_merchant()


@pytest.fixture
def shipment(merchant):
    made = make_shipment(merchant, SAID, custom_reference="A-1", order_reference="7")
    Recipient.objects.create(shipment=made, name="P. Jones", city="Wilmslow")
    return made


@pytest.fixture
def program(merchant):
    return Program(merchant)


def path(shipment, what=""):
    return f"/api/shipments/{shipment.reference}{what}"


def test_what_is_sent_becomes_different_and_the_rest_stays(program, shipment):
    body = {
        "custom_reference": "A-2",
        "order_reference": None,
        "channel": "fr",
        "destination_country": "FRA",
        "recipient": {"email": "p@example.com", "city": None},
    }

    answer = program.patch(path(shipment), body)

    told = answer.json()
    assert answer.status_code == 200
    assert told == program.get(path(shipment)).json()
    assert answer["ETag"] == program.get(path(shipment))["ETag"]
    assert (told["custom_reference"], told["order_reference"]) == ("A-2", None)
    assert (told["channel"], told["destination_country"]) == ("fr", "FR")
    assert (told["recipient"]["name"], told["recipient"]["city"]) == ("P. Jones", None)
    assert (told["recipient"]["email"], told["version"]) == ("p@example.com", 2)
    assert Outbox.objects.filter(shipment=shipment).count() == 2


def test_a_recipient_is_taken_away(program, shipment):
    assert program.patch(path(shipment), {"recipient": None}).json()["recipient"] is None
    assert not Recipient.objects.exists()


def test_following_begins_and_ends(program, shipment):
    program.patch(path(shipment), {"is_followed": True})
    assert TrackingNumber.objects.get().is_followed is True

    program.patch(path(shipment), {"is_followed": False})
    assert TrackingNumber.objects.get().is_followed is False


def test_nothing_different_is_no_new_version(program, shipment):
    answer = program.patch(path(shipment), {"custom_reference": "A-1"})

    assert (answer.status_code, answer.json()["version"]) == (200, 1)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"reference": "sp_1"}, ""),
        ({"custom_reference": "x" * 51}, "/custom_reference"),
        ({"channel": "a\x00"}, "/channel"),
        ({"origin_country": "XX"}, "/origin_country"),
        ({"recipient": {"email": "nobody"}}, "/recipient/email"),
        ({"recipient": {"shoe_size": 44}}, "/recipient"),
        ({"recipient": "P."}, "/recipient"),
        ({"is_followed": None}, "/is_followed"),
        ([], ""),
    ],
)
def test_what_cannot_be_taken_changes_nothing(program, shipment, body, pointer):
    answer = program.patch(path(shipment), body)

    assert (answer.status_code, pointers(answer)) == (422, {pointer})
    assert Shipment.objects.get().version == 1


@pytest.mark.parametrize("body", [b"", b"{", b"\xff"])
def test_what_is_no_json_cannot_be_read(program, shipment, body):
    assert program.patch(path(shipment), body).status_code == 400


ACTIONS = ("", "/void", "/renew_link", "/erase")


def act(program, shipment, what, headers=()):
    method = "POST" if what else "PATCH"
    return program.send(method, path(shipment, what), {"channel": "fr"}, headers)


@pytest.mark.parametrize("what", ACTIONS)
def test_what_was_meant_for_another_version_is_not_done(program, shipment, what):
    etag = program.get(path(shipment))["ETag"]
    record(shipment.pk, report(sighting("out_for_delivery", "2026-03-02T09:00:00Z")), now=NOW)
    before = program.get(path(shipment)).json()

    answer = act(program, shipment, what, {"If-Match": etag})

    assert (answer.status_code, answer.json()["code"]) == (412, "precondition_failed")
    assert program.get(path(shipment)).json() == before


@pytest.mark.parametrize("what", ACTIONS)
def test_what_was_meant_for_this_version_is_done(program, shipment, what):
    etag = program.get(path(shipment))["ETag"]

    answer = act(program, shipment, what, {"If-Match": etag})

    assert (answer.status_code, answer["ETag"] != etag) == (200, True)


@pytest.mark.parametrize("what", ACTIONS)
def test_anothers_shipment_is_not_found(shipment, what):
    stranger = Program(make_merchant("Other"))

    assert act(stranger, shipment, what).status_code == 404
    assert Shipment.objects.get().version == 1


@pytest.mark.parametrize("what", ACTIONS)
def test_a_key_that_may_only_read_changes_nothing(merchant, shipment, what):
    assert act(Program(merchant, ("read",)), shipment, what).status_code == 403


def test_a_voided_shipment_is_cancelled_and_asked_about_no_more(program, shipment):
    TrackingNumber.objects.update(is_followed=True)

    told = program.post(path(shipment, "/void")).json()

    assert told["status"]["code"] == "cancelled"
    assert TrackingNumber.objects.get().is_followed is False
    assert program.post(path(shipment, "/void")).status_code == 200


def test_what_is_over_cannot_be_voided(program, shipment):
    record(shipment.pk, report(sighting("delivered", "2026-03-02T09:00:00Z")), now=NOW)

    answer = program.post(path(shipment, "/void"))

    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")


def test_a_renewed_link_is_told_and_the_old_one_is_gone(program, shipment):
    told = program.post(path(shipment, "/renew_link")).json()

    page = told["links"]["tracking_page"]
    assert shipment.token not in page
    assert page.endswith(f"/t/{Shipment.objects.get().token}/")


def test_a_link_asked_for_twice_is_renewed_once(program, shipment):
    first, second = (program.once(path(shipment, "/renew_link"), key="k") for _ in range(2))

    assert first.json()["links"] == second.json()["links"]
    assert second["ETag"] == first["ETag"]


def test_an_erased_person_leaves_no_trace_here(program, merchant, shipment):
    duplicate = make_shipment(merchant)
    Recipient.objects.create(shipment=duplicate, name="P. Jones")
    uniting.unite(shipment.pk, duplicate.pk, now=NOW)
    asking.subscribe(
        shipment.pk, "p@example.com", language="en", origin=Subscription.Origin.MERCHANT, now=NOW
    )
    endpoint = Endpoint.objects.create(merchant=merchant, url="https://shop.example/", secrets={})
    told = {"endpoint": endpoint, "version": 1, "created_at": NOW, "due_at": NOW}
    for one in (shipment, duplicate):
        delivery = Delivery.objects.create(shipment=one, body="P. Jones", **told)
        Attempt.objects.create(delivery=delivery, made_at=NOW, milliseconds=1, answer="P. Jones")

    answer = program.post(path(shipment, "/erase"))

    assert (answer.status_code, answer.json()["recipient"]) == (200, None)
    assert "Smith" not in answer.content.decode()
    assert not Recipient.objects.exists()
    assert not Subscription.objects.exists()
    assert set(Delivery.objects.values_list("body", flat=True)) == {""}
    assert set(Attempt.objects.values_list("answer", flat=True)) == {""}


def test_an_erased_shipment_takes_no_recipient(program, shipment):
    program.post(path(shipment, "/erase"))

    answer = program.patch(path(shipment), {"channel": "fr", "recipient": {"name": "P."}})

    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert Shipment.objects.get().channel == ""
    assert program.patch(path(shipment), {"channel": "fr"}).status_code == 200


def test_erasing_takes_a_key_that_may_manage(merchant, shipment):
    assert Program(merchant, ("read", "write")).post(path(shipment, "/erase")).status_code == 403
    assert Recipient.objects.exists()


def test_a_change_takes_as_many_statements_however_long_the_history(program, merchant):
    counts = []
    for count in (1, 30):
        times = [f"2026-03-01T10:{n:02}:00+00:00" for n in range(count)]
        one = make_shipment(merchant, report(*(sighting("in_transit", time) for time in times)))
        program.get("/api/key")
        with CaptureQueriesContext(connection) as queries:
            assert program.patch(path(one), {"channel": "fr"}).status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1] < 30
