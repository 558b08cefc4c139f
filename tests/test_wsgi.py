"""What the server's first step makes of headers that are meant to break it."""

import pytest
from django.test import RequestFactory

from tracking_site.wsgi import Handler

HOSTILE = {
    "base64": "application/json; charset=base64",
    "rot13": "application/json; charset=rot13",
    "idna": "application/json; charset=idna",
    "utf-16": "application/json; charset=utf-16",
    "nul": "application/json; charset=\x00",
    "rfc2231": "application/json; charset*=x'y'z",
    "many": "application/json" + "; a=b" * 2000,
    "empty": ";;;=;",
    "latin": "\xff",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_content_type_breaks_the_reading_of_a_query(name):
    environ = RequestFactory()._base_environ(QUERY_STRING="a=%C3%A4", CONTENT_TYPE=HOSTILE[name])

    request = Handler.request_class(environ)

    assert (request.GET["a"], request.encoding) == ("ä", None)


def test_an_ordinary_content_type_is_read():
    environ = RequestFactory()._base_environ(CONTENT_TYPE="application/json; charset=utf-8")

    request = Handler.request_class(environ)

    assert (request.content_type, request.content_params) == (
        "application/json",
        {"charset": "utf-8"},
    )
