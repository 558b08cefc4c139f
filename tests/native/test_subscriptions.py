"""A shop says who hears of a parcel by mail, and sees who does."""

import pytest

from apps.branding.models import Brand
from apps.mails.addresses import block
from apps.mails.asking import MOST, subscribe
from apps.mails.models import Letter, Subscription
from tests.builders import NOW, make_merchant, make_shipment
from tests.native.managing import Program, pointers
from tests.native.shapes import path_of

ADA = "Ada@mail.example"


@pytest.fixture
def merchant(db):
    return make_merchant()


@pytest.fixture
def program(merchant):
    return Program(merchant)


@pytest.fixture
def shipment(merchant):
    return make_shipment(merchant)


def add(program, shipment, email=ADA, **more):
    return program.post(path_of(shipment, "subscriptions"), {"email": email, **more})


def test_an_address_hears_of_a_parcel_at_once(program, shipment):
    answer = add(program, shipment, topics=["delivered"], language="de")

    told = answer.json()
    assert answer.status_code == 201
    assert (told["email"], told["state"], told["origin"]) == (ADA, "on", "merchant")
    assert (told["topics"], told["language"]) == (["delivered"], "de")
    assert not Letter.objects.exists()


def test_without_topics_it_is_the_usual_ones(program, shipment):
    told = add(program, shipment).json()

    assert "delivered" in told["topics"]
    assert "in_transit" not in told["topics"]


def test_without_a_language_it_is_the_brands(program, shipment, merchant):
    Brand.objects.create(merchant=merchant, slug="acme", name="Acme", language="pl")

    assert add(program, shipment).json()["language"] == "pl"


def test_an_address_that_hears_already_gets_its_choices_renewed(program, shipment):
    add(program, shipment)

    answer = add(program, shipment, "ada@MAIL.example", topics=["delivered"])

    assert (answer.status_code, answer.json()["topics"]) == (200, ["delivered"])
    assert Subscription.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/email"),
        ({"email": "ada"}, "/email"),
        ({"email": "ada@mail.example\nBcc: b@c.example"}, "/email"),
        ({"email": None}, "/email"),
        ({"email": ADA, "topics": ["lunch"]}, "/topics"),
        ({"email": ADA, "topics": "delivered"}, "/topics"),
        ({"email": ADA, "language": "tlh"}, "/language"),
    ],
)
def test_what_nobody_can_be_sent_is_pointed_at(program, shipment, body, pointer):
    answer = program.post(path_of(shipment, "subscriptions"), body)

    assert (answer.status_code, pointers(answer)) == (422, {pointer})
    assert not Subscription.objects.exists()


def test_who_refused_mail_is_not_written_to(program, shipment):
    block(ADA, "refused", NOW)

    answer = add(program, shipment)

    assert (answer.status_code, Subscription.objects.count()) == (409, 0)


def test_no_more_hear_of_a_parcel_than_may(program, shipment):
    for number in range(MOST):
        add(program, shipment, f"a{number}@mail.example")

    assert add(program, shipment).status_code == 409


def test_nobody_hears_of_a_parcel_whose_person_was_erased(program, shipment):
    add(program, shipment)
    program.post(path_of(shipment, "erase"))

    answer = add(program, shipment)

    assert (answer.status_code, Subscription.objects.count()) == (409, 0)


def test_all_who_hear_are_listed_newest_first(program, shipment):
    add(program, shipment)
    subscribe(shipment.pk, "bob@mail.example", language="en", origin="page", now=NOW)

    told = program.get(path_of(shipment, "subscriptions")).json()

    assert [one["email"] for one in told["data"]] == ["bob@mail.example", ADA]
    assert [one["state"] for one in told["data"]] == ["asked", "on"]
    assert told["next_cursor"] is None


def test_a_key_that_only_reads_sees_addresses_masked(merchant, program, shipment):
    reference = add(program, shipment).json()["reference"]
    reader = Program(merchant, scopes=("read",))

    (listed,) = reader.get(path_of(shipment, "subscriptions")).json()["data"]
    one = reader.get(path_of(shipment, "subscriptions", reference)).json()

    assert listed["email"] == one["email"] == "A…@mail.example"


def test_a_subscription_is_ended_for_good_reason(program, shipment):
    reference = add(program, shipment).json()["reference"]
    path = path_of(shipment, "subscriptions", reference)

    answers = [program.delete(path).status_code for _ in range(2)]

    told = program.get(path).json()
    assert answers == [204, 204]
    assert (told["state"], told["ended_because"]) == ("ended", "merchant")


def test_what_its_owner_ended_does_not_begin_again(program, shipment):
    add(program, shipment)
    Subscription.objects.update(state="ended", end="unsubscribed")

    assert add(program, shipment).status_code == 409


def test_a_subscription_of_another_parcel_is_not_reached(program, merchant, shipment):
    reference = add(program, shipment).json()["reference"]
    other = make_shipment(merchant)

    assert program.delete(path_of(other, "subscriptions", reference)).status_code == 404
    assert Subscription.objects.get().state == "on"


def test_reading_costs_the_same_for_1_and_20(program, shipment, django_assert_num_queries):
    for number in range(MOST):
        add(program, shipment, f"a{number}@mail.example")

    # The key, its call counted, the shipment found, a page.
    with django_assert_num_queries(2 + 1 + 1):
        program.get(path_of(shipment, "subscriptions"))
