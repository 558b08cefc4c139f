"""`GET /api/shipments`: what the list is narrowed down by, and where a page goes on."""

import re
from collections.abc import Callable
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from django.core.signing import BadSignature, Signer
from django.http import QueryDict
from rest_framework.request import Request

from apps.api.errors import Refusal
from apps.dialects import moments, native
from apps.native.door import NativeDoor
from apps.native.paging import (
    NO_CURSOR,
    PAGING,
    check_parameters,
    limit_of,
    unfit_parameter,
    unsealed,
)
from apps.shipments import listing
from apps.shipments.listing import LONGEST_SIFTED, ORDER, Mark, Wanted
from apps.shipments.models import Shipment, fold_number
from apps.shipments.reading import journeys_of, no_events
from apps.shipments.reports import Fault, Limits, clean
from apps.shipments.status import STATUSES

TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?(Z|[+ -][0-9]{2}:[0-9]{2}))?"
)
TIMES = ("created_since", "created_before")
TEXTS = {
    "custom_reference": Limits.REFERENCE,
    "order_reference": Limits.REFERENCE,
    "tracking_number": Limits.NUMBER,
    "email": 254,
    "status": 40,
    "carrier_code": Limits.CODE,
    "channel": 50,
}
KNOWN = (*PAGING, *TEXTS, *TIMES, "is_open")
BOOLEANS = {"true": True, "false": False}
TOO_WIDE = (
    f"`carrier_code` and `channel` are looked for in what was registered within "
    f"{LONGEST_SIFTED.days} days: give `created_since`, and `created_before` if it is longer ago."
)


def answer(door: NativeDoor, request: Request, now: datetime) -> dict[str, Any]:
    """Return a page of the merchant's shipments, the newest first; see `listing.page`.

    Raises a `Refusal` (422) for what it does not know, and for what no index serves.
    """
    check_parameters(request, KNOWN)
    limit, wanted, after = limit_of(request), wanted_of(request.query_params), _mark_of(request)
    if not wanted.is_bounded(now):
        raise unfit_parameter("created_since", TOO_WIDE)
    ids = listing.page(door.merchant_id, wanted, after=after, limit=limit + 1)
    found = Shipment.objects.filter(pk__in=ids[:limit]).order_by(*ORDER)
    journeys = journeys_of(found, events_of=no_events)
    is_last = len(ids) <= limit or not journeys
    return {
        "data": [native.write_summary(one, base=door.base) for one in journeys],
        "next_cursor": None if is_last else _cursor(journeys[-1].created_at, ids[limit - 1]),
    }


def wanted_of(query: QueryDict) -> Wanted:
    """Return what a query looks for; raise a `Refusal` (422) that tells every fault."""
    asked = Asked(query)
    wanted = Wanted(
        custom_reference=asked.text("custom_reference"),
        order_reference=asked.text("order_reference"),
        number=asked.text("tracking_number", _number),
        email=asked.text("email"),
        code=asked.text("status", _status),
        is_open=asked.boolean("is_open"),
        carrier_code=asked.text("carrier_code"),
        channel=asked.text("channel"),
        since=asked.time("created_since"),
        before=asked.time("created_before"),
    )
    if asked.faults:
        raise Refusal(422, message="The query cannot be taken.", faults=tuple(asked.faults))
    return wanted


class Asked:
    """The parameters of a query. What is wrong with them gathers in `faults`."""

    def __init__(self, query: QueryDict) -> None:
        self.query = query
        self.faults: list[Fault] = []

    def text(self, name: str, check: Callable[[str], str] = str) -> str:
        given = self.query.get(name)
        if given is None:
            return ""
        written = given.strip()
        try:
            if not written or clean(written, TEXTS[name]) != written:
                raise ValueError(f"It is empty, longer than {TEXTS[name]} characters, or no text.")
            return check(written)
        except ValueError as error:
            self._tell(name, str(error))
            return ""

    def boolean(self, name: str) -> bool | None:
        given = self.query.get(name)
        if given is not None and given not in BOOLEANS:
            self._tell(name, "It is neither `true` nor `false`.")
        return BOOLEANS.get(given or "")

    def time(self, name: str) -> datetime | None:
        given = self.query.get(name)
        if given is None:
            return None
        try:
            return time_of(given)
        except ValueError as error:
            self._tell(name, str(error))
            return None

    def _tell(self, name: str, why: str) -> None:
        self.faults.append(Fault(f"$.{name}", why))


def time_of(text: str) -> datetime:
    """Return a time with its offset, or a day's beginning in UTC; raise `ValueError` for others."""
    try:
        # A plus that was not escaped arrives as a space.
        return moments.read(text.replace(" ", "+") if TIME.fullmatch(text) else "").instant
    except ValueError as error:
        raise ValueError(
            "It is not a time with its offset, such as 2026-03-01T09:30:00Z, nor a day."
        ) from error


def _number(text: str) -> str:
    if not fold_number(text):
        raise ValueError("It is not a tracking number.")
    return text


def _status(text: str) -> str:
    if text in STATUSES:
        return text
    close = get_close_matches(text.lower(), STATUSES)
    more = f" Did you mean {' or '.join(f'`{one}`' for one in close)}?" if close else ""
    raise ValueError(f"It is neither a milestone nor one of the codes.{more}")


def _cursor(created_at: datetime, pk: int) -> str:
    return _signer().sign_object([created_at.isoformat(), pk])


def _mark_of(request: Request) -> Mark | None:
    given = request.query_params.get("cursor")
    if given is None:
        return None
    try:
        created_at, pk = unsealed(given, _signer())
        return Mark(datetime.fromisoformat(created_at), pk)
    except (BadSignature, ValueError) as error:
        raise unfit_parameter("cursor", NO_CURSOR) from error


def _signer() -> Signer:
    return Signer(salt="native.listing")
