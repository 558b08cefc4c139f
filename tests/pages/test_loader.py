"""The script for shops: small, at an address that stays, kept for a short time."""

import re

import brotli
import pytest
from django.conf import settings

from apps.pages.oembed import SANDBOX

ADDRESS = "/embed/v1.js"
SOURCE = (settings.BASE_DIR / "static/js/embed.js").read_text()


def test_the_script_is_served_as_it_stands(client):
    answer = client.get(ADDRESS)

    assert answer.text == SOURCE
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert not answer.cookies
    assert "cookie" not in answer.headers["Vary"].lower()


def test_the_script_weighs_a_kilobyte_at_most(client):
    answer = client.get(ADDRESS, HTTP_ACCEPT_ENCODING="gzip, deflate, br")

    assert answer.headers["Content-Encoding"] == "br"
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert len(answer.content) <= 1024
    assert brotli.decompress(answer.content).decode() == SOURCE


@pytest.mark.parametrize("accepted", ["", "gzip", "*", "bro, br2"])
def test_nobody_gets_a_coding_that_was_not_asked_for(client, accepted):
    answer = client.get(ADDRESS, HTTP_ACCEPT_ENCODING=accepted)

    assert "Content-Encoding" not in answer.headers
    assert answer.text == SOURCE


def test_a_script_that_is_known_is_not_sent_again(client):
    known = client.get(ADDRESS).headers["ETag"]

    answer = client.get(ADDRESS, HTTP_IF_NONE_MATCH=known)

    assert (answer.status_code, answer.content) == (304, b"")


@pytest.mark.parametrize("name", ["embed", "frame"])
def test_scripts_store_nothing_and_ask_nobody_else(name):
    script = (settings.BASE_DIR / f"static/js/{name}.js").read_text()

    assert not re.search(r"cookie|storage|eval|innerHTML|document\.write|https?:", script, re.I)
    assert not re.search(r"postMessage\([^)]*[\"']\*[\"']", script)


DOCS = (settings.BASE_DIR / "docs/embedding.md").read_text()


def test_the_docs_name_every_attribute_and_event():
    options = re.search(r"options = \[(.*)\]", SOURCE)[1]
    attributes = {*re.findall(r'"([\w-]+)"', options), *re.findall(r'#get\("([\w-]+)"', SOURCE)}
    events = {"ready", "resize", *re.search(r"\(lookup[\w|]+\)", SOURCE)[0][1:-1].split("|")}

    assert set(re.findall(r"^\| `([\w-]+)`", DOCS, re.M)) == attributes | {"title"}
    assert set(re.findall(r"^\| `parcel:(\w+)`", DOCS, re.M)) == events


def test_the_docs_name_every_word_of_the_sandbox():
    (words,) = re.findall(r'sandbox="([^"]+)"', DOCS)

    assert f'sandbox = "{words}"' in SOURCE
    assert words == SANDBOX


def test_the_docs_are_one_page():
    assert len(DOCS.splitlines()) <= 120
