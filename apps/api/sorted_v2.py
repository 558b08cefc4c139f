"""SortedPRO v2 (Shipments): tracking by our reference or the merchant's own."""

import re
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api import lookups, parameters
from apps.api.envelope import Door
from apps.api.errors import Refusal
from apps.api.languages import SORTED_V2, Detail
from apps.dialects import sorted_v2
from apps.shipments.journey import Journey
from apps.shipments.models import Shipment
from apps.shipments.reading import journeys_of

REFERENCE = re.compile(r"sp_[0-9]{32}")
VERSION = "1.1"
MOST_SHIPMENTS = 10
FARTHEST = 10**9


class SortedV2(Door):
    language = SORTED_V2

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        given = request.headers.get("x-api-version")
        if settings.SORTED_REQUIRES_VERSION and given != VERSION:
            code = "version_header_error" if given else "version_header_missing"
            raise invalid("x-api-version", code, f"Send x-api-version: {VERSION}.")


class Tracking(SortedV2):
    """GET /pro/tracking/{reference}"""

    def get(self, request: Request, reference: str) -> Response:
        return Response(sorted_v2.write_shipment(self.journey(reference), base=self.base))

    def journey(self, reference: str) -> Journey:
        if not REFERENCE.fullmatch(reference):
            raise invalid("path", "invalid_format", "The reference is not sp_ and 32 digits.")
        found = journeys_of(lookups.by_reference(self.key, reference))
        if not found:
            raise Refusal(404)
        return found[0]


class Contents(Tracking):
    """GET /pro/tracking/{reference}/shipment_contents"""

    def get(self, request: Request, reference: str) -> Response:
        return Response(sorted_v2.write_contents(self.journey(reference), base=self.base))


class TrackingByCustomReference(SortedV2):
    """GET /pro/tracking/custom_reference/{custom_reference}"""

    def get(self, request: Request, custom_reference: str) -> Response:
        found = lookups.by_custom_reference(self.key, custom_reference)
        journeys, window = self.page(found)
        responses = [sorted_v2.write_shipment(journey, base=self.base) for journey in journeys]
        return Response(
            sorted_v2.write_shipments(
                responses, custom_reference=custom_reference, base=self.base, **window
            )
        )

    def page(self, found: QuerySet[Shipment]) -> tuple[list[Journey], dict[str, int]]:
        """Return the journeys asked for, and `total`, `take` and `skip` to report with them."""
        take, skip = window_of(self.request)
        total = found.count()
        if not total:
            raise Refusal(404)
        window = {"total": total, "take": take, "skip": skip}
        return (journeys_of(found[skip : skip + take]) if skip < total else []), window


class ContentsByCustomReference(TrackingByCustomReference):
    """GET /pro/tracking/custom_reference/{custom_reference}/shipment_contents

    The seed means the shipment's own reference, later documents the item's. Both count:
    where the shipment has it, all items are listed, else only the items that have it.
    """

    def get(self, request: Request, custom_reference: str) -> Response:
        found = lookups.by_contents_reference(self.key, custom_reference)
        journeys, window = self.page(found)
        responses = [
            sorted_v2.write_contents(
                journey, base=self.base, items=items_meant(journey, custom_reference)
            )
            for journey in journeys
        ]
        return Response(
            sorted_v2.write_contents_list(
                responses, custom_reference=custom_reference, base=self.base, **window
            )
        )


def items_meant(journey: Journey, custom_reference: str) -> frozenset[int] | None:
    """Return the positions of the items a reference means, None for all of them."""
    if journey.custom_reference == custom_reference:
        return None
    return frozenset(
        item.position for item in journey.items if item.custom_reference == custom_reference
    )


def window_of(request: Request) -> tuple[int, int]:
    """Return `take` and `skip`; Sorted shows ten shipments at most."""
    query = request.query_params
    try:
        take = parameters.whole_number(query, "take", default=10, least=1, most=MOST_SHIPMENTS)
        skip = parameters.whole_number(query, "skip", default=0, least=0, most=FARTHEST)
    except parameters.Unfit as unfit:
        raise invalid(unfit.name, unfit.fault, "The value cannot be taken.") from unfit
    return take, skip


def invalid(name: str, fault: str, message: str) -> Refusal:
    return Refusal(400, "validation_error", details=(Detail(name, fault, message),))
