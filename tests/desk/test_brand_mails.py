"""The mails of a brand, as its editors see them."""

import re
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from apps.branding.models import Brand
from apps.desk.brand_mails import KINDS
from apps.desk.models import Membership, Role
from tests.builders import make_merchant
from tests.pages.states import PERSONAL

pytestmark = pytest.mark.django_db


@pytest.fixture
def brand():
    return Brand.objects.create(merchant=make_merchant(), slug="acme", name="Acme & Sons")


@pytest.fixture
def viewer(client, brand):
    user = User.objects.create_user("viewer", is_staff=True)
    Membership.objects.create(user=user, merchant=brand.merchant, role=Role.VIEWER)
    client.force_login(user)
    return client


def at(name, brand, query=""):
    return reverse(f"admin:{name}", args=[brand.pk]) + query


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_shown_as_it_is_sent(viewer, brand, kind, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        answer = viewer.get(at("brand_mail", brand, f"?kind={kind}&language=de&scheme=dark"))

    html = answer.content.decode()
    assert answer.status_code == 200 and 'lang="de"' in html and "Acme &amp; Sons" in html
    assert "@media all" in html and "prefers-color-scheme" not in html
    assert [text for text in PERSONAL if text in html] == []


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 4),
        ("?kind=delivered&language=en&other=ar&width=360&scheme=light", 2),
        ("?kind=all&language=de&other=de&width=600&scheme=dark", len(KINDS)),
        ("?kind=x&language=tlh&other=x&width=9&scheme=pink", 4),
    ],
)
def test_the_page_shows_what_is_chosen(viewer, brand, query, count):
    html = viewer.get(at("brand_mails", brand, query)).content.decode()

    assert html.count("<iframe ") == count == html.count(" sandbox ")


def test_a_mail_is_shown_as_text_in_each_chosen_language(viewer, brand):
    query = "?kind=attempted&language=en&other=de"

    html = unescape(viewer.get(at("brand_mails", brand, query)).content.decode())

    assert "The carrier came and left a card." in html and "Wie es weitergeht" in html


def test_a_frame_of_the_page_opens(viewer, brand):
    html = viewer.get(at("brand_mails", brand)).content.decode()

    address = unescape(re.search(r'<iframe src="([^"]+)"', html)[1])
    assert viewer.get(address).status_code == 200


def test_a_framed_mail_can_do_nothing_and_is_framed_by_us_alone(viewer, brand):
    framed, page = viewer.get(at("brand_mail", brand)), viewer.get(at("brand_mails", brand))

    policy = framed["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'self'" in policy
    assert "sandbox" in policy and "script-src 'none'" in policy
    assert "X-Frame-Options" not in framed and page["X-Frame-Options"] == "DENY"
    assert "unsafe" not in page["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["brand_mail", "brand_mails"])
def test_another_merchants_mails_do_not_exist(viewer, name):
    other = Brand.objects.create(merchant=make_merchant("Other"), slug="o", name="Other")

    assert viewer.get(at(name, other)).status_code == 404


def test_the_page_asks_little(viewer, brand, django_assert_max_num_queries):
    with django_assert_max_num_queries(16):
        viewer.get(at("brand_mails", brand))


def test_hours_and_the_offer_are_set_with_the_brand(viewer, brand):
    html = viewer.get(at("brand_editor", brand)).content.decode()

    assert all(f'name="{name}"' in html for name in ("offers_mail", "quiet_from", "quiet_until"))
