"""ShipStation API v1 (once ShipEngine): tracking by carrier and number, or by label."""

import re
from collections.abc import Mapping

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api import lookups
from apps.api.envelope import Door
from apps.api.errors import Refusal
from apps.api.languages import SHIPSTATION
from apps.api.lookups import CarrierAsked
from apps.api.models import ApiKey, Scope
from apps.dialects import shipstation
from apps.dialects.shipstation import CarrierView
from apps.shipments import recognition, registering
from apps.shipments.journey import Journey, JourneyNumber
from apps.shipments.models import CarrierName, TrackingNumber, fold_number
from apps.shipments.reading import journey_of
from apps.shipments.recognition import Evidence
from apps.shipments.references import label_id
from apps.shipments.reports import Limits

# The published form of an identifier; ours are `se-` and a row's number.
IDENTIFIER = re.compile(r"se(-[a-z0-9]+)+")
LONGEST_IDENTIFIER = 25
OURS = re.compile(r"se-([0-9]{1,18})")
# Carriers' own numbers are smaller.
FIRST_ALIAS = 2**15


class Tracking(Door):
    """GET /v1/tracking?carrier_code=&tracking_number="""

    language = SHIPSTATION

    def get(self, request: Request) -> Response:
        carrier, number = asked(self.key, request.query_params)
        found = lookups.number_of(self.key, carrier, number)
        if found is None:
            raise Refusal(404)
        return Response(shipstation.write(*parcel(found)))


class LabelTracking(Door):
    """GET /v1/labels/{label_id}/track"""

    language = SHIPSTATION

    def get(self, request: Request, label_id: str) -> Response:
        found = lookups.numbers(self.key).filter(pk=row_of(label_id, "label_id"))
        number = found.select_related("leg").first()
        if number is None:
            raise Refusal(404)
        return Response(shipstation.write(*parcel(number)))


class Following(Door):
    """POST /v1/tracking/start and /stop: whether the sync keeps asking. No body either way.

    The carrier may be left out where the number tells it.
    """

    language = SHIPSTATION
    scopes = {"POST": Scope.WRITE}
    is_followed = True

    def post(self, request: Request) -> Response:
        carrier, number = asked(self.key, with_carrier(request.query_params.dict()))
        registering.follow(
            lookups.merchant_of(self.key),
            carrier_code=carrier.code,
            number=number,
            is_followed=self.is_followed,
            now=timezone.now(),
        )
        return Response(status=204)


class Carriers(Door):
    """GET /v1/carriers: every code once, whatever its names."""

    language = SHIPSTATION

    def get(self, request: Request) -> Response:
        views = list(carrier_views().values())
        return Response(shipstation.write_carriers(views, request_id=self.correlation_id))


class OneCarrier(Door):
    """GET /v1/carriers/{carrier_id}"""

    language = SHIPSTATION

    def get(self, request: Request, carrier_id: str) -> Response:
        number = row_of(carrier_id, "carrier_id")
        view = next((v for v in carrier_views().values() if v.number == number), None)
        if view is None:
            raise Refusal(404)
        return Response(shipstation.write_carrier(view))


def asked(key: ApiKey, query: Mapping[str, str]) -> tuple[CarrierAsked, str]:
    """Return the carrier and number a query names; raise a `Refusal`.

    A carrier can be named by code, by its `se-…` number, or by both if they agree.
    """
    code, carrier_id = query.get("carrier_code", ""), query.get("carrier_id", "")
    number = query.get("tracking_number", "")
    missing = [
        name
        for name, value in (("carrier_code", code or carrier_id), ("tracking_number", number))
        if not value.strip()
    ]
    if missing:
        raise Refusal(400, "field_value_required", fields=tuple(missing))
    refuse_unfit_number(number)
    numbered = carrier_numbered(key, carrier_id) if carrier_id else None
    named = lookups.carrier_asked(key, code) if code else numbered
    if named is None:
        raise unfit("carrier_code", "This carrier is not known here.")
    if numbered and numbered != named:
        raise Refusal(400, "carrier_conflict", fields=("carrier_id",))
    return named, number


def with_carrier(query: dict[str, str]) -> dict[str, str]:
    """Return a query that names no carrier with the one its number can be of, if it is one."""
    if query.get("carrier_code", "").strip() or query.get("carrier_id", "").strip():
        return query
    candidates = recognition.candidates(query.get("tracking_number", ""))
    shown = {one.carrier_code: one.certainty for one in candidates}
    known = set(CarrierName.objects.filter(code__in=shown).values_list("code", flat=True))
    sure = [code for code in known if shown[code] > Evidence.SHAPE]
    return {**query, "carrier_code": sure[0]} if len(known) == 1 and sure else query


def refuse_unfit_number(number: str) -> None:
    if len(number) > Limits.NUMBER or len(fold_number(number)) > Limits.NUMBER:
        raise Refusal(400, "invalid_string_length", fields=("tracking_number",))
    if not fold_number(number) or not number.isprintable():
        raise unfit("tracking_number", "This cannot be a tracking number.")


def carrier_numbered(key: ApiKey, carrier_id: str) -> CarrierAsked:
    number = row_of(carrier_id, "carrier_id")
    view = next((v for v in carrier_views().values() if v.number == number), None)
    found = lookups.carrier_asked(key, view.code) if view else None
    if found is None:
        raise unfit("carrier_id", "This carrier is not known here.")
    return found


def carrier_views() -> dict[str, CarrierView]:
    """Return the carriers a client can name, by code; the first of several names counts.

    A carrier goes by its own number under its own code, so that labels name it alike.
    """
    views: dict[str, CarrierView] = {}
    for name in CarrierName.objects.select_related("carrier").order_by("pk"):
        is_own = name.code == name.carrier.code
        number = name.carrier.number if is_own else FIRST_ALIAS + name.pk
        views.setdefault(name.code, CarrierView(number, name.code, name.name))
    return views


def row_of(identifier: str, name: str) -> int:
    """Return the row an identifier names, 0 for one that is none of ours; raise a `Refusal`."""
    if not IDENTIFIER.fullmatch(identifier) or len(identifier) > LONGEST_IDENTIFIER:
        raise Refusal(400, "invalid_identifier", fields=(name,))
    ours = OURS.fullmatch(identifier)
    return int(ours[1]) if ours else 0


def parcel(found: TrackingNumber) -> tuple[Journey, JourneyNumber]:
    """Return a number's journey and the number within it."""
    journey = journey_of(found.leg.shipment_id)
    for number in journey.numbers:
        if number.label_id == label_id(found.pk):
            return journey, number
    raise Refusal(404)


def unfit(name: str, message: str) -> Refusal:
    return Refusal(400, "invalid_field_value", message, fields=(name,))
