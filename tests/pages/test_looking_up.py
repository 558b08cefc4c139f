"""Looking a parcel up: what opens, and that nothing tells one wrong pair from another."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.branding.looks import look_named
from apps.pages import guessing
from tests.builders import make_merchant
from tests.pages.doors import (
    EMAIL,
    NUMBER,
    POSTCODE,
    look_up,
    make_brand,
    make_parcel,
    page_of,
    ticket_of,
)
from tests.pages.markup import read


@pytest.fixture
def parcel(db):
    return make_parcel(make_merchant(), order_reference="#10432", custom_reference="FF-10432 a")


NAMES = [
    NUMBER,
    "jd0146000062-2897",
    "  JD014600006228 97 ",
    "ＪＤ01460000622897",
    "#10432",
    "10432",
    " # 10432",
    "FF-10432 a",
]
FACTS = [POSTCODE, "mk11mk", " M K1-1mk ", EMAIL, "ada@marker.example", " ADA@MARKER.EXAMPLE"]


@pytest.mark.parametrize("number", NAMES)
def test_a_number_and_the_postcode_open_the_secret_link(client, parcel, number):
    answer = look_up(client, number)

    assert (answer.status_code, answer["Location"]) == (303, page_of(parcel))


@pytest.mark.parametrize("fact", FACTS)
def test_postcode_and_email_are_compared_as_people_write_them(client, parcel, fact):
    assert look_up(client, fact=fact)["Location"] == page_of(parcel)


@pytest.mark.parametrize(
    ("known", "typed"), [("12345-6789", "12345"), ("12345", "12345-0001"), ("10115", "١٠١١٥")]
)
def test_postcodes_fit_without_what_nobody_writes(client, db, known, typed):
    parcel = make_parcel(to={"postal_code": known})

    assert look_up(client, fact=typed)["Location"] == page_of(parcel)


def test_the_way_to_the_parcel_keeps_the_language(client, parcel):
    assert look_up(client, path="/?lang=en")["Location"] == f"{page_of(parcel)}?lang=en"


def test_the_secret_is_told_to_nobody_on_the_way(client, parcel):
    answer = look_up(client)

    assert answer["Cache-Control"] == "no-store"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert not answer.cookies


def test_a_brands_page_finds_its_merchants_parcels_only(client, parcel):
    mine, other = make_brand(parcel.merchant), make_brand(make_merchant("Other"))

    assert look_up(client, path=f"/b/{mine.slug}/").status_code == 303
    assert look_up(client, path=f"/b/{other.slug}/").status_code == 404


def test_a_brand_that_is_none_has_no_page(client, db):
    assert client.get("/b/nobody/").status_code == 404
    assert client.post("/b/nobody/").status_code == 404


WRONG = {
    "unknown number": {"number": "JD999", "fact": POSTCODE},
    "wrong postcode": {"number": NUMBER, "fact": "MK1 1ML"},
    "wrong e-mail": {"number": NUMBER, "fact": "eve@marker.example"},
    "no letters": {"number": NUMBER, "fact": "--"},
    "part of the postcode": {"number": NUMBER, "fact": "MK1"},
    "nothing known of the recipient": {"number": "NOBODY1", "fact": POSTCODE},
    "empty facts": {"number": "EMPTY1", "fact": "-"},
    "shared order": {"number": "#10432", "fact": "AB1 2CD"},
    "wildcards": {"number": "%", "fact": "%"},
    "underscores": {"number": "_" * 18, "fact": "_" * 6},
    "a star": {"number": "*", "fact": "*"},
    "a hash": {"number": "#", "fact": "#"},
    "a dash": {"number": "-", "fact": "-"},
    "one character": {"number": "J", "fact": "M"},
    "a quote": {"number": "' OR 1=1 --", "fact": "' OR ''='"},
}


@pytest.fixture
def parcels(parcel):
    make_parcel(parcel.merchant, "NOBODY1", to=False)
    make_parcel(parcel.merchant, "EMPTY1", to={"email": "", "postal_code": ""})
    return parcel


def without_number(html):
    return re.sub(r'name="number" value="[^"]*"', "", html)


@pytest.mark.parametrize("pair", WRONG.values(), ids=WRONG)
@pytest.mark.parametrize("path", ["/", "/b/acme/"])
def test_every_wrong_pair_gets_one_answer(client, parcels, pair, path):
    make_brand(parcels.merchant)
    ticket = ticket_of(client, path)
    usual = look_up(client, "UNKNOWN", path=path, ticket=ticket)

    answer = look_up(client, **pair, path=path, ticket=ticket)

    assert answer.status_code == usual.status_code == 404
    assert without_number(answer.text) == without_number(usual.text)
    assert {**answer.headers, "Content-Length": ""} == {**usual.headers, "Content-Length": ""}


SAME = ["DELETE", "INSERT", "SELECT", "INSERT"]


def statements(client, path, ticket, **pair):
    with CaptureQueriesContext(connection) as caught:
        client.post(path, {"ticket": ticket, **pair})
    return [query["sql"].split()[0] for query in caught.captured_queries]


@pytest.mark.parametrize("pair", WRONG.values(), ids=WRONG)
@pytest.mark.parametrize("path", ["/", "/b/acme/"])
def test_every_wrong_pair_costs_the_same_statements(client, parcels, pair, path):
    make_brand(parcels.merchant)
    ticket = ticket_of(client, path)
    look_named("acme")

    assert statements(client, path, ticket, **pair) == SAME


def test_a_parcel_that_too_many_guessed_at_is_like_one_that_is_unknown(client, parcel):
    ticket = ticket_of(client, "/")
    usual = look_up(client, fact="wrong", ticket=ticket)
    for _ in range(guessing.LIMITS["parcel"]):
        look_up(client, fact="wrong", ticket=ticket)

    right = look_up(client, ticket=ticket)

    assert (right.status_code, right.text) == (404, usual.text)
    assert statements(client, "/", ticket, number=NUMBER, fact=POSTCODE) == SAME


def test_a_reference_of_several_recipients_opens_ones_own_parcel(client, db):
    merchant = make_merchant()
    ada = make_parcel(merchant, "A1", custom_reference="SHARED")
    eve = make_parcel(
        merchant, "E1", custom_reference="SHARED", to={"email": "eve@x.example", "postal_code": "1"}
    )

    assert look_up(client, "SHARED")["Location"] == page_of(ada)
    assert look_up(client, "SHARED", "eve@x.example")["Location"] == page_of(eve)
    assert look_up(client, "SHARED", "2").status_code == 404


def test_others_of_a_shared_reference_are_not_hinted_at(client, db):
    merchant = make_merchant()
    for number in ("A1", "A2"):
        make_parcel(merchant, number, custom_reference="SHARED")
    ticket = ticket_of(client, "/")
    alone = look_up(client, "SHARED", ticket=ticket)

    stranger = make_merchant("Stranger")
    for fact in ("1", "2"):
        to = {"email": "", "postal_code": fact}
        make_parcel(stranger, f"S{fact}", custom_reference="SHARED", to=to)
    crowded = look_up(client, "SHARED", ticket=ticket)

    assert crowded.status_code == 200
    assert crowded.text == alone.text


def test_own_parcels_of_several_orders_are_listed(client, db):
    merchant = make_merchant()
    mine = [
        make_parcel(merchant, f"A{n}", custom_reference="SHARED", order_reference=f"{n}")
        for n in range(3)
    ]

    links = read(look_up(client, "SHARED").text).one("main").all("a")

    assert {link["href"] for link in links} == {page_of(parcel) for parcel in mine}


def test_parcels_of_one_order_open_together(client, db):
    merchant = make_merchant()
    for number in ("A1", "A2"):
        make_parcel(merchant, number, order_reference="10432")

    assert look_up(client, "10432").status_code == 303


def test_a_page_does_not_show_an_orders_parcels_to_somebody_else(client, db):
    merchant = make_merchant()
    ada = make_parcel(merchant, "A1", order_reference="1")
    make_parcel(
        merchant,
        "EVES-PARCEL",
        order_reference="1",
        to={"name": "Eve", "email": "eve@x.example", "postal_code": "1"},
    )

    page = client.get(page_of(ada)).text

    assert "EVES-PARCEL" not in page
    assert "Parcel 1 of 2" not in page


@pytest.mark.parametrize(
    ("pair", "fields"),
    [
        ({"number": "", "fact": POSTCODE}, ["number"]),
        ({"number": NUMBER, "fact": ""}, ["fact"]),
        ({"number": " ", "fact": "\t"}, ["number", "fact"]),
        ({"number": "1" * 10_000, "fact": POSTCODE}, ["number"]),
        ({"number": NUMBER, "fact": "x" * 10_000}, ["fact"]),
    ],
)
def test_what_is_missing_or_too_long_is_said_at_the_field_and_on_top(client, parcel, pair, fields):
    answer = look_up(client, **pair)

    page = read(answer.text)
    problems = page.one("div", role="alert")
    assert answer.status_code == 400
    assert (problems["tabindex"], "autofocus" in problems.attributes) == ("-1", True)
    assert [link["href"] for link in problems.all("a")] == [f"#look-up-{one}" for one in fields]
    for field in fields:
        control = page.one("input", name=field)
        assert control["aria-invalid"] == "true"
        assert page.one(id=control["aria-describedby"]).text


def test_only_the_number_is_shown_again(client, parcel):
    page = read(look_up(client, " jd 1  2 ", "secret@x.example").text)

    assert page.one("input", name="number")["value"] == "jd 1 2"
    assert "secret" not in page.text
    assert page.one("input", name="fact").get("value") is None


HOSTILE = {
    "NUL": "JD\x00\x01",
    "markup": '"><script>alert(1)</script>',
    "direction": "JD\u202e123",
    "long folds": "\ufdfa" * 90,
    "sharp s": "ß" * 100,
    "surrogates": "%ED%A0%80",
    "template": "{{ 7*7 }}{% now %}",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("field", ["number", "fact", "ticket"])
def test_hostile_fields_are_only_wrong(client, parcel, field, text):
    answer = look_up(client, **{field: text})

    assert answer.status_code in (303, 400, 404)
    assert "<script>alert" not in answer.text
    assert "\u202e" not in answer.text


@pytest.mark.parametrize(
    "kind", ["application/json", "text/plain", "multipart/form-data; boundary=x"]
)
@pytest.mark.parametrize("body", [b"", b'{"number": ["1"]}', b"\x00\xff" * 5000])
def test_a_body_of_another_kind_is_only_wrong(client, parcel, kind, body):
    assert client.post("/", body, content_type=kind).status_code == 400


def test_a_field_that_is_sent_twice_is_read_once(client, parcel):
    fields = {"ticket": ticket_of(client, "/"), "number": ["x", NUMBER], "fact": [POSTCODE]}

    assert client.post("/", fields).status_code == 303


def test_number_and_fact_are_not_taken_from_the_address(client, parcel):
    answer = client.get("/", {"number": NUMBER, "fact": POSTCODE})

    assert answer.status_code == 200
    assert read(answer.text).one("input", name="number")["value"] == NUMBER
    assert POSTCODE not in answer.text


def test_fields_help_to_fill_them_in(client, db):
    page = read(client.get("/").text)

    for name in ("number", "fact"):
        control = page.one("input", name=name)
        assert page.one("label", **{"for": control["id"]}).text
        assert control["autocomplete"]
    assert page.one("input", name="fact")["inputmode"] == "email"


def test_a_number_that_shows_its_carrier_is_named(client, db):
    answer = look_up(client, "1Z 999 AA1 01 2345 6784")

    assert "This looks like a UPS number." in answer.text


@pytest.mark.parametrize(
    "headers",
    [{}, {"Origin": "null", "Sec-Fetch-Site": "same-origin"}, {"Origin": "http://testserver"}],
)
def test_a_form_of_ours_is_accepted(client, parcel, headers):
    assert look_up(client, headers=headers).status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://testserver.evil.example"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://testserver", "Host": "localhost"},
    ],
)
def test_a_form_of_another_site_is_not(client, parcel, headers):
    assert look_up(client, headers=headers).status_code == 400


def test_a_public_address_and_trusted_origins_are_ours(client, parcel, settings):
    settings.PUBLIC_URL = "https://parcels.example/"
    settings.CSRF_TRUSTED_ORIGINS = ["https://track.example"]

    for origin in ("https://parcels.example", "https://track.example"):
        assert look_up(client, headers={"Origin": origin}).status_code == 303


def test_a_ticket_of_another_door_opens_nothing(client, parcel):
    make_brand(parcel.merchant)
    ticket = ticket_of(client, "/")

    answer = look_up(client, path="/b/acme/", ticket=ticket)

    assert answer.status_code == 400
    assert read(answer.text).one("input", name="ticket")["value"] != ticket


@pytest.mark.parametrize("ticket", ["", "x", "1.2", "ß.ß", "." * 1000, "6740.x"])
def test_an_invented_ticket_opens_nothing(client, parcel, ticket):
    assert look_up(client, ticket=ticket).status_code == 400


@pytest.mark.parametrize("path", ["/", "/b/acme/"])
def test_the_form_needs_no_cookie_and_tells_no_other_site(client, parcel, path):
    make_brand(parcel.merchant)

    for answer in (client.get(path), look_up(client, path=path), look_up(client, "x", path=path)):
        assert not answer.cookies
        assert "cookie" not in answer.headers.get("Vary", "").lower()
        assert answer["Referrer-Policy"] == "no-referrer"
    assert look_up(client, "x", path=path)["Cache-Control"] == "no-store"


def test_the_start_page_may_be_listed_and_answers_may_not(client, parcel):
    assert "X-Robots-Tag" not in client.get("/").headers
    assert look_up(client, "x")["X-Robots-Tag"] == "noindex, nofollow"


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_the_form_is_read_and_sent_only(client, db, method):
    assert getattr(client, method)("/").status_code == 405


@pytest.fixture
def open_brand(parcel):
    return make_brand(parcel.merchant, opens_by_number=True)


def test_by_default_a_number_alone_opens_nothing(client, parcel):
    make_brand(parcel.merchant)

    assert look_up(client, fact="", path="/b/acme/").status_code == 400
    assert client.get("/b/acme/n/JD01460000622897/").status_code == 404


def test_a_number_alone_leads_to_its_state_where_the_brand_lets_it(client, open_brand):
    answer = look_up(client, fact="", path="/b/acme/")

    assert answer["Location"] == "/b/acme/n/JD01460000622897/"
    assert client.get(answer["Location"]).status_code == 200


def test_with_a_fact_the_same_form_opens_all(client, parcel, open_brand):
    assert look_up(client, path="/b/acme/")["Location"] == page_of(parcel)


def test_a_number_alone_shows_state_country_and_day_only(client, parcel, open_brand):
    make_parcel(parcel.merchant, "OTHER1", order_reference="#10432")
    page = client.get("/b/acme/n/jd01-46000062-2897/").text

    assert read(page).one(id="status")["data-code"] == "in_transit"
    for told in ("jumper", "10432", "OTHER1", parcel.token, "MK1", "Ada", "/t/", "/s/"):
        assert told not in page


def test_an_unknown_number_gets_the_words_of_any_unknown_parcel(client, open_brand):
    answer = client.get("/b/acme/n/JD999/")

    assert answer.status_code == 404
    assert read(answer.text).one("h1").text == "We cannot find this parcel"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"


def test_a_number_of_another_merchant_is_unknown(client, open_brand):
    make_parcel(make_merchant("Other"), "FOREIGN1")

    assert client.get("/b/acme/n/FOREIGN1/").status_code == 404


@pytest.mark.parametrize("number", ["../../admin", "a/b", "ä" * 5, "x" * 41, "a b c'd"])
def test_what_is_no_number_in_an_address_is_unknown(client, open_brand, number):
    assert look_up(client, number, "", path="/b/acme/").status_code == 404


def test_a_page_by_number_costs_four_queries(client, open_brand, django_assert_max_num_queries):
    look_named("acme")

    with django_assert_max_num_queries(4):
        client.get("/b/acme/n/JD01460000622897/")


def test_walking_through_numbers_is_stopped(client, open_brand):
    answers = [client.get(f"/b/acme/n/JD{n:010}/") for n in range(21)]

    assert [one.status_code for one in answers] == [404] * 20 + [429]
    assert 0 < int(answers[-1]["Retry-After"]) <= guessing.WINDOW
