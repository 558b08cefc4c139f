"""What staff put right: a number, a carrier, a parcel that is not to go, a link."""

from datetime import timedelta

import pytest
from django.urls import reverse

from apps.pages import front, sharing
from apps.pages.stamps import stamp_of
from apps.providers import keeping
from apps.providers.enrolling import enrol
from apps.providers.keeping import Told
from apps.providers.models import Watch
from apps.shipments import correcting, recording
from apps.shipments.correcting import renew_link, renumber, void
from apps.shipments.models import Event, Leg, Outbox, Shipment, TrackingNumber
from apps.shipments.privacy import Level
from apps.shipments.reading import journey_of
from apps.shipments.registering import register
from apps.shipments.reports import (
    Headline,
    ItemReport,
    LegReport,
    NumberReport,
    PromiseReport,
)
from tests.builders import NOW, at, make_merchant, make_shipment, report, sighting
from tests.providers.making import make_account

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)
UPS = LegReport(carrier_code="ups")
NAME = "U.S. Postal Service"


def told(number="AB1", code="in_transit", time="2026-03-01T10:00:00Z", carrier="ups", **fields):
    legs = (LegReport(carrier_code=carrier),)
    numbers = (NumberReport(number, 0, headline=Headline(code)),)
    return report(sighting(code, time, leg=0), legs=legs, numbers=numbers, source="ups", **fields)


def followed(merchant=None, number="AB1", carrier_code="ups"):
    merchant = merchant or make_merchant()
    register(merchant.pk, carrier_code=carrier_code, number=number, is_followed=True, now=NOW)
    return TrackingNumber.objects.get(number=number)


def codes(shipment):
    return [event.code for event in journey_of(shipment.pk).events]


def test_a_wrong_number_is_put_right():
    shipment = make_shipment(report=told())
    number = TrackingNumber.objects.get()

    result = renumber(number.pk, number=" ab 2 ", carrier_code="ups", now=LATER)

    number.refresh_from_db()
    assert (number.number, number.folded) == ("ab 2", "AB2")
    assert (result.shipment_id, result.version, result.is_changed) == (shipment.pk, 2, True)
    assert list(Outbox.objects.values_list("version", flat=True)) == [1, 2]


def test_what_was_told_of_a_wrong_number_is_kept_and_shown_no_more():
    shipment = make_shipment(report=told(code="delivered"))

    renumber(TrackingNumber.objects.get().pk, number="AB2", carrier_code="ups", now=LATER)

    shipment.refresh_from_db()
    assert (codes(shipment), Event.objects.get().superseded_at) == ([], LATER)
    assert (shipment.code, shipment.delivered_at) == ("unknown.no_scans", None)
    assert TrackingNumber.objects.values_list("headline_code", "headline").get() == ("", None)


def test_what_staff_wrote_down_outlives_a_wrong_number():
    shipment = make_shipment(report=told())
    by_hand = report(sighting("accepted", leg=0), legs=(UPS,), source="manual")
    recording.record(shipment.pk, by_hand, now=NOW)

    renumber(TrackingNumber.objects.get().pk, number="AB2", carrier_code="ups", now=LATER)

    assert codes(shipment) == ["accepted"]


def test_a_wrong_parcels_promise_goes_with_it():
    promise = PromiseReport(until=at("2026-03-04T00:00:00Z"))
    shipment = make_shipment(report=told(promise=promise))
    assert shipment.due_at

    renumber(TrackingNumber.objects.get().pk, number="AB2", carrier_code="ups", now=LATER)

    shipment.refresh_from_db()
    assert (journey_of(shipment.pk).promises, shipment.due_at) == ((), None)


def test_what_is_told_of_a_wrong_number_later_is_left_aside():
    shipment = make_shipment(report=told())
    renumber(TrackingNumber.objects.get().pk, number="AB2", carrier_code="ups", now=LATER)

    late = recording.record(shipment.pk, told("AB 1", "delivered"), now=LATER)
    right = recording.record(shipment.pk, told("AB2", "accepted"), now=LATER)

    assert (late.is_changed, right.is_changed) == (False, True)
    assert codes(shipment) == ["accepted"]
    assert TrackingNumber.objects.get().number == "AB2"


def test_a_number_that_was_right_after_all_is_heard_again():
    shipment = make_shipment(report=told())
    number = TrackingNumber.objects.get()
    renumber(number.pk, number="AB2", carrier_code="ups", now=LATER)

    renumber(number.pk, number="AB1", carrier_code="ups", now=LATER)
    recording.record(shipment.pk, told(), now=LATER)

    assert codes(shipment) == ["in_transit"]
    assert Event.objects.count() == 1


def test_a_leg_is_given_to_the_carrier_it_really_has():
    legs = (LegReport("ups", "UPS", "03", "Ground", 5),)
    make_shipment(report=report(legs=legs, numbers=(NumberReport("94", 0),)))

    renumber(TrackingNumber.objects.get().pk, number="94", carrier_code="stamps_com", now=LATER)

    leg = Leg.objects.get()
    assert (leg.carrier_code, leg.carrier.code, leg.carrier_name) == ("usps", "usps", NAME)
    assert (leg.service_code, leg.service_name, leg.estimated_days) == ("", "", None)


def test_without_a_carrier_the_numbers_form_decides():
    make_shipment(report=told(carrier="usps"))

    number = TrackingNumber.objects.get()
    renumber(number.pk, number="1Z 999 AA1 01 2345 6784", carrier_code="", now=LATER)

    assert Leg.objects.get().carrier_code == "ups"


def test_of_two_parcels_under_one_carrier_one_is_put_right():
    items = (ItemReport(custom_reference="A"), ItemReport(custom_reference="B"))
    numbers = (NumberReport("AB1", 0, 0), NumberReport("AB9", 0, 1))
    seen = (sighting("delivered", leg=0, item=0), sighting("accepted", leg=0, item=1))
    shipment = make_shipment(report=report(*seen, legs=(UPS,), items=items, numbers=numbers))
    wrong = TrackingNumber.objects.get(number="AB1")

    renumber(wrong.pk, number="AB2", carrier_code="ups", now=LATER)

    assert codes(shipment) == ["accepted"]
    assert sorted(TrackingNumber.objects.values_list("number", flat=True)) == ["AB2", "AB9"]


def test_another_leg_keeps_its_events():
    legs = (UPS, LegReport(carrier_code="usps"))
    numbers = (NumberReport("AB1", 0), NumberReport("94", 1))
    seen = (sighting("accepted", leg=0), sighting("in_transit", leg=1))
    shipment = make_shipment(report=report(*seen, legs=legs, numbers=numbers))

    wrong = TrackingNumber.objects.get(number="AB1")
    renumber(wrong.pk, number="AB2", carrier_code="ups", now=LATER)

    assert codes(shipment) == ["in_transit"]


def test_two_items_in_one_box_are_put_right_together():
    items = (ItemReport(custom_reference="A"), ItemReport(custom_reference="B"))
    numbers = (NumberReport("AB1", 0, 0), NumberReport("AB1", 0, 1))
    make_shipment(report=report(legs=(UPS,), items=items, numbers=numbers))

    number = TrackingNumber.objects.first()
    renumber(number.pk, number="AB2", carrier_code="ups", now=LATER)

    assert list(TrackingNumber.objects.values_list("folded", flat=True)) == ["AB2", "AB2"]


@pytest.mark.parametrize(
    ("number", "carrier_code", "error"),
    [
        (" - ", "ups", correcting.NoNumber),
        ("\x00", "ups", correcting.NoNumber),
        ("1" * 101, "ups", correcting.NoNumber),
        ("AB2", "no such carrier", correcting.UnknownCarrier),
        ("AB9", "ups", correcting.NumberTaken),
        ("a-b 1", "UPS", correcting.NothingWrong),
    ],
)
def test_what_cannot_be_put_right_is_said_in_words(number, carrier_code, error):
    numbers = (NumberReport("AB1", 0), NumberReport("AB9", 0))
    make_shipment(report=report(legs=(UPS,), numbers=numbers))

    with pytest.raises(error) as refusal:
        wrong = TrackingNumber.objects.get(number="AB1")
        renumber(wrong.pk, number=number, carrier_code=carrier_code, now=LATER)

    assert str(refusal.value).endswith(".")
    assert Shipment.objects.get().version == 1


def test_a_number_that_is_gone_cannot_be_put_right():
    with pytest.raises(TrackingNumber.DoesNotExist):
        renumber(0, number="AB2", carrier_code="ups", now=LATER)


def test_the_old_watch_ends_and_a_new_one_begins():
    merchant = make_merchant()
    make_account(kind="ups", merchant=merchant)
    number = followed(merchant)
    enrol(NOW)

    renumber(number.pk, number="AB2", carrier_code="ups", now=LATER)
    enrol(LATER)

    assert list(Watch.objects.filter(ended="").values_list("name", "number")) == [
        ("AB2", number.pk)
    ]
    assert Watch.objects.get(name="AB1").ended == "unwanted"


def test_a_watch_at_the_wrong_carrier_ends_with_a_farewell():
    merchant = make_merchant()
    for kind in ("ups", "dhl"):
        make_account(kind=kind, merchant=merchant)
    number = followed(merchant)
    enrol(NOW)
    Watch.objects.update(is_enrolled=True)

    renumber(number.pk, number="AB1", carrier_code="dhl_express", now=LATER)
    farewells = enrol(LATER)

    assert [watch.account.kind for watch in farewells] == ["ups"]
    assert [watch.account.kind for watch in Watch.objects.filter(ended="")] == ["dhl"]


def test_the_old_watch_stays_ended_when_the_number_is_followed_again():
    merchant = make_merchant()
    make_account(kind="ups", merchant=merchant)
    number = followed(merchant)
    enrol(NOW)
    renumber(number.pk, number="AB2", carrier_code="ups", now=LATER)
    enrol(LATER)

    correcting.following.switch([number.pk], is_followed=False, now=LATER)
    enrol(LATER)
    correcting.following.switch([number.pk], is_followed=True, now=LATER)
    enrol(LATER)

    assert [watch.name for watch in Watch.objects.filter(ended="")] == ["AB2"]


def test_an_answer_that_was_on_its_way_tells_nothing_of_the_other_parcel():
    merchant = make_merchant()
    make_account(kind="ups", merchant=merchant)
    number = followed(merchant)
    enrol(NOW)
    watch = Watch.objects.select_related("account").get()
    renumber(number.pk, number="AB2", carrier_code="ups", now=LATER)

    keeping.keep(watch.account, [Told(watch, [told(code="delivered")])], LATER)

    assert not Event.objects.exists()


def test_a_number_nobody_follows_is_not_followed_after_it_was_put_right():
    make_shipment(report=told())

    number = TrackingNumber.objects.get()
    renumber(number.pk, number="AB2", carrier_code="ups", now=LATER)

    number.refresh_from_db()
    assert (number.is_followed, number.switched_at) == (False, None)


def test_a_void_shipment_is_cancelled_and_followed_no_more():
    number = followed()
    shipment_id = number.leg.shipment_id

    result = void(shipment_id, now=LATER)

    number.refresh_from_db()
    event = Event.objects.get()
    assert (event.code, event.source, event.occurred_at) == ("cancelled", "manual", LATER)
    assert (result.version, Shipment.objects.get().code) == (2, "cancelled")
    assert (number.is_followed, number.switched_at) == (False, LATER)
    assert not Shipment.objects.get().is_open


def test_cancelling_twice_is_cancelling_once():
    shipment = make_shipment()
    void(shipment.pk, now=NOW)

    again = void(shipment.pk, now=LATER)

    assert (again.is_changed, Event.objects.count(), Outbox.objects.count()) == (False, 1, 1)


def test_a_delivered_parcel_is_not_cancelled():
    shipment = make_shipment(report=told(code="delivered"))

    with pytest.raises(correcting.AlreadyOver):
        void(shipment.pk, now=LATER)

    assert Event.objects.count() == 1


def test_a_renewed_link_opens_and_the_old_one_does_not(client):
    shipment = make_shipment(report=told())
    old = reverse("pages:tracking", args=[shipment.token])
    assert client.get(old).status_code == 200
    passed_on = sharing.Shared(shipment.token, Level.LINK, (NOW + timedelta(days=9999)).date())

    token = renew_link(shipment.pk, now=LATER)
    # A second passes.
    front.store._stamps.clear()

    shared = client.get(reverse("pages:shared", args=[sharing.seal(passed_on)]))
    assert (client.get(old).status_code, shared.status_code) == (404, 404)
    assert client.get(reverse("pages:tracking", args=[token])).status_code == 200


def test_a_renewed_link_is_one_change():
    shipment = make_shipment(report=told())

    token = renew_link(shipment.pk, now=LATER)

    old, shipment = shipment.token, Shipment.objects.get()
    assert (shipment.token, shipment.version, Outbox.objects.count()) == (token, 2, 2)
    assert token != old and stamp_of(old) is None


def test_the_link_of_a_shipment_that_is_gone_is_not_renewed():
    with pytest.raises(Shipment.DoesNotExist):
        renew_link(0, now=LATER)
