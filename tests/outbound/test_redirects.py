"""Which redirects are followed. What is sent on is counted where it would arrive."""

import pytest

from apps.outbound.messages import Call, Reason
from tests.outbound.servers import always, in_turn, whole

STATUSES = ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"]


def to(location, status="302 Found"):
    return always(whole(b"", status, location=location))


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_redirect_on_the_same_host_is_followed_with_its_headers(serve, gate, method, status):
    server = serve(in_turn(to("/new?a=b", status), always(whole(b""))))

    reply = gate.send(Call(method, server.url("/old"), {"Authorization": "Bearer word"}))

    assert reply.status == 200
    assert server.requests[1].startswith(f"{method} /new?a=b HTTP/1.1\r\n".encode())
    assert b"Authorization: Bearer word\r\n" in server.requests[1]


@pytest.mark.parametrize("location", ["new", "./new", "?new", "//{here}/new", "http://{here}/new"])
def test_a_redirect_may_be_written_in_any_form(serve, gate, location):
    server = serve(in_turn(lambda request: to(target)(request), always(whole(b"news"))))
    target = location.format(here=f"127.0.0.1:{server.port}")

    assert gate.send(Call("GET", server.url())).body == b"news"


def test_redirects_are_followed_so_often_and_no_more(serve, gate_with, reason):
    server = serve(to("/again"))

    assert reason(gate_with(redirects=3), server.url()) is Reason.MISLED
    assert len(server.requests) == 4


def test_a_gate_may_follow_none(serve, gate_with, reason):
    server = serve(to("/again"))

    assert reason(gate_with(redirects=0), server.url()) is Reason.MISLED
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_what_changes_something_is_never_sent_on(serve, gate, reason, method, status):
    server = serve(to("/new", status))

    assert reason(gate, server.url(), method, body=b"x") is Reason.MISLED
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1:{other}/",
        "//127.0.0.1:{other}/",
        "http://localhost:{port}/",
        "http://127.0.0.2:{port}/",
        "http://[::1]:{port}/",
        "http://127.0.0.1/",
        "https://127.0.0.1:{port}/",
        "http://user@127.0.0.1:{port}/",
        "http://169.254.169.254/latest/meta-data/",
        "file:///etc/hostname",
        "ftp://127.0.0.1:{port}/",
        "javascript:alert(1)",
        "http://127.0.0.1:{port}\\@127.0.0.1:{other}/",
        "/\\127.0.0.1:{other}/",
        "http://127.0.0.1:99999/",
        "http://[::1/",
        "/naïve",
        "/a b",
    ],
)
def test_a_redirect_to_anywhere_else_is_not_followed(serve, gate, reason, location):
    other = serve(always(whole()))
    server = serve(lambda request: to(target)(request))
    target = location.format(port=server.port, other=other.port)

    why = reason(gate, server.url(), headers={"Authorization": "Bearer word"})

    assert why is Reason.MISLED
    assert (len(server.requests), other.accepts) == (1, 0)


def test_a_redirect_from_https_to_http_is_not_followed(serve, gate_with, reason, authority):
    server = serve(lambda request: to(target)(request), authority.server("127.0.0.1"))
    target = server.url("/new")
    gate = gate_with(ca_file=str(authority.file))

    assert reason(gate, server.url(scheme="https")) is Reason.MISLED
    assert server.accepts == 1


@pytest.mark.parametrize("answer", [whole(status="302 Found"), whole(refresh="0; url=/new")])
def test_what_only_looks_like_a_redirect_is_a_reply(serve, gate, answer):
    server = serve(always(answer))

    assert gate.send(Call("GET", server.url())).body == b"{}"
    assert len(server.requests) == 1
