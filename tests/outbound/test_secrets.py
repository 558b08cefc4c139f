"""Nothing a call holds comes out of a failure or into a log."""

import logging
import traceback

import pytest

from apps.outbound.messages import Call, Reply, Unreachable
from tests.outbound.servers import HangUp, always, then_hang_up, whole

MARKS = ("markinpath", "markinquery", "markinheader", "markinbody", "markfromthem")


def hang_up(request):
    raise HangUp
    yield


FAILURES = {
    "refused": hang_up,
    "garbled": then_hang_up(b"HTTP/1.1 markfromthem\r\n\r\n"),
    "broken off": then_hang_up(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nmarkfromthem"),
    "not packed": always(whole(b"markfromthem", content_encoding="gzip")),
    "odd length": then_hang_up(b"HTTP/1.1 200 OK\r\nContent-Length: 1, 2\r\nmarkfromthem\r\n\r\n"),
    "odd chunks": then_hang_up(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nmarkfromthem\r\n"
    ),
    "misled": always(whole(status="302 Found", location="http://markfromthem.example/")),
}


def secret_call(url, method="GET", **headers):
    headers = {"Authorization": "Bearer markinheader", **headers}
    return Call(method, f"{url}markinpath?a=markinquery", headers, b"markinbody")


def shown(error):
    """Return all that a log, a report or a debugger would show of an error."""
    report = traceback.TracebackException.from_exception(error, capture_locals=True)
    own = [frame for frame in report.stack if "tests/" not in frame.filename]
    report.stack = traceback.StackSummary.from_list(own)
    return "".join([repr(error), str(error.args), *report.format()])


def failure_of(gate, call):
    with pytest.raises(Unreachable) as failure:
        gate.send(call)
    return failure.value


@pytest.mark.parametrize("kind", FAILURES)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_failure_shows_nothing_of_the_call_or_the_answer(serve, gate, caplog, kind, method):
    caplog.set_level(logging.DEBUG)

    error = failure_of(gate, secret_call(serve(FAILURES[kind]).url(), method))

    assert (error.__cause__, error.__context__) == (None, None)
    assert [mark for mark in (*MARKS, "127.0.0.1") if mark in shown(error)] == []
    assert caplog.text == ""


@pytest.mark.parametrize("value", ["markinheader\r\n", "markinheaderключ", " markinheader"])
def test_a_header_that_cannot_be_sent_is_not_shown(serve, gate, caplog, value):
    caplog.set_level(logging.DEBUG)

    error = failure_of(gate, secret_call(serve(hang_up).url(), Authorization=value))

    assert (error.__cause__, error.__context__) == (None, None)
    assert [mark for mark in MARKS if mark in shown(error)] == []
    assert caplog.text == ""


def test_an_address_that_is_not_called_is_not_shown(gate):
    error = failure_of(gate, secret_call("https://markinpath@carrier.example/"))

    assert [mark for mark in MARKS if mark in shown(error)] == []


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nmarkfromthem\r\n"])
def test_a_reply_is_not_logged(serve, gate, caplog, head):
    caplog.set_level(logging.DEBUG)

    gate.send(secret_call(serve(then_hang_up(head + b"\r\nmarkfromthem")).url()))

    assert caplog.text == ""


def test_calls_and_replies_show_their_size_only():
    call = secret_call("https://carrier.example/", "POST")
    reply = Reply(200, {"set-cookie": "markfromthem"}, b"markfromthem")

    assert repr(call) == "<Call POST, 1 headers, 10 bytes>"
    assert repr(reply) == "<Reply 200, 1 headers, 12 bytes>"
