"""Endpoints, and news for them."""

from django.utils import timezone

from apps.notifications import relay
from apps.notifications.models import Endpoint, new_secret
from apps.outbound.encryption import Sealed
from apps.shipments import recording
from tests.builders import make_merchant, make_shipment, report, sighting

SECRET = new_secret()


def make_endpoint(url, merchant=None, **fields):
    return Endpoint.objects.create(
        merchant=merchant or make_merchant(), url=url, secrets=Sealed(now=SECRET), **fields
    )


def news_of(shipment, code="in_transit", time="2026-03-01T10:00:00+00:00"):
    return recording.record(shipment.pk, report(sighting(code, time)), now=timezone.now())


def make_news(merchant, code="in_transit"):
    """Make a shipment with one change that nobody was told of."""
    shipment = make_shipment(merchant)
    news_of(shipment, code)
    return shipment


def pass_on(later=None):
    """Send all that is due, `later` than now if a span is given."""
    clock = (lambda: timezone.now() + later) if later else timezone.now
    return relay.run(clock=clock, seconds=0, patience=0)
