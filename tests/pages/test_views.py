"""The pages over HTTP: what opens, what does not, and what the answers' headers say."""

import pytest

from apps.branding.looks import look_of
from apps.shipments.recording import record
from tests.builders import NOW, make_merchant, make_shipment, report, sighting
from tests.pages.markup import read

TITLE = "We cannot find this parcel"


def told(*codes):
    times = (f"2026-03-01T{hour:02d}:00:00+00:00" for hour in range(24))
    return report(*(sighting(code, time) for code, time in zip(codes, times, strict=False)))


@pytest.fixture
def shipment(db):
    return make_shipment(report=told("accepted", "in_transit", "out_for_delivery"))


def open_link(client, shipment):
    return client.get(f"/t/{shipment.token}/")


def test_a_link_opens_the_parcel(client, shipment):
    answer = open_link(client, shipment)

    assert answer.status_code == 200
    assert read(answer.text).one(id="status")["data-code"] == "out_for_delivery"


def test_a_link_opens_all_parcels_of_its_order(client, db):
    merchant = make_merchant()
    parcels = [make_shipment(merchant, order_reference="10432") for _ in range(3)]

    shown = read(open_link(client, parcels[1]).text)

    assert shown.one("p", class_="order").text == "Order 10432 · Parcel 2 of 3"
    assert len(shown.all("li", class_="parcel")) == 2


def test_another_merchants_order_of_that_name_is_not_shown(client, db):
    mine, theirs = (make_shipment(make_merchant(n), order_reference="1") for n in ("Acme", "Rival"))

    assert theirs.merchant.name not in open_link(client, mine).text


@pytest.mark.parametrize("events", [1, 30])
@pytest.mark.parametrize("parcels", [1, 5])
def test_a_page_costs_four_queries_at_most(
    client, db, django_assert_max_num_queries, events, parcels
):
    merchant = make_merchant()
    shipments = [
        make_shipment(merchant, told(*["in_transit"] * events), order_reference="1")
        for _ in range(parcels)
    ]

    look_of(merchant.slug, merchant.name)  # a brand is read once a second for all its pages
    with django_assert_max_num_queries(4):
        open_link(client, shipments[0])


def test_a_page_asks_nobody_to_keep_or_list_it(client, shipment):
    headers = open_link(client, shipment).headers

    assert headers["X-Robots-Tag"] == "noindex, nofollow"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert set(headers["Cache-Control"].split(", ")) == {"private", "no-cache"}
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"


def test_a_page_runs_under_a_strict_policy(client, shipment):
    policy = open_link(client, shipment).headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("path", ["/", "/robots.txt", "/nothing/here"])
def test_public_pages_set_no_cookie(client, db, path):
    answer = client.get(path)

    assert not answer.cookies
    assert "cookie" not in answer.headers.get("Vary", "").lower()


def test_a_tracking_page_sets_no_cookie(client, shipment):
    answer = open_link(client, shipment)

    assert not answer.cookies
    assert "cookie" not in answer.headers.get("Vary", "").lower()
    assert "csrf" not in answer.text


def test_a_page_shows_nothing_of_its_recipient(client, shipment):
    from apps.shipments.models import Recipient

    Recipient.objects.create(
        shipment=shipment,
        name="Ada Marker",
        email="ada@marker.example",
        phone="+441234567890",
        street="12 Marker Road",
        postal_code="MK1 1MK",
    )

    html = open_link(client, shipment).text.lower()

    assert [mark for mark in ("marker", "ada ", "1234567890", "mk1 ") if mark in html] == []


EDITS = {
    "flipped": str.swapcase,
    "cut": lambda token: token[:-1],
    "extended": lambda token: token + "A",
    "reversed": lambda token: token[::-1],
    "with a slash more": lambda token: token + "/",
    "with a dot": lambda token: token + ".",
    "with a space": lambda token: token + "%20",
    "with a line break": lambda token: token + "%0A",
    "with a bad byte": lambda token: token + "%ff",
    "encoded": lambda token: "%25" + token,
    "long": lambda token: token * 100,
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_an_edited_link_opens_nothing(client, shipment, edit):
    shipment.token = "aB3dE5gH7jK9mN1pQ3sT5v"
    shipment.save()

    answer = client.get(f"/t/{edit(shipment.token)}/")

    assert answer.status_code == 404
    assert read(answer.text).one("h1").text == TITLE


def test_a_link_without_its_last_slash_is_not_led_on(client, shipment):
    assert client.get(f"/t/{shipment.token}").status_code == 404


@pytest.mark.parametrize("name", ["pk", "reference", "consignment_reference", "custom_reference"])
def test_other_names_of_a_parcel_open_nothing(client, db, name):
    shipment = make_shipment(custom_reference="custom-reference-of-a-parcel")

    assert client.get(f"/t/{getattr(shipment, name)}/").status_code == 404


def test_an_unknown_link_gets_the_answer_any_wrong_address_gets(client, db):
    unknown, wrong = client.get("/t/aB3dE5gH7jK9mN1pQ3sT5v/"), client.get("/nothing")

    assert unknown.status_code == wrong.status_code == 404
    assert unknown.text == wrong.text
    assert unknown.headers["X-Robots-Tag"] == "noindex, nofollow"


def test_an_unknown_link_costs_one_query(client, db, django_assert_max_num_queries):
    with django_assert_max_num_queries(1):
        client.get("/t/aB3dE5gH7jK9mN1pQ3sT5v/")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_page_is_only_read(client, shipment, method):
    assert getattr(client, method)(f"/t/{shipment.token}/").status_code == 405


def test_the_start_page_says_what_this_is(client, db):
    answer = client.get("/")

    assert answer.status_code == 200
    assert "link" in read(answer.text).one("main").text


def test_crawlers_may_read_that_they_should_not_list(client, db):
    answer = client.get("/robots.txt")

    assert answer.headers["Content-Type"].startswith("text/plain")
    assert "/t/" not in answer.text


@pytest.mark.parametrize("template", ["400.html", "403.html", "404.html", "500.html"])
def test_error_pages_stand_alone(template):
    from django.template.loader import render_to_string

    assert read(render_to_string(template)).one("h1").text


def test_api_and_page_show_the_same_events_in_the_same_order(client, shipment):
    from apps.shipments.reading import journey_of

    shown = read(open_link(client, shipment).text).one(id="journey").all("li", class_="scan")

    assert [scan["data-reference"] for scan in shown] == [
        event.reference for event in journey_of(shipment.pk).events
    ]


def test_an_open_page_without_news_is_answered_with_nothing(
    client, shipment, django_assert_num_queries
):
    asked = read(open_link(client, shipment).text).one(id="tracking")["hx-get"]

    with django_assert_num_queries(1):
        answer = client.get(f"/t/{shipment.token}/{asked}")

    assert (answer.status_code, answer.content) == (204, b"")


def test_an_open_page_is_told_of_news(client, shipment):
    asked = read(open_link(client, shipment).text).one(id="tracking")["hx-get"]
    news = report(sighting("out_for_delivery", "2026-03-02T11:00:00+00:00"))
    record(shipment.pk, news, now=NOW)

    answer = client.get(f"/t/{shipment.token}/{asked}")

    assert read(answer.text).one(id="tracking")["hx-get"] != asked


def test_a_page_of_a_parcel_that_arrived_asks_no_more(client, shipment):
    news = report(sighting("delivered", "2026-03-02T11:00:00+00:00"))
    record(shipment.pk, news, now=NOW)

    assert "hx-get" not in read(open_link(client, shipment).text).one(id="tracking").attributes


@pytest.mark.parametrize("version", ["", "?version=", "?version=x", "?version=-1", "?version=%00"])
def test_an_open_page_that_does_not_say_what_it_shows_gets_all(client, shipment, version):
    answer = client.get(f"/t/{shipment.token}/live{version}")

    assert answer.status_code == 200


def test_news_of_a_link_that_is_none_is_not_found(client, db):
    assert client.get("/t/AAAAAAAAAAAAAAAAAAAAAA/live?version=1").status_code == 404
