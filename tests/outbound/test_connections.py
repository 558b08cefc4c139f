"""Connections are kept, and a call that a stale one lost is sent again."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from apps.outbound.messages import Call, Reason
from tests.outbound.servers import HangUp, Reset, always, in_turn, then_hang_up, whole

THREADS, CALLS = 64, 1600


def hang_up(request):
    raise HangUp
    yield


def reset(request):
    raise Reset
    yield


def test_nearly_all_calls_of_many_threads_reuse_a_tls_connection(serve, gate_with, authority):
    server = serve(always(whole(b"x" * 5000)), authority.server("127.0.0.1"))
    gate = gate_with(in_flight=THREADS, ca_file=str(authority.file))
    call = Call("GET", server.url(scheme="https"), {"Api-Key": "word"})

    with ThreadPoolExecutor(THREADS) as threads:
        replies = list(threads.map(gate.send, [call] * CALLS))

    assert {len(reply.body) for reply in replies} == {5000}
    assert len(server.requests) == CALLS
    assert server.accepts <= CALLS * 0.05


def test_each_host_has_its_own_connections(serve, gate_with):
    server = serve(always(whole()))
    gate = gate_with()

    for host in ("one.example", "two.example", "one.example"):
        gate.send(Call("GET", server.url(host=host)))

    assert server.accepts == 2
    assert b"Host: two.example:" in server.requests[1]


def test_a_closed_gate_keeps_no_connection(serve, gate):
    server = serve(always(whole()))

    gate.send(Call("GET", server.url()))
    gate.close()
    gate.send(Call("GET", server.url()))

    assert server.accepts == 2


def test_a_connection_the_server_closed_meanwhile_is_not_used(serve, gate):
    server = serve(in_turn(then_hang_up(whole()), always(whole(b"news"))))
    gate.send(Call("POST", server.url()))
    server.see_callers_off()

    assert gate.send(Call("POST", server.url())).body == b"news"
    assert server.accepts == 2


@pytest.mark.parametrize("lost", [hang_up, reset])
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
def test_a_call_a_kept_connection_lost_is_sent_again(serve, gate, method, lost):
    server = serve(in_turn(always(whole(b"")), lost, always(whole(b"", "201 Made"))))
    gate.send(Call("GET", server.url()))

    assert gate.send(Call(method, server.url(), body=b"x")).status == 201
    assert len(server.requests) == 3


def test_a_call_that_may_have_changed_something_is_not_sent_again(serve, gate, reason):
    server = serve(in_turn(always(whole()), hang_up, always(whole())))
    gate.send(Call("GET", server.url()))

    assert reason(gate, server.url(), "POST") is Reason.REFUSED
    assert len(server.requests) == 2


@pytest.mark.parametrize("retries", [0, 1, 3])
def test_a_call_is_sent_again_so_often_and_no_more(serve, gate_with, reason, retries):
    server = serve(hang_up)

    assert reason(gate_with(retries=retries), server.url()) is Reason.REFUSED
    assert len(server.requests) == 1 + retries


@pytest.mark.parametrize(
    "begun",
    [b"H", b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx"],
)
def test_a_call_whose_answer_had_begun_is_not_sent_again(serve, gate, reason, begun):
    server = serve(then_hang_up(begun))

    assert reason(gate, server.url()) in {Reason.REFUSED, Reason.GARBLED}
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        ("429 Slow", {"retry_after": "3600"}),
        ("503 Busy", {"retry_after": "Wed, 21 Oct 2099 07:28:00 GMT"}),
        ("503 Busy", {"retry_after": "soon"}),
        ("413 Large", {"retry_after": "1"}),
        ("500 Oh", {}),
        ("502 Bad Gateway", {}),
        ("504 Late", {}),
    ],
)
def test_a_bad_status_is_a_reply_and_nothing_is_waited_for(serve, gate, status, headers):
    server = serve(always(whole(b"<html>", status, **headers)))

    reply = gate.send(Call("GET", server.url()))

    assert (reply.status, reply.body) == (int(status[:3]), b"<html>")
    assert reply.headers.get("retry-after") == headers.get("retry_after")
    assert len(server.requests) == 1
