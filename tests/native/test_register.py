"""A shop's program registers one shipment."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.branding.models import Brand
from apps.mails.addresses import block
from apps.mails.models import Blocked, Subscription
from apps.providers.enrolling import enrol
from apps.providers.models import Watch
from apps.shipments.models import Shipment, TrackingNumber
from tests.builders import NOW, make_merchant, make_shipment
from tests.native.managing import Program, pointers
from tests.providers.making import make_account

PATH = "/api/shipments"
UPS = "1Z5R89390357567127"
WHOLE = {
    "reference": "EC-4DF-002-9QX",
    "custom_reference": "A-1",
    "order_reference": "10432",
    "channel": "de-shop",
    "origin_country": "DE",
    "destination_country": "gbr",
    "recipient": {
        "name": "P. Jones",
        "email": "p.jones@example.com",
        "phone": "+44 161 496 0000",
        "street": "1 Main Road",
        "city": "Wilmslow",
        "region": "Cheshire",
        "postal_code": "SK9 1AA",
        "country": "GB",
    },
    "items": [
        {
            "description": "Shirt",
            "quantity": 2,
            "custom_reference": "SKU-1",
            "picture_url": "https://shop.example/1.jpg",
        },
        {"description": "Hat"},
    ],
    "tracking_numbers": [{"tracking_number": "9400 1000", "carrier_code": "stamps_com"}],
    "promised_on": "2026-03-05",
}


@pytest.fixture
def merchant(db):
    return make_merchant()


@pytest.fixture
def program(merchant):
    return Program(merchant)


def test_all_that_is_told_of_a_shipment_is_there_to_be_read(program):
    answer = program.post(PATH, WHOLE)

    told = answer.json()
    assert (answer.status_code, answer["Location"]) == (201, f"{PATH}/{told['reference']}")
    assert program.get(answer["Location"]).json() == told
    assert program.get(answer["Location"])["ETag"] == answer["ETag"]
    for name in ("custom_reference", "order_reference", "channel", "origin_country", "recipient"):
        assert told[name] == WHOLE[name]
    assert told["consignment_reference"] == WHOLE["reference"]
    assert told["destination_country"] == "GB"
    assert told["expected_delivery"]["until"] == "2026-03-05"
    assert [one["description"] for one in told["items"]] == ["Shirt", "Hat"]
    assert [leg["carrier_code"] for leg in told["legs"]] == ["usps"]
    assert told["links"]["tracking_page"].startswith("http://testserver/t/")


def test_nothing_has_to_be_told(program):
    told = program.post(PATH, {}).json()

    assert told["reference"].startswith("sp_")
    assert (told["recipient"], told["items"], told["legs"]) == (None, [], [])


def test_a_number_tells_its_carrier_where_none_is_named(program):
    told = program.post(PATH, {"tracking_numbers": [{"tracking_number": UPS}]}).json()

    assert [leg["carrier_code"] for leg in told["legs"]] == ["ups"]


def test_several_numbers_are_legs_in_their_order(program):
    numbers = [
        {"tracking_number": "D1", "carrier_code": "dhl"},
        {"tracking_number": "U1", "carrier_code": "ups"},
        {"tracking_number": "d-1", "carrier_code": "DHL"},
    ]

    legs = program.post(PATH, {"tracking_numbers": numbers}).json()["legs"]

    told = [
        (leg["carrier_code"], [n["tracking_number"] for n in leg["tracking_numbers"]])
        for leg in legs
    ]
    assert told == [("dhl", ["D1"]), ("ups", ["U1"])]


def test_a_registered_number_is_watched_by_itself(merchant, program):
    make_account(merchant=merchant)

    program.post(PATH, {"tracking_numbers": [{"tracking_number": "AB1", "carrier_code": "ups"}]})
    enrol(NOW)

    assert [watch.name for watch in Watch.objects.all()] == ["AB1"]


def test_what_is_not_to_be_followed_is_not(merchant, program):
    make_account(merchant=merchant)

    number = {"tracking_number": "AB1", "carrier_code": "ups"}
    program.post(PATH, {"tracking_numbers": [number], "is_followed": False})
    enrol(NOW)

    assert not Watch.objects.exists()
    assert TrackingNumber.objects.get().is_followed is False


WRONG = {
    "/reference": {"reference": "sp_1"},
    "/custom_reference": {"custom_reference": "a\x00"},
    "/order_reference": {"order_reference": "x" * 51},
    "/channel": {"channel": 5},
    "/origin_country": {"origin_country": "XX"},
    "/recipient": {"recipient": []},
    "/recipient/email": {"recipient": {"email": "nobody"}},
    "/recipient/country": {"recipient": {"country": "Narnia"}},
    "/recipient/postal_code": {"recipient": {"postal_code": "1" * 21}},
    "/items": {"items": [{}] * 501},
    "/items/1/quantity": {"items": [{}, {"quantity": 0}]},
    "/items/0/picture_url": {"items": [{"picture_url": "javascript:alert(1)"}]},
    "/tracking_numbers": {"tracking_numbers": [{"tracking_number": "1"}] * 51},
    "/tracking_numbers/0/tracking_number": {"tracking_numbers": [{"tracking_number": " - "}]},
    "/tracking_numbers/0/carrier_code": {
        "tracking_numbers": [{"tracking_number": "1", "carrier_code": "upz"}]
    },
    "/promised_on": {"promised_on": "2026-02-30"},
    "/is_followed": {"is_followed": "yes"},
    "/subscribe/email": {"subscribe": {}},
    "/subscribe/topics": {"subscribe": {"email": "a@b.example", "topics": ["gossip"]}},
    "/subscribe/language": {"subscribe": {"email": "a@b.example", "language": "xx"}},
    "": {"colour": "red"},
}


@pytest.mark.parametrize("pointer", WRONG)
def test_what_cannot_be_taken_is_told_where_it_stands(program, pointer):
    answer = program.post(PATH, WRONG[pointer])

    assert (answer.status_code, pointers(answer)) == (422, {pointer})
    assert not Shipment.objects.exists()


def test_every_fault_is_told_at_once(program):
    wrong = {
        "channel": 5,
        "colour": "red",
        "recipient": {"email": "nobody", "country": "Narnia", "nmae": "P."},
        "items": [{"quantity": 0}, 3],
    }

    answer = program.post(PATH, wrong)

    expected = {"", "/channel", "/recipient", "/recipient/email", "/recipient/country"}
    assert pointers(answer) == expected | {"/items/0/quantity", "/items/1"}


def test_an_unknown_carrier_is_told_with_what_resembles_it(program):
    answer = program.post(PATH, WRONG["/tracking_numbers/0/carrier_code"])

    assert "did you mean `ups`" in answer.json()["errors"][0]["detail"]


@pytest.mark.parametrize(
    ("body", "status"), [(b"{", 400), (b"\xff", 400), (b"", 400), (b"[]", 422)]
)
def test_what_is_no_object_is_refused(program, body, status):
    assert program.post(PATH, body).status_code == status


def test_a_reference_that_anybody_has_is_a_conflict(program):
    make_shipment(make_merchant("Other"), consignment_reference=WHOLE["reference"])

    answer = program.post(PATH, WHOLE)

    assert (answer.status_code, pointers(answer)) == (409, {"/reference"})
    assert Shipment.objects.count() == 1


def test_the_recipient_hears_of_it_by_mail(merchant, program):
    program.post(PATH, WHOLE | {"subscribe": {"topics": ["delivered"], "language": "de"}})

    one = Subscription.objects.get()
    assert (one.email, one.topics, one.language) == ("p.jones@example.com", ["delivered"], "de")
    assert (one.state, one.origin) == ("on", "merchant")


def test_a_mail_speaks_the_language_of_the_brand_where_none_is_named(merchant, program):
    Brand.objects.create(
        merchant=merchant, name="Acme", slug="acme", is_default=True, language="fr"
    )

    program.post(PATH, WHOLE | {"subscribe": {"email": "other@example.com"}})

    assert Subscription.objects.get().language == "fr"


def test_a_blocked_address_hears_nothing(program):
    block("p.jones@example.com", Blocked.Reason.BOUNCED, NOW)

    assert program.post(PATH, WHOLE | {"subscribe": {}}).status_code == 201
    assert not Subscription.objects.exists()


def test_the_same_key_registers_once(program):
    first = program.once(PATH, WHOLE, key="k1")
    second = program.once(PATH, WHOLE, key="k1")

    assert (first.status_code, first.json()) == (second.status_code, second.json())
    assert (second["ETag"], second["Location"]) == (first["ETag"], first["Location"])
    assert Shipment.objects.count() == 1


@pytest.mark.parametrize("scopes", [("read",), ("manage",)])
def test_registering_takes_a_key_that_may_write(merchant, scopes):
    assert Program(merchant, scopes).post(PATH, {}).status_code == 403
    assert not Shipment.objects.exists()


def test_a_shipment_takes_as_many_statements_with_many_items(program):
    program.post(PATH, {"subscribe": {"email": "warm@example.com"}})

    counts = []
    for count in (1, 20):
        items = [{"description": f"I{n}"} for n in range(count)]
        with CaptureQueriesContext(connection) as queries:
            program.post(PATH, WHOLE | {"reference": None, "items": items, "subscribe": {}})
        counts.append(len(queries))

    assert counts[0] == counts[1] < 40


TEXTS = st.text(max_size=60)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS
)
ANY = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
BODIES = st.fixed_dictionaries({}, optional=dict.fromkeys(WHOLE | {"subscribe": 0}, ANY))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=BODIES)
def test_whatever_is_sent_is_taken_or_refused_in_words(program, body):
    before = Shipment.objects.count()

    answer = program.post(PATH, body)

    assert answer.status_code in (201, 409, 422)
    assert Shipment.objects.count() == before + (answer.status_code == 201)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(part=st.sampled_from(["recipient", "items", "tracking_numbers", "subscribe"]), value=ANY)
def test_whatever_stands_in_a_part_is_taken_or_refused_in_words(program, part, value):
    names = {"recipient": "name", "subscribe": "email"}.get(part)
    keys = {"items": "description", "tracking_numbers": "tracking_number"}
    body = {part: {names: value} if names else [{keys[part]: value}]}

    assert program.post(PATH, body).status_code in (201, 409, 422)


def test_a_day_that_was_promised_is_the_shops_word(program):
    program.post(PATH, {"promised_on": "2026-03-05"})

    shipment = Shipment.objects.get()
    assert shipment.due_at.date() == date(2026, 3, 6)
