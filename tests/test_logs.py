"""What we log: enough to find a fault, and nothing of whose parcel it was."""

import json
import logging
import sys

import pytest
import structlog
from django.db import OperationalError
from structlog.contextvars import bound_contextvars

from tracking_site import logs

TOKEN = "abcdefSECRETsecretSECRET"


def formatter(form):
    given = dict(logs.configuration(form, "INFO")["formatters"]["line"])
    return given.pop("()")(**given)


def record(message, *args, exc_info=None):
    return logging.LogRecord("a.b", logging.WARNING, "file.py", 1, message, args, exc_info)


def written(message, *args, form="plain", exc_info=None):
    return formatter(form).format(record(message, *args, exc_info=exc_info))


def caught(function):
    try:
        function()
    except Exception:
        return sys.exc_info()


@pytest.mark.parametrize("form", ["plain", "json"])
@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (f"/t/{TOKEN}/", "/t/abcdef.../"),
        (f"Not Found: /t/{TOKEN}/live", "/t/abcdef.../live"),
        (f"/hooks/{TOKEN}/", "/hooks/abcdef.../"),
        (f"/s/{TOKEN}/", "/s/abcdef.../"),
        (f"/m/{TOKEN}/stop", "/m/abcdef.../stop"),
        (f"/e/acme/{TOKEN}/", "/e/acme/abcdef.../"),
        (f"/b/acme/n/{TOKEN}/", "/b/acme/n/abcdef.../"),
        (f"'/hooks/{TOKEN}'", "'/hooks/abcdef...'"),
        ("/v1/tracking?tracking_number=SECRET", "/v1/tracking"),
        ("https://host/path?key=SECRET failed", "https://host/path failed"),
        ('"GET /a/b?c=SECRET HTTP/1.1"', "GET /a/b HTTP/1.1"),
    ],
)
def test_secrets_of_addresses_are_cut(given, kept, form):
    text = written("%s", given, form=form)

    assert kept in text
    assert "SECRET" not in text


def test_other_questions_are_left_alone():
    assert "really?yes" in written("really?yes")


def test_an_exception_is_told_without_its_message():
    def inner():
        raise ValueError("Jane Roe")

    def outer():
        try:
            inner()
        except ValueError as error:
            raise KeyError("9400 1000") from error

    text = written("failed", exc_info=caught(outer))

    assert text.index("builtins.ValueError") < text.index("builtins.KeyError")
    assert "tests/test_logs.py" in text
    assert "inner" in text
    assert "Jane" not in text
    assert "9400" not in text


def test_what_the_database_says_of_itself_is_kept():
    def fail():
        raise OperationalError("connection refused")

    assert "connection refused" in written("failed", exc_info=caught(fail))


def test_causes_that_go_in_a_circle_end():
    one, other = ValueError(), KeyError()
    one.__cause__, other.__cause__ = other, one

    assert logs.outline(one).count("Error") == 2


@pytest.mark.parametrize("form", ["plain", "json"])
def test_a_stranger_cannot_begin_a_line(form):
    text = written("Not Found: %s", "/a\n2026 critical root \x1b[2Jforged\u2028", form=form)

    assert len(text.splitlines()) == 1
    assert "\x1b" not in text


def test_json_has_what_was_bound():
    with bound_contextvars(request_id="r-1"):
        line = json.loads(written("hello %s", "there", form="json"))

    assert line["request_id"] == "r-1"
    assert line["event"] == "hello there"
    assert line["level"] == "warning"


def test_who_it_was_is_left_out():
    with bound_contextvars(ip="192.0.2.7", user_agent="Browser", user_id=7):
        assert {"ip", "user_agent", "user_id"} & {
            *json.loads(written("hello", form="json"))
        } == set()


class Lines(logging.Handler):
    """Keeps lines as they would be written."""

    def __init__(self, form):
        super().__init__()
        self.setFormatter(formatter(form))
        self.lines = []

    def emit(self, record):
        self.lines.append(json.loads(self.format(record)))


@pytest.fixture
def lines():
    handler, root = Lines("json"), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield handler.lines
    root.removeHandler(handler)
    root.setLevel(level)


def test_every_line_of_a_request_has_its_id(client, db, lines):
    client.get(f"/t/{TOKEN}/?key=SECRET", headers={"User-Agent": "Jane's"})

    assert len({line["request_id"] for line in lines}) == 1
    assert [line["event"] for line in lines][0] == "request_started"
    assert lines[-1]["event"] == "request_finished"
    assert lines[-1]["request"] == "GET /t/abcdef.../"
    assert "SECRET" not in str(lines)
    assert "Jane" not in str(lines)


def test_two_requests_have_two_ids(client, db, lines):
    client.get("/robots.txt")
    client.get("/robots.txt")

    assert len({line["request_id"] for line in lines}) == 2


def test_a_fault_is_told_once_with_the_requests_id(client, db, lines, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("Jane Roe")

    monkeypatch.setattr("django.core.handlers.base.BaseHandler.check_response", fail)
    client.raise_request_exception = False

    client.get("/robots.txt")

    faults = [line for line in lines if "exception" in line]
    assert len(faults) == 1
    assert faults[0]["request_id"]
    assert "Jane" not in str(lines)


def test_a_line_of_ours_goes_the_same_way(lines):
    structlog.get_logger("ours").warning("hello", path=f"/hooks/{TOKEN}/")

    assert lines[0]["path"] == "/hooks/abcdef.../"
