"""Where staff set a brand's looks and the sites that may frame its pages."""

import pytest
from django.contrib.auth.models import User

from apps.branding.models import Brand
from tests.builders import make_merchant
from tests.pages.markup import read

ADD = "/admin/branding/brand/add/"
SAID = {
    "slug": "acme",
    "name": "Acme",
    "is_default": "on",
    "accent": "#ffdd00",
    "radius": "16",
    "font": "system",
    "frame_origins": "HTTPS://Shop.Example:443/\n\n https://*.acme.example ",
    "hidden": ["items", "carrier"],
    "quiet_days_first": "4",
    "quiet_days_home": "3",
    "quiet_days_abroad": "5",
    "quiet_days_by_carrier": "{}",
    "offers_mail": "on",
    "quiet_from": "21",
    "quiet_until": "8",
    "link_days": "90",
}


@pytest.fixture
def staff(client, db):
    client.force_login(User.objects.create_superuser("staff"))
    return client


def said(**changes):
    return SAID | {"merchant": make_merchant().pk} | changes


def errors(answer):
    assert answer.status_code == 200
    return [one.text for one in read(answer.text).all("ul", class_="errorlist")]


def test_a_brand_is_made_with_origins_as_browsers_send_them(staff):
    answer = staff.post(ADD, said())

    brand = Brand.objects.get()
    assert answer.status_code == 302
    assert brand.frame_origins == ["https://shop.example", "https://*.acme.example"]
    assert brand.hidden == ["items", "carrier"]
    assert brand.version == 1


def test_a_change_raises_the_version(staff):
    staff.post(ADD, said())
    brand = Brand.objects.get()
    page = f"/admin/branding/brand/{brand.pk}/change/"
    shown = read(staff.get(page).text)
    assert shown.one("textarea", name="frame_origins").text == " ".join(brand.frame_origins)

    staff.post(page, SAID | {"merchant": brand.merchant_id, "name": "Acme & Sons"})

    brand.refresh_from_db()
    assert (brand.name, brand.version) == ("Acme & Sons", 2)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("frame_origins", "*"),
        ("frame_origins", "https://a.example; script-src *"),
        ("frame_origins", "\n".join(f"https://shop{n}.example" for n in range(60))),
        ("accent", "red"),
        ("support_url", "javascript:alert(1)"),
        ("hidden", ["everything"]),
        ("link_days", "0"),
        ("slug", "a/b"),
    ],
)
def test_staff_are_told_what_cannot_be(staff, name, value):
    answer = staff.post(ADD, said(**{name: value}))

    assert len(errors(answer)) >= 1
    assert not Brand.objects.exists()


def test_staff_see_what_becomes_of_an_accent(staff):
    staff.post(ADD, said())

    page = staff.get(f"/admin/branding/brand/{Brand.objects.get().pk}/change/").text

    assert "#7f6e00 on #ffffff (5.1 : 1) · #ffdd00 on #10131a (13.8 : 1)" in read(page).text


def test_a_colour_of_another_hand_breaks_nothing(staff):
    staff.post(ADD, said())
    Brand.objects.update(accent="red")

    page = staff.get(f"/admin/branding/brand/{Brand.objects.get().pk}/change/").text

    assert "The usual blue" in read(page).text


def test_the_list_costs_the_same_for_many_brands(staff, django_assert_max_num_queries):
    for number in range(20):
        merchant = make_merchant(f"Shop {number}")
        Brand.objects.create(merchant=merchant, slug=f"shop-{number}", name=merchant.name)

    with django_assert_max_num_queries(10):
        staff.get("/admin/branding/brand/")
