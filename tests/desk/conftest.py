"""A house with two merchants, and a way to knock as anybody."""

import pytest

from tests.desk import world
from tests.desk.world import OURS, THEIRS


@pytest.fixture
def rows(db):
    ours, theirs = world.furnish(OURS), world.furnish(THEIRS)
    known = world.people(ours["shipments.merchant"], theirs["shipments.merchant"])
    common = world.reference_data()
    return {"ours": {**common, **ours}, "theirs": {**common, **theirs}, "people": known}


@pytest.fixture
def enter(client, rows):
    def entered(who):
        client.logout()
        if rows["people"][who]:
            client.force_login(rows["people"][who])
        return client

    return entered
