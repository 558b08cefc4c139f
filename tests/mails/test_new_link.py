"""A link that ended can be had anew by mail, by whoever the parcel went to."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.mails import addresses
from apps.mails.links import new_link_url
from apps.mails.models import Letter
from apps.pages.sharing import Shared, seal, unseal
from apps.shipments import correcting
from apps.shipments.models import Shipment
from apps.shipments.privacy import Level
from tests.builders import make_merchant
from tests.mails.subscribing import ADA, letters, make_subscription, token_of
from tests.pages.doors import make_brand, make_parcel, page_of
from tests.pages.markup import read

pytestmark = pytest.mark.django_db
NOW = timezone.now()
SENT = "If the address is one of this parcel's"


@pytest.fixture(autouse=True)
def sends_mail(settings):
    settings.SENDS_MAIL = True


@pytest.fixture
def arrived(db):
    """A parcel that arrived a hundred days ago."""
    parcel = make_parcel(make_merchant(), code="delivered", now=NOW - timedelta(days=100))
    Shipment.objects.filter(pk=parcel.pk).update(created_at=NOW - timedelta(days=110))
    return parcel


def form_of(client, parcel):
    return read(client.get(f"{page_of(parcel)}?lang=en").text).all("form")


def ask(client, parcel, email=ADA, headers=None, **fields):
    (form,) = form_of(client, parcel)
    given = {"ticket": form.one("input", name="ticket")["value"], "email": email} | fields
    return client.post(form["action"], given, headers=headers)


def test_the_page_of_an_ended_link_has_the_form(client, arrived):
    (form,) = form_of(client, arrived)

    assert form["action"] == f"/t/{token_of(arrived)}/link?lang=en"


def test_without_mail_there_is_no_form(client, arrived, settings):
    settings.SENDS_MAIL = False

    assert form_of(client, arrived) == []


@pytest.mark.parametrize("email", [ADA, ADA.lower(), f" {ADA.upper()}"])
def test_the_recipient_is_sent_a_link(client, arrived, email):
    answer = ask(client, arrived, email)

    (letter,) = letters()
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert SENT in answer.text
    assert (letter.kind, letter.shipment_id, letter.subscription) == ("link", arrived.pk, None)


def test_a_subscriber_is_sent_a_link(client, arrived):
    heard = make_subscription(arrived, "bob@marker.example")

    ask(client, arrived, "Bob@marker.example")

    assert [letter.subscription for letter in letters()] == [heard]


def test_everybody_else_reads_the_same_and_is_sent_nothing(client, arrived):
    make_subscription(arrived, "bob@marker.example", origin="page", now=NOW)
    Letter.objects.all().delete()

    first = ask(client, arrived, "bob@marker.example")
    second = ask(client, arrived, "eve@marker.example")

    assert letters() == []
    assert first.text == second.text == ask(client, arrived).text


def test_a_blocked_address_is_sent_nothing(client, arrived):
    addresses.block(ADA, "complained", NOW)

    assert SENT in ask(client, arrived).text
    assert letters() == []


def test_one_link_a_day_is_sent(client, arrived):
    for _ in range(3):
        assert SENT in ask(client, arrived).text

    assert len(letters()) == 1


def test_it_is_asked_for_five_times_in_a_while(client, arrived):
    status = [ask(client, arrived, f"a{n}@marker.example").status_code for n in range(6)]

    assert status == [200] * 5 + [429]


@pytest.mark.parametrize(
    "fields", [{"email": "ada"}, {"email": ""}, {"email": "\0"}, {"ticket": "x"}]
)
def test_what_is_wrong_is_said(client, arrived, fields):
    answer = ask(client, arrived, **fields)

    assert answer.status_code == 400
    assert read(answer.text).one(role="alert").text
    assert letters() == []


def test_another_sites_form_is_refused(client, arrived):
    assert ask(client, arrived, headers={"Origin": "https://evil.example"}).status_code == 400
    assert letters() == []


def test_the_new_link_opens_the_parcel_for_a_week(client, arrived, settings):
    token = token_of(arrived)
    url = new_link_url(token, "", NOW)

    answer = client.get(url)

    assert answer.status_code == 200
    assert "Delivered" in answer.text
    assert token not in answer.text
    assert client.get(new_link_url(token, "", NOW - timedelta(days=6))).status_code == 200
    assert client.get(new_link_url(token, "", NOW - timedelta(days=8))).status_code == 410


def test_a_link_that_was_passed_on_does_not_outlive_the_parcels_own(client, arrived):
    shared = Shared(token_of(arrived), Level.LINK, (NOW + timedelta(days=7)).date())

    answer = client.get(f"/s/{seal(shared)}/")

    assert answer.status_code == 410
    assert token_of(arrived) not in answer.text
    assert read(answer.text).all("form") == []


def test_a_seal_says_whether_it_is_a_new_link():
    for is_renewed in (True, False):
        shared = Shared("a" * 32, Level.LINK, NOW.date(), is_renewed)
        assert unseal(seal(shared)) == shared


def test_a_new_link_opens_nothing_after_the_parcels_own_was_renewed(client, arrived):
    url = new_link_url(token_of(arrived), "", NOW)
    correcting.renew_link(arrived.pk, now=NOW)

    assert client.get(url).status_code == 404


def test_a_link_that_opens_needs_no_new_one(client, db):
    parcel = make_parcel(now=NOW)

    for answer in (client.get(f"{page_of(parcel)}link"), client.post(f"{page_of(parcel)}link")):
        assert answer.status_code == 303
        assert answer["Location"].startswith(f"{page_of(parcel)}?lang=")


def test_whoever_opens_the_forms_address_is_led_to_the_page(client, arrived):
    answer = client.get(f"{page_of(arrived)}link")

    assert (answer.status_code, answer["Location"]) == (303, f"{page_of(arrived)}?lang=en")


def test_an_unknown_link_has_no_new_one(client, arrived):
    assert client.post(f"/t/{'x' * 32}/link", {"email": ADA}).status_code == 404


def test_another_brands_domain_has_no_new_link(client, arrived):
    make_brand(make_merchant("Other"), domain="track.other.example")

    answer = client.post(f"{page_of(arrived)}link", headers={"host": "track.other.example"})

    assert answer.status_code == 404


def test_a_frame_of_an_ended_link_has_no_form(client, arrived):
    brand = make_brand(arrived.merchant, frame_origins=["https://shop.example"])

    answer = client.get(f"/e/{brand.slug}/{token_of(arrived)}/")

    assert answer.status_code == 410
    assert "<form" not in answer.text
