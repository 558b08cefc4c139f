"""What carriers call a shipment: its tracking numbers, put right, and whether we ask about them."""

import re
from datetime import datetime

from django.utils import timezone
from msgspec import UNSET, UnsetType
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.errors import Refusal
from apps.dialects import native, native_parts
from apps.native import parts
from apps.native.idempotency import once
from apps.shipments import correcting, following, numbering
from apps.shipments.journey import Journey
from apps.shipments.models import Item, Leg, Shipment, TrackingNumber
from apps.shipments.references import number_reference
from apps.shipments.registering import carrier_codes
from apps.shipments.wanted import AddedNumber

# `tn_` and a row number, which no database counts beyond 18 digits.
NAME = re.compile(r"tn_([1-9][0-9]{0,17})")


class Numbers(parts.PartDoor):
    """GET and POST /api/shipments/{reference}/tracking_numbers: all of them, and one more."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: Request, reference: str) -> Response:
        journey = self.journey(request, reference)
        numbers = [native.write_number(journey, one) for one in journey.numbers]
        return parts.listed(journey, numbers)

    @once
    def post(self, request: Request, reference: str) -> Response:
        wanted = parts.read(request, native_parts.read_number, carrier_codes())
        with self.changing(reference) as shipment:
            name = number_reference(_added(shipment, wanted, timezone.now()))
            journey = parts.now_of(shipment)
        return parts.made(journey, written(journey, name), f"tracking_numbers/{name}")


class Number(parts.PartDoor):
    """GET, PATCH and DELETE /api/shipments/{reference}/tracking_numbers/{number}, by its `tn_…`."""

    http_method_names = ["get", "head", "patch", "delete"]

    def get(self, request: Request, reference: str, number: str) -> Response:
        journey = self.journey(request, reference)
        return parts.told(journey, written(journey, number))

    def patch(self, request: Request, reference: str, number: str) -> Response:
        """Put the number or its carrier right, or begin or stop to ask about it.

        What was told of a wrong number was about another parcel: it is shown no more. To follow
        what is followed already has it asked about anew.
        """
        said = parts.read(request, native_parts.read_number_change, carrier_codes())
        with self.changing(reference) as shipment:
            row, now = _row(shipment, number), timezone.now()
            _correct(row, said, now)
            if said.is_followed is not UNSET:
                following.switch([row.pk], is_followed=said.is_followed is True, now=now)
            journey = parts.now_of(shipment)
        return parts.told(journey, written(journey, number))

    def delete(self, request: Request, reference: str, number: str) -> Response:
        """Stop asking about a number. It stays, for what was told of it did happen."""
        with self.changing(reference) as shipment:
            row = _row(shipment, number)
            following.switch([row.pk], is_followed=False, now=timezone.now())
        return parts.told(shipment, None, 204)


def _added(shipment: Shipment, wanted: AddedNumber, now: datetime) -> int:
    try:
        return numbering.add_number(shipment.pk, wanted, now=now)
    except Leg.DoesNotExist as error:
        raise parts.unfit("$.leg", "is none of the shipment's legs") from error
    except Item.DoesNotExist as error:
        raise parts.unfit("$.item", "is none of the shipment's items") from error


def _row(shipment: Shipment, name: str) -> TrackingNumber:
    found = NAME.fullmatch(name)
    own = TrackingNumber.objects.filter(leg__shipment=shipment).select_related("leg")
    row = own.filter(pk=int(found[1])).first() if found else None
    if row is None:
        raise Refusal(404)
    return row


def _correct(row: TrackingNumber, said: native_parts.NumberChange, now: datetime) -> None:
    number = row.number if isinstance(said.tracking_number, UnsetType) else said.tracking_number
    code = said.carrier_code
    carrier_code = row.leg.carrier_code if isinstance(code, UnsetType) else code
    if said.tracking_number is UNSET and said.carrier_code is UNSET:
        return
    try:
        correcting.renumber(row.pk, number=number, carrier_code=carrier_code, now=now)
    except correcting.NothingWrong:
        # It is so already.
        return


def written(journey: Journey, name: str) -> native.Json:
    found = next((one for one in journey.numbers if one.reference == name), None)
    if found is None:
        raise Refusal(404)
    return native.write_number(journey, found)
