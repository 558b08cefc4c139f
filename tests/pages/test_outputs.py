"""Calendar, feed, text and print sheet over HTTP."""

import icalendar
import pytest

from apps.branding.looks import look_of
from apps.branding.models import Brand
from apps.shipments.models import Recipient, Shipment
from apps.shipments.recording import record
from apps.shipments.reports import LegReport, NumberReport, Place, PromiseReport
from tests.builders import NOW, at, make_merchant, make_shipment, report, sighting
from tests.pages.markup import read

KINDS = {
    "calendar.ics": "text/calendar",
    "feed.atom": "application/atom+xml",
    "parcel.txt": "text/plain",
    "print": "text/html",
}
UNKNOWN = "aB3dE5gH7jK9mN1pQ3sT5v"
TOLD = report(
    sighting("in_transit", description="Left with Ada Marker, 12 Marker Road, MK1 1MK"),
    sighting(
        "out_for_delivery",
        "2026-03-02T08:00:00+00:00",
        place=Place("12 Marker Road, Leeds", latitude=53.81234, longitude=-1.56789),
        signee="Ada Marker",
        leg=0,
    ),
    legs=(LegReport(carrier_code="dhl", carrier_name="DHL"),),
    numbers=(NumberReport("JD01", 0, tracking_url="https://dhl.example/JD01?zip=MK1+1MK"),),
    promise=PromiseReport(at("2026-03-04T18:00:00Z"), reason="Ada Marker was out"),
)


@pytest.fixture
def shipment(db):
    return make_shipment(report=TOLD)


def get(client, shipment, path, **headers):
    return client.get(f"/t/{shipment.token}/{path}", headers=headers)


@pytest.mark.parametrize("path", KINDS)
def test_an_output_opens_and_asks_nobody_to_keep_or_list_it(client, shipment, path):
    answer = get(client, shipment, path)

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == f"{KINDS[path]}; charset=utf-8"
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert not answer.cookies


@pytest.mark.parametrize("path", KINDS)
def test_an_output_shows_nothing_of_its_recipient(client, shipment, path):
    Recipient.objects.create(
        shipment=shipment,
        name="Ada Marker",
        email="ada@marker.example",
        phone="+441234567890",
        street="12 Marker Road",
        postal_code="MK1 1MK",
    )

    answer = get(client, shipment, path)

    told = (answer.text + str(answer.headers)).replace("\r\n ", "").lower()
    assert [mark for mark in ("marker", "ada ", "1234567890", "mk1 ", "53.8") if mark in told] == []


@pytest.mark.parametrize("path", KINDS)
def test_an_output_that_is_known_is_answered_with_nothing(
    client, shipment, path, django_assert_num_queries
):
    known = get(client, shipment, path).headers["ETag"]

    with django_assert_num_queries(1):
        answer = get(client, shipment, path, if_none_match=f'"other", {known}')

    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["ETag"] == known


@pytest.mark.parametrize("path", KINDS)
def test_news_another_language_or_brand_make_another_output(client, shipment, path, monkeypatch):
    monkeypatch.setattr("apps.branding.looks.BELIEVED", 0)
    known = {get(client, shipment, path).headers["ETag"]}

    known.add(get(client, shipment, path, accept_language="de").headers["ETag"])
    known.add(get(client, shipment, path + "?lang=de").headers["ETag"])
    record(shipment.pk, report(sighting("delivered", "2026-03-02T11:00:00+00:00")), now=NOW)
    known.add(get(client, shipment, path).headers["ETag"])
    Brand.objects.create(merchant=shipment.merchant, slug="acme", name="Acme")
    known.add(get(client, shipment, path).headers["ETag"])

    assert len(known) == 5


@pytest.mark.parametrize("path", KINDS)
@pytest.mark.parametrize("parcels", [1, 5])
def test_an_output_costs_four_queries_at_most(
    client, db, path, parcels, django_assert_max_num_queries
):
    merchant = make_merchant()
    shipments = [make_shipment(merchant, TOLD, order_reference="1") for _ in range(parcels)]

    look_of(merchant.slug, merchant.name)  # a brand is read once a second for all its pages
    with django_assert_max_num_queries(4):
        get(client, shipments[0], path)


@pytest.mark.parametrize("path", ["calendar.ics", "feed.atom", "parcel.txt"])
def test_an_unknown_link_is_told_so_in_plain_text(client, db, path):
    answer = client.get(f"/t/{UNKNOWN}/{path}")

    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert answer.text == "We cannot find this parcel\n"


def test_an_unknown_links_sheet_is_the_page_of_any_unknown_link(client, db):
    sheet, page = client.get(f"/t/{UNKNOWN}/print"), client.get(f"/t/{UNKNOWN}/")

    assert (sheet.status_code, sheet.text) == (404, page.text)


@pytest.mark.parametrize("path", KINDS)
def test_a_renewed_link_opens_no_output_even_to_who_knows_it(client, shipment, path):
    known = get(client, shipment, path).headers["ETag"]
    Shipment.objects.update(token=UNKNOWN)

    assert get(client, shipment, path, if_none_match=known).status_code == 404


@pytest.mark.parametrize("path", ["calendar.ics", "feed.atom", "parcel.txt"])
def test_a_link_that_ended_says_so_in_plain_text(client, db, path):
    told = report(sighting("delivered", "2020-03-01T10:00:00+00:00"))
    arrived = make_shipment(report=told, now=NOW.replace(year=2020))
    Shipment.objects.update(created_at=NOW.replace(year=2020))

    answer = get(client, arrived, path)

    assert (answer.status_code, answer.text) == (410, "This link has ended\n")


@pytest.mark.parametrize("path", KINDS)
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_an_output_is_only_read(client, shipment, path, method):
    assert getattr(client, method)(f"/t/{shipment.token}/{path}").status_code == 405


def test_a_page_is_plain_text_to_who_prefers_that(client, shipment):
    answer = get(client, shipment, "", accept="text/plain")

    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.content == get(client, shipment, "parcel.txt").content
    assert "Accept" in answer.headers["Vary"].split(", ")


@pytest.mark.parametrize(
    "accept",
    [
        "",
        "*/*",
        "text/*",
        "text/html,application/xhtml+xml,*/*;q=0.8",
        "text/plain;q=0.5, text/html",
        "application/json",
        ";q=x, /, text",
        "text/plain;q=0",
    ],
)
def test_to_everybody_else_it_is_a_page(client, shipment, accept):
    answer = get(client, shipment, "", accept=accept)

    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "Accept" in answer.headers["Vary"].split(", ")


def test_a_page_in_memory_is_not_taken_for_text(client, shipment):
    page = get(client, shipment, "", accept="text/html, text/plain;q=0.5")
    text = get(client, shipment, "", accept="text/plain")

    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert text.headers["Content-Type"] == "text/plain; charset=utf-8"


def test_whole_addresses_are_of_the_site_as_others_know_it(client, shipment, settings):
    settings.PUBLIC_URL = "https://parcels.example/"
    page = f"https://parcels.example/t/{shipment.token}/"

    calendar = icalendar.Calendar.from_ical(get(client, shipment, "calendar.ics").content)
    (event,) = calendar.walk("VEVENT")

    assert event["url"] == page
    assert event["uid"] == f"{shipment.reference}@parcels.example"
    assert get(client, shipment, "parcel.txt").text.splitlines()[-1] == page


def test_a_page_leads_to_its_outputs(client, shipment):
    shown = read(get(client, shipment, "").text)

    alternates = {link["type"]: link["href"] for link in shown.all("link", rel="alternate")}
    assert {kind: link.partition("?")[0] for kind, link in alternates.items()} == {
        "text/calendar": "calendar.ics",
        "application/atom+xml": "feed.atom",
        "text/plain": "parcel.txt",
    }
    links = [link["href"] for link in shown.one(id="stay").all("a")]
    assert f"webcal://testserver/t/{shipment.token}/calendar.ics?lang=en" in links
    assert {"calendar.ics?lang=en", "feed.atom?lang=en", "print?lang=en"} <= set(links)
    copy = shown.one(id="stay").one("button")
    assert copy["data-copy"] == f"http://testserver/t/{shipment.token}/"
    assert "hidden" in copy.attributes


def test_a_guest_is_led_to_no_output_of_the_secret_link(client, shipment):
    shares = read(get(client, shipment, "").text).one(id="share").all("a")

    for link in shares:
        shown = client.get(link["href"]).text
        assert shipment.token not in shown
        assert "calendar.ics" not in shown
