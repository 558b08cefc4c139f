"""Web: what the tracking page and a push cost beside a bare view, on the shipped server."""

import json
import statistics
from datetime import UTC, datetime, timedelta

from django.urls import reverse

from apps.api.models import CARRIER_SCOPES, ApiKey
from apps.shipments import recording
from apps.shipments.models import Carrier, Item, Merchant, Shipment
from apps.shipments.reports import (
    ItemReport,
    LegReport,
    Moment,
    NumberReport,
    Place,
    Report,
    Sighting,
)
from tests.bench import load, rounds
from tests.bench.ingest import STORIES
from tests.bench.load import Call
from tests.bench.rounds import Figure

NOW = datetime(2026, 3, 1, tzinfo=UTC)
SHIPMENTS = 200
CODES = ("accepted.collected", "in_transit.arrived", "in_transit.departed", "out_for_delivery")


def page_report(number: int) -> Report:
    """Return the study's page: three items, two legs, twelve events."""
    return Report(
        source="sorted_v1",
        legs=(LegReport(carrier_code="ups"), LegReport(carrier_code="usps")),
        items=tuple(ItemReport(description=f"Item {n}") for n in range(3)),
        numbers=(NumberReport(f"1Z{number:08}", 0), NumberReport(f"94{number:08}", 1)),
        sightings=tuple(
            Sighting(
                code=CODES[n % 4],
                moment=Moment(NOW - timedelta(hours=n)),
                word=STORIES[n % 5][0],
                description=STORIES[n % 5][1],
                place=Place(label="Manchester"),
                leg=0 if n > 5 else 1,
                item=n % 3,
            )
            for n in range(12)
        ),
    )


def prepare() -> tuple[list[str], list[Call]]:
    """Make the shipments; return the pages' addresses and the pushes, each with its own.

    A push makes its shipment's page longer, so the two must not share any.
    """
    merchant = Merchant.objects.create(slug="web", name="Web")
    _, key = ApiKey.objects.create_key(
        name="bench", carrier=Carrier.objects.get(code="usps"), scopes=CARRIER_SCOPES
    )
    shipments = Shipment.objects.bulk_create(
        [Shipment(merchant=merchant) for _ in range(2 * SHIPMENTS)]
    )
    for number, shipment in enumerate(shipments):
        recording.record(shipment.pk, page_report(number), now=NOW)
    pages = [reverse("pages:tracking", args=[one.token]) for one in shipments[:SHIPMENTS]]
    packages = dict(Item.objects.filter(position=1).values_list("shipment_id", "package_reference"))
    headers = {"ocp-apim-subscription-key": key, "Content-Type": "application/json"}
    pushes = [
        Call("POST", "/tracking/carrierevents", _push(one, packages[one.pk], turn), headers)
        for turn in range(40)
        for one in shipments[SHIPMENTS:]
    ]
    return pages, pushes


def _push(shipment: Shipment, package_reference: str, turn: int) -> bytes:
    """Return a push of twelve events of which each turn brings two that are new."""
    events = [
        {
            "TimeStamp": (NOW + timedelta(minutes=2 * turn + n)).isoformat(),
            "Code": STORIES[n % 4][0],
            "Description": STORIES[n % 4][1],
            "SignedBy": None,
            "Location": "Manchester",
        }
        for n in range(12)
    ]
    package = {"PackageReference": package_reference, "TrackingEvents": events}
    return json.dumps(
        {
            "CarrierReference": "USPS",
            "ConsignmentTrackingEvents": [
                {
                    "ConsignmentTrackingReference": shipment.consignment_reference,
                    "PackageTrackingEvents": [package],
                }
            ],
        }
    ).encode()


def measure(quick: bool) -> tuple[list[Figure], bool]:
    """Return the figures and whether the machine was too noisy."""
    paths, pushes = prepare()
    hello = [Call("GET", "/hello", expected=b"hello")] * load.CONNECTIONS
    # What a stranger adds to an address keeps the answer from being kept.
    cold = [Call("GET", f"{path}?fbclid=1", expected=b"Item 2") for path in paths]
    hot = [Call("GET", path, headers={"Accept-Encoding": "br"}) for path in paths]
    port, seconds = load.free_port(), 1.5 if quick else 4.0
    with load.server(port):
        for calls in (hello, cold):
            load.rate(port, calls, 1.0)
        load.rate(port, hot, 6.0)  # until both workers have packed every page for good
        # Every round pushes news of its own, so that no round is a replay of another.
        news = iter(range(0, len(pushes), len(pushes) // 10))

        def push() -> float:
            start = next(news)
            return load.rate(port, pushes[start:] + pushes[:start], seconds)

        def not_modified() -> float:
            return load.rate(port, load.known(port, hot), seconds)

        rates = rounds.run(
            {
                "hello": lambda: load.rate(port, hello, seconds),
                "hot": lambda: load.rate(port, hot, seconds),
                "304": not_modified,
                "cold": lambda: load.rate(port, cold, seconds),
                "push": push,
                "hello again": lambda: load.rate(port, hello, seconds),
            },
            rounds=3 if quick else 5,
        )
        tails = [
            load.times(port, hot, seconds).p99 / load.times(port, hello, seconds).p50
            for _ in range(3)
        ]
    figures = [
        rounds.ratio("W1", rates, "hot", "hello"),
        rounds.ratio("W3", rates, "304", "hello"),
        rounds.ratio("W4", rates, "cold", "hello"),
        rounds.ratio("I6", rates, "push", "hello"),
        Figure("W9", statistics.median(tails), tails),
    ]
    return figures, rounds.is_noisy(rates, "hello", "hello again")
