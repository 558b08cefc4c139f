"""What may stand in a brand's lists and tables."""

import pytest
from django.core.exceptions import ValidationError

from apps.branding.checks import (
    check_channels,
    check_countries,
    check_domain,
    check_quiet_days,
    check_texts,
    is_domain,
)
from apps.branding.models import Brand
from tests.builders import NOW, make_merchant

DOMAINS = ["track.shop.example", "a.b", "xn--caf-dma.example", "1.shop.example", "shop.co.uk"]
NO_DOMAINS = [
    "",
    "shop",
    "localhost",
    "Track.Shop.example",
    "track.shop.example.",
    "track.shop.example:8443",
    "https://track.shop.example",
    "track.shop.example/",
    "track shop.example",
    "track.shop.example\n",
    "*.shop.example",
    ".shop.example",
    "shop..example",
    "-shop.example",
    "shop-.example",
    "shop.example-",
    "127.0.0.1",
    "10.1",
    "[::1]",
    "café.example",
    "shop_1.example",
    "a@shop.example",
    "a" * 64 + ".example",
    "a." * 130 + "example",
]


@pytest.mark.parametrize("text", DOMAINS)
def test_a_host_name_may_be_a_domain(text):
    check_domain(text)

    assert is_domain(text)


@pytest.mark.parametrize("text", NO_DOMAINS, ids=lambda text: repr(text)[:40])
def test_anything_else_is_no_domain(text):
    with pytest.raises(ValidationError, match="Write a host name"):
        check_domain(text)


@pytest.mark.parametrize(
    ("hosts", "public"),
    [
        (["parcels.example"], ""),
        ([".parcels.example"], ""),
        (["*"], "https://parcels.example"),
        (["*"], "https://parcels.example:8443/"),
    ],
)
def test_no_brand_takes_the_hosts_of_the_site(settings, hosts, public):
    settings.ALLOWED_HOSTS, settings.PUBLIC_URL = hosts, public

    with pytest.raises(ValidationError, match="the address of the whole site"):
        check_domain("parcels.example")


TEXTS = {
    "de": {"in_transit": "Unterwegs zu dir", "in_transit.customs": "Beim Zoll <3", "foot": "x"}
}


@pytest.mark.parametrize("texts", [{}, {"de": {}}, TEXTS, {"ar": {"heading": "أين طلبي؟"}}])
def test_texts_are_plain_by_language_and_state(texts):
    check_texts(texts)


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        ([], "by language"),
        ("x", "by language"),
        ({"xx": {}}, "Texts are in one of"),
        ({"de": []}, "Texts are in one of"),
        ({"de-AT": {}}, "Texts are in one of"),
        ({"de": {"lost_at_sea": "x"}}, "no state of a parcel"),
        ({"de": {"in_transit.nothing": "x"}}, "no state of a parcel"),
        ({"de": {"delivered": 7}}, "Write a text"),
        ({"de": {"delivered": None}}, "Write a text"),
        ({"de": {"delivered": {"a": "b"}}}, "Write a text"),
        ({"de": {"delivered": "x" * 301}}, "300 letters"),
        ({"de": {"delivered": "a\nb"}}, "one line"),
        ({"de": {"delivered": "a\x00b"}}, "one line"),
        ({"de": {"delivered": "\u202egnp.exe"}}, "one line"),
        ({"de": {"delivered": "\ud800"}}, "one line"),
        ({"de": {"delivered": "<b>Hooray</b>"}}, "plain text"),
        ({"de": {"delivered": "a<!-- b"}}, "plain text"),
        ({"de": {"delivered": "<script>alert(1)</script>"}}, "plain text"),
    ],
)
def test_staff_are_told_what_no_text_can_be(texts, told):
    with pytest.raises(ValidationError, match=told) as refused:
        check_texts(texts)

    assert len(refused.value.messages[0]) < 200


@pytest.mark.parametrize("channels", [[], ["shop-de"], ["eBay", "Laden_1", "b2b/eu"]])
def test_channels_are_single_words(channels):
    check_channels(channels)


@pytest.mark.parametrize("channels", [None, {}, "shop-de", [7], [""], ["a b"], ["a,b"], ["a\x00"]])
def test_staff_are_told_what_is_no_channel(channels):
    with pytest.raises(ValidationError):
        check_channels(channels)


@pytest.mark.parametrize("channels", [["x" * 51], [f"c{n}" for n in range(1000)]])
def test_channels_are_not_endless(channels):
    with pytest.raises(ValidationError) as refused:
        check_channels(channels)

    assert len(refused.value.messages[0]) < 200


def test_countries_are_known_by_two_letters():
    check_countries([])
    check_countries(["DE", "AT", "CH"])


@pytest.mark.parametrize("countries", [None, "DE", ["de"], ["DEU"], ["XX"], [""], [7], [["DE"]]])
def test_staff_are_told_what_is_no_country(countries):
    with pytest.raises(ValidationError):
        check_countries(countries)


def test_days_are_counted_by_carrier():
    check_quiet_days({})
    check_quiet_days({"dhl": 2, "royal-mail": 0, "x.y": 60})


@pytest.mark.parametrize(
    "days",
    [None, [], {"dhl": 61}, {"dhl": -1}, {"dhl": "2"}, {"dhl": 1.5}, {"dhl": True}, {"d h": 2}]
    + [{"": 1}, {"dhl": None}, {f"c{n}": 1 for n in range(1000)}],
    ids=lambda days: repr(days)[:40],
)
def test_staff_are_told_what_no_days_can_be(days):
    with pytest.raises(ValidationError) as refused:
        check_quiet_days(days)

    assert len(refused.value.messages[0]) < 200


@pytest.fixture
def brand(db):
    return Brand(merchant=make_merchant(), slug="acme", name="Acme")


def wrong(brand):
    with pytest.raises(ValidationError) as refused:
        brand.full_clean()
    return set(refused.value.message_dict)


@pytest.mark.parametrize("phone", ["+44 20 7946 0000", "0800 12 34", "(030) 12"[1:], "+1-555-0100"])
def test_a_telephone_number_may_be_written_as_people_do(brand, phone):
    brand.support_phone = phone

    brand.full_clean()


@pytest.mark.parametrize(
    "phone", ["call us", "1", "+", "12;ext=1", "tel:123", "1" * 40, "12\n", "١٢٣"]
)
def test_staff_are_told_what_is_no_telephone_number(brand, phone):
    brand.support_phone = phone

    assert wrong(brand) == {"support_phone"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("radius", 25),
        ("font", "comic"),
        ("accent_dark", "red"),
        ("domain", "shop"),
        ("texts", {"xx": {}}),
        ("own_css", {"position": "fixed"}),
        ("channels", ["a b"]),
        ("countries", ["XX"]),
        ("quiet_days_by_carrier", {"dhl": "x"}),
    ],
)
def test_a_brand_is_checked_as_a_whole(brand, name, value):
    setattr(brand, name, value)

    assert wrong(brand) == {name}


def test_a_slot_ends_after_it_begins(brand):
    brand.slot_from = brand.slot_until = NOW

    assert wrong(brand) == {"slot_until"}


def test_an_own_font_needs_its_file(brand):
    brand.font = Brand.Font.OWN

    assert wrong(brand) == {"font"}


def test_a_domain_is_one_brands_own(brand):
    Brand.objects.create(
        merchant=make_merchant("Other"), slug="other", name="Other", domain="track.shop.example"
    )
    brand.domain = "track.shop.example"

    with pytest.raises(ValidationError, match="Another brand has this host name"):
        brand.full_clean()
