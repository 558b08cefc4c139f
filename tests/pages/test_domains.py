"""A merchant's own host: its brand, its parcels, nobody else's, and no way in for made-up hosts."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.branding import looks
from apps.branding.models import Brand
from apps.pages.sharing import Shared, seal
from apps.shipments.privacy import Level
from tests.builders import make_merchant, make_shipment, report, sighting
from tests.pages.doors import EMAIL, make_brand, make_parcel
from tests.pages.markup import read

HOST = "track.acme.example"


@pytest.fixture
def brand(db):
    return make_brand(domain=HOST, frame_origins=["https://acme.example"], opens_by_number=True)


@pytest.fixture
def parcel(brand):
    scan = sighting("in_transit", (timezone.now() - timedelta(hours=2)).isoformat())
    return make_shipment(brand.merchant, report(scan), now=timezone.now())


@pytest.fixture
def rival(brand):
    merchant = make_merchant("Rival")
    make_brand(merchant, frame_origins=["https://rival.example"], opens_by_number=True)
    return make_shipment(merchant, report(sighting("in_transit")))


def get(client, path, host=HOST, **more):
    return client.get(path, headers={"Host": host}, **more)


@pytest.fixture(autouse=True)
def only_the_sites_own_hosts(settings):
    settings.ALLOWED_HOSTS = ["parcels.example", "testserver"]


def test_the_start_page_is_the_brands(client, brand):
    answer = get(client, "/")

    assert answer.status_code == 200
    assert read(answer.text).one(class_="brand").text == "Acme"


def test_parcels_of_the_merchant_are_shown(client, parcel):
    page = read(get(client, f"/t/{parcel.token}/").text)

    assert page.one("h1").text == "On its way"


@pytest.mark.parametrize(
    "path", ["/", "/calendar.ics", "/feed.atom", "/parcel.txt", "/print", "/live"]
)
def test_parcels_of_others_are_not(client, parcel, rival, path):
    path = f"/t/{rival.token}{path}"

    assert get(client, path).status_code == 404
    assert "Rival" not in get(client, path).text


def test_what_others_are_told_elsewhere_is_not_given_away_here(client, parcel, rival):
    here = client.get(f"/t/{rival.token}/", headers={"Host": "parcels.example"})

    answer = get(client, f"/t/{rival.token}/")
    again = client.get(f"/t/{rival.token}/", headers={"Host": HOST, "If-None-Match": here["ETag"]})

    assert (here.status_code, answer.status_code, again.status_code) == (200, 404, 404)


def test_what_is_not_found_is_told_in_the_brands_looks(client, brand, rival):
    answer = get(client, f"/t/{rival.token}/")

    assert read(answer.text).one(class_="brand").text == "Acme"


def test_links_that_others_passed_on_are_not_shown(client, brand, rival):
    until = timezone.now().date() + timedelta(days=3)
    path = f"/s/{seal(Shared(rival.token, Level.LINK, until))}/"

    assert get(client, path).status_code == 404
    assert get(client, path, "parcels.example").status_code == 200


@pytest.mark.parametrize(
    "path", ["/b/rival/", "/b/rival/n/JD01/", "/e/rival/", "/theme/rival/1.css"]
)
def test_brands_of_others_are_not_shown(client, brand, rival, path):
    assert get(client, path).status_code == 404


@pytest.mark.parametrize("path", ["/b/acme/", "/e/acme/", "/theme/acme/1.css", "/robots.txt"])
def test_the_merchants_own_addresses_are(client, brand, path):
    assert get(client, path).status_code == 200


def test_another_brand_of_the_merchant_is_shown(client, brand):
    Brand.objects.create(merchant=brand.merchant, slug="kids", name="Kids", is_default=False)

    assert get(client, "/b/kids/").status_code == 200


@pytest.mark.parametrize(
    "path", ["/admin/", "/admin/login/", "/health/live", "/metrics", "/v2/shipments/x", "/api/"]
)
def test_neither_staff_nor_programs_come_in_here(client, brand, path):
    assert get(client, path).status_code == 404


def test_no_frame_of_another_merchants_page_is_offered(client, parcel, rival):
    def frame_of(token):
        url = f"http://{HOST}/t/{token}/"
        return get(client, "/oembed", query_params={"url": url}).status_code

    assert (frame_of(parcel.token), frame_of(rival.token)) == (200, 404)


def test_the_form_finds_parcels_of_the_merchant_only(client, brand):
    mine = make_parcel(brand.merchant, number="JD0001", to={"email": EMAIL})
    make_parcel(make_merchant("Rival"), number="JD0002", to={"email": EMAIL})
    ticket = read(get(client, "/").text).one("input", name="ticket")["value"]

    def found(number):
        fields = {"ticket": ticket, "number": number, "fact": EMAIL}
        return client.post("/", fields, headers={"Host": HOST, "Origin": f"http://{HOST}"})

    assert found("JD0001").headers["Location"] == f"/t/{mine.token}/"
    assert found("JD0002").status_code == 404


def test_addresses_stay_at_the_host(client, parcel, settings):
    settings.PUBLIC_URL = "https://parcels.example"

    page = get(client, f"/t/{parcel.token}/").text

    assert f"http://{HOST}/t/{parcel.token}/" in page
    assert "parcels.example" not in page


@pytest.mark.parametrize("host", [HOST.upper(), f"{HOST}:8443", f"{HOST}."])
def test_a_host_may_be_spelt_as_browsers_do(client, brand, host):
    assert read(get(client, "/", host).text).one(class_="brand").text == "Acme"


def test_a_site_that_answers_at_any_host_still_knows_the_brands(client, brand, settings):
    settings.ALLOWED_HOSTS = ["*"]

    names = [read(get(client, "/", host).text).one(class_="brand").text for host in (HOST, "a.b")]

    assert names == ["Acme", "Parcel tracking"]


FORGED = [
    "evil.example",
    f"evil.{HOST}",
    f"{HOST}.evil.example",
    f"{HOST}:80@evil.example",
    f"evil.example#{HOST}",
    f"evil.example/{HOST}",
    f"{HOST}, evil.example",
    f"{HOST} evil.example",
    f"{HOST}\\evil.example",
    f"{HOST}:port",
    f"{HOST}'--",
    f"{HOST}%00",
    f"{HOST}\x00",
    "track_acme.example",
    "[::1]",
    "[" + HOST + "]",
    "127.0.0.2",
    "%",
    "a" * 5000,
]


@pytest.mark.parametrize("host", FORGED, ids=lambda host: repr(host)[:40])
def test_a_forged_host_is_refused(client, parcel, host):
    for path in ("/", f"/t/{parcel.token}/", "/b/acme/"):
        answer = get(client, path, host)
        assert answer.status_code == 400
        assert "evil" not in str(answer.headers.get("Location", ""))


def test_another_header_makes_no_host(client, parcel):
    for host in ("evil.example", "parcels.example"):
        answer = client.get("/admin/", headers={"Host": host, "X-Forwarded-Host": HOST})
        assert answer.status_code == (400 if host == "evil.example" else 302)


def test_a_brand_cannot_take_the_sites_own_host(client, brand, rival):
    Brand.objects.filter(slug="acme").update(domain="parcels.example")

    assert client.get("/admin/login/", headers={"Host": "parcels.example"}).status_code == 200
    assert get(client, f"/t/{rival.token}/", "parcels.example").status_code == 200


def test_a_domain_is_left_within_a_second(client, brand, parcel, monkeypatch):
    monkeypatch.setattr(looks, "BELIEVED", 0)
    monkeypatch.setattr("apps.pages.front.BELIEVED", 0)
    assert get(client, f"/t/{parcel.token}/").status_code == 200

    brand.domain = ""
    brand.save()

    assert get(client, f"/t/{parcel.token}/").status_code == 400


def test_the_sites_own_hosts_cost_no_statement(client, parcel, django_assert_num_queries):
    for _ in range(2):
        client.get(f"/t/{parcel.token}/", headers={"Host": "parcels.example"})
    looks.forget()

    with django_assert_num_queries(0):
        client.get(f"/t/{parcel.token}/", headers={"Host": "parcels.example"})


def test_a_host_is_asked_for_once_a_second(client, brand, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert [get(client, "/").status_code for _ in range(3)] == [200] * 3


def test_a_theme_of_the_domain_is_served_there(client, brand):
    brand.accent = "#c2410c"
    brand.save()

    sheet = read(get(client, "/").text).all("link", rel="stylesheet")[-1]["href"]

    assert get(client, sheet).status_code == 200
