"""Asking the sandbox over real HTTP, and time that stands still until it is told to pass."""

import http.client
import json
import socket
from datetime import UTC, datetime, timedelta

from apps.dialects import shiplemon, shipstation, sorted_v1, sorted_v2

START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
KEY_HEADERS = ("x-api-key", "ocp-apim-subscription-key", "API-Key")

# Where each API is asked about a number, and what reads its answer: a list of reports.
ASKED = {
    "sorted_v2": "/pro/tracking/custom_reference/{}",
    "sorted_v2 contents": "/pro/tracking/custom_reference/{}/shipment_contents",
    "sorted_v1": "/tracking/{}",
    "sorted_v1 flattened": "/tracking/flattened/{}",
    "sorted_v1 by client reference": "/tracking/clientreference/{}",
    "shipstation": "/v1/tracking?carrier_code=usps&tracking_number={}",
    "shiplemon": "/public/v1/shipments/{}/tracking",
}
APIS = ("sorted_v2", "sorted_v1", "shipstation", "shiplemon")


def read(api, body):
    """Return the one report that an answer holds."""
    if api.startswith("sorted_v2"):
        (report,) = sorted_v2.read(body)
        return report
    if api == "sorted_v1 by client reference":
        (consignment,) = json.loads(body)
        return sorted_v1.read(json.dumps(consignment).encode())
    module = {"shipstation": shipstation, "shiplemon": shiplemon}.get(api, sorted_v1)
    return module.read(body)


class Hands:
    """A clock's hands: they stay until somebody moves them."""

    def __init__(self, now=START):
        self.now = now

    def __call__(self):
        return self.now

    def pass_(self, seconds):
        self.now += timedelta(seconds=seconds)


class Caller:
    """One connection to a sandbox."""

    def __init__(self, server, *, key="a key", context=None):
        kind = http.client.HTTPSConnection if context else http.client.HTTPConnection
        more = {"context": context} if context else {}
        self.connection = kind("127.0.0.1", server.port, timeout=20, **more)
        self.headers = dict.fromkeys(KEY_HEADERS, key) if key else {}

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.connection.close()

    def send(self, path, method="GET", body=None):
        self.connection.request(method, path, body=body, headers=self.headers)
        return self.connection.getresponse()

    def ask(self, path, method="GET", body=None):
        """Return status, headers and body."""
        response = self.send(path, method, body)
        return response.status, response.headers, response.read()


def request(number, headers="API-Key: k\r\n"):
    """Return the bytes of a question in ShipStation's API."""
    target = ASKED["shipstation"].format(number)
    return f"GET {target} HTTP/1.1\r\nHost: here\r\n{headers}\r\n".encode()


def raw(server, data):
    """Return a connected socket on which some bytes were sent."""
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=20)
    connection.sendall(data)
    return connection


def until_end(connection):
    """Return all bytes until the other side ends the connection, and close it."""
    with connection:
        return b"".join(iter(lambda: connection.recv(65536), b""))
