"""Parcels that wait in a queue, and how a test works on them."""

import re
from datetime import timedelta

from django.utils import timezone

from apps.shipments.models import Promise, Shipment
from tests.builders import make_shipment, report, sighting

PROBLEMS, SILENT, LATE = (f"/admin/queues/{kind}/" for kind in ("problems", "silent", "late"))
FEEDS = "/admin/feeds/"
NOW = timezone.now()


def hours_ago(count):
    return (NOW - timedelta(hours=count)).isoformat()


def told(*codes, hours=2):
    return report(*(sighting(code, hours_ago(hours - place)) for place, code in enumerate(codes)))


def problem(merchant, code="exception.address", **fields):
    return make_shipment(merchant, told(code), now=NOW, **fields)


def silent(merchant, days=30, **fields):
    return make_shipment(merchant, told("in_transit", hours=24 * days), now=NOW, **fields)


def late(merchant, days=3, **fields):
    shipment = make_shipment(merchant, told("in_transit"), now=NOW, **fields)
    due_at = NOW - timedelta(days=days)
    until = {"instant": due_at.isoformat()}
    Promise.objects.create(shipment=shipment, until=until, until_at=due_at, said_at=due_at)
    Shipment.objects.filter(pk=shipment.pk).update(due_at=due_at)
    return shipment


def rows(client, address=PROBLEMS, **query):
    """Return the orders a page lists, in order."""
    page = client.get(address, query).text
    return re.findall(r'/shipments/shipment/\d+/change/">([^<]+)</a></dd>', page)


def act(client, address, *shipments, **given):
    for one in shipments:
        one.refresh_from_db()
    chosen = [f"{one.pk} {one.code_since.isoformat()}" for one in shipments]
    answer = client.post(address, {"chosen": chosen, **given}, follow=True)
    return re.findall(r'<li class="(?:success|warning|error)">(.*?)</li>', answer.text, re.S)
