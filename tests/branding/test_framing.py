"""Which sites may frame a brand's pages: what staff type, what browsers send, what goes out."""

import pytest
from django.core.exceptions import ValidationError

from apps.branding.framing import MOST, allows, check_origins, origin_of, valid_origins

WRITTEN = {
    "https://shop.example": "https://shop.example",
    "HTTPS://Shop.Example/": "https://shop.example",
    " https://shop.example ": "https://shop.example",
    "https://shop.example:443": "https://shop.example",
    "http://shop.example:80": "http://shop.example",
    "https://shop.example:": "https://shop.example",
    "https://shop.example:8443": "https://shop.example:8443",
    "https://*.shop.example": "https://*.shop.example",
    "https://xn--caf-dma.example": "https://xn--caf-dma.example",
    "http://localhost:8002": "http://localhost:8002",
    "http://127.0.0.1:8002": "http://127.0.0.1:8002",
}


@pytest.mark.parametrize("text", WRITTEN)
def test_an_origin_is_written_as_browsers_send_it(text):
    assert origin_of(text) == WRITTEN[text]


HOSTILE = [
    "*",
    "https://*",
    "https://*.",
    "*.shop.example",
    "https://shop.*.example",
    "https://sh*p.example",
    "https://**.shop.example",
    "'self'",
    "'self' *",
    "'none'",
    "data:",
    "blob:",
    "null",
    "javascript:x",
    "javascript://shop.example",
    "ftp://shop.example",
    "file:///etc/passwd",
    "shop.example",
    "//shop.example",
    "https:",
    "https://",
    "https:shop.example",
    "https:/shop.example",
    "https://shop.example/path",
    "https://shop.example?x",
    "https://shop.example#x",
    "https://user@shop.example",
    "https://user:word@shop.example",
    "https://shop.example:0x50",
    "https://shop.example:99999",
    "https://shop.example:-1",
    "https://a.example; script-src *",
    "https://a.example;script-src",
    "https://a.example https://b.example",
    "https://a.example,https://b.example",
    "https://a.example\nX-Evil: 1",
    "https://a.example\r\n",
    "https://a.exa\tmple",
    "https://a.example\x00",
    "https://a.example\\@b.example",
    "https://-shop.example",
    "https://shop..example",
    "https://.example",
    "https://café.example",
    "https://shop\u3002example",
    "https://[::1]",
    "https://[::1",
    "https://" + "a" * 64 + ".example",
    "https://" + "a." * 5000 + "example",
    "",
    None,
    7,
    ["https://shop.example"],
    {"a": 1},
    b"https://shop.example",
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text)[:40])
def test_anything_else_is_refused(text):
    with pytest.raises(ValidationError) as refused:
        origin_of(text)

    assert len(refused.value.messages[0]) < 200


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text)[:40])
def test_what_was_stored_all_the_same_never_goes_out(text):
    assert valid_origins([text, "https://shop.example"]) == ("https://shop.example",)


def test_an_origin_goes_out_once_and_not_five_thousand_do():
    twice = ["https://shop.example", "https://SHOP.example:443"]
    many = [f"https://shop{n}.example" for n in range(5000)]

    assert valid_origins(twice) == ("https://shop.example",)
    assert len(valid_origins(many)) == MOST


@pytest.mark.parametrize(
    "origins",
    ["https://shop.example", {"https://shop.example": 1}, None, 7, ["https://a.example", "*"]],
)
def test_staff_are_told_what_is_no_list_of_origins(origins):
    with pytest.raises(ValidationError):
        check_origins(origins)


def test_staff_are_told_that_a_list_is_too_long():
    with pytest.raises(ValidationError, match="At most 50"):
        check_origins([f"https://shop{n}.example" for n in range(5000)])


def test_a_list_of_origins_may_be_empty():
    check_origins([])
    check_origins(["https://shop.example", "https://*.shop.example:8443"])


LISTED = ("https://shop.example", "https://*.acme.example", "http://*.local.example:8002")
ALLOWED = {
    "https://shop.example": True,
    "https://www.acme.example": True,
    "https://a.b.acme.example": True,
    "http://one.local.example:8002": True,
    "https://acme.example": False,
    "http://shop.example": False,
    "https://shop.example:8443": False,
    "https://www.shop.example": False,
    "https://shop.example.evil": False,
    "https://evilacme.example": False,
    "http://www.acme.example": False,
    "https://www.acme.example:8443": False,
    "http://one.local.example": False,
    "https://shop.example/": False,
    "https://SHOP.example": False,
    "https://*.acme.example": False,
    "https://evil.example/.acme.example": False,
    "https://evil.example#.acme.example": False,
    "https://evil.example?.acme.example": False,
    "https://evil.example\\.acme.example": False,
    "https://evil.example@x.acme.example": False,
    "null": False,
    "*": False,
    "": False,
}


@pytest.mark.parametrize("origin", ALLOWED)
def test_only_the_listed_origins_are_let_in(origin):
    assert allows(LISTED, origin) == ALLOWED[origin]


def test_an_empty_list_lets_nobody_in():
    assert not allows((), "https://shop.example")
