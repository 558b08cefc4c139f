"""What a merchant's brand puts on its pages: pictures, own words, a slot for some days."""

from datetime import timedelta

import pytest
from django.utils import timezone
from msgspec.structs import replace

from apps.branding import looks
from apps.branding.models import Brand
from apps.branding.uploads import kept
from apps.pages.presenting import present
from apps.shipments.models import Shipment
from tests.branding.uploaded import font, picture
from tests.builders import NOW, make_merchant, make_shipment, report, sighting
from tests.pages.doors import make_brand
from tests.pages.journeys import NOW as THEN
from tests.pages.journeys import event, journey
from tests.pages.markup import read
from tests.pages.states import LOOK, READER


@pytest.fixture
def shipment(db):
    now = timezone.now()
    scan = sighting("in_transit", (now - timedelta(hours=2)).isoformat())
    return make_shipment(report=report(scan), now=now)


@pytest.fixture
def brand(shipment):
    return make_brand(shipment.merchant)


def opened(client, shipment, query=""):
    return read(client.get(f"/t/{shipment.token}/{query}").text)


def change(brand, **fields):
    for name, value in fields.items():
        setattr(brand, name, value)
    brand.full_clean()
    brand.save()


# Pictures


def test_the_header_names_a_brand_without_a_logo(client, shipment, brand):
    assert opened(client, shipment).one(class_="brand").text == "Acme"


def test_the_header_shows_the_logo_with_its_room_from_the_start(client, shipment, brand):
    logo = kept(shipment.merchant, "logo", picture(size=(300, 100)), NOW)
    change(brand, logo=logo, name="Acme & Sons")

    shown = opened(client, shipment).one(class_="brand")

    image = shown.one("img")
    assert image["src"] == f"/theme/acme/{logo.digest}.webp"
    assert (image["width"], image["height"], image["alt"]) == ("300", "100", "Acme & Sons")
    assert (shown.all("source"), shown.text) == ([], "")


def test_dark_pages_have_a_logo_of_their_own(client, shipment, brand):
    logo, dark = (
        kept(shipment.merchant, kind, picture(colour=colour), NOW)
        for kind, colour in (("logo", "black"), ("logo_dark", "white"))
    )
    change(brand, logo=logo, logo_dark=dark)

    source = opened(client, shipment).one("source")

    assert source["srcset"] == f"/theme/acme/{dark.digest}.webp"
    assert source["media"] == "(prefers-color-scheme: dark)"
    assert source.parent.tag == "picture"


@pytest.mark.parametrize("path", ["/b/acme/", "/b/acme/n/UNKNOWN1/"])
def test_every_page_of_a_brand_has_its_logo_and_its_icon(client, shipment, brand, path):
    logo = kept(shipment.merchant, "logo", picture(), NOW)
    icon = kept(shipment.merchant, "favicon", picture(), NOW)
    change(brand, logo=logo, favicon=icon, opens_by_number=True)

    page = read(client.get(path).text)

    assert page.one("img")["src"].startswith("/theme/acme/")
    assert page.one("link", rel="icon")["href"] == f"/theme/acme/{icon.digest}.png"


def test_pages_without_a_brand_keep_our_icon_and_weigh_no_more(client, shipment):
    page = client.get(f"/t/{shipment.token}/").text

    assert "/theme/" not in page
    assert read(page).one("link", rel="icon")["href"].startswith("data:image/svg+xml,")
    assert read(page).one(class_="brand").text == "Acme"


@pytest.mark.parametrize(
    "fields",
    [
        {"radius": 4},
        {"font": "serif"},
        {"own_css": {"heading-weight": "600"}},
        {"accent": "#c2410c"},
    ],
)
def test_a_theme_of_any_kind_is_linked(client, shipment, brand, fields):
    change(brand, **fields)

    links = opened(client, shipment).all("link", rel="stylesheet")

    assert links[-1]["href"] == "/theme/acme/2.css"


def test_a_brand_without_a_theme_links_none(client, shipment, brand):
    assert len(opened(client, shipment).all("link", rel="stylesheet")) == 1


def test_a_frame_has_the_whole_theme_under_its_policy(client, shipment, brand):
    file = kept(shipment.merchant, "font", font(), NOW)
    change(brand, font="own", font_file=file, radius=2, frame_origins=["https://shop.example"])

    answer = client.get(f"/e/acme/{shipment.token}/")
    other = client.get(f"/e/acme/{shipment.token}/?accent=aa0000")

    assert f"src:url(/theme/acme/{file.digest}.woff2)" in answer.text
    assert "--radius:2px" in other.text
    assert "--accent:light-dark(#aa0000," in other.text
    assert "sha256-" in answer["Content-Security-Policy"]
    assert answer["Content-Security-Policy"] != other["Content-Security-Policy"]


# Which brand


def test_a_parcel_of_a_channel_shows_that_brand(client, shipment, brand):
    Brand.objects.create(
        merchant=shipment.merchant,
        slug="kids",
        name="Acme Kids",
        is_default=False,
        channels=["kids"],
        support_url="https://kids.example/help",
    )
    Shipment.objects.filter(pk=shipment.pk).update(channel="Kids")

    page = opened(client, shipment)

    assert page.one(class_="brand").text == "Acme Kids"
    assert page.one("title").text.endswith("Acme Kids")
    assert page.all("a", href="https://kids.example/help")


def test_a_parcel_of_a_country_shows_that_brand(client, db):
    merchant = make_merchant()
    make_brand(merchant)
    Brand.objects.create(
        merchant=merchant, slug="ch", name="Acme Schweiz", is_default=False, countries=["CH"]
    )
    swiss, french = (make_shipment(merchant, destination_country=code) for code in ("CH", "FR"))

    assert opened(client, swiss).one(class_="brand").text == "Acme Schweiz"
    assert opened(client, french).one(class_="brand").text == "Acme"


def test_a_new_brand_shows_within_a_second(client, shipment, brand, monkeypatch):
    monkeypatch.setattr("apps.pages.front.BELIEVED", 0)
    monkeypatch.setattr("apps.branding.looks.BELIEVED", 0)
    before = client.get(f"/t/{shipment.token}/")["ETag"]

    change(brand, texts={"en": {"in_transit": "Not long now"}})

    assert client.get(f"/t/{shipment.token}/")["ETag"] != before
    assert "Not long now" in client.get(f"/t/{shipment.token}/").text


def test_a_page_with_a_brand_costs_one_statement_more(
    client, shipment, brand, django_assert_max_num_queries
):
    with django_assert_max_num_queries(5):
        opened(client, shipment)


# Words


def said(texts, language="en"):
    return replace(READER, look=replace(LOOK, texts=texts), language=language)


def guide(reader, code, *events):
    return present([journey(*events, code=code)], THEN, reader).guide


OWN = "We call you today."


def test_a_merchants_sentence_takes_the_place_of_ours():
    ours, own = (
        guide(said(texts), "exception.lost") for texts in ({}, {"en": {"exception.lost": OWN}})
    )

    assert own.means == OWN != ours.means
    assert (own.title, own.then) == (ours.title, ours.then)


def test_words_for_a_milestone_stand_for_what_has_none_of_ours():
    reader = said({"en": {"exception": OWN, "exception.lost": "Lost."}})

    assert guide(reader, "exception").means == OWN
    assert guide(reader, "exception.missing").means != OWN
    assert guide(reader, "exception.carrier_refused").means != OWN
    assert guide(reader, "exception.lost").means == "Lost."


def test_a_language_without_own_words_has_ours():
    reader = said({"de": {"exception.lost": "Weg."}})

    assert guide(reader, "exception.lost").means == guide(READER, "exception.lost").means


def test_a_state_without_advice_shows_the_sentence_below_its_heading():
    reader = said({"en": {"in_transit": OWN}})

    page = present([journey(event("in_transit"))], THEN, reader)

    assert (page.guide, page.parcel.own_words) == (None, OWN)


def test_a_merchant_explains_no_silence():
    reader = said({"en": {"in_transit": "All is well!"}})
    old = event("in_transit", "2026-04-01T10:00")

    page = present([journey(old)], THEN, reader)

    assert page.guide.title == "Why there is no news"
    assert page.parcel.own_words == ""
    assert "All is well!" not in page.guide.means


@pytest.mark.parametrize(
    ("language", "text"), [("de", "Für dich < 3 & mehr"), ("ar", "طلبك في الطريق")]
)
def test_own_words_are_text_in_the_language_of_the_page(client, shipment, brand, language, text):
    change(brand, texts={language: {"in_transit": text, "foot": text}})

    page = opened(client, shipment, f"?lang={language}")

    assert page.one("p", class_="this").text == text
    assert page.one("html")["lang"] == language
    assert [foot.text for foot in page.all("p", class_="foot")] == [text]
    assert not opened(client, shipment, "?lang=fr").all("p", class_="this")


def test_the_form_may_have_a_heading_of_the_merchants(client, shipment, brand):
    change(brand, texts={"en": {"heading": "Where is it?"}})

    assert read(client.get("/b/acme/").text).one("h1").text == "Where is it?"
    assert read(client.get("/e/acme/").text).one("h1").text == "Where is it?"
    assert read(client.get("/b/acme/?lang=de").text).one("h1").text != "Where is it?"


def test_a_row_of_another_hand_puts_no_markup_on_a_page(client, shipment, brand):
    Brand.objects.update(
        texts={"en": {"in_transit": "<script>alert(1)</script>", "foot": "<img src=x>"}},
        name="<b>Acme</b>",
        support_phone='"><script>',
    )

    page = opened(client, shipment)

    assert page.all("b") == page.all("img") == []
    assert not any("alert" in script.text for script in page.all("script"))


# The slot


@pytest.mark.parametrize(
    ("since", "until", "is_shown"),
    [
        (None, None, True),
        (-1, None, True),
        (None, 1, True),
        (-1, 1, True),
        (0, 1, True),
        (1, None, False),
        (1, 2, False),
        (None, -1, False),
        (None, 0, False),
        (-2, -1, False),
    ],
)
def test_a_slot_is_shown_within_its_days(since, until, is_shown):
    when = [None if days is None else THEN + timedelta(days=days) for days in (since, until)]
    look = replace(LOOK, slot_from=when[0], slot_until=when[1])

    page = present([journey(event("in_transit"))], THEN, replace(READER, look=look))

    assert bool(page.slot) is is_shown


def test_a_slot_within_its_days_is_still_silent_in_trouble():
    look = replace(LOOK, slot_from=THEN - timedelta(days=1), slot_until=THEN + timedelta(days=1))

    page = present([journey(code="exception")], THEN, replace(READER, look=look))

    assert page.slot is None


def test_the_days_of_a_slot_are_read_from_the_database(client, shipment, brand):
    tomorrow = timezone.now() + timedelta(days=1)
    change(brand, slot_heading="Sale", slot_until=tomorrow)
    assert opened(client, shipment).one(id="slot")

    looks.forget()
    change(brand, slot_from=tomorrow, slot_until=tomorrow + timedelta(days=1))
    assert not opened(client, shipment, "?lang=en").all(id="slot")


# Telephone


def test_help_tells_the_telephone_number(client, shipment, brand):
    change(brand, support_phone="+44 (0)20 7946 0000")

    link = opened(client, shipment, "?lang=ar").one(id="help").one("a", href="tel:+4402079460000")

    assert link.text == "+44 (0)20 7946 0000"
    assert link.one("bdi")["dir"] == "ltr"
