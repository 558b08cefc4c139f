import pytest

from apps.sandbox.wire import LONGEST_HEAD
from tests.sandbox.callers import ASKED, Caller, raw, request, until_end

END = "API-Key: k\r\nConnection: close\r\n"


def status_of(answer):
    return int(answer.split(b" ", 2)[1])


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"\r\n\r\n", 400),
        (b"GET /\r\n\r\n", 400),
        (b"GET / HTTP/2.0\r\n\r\n", 400),
        (b"GET http://here/ HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: \xb2\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 411),
        (b"POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n", 413),
        (b"x" * LONGEST_HEAD, 431),
    ],
)
def test_what_is_no_request_is_refused_and_the_connection_ended(data, status, sandbox):
    assert status_of(until_end(raw(sandbox, data))) == status
    assert sandbox.requests == 0


@pytest.mark.parametrize(
    "number", ["%00", "%FF", "%2F..%2F", "x" * 20_000, "%E2%80%AE", "SBX-DELIVERED-1%0D%0AX:1"]
)
@pytest.mark.parametrize("api", ASKED)
def test_any_name_is_answered(api, number, caller):
    assert caller.ask(ASKED[api].format(number))[0] == 404


@pytest.mark.parametrize("query", ["a&" * 5000, "tracking_number=&carrier_code=", "%00=%FF;&&=="])
def test_any_query_is_answered(query, caller):
    assert caller.ask(f"/v1/tracking?{query}")[0] == 400


def test_a_connection_is_used_again(sandbox, caller):
    for _ in range(3):
        caller.ask(ASKED["shipstation"].format("SBX-DELIVERED-1"))

    assert (sandbox.accepted, sandbox.requests) == (1, 3)


def test_a_body_is_passed_over(sandbox, caller):
    statuses = [
        caller.ask(ASKED["shipstation"].format("SBX-DELIVERED-1"), body=b"null")[0]
        for _ in range(2)
    ]

    assert statuses == [200, 200]
    assert sandbox.accepted == 1


def test_requests_sent_ahead_are_answered_in_turn(sandbox):
    words = ["EMPTY", "DELIVERED", "500", "MISSING"]
    ahead = b"".join(request(f"SBX-{word}-1") for word in words)

    answer = until_end(raw(sandbox, ahead + request("SBX-403-1", END)))

    statuses = [int(piece[:3]) for piece in answer.split(b"HTTP/1.1 ")[1:]]
    assert statuses == [200, 200, 500, 404, 403]


def test_a_request_may_come_in_pieces(sandbox):
    whole = request("SBX-DELIVERED-1", END)
    connection = raw(sandbox, whole[:30])
    for start in range(30, len(whole), 10):
        connection.sendall(whole[start : start + 10])

    assert status_of(until_end(connection)) == 200


def test_an_old_client_gets_its_answer_and_the_end(sandbox):
    old = request("SBX-DELIVERED-1").replace(b"HTTP/1.1", b"HTTP/1.0")

    assert b"\r\nConnection: close\r\n" in until_end(raw(sandbox, old))


def test_a_client_that_leaves_early_harms_nobody(sandbox):
    raw(sandbox, request("SBX-DRIP-1")).close()
    raw(sandbox, request("SBX-DELIVERED-1")[:20]).close()

    with Caller(sandbox) as caller:
        assert caller.ask(ASKED["shipstation"].format("SBX-DELIVERED-1"))[0] == 200
