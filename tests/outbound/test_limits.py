"""How long and how much the gate takes. Whatever drips would in the end be whole."""

import gzip
import socket
import time
import tracemalloc
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Event

import brotli
import pytest

from apps.outbound.messages import Call, Reason, Unreachable
from tests.outbound.servers import always, in_turn, whole

HEAD = b"HTTP/1.1 200 OK\r\n"
MEGABYTES = 1024 * 1024
SHORT = {"total_seconds": 0.3}


def dripping(answer):
    """Send an answer in four seconds, never silent for long."""

    def drip(request):
        for piece in (answer[at : at + 1] for at in range(len(answer))):
            yield piece
            request.over.wait(4 / len(answer))

    return drip


def silent(*pieces):
    """Send the pieces, then nothing until the caller has gone."""

    def answer(request):
        yield from pieces
        request.over.wait(5)
        yield whole()

    return answer


DRIPS = {
    "status": b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    "headers": HEAD + b"X-A: b\r\n" * 10 + b"Content-Length: 0\r\n\r\n",
    "body": whole(b"x" * 100),
    "chunks": HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 20 + b"0\r\n\r\n",
    "gzip": whole(gzip.compress(b"x" * 100), content_encoding="gzip"),
    "interim": b"HTTP/1.1 100 Continue\r\n\r\n" * 3 + whole(),
}


@pytest.mark.parametrize("part", DRIPS)
def test_an_answer_that_drips_is_given_up_in_time(serve, gate_with, reason, part):
    server = serve(dripping(DRIPS[part]))

    assert reason(gate_with(**SHORT), server.url()) is Reason.TIMED_OUT


def test_an_answer_that_drips_behind_tls_is_given_up_in_time(serve, gate_with, reason, authority):
    server = serve(dripping(DRIPS["body"]), authority.server("127.0.0.1"))
    gate = gate_with(ca_file=str(authority.file), **SHORT)

    assert reason(gate, server.url(scheme="https")) is Reason.TIMED_OUT


@pytest.mark.parametrize("sent", [[], [b"HTTP/1.1 2"], [HEAD + b"Content-Length: 9\r\n\r\nx"]])
def test_silence_is_given_up_in_time(serve, gate_with, reason, sent):
    server = serve(silent(*sent))

    assert reason(gate_with(read_seconds=0.2), server.url()) is Reason.TIMED_OUT
    assert len(server.requests) == 1


def test_redirects_share_the_time_of_their_call(serve, gate_with, reason):
    def answer(request):
        time.sleep(0.2)
        yield whole(status="302 Found", location="/")

    gate = gate_with(redirects=50, total_seconds=0.5)

    assert reason(gate, serve(answer).url()) is Reason.TIMED_OUT


def test_a_server_that_never_begins_tls_is_given_up_in_time(gate_with, reason):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        gate = gate_with(connect_seconds=0.2)
        url = f"https://127.0.0.1:{listener.getsockname()[1]}/"

        assert reason(gate, url) is Reason.TIMED_OUT


def test_a_server_that_does_not_take_the_connection_is_given_up_in_time(gate_with, reason):
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener, ExitStack() as callers:
        for _ in range(4):
            caller = callers.enter_context(socket.socket())
            caller.setblocking(False)
            with pytest.raises(BlockingIOError):
                caller.connect(listener.getsockname())
        gate = gate_with(connect_seconds=0.2)

        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"

        assert reason(gate, url) is Reason.TIMED_OUT


def test_a_resolver_that_hangs_is_given_up_in_time(gate_with, reason):
    answered = Event()

    def look_up(host):
        answered.wait(5)
        return ["127.0.0.1"]

    try:
        gate = gate_with(connect_seconds=0.2, look_up=look_up)

        assert reason(gate, "https://carrier.example/") is Reason.TIMED_OUT
    finally:
        answered.set()


def test_a_server_that_does_not_read_is_given_up_in_time(gate_with, reason):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        gate = gate_with(read_seconds=0.2)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"

        assert reason(gate, url, "POST", body=b"x" * 20 * MEGABYTES) is Reason.TIMED_OUT


@pytest.mark.parametrize("size", [0, 1000])
def test_a_body_of_the_most_bytes_is_taken(serve, gate_with, size):
    server = serve(always(whole(b"x" * size)))

    assert len(gate_with(most_bytes=1000).send(Call("GET", server.url())).body) == size


def endless(head, piece):
    def answer(request):
        yield head
        for _ in range(2000):
            yield piece

    return answer


CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
GZIPPED = HEAD + b"Content-Encoding: gzip\r\n\r\n"
TOO_LARGE = {
    "one more": always(whole(b"x" * 1001)),
    "no length": endless(HEAD + b"\r\n", b"x" * 10_000),
    "a vast length": endless(HEAD + b"Content-Length: 999999999999\r\n\r\n", b"x" * 10_000),
    "chunks": endless(CHUNKED, b"a\r\n0123456789\r\n"),
    "a vast chunk": endless(CHUNKED + b"fffffff\r\n", b"x" * 10_000),
    "a redirect's body": always(whole(b"x" * 1001, "302 Found", location="/")),
    "a fault's body": always(whole(b"x" * 1001, "500 Oh")),
    "interim answers": endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100),
    "headers": endless(HEAD, b"X-A: " + b"b" * 5000 + b"\r\n"),
    "packed nothing": endless(GZIPPED, gzip.compress(b"") * 500),
}


@pytest.mark.parametrize("kind", TOO_LARGE)
def test_more_bytes_than_allowed_are_not_taken(serve, gate_with, reason, kind):
    server = serve(TOO_LARGE[kind])

    assert reason(gate_with(most_bytes=1000), server.url()) is Reason.TOO_LARGE


def zipped(size):
    packer = zlib.compressobj(wbits=31)
    block = bytes(MEGABYTES)
    return b"".join(packer.compress(block) for _ in range(size)) + packer.flush()


BOMBS = {
    "gzip": lambda: zipped(100),
    "deflate": lambda: zlib.compress(bytes(100 * MEGABYTES)),
    "br": lambda: brotli.compress(bytes(100 * MEGABYTES), quality=1),
}


@pytest.mark.parametrize("status", ["200 OK", "302 Found"])
@pytest.mark.parametrize("is_chunked", [False, True], ids=["whole", "chunked"])
@pytest.mark.parametrize("encoding", BOMBS)
def test_a_packed_bomb_is_not_unpacked(serve, gate_with, reason, encoding, is_chunked, status):
    bomb = BOMBS[encoding]()
    answer = whole(bomb, status, content_encoding=encoding, location="/")
    if is_chunked:
        head = f"HTTP/1.1 {status}\r\nLocation: /\r\nTransfer-Encoding: chunked\r\n"
        head += f"Content-Encoding: {encoding}\r\n\r\n{len(bomb):x}\r\n"
        answer = head.encode() + bomb + b"\r\n0\r\n\r\n"
    server = serve(always(answer))
    gate = gate_with(most_bytes=300_000)

    tracemalloc.start()
    why = reason(gate, server.url())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert why is Reason.TOO_LARGE
    assert peak < 5 * MEGABYTES


def test_no_more_calls_run_at_once_than_the_budget_has(serve, gate_with):
    running, most = [], []

    def answer(request):
        running.append(request)
        most.append(len(running))
        time.sleep(0.02)
        running.pop()
        yield whole()

    server = serve(answer)
    gate = gate_with(in_flight=3)
    with ThreadPoolExecutor(12) as threads:
        replies = list(threads.map(gate.send, [Call("GET", server.url())] * 12))

    assert [reply.status for reply in replies] == [200] * 12
    assert max(most) <= 3
    assert server.accepts <= 3


def test_waiting_for_a_turn_counts_against_the_time(serve, gate_with):
    def answer(request):
        request.over.wait(0.2)
        yield whole()

    gate, url = gate_with(in_flight=1, **SHORT), serve(answer).url()
    with ThreadPoolExecutor(6) as threads:
        calls = [threads.submit(gate.send, Call("GET", url)) for _ in range(6)]

    errors = [call.exception() for call in calls if call.exception()]
    assert len(errors) >= 4
    assert {error.reason for error in errors} == {Reason.TIMED_OUT}


def test_a_failed_call_gives_its_turn_back(serve, gate_with, reason):
    server = serve(in_turn(silent(), always(whole(b"news"))))
    gate = gate_with(in_flight=1, read_seconds=0.1)
    reason(gate, server.url())

    assert gate.send(Call("GET", server.url())).body == b"news"


def test_what_is_unreachable_can_be_told_apart_and_shown():
    assert str(Unreachable(Reason.TIMED_OUT)) == "timed_out"
