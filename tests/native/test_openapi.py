"""The documents say all that is served and nothing else, and are served themselves."""

import json
import re
from urllib.parse import urljoin

import jsonschema
import pytest
from django.urls import path
from drf_spectacular.validation import validate_schema
from rest_framework.views import APIView

from apps.api.languages import ROOTS, language_of
from apps.native.marked_up import html_of
from apps.native.openapi import serving
from apps.native.openapi.describing import Endpoints, Generator
from apps.native.openapi.documents import DOCUMENTS, written
from tests.builders import make_key, make_merchant
from tests.pages.markup import read

METHODS = ("get", "post", "put", "patch", "delete")
# What is served under an API's address and is no operation of it.
PAGES = {
    "/api/docs",
    "/api/docs/guides/examples/tracking_client.py",
    "/api/docs/guides/{name}.md",
    "/api/docs/viewer/{version}/{name}",
    "/api/docs/{name}",
    "/api/openapi/{name}.json",
    "/api/problems/{code}",
}


class Everything(Endpoints):
    """Every address, pages too."""

    def should_include_endpoint(self, path, callback):
        return True

    def get_allowed_methods(self, callback):
        return super().get_allowed_methods(callback) if hasattr(callback, "cls") else ["GET"]


def document(name):
    return json.loads(written(name).body)


def operations(name):
    return [
        (method.upper(), where, told)
        for where, methods in document(name)["paths"].items()
        for method, told in methods.items()
    ]


def answers(name, told):
    """Return an operation's answers by status, shared ones too."""
    shared = document(name)["components"]["responses"]
    return {
        status: shared[answer["$ref"].rpartition("/")[2]] if "$ref" in answer else answer
        for status, answer in told["responses"].items()
    }


def served():
    """Return (method, address, language) of every operation the site answers."""
    return {
        (method, where, language_of(where))
        for where, _, method, _ in Everything().get_api_endpoints()
        if language_of(where) and where not in PAGES
    }


def test_every_operation_that_is_served_is_in_a_document_and_no_other_is():
    # Whatever no other address takes is answered by an address that takes all.
    catch_all = {(m, p) for m, p, _ in served() if p.startswith("/(?:") or "|" in p}
    told = {
        (method, where, DOCUMENTS[name].language)
        for name in DOCUMENTS
        for method, where, _ in operations(name)
    }

    assert {one for one in served() if one[:2] not in catch_all} == told


def test_every_row_of_the_tables_is_served():
    rows = {key for one in DOCUMENTS.values() for key in one.operations}

    assert rows == {one[:2] for name in DOCUMENTS for one in operations(name)}


def test_every_language_has_its_document():
    assert {one.language for one in DOCUMENTS.values()} == {language for _, language in ROOTS}


def test_an_operation_that_no_table_tells_of_is_left_out():
    class Surprise(APIView):
        def get(self, request):
            """Answer."""

    generator = Generator(DOCUMENTS["shipstation"])
    generator.patterns = [path("v1/surprise", Surprise.as_view())]

    assert generator.get_schema()["paths"] == {}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_document_is_valid(name):
    validate_schema(document(name))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_example_fits_its_shape(name):
    whole = document(name)

    for _, _, told in operations(name):
        for content in contents(name, told):
            schema = {**content["schema"], "components": whole["components"]}
            jsonschema.validate(content["example"], schema)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_operation_has_an_example_and_says_how_it_is_refused(name):
    for _, _, told in operations(name):
        assert all("example" in content for content in contents(name, told))
        assert {"401", "403", "406", "429", "503"} <= set(told["responses"])
        assert "scope" in told["description"]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_operation_goes_by_a_name_of_its_own(name):
    names = [told["operationId"] for _, _, told in operations(name)]

    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_refusals_are_in_the_words_of_that_api(name):
    language = DOCUMENTS[name].language

    for _, _, told in operations(name):
        answer = answers(name, told)["429"]
        assert list(answer["content"]) == [language.error_type]
        assert {language.id_header, "Retry-After"} <= set(answer["headers"])


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_method_that_is_not_served_is_refused_in_the_words_of_that_api(name, client, db):
    language = DOCUMENTS[name].language
    key = f"{language.key_scheme} {make_key(make_merchant())}".strip()

    for where, methods in document(name)["paths"].items():
        answer = client.generic(
            "TRACE", re.sub(r"{\w+}", "1", where), headers={language.key_header: key}
        )

        told = {one.strip().lower() for one in answer["Allow"].split(",")}
        assert answer.status_code == 405, where
        assert answer["Content-Type"] == language.error_type
        assert told - {"head"} == set(methods), where


def contents(name, told):
    """Return everything an operation takes and gives."""
    parts = [told.get("requestBody", {}), *answers(name, told).values()]
    return [content for part in parts for content in part.get("content", {}).values()]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_document_is_public_and_asks_the_database_nothing(
    name, client, django_assert_num_queries, db
):
    with django_assert_num_queries(0):
        answer = client.get(f"/api/openapi/{name}.json")

    assert answer.json() == document(name)
    assert answer["Content-Type"] == "application/json"
    assert answer["Cache-Control"] == "public, max-age=300"
    assert not answer.cookies


def test_a_document_that_did_not_change_is_not_sent_again(client):
    etag = client.get("/api/openapi/shipstation.json")["ETag"]

    answer = client.get("/api/openapi/shipstation.json", headers={"If-None-Match": etag})

    assert (answer.status_code, answer.content) == (304, b"")


def test_a_document_is_the_same_in_every_process():
    name = "shipstation"
    again = Generator(DOCUMENTS[name]).get_schema()

    assert json.loads(json.dumps(again)) == document(name)


@pytest.mark.parametrize(
    "address",
    [
        "/api/openapi/other.json",
        "/api/docs/other/",
        "/api/docs/guides/other.md",
        "/api/docs/guides/..%2Fhosting.md",
        f"/api/docs/viewer/{serving.VIEWER_VERSION}/package.json",
        "/api/docs/viewer/1/swagger-ui.css",
    ],
)
def test_what_is_none_of_them_is_not_found(client, address):
    answer = client.get(address)

    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_page_shows_each_document_with_files_of_ours_only(client, name):
    answer = client.get(f"/api/docs/{name}/")

    page = answer.content.decode()
    assert f'data-document="/api/openapi/{name}.json"' in page
    assert "//" not in page.replace("<!doctype", "") and "<style" not in page
    assert "'unsafe-inline'" not in answer["Content-Security-Policy"]
    assert not answer.cookies


def test_the_index_leads_to_all_of_them(client):
    page = client.get("/api/docs/").content.decode()

    assert [name for name in DOCUMENTS if f'href="/api/docs/{name}/"' not in page] == []
    assert [name for name in serving.GUIDES if f"/api/docs/guides/{name}.md" not in page] == []


@pytest.mark.parametrize("name", serving.GUIDES)
def test_guides_are_shown_as_they_are_written(client, settings, name):
    answer = client.get(f"/api/docs/guides/{name}.md")

    assert answer.content == (settings.BASE_DIR / f"docs/{name}.md").read_bytes()
    assert answer["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize("name", serving.GUIDES)
def test_browsers_get_guides_as_pages_whose_links_lead_somewhere(client, name):
    answer = client.get(f"/api/docs/guides/{name}.md", headers={"Accept": "text/html,*/*;q=0.8"})

    page = read(answer.text)
    ours = [link["href"] for link in page.all("a") if "://" not in link["href"]]
    assert answer["Content-Type"].startswith("text/html") and answer["Vary"] == "Accept"
    assert page.one("h1").text
    assert [
        href
        for href in ours
        if client.get(urljoin(answer.request["PATH_INFO"], href)).status_code != 200
    ] == []


def test_html_in_a_text_is_shown_as_it_is_written():
    assert "&lt;b&gt;" in html_of("a <b>c</b>") and "<b>" not in html_of("a <b>c</b>")


@pytest.mark.parametrize("name", serving.VIEWER_FILES)
def test_the_viewer_comes_packed_and_is_kept_for_good(client, name):
    address = f"/api/docs/viewer/{serving.VIEWER_VERSION}/{name}"
    plain, packed = client.get(address), client.get(address, headers={"Accept-Encoding": "gzip"})

    assert len(packed.content) * 3 < len(plain.content)
    assert (packed["Content-Encoding"], packed["Vary"]) == ("gzip", "Accept-Encoding")
    assert "immutable" in plain["Cache-Control"]


def test_pages_take_no_posts(client):
    answer = client.post("/api/docs/")

    assert (answer.status_code, answer["Content-Type"]) == (405, "application/problem+json")
