import pytest

from apps.pages.links import own_picture, safe_link


@pytest.mark.parametrize(
    "url", ["https://www.dhl.de/t?id=1", "http://a.example/x#y", "HTTPS://b.example"]
)
def test_a_web_address_is_a_link(url):
    assert safe_link(url).url == url


def test_a_link_names_its_host():
    assert safe_link("https://www.dhl.de:443/t?id=1").host == "dhl.de"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "\tjavascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "//evil.example",
        "https:evil.example",
        "https:///evil.example",
        "https://good.example@evil.example/",
        "https://a\\@evil.example",
        "https://[::1",
        "https://a.example:port/",
        "https://a.example/\u202egnp",
        "ftp://a.example/",
        "tracking_url",
        "/t/other/",
    ],
)
def test_anything_else_is_no_link(url):
    assert safe_link(url) is None


def test_a_picture_of_our_own_is_shown():
    assert own_picture("/media/jumper.webp") == "/media/jumper.webp"


@pytest.mark.parametrize(
    "url", ["", "https://cdn.example/a.png", "//cdn.example/a.png", "/\\cdn.example/a.png", "/\n/x"]
)
def test_a_picture_from_elsewhere_is_not(url):
    assert own_picture(url) == ""
