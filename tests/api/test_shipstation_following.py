from urllib.parse import quote

import pytest

from apps.shipments.models import Shipment, TrackingNumber
from tests.api.callers import Caller
from tests.api.stations import NUMBER, errors_of, track
from tests.builders import make_key


def test_21_starting_and_stopping_answer_nothing_and_can_be_repeated(station, seed):
    for path in ("start", "start", "stop", "stop"):
        query = f"carrier_code=stamps_com&tracking_number={NUMBER}"
        answer = station.call("POST", f"/v1/tracking/{path}", QUERY_STRING=query)
        assert (answer.status_code, answer.content) == (204, b"")
        assert TrackingNumber.objects.get().is_followed is (path == "start")


def test_21_starting_an_unknown_number_registers_it_once(station, merchant):
    for carrier in ("stamps_com", "usps"):
        query = f"carrier_code={carrier}&tracking_number=N+1"
        station.call("POST", "/v1/tracking/start", QUERY_STRING=query)

    number = TrackingNumber.objects.get()
    assert (number.leg.shipment.merchant, number.is_followed) == (merchant, True)
    assert track(station, number="n1").json()["status_code"] == "NY"


def test_21_stopping_an_unknown_number_registers_nothing(station):
    query = "carrier_code=usps&tracking_number=N1"

    answer = station.call("POST", "/v1/tracking/stop", QUERY_STRING=query)

    assert answer.status_code == 204
    assert not Shipment.objects.exists()


@pytest.mark.parametrize(
    "query",
    [
        "",
        "carrier_code=usps",
        "tracking_number=1",
        "carrier_code=nobody&tracking_number=1",
        "carrier_code=usps&tracking_number=%00",
        "carrier_code=usps&tracking_number=-",
        "carrier_code=usps&tracking_number=a%0Ab",
        "carrier_code=usps&tracking_number=" + "1" * 101,
        "carrier_code=usps&tracking_number=" + "%C3%9F" * 100,
    ],
)
@pytest.mark.parametrize("path", ["start", "stop"])
def test_21_what_cannot_be_followed_is_a_bad_request(station, path, query):
    answer = station.call("POST", f"/v1/tracking/{path}", QUERY_STRING=query)

    assert answer.status_code == 400
    assert errors_of(answer)[0]["field_name"] in ("carrier_code", "tracking_number")
    assert not Shipment.objects.exists()


def test_21_a_key_that_may_only_read_may_not_start(merchant):
    reader = Caller("API-Key", make_key(merchant, scopes=["read"]))
    query = "carrier_code=usps&tracking_number=N1"

    answer = reader.call("POST", "/v1/tracking/start", QUERY_STRING=query)

    assert answer.status_code == 403
    assert errors_of(answer)[0]["error_code"] == "forbidden"
    assert not Shipment.objects.exists()


def test_21_starting_anothers_number_registers_ones_own(seed, other):
    rival = Caller("API-Key", make_key(other))

    query = f"carrier_code=usps&tracking_number={NUMBER}"
    rival.call("POST", "/v1/tracking/start", QUERY_STRING=query)

    mine = TrackingNumber.objects.get(leg__shipment=seed)
    assert mine.is_followed is False
    assert track(rival).json()["events"] == []


@pytest.mark.parametrize(
    ("number", "carrier_code"),
    [
        ("1Z5R89390357567127", "ups"),
        ("9405511899223197428490", "usps"),
        ("rb 123456785 gb", "royal_mail"),
    ],
)
@pytest.mark.parametrize("unsaid", ["", "&carrier_code=", "&carrier_code=+&carrier_id="])
def test_21_a_number_that_tells_its_carrier_needs_no_code(station, number, carrier_code, unsaid):
    query = f"tracking_number={quote(number)}{unsaid}"

    for path, is_followed in (("start", True), ("start", True), ("stop", False)):
        answer = station.call("POST", f"/v1/tracking/{path}", QUERY_STRING=query)

        assert (answer.status_code, answer.content) == (204, b"")
        found = TrackingNumber.objects.get()
        assert (found.leg.carrier.code, found.is_followed) == (carrier_code, is_followed)


@pytest.mark.parametrize(
    "number",
    [
        "986578788855",  # FedEx, GLS or Speedex
        "Z1234567890",  # looks like Packeta's and proves nothing
        "RB123456785AF",  # of a post we have no code for
        "my parcel",
        "1" * 101,
        "%00",
    ],
)
def test_21_a_number_that_leaves_its_carrier_open_needs_the_code(station, number):
    answer = station.call("POST", "/v1/tracking/start", QUERY_STRING=f"tracking_number={number}")

    assert answer.status_code == 400
    assert errors_of(answer)[0]["error_code"] == "field_value_required"
    assert errors_of(answer)[0]["field_name"] == "carrier_code"
    assert not Shipment.objects.exists()


def test_21_a_carrier_that_is_named_is_believed_whatever_the_number(station):
    query = "carrier_code=fedex&tracking_number=1Z5R89390357567127"

    station.call("POST", "/v1/tracking/start", QUERY_STRING=query)

    assert TrackingNumber.objects.get().leg.carrier.code == "fedex"


def test_13_to_look_a_number_up_the_code_is_needed_all_the_same(station):
    answer = station.get("/v1/tracking?tracking_number=1Z5R89390357567127")

    assert answer.status_code == 400
    assert errors_of(answer)[0]["field_name"] == "carrier_code"
