"""Bodies: how they are named, how large they are, how they arrive."""

import io
import json

import pytest

from apps.shipments.models import Carrier
from tests.api.addresses import at, in_each_language
from tests.api.callers import Caller
from tests.builders import make_key

WRITING = [
    pytest.param("put", "/v1/shipments/{sp}/tracking", "x-api-key", id="put"),
    pytest.param("post", "/tracking/carrierevents", "ocp-apim-subscription-key", id="push"),
]


on_each_writing_address = pytest.mark.parametrize(("method", "path", "header"), WRITING)


@pytest.fixture
def usps(db):
    return Carrier.objects.get(code="usps")


@pytest.fixture
def writer(merchant, usps):
    """Whoever may write at an address: a merchant, or a carrier for the push."""

    def of(header):
        if header == "x-api-key":
            return Caller(header, make_key(merchant))
        return Caller(header, make_key(carrier=usps, scopes=["push"]))

    return of


@in_each_language
def test_an_answer_is_json_that_nobody_stores(merchant, shipment, header, path, member):
    answer = Caller(header, make_key(merchant)).get(at(path, shipment))

    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json"
    assert answer["Cache-Control"] == "no-store"
    assert not answer.cookies


@in_each_language
def test_head_is_a_get_without_a_body(merchant, shipment, header, path, member):
    caller = Caller(header, make_key(merchant))

    answer = caller.call("HEAD", at(path, shipment))

    assert (answer.status_code, answer.content) == (200, b"")


@in_each_language
def test_a_charset_nobody_knows_breaks_nothing(merchant, shipment, header, path, member):
    caller = Caller(header, make_key(merchant))

    answer = caller.get(at(path, shipment), CONTENT_TYPE="application/json; charset=nonsense")

    assert answer.status_code == 200


@on_each_writing_address
@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/xml",
        "application/json; charset=utf-16",
        "application/json; charset=latin-1",
        "application/jsonp",
        "*/*",
    ],
)
def test_only_json_in_utf8_is_taken(writer, shipment, method, path, header, content_type):
    answer = writer(header).call(
        method.upper(), at(path, shipment), b"{}", content_type=content_type
    )

    assert answer.status_code == 415
    assert answer["Content-Type"] == "application/json"


@on_each_writing_address
@pytest.mark.parametrize(
    "content_type",
    ["application/json", "APPLICATION/JSON", "application/json; charset=UTF-8", ""],
)
def test_json_by_any_of_its_names_is_read(writer, shipment, method, path, header, content_type):
    """An empty object is read and then refused for what it lacks."""
    answer = writer(header).call(
        method.upper(), at(path, shipment), b"{}", content_type=content_type
    )

    assert answer.status_code == 400


@on_each_writing_address
def test_a_compressed_body_is_refused(writer, shipment, method, path, header):
    answer = writer(header).call(
        method.upper(),
        at(path, shipment),
        b"\x1f\x8b",
        content_type="application/json",
        HTTP_CONTENT_ENCODING="gzip",
    )

    assert answer.status_code == 415


class Endless(io.RawIOBase):
    """A body without an end that tells how much of it was read."""

    taken = 0

    def read(self, size=-1):
        assert size >= 0, "somebody wants all of an endless body"
        self.taken += min(size, 65536)
        return b" " * min(size, 65536)


@on_each_writing_address
def test_a_body_without_a_length_is_read_up_to_the_limit_only(
    writer, shipment, method, path, header, settings
):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100_000
    body = Endless()

    answer = writer(header).call(
        method.upper(),
        at(path, shipment),
        content_type="application/json",
        **{"CONTENT_LENGTH": "", "wsgi.input": body, "wsgi.input_terminated": True},
    )

    assert answer.status_code == 413
    assert body.taken == 100_001


def test_a_body_without_a_length_is_taken(lemon, shipment):
    body = json.dumps({"tracking_history": []}).encode()

    answer = lemon.call(
        "PUT",
        f"/v1/shipments/{shipment.reference}/tracking",
        content_type="application/json",
        **{"CONTENT_LENGTH": "", "wsgi.input": io.BytesIO(body), "wsgi.input_terminated": True},
    )

    assert answer.status_code == 200


@on_each_writing_address
def test_a_body_that_says_it_is_too_large_is_refused_unread(
    writer, shipment, method, path, header, settings
):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100_000
    body = Endless()

    answer = writer(header).call(
        method.upper(),
        at(path, shipment),
        content_type="application/json",
        **{"CONTENT_LENGTH": "100001", "wsgi.input": body},
    )

    assert answer.status_code == 413
    assert body.taken == 0
    assert answer["Content-Type"] == "application/json"


@in_each_language
def test_no_address_takes_a_body_that_is_too_large(
    merchant, shipment, header, path, member, settings
):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    caller = Caller(header, make_key(merchant))

    answer = caller.call("GET", at(path, shipment), b" " * 1001, content_type="application/json")

    assert answer.status_code == 413
    assert member in answer.json()


class Broken(io.RawIOBase):
    def read(self, size=-1):
        raise OSError("the client went away")


@on_each_writing_address
def test_a_body_that_breaks_off_is_refused(writer, shipment, method, path, header):
    answer = writer(header).call(
        method.upper(),
        at(path, shipment),
        content_type="application/json",
        **{"CONTENT_LENGTH": "100", "wsgi.input": Broken()},
    )

    assert answer.status_code == 400


@pytest.mark.parametrize("length", ["-1", "x", "1e3", "99999999999999999999999"])
def test_a_length_that_is_none_breaks_nothing(lemon, shipment, length):
    answer = lemon.call(
        "PUT",
        f"/v1/shipments/{shipment.reference}/tracking",
        content_type="application/json",
        **{"CONTENT_LENGTH": length, "wsgi.input": io.BytesIO(b"{}")},
    )

    assert answer.status_code in (400, 413)
