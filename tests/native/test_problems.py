"""Every problem leads to what to do about it."""

import pytest

from apps.dialects.native_errors import PROBLEMS
from tests.native.managing import Program


@pytest.mark.parametrize("code", PROBLEMS)
def test_a_problem_is_explained_without_a_key(client, code):
    answer = client.get(f"/api/problems/{code}")

    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert all(words in answer.text for words in (code, *PROBLEMS[code]))


def test_browsers_get_a_page(client):
    answer = client.get("/api/problems/not_found", headers={"accept": "text/html,*/*;q=0.8"})

    assert answer["Content-Type"] == "text/html; charset=utf-8"
    assert answer["Vary"] == "Accept"
    assert "<h1>There is nothing here</h1>" in answer.text
    assert not answer.cookies


@pytest.mark.parametrize("code", ["nothing", "%00", "a" * 3000, "<script>", "not_found%0A"])
def test_an_unknown_problem_is_one(client, code):
    answer = client.get(f"/api/problems/{code}")

    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["type"] == "/api/problems/not_found"


def test_problems_are_read_only(client):
    answer = client.post("/api/problems/not_found")

    assert answer.status_code == 405
    assert answer.json()["code"] == "method_not_allowed"


def test_an_answer_leads_to_its_explanation(client, db):
    problem = Program(letters="x").get("/api/key").json()

    assert PROBLEMS["unauthorized"][1] in client.get(problem["type"]).text


def test_a_problem_asks_no_database(client):
    assert client.get("/api/problems/conflict").status_code == 200
