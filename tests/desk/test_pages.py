"""Every page of the desk, asked for by everybody."""

import pytest
from django.urls import reverse

from apps.desk.pages import PAGES
from apps.desk.scopes import SCOPES
from tests.desk.rights import DESK_PAGES, LOOKERS, PLATFORM, SEATS
from tests.desk.world import OURS, PEOPLE, THEIRS


def test_every_page_of_the_desk_is_in_the_table():
    reverse("admin:index")

    assert set(DESK_PAGES) == set(PAGES)


@pytest.mark.parametrize("name", sorted(DESK_PAGES))
def test_a_page_of_the_desk_is_opened_by_role_and_stays_within_the_merchant(enter, rows, name):
    about, allowed = DESK_PAGES[name]
    for who in PEOPLE:
        client = enter(who)
        answer = client.get(_page(name, about, rows["ours"]))

        if who == "anonymous":
            assert answer.headers["Location"].startswith("/admin/login/")
        elif who == "seatless" or (who in SEATS and who not in allowed):
            assert answer.status_code in (403, 405)
        elif who in SEATS:
            assert answer.status_code in (200, 302, 404, 405)
        assert who in ("platform", "stranger") or not _says(answer, THEIRS)
        assert who in LOOKERS or not _says(answer, OURS)


@pytest.mark.parametrize("name", sorted(name for name in DESK_PAGES if DESK_PAGES[name][0]))
def test_a_page_about_another_merchants_row_is_not_there(enter, rows, name):
    about, allowed = DESK_PAGES[name]
    if not any(value in SCOPES for value in about.values()) or allowed == PLATFORM:
        return
    there = _page(name, about, rows["theirs"])
    for who in sorted(allowed - PLATFORM):
        client = enter(who)
        for answer in (client.get(there), client.post(there, {"step": "x"})):
            assert answer.status_code in (403, 404, 405)
            assert not _says(answer, THEIRS)


def _page(name, about, rows):
    given = {key: rows[value].pk if value in rows else value for key, value in about.items()}
    return reverse(f"admin:{name}", kwargs=given)


def _says(answer, mark):
    sent = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return mark.encode() in sent.lower()
