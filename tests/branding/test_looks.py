"""A brand as pages use it: what is believed for how long, and what a row cannot smuggle in."""

import re

import msgspec
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import RestrictedError

from apps.branding import looks
from apps.branding.looks import (
    Picture,
    look_at,
    look_for_parcel,
    look_named,
    look_of,
    look_of_brand,
)
from apps.branding.models import Asset, Brand
from apps.branding.uploads import kept
from tests.branding.uploaded import font, picture
from tests.builders import NOW, make_merchant


@pytest.fixture
def merchant(db):
    return make_merchant()


def make_brand(merchant, slug="acme", **fields):
    return Brand.objects.create(merchant=merchant, slug=slug, name=slug.title(), **fields)


def test_a_brand_is_found_by_its_slug_and_by_its_merchant(merchant):
    make_brand(merchant, accent="#2f52c9", language="de")
    make_brand(merchant, "acme-kids", is_default=False)

    assert look_named("acme") == look_of("acme", "Acme")
    assert look_named("acme").language == "de"
    assert look_named("acme-kids").accent == ""
    assert look_named("acme-kids").merchant == "acme"


def test_a_merchant_without_a_brand_has_plain_looks(merchant):
    look = look_of("acme", "Acme & Sons")

    assert (look.slug, look.name, look.version) == ("", "Acme & Sons", 0)
    assert look_named("acme") is None


def test_a_brand_is_believed_for_a_second(merchant, django_assert_num_queries, monkeypatch):
    now = [100.0]
    monkeypatch.setattr(looks.time, "monotonic", lambda: now[0])
    make_brand(merchant)
    with django_assert_num_queries(1):
        first = [look_named("acme") for _ in range(3)][-1]
    Brand.objects.update(name="Renamed")

    assert look_named("acme") == first
    now[0] += 1.01
    assert look_named("acme").name == "Renamed"


def test_that_there_is_no_brand_is_believed_too(merchant, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert [look_named("nobody") for _ in range(3)] == [None] * 3


def test_not_every_name_is_kept(merchant, monkeypatch):
    monkeypatch.setattr(looks, "MOST", 5)

    for number in range(20):
        look_named(f"nobody-{number}")

    assert len(looks._kept) == 5


def test_saving_raises_the_version(merchant):
    brand = make_brand(merchant)
    brand.accent = "#123456"

    brand.save()

    assert brand.version == 2
    assert look_named("acme").version == 2


def test_saving_a_part_raises_the_version_too(merchant):
    make_brand(merchant)

    brand, _is_new = Brand.objects.update_or_create(slug="acme", defaults={"name": "Renamed"})

    assert (brand.version, look_named("acme").version) == (2, 2)


def test_the_stamp_rises_with_any_brand_of_the_merchant(merchant):
    make_brand(merchant)
    other = make_brand(merchant, "acme-kids", is_default=False)
    before = look_named("acme").stamp
    looks.forget()

    other.save()

    assert look_named("acme").stamp == before + 1


def test_a_merchant_has_one_default_brand(merchant):
    make_brand(merchant)

    with pytest.raises(IntegrityError), transaction.atomic():
        make_brand(merchant, "acme-two")


LINKS = ("shop_url", "support_url", "returns_url", "faq_url", "privacy_url", "slot_url")


@pytest.mark.parametrize("name", LINKS)
def test_a_link_that_is_none_is_left_out_however_it_got_there(merchant, name):
    make_brand(merchant)
    Brand.objects.update(**{name: "javascript:alert(1)"})

    assert getattr(look_named("acme"), name) == ""


@pytest.mark.parametrize("name", LINKS)
def test_staff_cannot_save_such_a_link(merchant, name):
    brand = Brand(merchant=merchant, slug="acme", name="Acme", **{name: "javascript:alert(1)"})

    with pytest.raises(ValidationError) as refused:
        brand.full_clean()

    assert set(refused.value.message_dict) == {name}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("frame_origins", ["*"]),
        ("frame_origins", "https://shop.example"),
        ("hidden", ["everything"]),
        ("hidden", "items"),
        ("accent", "red"),
        ("accent", "#2f52c9\n"),
        ("accent", "#2f5"),
        ("link_days", 0),
        ("slug", "a b"),
    ],
)
def test_staff_are_told_what_a_brand_cannot_have(merchant, name, value):
    brand = Brand(merchant=merchant, **{"slug": "acme", "name": "Acme", name: value})

    with pytest.raises(ValidationError) as refused:
        brand.full_clean()

    assert set(refused.value.message_dict) == {name}


def test_rows_of_another_hand_do_not_break_a_page(merchant):
    make_brand(merchant, frame_origins=["https://shop.example", 7, None, "*"], hidden=["items"])

    look = look_named("acme")

    assert look.frame_origins == ("https://shop.example",)
    assert look.hidden == {"items"}


# Which brand a parcel shows


def shown(channel="", country=""):
    return look_for_parcel("acme", "Acme", channel, country).slug


@pytest.fixture
def brands(merchant):
    make_brand(merchant)
    make_brand(merchant, "kids", is_default=False, channels=["kids-eu", "Kids-UK"])
    make_brand(merchant, "swiss", is_default=False, channels=["kids-eu"], countries=["CH", "LI"])
    make_brand(make_merchant("Other"), "other", channels=["b2b"], countries=["FR"])


@pytest.mark.parametrize(
    ("channel", "country", "slug"),
    [
        ("kids-uk", "CH", "kids"),
        ("KIDS-UK", "", "kids"),
        ("kids-eu", "CH", "kids"),
        ("", "CH", "swiss"),
        ("unheard-of", "LI", "swiss"),
        ("unheard-of", "DE", "acme"),
        ("", "", "acme"),
        ("b2b", "FR", "acme"),
    ],
)
def test_a_parcel_shows_the_brand_of_its_channel_then_of_its_country(
    brands, channel, country, slug
):
    assert shown(channel, country) == slug


def test_a_parcel_without_a_default_brand_has_plain_looks(merchant):
    make_brand(merchant, "kids", is_default=False, channels=["kids"])

    assert look_for_parcel("acme", "Acme & Sons", "", "").name == "Acme & Sons"
    assert shown("kids") == "kids"


def test_the_brands_of_a_merchant_are_read_at_once(brands, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert shown("kids-uk") and shown("", "CH") and shown() and look_of("acme", "Acme")


def test_a_merchant_with_too_many_brands_still_shows_some(merchant, monkeypatch):
    for number in range(250):
        make_brand(merchant, f"b{number}", is_default=number == 240, channels=[f"c{number}"])

    assert (shown("c7"), shown("c249")) == ("b7", "b240")


# What a look holds


def test_files_are_found_by_their_paths(merchant):
    logo = kept(merchant, "logo", picture(size=(300, 100)), NOW)
    file = kept(merchant, "font", font(), NOW)
    make_brand(merchant, logo=logo, font="own", font_file=file)

    look = look_named("acme")

    assert look.logo == Picture(f"/theme/acme/{logo.digest}.webp", 300, 100)
    assert look.font_file.url == f"/theme/acme/{file.digest}.woff2"
    assert (look.logo_dark, look.favicon) == (None, None)


def test_a_brand_that_is_not_saved_looks_as_it_will(merchant):
    fields = {
        "accent": "#c2410c",
        "texts": {"de": {"delivered": "Da!"}},
        "own_css": {"radius": "4px"},
        "slot_from": NOW,
        "channels": ["Kids"],
        "logo": kept(merchant, "logo", picture(), NOW),
        "hidden": ["map"],
    }
    draft = look_of_brand(Brand(merchant=merchant, slug="acme", name="Acme", **fields))
    make_brand(merchant, **fields)

    saved = look_named("acme")

    assert draft.version == saved.version == 1
    assert draft == msgspec.structs.replace(saved, stamp=0)


def test_a_draft_with_a_picture_that_is_not_stored_yet_shows_none(merchant):
    brand = Brand(merchant=merchant, slug="acme", name="Acme", logo=Asset(kind="logo"))

    assert look_of_brand(brand).logo is None


def test_a_text_is_said_in_its_language_only(merchant):
    make_brand(merchant, texts={"de": {"delivered": "Da!"}, "fr": {"delivered": ""}})

    look = look_named("acme")

    assert look.says("de", "delivered") == "Da!"
    assert (
        look.says("de", "in_transit") == look.says("fr", "delivered") == look.says("en", "x") == ""
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("texts", {"de": {"delivered": "<b>x"}, "fr": ["x"], "en": {"delivered": 7}}),
        ("texts", [1]),
        ("own_css", {"position": "fixed", "radius": "1px;x"}),
        ("own_css", "x"),
        ("channels", [7, None]),
        ("countries", [7]),
        ("accent_dark", "red"),
        ("font", "comic"),
        ("radius", 999),
    ],
)
def test_new_fields_of_another_hand_do_not_break_a_page_either(merchant, name, value):
    make_brand(merchant)
    Brand.objects.update(**{name: value})

    look = look_named("acme")

    assert not any(look.says(language, "delivered") for language in ("de", "fr", "en"))
    assert not re.search(r"position|;x|999|comic|red", look.css)


# Its own domain


def test_a_brand_is_found_by_its_domain(merchant):
    make_brand(merchant, domain="track.shop.example")

    assert look_at("track.shop.example").slug == "acme"
    assert look_at("shop.example") is None


@pytest.mark.parametrize("host", ["", "localhost", "127.0.0.1", "a b", "x" * 300, "EVIL", "a.b\n"])
def test_no_database_is_asked_about_what_is_no_domain(host, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        assert look_at(host) is None


def test_any_number_of_brands_may_have_no_domain(merchant):
    make_brand(merchant)
    make_brand(merchant, "two", is_default=False)


# History


def test_every_saved_state_can_be_returned_to(merchant):
    brand = make_brand(merchant, accent="#111111")
    brand.accent = "#222222"
    brand.save()

    first = brand.history.get(version=1).instance
    first.save()

    brand.refresh_from_db()
    assert (brand.accent, brand.version) == ("#111111", 3)
    assert list(brand.history.values_list("version", "accent")) == [
        (3, "#111111"),
        (2, "#222222"),
        (1, "#111111"),
    ]


def test_a_merchant_can_be_deleted_with_its_brands_and_files(merchant):
    make_brand(merchant, logo=kept(merchant, "logo", picture(), NOW))

    merchant.delete()

    assert not Asset.objects.exists()


def test_a_file_that_a_brand_shows_is_not_deleted(merchant):
    logo = kept(merchant, "logo", picture(), NOW)
    make_brand(merchant, logo=logo)

    with pytest.raises(RestrictedError):
        logo.delete()
