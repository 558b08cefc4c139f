"""Kills: what is lost and doubled when workers are killed in the middle of asking."""

from pathlib import Path

from django.conf import settings
from django.test import override_settings

from tests.bench.rounds import Figure
from tests.jobs import workers
from tests.jobs.killing import toll_of

PATIENCE_SECONDS = 600
SEED = 2026


def measure(quick: bool) -> tuple[list[Figure], bool]:
    """Return the figures; they are counts, so none is noisy."""
    watches, kills = (500, 5) if quick else (5000, 50)
    place = workers.place("huey-sqlite", Path(settings.VAR_DIR))
    with override_settings(TASKS=place.tasks()):
        toll = toll_of(
            place,
            watches=watches,
            kills=kills,
            questions=watches,
            seed=SEED,
            patience=PATIENCE_SECONDS,
        )
    return [Figure(f"S7-{name}", float(count), []) for name, count in toll._asdict().items()], False
