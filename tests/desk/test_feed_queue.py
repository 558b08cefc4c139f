"""The queue of failing feeds."""

import pytest

from tests.builders import make_merchant
from tests.desk.seating import seat
from tests.desk.waiting_parcels import (
    FEEDS,
    NOW,
)
from tests.providers.making import make_account, make_watch

pytestmark = pytest.mark.django_db


@pytest.fixture
def merchant():
    return make_merchant()


@pytest.fixture
def anna(client, merchant):
    user = seat(merchant)
    client.force_login(user)
    return user


def test_failing_feeds_come_first_with_what_is_wrong(client, anna, merchant):
    make_account(merchant=merchant, name="Fine one")
    make_account(
        merchant=merchant, name="Broken one", paused_at=NOW, trouble="auth_failed", trouble_at=NOW
    )

    page = client.get(FEEDS).text

    assert page.index("Broken one") < page.index("Fine one")
    assert "does not take these credentials" in page


def test_parcels_that_keep_failing_are_listed(client, anna, merchant):
    account = make_account(merchant=merchant)
    make_watch(account, "9400111", failures=4, trouble="transient")
    make_watch(account, "9400222", failures=1, trouble="transient")

    page = client.get(FEEDS).text

    assert "9400111" in page
    assert "9400222" not in page


def test_another_merchants_feeds_are_not_there(client, anna):
    make_watch(make_account(merchant=make_merchant("Other"), name="Theirs"), failures=9)

    page = client.get(FEEDS).text

    assert "Theirs" not in page
    assert "9400111" not in page
    assert "No provider is asked yet." in page
