"""The frame for a merchant's own page: who may show it, what it obeys, what it weighs."""

import re
from base64 import b64encode
from datetime import timedelta
from hashlib import sha256

import brotli
import pytest
from django.utils import timezone

from apps.branding.models import Brand
from apps.pages.critical import critical_css
from apps.pages.models import Rating
from apps.pages.scans import MOST
from apps.shipments.models import Event, Recipient, Shipment
from apps.shipments.recording import record
from apps.shipments.reports import (
    ItemReport,
    LegReport,
    NumberReport,
    Place,
    Report,
    Sighting,
)
from tests.builders import NOW, at, make_merchant, make_shipment, report, sighting
from tests.pages.markup import read

SHOP = "https://shop.example"
STORY = report(
    sighting("accepted", "2026-03-01T10:00:00+00:00"),
    sighting("out_for_delivery", "2026-03-02T08:00:00+00:00"),
)


@pytest.fixture
def brand(db):
    return Brand.objects.create(
        merchant=make_merchant(),
        slug="acme",
        name="Acme",
        accent="#c2410c",
        frame_origins=[SHOP, "https://*.acme.example"],
    )


@pytest.fixture
def shipment(brand):
    return make_shipment(brand.merchant, STORY)


@pytest.fixture
def framed(client, shipment):
    """Return a function that opens the shipment's frame with a query."""
    return lambda query="", **headers: client.get(f"/e/acme/{shipment.token}/{query}", **headers)


def policy(answer):
    parts = answer.headers["Content-Security-Policy"].split("; ")
    return {name: rest for name, _, rest in (part.partition(" ") for part in parts)}


def weight(text):
    return len(brotli.compress(text.encode(), mode=brotli.MODE_TEXT, quality=6))


# Who may frame it


def test_only_the_brands_sites_may_frame_it(framed):
    answer = framed()

    assert answer.status_code == 200
    assert policy(answer)["frame-ancestors"] == f"{SHOP} https://*.acme.example"
    assert "X-Frame-Options" not in answer.headers


@pytest.mark.parametrize("path", ["/e/acme/", "/e/acme/{token}/", "/e/acme/" + 22 * "A" + "/"])
def test_a_brand_without_sites_is_framed_by_nobody(client, brand, shipment, path):
    Brand.objects.update(frame_origins=[])

    answer = client.get(path.format(token=shipment.token))

    assert policy(answer)["frame-ancestors"] == "'none'"


HOSTILE = [
    "*",
    "https://*",
    "https://a.example; script-src *",
    "https://a.example\nX: 1",
    "'self' *",
]


@pytest.mark.parametrize("origin", HOSTILE)
def test_what_is_no_origin_never_reaches_the_policy(framed, brand, origin):
    Brand.objects.update(frame_origins=[origin, SHOP])

    answer = framed()

    assert policy(answer)["frame-ancestors"] == SHOP
    assert "*" not in answer.headers["Content-Security-Policy"]


def test_the_rest_of_the_policy_is_as_strict_as_elsewhere(framed, client, shipment):
    here, there = policy(framed()), policy(client.get(f"/t/{shipment.token}/"))

    changed = {name for name in here | there if here.get(name) != there.get(name)}
    assert changed == {"frame-ancestors", "style-src"}
    assert there["frame-ancestors"] == "'none'"


def test_other_pages_stay_out_of_frames(client, framed, shipment):
    framed()

    answer = client.get(f"/t/{shipment.token}/")

    assert answer.headers["X-Frame-Options"] == "DENY"


# What it sends


@pytest.mark.parametrize("path", ["/e/acme/", "/e/acme/{token}/", "/e/acme/{token}/live"])
def test_a_frame_sets_no_cookie_and_asks_for_none(client, shipment, path):
    answer = client.get(path.format(token=shipment.token))

    assert answer.status_code == 200
    assert not answer.cookies
    assert "cookie" not in answer.headers.get("Vary", "").lower()
    assert "csrf" not in answer.text


def test_a_frame_tells_no_other_site_where_it_is(framed):
    headers = framed().headers

    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Robots-Tag"] == "noindex, nofollow"
    assert set(headers["Cache-Control"].split(", ")) == {"private", "no-cache"}


def test_the_one_style_is_allowed_by_its_hash(framed):
    for query in ("", "?accent=0a7d33"):
        answer = framed(query)

        (style,) = re.findall(r"<style>(.*?)</style>", answer.text, re.S)
        digest = b64encode(sha256(style.encode()).digest()).decode()
        assert policy(answer)["style-src"] == f"'self' 'sha256-{digest}'"
        assert " style=" not in answer.text


def test_scripts_wait_and_none_stands_in_the_page(framed):
    shown = read(framed().text)

    assert all("src" in one.attributes and "defer" in one.attributes for one in shown.all("script"))


# Which parcel


def test_a_parcel_of_another_merchant_is_not_found(client, brand, shipment):
    other = make_shipment(make_merchant("Rival"), STORY)

    answer = client.get(f"/e/acme/{other.token}/")

    assert answer.status_code == 404
    assert read(answer.text).one("main")["data-error"] == "not_found"
    assert "Rival" not in answer.text
    assert client.get(f"/e/acme/{other.token}/live").status_code == 404


def test_a_brand_that_is_none_has_no_frames(client, shipment):
    answer = client.get(f"/e/nobody/{shipment.token}/")

    assert answer.status_code == 404
    assert answer.headers["X-Frame-Options"] == "DENY"


def test_another_brand_of_the_merchant_shows_the_parcel_in_its_own_looks(client, shipment, brand):
    Brand.objects.create(
        merchant=brand.merchant, slug="acme-kids", name="Kids", is_default=False, accent="#8800aa"
    )

    answer = client.get(f"/e/acme-kids/{shipment.token}/")

    assert "#8800aa" in answer.text


def test_a_link_that_has_ended_says_so_in_the_frame(client, brand):
    gone = make_shipment(brand.merchant, report(sighting("delivered")))
    long_ago = timezone.now() - timedelta(days=91)
    Event.objects.update(recorded_at=long_ago)
    Shipment.objects.update(created_at=long_ago)

    answer = client.get(f"/e/acme/{gone.token}/")

    assert answer.status_code == 410
    assert read(answer.text).one("main")["data-error"] == "ended"


def test_a_frame_shows_nothing_of_the_recipient(framed, shipment):
    Recipient.objects.create(shipment=shipment, name="Ada Marker", street="12 Marker Road")

    assert "Marker" not in framed().text


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_a_parcels_frame_is_only_read(client, shipment, method):
    assert getattr(client, method)(f"/e/acme/{shipment.token}/").status_code == 405


def test_a_frame_costs_four_queries_at_most(framed, brand, django_assert_max_num_queries):
    framed()  # a brand is read once a second for all its frames
    from apps.pages.front import store

    store.clear()
    with django_assert_max_num_queries(4):
        framed()


# What the address asks for


def test_everything_is_as_it_should_be_when_nothing_is_asked_for(framed):
    shown = read(framed().text)

    root = shown.one("html")
    assert root["data-theme"] == "auto"
    assert "data-host" not in root.attributes
    assert root.get("class") is None
    assert shown.one("h1")["aria-level"] == "2"
    assert "--accent:light-dark(#c2410c," in framed().text


OPTIONS = [
    ("theme=dark", "data-theme", "dark"),
    ("theme=light", "data-theme", "light"),
    ("theme=neon", "data-theme", "auto"),
    ("background=transparent", "class", "clear"),
    ("background=red", "class", None),
    ("lang=en", "lang", "en"),
    ("lang=tlh&lang=%00", "lang", "en"),
    (f"host={SHOP}", "data-host", SHOP),
    ("host=https://eu.acme.example", "data-host", "https://eu.acme.example"),
    ("host=https://acme.example", "data-host", None),
    ("host=https://*.acme.example", "data-host", None),
    ("host=https://evil.example/.acme.example", "data-host", None),
    ("host=https://evil.example%23.acme.example", "data-host", None),
    ("host=https://shop.example.evil", "data-host", None),
    ("host=null", "data-host", None),
    ("host=*", "data-host", None),
]


@pytest.mark.parametrize(("query", "name", "value"), OPTIONS)
def test_the_address_chooses_and_what_it_cannot_mean_is_ignored(framed, query, name, value):
    answer = framed(f"?{query}")

    assert answer.status_code == 200
    assert read(answer.text).one("html").get(name) == value


@pytest.mark.parametrize(
    ("asked", "levels"), [("2", [2, 3]), ("3", [3, 4]), ("4", [4, 5]), ("1", [2, 3]), ("x", [2, 3])]
)
def test_headings_begin_at_the_level_asked_for(framed, asked, levels):
    shown = read(framed(f"?heading-level={asked}").text)

    first, second = (int(shown.all(tag)[0]["aria-level"]) for tag in ("h1", "h2"))
    assert [first, second] == levels


@pytest.mark.parametrize("accent", ["0a7d33", "%230A7D33", "#0a7d33"])
def test_the_accent_can_be_chosen(framed, accent):
    assert "--accent:light-dark(#0a7d33," in framed(f"?accent={accent.replace('#', '%23')}").text


@pytest.mark.parametrize("accent", ["red", "12345", "fff}body{display:none", "</style><script>"])
def test_an_accent_that_is_none_leaves_the_brands(framed, accent):
    html = framed(f"?accent={accent}").text

    assert "--accent:light-dark(#c2410c," in html
    assert html.count("<style>") == html.count("</style>") == 1
    assert "display:none}" not in html.split("</style>")[1]


PARTS = {"journey": "journey", "details": "details", "help": "help"}


@pytest.mark.parametrize("part", PARTS)
def test_parts_can_be_hidden(framed, part):
    assert read(framed().text).all(id=PARTS[part])
    assert not read(framed(f"?hide={part}").text).all(id=PARTS[part])
    others = " ".join(set(PARTS) - {part})
    assert not read(framed(f"?show={others}").text).all(id=PARTS[part])
    assert read(framed(f"?show={part}").text).all(id=PARTS[part])


def test_what_the_brand_hides_no_address_shows(framed):
    Brand.objects.update(hidden=["help"])

    assert not read(framed("?show=help").text).all(id="help")


def test_a_part_that_renews_itself_remembers_what_was_asked_for(framed, client, shipment):
    shown = read(framed("?hide=help,details&heading-level=3&theme=dark&extra=1").text)
    holder = next(one for one in shown.all("div") if "hx-vals:inherited" in one.attributes)
    assert holder["hx-vals:inherited"] == '{"hide": "help,details", "heading-level": "3"}'

    live = client.get(f"/e/acme/{shipment.token}/live?hide=help,details&heading-level=3")

    part = read(live.text)
    assert not part.all(id="help")
    assert part.one("h1")["aria-level"] == "3"


def test_an_open_frame_without_news_is_answered_with_nothing(framed, client, shipment):
    asked = read(framed().text).one(id="tracking")["hx-get"]

    answer = client.get(f"/e/acme/{shipment.token}/{asked}")

    assert (answer.status_code, answer.content) == (204, b"")


def test_an_open_frame_is_told_of_news(framed, client, shipment):
    asked = read(framed().text).one(id="tracking")["hx-get"]
    record(shipment.pk, report(sighting("delivered", "2026-03-02T11:00:00+00:00")), now=NOW)

    answer = client.get(f"/e/acme/{shipment.token}/{asked}")

    assert read(answer.text).one("h1").text == "Delivered"


def test_links_out_of_a_frame_open_beside_it(framed):
    Brand.objects.update(
        support_url="https://shop.example/help", returns_url="https://shop.example/r"
    )
    shown = read(framed().text)

    outside = [one for one in shown.all("a") if one["href"][0] not in "#?"]
    assert outside
    assert {one.get("target") for one in outside} == {"_blank"}
    assert {one.get("target") for one in shown.all("a") if one["href"][0] in "#?"} <= {None}


# The look-up form


def look_up(client, number, fact, query="", **more):
    page = read(client.get(f"/e/acme/{query}").text)
    ticket = page.one("input", name="ticket")["value"]
    fields = {"ticket": ticket, "number": number, "fact": fact} | more.pop("fields", {})
    return client.post(f"/e/acme/{query}", fields, **more)


@pytest.fixture
def known(shipment):
    Recipient.objects.create(shipment=shipment, postal_code="M1 1AE", country="GB")
    Shipment.objects.update(order_reference="10432")
    return shipment


def test_a_look_up_leads_to_the_parcel_in_the_same_frame(client, known):
    answer = look_up(client, "10432", "m11ae", "?theme=dark&host=https://shop.example")

    assert answer.status_code == 303
    page, _, rest = answer.headers["Location"].partition("?")
    assert page == f"/e/acme/{known.token}/"
    assert rest == "theme=dark&host=https%3A%2F%2Fshop.example#found"


@pytest.mark.parametrize(("number", "fact"), [("10432", "EC1A 1BB"), ("99999", "M1 1AE")])
def test_a_wrong_pair_is_told_apart_by_nothing(client, known, number, fact):
    answer = look_up(client, number, fact)

    assert answer.status_code == 404
    assert read(answer.text).one("main")["data-lookup"] == "not_found"
    assert "X-Frame-Options" not in answer.headers


def test_a_form_of_another_site_or_frame_is_not_taken(client, known):
    strange = look_up(client, "10432", "m11ae", HTTP_ORIGIN="https://evil.example")
    page = read(client.get("/e/acme/?host=https://shop.example").text)
    fields = {
        "ticket": page.one("input", name="ticket")["value"],
        "number": "10432",
        "fact": "m11ae",
    }
    moved = client.post("/e/acme/", fields)

    assert [strange.status_code, moved.status_code] == [400, 400]


def test_a_number_alone_opens_nothing_in_a_frame(client, known, brand):
    Brand.objects.update(opens_by_number=True)

    assert look_up(client, "10432", "").status_code == 400


def test_the_shops_page_can_give_the_number(client, brand):
    page = read(client.get("/e/acme/?order=10432").text)

    assert page.one("input", name="number")["value"] == "10432"


def test_a_brands_number_that_many_guess_at_is_closed_for_a_while(client, known):
    answers = [look_up(client, f"9000{n}", "M1 1AE") for n in range(60)]

    last = answers[-1]
    assert last.status_code == 429
    assert int(last.headers["Retry-After"]) > 0
    assert read(last.text).one("main")["data-lookup"] == "limited"


# The rating


@pytest.fixture
def delivered(brand):
    return make_shipment(brand.merchant, report(sighting("delivered", "2026-03-02T11:00:00+00:00")))


def rate(client, parcel, stars, query="?host=https://shop.example", **fields):
    address = f"/e/acme/{parcel.token}/rating{query}"
    ticket = read(client.get(address).text).one("input", name="ticket")["value"]
    return client.post(address, {"ticket": ticket, "stars": stars} | fields)


def test_a_delivery_is_rated_on_a_page_of_its_own_in_the_same_frame(client, delivered):
    page = read(client.get(f"/e/acme/{delivered.token}/?host={SHOP}").text)
    link = page.one(id="rating").one("a")

    assert link["target"] == "_self"
    form = client.get(f"/e/acme/{delivered.token}/{link['href']}")
    action = read(form.text).one("form")["action"]
    assert action == link["href"] == "rating?lang=en&host=https%3A%2F%2Fshop.example"
    assert policy(form)["frame-ancestors"].startswith(SHOP)


def test_a_rating_leads_back_and_says_thanks(client, delivered):
    answer = rate(client, delivered, "4", words="Quick")

    back = f"/e/acme/{delivered.token}/?host=https%3A%2F%2Fshop.example&rated=1"
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{back}#rated-4")
    assert "Thank you." in read(client.get(back).text).one(id="rating").text
    assert Rating.objects.get().stars == 4


@pytest.mark.parametrize("stars", ["", "0", "6", "x"])
def test_a_rating_that_is_none_is_asked_for_again(client, delivered, stars):
    answer = rate(client, delivered, stars)

    assert answer.status_code == 400
    assert read(answer.text).one(id="rating-wrong").text == "Choose how good it was."
    assert "X-Frame-Options" not in answer.headers


def test_a_rating_of_another_site_is_not_taken(client, delivered):
    address = f"/e/acme/{delivered.token}/rating"
    ticket = read(client.get(address).text).one("input", name="ticket")["value"]

    strange = {"HTTP_ORIGIN": "https://evil.example"}
    answer = client.post(address, {"ticket": ticket, "stars": "1"}, **strange)

    assert answer.status_code == 400
    assert not Rating.objects.exists()


def test_what_cannot_be_rated_has_no_form(client, shipment, delivered):
    Brand.objects.update(hidden=["rating"])
    hidden = client.get(f"/e/acme/{delivered.token}/rating")
    on_its_way = client.get(f"/e/acme/{shipment.token}/rating")

    assert [hidden.status_code, on_its_way.status_code] == [404, 404]
    assert not read(client.get(f"/e/acme/{delivered.token}/").text).all(id="rating")


def test_a_frame_has_no_forms_for_what_is_personal(client, delivered):
    page = read(client.get(f"/e/acme/{delivered.token}/").text)

    assert page.all("form") == page.all(id="share") == page.all(id="stay") == []


# What it weighs


CODES = ("accepted.collected", "in_transit.arrived", "in_transit.departed", "in_transit")
WORDS = ("Parcel collected", "Arrived at the depot", "Left the depot", "Being sorted")
TOWNS = ("Manchester", "Hatfield", "Birmingham", "Leeds", "Köln", "Arnhem", "Lyon")


def full(merchant, events, last="in_transit"):
    """Return a parcel of two carriers with three items and so many scans, and its last."""
    now = timezone.now()
    sightings = tuple(
        Sighting(
            code=CODES[n % 4] if n else last,
            moment=at((now - timedelta(hours=3 * n + 2, minutes=7 * n % 60)).isoformat()),
            description=f"{WORDS[n % 4]} {TOWNS[n % 7]}",
            place=Place(label=TOWNS[n % 7], country="GB"),
            leg=0 if n > events // 2 else 1,
        )
        for n in range(events)
    )
    told = Report(
        source="test",
        sightings=sightings,
        items=tuple(ItemReport(description=f"Jumper in colour {n}") for n in range(3)),
        legs=(LegReport(carrier_code="dhl"), LegReport(carrier_code="usps")),
        numbers=(NumberReport("1Z12345E0205271688", 0), NumberReport("9400111899223817362", 1)),
    )
    return make_shipment(merchant, told, now=now, order_reference="10432")


@pytest.mark.parametrize("last", ["in_transit", "out_for_delivery", "delivered", "exception"])
@pytest.mark.parametrize(("events", "most"), [(12, 4096), (300, 13 * 1024)])
def test_a_frame_is_whole_in_one_small_answer(client, brand, events, most, last):
    Brand.objects.update(support_url="https://shop.example/help", slot_heading="New in")
    parcel = full(brand.merchant, events, last)
    address = f"/e/acme/{parcel.token}/?host={SHOP}"

    html = client.get(address).text

    assert len(read(html).all("li", class_="scan")) == min(events, MOST)
    assert len(brotli.compress(html.encode())) <= most


def test_a_frame_is_sent_packed(framed):
    sent = framed(HTTP_ACCEPT_ENCODING="gzip, br")

    assert sent.headers["Content-Encoding"] == "br"
    assert brotli.decompress(sent.content).decode() == framed().text


def test_the_style_that_cannot_wait_is_small(framed):
    html = framed().text
    style = html[html.index("<style>") : html.index("</style>") + len("</style>")]

    assert weight(style) <= 1229


@pytest.mark.parametrize(
    "rule",
    [
        ":root{color-scheme:light dark;--ground:",
        '[data-theme="dark"]{color-scheme:dark}',
        "*{box-sizing:border-box}",
        ".card{",
        ".status h1{",
        ".framed{padding:12px}",
        "@media (max-width:559px){.step:not([aria-current]) .step-words{",
    ],
)
def test_the_style_that_cannot_wait_has_what_the_first_view_needs(rule):
    assert rule in critical_css()


@pytest.mark.parametrize("rule", ["/*", "  ", "\n", "print", "forced-colors", ".scan", ".bar"])
def test_the_style_that_cannot_wait_has_nothing_more(rule):
    assert rule not in critical_css()
