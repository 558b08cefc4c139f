"""Which addresses a merchant may put on its pages."""

import pytest
from django.core.exceptions import ValidationError

from apps.branding.links import check_link, is_web_address

FINE = [
    "https://shop.example",
    "http://shop.example/help?a=1&b=2#top",
    "https://shop.example:8443/a%20b",
    "HTTPS://SHOP.EXAMPLE/",
    "https://café.example/hilfe",
]
HOSTILE = [
    "",
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    " javascript:alert(1)",
    "java\nscript:alert(1)",
    "\tjavascript:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "//evil.example",
    "/\\evil.example",
    "https:evil.example",
    "https:///evil.example",
    "https://",
    "https://a@evil.example",
    "https://a:b@evil.example",
    "https://shop.example\\@evil.example",
    "https://shop.example/a b",
    'https://shop.example/"onclick=',
    "https://shop.example/<script>",
    "https://shop.example/'x",
    "https://shop.example/`x",
    "https://shop.example/\x00",
    "https://shop.example/\u202egnp.exe",
    "https://shop.example/\u200b",
    "https://[::1",
    "https://shop.example:port/",
    "https://shop.example:99999/",
    "ftp://shop.example",
    "mailto:a@shop.example",
    "shop.example",
]


@pytest.mark.parametrize("url", FINE)
def test_a_web_address_is_one(url):
    check_link(url)

    assert is_web_address(url)


@pytest.mark.parametrize("url", HOSTILE, ids=repr)
def test_what_browsers_read_otherwise_is_refused(url):
    assert not is_web_address(url)
    with pytest.raises(ValidationError, match="Write a web address"):
        check_link(url)
