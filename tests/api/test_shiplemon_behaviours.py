import json
from datetime import UTC, datetime

import pytest

from apps.dialects import shiplemon
from apps.shipments.models import Event, Recipient
from apps.shipments.reports import LegReport
from tests.api.callers import Caller, make_parcel
from tests.api.lemons import entry, error_of, get, history, put, told
from tests.builders import make_key, make_shipment, recorded, sighting

TOLD_KEYS = [
    "partner_id",
    "driver",
    "carrier",
    "service",
    "tracking_status",
    "tracking_history",
    "tracking_ref",
    "tracking_url",
    "country_from",
    "country_to",
]


GREEK = "ΠΑΡΑΔΟΣΗ «ΑΠΟ» ΔΙΑΝΟΜΕΑ · 1/2 & <b>"


def test_27_tracking_has_ten_keys_and_its_history_four(lemon, merchant):
    shipment = make_shipment(merchant, shiplemon.read(recorded("shiplemon_elta.json")))

    answer = get(lemon, shipment)

    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json"
    assert list(answer.json()) == ["status", "data"]
    assert answer.json()["status"] == "ok"
    assert list(answer.json()["data"]) == TOLD_KEYS
    assert [list(step) for step in answer.json()["data"]["tracking_history"]] == [
        ["status", "status_exact", "status_date", "status_details"]
    ] * 3


def test_27_the_documents_history_comes_back_newest_first(lemon, merchant):
    document = json.loads(recorded("shiplemon_elta.json"))["data"]
    shipment = make_shipment(merchant, shiplemon.read(recorded("shiplemon_elta.json")))

    data = get(lemon, shipment).json()["data"]

    for name in ("tracking_history", "tracking_status", "country_from", "country_to", "service"):
        assert data[name] == document[name]


def test_27_our_consignment_reference_is_an_id_too(lemon, shipment):
    answer = lemon.get(f"/public/v1/shipments/{shipment.consignment_reference}/tracking")

    assert answer.json() == get(lemon, shipment).json()


def test_28_nothing_personal_is_in_the_public_answer(lemon, shipment):
    personal = {
        "name": "Mary Doe",
        "email": "mary@mail.example",
        "phone": "+306912345678",
        "street": "Jane Street 2",
        "city": "Secretville",
        "postal_code": "11111",
    }
    Recipient.objects.create(shipment=shipment, **personal)

    body = get(lemon, shipment).content.decode()

    assert not [value for value in personal.values() if value in body]


def test_29_greek_details_come_back_byte_for_byte(lemon, shipment):
    put(lemon, shipment, history(entry(status_details=GREEK)))

    assert told(lemon, shipment)[0]["status_details"] == GREEK
    assert GREEK.encode() in get(lemon, shipment).content


def test_30_dates_always_have_milliseconds_and_z(lemon, merchant):
    shipment = make_parcel(merchant, sighting("delivered", "2026-03-01T10:00:00+02:00"))

    (step,) = told(lemon, shipment)

    assert step["status_date"] == "2026-03-01T08:00:00.000Z"


def test_35_without_a_key_one_is_unauthorized(shipment):
    for key in (None, "wrong"):
        for answer in (get(Caller("x-api-key", key), shipment), put_without(key, shipment)):
            assert answer.status_code == 401
            assert error_of(answer)["code"] == "UNAUTHORIZED"


def put_without(key, shipment):
    return put(Caller("x-api-key", key), shipment, history(entry()))


IDS = [
    "60476d7500e47cb69693a202",
    "be96511d-ba23-4268-bd8b-48c9cf930222",
    "text",
    "sp_" + "0" * 32,
    "EC-000-000-000",
    "ΑΒΓ",
    "%00",
    "%ff",
    "%ed%a0%80",
    "a%0Ab",
    "x" * 5000,
]


@pytest.mark.parametrize("unknown", IDS, ids=range(len(IDS)))
def test_35_an_unknown_id_is_not_found(lemon, unknown):
    for answer in (
        lemon.get(f"/public/v1/shipments/{unknown}/tracking"),
        lemon.put(f"/v1/shipments/{unknown}/tracking", history(entry())),
    ):
        assert answer.status_code == 404
        assert error_of(answer)["code"] == "NOT_FOUND"


def test_35_anothers_shipment_looks_unknown(shipment, other):
    rival = Caller("x-api-key", make_key(other))

    for answer in (get(rival, shipment), put(rival, shipment, history(entry()))):
        assert answer.status_code == 404
    assert not Event.objects.exists()


def test_35_a_shipments_other_names_are_no_ids(lemon, merchant):
    shipment = make_parcel(merchant, custom_reference="CR1", order_reference="O1")

    for name in ("CR1", "O1", "1Z999", shipment.token, str(shipment.pk)):
        assert lemon.get(f"/public/v1/shipments/{name}/tracking").status_code == 404


def test_36_the_two_addresses_are_no_aliases(lemon, shipment):
    put_in_public = lemon.put(f"/public/v1/shipments/{shipment.reference}/tracking", history())
    got_in_private = lemon.get(f"/v1/shipments/{shipment.reference}/tracking")

    for answer in (put_in_public, got_in_private):
        assert answer.status_code == 405
        assert error_of(answer)["code"] == "METHOD_NOT_ALLOWED"


@pytest.mark.parametrize(
    ("status", "exact", "station_code"),
    [
        ("PRE_TRANSIT", None, "NY"),
        ("TRANSIT", None, "IT"),
        ("TRANSIT", "WITH_COURIER", "IT"),
        ("DELIVERED", None, "DE"),
        ("EXCEPTION", None, "EX"),
    ],
)
def test_38_shipstations_answer_has_the_mapped_code(merchant, status, exact, station_code):
    key = make_key(merchant)
    shipment = make_parcel(merchant, leg=LegReport(carrier_code="elta"), number="ZU1")
    put(Caller("x-api-key", key), shipment, history(entry(status, status_exact=exact)))

    body = Caller("API-Key", key).get("/v1/tracking?carrier_code=elta&tracking_number=ZU1").json()

    assert body["status_code"] == station_code
    assert body["events"][0]["status_code"] == station_code
    assert body["events"][0]["description"] == "ΠΡΟΣ ΠΑΡΑΔΟΣΗ"
    occurred_at = datetime.fromisoformat(body["events"][0]["occurred_at"])
    assert occurred_at == datetime(2024, 7, 15, 10, 2, tzinfo=UTC)


def test_a_key_that_may_only_read_may_not_put(merchant, shipment):
    reader = Caller("x-api-key", make_key(merchant, scopes=["read"]))

    answer = put(reader, shipment, history(entry()))

    assert answer.status_code == 403
    assert error_of(answer)["code"] == "FORBIDDEN"
    assert not Event.objects.exists()


def test_a_merchants_slug_is_its_partner_id(lemon, shipment):
    assert get(lemon, shipment).json()["data"]["partner_id"] == "acme"
