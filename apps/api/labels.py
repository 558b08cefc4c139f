"""ShipStation's label list: every tracking number of a merchant is a label here."""

from collections.abc import Mapping

from django.db.models import QuerySet
from django.http import QueryDict
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api import lookups, parameters
from apps.api.envelope import Door
from apps.api.languages import SHIPSTATION
from apps.api.models import ApiKey
from apps.api.shipstation import carrier_numbered, row_of, unfit
from apps.dialects import moments, shipstation
from apps.shipments.journey import Journey, JourneyNumber
from apps.shipments.models import Shipment, TrackingNumber, fold_number
from apps.shipments.reading import journeys_of
from apps.shipments.references import label_id

USUAL_SIZE = 25
LARGEST_SIZE = 100
LAST_PAGE = 10**9

CHOICES = {
    "label_status": ("processing", "completed", "error", "voided"),
    "sort_by": ("created_at", "modified_at", "voided_at"),
    "sort_dir": ("asc", "desc"),
}
SORT_COLUMNS = {"modified_at": "leg__shipment__updated_at"}
CREATED = "leg__shipment__created_at"

# Things of ShipStation's that nothing of ours belongs to: asked for, no label matches.
UNHELD = ("batch_id", "rate_id", "warehouse_id", "refund_status")


class Labels(Door):
    """GET /v1/labels"""

    language = SHIPSTATION

    def get(self, request: Request) -> Response:
        query = request.query_params
        page, size = page_of(query)
        found = in_order(matching(self.key, query), query)
        total = found.count()
        start = (page - 1) * size
        rows = list(found[start : start + size].values_list("pk", "leg__shipment_id"))
        parcels = parcels_of({shipment_id for _, shipment_id in rows})
        labels = [
            shipstation.write_label(*parcels[label], base=self.base)
            for label in (label_id(pk) for pk, _ in rows)
            if label in parcels
        ]
        url = self.base + request.get_full_path()
        return Response(
            shipstation.write_labels(labels, total=total, page=page, page_size=size, url=url)
        )


def page_of(query: QueryDict) -> tuple[int, int]:
    """Return the page, counted from 1, and its size; a larger one than ours is cut."""
    try:
        page = parameters.whole_number(query, "page", default=1, least=1, most=LAST_PAGE)
        size = parameters.whole_number(
            query, "page_size", default=USUAL_SIZE, least=1, most=LAST_PAGE
        )
    except parameters.Unfit as fault:
        raise unfit(fault.name, "This is not a number we can take.") from fault
    return page, min(size, LARGEST_SIZE)


def matching(key: ApiKey, query: Mapping[str, str]) -> QuerySet[TrackingNumber]:
    """Return the labels that fit all of a query's filters; raise a `Refusal` for nonsense."""
    found = lookups.numbers(key)
    status = chosen(query, "label_status")
    if status not in ("", "completed") or any(query.get(name) for name in UNHELD):
        found = found.none()
    if number := query.get("tracking_number"):
        found = found.filter(folded=fold_number(storable(number, "tracking_number")))
    if service := query.get("service_code"):
        found = found.filter(leg__service_code=storable(service, "service_code"))
    if carrier_id := query.get("carrier_id"):
        found = found.filter(leg__carrier_id=carrier_numbered(key, carrier_id).carrier_id or 0)
    if shipment_id := query.get("shipment_id"):
        found = found.filter(leg__shipment__reference=reference_of(shipment_id))
    if since := query.get("created_at_start"):
        found = found.filter(leg__shipment__created_at__gte=instant(since, "created_at_start"))
    if until := query.get("created_at_end"):
        found = found.filter(leg__shipment__created_at__lte=instant(until, "created_at_end"))
    return found


def in_order(found: QuerySet[TrackingNumber], query: Mapping[str, str]) -> QuerySet[TrackingNumber]:
    column = SORT_COLUMNS.get(chosen(query, "sort_by"), CREATED)
    way = "" if chosen(query, "sort_dir") == "asc" else "-"
    return found.order_by(f"{way}{column}", f"{way}pk")


def parcels_of(shipment_ids: set[int]) -> dict[str, tuple[Journey, JourneyNumber]]:
    """Return shipments' numbers with their journeys, by label."""
    return {
        number.label_id: (journey, number)
        for journey in journeys_of(Shipment.objects.filter(pk__in=shipment_ids))
        for number in journey.numbers
    }


def reference_of(shipment_id: str) -> str:
    """Return the `sp_…` behind an identifier, which holds its digits to the base of 36."""
    row_of(shipment_id, "shipment_id")
    try:
        return f"sp_{int(shipment_id.removeprefix('se-'), 36):032d}"
    except ValueError:
        return ""


def chosen(query: Mapping[str, str], name: str) -> str:
    given = query.get(name, "")
    if given and given not in CHOICES[name]:
        raise unfit(name, "Choose one of: " + ", ".join(CHOICES[name]) + ".")
    return given


def instant(text: str, name: str) -> object:
    try:
        return moments.read(text).instant
    except ValueError as error:
        raise unfit(name, "This is not a time we can read.") from error


def storable(text: str, name: str) -> str:
    if not lookups.is_storable(text):
        raise unfit(name, "This cannot be looked for.")
    return text
