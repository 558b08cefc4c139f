"""The samples told near another day: the same states, with all their times moved along."""

from datetime import UTC, datetime, timedelta

import pytest

from apps.pages.presenting import present
from apps.pages.sample_parts import moved
from apps.pages.samples import all_samples, samples_near
from apps.shipments.privacy import seen_at

LATER = datetime(2031, 1, 7, 3, 15, tzinfo=UTC)
NEAR = samples_near(LATER)


def test_the_samples_are_told_at_the_last_thursday_noon():
    times = {sample.now for sample in NEAR.values()}

    assert times == {datetime(2031, 1, 2, 12, 0, tzinfo=UTC)}


@pytest.mark.parametrize("name", NEAR)
def test_a_sample_keeps_its_state(name):
    sample = NEAR[name]
    shown = [seen_at(one, sample.reader.level) for one in sample.journeys]

    assert present(shown, sample.now, sample.reader).state == name


def test_every_time_is_moved_and_nothing_else():
    by = timedelta(days=7)
    sample = all_samples()["late"]

    (journey,) = moved(sample.journeys, by)

    assert journey.events[0].moment.instant == sample.journeys[0].events[0].moment.instant + by
    assert journey.promises[0].said_at == sample.journeys[0].promises[0].said_at + by
    assert moved(journey, -by) == sample.journeys[0]
