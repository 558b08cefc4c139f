"""A case on its own page."""

import re

import pytest

from tests.builders import make_merchant
from tests.desk.seating import seat
from tests.desk.waiting_parcels import FEEDS, PROBLEMS, act, problem, rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def merchant():
    return make_merchant()


@pytest.fixture
def anna(client, merchant):
    user = seat(merchant)
    client.force_login(user)
    return user


def test_a_note_is_added_on_the_cases_page(client, anna, merchant):
    shipment = problem(merchant)
    address = f"/admin/cases/{shipment.pk}/"

    client.post(address, {"action": "note", "text": "Called <i>them</i>"})

    page = client.get(address).text
    assert "Called &lt;i&gt;them&lt;/i&gt;" in page
    assert "1 note" in client.get(PROBLEMS).text


def test_an_empty_note_is_answered_in_words(client, anna, merchant):
    shipment = problem(merchant)

    answer = client.post(f"/admin/cases/{shipment.pk}/", {"action": "note", "text": " "})

    assert "Write what you want to note." in answer.text


def test_a_case_is_solved_and_opened_again_on_its_page(client, anna, merchant):
    shipment = problem(merchant)
    address = f"/admin/cases/{shipment.pk}/"

    act(client, address, shipment, action="solve")
    solved = client.get(address).text
    act(client, address, shipment, action="reopen")

    assert "Open again" in solved
    assert len(rows(client)) == 1


def test_another_merchants_case_is_as_one_that_does_not_exist(client, anna):
    shipment = problem(make_merchant("Other"))

    answers = [client.get(f"/admin/cases/{pk}/").status_code for pk in (shipment.pk, 987654)]

    assert answers == [404, 404]


def test_no_page_has_inline_script_or_style(client, anna, merchant):
    shipment = problem(merchant)

    pages = [client.get(a).text for a in (PROBLEMS, FEEDS, f"/admin/cases/{shipment.pk}/")]

    for page in pages:
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", page)
