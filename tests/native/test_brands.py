"""A merchant's programs manage its brands."""

import threading

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connections

from apps.branding.drafts import FIELDS as PUBLISHED
from apps.branding.drafts import keep
from apps.branding.editing import EDITABLE, NOT_BY_PROGRAM
from apps.branding.looks import MOST_BRANDS
from apps.branding.models import Brand, Draft
from apps.native.brand_words import FIELDS
from apps.shipments.models import Carrier
from tests.builders import NOW, make_merchant
from tests.native.managing import Program, pointers

pytestmark = pytest.mark.django_db
PATH = "/api/brands"
NEW = {"slug": "acme", "name": "Acme"}
WHOLE = {
    "name": "Acme & Sons",
    "is_default": True,
    "language": "de",
    "channels": ["shop-de"],
    "countries": ["DE", "AT"],
    "accent": "#112233",
    "accent_dark": "#ddeeff",
    "radius": 4,
    "font": "serif",
    "own_css": {"max-width": "800px"},
    "texts": {"de": {"delivered": "Angekommen."}},
    "shop_url": "https://shop.example",
    "support_url": "https://shop.example/help",
    "support_email": "help@shop.example",
    "support_phone": "+44 20 7946 0000",
    "returns_url": "https://shop.example/returns",
    "faq_url": "https://shop.example/faq",
    "privacy_url": "https://shop.example/privacy",
    "frame_origins": ["https://shop.example"],
    "hidden": ["map"],
    "slot_heading": "Sale",
    "slot_text": "All must go",
    "slot_url": "https://shop.example/sale",
    "slot_from": "2026-03-01T00:00:00Z",
    "slot_until": "2026-04-01T00:00:00Z",
    "opens_by_number": True,
    "quiet_days_first": 1,
    "quiet_days_home": 2,
    "quiet_days_abroad": 3,
    "quiet_days_by_carrier": {"dhl": 2},
    "offers_mail": False,
    "quiet_from": 20,
    "quiet_until": 7,
    "link_days": 30,
}
WRONG = [
    ("colour", "red", ""),
    ("domain", "track.shop.example", ""),
    ("logo", 1, ""),
    ("name", "", "/name"),
    ("name", None, "/name"),
    ("name", "x" * 101, "/name"),
    ("name", "a\x00b", "/name"),
    ("name", "two\nlines", "/name"),
    ("name", "line\n", "/name"),
    ("is_default", "yes", "/is_default"),
    ("language", "xx", "/language"),
    ("language", "de\n", "/language"),
    ("channels", ["two words"], "/channels"),
    ("channels", "shop", "/channels"),
    ("channels", ["a"] * 251, "/channels"),
    ("countries", ["XX"], "/countries"),
    ("accent", "red", "/accent"),
    ("accent", "#12345", "/accent"),
    ("radius", 25, "/radius"),
    ("radius", -1, "/radius"),
    ("radius", 10**30, "/radius"),
    ("radius", 1.5, "/radius"),
    ("font", "comic", "/font"),
    ("font", "own", "/font"),
    ("own_css", {"position": "fixed"}, "/own_css"),
    ("own_css", {"max-width": "1px"}, "/own_css"),
    ("texts", {"xx": {}}, "/texts"),
    ("texts", {"de": {"delivered": "<script>"}}, "/texts"),
    ("texts", {"de": {"delivered": "a\x00"}}, "/texts"),
    ("texts", {"de": {"nothing": "x"}}, "/texts"),
    ("shop_url", "javascript:alert(1)", "/shop_url"),
    ("shop_url", "https://shop.example/" + "x" * 500, "/shop_url"),
    ("support_email", "nobody", "/support_email"),
    ("support_email", '"\x01"@shop.example', "/support_email"),
    ("support_phone", "call us", "/support_phone"),
    ("frame_origins", ["*"], "/frame_origins"),
    ("frame_origins", ["https://a.example"] * 51, "/frame_origins"),
    ("hidden", ["everything"], "/hidden"),
    ("slot_text", "a\x00", "/slot_text"),
    ("slot_from", "yesterday", "/slot_from"),
    ("slot_from", "2026-03-01T00:00:00", "/slot_from"),
    ("slot_from", "9999-12-31T23:59:59-12:00", "/slot_from"),
    ("slot_until", "0001-01-01T00:00:00+14:00", "/slot_until"),
    ("quiet_days_first", 61, "/quiet_days_first"),
    ("quiet_days_by_carrier", {"dhl": 61}, "/quiet_days_by_carrier"),
    ("quiet_days_by_carrier", {"d\x00": 1}, "/quiet_days_by_carrier"),
    ("quiet_from", 24, "/quiet_from"),
    ("link_days", 0, "/link_days"),
]
ADDRESSES = [
    ("GET", ""),
    ("POST", ""),
    ("GET", "/acme"),
    ("PATCH", "/acme"),
    ("GET", "/acme/history"),
    ("POST", "/acme/history/1/return"),
]


@pytest.fixture
def merchant(db):
    return make_merchant()


@pytest.fixture
def program(merchant):
    return Program(merchant)


@pytest.fixture
def brand(merchant):
    return Brand.objects.create(merchant=merchant, slug="acme", name="Acme")


def test_every_field_of_a_brand_is_named_or_left_to_people():
    assert set(FIELDS) == EDITABLE == (set(PUBLISHED) | {"is_default"}) - NOT_BY_PROGRAM


def test_a_brand_is_made_with_all_its_fields(program, merchant):
    made = program.send("POST", PATH, {**WHOLE, "slug": "acme"})

    brand = Brand.objects.get()
    told = made.json()
    assert (made.status_code, made["Location"]) == (201, f"{PATH}/acme")
    assert {name: told[name] for name in WHOLE} == WHOLE
    assert (told["slug"], told["version"], told["domain"]) == ("acme", 1, None)
    assert (brand.merchant, brand.texts, brand.radius) == (merchant, WHOLE["texts"], 4)
    assert brand.history.count() == 1
    assert program.get(f"{PATH}/acme").content == made.content


def test_the_first_brand_is_the_default_one(program):
    made = [program.send("POST", PATH, {"slug": slug, "name": slug}) for slug in ("one", "two")]

    assert [answer.json()["is_default"] for answer in made] == [True, False]


def test_a_new_default_brand_takes_the_place_of_the_old_one(program, brand):
    program.send("POST", PATH, {"slug": "two", "name": "Two"})

    answer = program.patch(f"{PATH}/two", {"is_default": True})

    brand.refresh_from_db()
    assert answer.status_code == 200
    assert (brand.is_default, brand.version) == (False, 2)
    assert Brand.objects.get(is_default=True).slug == "two"


def test_what_is_sent_is_published_at_once(program, brand):
    keep(brand.pk, {"accent": ""}, {"accent": "#000000"}, AnonymousUser(), NOW)

    answer = program.patch(f"{PATH}/acme", {"accent": "#112233", "name": "Acme"})

    brand.refresh_from_db()
    assert (answer.json()["accent"], answer.json()["version"]) == ("#112233", 2)
    assert (brand.accent, brand.version, brand.history.count()) == ("#112233", 2, 2)
    assert Draft.objects.get().fields["accent"][1] == "#000000"


def test_what_changes_nothing_makes_no_version(program, brand):
    answer = program.patch(f"{PATH}/acme", {"name": "Acme", "channels": []})

    assert (answer.status_code, answer.json()["version"]) == (200, 1)
    assert program.patch(f"{PATH}/acme", {}).status_code == 200
    assert Brand.objects.get().history.count() == 1


def test_origins_are_written_as_browsers_send_them(program, brand):
    answer = program.patch(f"{PATH}/acme", {"frame_origins": ["HTTPS://Shop.Example:443/"]})

    assert answer.json()["frame_origins"] == ["https://shop.example"]
    again = program.patch(f"{PATH}/acme", {"frame_origins": ["https://SHOP.example"]})
    assert again.json()["version"] == answer.json()["version"]


@pytest.mark.parametrize(("field", "value", "pointer"), WRONG)
def test_what_cannot_be_taken_is_pointed_at(program, brand, field, value, pointer):
    patched = program.patch(f"{PATH}/acme", {"radius": 3, field: value})
    made = program.send("POST", PATH, {"slug": "other", "name": "Other", field: value})

    for answer in (patched, made):
        assert (answer.status_code, pointers(answer)) == (422, {pointer})
        assert all(fault["detail"] for fault in answer.json()["errors"])
    assert Brand.objects.get().version == 1


def test_a_slot_ends_after_it_begins(program, brand):
    times = {"slot_from": "2026-04-01T00:00:00Z", "slot_until": "2026-03-01T00:00:00Z"}

    assert pointers(program.patch(f"{PATH}/acme", times)) == {"/slot_until"}


@pytest.mark.parametrize("slug", ["", "a b", "a/b", "ä", "x" * 51, "acme\n", None])
def test_an_address_that_is_none_is_refused(program, slug):
    answer = program.send("POST", PATH, {"slug": slug, "name": "Acme"})

    assert (answer.status_code, pointers(answer)) == (422, {"/slug"})


def test_an_address_that_is_taken_is_refused(program):
    Brand.objects.create(merchant=make_merchant("Rival"), slug="acme", name="Rival")

    answer = program.send("POST", PATH, NEW)

    assert (answer.status_code, pointers(answer)) == (422, {"/slug"})
    assert Brand.objects.get().name == "Rival"


def test_a_merchant_has_so_many_brands_at_most(program, merchant):
    Brand.objects.bulk_create(
        Brand(merchant=merchant, slug=f"b{n}", name="B", is_default=not n)
        for n in range(MOST_BRANDS)
    )

    answer = program.send("POST", PATH, NEW)

    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")


def test_a_change_meant_for_another_version_is_refused(program, brand):
    seen = program.get(f"{PATH}/acme")["ETag"]
    program.patch(f"{PATH}/acme", {"radius": 1})

    stale = program.patch(f"{PATH}/acme", {"radius": 2}, {"If-Match": seen})
    fresh = program.get(f"{PATH}/acme")["ETag"]
    done = program.patch(f"{PATH}/acme", {"radius": 3}, {"If-Match": f'"x", {fresh}'})
    anyhow = program.patch(f"{PATH}/acme", {"radius": 4}, {"If-Match": "*"})

    assert (stale.status_code, stale.json()["code"]) == (412, "precondition_failed")
    assert [done.json()["radius"], anyhow.json()["radius"]] == [3, 4]


def test_who_has_the_version_is_not_sent_it_again(program, brand):
    etag = program.get(f"{PATH}/acme")["ETag"]

    same = program.send("GET", f"{PATH}/acme", None, {"If-None-Match": f"W/{etag}"})
    brand.save()
    newer = program.send("GET", f"{PATH}/acme", None, {"If-None-Match": etag})

    assert (same.status_code, same.content, same["ETag"]) == (304, b"", etag)
    assert newer.status_code == 200


def test_an_earlier_version_is_published_again_without_its_host(program, brand):
    program.patch(f"{PATH}/acme", {"accent": "#112233"})
    Brand.objects.filter(pk=brand.pk).update(domain="track.shop.example")
    history = program.get(f"{PATH}/acme/history").json()["data"]

    answer = program.send("POST", f"{PATH}/acme/history/{history[-1]['id']}/return")

    brand.refresh_from_db()
    assert [(one["version"], one["changed"]) for one in history] == [(2, ["accent"]), (1, [])]
    assert (answer.status_code, answer.json()["version"]) == (200, 3)
    assert (brand.accent, brand.domain, brand.version) == ("", "track.shop.example", 3)


@pytest.mark.parametrize("version", ["0", "9" * 30, "x"])
def test_a_version_of_nothing_is_not_found(program, brand, version):
    answer = program.send("POST", f"{PATH}/acme/history/{version}/return")

    assert answer.status_code == 404


@pytest.mark.parametrize(("method", "path"), ADDRESSES)
def test_a_key_needs_the_scope(merchant, brand, method, path):
    usps = Carrier.objects.get(code="usps")
    callers = [
        Program(merchant, scopes=["read", "write"]),
        Program(carrier=usps, scopes=["read", "write", "manage", "push"]),
    ]

    for caller in callers:
        assert caller.send(method, PATH + path, NEW).status_code == 403
    assert Brand.objects.get().version == 1


@pytest.mark.parametrize(("method", "path"), [one for one in ADDRESSES if "acme" in one[1]])
def test_another_merchants_brands_are_not_found(program, method, path):
    theirs = Brand.objects.create(merchant=make_merchant("Rival"), slug="acme", name="Rival")
    address = PATH + path.replace("/1/", f"/{theirs.history.get().pk}/")

    assert program.send(method, address, {"name": "Ours"}).status_code == 404
    assert Brand.objects.get().version == 1


def test_another_merchants_brands_are_not_listed(program):
    Brand.objects.create(merchant=make_merchant("Rival"), slug="acme", name="Rival")

    assert program.get(PATH).json() == {"data": [], "next_cursor": None}


def test_a_version_of_another_brand_is_not_found(program, merchant, brand):
    other = Brand.objects.create(merchant=merchant, slug="two", name="Two", is_default=False)

    answer = program.send("POST", f"{PATH}/acme/history/{other.history.get().pk}/return")

    assert answer.status_code == 404


@pytest.mark.parametrize("slug", ["nothing", "%00", "a" * 3000, "acme%0A", "ä"])
def test_an_address_of_nothing_is_not_found(program, brand, slug):
    assert program.get(f"{PATH}/{slug}").status_code == 404


def test_reading_costs_the_same_for_one_and_for_many(
    program, merchant, brand, django_assert_num_queries
):
    key_and_count = 2
    program.get("/api/key")

    for _ in range(2):
        for path in (PATH, f"{PATH}/acme"):
            with django_assert_num_queries(key_and_count + 1):
                program.get(path)
        with django_assert_num_queries(key_and_count + 2):
            program.get(f"{PATH}/acme/history")
        for n in range(20):
            slug = f"b{Brand.objects.count()}-{n}"
            Brand.objects.create(merchant=merchant, slug=slug, name="B", is_default=False)
            brand.save()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_who_want_to_be_the_default_brand_take_turns():
    merchant = make_merchant()
    program = Program(merchant)
    for slug in ("one", "two", "three"):
        program.send("POST", PATH, {"slug": slug, "name": slug})
    answers = []

    def call(slug):
        answers.append(program.patch(f"{PATH}/{slug}", {"is_default": True}))
        connections.close_all()

    threads = [threading.Thread(target=call, args=[slug]) for slug in ("one", "two", "three")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [answer.status_code for answer in answers] == [200] * 3
    assert Brand.objects.filter(is_default=True).count() == 1
