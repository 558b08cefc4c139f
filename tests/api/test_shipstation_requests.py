import pytest

from apps.api.throttling import PerKey
from tests.api.callers import Caller, make_parcel
from tests.api.stations import NUMBER, errors_of, track
from tests.builders import make_key


@pytest.mark.parametrize("key", [None, "wrong", "12345678." + "x" * 32, "\x00", "é" * 41])
def test_11_without_a_valid_key_one_is_unauthorized(seed, key):
    answer = track(Caller("API-Key", key))

    assert answer.status_code == 401
    assert errors_of(answer)[0]["error_code"] == "unauthorized"


@pytest.mark.parametrize("header", ["API-Key", "Api-Key", "api-key"])
def test_12_the_headers_case_does_not_matter(seed, merchant, header):
    assert track(Caller(header, make_key(merchant))).status_code == 200


@pytest.mark.parametrize(
    ("query", "missing"),
    [
        ("carrier_code=usps", ["tracking_number"]),
        ("carrier_code=usps&tracking_number=", ["tracking_number"]),
        ("carrier_code=usps&tracking_number=%20", ["tracking_number"]),
        ("tracking_number=1", ["carrier_code"]),
        ("tracking_number=1&carrier_code=", ["carrier_code"]),
        ("", ["carrier_code", "tracking_number"]),
    ],
)
def test_13_a_missing_parameter_is_named(station, query, missing):
    answer = station.get(f"/v1/tracking?{query}")

    assert answer.status_code == 400
    assert [error["error_code"] for error in errors_of(answer)] == ["field_value_required"] * len(
        missing
    )
    assert [error["field_name"] for error in errors_of(answer)] == missing


def test_14_an_unknown_carrier_is_a_bad_request(station, seed):
    for carrier in ("nobody", "USPS", "%", "us*", "\x00", "x" * 1000):
        answer = track(station, carrier)
        assert answer.status_code == 400
        assert errors_of(answer)[0]["field_name"] == "carrier_code"


def test_14_an_unknown_number_is_not_found(station, seed):
    for number in ("1", NUMBER[:-1], "%", "_" * 22, "ups"):
        answer = track(station, number=number)
        assert answer.status_code == 404
        assert errors_of(answer)[0]["error_code"] == "not_found"


@pytest.mark.parametrize("path", ["/v1", "/v1/", "/v1/nothing", "/v1/tracking/x", "/v1/labels/x"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_15_an_unknown_path_is_told_in_json(station, path, method):
    answer = station.call(method, path)

    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/json"
    assert errors_of(answer)[0]["error_code"] == "not_found"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/tracking"),
        ("PUT", "/v1/tracking/"),
        ("GET", "/v1/tracking/start"),
        ("DELETE", "/v1/carriers"),
        ("PATCH", "/v1/labels"),
        ("POST", "/v1/labels/se-1/track"),
        ("PUT", "/v1/carriers/se-1"),
    ],
)
def test_15_a_wrong_method_is_told_in_json(station, method, path):
    answer = station.call(method, path)

    assert answer.status_code == 405
    assert errors_of(answer)[0]["error_source"] == "shipengine"


def test_16_a_get_with_the_body_null_works(station, seed):
    query = f"carrier_code=usps&tracking_number={NUMBER}"

    answer = station.call(
        "GET", "/v1/tracking", b"null", content_type="application/json", QUERY_STRING=query
    )

    assert answer.status_code == 200
    assert answer.json() == track(station).json()


@pytest.mark.parametrize(
    ("method", "path", "query"),
    [
        ("GET", "/v1/tracking", f"carrier_code=usps&tracking_number={NUMBER}"),
        ("POST", "/v1/tracking/start", f"carrier_code=usps&tracking_number={NUMBER}"),
        ("POST", "/v1/tracking/stop", f"carrier_code=usps&tracking_number={NUMBER}"),
        ("GET", "/v1/labels", ""),
        ("GET", "/v1/carriers/se-1", ""),
    ],
)
def test_17_a_slash_at_the_end_changes_nothing(station, seed, method, path, query):
    without, with_slash = (
        station.call(method, end, QUERY_STRING=query) for end in (path, f"{path}/")
    )

    assert without.status_code == with_slash.status_code
    assert without.status_code in (200, 204)
    if path != "/v1/labels":  # its links name the address that was asked
        assert without.content == with_slash.content


def test_22_over_the_limit_one_is_told_how_long_to_wait(station, seed, settings):
    settings.API_REQUESTS_A_MINUTE = 2

    answers = [track(station) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 1 <= int(answers[2]["Retry-After"]) <= 60
    assert errors_of(answers[2])[0]["error_code"] == "rate_limit_exceeded"


def test_22_after_the_wait_the_request_works(station, seed, settings, monkeypatch):
    settings.API_REQUESTS_A_MINUTE = 1
    clock = [1_000_000_000.0]
    monkeypatch.setattr(PerKey, "clock", lambda self: clock[0])
    track(station)
    refused = track(station)

    clock[0] += int(refused["Retry-After"])

    assert refused.status_code == 429
    assert track(station).status_code == 200


@pytest.mark.parametrize(
    "number",
    ["ΑΒΓΔ", "%20", "a%20b", "+", "a+b", "x" * 200, "%ff", "%ed%a0%80", "%00", "<script>", "'--"],
)
def test_25_odd_numbers_never_break_anything(station, seed, number):
    answer = station.get(f"/v1/tracking?carrier_code=usps&tracking_number={number}")

    assert answer.status_code in (400, 404)
    assert errors_of(answer)
    assert number not in answer.content.decode() or number == "+"


def test_25_a_number_of_greek_letters_is_found(station, merchant):
    make_parcel(merchant, number="ΑΒΓ 1")

    answer = station.get("/v1/tracking?carrier_code=usps&tracking_number=%CE%B1%CE%92%CE%931")

    assert answer.status_code == 200
    assert answer.json()["tracking_number"] == "ΑΒΓ 1"
