import json

import pytest

from tests.sandbox.callers import APIS, ASKED, Caller

# Where each language says in its body what went wrong.
SAID = {
    "sorted_v2": lambda body: body["code"],
    "sorted_v1": lambda body: body["Code"],
    "shipstation": lambda body: body["errors"][0]["error_code"],
    "shiplemon": lambda body: body["error"]["code"],
}
UNAUTHORISED = {
    "sorted_v2": "unauthorised",
    "sorted_v1": "Unauthorised",
    "shipstation": "unauthorized",
    "shiplemon": "UNAUTHORIZED",
}
ABSENT = {
    "sorted_v2": "not_found",
    "sorted_v1": "NotFound",
    "shipstation": "not_found",
    "shiplemon": "NOT_FOUND",
}


def ask(sandbox, api, number="SBX-DELIVERED-1", **options):
    with Caller(sandbox, **options) as caller:
        status, headers, body = caller.ask(ASKED[api].format(number))
    return status, headers, json.loads(body)


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize("key", ["", "bad"])
def test_no_key_and_the_bad_one_are_turned_away(api, key, sandbox):
    status, _, body = ask(sandbox, api, key=key)

    assert (status, SAID[api](body)) == (401, UNAUTHORISED[api])


@pytest.mark.parametrize("api", APIS)
def test_any_other_key_is_welcome(api, sandbox):
    assert ask(sandbox, api, key="whatever")[0] == 200


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize("number", ["1Z9999999999999999", "SBX-NOSUCH-1", "SBX-ANOTHER-1"])
def test_a_number_that_is_not_played_is_not_found(api, number, sandbox):
    status, _, body = ask(sandbox, api, number)

    assert (status, SAID[api](body)) == (404, ABSENT[api])


@pytest.mark.parametrize("path", ["/pro/x", "/tracking/a/b", "/v1/labels", "/public/v1/x"])
def test_an_address_that_is_not_served_is_not_found(path, caller):
    status, _, body = caller.ask(path)

    assert status == 404
    assert json.loads(body)


def test_outside_the_apis_there_is_nothing(caller):
    assert caller.ask("/")[0] == 404


@pytest.mark.parametrize("api", APIS)
def test_the_limited_key_has_five_calls_a_second(api, sandbox, clock):
    with Caller(sandbox, key="limited") as caller:
        path = ASKED[api].format("SBX-DELIVERED-1")
        statuses = [caller.ask(path)[0] for _ in range(5)]
        refused, headers, _ = caller.ask(path)
        clock.pass_(1)
        again = caller.ask(path)[0]

    assert statuses == [200] * 5
    assert (refused, headers["Retry-After"]) == (429, "1")
    assert again == 200


@pytest.mark.parametrize("api", APIS)
def test_every_answer_has_a_name_of_its_own(api, sandbox):
    header = "x-shipengine-requestid" if api == "shipstation" else "x-correlation-id"

    names = {ask(sandbox, api)[1][header] for _ in range(2)}

    assert len(names - {None}) == 2


@pytest.mark.parametrize("verb", ["start", "stop"])
@pytest.mark.parametrize("slash", ["", "/"])
def test_following_can_be_started_and_stopped(verb, slash, caller):
    path = f"/v1/tracking/{verb}{slash}?carrier_code=usps&tracking_number=SBX-LOST-1"

    status, headers, body = caller.ask(path, "POST")

    assert (status, body, headers["Content-Length"]) == (204, b"", None)
    assert caller.ask(path)[0] == 405


def test_a_journey_begins_when_following_does(caller, clock):
    query = "carrier_code=usps&tracking_number=SBX-DELIVERED-1"
    caller.ask(f"/v1/tracking/start?{query}", "POST")
    clock.pass_(50)

    _, _, body = caller.ask(f"/v1/tracking?{query}")

    assert json.loads(body)["status_code"] == "DE"


@pytest.mark.parametrize("query", ["", "?tracking_number=SBX-LOST-1", "?carrier_code=usps"])
def test_shipstation_wants_a_carrier_and_a_number(query, caller):
    assert caller.ask(f"/v1/tracking{query}")[0] == 400
    assert caller.ask(f"/v1/tracking/start{query}", "POST")[0] == 400
