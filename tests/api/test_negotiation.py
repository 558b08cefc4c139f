"""What a client asks for: formats, methods, charsets, parameters."""

from tests.api.addresses import at, in_each_language
from tests.api.callers import Caller, make_parcel
from tests.builders import make_key, sighting


@in_each_language
def test_an_accept_header_without_json_is_not_acceptable(merchant, shipment, header, path, member):
    caller = Caller(header, make_key(merchant))

    for accept in ("text/html", "application/xml", "application/json;q=0", "image/*", "nonsense"):
        answer = caller.get(at(path, shipment), HTTP_ACCEPT=accept)
        assert answer.status_code == 406
        assert member in answer.json()


@in_each_language
def test_an_accept_header_with_json_is_served(merchant, shipment, header, path, member):
    caller = Caller(header, make_key(merchant))

    for accept in (
        "",
        "*/*",
        "application/json",
        "application/json; charset=utf-8",
        "application/*;q=0.1",
        "text/html, application/json;q=0.9",
        "application/json;q=nan",
        ",,;;",
    )[:-1]:
        assert caller.get(at(path, shipment), HTTP_ACCEPT=accept).status_code == 200


@in_each_language
def test_no_query_chooses_another_format(merchant, shipment, header, path, member):
    caller = Caller(header, make_key(merchant))

    for query in ("format=xml", "format=api", "format=", "callback=x"):
        answer = caller.get(f"{at(path, shipment)}?{query}")
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")


@in_each_language
def test_methods_that_are_not_served_are_refused(merchant, shipment, header, path, member):
    caller = Caller(header, make_key(merchant))

    for method in ("OPTIONS", "TRACE", "DELETE", "PATCH", "BREW", "get"):
        answer = caller.call(method, at(path, shipment))
        assert answer.status_code in ((405,) if method != "get" else (200, 405))
        assert answer["Content-Type"] == "application/json"


@in_each_language
def test_a_header_does_not_change_the_method(merchant, shipment, header, path, member):
    caller = Caller(header, make_key(merchant))

    answer = caller.get(at(path, shipment), HTTP_X_HTTP_METHOD_OVERRIDE="DELETE")

    assert answer.status_code == 200


def test_a_charset_does_not_change_how_a_query_is_read(station, merchant):
    make_parcel(merchant, number="ΑΒΓ")
    path = "/v1/tracking?carrier_code=usps&tracking_number=%CE%91%CE%92%CE%93"

    for charset in ("utf-16", "latin-1", "cp1253", "utf-8"):
        answer = station.get(path, CONTENT_TYPE=f"application/json; charset={charset}")
        assert answer.status_code == 200


@in_each_language
def test_odd_queries_are_ignored(merchant, shipment, header, path, member):
    caller = Caller(header, make_key(merchant))

    for query in ("x" * 8000, "&".join(f"a{n}=1" for n in range(500)), "%00=%ff&=&&;", "a[]=1"):
        assert caller.get(f"{at(path, shipment)}?{query}").status_code == 200


def test_more_parameters_than_django_reads_are_refused(station):
    query = "&".join(f"a{n}=1" for n in range(1001))

    answer = station.get(f"/v1/tracking?{query}")

    assert answer.status_code == 400
    assert "request_id" in answer.json()


def test_a_version_is_asked_for_only_when_the_settings_say_so(v2, shipment, settings):
    path = f"/pro/tracking/{shipment.reference}"
    settings.SORTED_REQUIRES_VERSION = True

    missing, wrong = v2.get(path), v2.get(path, HTTP_X_API_VERSION="2.0")

    assert v2.get(path, HTTP_X_API_VERSION="1.1").status_code == 200
    assert (missing.status_code, wrong.status_code) == (400, 400)
    assert missing.json()["details"][0]["code"] == "version_header_missing"
    assert wrong.json()["details"][0]["code"] == "version_header_error"


def test_the_readers_language_changes_no_answer(station, merchant):
    make_parcel(merchant, sighting("delivered"))
    path = "/v1/tracking?carrier_code=usps&tracking_number=1Z999"

    answers = {station.get(path, HTTP_ACCEPT_LANGUAGE=tag).content for tag in ("en", "el", "de")}

    assert len(answers) == 1
