"""Whoever hears of a parcel is forgotten with its person, and when nobody needs it any more."""

from datetime import timedelta

import pytest

from apps.mails import asking, forgetting, holding
from apps.mails.models import Letter, Subscription
from apps.shipments.models import Recipient, Shipment
from tests.builders import NOW, make_merchant, make_shipment, report, sighting
from tests.mails.subscribing import ADA, PAGE, letters, make_subscription
from tests.pages.doors import make_brand

DAY = timedelta(days=1)


@pytest.fixture
def shipment(db):
    return make_shipment(make_merchant(), report(sighting("in_transit")))


def write_about(shipment, one=None, kind="delivered"):
    return Letter.objects.create(
        merchant=shipment.merchant, shipment=shipment, subscription=one, kind=kind, language="en",
        created_at=NOW, due_at=NOW,
    )  # fmt: skip


def arrived(merchant, days):
    """Make a parcel that arrived so many days ago, and somebody who heard of it."""
    parcel = make_shipment(merchant, report(sighting("delivered")))
    Shipment.objects.filter(pk=parcel.pk).update(updated_at=NOW - days * DAY)
    return make_subscription(parcel, now=NOW - 300 * DAY)


def test_forgetting_takes_subscriptions_and_letters_of_a_parcel_alone(shipment):
    other = make_shipment(shipment.merchant)
    write_about(shipment, make_subscription(shipment))
    write_about(shipment, kind="link")
    kept = write_about(other, make_subscription(other))

    asking.forget([shipment.pk])

    assert letters() == [kept]
    assert [one.shipment_id for one in Subscription.objects.all()] == [other.pk]


def test_forgetting_takes_the_same_statements_for_many(shipment, django_assert_num_queries):
    for number in range(5):
        write_about(shipment, make_subscription(shipment, f"a{number}@marker.example"))

    with django_assert_num_queries(4):
        asking.forget([shipment.pk])


def test_a_duplicates_subscriptions_go_to_the_parcel(shipment):
    other = make_shipment(shipment.merchant)
    one = make_subscription(other)
    letter = write_about(other, one)

    asking.move(other.pk, shipment.pk)

    one.refresh_from_db()
    letter.refresh_from_db()
    assert one.shipment_id == letter.shipment_id == shipment.pk


@pytest.mark.parametrize("mine", ["asked", "on", "ended"])
@pytest.mark.parametrize("theirs", ["asked", "on", "ended"])
def test_who_hears_of_both_keeps_what_is_on(shipment, mine, theirs):
    other = make_shipment(shipment.merchant)
    states = {}
    for parcel, state in ((shipment, mine), (other, theirs)):
        one = make_subscription(parcel)
        Subscription.objects.filter(pk=one.pk).update(state=state)
        states[one.pk] = state

    asking.move(other.pk, shipment.pk)

    (kept,) = Subscription.objects.all()
    assert kept.shipment_id == shipment.pk
    assert kept.state == ("on" if "on" in (mine, theirs) else mine)


def test_what_is_held_is_told_with_others_addresses_masked(shipment):
    Recipient.objects.create(shipment=shipment, email=ADA.upper())
    write_about(shipment, make_subscription(shipment, topics=["silent"]))
    make_subscription(shipment, "bob@marker.example")

    told = holding.told_of([shipment.pk])

    assert [one["email"] for one in told["subscriptions"]] == [ADA, "b…@marker.example"]
    assert told["subscriptions"][0]["topics"] == ["silent"]
    assert [one["kind"] for one in told["mails"]] == ["delivered"]
    assert "token" not in str(told)


def test_who_heard_is_forgotten_when_the_parcels_link_has_ended(shipment):
    old, new = arrived(shipment.merchant, 91), arrived(shipment.merchant, 89)
    write_about(old.shipment, old)
    under_way = make_subscription(shipment, now=NOW - 300 * DAY)

    assert forgetting.forget_old(NOW) == 1

    assert set(Subscription.objects.all()) == {new, under_way}
    assert letters() == []


def test_a_brand_says_how_long_links_live(shipment):
    make_brand(shipment.merchant, link_days=10)
    arrived(shipment.merchant, 11)
    kept = arrived(shipment.merchant, 9)
    others = arrived(make_merchant("Other"), 11)

    forgetting.forget_old(NOW)

    assert set(Subscription.objects.all()) == {kept, others}


def test_what_nobody_confirmed_is_forgotten(shipment):
    make_subscription(shipment, origin=PAGE, now=NOW - 8 * DAY)
    kept = make_subscription(shipment, "bob@marker.example", origin=PAGE, now=NOW - 6 * DAY)

    assert forgetting.forget_old(NOW) == 1
    assert list(Subscription.objects.all()) == [kept]


def test_tidying_goes_through_all_in_batches(shipment, django_assert_num_queries):
    for number in range(5):
        make_subscription(shipment, f"a{number}@marker.example", origin=PAGE, now=NOW - 8 * DAY)

    with django_assert_num_queries(1 + 4 + 3 * 3):
        assert forgetting.forget_old(NOW, at_once=2) == 5

    assert not Subscription.objects.exists()
