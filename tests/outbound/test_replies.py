"""What comes back through the gate."""

import gzip
import zlib

import brotli
import pytest

from apps.outbound.messages import Call, Reason, Reply
from tests.outbound.servers import HangUp, Reset, always, in_turn, then_hang_up, whole


def test_a_reply_holds_status_headers_and_body(serve, gate):
    server = serve(always(whole(b'{"a":1}', "404 Not Found", content_type="application/json")))

    reply = gate.send(Call("GET", server.url()))

    headers = {"content-length": "7", "content-type": "application/json"}
    assert reply == Reply(404, headers, b'{"a":1}')


def test_a_header_that_comes_twice_is_joined(serve, gate):
    server = serve(always(b"HTTP/1.1 204 No\r\nX-Left: 1\r\nx-left: 2\r\n\r\n"))

    reply = gate.send(Call("GET", server.url()))

    assert reply.headers == {"x-left": "1, 2"}


def test_method_headers_and_body_go_out_as_given(serve, gate):
    server = serve(always(whole()))

    gate.send(Call("PUT", server.url("/a?b=c%20d"), {"Api-Key": "word"}, b"\x00body"))

    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    assert (lines[0], body) == (b"PUT /a?b=c%20d HTTP/1.1", b"\x00body")
    assert {b"Api-Key: word", b"User-Agent: parcel-tracking", b"Content-Length: 5"} <= {*lines}


def test_a_call_may_give_its_own_user_agent(serve, gate):
    server = serve(always(whole()))

    gate.send(Call("GET", server.url(), {"user-agent": "own"}))

    agents = [line for line in server.requests[0].splitlines() if b"agent" in line.lower()]
    assert agents == [b"user-agent: own"]


@pytest.mark.parametrize("status", ["200 OK", "204 No Content", "304 Not Modified"])
def test_an_empty_reply_leaves_its_connection_for_the_next_call(serve, gate, status):
    server = serve(always(whole(b"", status)))

    replies = [gate.send(Call("GET", server.url())) for _ in range(3)]

    assert [reply.body for reply in replies] == [b""] * 3
    assert server.accepts == 1


def test_a_head_has_no_body(serve, gate):
    server = serve(always(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"))

    replies = [gate.send(Call("HEAD", server.url())) for _ in range(2)]

    assert [reply.body for reply in replies] == [b"", b""]
    assert server.accepts == 1


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(b"news")),
        ("x-gzip", gzip.compress(b"news")),
        ("GZIP", gzip.compress(b"news")),
        ("deflate", zlib.compress(b"news")),
        ("deflate", zlib.compress(b"news")[2:-4]),
        ("br", brotli.compress(b"news")),
        ("identity", b"news"),
        ("", b"news"),
    ],
)
def test_bodies_are_unpacked(serve, gate, encoding, packed):
    server = serve(always(whole(packed, content_encoding=encoding)))

    assert gate.send(Call("GET", server.url())).body == b"news"


def test_a_body_in_chunks_is_put_together(serve, gate):
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    server = serve(always(head, b"2\r\nne\r\n", b"2;x=y\r\nws\r\n", b"0\r\n\r\n"))

    replies = [gate.send(Call("GET", server.url())) for _ in range(2)]

    assert [reply.body for reply in replies] == [b"news", b"news"]
    assert server.accepts == 1


def test_a_body_without_length_ends_with_the_connection(serve, gate):
    server = serve(then_hang_up(b"HTTP/1.1 200 OK\r\n\r\n", b"news"))

    assert gate.send(Call("GET", server.url())).body == b"news"


def test_an_interim_answer_to_go_on_is_passed_over(serve, gate):
    server = serve(always(b"HTTP/1.1 100 Continue\r\n\r\n", whole(b"news")))

    assert gate.send(Call("GET", server.url())).body == b"news"


def test_cookies_are_not_kept(serve, gate):
    server = serve(always(whole(set_cookie="left=1; Path=/")))

    for _ in range(2):
        gate.send(Call("GET", server.url()))

    assert b"cookie" not in server.requests[1].lower()


HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH_9\r\n\r\n",
        b"\x15\x03\x01\x00\x02\x02\x46\r\n",
        b"HTTP/1.1 20\r\n\r\n",
        b"HTTP/1.1 two hundred\r\n\r\n",
        b"HTTP/1.1 " + b"2" * 70_000 + b"\r\n\r\n",
        HEAD + b"X: " + b"x" * 70_000 + b"\r\n\r\n",
        HEAD + b"".join(b"X-%d: 1\r\n" % n for n in range(101)) + b"\r\n",
        b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + whole(),
        b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
        HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} ",
        HEAD + b"Content-Length: 2, 3\r\n\r\n{} ",
        CHUNKED + b"zz\r\n{}\r\n0\r\n\r\n",
        CHUNKED + b"-5\r\n{}\r\n0\r\n\r\n",
        whole(b"news", content_encoding="zstd"),
        whole(b"news", content_encoding="rot13"),
        whole(b"news", content_encoding="gzip, rot13"),
        whole(gzip.compress(b"news"), content_encoding="gzip "),
        whole(b"news", content_encoding="gzip"),
        whole(b"\x1f\x8b\x08" + b"\xff" * 60, content_encoding="gzip"),
        whole(b"\xff" * 60, content_encoding="br"),
        whole(gzip.compress(gzip.compress(b"news")), content_encoding="gzip, gzip"),
    ],
)
def test_what_is_no_answer_we_can_read_is_garbled(serve, gate, reason, answer):
    server = serve(then_hang_up(answer))

    assert reason(gate, server.url()) is Reason.GARBLED


@pytest.mark.parametrize(
    "answer",
    [
        HEAD + b"Content-Length: 100\r\n\r\n{}",
        CHUNKED + b"5\r\nne",
        CHUNKED + b"2\r\nne\r\n",
        CHUNKED,
    ],
)
def test_an_answer_that_ends_early_is_none(serve, gate, reason, answer):
    server = serve(then_hang_up(answer))

    assert reason(gate, server.url()) is Reason.REFUSED


def test_a_connection_that_breaks_in_the_middle_is_told(serve, gate, reason):
    def answer(request):
        yield HEAD + b"Content-Length: 100\r\n\r\n{}"
        raise Reset

    server = serve(answer)

    assert reason(gate, server.url()) is Reason.REFUSED
    assert len(server.requests) == 1


def test_after_a_garbled_answer_the_next_call_gets_its_own(serve, gate, reason):
    def late(request):
        yield b"HTTP/1.1 103 Early Hints\r\n\r\n"
        request.over.wait(0.3)
        yield whole(b"of the first call")

    server = serve(in_turn(late, always(whole(b"of the second call"))))
    reason(gate, server.url())

    assert gate.send(Call("GET", server.url())).body == b"of the second call"


def test_a_reply_that_goes_on_too_long_leaves_nothing_for_the_next_call(serve, gate):
    longer = whole(b"first") + whole(b"smuggled")
    server = serve(in_turn(always(longer), always(whole(b"second"))))

    bodies = [gate.send(Call("GET", server.url())).body for _ in range(2)]

    assert bodies == [b"first", b"second"]


def test_nobody_listening_is_refused(serve, gate, reason):
    server = serve(always(whole()))
    url = server.url()
    server.close()

    assert reason(gate, url) is Reason.REFUSED


def test_a_server_that_hangs_up_at_once_is_refused(serve, gate, reason):
    def answer(request):
        raise HangUp

    assert reason(gate, serve(answer).url(), "POST") is Reason.REFUSED
