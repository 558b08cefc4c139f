"""Pages from memory: what is kept, for whom, and for how long."""

import gzip
import time

import brotli
import pytest

from apps.branding.models import Brand
from apps.pages import front, stamps
from apps.pages.front import Kept, Key, Store, store
from apps.pages.stamps import Stamp
from apps.shipments.models import Shipment
from apps.shipments.recording import record
from tests.builders import NOW, make_merchant, make_shipment, report, sighting

IN_TRANSIT = report(sighting("in_transit"))
NEWS = report(sighting("out_for_delivery", "2026-03-02T11:00:00+00:00"))


@pytest.fixture
def shipment(db):
    return make_shipment(report=IN_TRANSIT)


@pytest.fixture
def a_second_passes(monkeypatch):
    """Let everything that is believed for a second be asked for anew."""
    monkeypatch.setattr(front, "BELIEVED", 0)
    monkeypatch.setattr("apps.branding.looks.BELIEVED", 0)


def open_page(client, shipment, query="", **headers):
    return client.get(f"/t/{shipment.token}/{query}", headers=headers)


def test_a_page_that_is_kept_asks_the_database_nothing(client, shipment, django_assert_num_queries):
    first = open_page(client, shipment)
    open_page(client, shipment)

    with django_assert_num_queries(0):
        again = open_page(client, shipment)

    assert again.content == first.content
    assert dict(again.items()) == dict(first.items())


def test_a_kept_page_is_checked_with_one_query(
    client, shipment, a_second_passes, django_assert_num_queries
):
    open_page(client, shipment)

    with django_assert_num_queries(1):
        open_page(client, shipment)


def test_news_shows_within_a_second(client, shipment, a_second_passes):
    open_page(client, shipment)

    record(shipment.pk, NEWS, now=NOW)

    assert "Out for delivery" in open_page(client, shipment).text


def test_a_new_look_shows_within_a_second(client, shipment, a_second_passes):
    brand = Brand.objects.create(merchant=shipment.merchant, slug="acme", name="Acme")
    before = open_page(client, shipment)["ETag"]

    brand.accent = "#aa0000"
    brand.save()

    assert open_page(client, shipment)["ETag"] != before


def test_a_link_that_was_renewed_opens_nothing(client, shipment, a_second_passes):
    page = open_page(client, shipment)

    Shipment.objects.filter(pk=shipment.pk).update(token="n" * 22)

    assert open_page(client, shipment).status_code == 404
    assert open_page(client, shipment, if_none_match=page["ETag"]).status_code == 404


def test_words_about_time_are_renewed(client, shipment, monkeypatch):
    open_page(client, shipment)
    first = store.get(front.key_of(request_of(shipment)))

    later = time.time() + stamps.WORDS_HOLD
    monkeypatch.setattr("time.time", lambda: later)

    assert first is not None
    assert store.get(front.key_of(request_of(shipment))) is None


def test_pages_are_not_all_made_anew_at_once():
    ends = {Stamp(1, 1, stamps.shift_of(f"{number:022}")).until() for number in range(100)}

    assert len(ends) > 50
    assert all(0 <= end - time.time() <= stamps.WORDS_HOLD for end in ends)


def request_of(shipment, **meta):
    path = f"/t/{shipment.token}/"
    usual = {"wsgi.url_scheme": "http", "QUERY_STRING": ""}
    return {"PATH_INFO": path, "REQUEST_METHOD": "GET", **usual, **meta}


def test_what_is_unchanged_is_not_sent_again(client, shipment):
    page = open_page(client, shipment)

    again = open_page(client, shipment, if_none_match=page["ETag"])

    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == page["ETag"]
    assert again["Cache-Control"] == "private, no-cache"


def test_what_is_unchanged_costs_another_process_one_query(
    client, shipment, django_assert_num_queries
):
    etag = open_page(client, shipment)["ETag"]
    store.clear()

    with django_assert_num_queries(1):
        again = open_page(client, shipment, if_none_match=etag)

    assert again.status_code == 304


@pytest.mark.parametrize(
    ("coding", "unpacked"), [("br", brotli.decompress), ("gzip", gzip.decompress)]
)
def test_a_page_is_sent_packed(client, shipment, coding, unpacked):
    plain = open_page(client, shipment)

    packed = open_page(client, shipment, accept_encoding=f"deflate, {coding};q=1.0, {coding}")

    assert packed["Content-Encoding"] == coding
    assert unpacked(packed.content) == plain.content
    assert packed["ETag"] != plain["ETag"]
    assert "Accept-Encoding" in packed["Vary"]
    assert "Cookie" not in packed["Vary"]


def test_a_page_that_is_read_often_is_packed_smaller(client, shipment):
    sizes = [len(open_page(client, shipment, accept_encoding="br").content) for _ in range(4)]
    last = open_page(client, shipment, accept_encoding="br")

    assert sizes[0] == sizes[1] > sizes[-1]
    assert int(last["Content-Length"]) == len(last.content)
    assert brotli.decompress(last.content) == open_page(client, shipment).content
    assert store.bytes == sum(kept.size for kept in store._kept.values())


def test_languages_do_not_mix(client, shipment):
    english = open_page(client, shipment, accept_language="en")
    strange = open_page(client, shipment, accept_language="xx")

    assert english["ETag"] != strange["ETag"]


def test_a_kept_page_keeps_its_headers(client, shipment):
    open_page(client, shipment)
    again = open_page(client, shipment)

    assert "default-src 'none'" in again["Content-Security-Policy"]
    assert again["X-Frame-Options"] == "DENY"
    assert again["X-Content-Type-Options"] == "nosniff"
    assert again["X-Robots-Tag"] == "noindex, nofollow"
    assert again["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in again


def test_another_host_is_refused_as_ever(client, shipment):
    open_page(client, shipment)

    assert client.get(f"/t/{shipment.token}/", headers={"host": "evil.example"}).status_code == 400


@pytest.mark.parametrize(
    "query", ["?utm_source=mail", "?lang=en&x=1", "?lang=" + "e" * 400, "?%00"]
)
def test_strange_addresses_are_answered_and_not_kept(client, shipment, query):
    answer = open_page(client, shipment, query)

    assert answer.status_code == 200
    assert len(store) == 0


def test_what_was_proved_is_not_kept(client, shipment):
    open_page(client, shipment, x_proof="anything")

    assert len(store) == 0


def test_links_that_open_nothing_are_not_kept(client, db):
    assert client.get("/t/AAAAAAAAAAAAAAAAAAAAAA/").status_code == 404
    assert len(store) == 0


def test_a_head_request_is_answered_without_a_body(client, shipment):
    open_page(client, shipment)
    answer = client.head(f"/t/{shipment.token}/")

    assert (answer.status_code, answer.content) == (200, b"")


def kept(size):
    return Kept(Stamp(1, 1), time.time() + 60, '"e"', b"x" * size, {})


def key(name):
    return Key(f"/t/{name}/", name, "", "", "", "", "")


def test_memory_is_bounded():
    small = Store(most_bytes=10 * (1000 + front.OVERHEAD))

    for number in range(100):
        small.put(key(f"{number}"), kept(1000))

    assert len(small) == 10
    assert small.bytes == small.most_bytes


def test_what_is_too_large_for_the_store_is_not_kept():
    small = Store(most_bytes=5000)
    small.put(key("a"), kept(100_000))

    assert (len(small), small.bytes) == (0, 0)


def test_an_answer_kept_twice_counts_once():
    small = Store()
    small.put(key("a"), kept(10))
    small.put(key("a"), kept(20))

    assert small.bytes == 20 + front.OVERHEAD


def test_a_page_of_another_merchant_is_another_page(client, shipment):
    other = make_shipment(make_merchant("Other"), IN_TRANSIT)

    assert open_page(client, shipment).content != open_page(client, other).content
