"""`GET /api/shipments?updated_since=`: what changed, in the order in which it became visible.

Who goes on from `next_cursor` each time misses nothing, however writers overlap.
"""

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.core.signing import BadSignature, Signer
from django.db.models import QuerySet
from rest_framework.request import Request

from apps.api.errors import Refusal
from apps.dialects import moments, native
from apps.native.door import NativeDoor
from apps.native.listing import TIME, time_of
from apps.native.paging import check_parameters, limit_of, unfit_parameter, unsealed
from apps.shipments import feeding
from apps.shipments.feeding import Changed
from apps.shipments.models import Shipment
from apps.shipments.reading import journeys_of, no_events

KNOWN = ("updated_since", "limit")
# Changes that get their position while a reader waits; the rest is for the next one.
MOST_NUMBERED = 5000
NOT_A_START = "It is neither a time with its offset, a day, nor a `next_cursor` of this list."
GONE = "What this cursor stands for is not here: the site went back to an earlier state."


def answer(door: NativeDoor, request: Request) -> dict[str, Any]:
    """Return changes after a time or a cursor, at most `limit`, by shipment.

    Each shipment comes once, as it is now, with the changes that led there. Raises a `Refusal`:
    422, and 410 for a cursor that is ahead of everything.
    """
    check_parameters(request, KNOWN)
    limit, given = limit_of(request), request.query_params["updated_since"]
    known = _opened(given)
    feeding.number_changes(most=MOST_NUMBERED)
    last = feeding.last_position()
    position = known if isinstance(known, int) else feeding.position_before(known, door.merchant_id)
    if position > last:
        raise Refusal(410, message=GONE)
    # Looked for after the last position was read: all up to there can be seen by now.
    found = feeding.changes_after(position, limit + 1, door.merchant_id)
    changes, has_more = found[:limit], len(found) > limit
    reached = changes[-1].position if changes else position
    return {
        "data": _data(changes, door.base),
        "next_cursor": _cursor(reached if has_more else max(reached, last)),
        "has_more": has_more,
    }


def _data(changes: list[Changed], base: str) -> list[dict[str, Any]]:
    by_shipment: dict[int, list[Changed]] = defaultdict(list)
    for change in changes:
        by_shipment[change.shipment_id].append(change)
    found = Shipment.objects.filter(pk__in=by_shipment)
    summaries = {
        journey.reference: native.write_summary(journey, base=base)
        for journey in journeys_of(found, events_of=no_events)
    }
    named = _names(found)
    return [
        {
            **summaries[named[pk][0]],
            "united_with": named[pk][1],
            "changes": [_change(one) for one in told],
        }
        for pk, told in by_shipment.items()
        # Deleted while we read, it is no news any more.
        if pk in named and named[pk][0] in summaries
    ]


def _names(found: QuerySet[Shipment]) -> dict[int, tuple[str, str | None]]:
    """Return each shipment's reference, and that of the one it was united with."""
    names = found.values_list("pk", "reference", "merged_into__reference")
    return {pk: (reference, united_with) for pk, reference, united_with in names}


def _change(change: Changed) -> dict[str, Any]:
    return {
        "version": change.version,
        "status_before": native.write_status(change.code_before),
        "status": native.write_status(change.code),
        "recorded_at": moments.iso_utc(change.created_at),
    }


def _cursor(position: int) -> str:
    return _signer().sign_object(position)


def _opened(given: str) -> int | datetime:
    try:
        if TIME.fullmatch(given):
            return time_of(given)
        return int(unsealed(given, _signer()))
    except (BadSignature, ValueError) as error:
        raise unfit_parameter("updated_since", NOT_A_START) from error


def _signer() -> Signer:
    return Signer(salt="native.changes")
