"""Staff see who hears of parcels and what became of mails; operators end, the platform unblocks."""

import json

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User

from apps.desk.models import Role
from apps.mails import addresses
from apps.mails.models import Blocked, Letter, Subscription
from apps.shipments.models import Recipient, Shipment
from tests.builders import NOW, make_merchant, make_shipment, report, sighting
from tests.desk.seating import seat
from tests.mails.subscribing import ADA, make_subscription

LISTS = "/admin/mails/{}/"


@pytest.fixture
def merchant(db):
    return make_merchant()


@pytest.fixture
def heard(merchant):
    return make_subscription(make_shipment(merchant, report(sighting("in_transit"))))


@pytest.fixture
def enter(client, merchant):
    def entered(role):
        client.force_login(
            seat(merchant, role=role) if role else User.objects.create_superuser("root")
        )
        return client

    return entered


def write(heard, **fields):
    told = {"kind": "delivered", "language": "en", "created_at": NOW, "due_at": NOW} | fields
    shipment = heard.shipment
    return Letter.objects.create(
        merchant=shipment.merchant, shipment=shipment, subscription=heard, **told
    )


def act(client, table, action, *rows):
    sent = {"action": action, "_selected_action": [row.pk for row in rows]}
    return client.post(LISTS.format(table), sent, follow=True)


@pytest.mark.parametrize("role", [*Role, None])
def test_nobody_reads_addresses_or_secrets_off_a_list(enter, heard, role):
    client = enter(role)

    for path in ("", f"{heard.pk}/change/"):
        html = client.get(LISTS.format("subscription") + path).text
        assert "A…@Marker.Example" in html
        assert ADA not in html
        assert heard.token not in html


def test_a_mails_list_shows_whom_it_went_to_masked(enter, heard):
    letter = write(heard, reason="550 \u202eno such user")

    client = enter(Role.OPERATOR)
    for path in ("", f"{letter.pk}/change/"):
        html = client.get(LISTS.format("letter") + path).text
        assert "A…@Marker.Example" in html
        assert ADA not in html
        assert "\u202e" not in html


@pytest.mark.parametrize("term", [ADA.lower(), f" {ADA} "])
def test_an_address_is_found_whole(enter, heard, term):
    make_subscription(heard.shipment, "bob@marker.example")

    found = enter(Role.VIEWER).get(LISTS.format("subscription"), {"q": term})

    assert [row.pk for row in found.context["cl"].result_list] == [heard.pk]


def test_an_address_is_not_guessed_letter_by_letter(enter, heard):
    client = enter(Role.VIEWER)

    assert not client.get(LISTS.format("subscription"), {"q": "Ada@"}).context["cl"].result_list
    for name in ("email__startswith", "folded__startswith", "token__startswith"):
        answer = client.get(LISTS.format("subscription"), {name: "a"}, follow=True)
        assert "e=1" in answer.request["QUERY_STRING"] or answer.status_code == 400


def test_an_operator_ends_a_subscription_and_it_is_written_down(enter, heard):
    letter = write(heard)

    act(enter(Role.OPERATOR), "subscription", "stop", heard)

    heard.refresh_from_db()
    letter.refresh_from_db()
    assert (heard.state, heard.end, letter.state) == ("ended", "merchant", "dropped")
    assert LogEntry.objects.get().change_message == "Ended: no more mail is sent."


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
def test_others_end_none(enter, heard, role):
    act(enter(role), "subscription", "stop", heard)

    heard.refresh_from_db()
    assert heard.state == "on"


def test_nobody_ends_another_merchants(enter, heard):
    theirs = make_subscription(make_shipment(make_merchant("Other")))

    act(enter(Role.OPERATOR), "subscription", "stop", theirs)

    theirs.refresh_from_db()
    assert theirs.state == "on"


def test_the_platform_finds_a_blocked_address_and_unblocks_it(enter, db):
    addresses.block(ADA, "bounced", NOW)
    addresses.block("bob@marker.example", "bounced", NOW)
    client = enter(None)

    (row,) = client.get(LISTS.format("blocked"), {"q": ADA.lower()}).context["cl"].result_list
    act(client, "blocked", "unblock", row)

    assert not addresses.is_blocked(ADA)
    assert addresses.is_blocked("bob@marker.example")
    assert LogEntry.objects.get().change_message == "Unblocked."


def test_nobody_else_sees_what_is_blocked(enter, merchant):
    addresses.block(ADA, "bounced", NOW)

    client = enter(Role.OPERATOR)

    assert client.get(LISTS.format("blocked")).status_code == 403
    act(client, "blocked", "unblock", Blocked.objects.get())
    assert addresses.is_blocked(ADA)


@pytest.mark.parametrize("table", ["subscription", "letter"])
def test_lists_cost_the_same_for_any_number(enter, merchant, table, django_assert_max_num_queries):
    for number in range(12):
        write(make_subscription(make_shipment(merchant), f"a{number}@marker.example"))
    client = enter(Role.OPERATOR)

    with django_assert_max_num_queries(9):
        client.get(LISTS.format(table))


def test_erasing_a_person_forgets_who_hears_of_the_parcel(enter, heard):
    write(heard)
    path = f"/admin/shipments/shipment/{heard.shipment_id}/erase/"

    enter(Role.OPERATOR).post(path, {"typed": heard.shipment.reference})

    assert not Subscription.objects.exists()
    assert not Letter.objects.exists()


def test_a_persons_file_lists_who_hears_of_the_parcel(enter, heard):
    Recipient.objects.create(shipment=heard.shipment, email=ADA)
    write(heard)
    path = f"/admin/shipments/shipment/{heard.shipment_id}/export/"

    told = json.loads(enter(Role.OPERATOR).post(path, {"of": "shipment"}).content)["mail"]

    assert told["subscriptions"][0]["email"] == ADA
    assert told["mails"][0]["kind"] == "delivered"


def test_uniting_takes_along_who_hears_of_the_duplicate(enter, heard, merchant):
    first = make_shipment(merchant)

    enter(Role.OPERATOR).post(
        f"/admin/shipments/shipment/{first.pk}/unite/", {"other": heard.shipment_id}
    )

    heard.refresh_from_db()
    assert heard.shipment_id == first.pk


def test_uniting_with_an_erased_persons_parcel_forgets_who_heard(enter, heard, merchant):
    first = make_shipment(merchant)
    Shipment.objects.filter(pk=first.pk).update(erased_at=NOW)

    enter(Role.OPERATOR).post(
        f"/admin/shipments/shipment/{first.pk}/unite/", {"other": heard.shipment_id}
    )

    assert not Subscription.objects.exists()
