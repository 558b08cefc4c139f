"""The sync in numbers, as Prometheus collects them."""

from collections.abc import Iterator
from datetime import datetime

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from apps.providers.asking import Trouble
from apps.providers.claiming import oldest_due
from apps.providers.models import Tally

# A counter of its own for each of these outcomes; the nine troubles share one.
COUNTERS = {
    "asked": "Parcels asked about.",
    "answered": "Parcels a provider told something about.",
}
TROUBLES = frozenset(trouble.value for trouble in Trouble)


class Numbers(Collector):
    """Reads all from the database, so it does not matter which process is asked."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def collect(self) -> Iterator[Metric]:
        tallies = list(Tally.objects.order_by("kind", "outcome"))
        for outcome, text in COUNTERS.items():
            counter = CounterMetricFamily(f"tracking_provider_{outcome}", text, labels=["provider"])
            for tally in (one for one in tallies if one.outcome == outcome):
                counter.add_metric([tally.kind], tally.count)
            yield counter
        yield errors(tallies)
        yield lag(dict.fromkeys((tally.kind for tally in tallies), 0.0) | lags(self.now))


def errors(tallies: list[Tally]) -> Metric:
    text = "Parcels asked about without news, by class of error."
    counter = CounterMetricFamily("tracking_provider_errors", text, labels=["provider", "trouble"])
    for tally in (one for one in tallies if one.outcome in TROUBLES):
        counter.add_metric([tally.kind, tally.outcome], tally.count)
    return counter


def lag(seconds: dict[str, float]) -> Metric:
    text = "How long the oldest question is overdue."
    gauge = GaugeMetricFamily("tracking_provider_lag_seconds", text, labels=["provider"])
    for kind, late in sorted(seconds.items()):
        gauge.add_metric([kind], late)
    return gauge


def lags(now: datetime) -> dict[str, float]:
    """Return for each provider how many seconds its oldest question is overdue."""
    return {kind: (now - due_at).total_seconds() for kind, due_at in oldest_due(now).items()}
