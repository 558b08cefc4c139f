import pytest

from tests.api.callers import Caller, make_contents
from tests.builders import make_key, make_shipment

UNKNOWN = "sp_" + "9" * 32


@pytest.mark.parametrize(
    "path",
    [
        UNKNOWN,
        f"{UNKNOWN}/shipment_contents",
        "custom_reference/unknown",
        "custom_reference/unknown/shipment_contents",
    ],
)
def test_22_an_unknown_reference_is_not_found(v2, path):
    answer = v2.get(f"/pro/tracking/{path}")

    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


@pytest.mark.parametrize("reference", ["sp_1234", "SP_" + "0" * 32, "x", "sp_" + "٣" * 32])
def test_23_an_ill_formed_reference_is_a_validation_error(v2, reference):
    answer = v2.get(f"/pro/tracking/{reference}")

    assert answer.status_code == 400
    assert answer.json()["code"] == "validation_error"
    assert answer.json()["details"][0]["property"] == "path"
    assert answer.json()["details"][0]["code"] == "invalid_format"


def test_24_every_error_has_its_own_correlation_id(v2):
    answers = [v2.get(f"/pro/tracking/{path}") for path in (UNKNOWN, UNKNOWN, "sp_1", "x/y/z")]

    bodies = [answer.json() for answer in answers]
    assert all({"correlation_id", "code", "message", "details"} <= set(body) for body in bodies)
    assert len({body["correlation_id"] for body in bodies}) == 4
    assert [answer["x-correlation-id"] for answer in answers] == [
        body["correlation_id"] for body in bodies
    ]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("tail", ["", "/shipment_contents"])
def test_25_other_methods_are_not_supported(v2, merchant, method, tail):
    shipment = make_shipment(merchant, custom_reference="CR1")

    for path in (shipment.reference, "custom_reference/CR1"):
        answer = v2.call(method, f"/pro/tracking/{path}{tail}")
        assert answer.status_code == 405
        assert answer.json()["code"] == "method_not_supported"


@pytest.mark.parametrize("key", [None, "wrong", "12345678." + "x" * 32])
def test_26_without_a_valid_key_nothing_is_told(merchant, key):
    shipment = make_shipment(merchant)

    answer = Caller("x-api-key", key).get(f"/pro/tracking/{shipment.reference}")

    assert answer.status_code == 401
    assert answer.json()["code"] == "unauthorised"
    assert shipment.reference not in answer.content.decode()


def test_26_anothers_shipment_looks_unknown(merchant, other):
    shipment = make_contents(merchant, references=("left", ""), custom_reference="CR1")
    rival = Caller("x-api-key", make_key(other))

    for path in (shipment.reference, "custom_reference/CR1", "custom_reference/left"):
        for tail in ("", "/shipment_contents"):
            answer = rival.get(f"/pro/tracking/{path}{tail}")
            assert answer.status_code == 404
            assert answer.json()["details"] == []
