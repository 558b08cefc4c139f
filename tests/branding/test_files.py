"""The files of a brand: how staff upload them, and how they are served."""

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.branding.models import Asset, Brand
from apps.branding.uploads import kept
from tests.branding.test_admin import ADD, SAID
from tests.branding.uploaded import font, picture
from tests.builders import NOW, make_merchant
from tests.pages.markup import read


@pytest.fixture
def brand(db):
    merchant = make_merchant()
    logo = kept(merchant, "logo", picture(), NOW)
    return Brand.objects.create(merchant=merchant, slug="acme", name="Acme", logo=logo)


@pytest.fixture
def staff(client, db):
    client.force_login(User.objects.create_superuser("staff"))
    return client


def upload(data, name="logo.png"):
    return SimpleUploadedFile(name, data)


def change(staff, brand, **fields):
    page = f"/admin/branding/brand/{brand.pk}/change/"
    answer = staff.post(page, SAID | {"merchant": brand.merchant_id} | fields)
    brand.refresh_from_db()
    return answer


# Uploading


def test_a_brand_is_made_with_its_files(staff):
    files = {
        "new_logo": upload(picture("JPEG")),
        "new_logo_dark": upload(picture(colour="white")),
        "new_favicon": upload(picture(size=(90, 90))),
        "new_font_file": upload(font(), "own.woff2"),
    }
    answer = staff.post(ADD, SAID | {"merchant": make_merchant().pk, "font": "own"} | files)

    brand = Brand.objects.get()
    assert answer.status_code == 302
    assert (brand.logo.kind, brand.logo.mime) == ("logo", "image/webp")
    assert (brand.favicon.width, brand.favicon.mime) == (64, "image/png")
    assert brand.font_file.mime == "font/woff2"
    assert brand.logo_dark.merchant == brand.merchant


def test_a_file_stays_until_another_takes_its_place(staff, brand):
    before = brand.logo

    change(staff, brand, name="Renamed")
    assert brand.logo == before

    change(staff, brand, new_logo=upload(picture(colour="blue")))
    assert brand.logo != before
    assert Asset.objects.filter(pk=before.pk).exists()


def test_a_file_can_be_taken_away(staff, brand):
    change(staff, brand, **{"new_logo-clear": "on"})

    assert brand.logo is None


def test_the_form_shows_the_file_that_is_there(staff, brand):
    page = read(staff.get(f"/admin/branding/brand/{brand.pk}/change/").text)

    assert page.one("a", href=f"/theme/acme/{brand.logo.digest}.webp").text == "logo"


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("new_logo", b"<svg></svg>", "SVG pictures are not taken"),
        ("new_favicon", b"<html>", "not a picture"),
        ("new_logo_dark", b"0" * 2_000_000, "larger than 1024 KB"),
        ("new_font_file", picture(), "WOFF2 files only"),
    ],
)
def test_staff_are_told_beside_the_field_why_a_file_is_refused(staff, brand, name, data, told):
    before = brand.logo

    answer = change(staff, brand, name="Renamed", **{name: upload(data)})

    assert answer.status_code == 200
    assert told in answer.text
    assert (brand.name, brand.logo, Asset.objects.count()) == ("Acme", before, 1)


def test_an_empty_file_is_refused(staff, brand):
    assert "empty" in change(staff, brand, new_logo=upload(b"")).text


def test_nothing_is_kept_of_an_upload_when_the_form_is_wrong(staff, brand):
    answer = change(staff, brand, new_logo=upload(picture(colour="blue")), accent="red")

    assert answer.status_code == 200
    assert Asset.objects.count() == 1


def test_a_table_that_was_emptied_is_empty(staff, brand):
    answer = change(staff, brand, texts="", own_css="", channels="", quiet_days_by_carrier="")

    assert answer.status_code == 302
    assert (brand.texts, brand.own_css, brand.channels) == ({}, {}, [])


# Serving


def path(brand, ending="webp"):
    return f"/theme/acme/{brand.logo.digest}.{ending}"


def test_a_file_is_served_for_ever_and_can_do_nothing(client, brand):
    answer = client.get(path(brand))

    assert answer.content == bytes(brand.logo.data)
    assert answer.headers["Content-Type"] == "image/webp"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers
    assert "cookie" not in answer.headers.get("Vary", "").lower()


def test_a_file_costs_two_statements(client, brand, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        client.get(path(brand))


@pytest.mark.parametrize("ending", ["png", "html", "svg", "js", "woff2", "WEBP", "webp/", "css"])
def test_a_file_has_one_ending(client, brand, ending):
    assert client.get(path(brand, ending)).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/theme/acme/" + "0" * 64 + ".webp",
        "/theme/acme/" + "A" * 64 + ".webp",
        "/theme/acme/short.webp",
        "/theme/acme/..%2f.webp",
        "/theme/acme/.webp",
        "/theme/nobody/{digest}.webp",
        "/theme/other/{digest}.webp",
    ],
)
def test_there_is_nothing_else(client, brand, path):
    other = make_merchant("Other")
    Brand.objects.create(merchant=other, slug="other", name="Other")

    assert client.get(path.format(digest=brand.logo.digest)).status_code == 404


def test_another_brand_of_the_merchant_may_show_the_same_file(client, brand):
    Brand.objects.create(merchant=brand.merchant, slug="kids", name="Kids", is_default=False)

    assert client.get(path(brand).replace("acme", "kids")).status_code == 200


def test_files_are_only_read(client, brand):
    assert client.post(path(brand)).status_code == 405
    assert client.head(path(brand)).status_code == 200


def test_pages_may_load_pictures_and_fonts_from_here_only(client, db):
    policy = client.get("/").headers["Content-Security-Policy"]

    assert "img-src 'self' data:" in policy
    assert "font-src 'self'" in policy
