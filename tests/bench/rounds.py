"""Interleaved rounds: A B C, A B C, … and the median of each round's own ratios."""

import statistics
from collections.abc import Callable
from typing import NamedTuple

NOISY = 0.10


class Figure(NamedTuple):
    """A measured goal: the median of its ratio in each round, and those ratios."""

    id: str
    value: float
    rounds: list[float]


def run(jobs: dict[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Return each job's rate in every round. A job returns things done per second."""
    rates: dict[str, list[float]] = {name: [] for name in jobs}
    for number in range(rounds):
        # Turning the order round keeps one job from always following the same other.
        for name in list(jobs)[:: 1 if number % 2 == 0 else -1]:
            rates[name].append(jobs[name]())
    return rates


def ratio(id_: str, rates: dict[str, list[float]], name: str, reference: str) -> Figure:
    """Return the median ratio of a job to its reference."""
    ratios = [one / other for one, other in zip(rates[name], rates[reference], strict=True)]
    return Figure(id_, statistics.median(ratios), ratios)


def is_noisy(rates: dict[str, list[float]], one: str, other: str) -> bool:
    """Tell whether two runs of the same thing differ too much to judge anything."""
    return abs(ratio("A/A", rates, one, other).value - 1) > NOISY
