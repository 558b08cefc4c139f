"""Two shipments that are one parcel become one; nothing is lost and nothing shown twice."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from apps.pages.sharing import Shared, seal
from apps.pages.stamps import stamp_of
from apps.providers.enrolling import enrol
from apps.providers.models import Watch
from apps.shipments import recording, uniting
from apps.shipments.models import (
    Event,
    Item,
    Outbox,
    Recipient,
    Shipment,
    TrackingNumber,
    UnknownEvent,
)
from apps.shipments.persons import erase
from apps.shipments.privacy import Level
from apps.shipments.reading import journey_of, order_of
from apps.shipments.registering import register
from apps.shipments.reports import (
    Headline,
    ItemReport,
    LegReport,
    NumberReport,
    Place,
    PromiseReport,
)
from apps.shipments.uniting import unite
from apps.shipments.vocabulary import remap_some, teach
from tests.builders import NOW, at, make_merchant, make_shipment, report, sighting
from tests.pages.doors import make_brand
from tests.providers.making import make_account

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)
UPS, USPS = LegReport(carrier_code="ups"), LegReport(carrier_code="usps")
ACCEPTED = sighting("accepted", "2026-03-01T09:00:00Z", leg=0)
MOVED = sighting("in_transit", "2026-03-01T10:00:00Z", leg=0)
DELIVERED = sighting("delivered", "2026-03-01T12:00:00Z", leg=0)


@pytest.fixture
def merchant():
    return make_merchant()


def told(*sightings, carrier=UPS, number="AB1", **fields):
    numbers = (NumberReport(number, 0),) if number else ()
    return report(*sightings, legs=(carrier,), numbers=numbers, **fields)


def codes(shipment):
    return [event.code for event in journey_of(shipment.pk).events]


def page(shipment):
    return reverse("pages:tracking", args=[shipment.token])


def test_what_both_were_told_is_shown_once_and_the_rest_is_added(merchant):
    first = make_shipment(merchant, told(ACCEPTED, MOVED))
    other = make_shipment(merchant, told(MOVED, DELIVERED))

    result = unite(first.pk, other.pk, now=LATER)

    first.refresh_from_db()
    assert codes(first) == ["delivered", "in_transit", "accepted"]
    assert (first.code, result.shipment_id, result.is_changed) == ("delivered", first.pk, True)
    assert Event.objects.count() == 4


def test_a_duplicate_is_kept_out_of_lists_and_says_where_it_went(merchant):
    first = make_shipment(merchant, told(ACCEPTED))
    other = make_shipment(merchant, told(MOVED))

    unite(first.pk, other.pk, now=LATER)

    other.refresh_from_db()
    assert (other.merged_into_id, other.is_open, other.code) == (first.pk, False, "in_transit")
    assert codes(other) == []


def test_each_of_the_two_changes_once_and_tells_the_outbox_once(merchant):
    first = make_shipment(merchant, told(ACCEPTED))
    other = make_shipment(merchant, told(MOVED))

    unite(first.pk, other.pk, now=LATER)

    told_of = Outbox.objects.filter(created_at=LATER).order_by("shipment")
    assert list(told_of.values_list("shipment", "code_before", "code")) == [
        (first.pk, "accepted", "in_transit"),
        (other.pk, "in_transit", "in_transit"),
    ]
    versions = dict(Shipment.objects.values_list("pk", "version"))
    assert list(told_of.values_list("version", flat=True)) == [
        versions[first.pk],
        versions[other.pk],
    ]


def test_a_source_that_tells_either_again_says_nothing_new(merchant):
    here = sighting("in_transit", word="X", leg=0, place=Place(city="Lyon"))
    there = replace(here, place=Place(city="Paris"))
    named = sighting("delivered", "2026-03-01T12:00:00Z", leg=0, reference="its own id")
    one, two = told(ACCEPTED, here), told(here, there, named, carrier=USPS, number="94")
    first, other = make_shipment(merchant, one), make_shipment(merchant, two)

    unite(first.pk, other.pk, now=LATER)
    again = recording.record_many([(first.pk, one), (first.pk, two)], now=LATER)

    assert [result.is_changed for result in again] == [False]
    assert Event.objects.filter(shipment=first).count() == 5


def test_news_of_the_duplicate_go_to_the_first(merchant):
    first = make_shipment(merchant, told(ACCEPTED))
    other = make_shipment(merchant, told(ACCEPTED))
    unite(first.pk, other.pk, now=LATER)

    result = recording.record(other.pk, told(DELIVERED), now=LATER)
    both = recording.record_many([(other.pk, told(MOVED)), (first.pk, told(MOVED))], now=LATER)

    assert (result.shipment_id, result.added) == (first.pk, 1)
    assert [one.shipment_id for one in both] == [first.pk]
    assert codes(first) == ["delivered", "in_transit", "accepted"]


def test_twins_are_told_apart_after_the_union_as_before(merchant):
    here = sighting("in_transit", word="X", leg=0, place=Place(city="Lyon"))
    there = replace(here, place=Place(city="Paris"))
    first = make_shipment(merchant, told(there))
    other = make_shipment(merchant, told(here, there))

    unite(first.pk, other.pk, now=LATER)

    towns = sorted(event.place.city for event in journey_of(first.pk).events)
    assert towns == ["Lyon", "Paris"]


def test_what_the_first_showed_no_more_comes_back_when_the_other_shows_it(merchant):
    first = make_shipment(merchant, told(MOVED))
    recording.replace_history(first.pk, told(), now=NOW)
    other = make_shipment(merchant, told(MOVED))

    unite(first.pk, other.pk, now=LATER)

    assert codes(first) == ["in_transit"]


def test_events_keep_their_references_and_first_recording(merchant):
    first = make_shipment(merchant)
    other = make_shipment(merchant, told(MOVED))
    [before] = journey_of(other.pk).events

    unite(first.pk, other.pk, now=LATER)

    assert journey_of(first.pk).events == (before,)


def test_the_legs_of_both_are_in_the_order_of_their_scans(merchant):
    first = make_shipment(merchant, told(DELIVERED, carrier=USPS, number="94"))
    other = make_shipment(merchant, told(ACCEPTED))

    unite(first.pk, other.pk, now=LATER)

    journey = journey_of(first.pk)
    assert [(leg.carrier_code, leg.position) for leg in journey.legs] == [("ups", 2), ("usps", 1)]
    assert [(event.code, event.leg) for event in journey.events] == [
        ("delivered", 1),
        ("accepted", 2),
    ]
    assert {number.number for number in journey.numbers} == {"AB1", "94"}


def test_items_of_both_are_listed_once(merchant):
    shoes, hat = ItemReport(description="Shoes"), ItemReport(description="Hat")
    coat = ItemReport(custom_reference="C", description="Coat")
    first = make_shipment(merchant, report(items=(shoes, coat)))
    other = make_shipment(
        merchant, report(replace(DELIVERED, leg=None, item=0), items=(hat, shoes, coat))
    )
    hats = Item.objects.get(description="Hat")

    unite(first.pk, other.pk, now=LATER)

    journey = journey_of(first.pk)
    assert [item.description for item in journey.items] == ["Shoes", "Coat", "Hat"]
    assert journey.items[2].reference == hats.reference
    assert [event.item for event in journey.events] == [3]
    assert journey.code == "delivered.partial"


def test_a_headline_of_the_other_speaks_for_both(merchant):
    numbers = (NumberReport("AB1", 0, headline=Headline("delivered")),)
    first = make_shipment(merchant, told())
    other = make_shipment(merchant, report(legs=(UPS,), numbers=numbers))

    unite(first.pk, other.pk, now=LATER)

    first.refresh_from_db()
    assert (first.code, TrackingNumber.objects.count()) == ("delivered", 1)


def test_promises_are_those_of_both_each_once(merchant):
    early = PromiseReport(until=at("2026-03-04T00:00:00Z"))
    late = PromiseReport(until=at("2026-03-05T00:00:00Z"))
    first = make_shipment(merchant, report(promise=early))
    other = make_shipment(merchant, report(promise=early))
    recording.record(other.pk, report(promise=late), now=NOW)

    unite(first.pk, other.pk, now=LATER)

    first.refresh_from_db()
    assert [promise.until for promise in journey_of(first.pk).promises] == [late.until, early.until]
    assert first.due_at == late.until.instant


def test_the_recipient_comes_along_where_the_first_has_none(merchant):
    first, other = make_shipment(merchant), make_shipment(merchant)
    Recipient.objects.create(shipment=other, name="Magda", email="m@example.org")

    unite(first.pk, other.pk, now=LATER)

    assert Recipient.objects.values_list("shipment", "name").get() == (first.pk, "Magda")


def test_the_first_keeps_its_recipient_and_erasing_it_erases_both(merchant):
    first, other = make_shipment(merchant), make_shipment(merchant)
    Recipient.objects.create(shipment=first, name="Magda")
    Recipient.objects.create(shipment=other, name="Wanda")
    unite(first.pk, other.pk, now=LATER)
    kept = journey_of(first.pk).recipient.name

    erase([first.pk], now=LATER)

    assert (kept, Recipient.objects.count()) == ("Magda", 0)


@pytest.mark.parametrize("erased", ["first", "other"])
def test_an_erased_person_does_not_come_back_with_a_duplicate(merchant, erased):
    signed = replace(DELIVERED, signee="MAGDA", description="Signed for by Magda")
    pair = {name: make_shipment(merchant, told(signed)) for name in ("first", "other")}
    Recipient.objects.create(shipment=pair["first"], name="Magda")
    Recipient.objects.create(shipment=pair["other"], name="Magda")
    erase([pair[erased].pk], now=NOW)

    unite(pair["first"].pk, pair["other"].pk, now=LATER)

    assert not Recipient.objects.exists()
    assert set(Event.objects.values_list("signee", flat=True)) == {""}


def test_what_the_first_does_not_say_the_other_says(merchant):
    first = make_shipment(merchant, custom_reference="mine")
    other = make_shipment(
        merchant, custom_reference="theirs", order_reference="7", destination_country="DE"
    )

    unite(first.pk, other.pk, now=LATER)

    first.refresh_from_db()
    said = (first.custom_reference, first.order_reference, first.destination_country)
    assert said == ("mine", "7", "DE")


def test_a_moved_number_is_watched_for_the_first(merchant):
    make_account(kind="ups", merchant=merchant)
    first = make_shipment(merchant)
    number = {"carrier_code": "ups", "number": "AB1", "is_followed": True}
    other = register(merchant.pk, now=NOW, **number)
    enrol(NOW)

    unite(first.pk, other, now=LATER)
    farewells = enrol(LATER)

    watch = Watch.objects.get()
    assert (watch.shipment_id, watch.ended, farewells) == (first.pk, "", [])


def test_one_number_of_both_is_watched_once(merchant):
    make_account(kind="ups", merchant=merchant)
    number = {"carrier_code": "ups", "number": "AB1", "is_followed": True}
    first = register(merchant.pk, now=NOW, **number)
    other = register(merchant.pk, now=NOW, **number)
    enrol(NOW)

    unite(first, other, now=LATER)
    enrol(LATER)

    assert list(Watch.objects.values_list("shipment", "ended")) == [(first, "")]


def test_a_followed_number_of_the_other_has_the_firsts_followed(merchant):
    number = {"carrier_code": "ups", "number": "AB1"}
    first = register(merchant.pk, now=NOW, **number)
    other = register(merchant.pk, now=NOW, is_followed=True, **number)

    unite(first, other, now=LATER)

    followed = TrackingNumber.objects.values_list("leg__shipment", "is_followed", "switched_at")
    assert followed.get() == (first, True, LATER)


def test_a_word_taught_later_finds_the_events_that_moved(merchant):
    odd = sighting("unknown.unmapped", word="ZZ", leg=0)
    first = make_shipment(merchant, told(odd, carrier=USPS, number="94"))
    other = make_shipment(merchant, told(odd))
    unite(first.pk, other.pk, now=LATER)

    teach("test", "ZZ", "delivered", now=LATER)
    step = remap_some("test", "ZZ", after_id=0, limit=10, now=LATER)

    assert (step.changed, codes(first)) == (2, ["delivered", "delivered"])
    assert set(UnknownEvent.objects.values_list("shipment", flat=True)) == {first.pk}


def test_what_cannot_be_united_is_said_in_words(merchant):
    first, other, third = (make_shipment(merchant) for _ in range(3))
    foreign = make_shipment(make_merchant("Other"))
    unite(first.pk, other.pk, now=LATER)

    for pair, error in (
        ((first.pk, first.pk), uniting.SameShipment),
        ((first.pk, foreign.pk), uniting.OtherMerchant),
        ((third.pk, other.pk), uniting.AlreadyUnited),
        ((other.pk, third.pk), uniting.AlreadyUnited),
    ):
        with pytest.raises(error) as refusal:
            unite(*pair, now=LATER)
        assert str(refusal.value).endswith(".")
    with pytest.raises(Shipment.DoesNotExist):
        unite(first.pk, 0, now=LATER)


def test_a_duplicate_of_a_duplicate_leads_to_the_last(merchant, client):
    one, two, three = (make_shipment(merchant, told(ACCEPTED)) for _ in range(3))
    unite(two.pk, three.pk, now=LATER)

    unite(one.pk, two.pk, now=LATER)

    assert client.get(page(three)).headers["Location"] == page(one)


def test_the_link_of_a_duplicate_leads_to_the_first(merchant, client):
    first = make_shipment(merchant, told(ACCEPTED))
    other = make_shipment(merchant, told(MOVED))
    unite(first.pk, other.pk, now=LATER)

    answer = client.get(page(other), {"lang": "de"})

    assert (answer.status_code, answer.content) == (302, b"")
    assert answer.headers["Location"] == f"{page(first)}?lang=de"
    live = client.get(reverse("pages:live", args=[other.token]))
    assert live.headers["Location"] == reverse("pages:live", args=[first.token])


def test_in_a_frame_it_leads_to_the_firsts_frame(merchant, client):
    first = make_shipment(merchant, told(ACCEPTED))
    other = make_shipment(merchant, told(MOVED))
    unite(first.pk, other.pk, now=LATER)

    brand = make_brand(merchant)

    answer = client.get(reverse("pages:embed", args=[brand.slug, other.token]))

    assert answer.headers["Location"] == reverse("pages:embed", args=[brand.slug, first.token])


def test_a_link_that_was_passed_on_shows_the_first_and_not_its_secret(merchant, client):
    first = make_shipment(merchant, told(ACCEPTED))
    other = make_shipment(merchant, told(MOVED))
    unite(first.pk, other.pk, now=LATER)
    passed_on = seal(Shared(other.token, Level.NUMBER, (NOW + timedelta(days=9999)).date()))

    answer = client.get(reverse("pages:shared", args=[passed_on]))

    assert answer.status_code == 200
    assert first.token not in answer.text


def test_an_order_shows_a_duplicate_no_more_and_its_pages_are_made_anew(merchant):
    first = make_shipment(merchant, told(ACCEPTED), order_reference="7")
    other = make_shipment(merchant, told(MOVED), order_reference="7")
    before = stamp_of(first.token)

    unite(first.pk, other.pk, now=LATER)

    assert [journey.reference for journey in order_of(first.token)] == [first.reference]
    assert stamp_of(first.token).news > before.news
    assert stamp_of(other.token) is None
    assert [journey.token for journey in order_of(other.token)] == [first.token]


def test_the_order_a_duplicate_leaves_is_made_anew_too(merchant):
    first = make_shipment(merchant, told(ACCEPTED), order_reference="7")
    other = make_shipment(merchant, told(MOVED), order_reference="8")
    sibling = make_shipment(merchant, told(MOVED, number="AB3"), order_reference="8")
    before = stamp_of(sibling.token)

    unite(first.pk, other.pk, now=LATER)

    assert stamp_of(sibling.token).news > before.news


def statements_for(count, merchant):
    some = [
        sighting("in_transit", (NOW - timedelta(minutes=n)).isoformat(), leg=0)
        for n in range(count)
    ]
    first = make_shipment(merchant, told(*some[::2]))
    other = make_shipment(merchant, told(*some, carrier=USPS, number="94"))
    with CaptureQueriesContext(connection) as queries:
        unite(first.pk, other.pk, now=LATER)
    return len(queries)


def test_uniting_takes_as_many_statements_for_4_as_for_400_events(merchant):
    assert statements_for(4, merchant) == statements_for(400, merchant) <= 50


# A word means one thing at a source.
CODES = {"A": "accepted", "B": "delivered", "C": "info", "D": "unknown.unmapped"}
events = st.builds(
    lambda word, hour: sighting(CODES[word], f"2026-03-01T1{hour}:00:00Z", word=word, leg=0),
    st.sampled_from(sorted(CODES)),
    st.integers(0, 5),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(events, max_size=6), st.lists(events, max_size=6), st.booleans())
def test_two_halves_united_are_what_one_shipment_told_of_both_is(merchant, mine, theirs, is_other):
    """The same state and events, whichever half had what; and neither tells it news."""
    second = {"carrier": USPS, "number": "94"} if is_other else {}
    halves = [told(*mine), told(*theirs, **second)]
    whole, first, other = make_shipment(merchant), *(make_shipment(merchant, h) for h in halves)
    for half in halves:
        recording.record(whole.pk, half, now=NOW)

    unite(first.pk, other.pk, now=LATER)
    for half in halves:
        recording.record(whole.pk, half, now=LATER)
        assert not recording.record(first.pk, half, now=LATER).is_changed

    first.refresh_from_db()
    whole.refresh_from_db()
    assert sorted(codes(first)) == sorted(codes(whole))
    assert first.last_scan_at == whole.last_scan_at
    # Of two legs the order decides, which uniting works out from the scans.
    assert is_other or first.code == whole.code
