"""A client for the site's own API: `requests` and nothing else.

    client = Client("https://parcels.example", key)
    parcel = client.register({"tracking_numbers": [{"tracking_number": "1Z…"}]})
    for shipment in client.shipments(status="exception"):
        print(shipment.reference, shipment.status.description)

What the API refuses is raised as a `Problem`. Requests that the API is too busy for are sent again
after the time it names; a `POST` has an `Idempotency-Key`, so sending it again is safe.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import requests

Json = dict[str, Any]

TOO_BUSY = (429, 503)
TRIES = 4
# Seconds without an answer after which nobody waits any longer.
PATIENCE = 30.0
LONGEST_WAIT = 60.0


class Problem(Exception):
    """What the API refused. `code` is to switch on; `errors` say where and why."""

    def __init__(self, status: int, body: Json) -> None:
        self.status = status
        self.code = str(body.get("code", "unknown"))
        self.title = str(body.get("title", "The answer is none of the API's"))
        self.detail = str(body.get("detail", ""))
        self.request_id = str(body.get("request_id", ""))
        self.errors = {str(e["pointer"]): str(e["detail"]) for e in body.get("errors", ())}
        super().__init__(f"{status} {self.code}: {self.detail or self.title} {self.errors or ''}")


@dataclass(frozen=True)
class Status:
    """A state. Go by `milestone` where you do not know the `code`."""

    code: str
    milestone: str
    severity: str
    description: str
    is_final: bool


@dataclass(frozen=True)
class Shipment:
    """What every answer has of a shipment; `raw` is the whole answer."""

    reference: str
    status: Status
    version: int
    custom_reference: str | None
    order_reference: str | None
    tracking_page: str | None
    raw: Json = field(repr=False, compare=False)


@dataclass(frozen=True)
class Changes:
    """What changed, and the cursor to go on from."""

    shipments: list[Shipment]
    cursor: str
    has_more: bool


class Client:
    """One merchant's key at one site. Not to be shared between threads."""

    def __init__(
        self,
        site: str,
        key: str,
        *,
        tries: int = TRIES,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._site, self._tries, self._sleep = site.rstrip("/"), tries, sleep
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {key}"
        self._session.headers["Accept"] = "application/json"

    def register(self, shipment: Mapping[str, Any], *, once: str | None = None) -> Shipment:
        """Register a shipment. Give `once` to be able to repeat it after your own crash."""
        return shipment_of(self._post("/api/shipments", shipment, once))

    def register_many(
        self, shipments: Sequence[Mapping[str, Any]], *, once: str | None = None
    ) -> list[Json]:
        """Register up to 1,000; return a result for each, in their order."""
        answer = self._post("/api/shipments/batch", {"shipments": list(shipments)}, once)
        return list(answer["data"])

    def shipment(self, reference: str) -> Shipment:
        return shipment_of(self._call("GET", f"/api/shipments/{reference}"))

    def shipments(self, **wanted: str) -> Iterator[Shipment]:
        """Yield shipments, newest first; ask for pages as they are needed."""
        asked: dict[str, str] = {**wanted}
        while True:
            page = self._call("GET", "/api/shipments", params=asked)
            yield from map(shipment_of, page["data"])
            if page["next_cursor"] is None:
                return
            asked["cursor"] = page["next_cursor"]

    def changes(self, since: str) -> Changes:
        """Return what changed since a time or a cursor. Keep the cursor once you used it all."""
        page = self._call("GET", "/api/shipments", params={"updated_since": since})
        found = [shipment_of(one) for one in page["data"]]
        return Changes(found, str(page["next_cursor"]), bool(page["has_more"]))

    def tell(self, events: Sequence[Mapping[str, Any]], *, once: str | None = None) -> Json:
        """Tell of up to 1,000 events of any shipments; return what became of each."""
        return self._post("/api/events", {"events": list(events)}, once)

    def _post(self, path: str, body: Mapping[str, Any], once: str | None) -> Json:
        headers = {"Idempotency-Key": once or str(uuid.uuid4())}
        return self._call("POST", path, json=body, headers=headers)

    def _call(self, method: str, path: str, **request: Any) -> Json:
        for tried in range(1, self._tries + 1):
            answer = self._session.request(method, self._site + path, timeout=PATIENCE, **request)
            if answer.status_code not in TOO_BUSY or tried == self._tries:
                break
            self._sleep(wait_of(answer))
        body = json_of(answer)
        if not answer.ok:
            raise Problem(answer.status_code, body)
        return body


def shipment_of(answer: Json) -> Shipment:
    told = answer["status"]
    names = ("code", "milestone", "severity", "description", "is_final")
    return Shipment(
        reference=answer["reference"],
        status=Status(**{name: told[name] for name in names}),
        version=answer["version"],
        custom_reference=answer["custom_reference"],
        order_reference=answer["order_reference"],
        tracking_page=answer["links"]["tracking_page"],
        raw=answer,
    )


def json_of(answer: requests.Response) -> Json:
    """Return the answer's object; a proxy in between may have sent none."""
    try:
        body = answer.json()
    except requests.JSONDecodeError:
        return {}
    return body if isinstance(body, dict) else {}


def wait_of(answer: requests.Response) -> float:
    """Return the seconds the API asks to wait."""
    given = answer.headers.get("Retry-After", "")
    return min(float(given), LONGEST_WAIT) if given.isdigit() else 1.0
