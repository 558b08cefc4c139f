"""From a wish that a number be followed to a watch, and back."""

from datetime import timedelta

import pytest
from cryptography.fernet import Fernet

from apps.providers import keeping
from apps.providers.asking import Ask, Problem, Request, Trouble
from apps.providers.enrolling import enrol, look_anew
from apps.providers.keeping import Told
from apps.providers.models import Urgency, Watch
from apps.shipments import following
from apps.shipments.models import TrackingNumber
from apps.shipments.registering import follow, register
from apps.shipments.reports import LegReport, NumberReport, Report
from tests.builders import NOW, make_merchant, recorded, sighting
from tests.providers.making import make_account

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=1)
DAY = timedelta(days=1)


@pytest.fixture
def merchant():
    return make_merchant()


def wish(merchant, number="AB1", carrier_code="ups", is_followed=True, now=NOW, **fields):
    register(
        merchant.pk,
        carrier_code=carrier_code,
        number=number,
        is_followed=is_followed,
        now=now,
        **fields,
    )
    return TrackingNumber.objects.get(number=number)


def switch(number, is_followed, now=LATER):
    following.switch([number.pk], is_followed=is_followed, now=now)
    return enrol(now)


def partner_is_told_of(merchant, watch):
    """Record an answer about a parcel that was handed over to a postal service."""
    legs = (LegReport(carrier_code="ups"), LegReport(carrier_code="usps"))
    numbers = (NumberReport(watch.name, 0), NumberReport("9400222", 1))
    told = Report(source="ups", legs=legs, numbers=numbers, sightings=(sighting("in_transit"),))
    keeping.keep(watch.account, [Told(watch, [told])], NOW)
    return TrackingNumber.objects.get(number="9400222")


def test_a_followed_number_is_watched_at_once(merchant):
    account = make_account(kind="ups", merchant=merchant)
    number = wish(merchant)

    assert enrol(NOW) == []

    watch = Watch.objects.get()
    assert (watch.account_id, watch.number_id, watch.name) == (account.pk, number.pk, "AB1")
    assert (watch.due_at, watch.carrier_code, watch.ended) == (NOW, "ups", "")
    assert following.wishes(10) == []


def test_a_number_nobody_follows_is_not_watched(merchant):
    make_account(kind="ups", merchant=merchant)
    wish(merchant, is_followed=False)

    enrol(NOW)

    assert not Watch.objects.exists()


def test_the_carriers_own_account_is_asked_before_one_that_takes_any(merchant):
    for kind in ("easypost", "fedex", "ups", "shipstation"):
        make_account(kind=kind, merchant=merchant)
    wish(merchant, "AB1", "ups")
    wish(merchant, "AB2", "elta")

    enrol(NOW)

    asked = dict(Watch.objects.values_list("name", "account__kind"))
    assert asked == {"AB1": "ups", "AB2": "easypost"}


def test_an_account_by_number_is_asked_before_one_by_reference(merchant):
    for kind in ("sorted_v2", "easypost"):
        make_account(kind=kind, merchant=merchant)
    wish(merchant)

    enrol(NOW)

    assert Watch.objects.get().account.kind == "easypost"


def test_where_references_are_asked_for_the_watch_has_the_shops_own(merchant):
    make_account(kind="sorted_v1", merchant=merchant)
    number = wish(merchant, custom_reference="order 7")

    enrol(NOW)

    watch = Watch.objects.get()
    assert (watch.name, watch.number_id) == ("order 7", number.pk)


@pytest.mark.parametrize(
    ("kind", "fields"),
    [("ups", {"is_active": False}), ("fedex", {}), ("generic", {})],
    ids=["switched off", "of another carrier", "never asked"],
)
def test_an_account_that_cannot_be_asked_about_it_gets_no_watch(merchant, kind, fields):
    make_account(kind=kind, merchant=merchant, **fields)
    wish(merchant)

    enrol(NOW)

    assert not Watch.objects.exists()


def test_another_merchants_account_is_never_used(merchant):
    make_account(kind="ups", merchant=make_merchant("Other"))
    wish(merchant)

    enrol(NOW)

    assert not Watch.objects.exists()


def test_a_number_followed_before_there_was_an_account_waits_for_one(merchant):
    wish(merchant)
    enrol(NOW)
    make_account(kind="ups", merchant=merchant)
    enrol(NOW)
    before = Watch.objects.count()

    look_anew(merchant.pk, LATER)
    enrol(LATER)

    assert (before, Watch.objects.count()) == (0, 1)


def test_switched_off_a_watch_ends_and_farewells_are_for_the_enrolled(merchant):
    make_account(kind="ups", merchant=merchant)
    known, other = wish(merchant, "AB1"), wish(merchant, "AB2")
    enrol(NOW)
    Watch.objects.filter(number=known).update(is_enrolled=True)

    farewells = switch(known, False) + switch(other, False)

    assert [watch.number_id for watch in farewells] == [known.pk]
    assert set(Watch.objects.values_list("ended", "due_at")) == {("unwanted", None)}


def test_switched_on_again_the_same_watch_goes_on(merchant):
    make_account(kind="ups", merchant=merchant)
    number = wish(merchant)
    enrol(NOW)
    watch = Watch.objects.get()
    switch(number, False)

    switch(number, True, LATER)

    again = Watch.objects.get()
    assert (again.pk, again.ended, again.due_at) == (watch.pk, "", LATER)


GAVE_UP = {
    "due_at": None,
    "urgency": Urgency.QUIET,
    "failures": 7,
    "trouble": "not_found",
    "trouble_detail": "HTTP 404",
    "missing_since": NOW - 40 * DAY,
    "created_at": NOW - 40 * DAY,
}


@pytest.mark.parametrize("ending", ["refused", "silent"])
@pytest.mark.parametrize("was_switched_off", [True, False])
def test_switched_on_again_what_was_given_up_goes_on(merchant, ending, was_switched_off):
    account = make_account(kind="ups", merchant=merchant)
    number = wish(merchant)
    enrol(NOW)
    Watch.objects.update(ended=ending, **GAVE_UP)
    if was_switched_off:
        switch(number, False)

    follow(merchant.pk, carrier_code="ups", number="AB1", is_followed=True, now=LATER)
    enrol(LATER)

    watch = Watch.objects.get()
    assert (watch.ended, watch.due_at, watch.urgency) == ("", LATER, Urgency.SLOW)
    assert (watch.trouble, watch.failures, watch.missing_since) == ("", 0, None)

    keeping.keep(account, [Told(watch, [], Problem(Trouble.NOT_FOUND))], LATER)

    watch.refresh_from_db()
    assert (watch.ended, watch.due_at > LATER) == ("", True)


def test_switched_on_again_a_journey_that_is_over_stays_over(merchant):
    make_account(kind="ups", merchant=merchant)
    number = wish(merchant)
    enrol(NOW)
    Watch.objects.update(ended="final", due_at=None)
    switch(number, False)

    switch(number, True)

    assert list(Watch.objects.values_list("ended", "due_at")) == [("final", None)]


def test_switched_on_again_it_is_asked_at_its_providers_minutes(merchant):
    make_account(kind="shiplemon", merchant=merchant)
    number = wish(merchant)
    enrol(NOW)
    Watch.objects.update(ended="silent", due_at=None)

    switch(number, True)

    assert Watch.objects.get().due_at == NOW + timedelta(minutes=5)


def test_a_watch_by_reference_alone_keeps_no_number_from_being_looked_at_anew(merchant):
    wish(merchant)
    enrol(NOW)
    by_reference = make_account(kind="sorted_v2", merchant=merchant, is_active=False)
    shipment_id = TrackingNumber.objects.get().leg.shipment_id
    Watch.objects.create(
        account=by_reference, shipment_id=shipment_id, name="7", folded="7", created_at=NOW
    )
    make_account(kind="ups", merchant=merchant)

    look_anew(merchant.pk, LATER)
    enrol(LATER)

    assert Watch.objects.get(account__kind="ups").name == "AB1"


@pytest.mark.parametrize("ending", ["final", "refused", "silent"])
def test_asking_anew_does_not_wake_what_ended_by_itself(merchant, ending):
    make_account(kind="ups", merchant=merchant)
    wish(merchant)
    enrol(NOW)
    Watch.objects.update(ended=ending, due_at=None)

    look_anew(merchant.pk, LATER)
    enrol(LATER)

    assert list(Watch.objects.values_list("ended", "due_at")) == [(ending, None)]


def test_two_calls_make_one_watch(merchant):
    make_account(kind="ups", merchant=merchant)
    for _ in range(2):
        follow(merchant.pk, carrier_code="ups", number="AB1", is_followed=True, now=NOW)
        enrol(NOW)
    look_anew(merchant.pk, LATER)
    enrol(LATER)

    assert (Watch.objects.count(), Watch.objects.get().due_at) == (1, NOW)


@pytest.mark.parametrize(("minute", "due"), [(0, 5), (5, 5), (6, 35), (35, 35), (36, 65), (59, 65)])
def test_shiplemon_is_due_at_five_and_thirty_five_past(merchant, minute, due):
    make_account(kind="shiplemon", merchant=merchant)
    wish(merchant, carrier_code="elta")

    enrol(NOW + timedelta(minutes=minute))

    assert Watch.objects.get().due_at == NOW + timedelta(minutes=due)


def test_a_backlog_of_any_length_is_worked_off(merchant, monkeypatch):
    monkeypatch.setattr("apps.providers.enrolling.MOST_AT_ONCE", 2)
    make_account(kind="ups", merchant=merchant)
    for n in range(5):
        wish(merchant, f"AB{n}")

    enrol(NOW)

    assert Watch.objects.count() == 5


def test_credentials_nobody_can_open_keep_nobody_from_being_watched(merchant, settings):
    make_account(kind="ups", merchant=merchant)
    wish(merchant)
    settings.CREDENTIAL_KEYS = [Fernet.generate_key().decode()]

    enrol(NOW)

    assert Watch.objects.count() == 1


def test_a_partners_number_in_an_answer_is_followed_by_itself(merchant):
    for kind in ("ups", "easypost"):
        make_account(kind=kind, merchant=merchant)
    wish(merchant)
    enrol(NOW)

    partner = partner_is_told_of(merchant, Watch.objects.get())
    enrol(LATER)

    assert partner.is_followed
    assert Watch.objects.get(number=partner).account.kind == "easypost"


def test_what_several_watches_of_a_parcel_tell_of_partners_is_all_followed(merchant):
    make_account(kind="ups", merchant=merchant)
    wish(merchant)
    enrol(NOW)
    watch = Watch.objects.get()
    legs = (LegReport(carrier_code="ups"), LegReport(carrier_code="usps"))
    told = [
        Told(watch, [Report(source="ups", legs=legs, numbers=numbers)], is_push=True)
        for numbers in (
            (NumberReport("AB1", 0), NumberReport("9400222", 1)),
            (NumberReport("AB1", 0), NumberReport("9400333", 1)),
        )
    ]

    keeping.keep(watch.account, told, NOW)

    followed = TrackingNumber.objects.filter(is_followed=True).values_list("number", flat=True)
    assert set(followed) == {"AB1", "9400222", "9400333"}


def test_a_partners_number_somebody_stopped_is_not_followed_again(merchant):
    for kind in ("ups", "easypost"):
        make_account(kind=kind, merchant=merchant)
    wish(merchant)
    enrol(NOW)
    watch = Watch.objects.get()
    partner = partner_is_told_of(merchant, watch)
    enrol(NOW)
    following.note([partner.pk], [], now=NOW)
    switch(partner, False)

    partner_is_told_of(merchant, watch)
    enrol(LATER)

    partner.refresh_from_db()
    assert not partner.is_followed
    assert Watch.objects.get(number=partner).ended == "unwanted"


@pytest.mark.parametrize(
    ("kind", "carrier_code", "file", "name"),
    [
        ("dhl", "dhl_express", "dhl/pieces.json", "5550001112"),
        ("dhl", "dhl_express", "dhl/pieces.json", "JD010000000000000002"),
        ("ups", "ups", "ups/pieces.json", "1Z0A12B30190000066"),
    ],
)
def test_a_parcels_pieces_are_told_about_with_it_and_not_followed_one_by_one(
    merchant, kind, carrier_code, file, name
):
    for other in (kind, "easypost"):
        make_account(kind=other, merchant=merchant)
    wish(merchant, name, carrier_code)
    enrol(NOW)
    watch = Watch.objects.get()
    [answer] = watch.account.client.read(Request((Ask(name, carrier_code),), ""), recorded(file))

    keeping.keep(watch.account, [Told(watch, [answer.told])], NOW)
    enrol(LATER)

    followed = TrackingNumber.objects.filter(is_followed=True).values_list("number", flat=True)
    assert TrackingNumber.objects.values("folded").distinct().count() > 1
    assert list(followed) == [name]
    assert list(Watch.objects.values_list("name", flat=True)) == [name]
