"""oEmbed: a pasted link becomes the frame it stands for, and other links become nothing."""

from urllib.parse import quote

import pytest

from apps.branding.models import Brand
from tests.builders import make_merchant, make_shipment
from tests.pages.markup import read

SITE = "http://testserver"


@pytest.fixture
def brand(db):
    return Brand.objects.create(
        merchant=make_merchant(), slug="acme", name="Acme", frame_origins=["https://shop.example"]
    )


@pytest.fixture
def shipment(brand):
    return make_shipment(brand.merchant)


def ask(client, url, more=""):
    return client.get(f"/oembed?url={quote(url, safe='')}{more}")


def test_a_parcels_link_becomes_its_frame(client, shipment):
    answer = ask(client, f"{SITE}/t/{shipment.token}/", "&format=json")

    told = answer.json()
    assert answer.headers["Content-Type"] == "application/json"
    assert (told["version"], told["type"], told["provider_name"]) == ("1.0", "rich", "Acme")
    assert (told["width"], told["height"]) == (640, 640)
    frame = read(told["html"]).one("iframe")
    assert frame["src"] == f"{SITE}/e/acme/{shipment.token}/"
    assert frame["title"] == told["title"] == "Parcel tracking"
    assert (frame["width"], frame["height"]) == ("640", "640")
    assert "allow-same-origin" in frame["sandbox"]
    assert client.get(frame["src"].removeprefix(SITE)).status_code == 200


def test_a_brands_form_becomes_its_frame(client, brand):
    told = ask(client, f"{SITE}/b/acme/").json()

    assert read(told["html"]).one("iframe")["src"] == f"{SITE}/e/acme/"


def test_the_public_address_counts_where_one_is_set(client, shipment, settings):
    settings.PUBLIC_URL = "https://parcels.example"

    told = ask(client, f"https://parcels.example/t/{shipment.token}/").json()

    assert f'src="https://parcels.example/e/acme/{shipment.token}/"' in told["html"]
    assert ask(client, f"{SITE}/t/{shipment.token}/").status_code == 404


SIZES = {
    "&maxwidth=320&maxheight=400": (320, 400),
    "&maxwidth=5000&maxheight=5000": (640, 640),
    "&maxwidth=1": (1, 640),
    "&maxwidth=0&maxheight=-5": (640, 640),
    "&maxwidth=x&maxheight=1e3": (640, 640),
    "&maxwidth=%D9%A3&maxheight=999999999999999999999": (640, 640),
}


@pytest.mark.parametrize("more", SIZES)
def test_a_frame_is_no_larger_than_asked_for(client, shipment, more):
    told = ask(client, f"{SITE}/t/{shipment.token}/", more).json()

    assert (told["width"], told["height"]) == SIZES[more]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/t/{token}/",
        "t/{token}/",
        "//testserver/t/{token}/",
        "https://testserver/t/{token}/",
        "http://testserver.evil/t/{token}/",
        "http://evil@testserver/t/{token}/",
        "http://other.example/t/{token}/",
        SITE + "/t/{token}",
        SITE + "/t/{token}/live",
        SITE + "/t/AAAAAAAAAAAAAAAAAAAAAA/",
        SITE + "/e/acme/{token}/",
        SITE + "/b/nobody/",
        SITE + "/admin/",
        SITE + "/",
        "http://[::1",
        "http://testserver:x/t/{token}/",
        "javascript:alert(1)",
        "\x00",
        "x" * 5000,
    ],
    ids=lambda url: url[:40],
)
def test_other_addresses_become_nothing(client, shipment, url):
    assert ask(client, url.format(token=shipment.token)).status_code == 404


def test_an_address_is_needed(client, db):
    assert client.get("/oembed").status_code == 404


@pytest.mark.parametrize("format_", ["xml", "JSON", "%00"])
def test_there_is_json_only(client, shipment, format_):
    answer = ask(client, f"{SITE}/t/{shipment.token}/", f"&format={format_}")

    assert answer.status_code == 501


def test_a_brand_that_nobody_may_frame_becomes_nothing(client, shipment):
    Brand.objects.update(frame_origins=[])

    assert ask(client, f"{SITE}/t/{shipment.token}/").status_code == 404


def test_a_merchant_without_a_brand_becomes_nothing(client, db):
    parcel = make_shipment(make_merchant("Bare"))

    assert ask(client, f"{SITE}/t/{parcel.token}/").status_code == 404


def test_an_answer_is_kept_by_nobody(client, shipment):
    answer = ask(client, f"{SITE}/t/{shipment.token}/")

    assert answer.headers["Cache-Control"] == "no-store"
    assert not answer.cookies


def test_a_page_tells_where_its_frame_is(client, shipment):
    page = read(client.get(f"/t/{shipment.token}/").text)

    link = page.one("link", type="application/json+oembed")
    assert link["rel"] == "alternate"
    told = client.get(link["href"].removeprefix(SITE)).json()
    assert f"/e/acme/{shipment.token}/" in told["html"]


def test_a_page_that_nobody_may_frame_tells_nothing(client, shipment):
    Brand.objects.update(frame_origins=[])

    assert "oembed" not in client.get(f"/t/{shipment.token}/").text


def test_what_is_passed_on_does_not_tell_the_secret(client, shipment):
    from datetime import timedelta

    from django.utils import timezone

    from apps.pages.sharing import Shared, seal
    from apps.shipments.privacy import Level

    until = timezone.now().date() + timedelta(days=3)
    page = client.get(f"/s/{seal(Shared(shipment.token, Level.LINK, until))}/").text

    assert shipment.token not in page
