"""Somebody who calls an API, with a key in the header that API wants."""

import json

from django.test import Client

from apps.shipments.reports import ItemReport, LegReport, NumberReport
from tests.builders import make_shipment, report

USPS = LegReport(carrier_code="usps")


class Caller:
    # One for all: each new one would load the middleware again.
    client = Client()

    def __init__(self, header, key):
        self.header = header
        self.headers = {header: key} if key else {}

    def get(self, path, data=None, **more):
        return self.client.get(path, data, headers=self.headers, **more)

    def put(self, path, body, content_type="application/json", **more):
        return self.client.put(path, encoded(body), content_type, headers=self.headers, **more)

    def post(self, path, body=b"", content_type="application/json", **more):
        return self.client.post(path, encoded(body), content_type, headers=self.headers, **more)

    def call(self, method, path, data=b"", headers=(), **more):
        headers = self.headers | dict(headers)
        return self.client.generic(method, path, data, headers=headers, **more)


def encoded(body):
    return body if isinstance(body, bytes | str) else json.dumps(body)


def make_parcel(merchant, *sightings, number="1Z999", leg=USPS, source="test", **fields):
    """A shipment with one carrier and one number for all of it."""
    said = report(*sightings, source=source, legs=(leg,), numbers=(NumberReport(number, 0),))
    return make_shipment(merchant, said, **fields)


def make_contents(merchant, *sightings, references=("", ""), **fields):
    """A shipment of items, named A, B, …, each with a number of its own."""
    items = tuple(
        ItemReport(description=chr(65 + index), custom_reference=reference)
        for index, reference in enumerate(references)
    )
    numbers = tuple(NumberReport(f"N{index}", 0, index) for index in range(len(items)))
    said = report(*sightings, legs=(USPS,), items=items, numbers=numbers)
    return make_shipment(merchant, said, **fields)
