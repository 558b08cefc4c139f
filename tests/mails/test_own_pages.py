"""A subscriber's own pages: opening one changes nothing, one click ends it, nobody is shown."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.branding.looks import look_named
from apps.mails import addresses, asking, links
from apps.mails.models import Subscription
from tests.builders import make_merchant
from tests.mails.subscribing import ADA, PAGE, make_subscription
from tests.pages.doors import make_brand, make_parcel
from tests.pages.markup import read

pytestmark = pytest.mark.django_db
LANGUAGES = [code for code, _name in settings.LANGUAGES]
PATHS = ["", "confirm", "stop"]


@pytest.fixture
def parcel(db):
    return make_parcel(now=timezone.now())


@pytest.fixture
def asked(parcel):
    return make_subscription(parcel, origin=PAGE)


@pytest.fixture
def on(parcel):
    return make_subscription(parcel)


def state_of(one):
    return Subscription.objects.get(pk=one.pk).state


def path_of(one, name=""):
    return f"/m/{one.token}/{name}"


def one_click(client, one):
    return client.post(path_of(one, "stop"), {"List-Unsubscribe": "One-Click"})


def test_opening_the_link_of_the_mail_confirms_nothing(client, asked):
    for _ in range(2):
        answer = client.get(path_of(asked, "confirm"))

    assert answer.status_code == 200
    assert "Do you want news" in answer.text
    assert state_of(asked) == "asked"


def test_its_button_confirms(client, asked):
    answer = client.post(path_of(asked, "confirm"))

    assert "You get news of your parcel from now on." in answer.text
    assert state_of(asked) == "on"


def test_a_confirmed_link_leads_to_the_choices(client, on):
    answer = client.get(path_of(on, "confirm"))

    assert (answer.status_code, answer["Location"]) == (303, f"{path_of(on)}?lang=en")


def test_the_choices_wait_for_the_confirmation(client, asked):
    answer = client.post(path_of(asked), {"topics": "silent"})

    assert (answer.status_code, answer["Location"]) == (
        303,
        f"{path_of(asked, 'confirm')}?lang=en",
    )
    assert Subscription.objects.get().topics == []


def test_what_was_asked_for_long_ago_is_asked_no_more(client, parcel):
    one = make_subscription(parcel, origin=PAGE, now=timezone.now() - timedelta(days=8))

    assert client.get(path_of(one, "confirm")).status_code == 410
    assert client.post(path_of(one, "confirm")).status_code == 410
    assert state_of(one) == "asked"


def test_the_choices_show_shop_address_and_topics(client, on):
    answer = client.get(path_of(on))

    page = read(answer.text)
    chosen = [
        box["value"] for box in page.all("input", type="checkbox") if "checked" in box.attributes
    ]
    whose = page.one("main").text
    assert "Acme" in whose
    assert "A…@Marker.Example" in whose
    assert ADA not in answer.text
    assert chosen == [
        "out_for_delivery",
        "available_for_pickup",
        "delivered",
        "exception",
        "silent",
    ]


def test_choices_are_saved_with_the_language_of_the_page(client, on):
    answer = client.post(f"{path_of(on)}?lang=pl", {"topics": ["silent", "in_transit", "nonsense"]})

    one = Subscription.objects.get()
    assert answer.status_code == 200
    assert read(answer.text).one(role="status")
    assert (one.topics, one.language) == (["in_transit", "silent"], "pl")


def test_choosing_nothing_is_no_choice(client, on):
    answer = client.post(path_of(on), {})

    assert answer.status_code == 400
    assert read(answer.text).one(role="alert").text == "Choose at least one thing to hear of."
    assert Subscription.objects.get().topics == []


def test_opening_the_page_that_stops_stops_nothing(client, on):
    assert read(client.get(path_of(on, "stop")).text).one("button").text == "Stop it"
    assert state_of(on) == "on"


def test_its_button_stops(client, on):
    answer = client.post(path_of(on, "stop"))

    assert answer.status_code == 200
    assert "You get no more mail about this parcel." in answer.text
    assert state_of(on) == "ended"
    assert not addresses.is_blocked(ADA)


def test_a_mail_program_stops_it_without_a_page(client, on):
    answers = [one_click(client, on) for _ in range(2)]

    for answer in answers:
        assert answer.status_code == 200
        assert answer["Content-Type"] == "text/plain; charset=utf-8"
        assert answer.text == "You get no more mail about this parcel.\n"
    assert Subscription.objects.get().end == "unsubscribed"


def test_a_mail_program_needs_no_cookie_origin_or_ticket(on):
    client = Client(enforce_csrf_checks=True)
    body = "List-Unsubscribe=One-Click"
    kind = "application/x-www-form-urlencoded"

    client.post(
        path_of(on, "stop"), body, content_type=kind, headers={"Origin": "https://a.example"}
    )

    assert state_of(on) == "ended"


def test_a_subscription_that_waits_can_be_stopped_too(client, asked):
    one_click(client, asked)

    assert state_of(asked) == "ended"
    assert client.post(path_of(asked, "confirm")).status_code == 410
    assert state_of(asked) == "ended"


def test_somebody_may_want_nothing_from_anybody_here(client, on):
    other = make_subscription(make_parcel(make_merchant("Other"), number="JD77"))

    answer = client.post(path_of(on, "stop"), {"all": "1"})

    assert "whatever the parcel or the shop" in answer.text
    assert state_of(other) == "ended"
    assert addresses.is_blocked(ADA)


@pytest.mark.parametrize("path", PATHS)
def test_what_has_ended_is_said(client, on, path):
    asking.end(on, Subscription.End.BOUNCED, timezone.now())

    answer = client.get(path_of(on, path))

    assert answer.status_code == 410
    assert "No more mail" in answer.text


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["get", "post"])
def test_an_unknown_secret_opens_nothing(client, path, method):
    answer = getattr(client, method)(f"/m/{'x' * 32}/{path}")

    assert answer.status_code == 404
    assert "This link opens nothing" in answer.text


@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_listed_kept_told_or_set(client, on, path):
    answer = client.get(path_of(on, path), follow=True)

    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert (answer["Cache-Control"], answer["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert not answer.cookies


@pytest.mark.parametrize("path", PATHS)
def test_the_parcels_own_link_is_on_none_of_them(client, parcel, asked, path):
    """Whoever has not confirmed may have been typed in by somebody else."""
    parcel.refresh_from_db()

    assert parcel.token not in client.get(path_of(asked, path), follow=True).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_speak_the_language_of_the_mail(client, parcel, language):
    one = make_subscription(parcel, language=language)

    page = read(client.get(path_of(one), headers={"Accept-Language": "fr"}).text)

    assert page.one("html")["lang"] == language


def test_pages_look_like_the_brand(client, on, parcel):
    brand = make_brand(parcel.merchant, accent="#aa0055")

    assert f"/theme/{brand.slug}/" in client.get(path_of(on)).text


@pytest.fixture
def at_home(settings, parcel):
    """A brand with a domain of its own, and a client that asks there."""
    settings.ALLOWED_HOSTS = ["testserver"]
    make_brand(parcel.merchant, domain="track.acme.example")
    return Client(headers={"host": "track.acme.example"})


def test_a_brands_own_domain_has_the_pages(at_home, on):
    assert at_home.get(path_of(on)).status_code == 200
    assert one_click(at_home, on).status_code == 200
    assert state_of(on) == "ended"


def test_another_brands_domain_does_not(at_home, on):
    other = make_subscription(make_parcel(make_merchant("Other"), number="JD77"))

    assert at_home.get(path_of(other)).status_code == 404
    assert one_click(at_home, other).status_code == 404
    assert state_of(other) == "on"


def test_links_in_mails_lead_to_the_pages(settings, on, at_home):
    settings.PUBLIC_URL = "https://parcels.example/"
    look = look_named("acme")
    own, plain = links.site_of(look), links.site_of(type(look)(slug="", name="", merchant=""))

    assert (own, plain) == ("https://track.acme.example", "https://parcels.example")
    for name, url_of in {
        "confirm": links.confirm_url,
        "choices": links.choices_url,
        "stop": links.stop_url,
    }.items():
        assert url_of(on, own) == own + reverse(f"mails:{name}", args=[on.token])


@pytest.mark.parametrize("path", PATHS)
def test_a_page_takes_two_statements(client, on, path, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        client.get(path_of(on, path))


@pytest.mark.parametrize("body", [b"\xff\xfe", b"topics=%00", b"topics=" + b"a" * 100_000])
def test_hostile_bodies_change_nothing(client, on, body):
    kind = "application/x-www-form-urlencoded"

    answer = client.post(path_of(on), body, content_type=kind)

    assert answer.status_code == 400
    assert Subscription.objects.get().topics == []
