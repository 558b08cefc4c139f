"""The smallest valid thing of each kind. A test says only what matters to it."""

from datetime import UTC, datetime
from pathlib import Path

from apps.shipments import recording
from apps.shipments.models import Merchant, Shipment
from apps.shipments.reports import Moment, Report, Sighting

RECORDED = Path(__file__).parent / "recorded"
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def recorded(name):
    return (RECORDED / name).read_bytes()


def at(text, **fields):
    return Moment(instant=datetime.fromisoformat(text).astimezone(UTC), **fields)


def sighting(code, time="2026-03-01T10:00:00+00:00", **fields):
    return Sighting(code=code, moment=at(time), **fields)


def report(*sightings, source="test", **fields):
    return Report(source=source, sightings=sightings, **fields)


def make_merchant(name="Acme"):
    return Merchant.objects.create(name=name, slug=name.lower().replace(" ", "-"))


def make_shipment(merchant=None, report=None, *, now=NOW, **fields):
    shipment = Shipment.objects.create(merchant=merchant or make_merchant(), **fields)
    if report:
        recording.record(shipment.pk, report, now=now)
        shipment.refresh_from_db()
    return shipment


def make_key(merchant=None, carrier=None, scopes=("read", "write")):
    from apps.api.models import ApiKey

    _, key = ApiKey.objects.create_key(
        name="test", merchant=merchant, carrier=carrier, scopes=list(scopes)
    )
    return key
