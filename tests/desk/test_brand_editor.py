"""The editor of a brand: the draft, its preview, its publication, and who may do what."""

import re
from html import unescape

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from apps.branding import drafts
from apps.branding.models import Asset, Brand, Draft
from apps.desk.models import Membership, Role
from apps.pages.states import State
from tests.builders import make_merchant, make_shipment

pytestmark = pytest.mark.django_db
PAGES = ("brand_editor", "brand_snippets", "brand_doctor", "brand_history", "brand_page")
ACTS = ("brand_check", "brand_publish", "brand_discard", "brand_return")


@pytest.fixture
def brand():
    return Brand.objects.create(
        merchant=make_merchant(), slug="acme", name="Acme", frame_origins=["https://shop.example"]
    )


def seat(client, brand, role):
    user = User.objects.create_user(f"{role}-{User.objects.count()}", is_staff=True)
    Membership.objects.create(user=user, merchant=brand.merchant, role=role)
    client.force_login(user)
    return client


@pytest.fixture
def editor(client, brand):
    return seat(client, brand, Role.EDITOR)


def at(name, brand, query=""):
    return reverse(f"admin:{name}", args=[brand.pk]) + query


def form_of(client, brand):
    """Return what a browser would send of the form as it is shown."""
    html = client.get(at("brand_editor", brand)).content.decode()
    form = html[html.index('id="brand-form"') : html.index('class="brand-preview"')]
    data = {}
    for tag in re.findall(r"<input[^>]*>", form):
        has = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        usual = "on" if has.get("type") == "checkbox" else ""
        is_off = has.get("type") in ("checkbox", "radio") and " checked" not in tag
        if has.get("type") != "file" and not is_off and "name" in has:
            data.setdefault(has["name"], []).append(unescape(has.get("value", usual)))
    for name, text in re.findall(r'<textarea name="(\w+)"[^>]*>\n?([^<]*)<', form):
        data[name] = [unescape(text)]
    for name, options in re.findall(r'<select name="(\w+)"[^>]*>(.*?)</select>', form, re.S):
        data[name] = re.findall(r'value="([^"]*)" selected', options)
    return data


def save(client, brand, **changes):
    sent = form_of(client, brand) | changes
    return client.post(at("brand_editor", brand), {k: v for k, v in sent.items() if v is not None})


def shown(brand):
    fresh = Brand.objects.get(pk=brand.pk)
    return drafts.values_of(drafts.drafted(fresh, drafts.draft_of(fresh)))


def test_a_form_that_is_sent_as_it_is_changes_nothing(editor, brand):
    before = shown(brand)

    answer = save(editor, brand)

    assert answer.status_code == 302
    assert shown(brand) == before and not Draft.objects.exists()


def test_saving_changes_the_draft_and_nothing_that_customers_see(editor, brand):
    save(editor, brand, accent="#aa0000", accent_usual=None, name="New", radius="3")

    brand.refresh_from_db()
    assert (brand.name, brand.accent, brand.version) == ("Acme", "", 1)
    assert (shown(brand)["name"], shown(brand)["accent"], shown(brand)["radius"]) == (
        "New", "#aa0000", 3,
    )  # fmt: skip


def test_every_section_can_be_filled_in_as_people_write(editor, brand):
    answer = save(
        editor,
        brand,
        channels="shop-de, outlet",
        countries="de at",
        frame_origins="https://shop.example\nhttps://*.shop.example/",
        quiet_days_by_carrier="dhl: 2\nups = 4",
        own_css="letter-spacing: 0.01em",
        hidden=["map", "rating"],
        slot_from="2026-05-14T10:00",
        **{"texts|de|delivered": "  Da ist es! ", "texts|ar|foot": "شكرا"},
    )

    assert answer.status_code == 302
    found = shown(brand)
    assert found["channels"] == ["shop-de", "outlet"] and found["countries"] == ["DE", "AT"]
    assert found["frame_origins"] == ["https://shop.example", "https://*.shop.example"]
    assert found["quiet_days_by_carrier"] == {"dhl": 2, "ups": 4}
    assert found["own_css"] == {"letter-spacing": "0.01em"}
    assert found["hidden"] == ["map", "rating"]
    assert found["slot_from"] == "2026-05-14T10:00:00+00:00"
    assert found["texts"] == {"de": {"delivered": "Da ist es!"}, "ar": {"foot": "شكرا"}}
    assert save(editor, brand).status_code == 302 and shown(brand) == found


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("accent", "red", "colour"),
        ("name", "", "required"),
        ("shop_url", "javascript:alert(1)", "web address"),
        ("frame_origins", "shop.example/path", "no origin"),
        ("countries", "Narnia", "no country"),
        ("quiet_days_by_carrier", "dhl two", "a colon"),
        ("quiet_days_by_carrier", "dhl: two", "no number of days"),
        ("own_css", "position: fixed", "cannot be set"),
        ("texts|de|delivered", "<b>x</b>", "plain text"),
        ("texts|de|nonsense", "x", "no state"),
        ("font", "own", "Upload a font"),
        ("radius", "99", "24"),
        ("language", "tlh", "valid choice"),
        ("slot_from", "yesterday", "valid date"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field_and_nothing_is_lost(
    editor, brand, field, value, words
):
    answer = save(editor, brand, slot_text="Typed by hand", accent_usual=None, **{field: value})

    html = unescape(answer.content.decode())
    assert answer.status_code == 400
    assert re.search(rf'class="wrong"[^<]*[^>]*>[^<]*{words}', html), words
    assert "Typed by hand" in html and not Draft.objects.exists()


def test_a_host_is_entered_by_the_sites_operator(client, brand):
    client.force_login(User.objects.create_superuser("root"))

    wrong = save(client, brand, domain="192.168.0.1")
    right = save(client, brand, domain="Track.Shop.Example")

    assert (wrong.status_code, right.status_code) == (400, 302)
    assert shown(brand)["domain"] == "track.shop.example"


def test_no_merchant_takes_a_host_that_may_be_anothers(editor, brand):
    answer = save(editor, brand, domain="track.rival.example")

    assert answer.status_code == 302
    assert shown(brand)["domain"] == ""


def test_a_picture_that_is_none_is_told_beside_its_field(editor, brand):
    file = SimpleUploadedFile("logo.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>")

    answer = save(editor, brand, new_logo=file)

    assert answer.status_code == 400 and "SVG" in answer.content.decode()
    assert not Asset.objects.exists()


def picture():
    from io import BytesIO

    from PIL import Image

    out = BytesIO()
    Image.new("RGB", (40, 20), "#c00").save(out, "PNG")
    return SimpleUploadedFile("logo.png", out.getvalue(), "image/png")


def test_an_uploaded_logo_is_in_the_draft_and_its_preview(editor, brand):
    save(editor, brand, new_logo=picture())

    asset = Asset.objects.get()
    assert shown(brand)["logo"] == asset.pk
    html = editor.get(at("brand_page", brand, "?state=delivered")).content.decode()
    assert f"/theme/acme/{asset.digest}.webp" in html
    brand.refresh_from_db()
    assert brand.logo is None


def test_publishing_and_returning_leave_their_log(editor, brand):
    save(editor, brand, name="New")
    editor.post(at("brand_publish", brand))
    key = drafts.versions(brand)[-1].key
    editor.post(at("brand_return", brand), {"version": key})

    brand.refresh_from_db()
    assert (brand.name, brand.version) == ("Acme", 3)
    told = [one.change_message for one in LogEntry.objects.order_by("pk")]
    assert [text.split(":")[0] for text in told] == [
        "Draft", "Published", "Returned to an earlier version",
    ]  # fmt: skip
    assert all("Acme" in text and "New" in text for text in told)
    assert brand.history.first().history_user.username.startswith("editor")


def test_saving_and_publishing_can_be_one_step(editor, brand):
    save(editor, brand, name="New", publish="1")

    brand.refresh_from_db()
    assert brand.name == "New" and not Draft.objects.exists()


def test_discarding_leaves_the_published_brand_and_a_log(editor, brand):
    save(editor, brand, name="New")

    editor.post(at("brand_discard", brand))

    assert shown(brand)["name"] == "Acme"
    assert "New" in LogEntry.objects.latest("pk").change_message


def test_the_history_shows_who_changed_what(editor, brand):
    save(editor, brand, name="New", publish="1")

    html = editor.get(at("brand_history", brand)).content.decode()

    assert "Version 2" in html and "by editor-" in html and "“New”" in html


@pytest.mark.parametrize("key", ["", "x", "0", "999999", "9" * 30, "-1"])
def test_a_version_that_is_none_is_not_found(editor, brand, key):
    assert editor.post(at("brand_return", brand), {"version": key}).status_code == 404


def test_two_who_change_the_same_are_told_and_neither_loses_anything(editor, brand):
    mine = form_of(editor, brand)
    save(editor, brand, name="Theirs")

    answer = editor.post(at("brand_editor", brand), mine | {"name": "Mine", "radius": "5"})

    html = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody else changed the same" in html and "“Theirs”" in html
    assert 'value="Mine"' in html and shown(brand)["name"] == "Theirs"

    editor.post(at("brand_editor", brand), mine | {"name": "Mine", "radius": "5", "over": "1"})

    assert (shown(brand)["name"], shown(brand)["radius"]) == ("Mine", 5)


def test_a_publication_over_anothers_is_asked_about(editor, brand):
    save(editor, brand, name="Mine")
    elsewhere = Brand.objects.get(pk=brand.pk)
    elsewhere.name = "Elsewhere"
    elsewhere.save()

    answer = editor.post(at("brand_publish", brand))
    assert answer.status_code == 409 and "“Elsewhere”" in answer.content.decode()

    editor.post(at("brand_publish", brand), {"over": "1"})

    assert Brand.objects.get(pk=brand.pk).name == "Mine"


@pytest.mark.parametrize("seen", ["", "nonsense", None])
def test_a_form_that_cannot_say_what_it_showed_is_not_saved(editor, brand, seen):
    answer = save(editor, brand, name="New", seen=seen)

    assert answer.status_code == 400
    assert 'value="New"' in answer.content.decode() and not Draft.objects.exists()


def test_what_is_typed_is_checked_and_shown_and_nothing_is_stored(editor, brand):
    sent = form_of(editor, brand) | {"accent": "#ffee00", "accent_usual": None, "name": "Typed"}
    sent = {name: value for name, value in sent.items() if value is not None}

    html = editor.post(at("brand_check", brand), sent).content.decode()

    assert "could hardly be read" in html and "nothing is saved yet" in html
    address = unescape(re.search(r'<iframe src="([^"]+)"', html)[1])
    framed = editor.get(address)
    assert "Typed" in framed.content.decode()
    theme = unescape(re.search(r'href="([^"]+theme\.css[^"]*)"', framed.content.decode())[1])
    assert "--accent" in editor.get(theme).content.decode()
    assert not Draft.objects.exists() and not LogEntry.objects.exists()


def test_what_is_typed_wrongly_is_told_and_the_rest_is_shown(editor, brand):
    sent = form_of(editor, brand) | {"radius": "99", "name": "Typed"}

    html = editor.post(at("brand_check", brand), sent).content.decode()

    assert 'href="#id_radius"' in html and "draft=" in html


def test_what_is_too_long_for_an_address_is_said_so(editor, brand):
    import secrets

    texts = {f"texts|{code}|delivered": secrets.token_hex(140) for code in ("en", "de", "fr", "es")}
    texts |= {f"texts|{code}|returned": secrets.token_hex(140) for code in ("en", "de", "fr", "es")}
    texts |= {
        f"texts|{c}|{k}": secrets.token_hex(140)
        for c in ("it", "pl")
        for k in (
            "delivered",
            "returned",
            "attempted",
            "exception",
            "in_transit",
            "cancelled",
            "foot",
        )
    }

    html = editor.post(at("brand_check", brand), form_of(editor, brand) | texts).content.decode()

    assert "Save the draft to see it" in html and "draft=" not in html


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_state_is_a_real_page_in_the_drafts_looks(
    editor, brand, state, language, django_assert_max_num_queries
):
    save(editor, brand, name="Draft & Co", accent="#aa0000", accent_usual=None)
    query = f"?state={state}&language={language}&scheme=dark"

    with django_assert_max_num_queries(12):
        answer = editor.get(at("brand_page", brand, query))

    html = answer.content.decode()
    assert answer.status_code == 200
    assert 'data-theme="dark"' in html and f'lang="{language}"' in html
    assert state == State.NOT_FOUND or "Draft &amp; Co" in html
    assert at("brand_theme", brand) in html
    assert "<script src" not in html


def test_the_preview_may_be_framed_by_us_and_nothing_else_may(editor, brand):
    framed = editor.get(at("brand_page", brand))
    page = editor.get(at("brand_editor", brand))

    assert "frame-ancestors 'self'" in framed["Content-Security-Policy"]
    assert "X-Frame-Options" not in framed
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    assert page["X-Frame-Options"] == "DENY"
    assert "unsafe" not in page["Content-Security-Policy"]


@pytest.mark.parametrize("query", ["", "?state=x&language=y&scheme=z&draft=q", "?draft=a:b:c"])
def test_an_odd_preview_address_shows_the_draft(editor, brand, query):
    assert editor.get(at("brand_page", brand, query)).status_code == 200
    assert editor.get(at("brand_theme", brand, query)).status_code == 200


def test_a_token_of_another_brand_adds_nothing(editor, brand):
    from apps.desk.brand_preview import token_of

    other = Brand.objects.create(merchant=make_merchant("Other"), slug="o", name="Other")
    query = f"?draft={token_of(other, {'name': 'Stolen'})}"

    assert "Stolen" not in editor.get(at("brand_page", brand, query)).content.decode()


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 16),
        ("?state=delivered&width=320&scheme=dark&language=de&other=de", 1),
        ("?state=all&width=360&scheme=light&language=en&other=ar", 42),
        ("?state=all", 84),
        ("?state=nonsense&width=9&scheme=pink&language=tlh&other=x", 16),
    ],
)
def test_the_grid_shows_what_is_chosen(editor, brand, query, count):
    html = editor.get(at("brand_editor", brand, query)).content.decode()

    assert html.count("<iframe ") == count == html.count('loading="lazy"')


def test_nothing_personal_is_in_a_preview(editor, brand):
    from tests.pages.states import PERSONAL

    html = editor.get(at("brand_page", brand, "?state=delivered")).content.decode()

    assert [text for text in PERSONAL if text in html] == []


def test_a_viewer_looks_and_changes_nothing(client, brand):
    seat(client, brand, Role.VIEWER)

    page = client.get(at("brand_editor", brand))

    html = page.content.decode()
    assert page.status_code == 200 and "Save the draft" not in html and "hx-post" not in html
    assert client.post(at("brand_editor", brand), {"name": "x"}).status_code == 403
    assert {client.post(at(name, brand)).status_code for name in ACTS} == {403}
    assert not Draft.objects.exists()


def test_an_operator_may_change(client, brand):
    seat(client, brand, Role.OPERATOR)

    assert save(client, brand, name="New").status_code == 302
    assert shown(brand)["name"] == "New"


def test_another_merchants_brand_does_not_exist(client, brand):
    other = Brand.objects.create(merchant=make_merchant("Other"), slug="o", name="Other")
    seat(client, other, Role.OPERATOR)

    assert {client.get(at(name, brand)).status_code for name in PAGES} == {404}
    assert {client.post(at(name, brand)).status_code for name in ACTS} == {404}
    assert client.get(at("brand_theme", brand)).status_code == 404


def test_who_is_not_logged_in_is_sent_to_log_in(client, brand):
    for name in (*PAGES, "brand_theme"):
        assert client.get(at(name, brand)).status_code == 302


@pytest.mark.parametrize("name", ["brand_publish", "brand_discard", "brand_return", "brand_check"])
def test_nothing_is_done_by_a_link(editor, brand, name):
    assert editor.get(at(name, brand)).status_code == 405


@pytest.mark.parametrize("name", PAGES[:4])
def test_a_page_of_the_editor_asks_little(editor, brand, name, django_assert_max_num_queries):
    save(editor, brand, name="New")
    editor.get(at(name, brand))

    with django_assert_max_num_queries(16):
        editor.get(at(name, brand))


def test_the_snippets_are_for_one_parcel_when_it_is_known(editor, brand):
    shipment = make_shipment(brand.merchant, order_reference="10432")
    foreign = make_shipment(make_merchant("Other"), order_reference="999")

    html = editor.get(at("brand_snippets", brand, "?parcel=10432")).content.decode()
    none = editor.get(at("brand_snippets", brand, "?parcel=999")).content.decode()

    assert f"/t/{shipment.token}/" in html
    assert foreign.token not in none and "has this number" in none


def test_the_doctor_examines_what_is_pasted(editor, brand):
    sent = {"address": "https://other.example/", "html": '<parcel-tracking merchant="acme">'}

    html = editor.post(at("brand_doctor", brand), sent).content.decode()

    assert "does not let https://other.example" in html and "&lt;script src=" in html


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "Give the page"),
        ({"address": "http://127.0.0.1/"}, "Only public web pages"),
        ({"address": "x" * 3000}, "too long"),
        ({"address": "javascript:alert(1)"}, "Only public web pages"),
    ],
)
def test_the_doctor_says_what_it_cannot_do(editor, brand, sent, words):
    assert words in editor.post(at("brand_doctor", brand), sent).content.decode()


@pytest.mark.parametrize("name", PAGES[:4])
def test_pages_have_no_inline_script_or_style(editor, brand, name):
    html = editor.get(at(name, brand)).content.decode()

    assert not re.search(r"<style|\sstyle=\"|<script(?![^>]*\bsrc=)|\son\w+=\"", html)
