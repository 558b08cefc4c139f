"""SortedPRO v1 (Consignments): tracking by consignment, and carriers pushing events."""

import re
from itertools import chain

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api import lookups
from apps.api.envelope import Door, json_body
from apps.api.errors import Refusal, refusal_of
from apps.api.languages import SORTED_V1
from apps.api.models import ApiKey, Scope
from apps.dialects import sorted_v1
from apps.dialects.payloads import Refused
from apps.shipments import recording
from apps.shipments.journey import Journey
from apps.shipments.reading import journeys_of
from apps.shipments.reports import LegReport, Report

CONSIGNMENT = re.compile(r"EC(-[0-9A-Z]{3}){3}")
# Nothing in v1 asks for pages, so the newest have to do.
MOST_CONSIGNMENTS = 100


class Legs(Door):
    """GET /tracking/{consignmentReference}"""

    language = SORTED_V1

    def get(self, request: Request, reference: str) -> Response:
        return Response(sorted_v1.write(self.journey(reference)))

    def journey(self, reference: str) -> Journey:
        if not CONSIGNMENT.fullmatch(reference):
            raise Refusal(404)
        found = journeys_of(lookups.by_reference(self.key, reference))
        if not found:
            raise Refusal(404)
        return found[0]


class Flattened(Legs):
    """GET /tracking/flattened/{consignmentReference}"""

    def get(self, request: Request, reference: str) -> Response:
        return Response(sorted_v1.write_flattened(self.journey(reference)))


class ByClientReference(Door):
    """GET /tracking/clientreference/{clientReference}: a list, newest consignment first."""

    language = SORTED_V1

    def get(self, request: Request, client_reference: str) -> Response:
        found = lookups.by_custom_reference(self.key, client_reference)[:MOST_CONSIGNMENTS]
        journeys = journeys_of(found)
        if not journeys:
            raise Refusal(404)
        return Response([sorted_v1.write_flattened(journey) for journey in journeys])


class CarrierEvents(Door):
    """POST /tracking/carrierevents: a carrier tells of its parcels; the answer is empty.

    All or nothing: one unknown consignment or package refuses the whole body. The carrier
    is the key's, whatever the body's CarrierReference calls it.
    """

    language = SORTED_V1
    scopes = {"POST": Scope.PUSH}

    def post(self, request: Request) -> Response:
        leg = LegReport(carrier_code=self.key.carrier.code) if self.key.carrier else None
        try:
            push = sorted_v1.read_push(json_body(request), leg)
        except Refused as refused:
            raise refusal_of(refused, 400) from refused
        recording.record_many(addressed(self.key, push), now=timezone.now())
        return Response()


def addressed(key: ApiKey, push: sorted_v1.Push) -> list[tuple[int, Report]]:
    """Return each report with the shipments it is about; raise a `Refusal` for unknown ones."""
    meant = lookups.pushable(key, {reference for reference, _ in push.consignments})
    packages = lookups.packages(
        set(chain.from_iterable(meant.values())),
        set(chain.from_iterable(called(report) for _, report in push.consignments)),
    )
    entries: list[tuple[int, Report]] = []
    for reference, report in push.consignments:
        about = [pk for pk in meant.get(reference, ()) if packages.fit(pk, called(report))]
        if not about:
            raise Refusal(404)
        entries += [(shipment_id, report) for shipment_id in sorted(about)]
    return entries


def called(report: Report) -> set[str]:
    """Return what a report calls its packages."""
    return {item.package_reference or item.custom_reference for item in report.items}
