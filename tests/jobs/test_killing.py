"""Nothing is lost and nothing is doubled when workers are killed while they ask."""

import pytest

from tests.jobs.killing import Toll, toll_of


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_killed_workers_lose_and_double_no_event(place):
    toll = toll_of(place, watches=120, kills=4, questions=240, seed=20)

    assert toll == Toll(lost=0, doubled=0, outbox=0, unended=0)
    assert "Job failed" not in place.log
