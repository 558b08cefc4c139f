"""Bringing shipments into the vault, and asking for numbers to be followed."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from apps.shipments import following, recognition, recording
from apps.shipments.models import CarrierName, Merchant, Shipment, TrackingNumber, fold_number
from apps.shipments.reports import LegReport, NumberReport, Report


class ReferenceTaken(ValueError):
    """Another shipment already has the reference."""


def register(
    merchant_id: int,
    *,
    reference: str = "",
    custom_reference: str = "",
    order_reference: str = "",
    carrier_code: str = "",
    number: str = "",
    is_followed: bool = False,
    now: datetime,
) -> int:
    """Create a shipment and return its row number.

    `reference` (`sp_…` or `EC-…`) keeps the name another system gave it. References made
    here are random and unique, also when many are created at once. Raises `ReferenceTaken`.
    """
    given = (
        {"consignment_reference" if reference.startswith("EC-") else "reference": reference}
        if reference
        else {}
    )
    try:
        with transaction.atomic():
            shipment = Shipment.objects.create(
                merchant_id=merchant_id,
                custom_reference=custom_reference,
                order_reference=order_reference,
                **given,
            )
            if number:
                _add_number(shipment.pk, carrier_code, number, is_followed=is_followed, now=now)
    except IntegrityError as error:
        if given and Shipment.objects.filter(**given).exists():
            raise ReferenceTaken(reference) from error
        raise
    return shipment.pk


def follow(
    merchant_id: int, *, carrier_code: str, number: str, is_followed: bool, now: datetime
) -> int | None:
    """Switch the following of a merchant's number and return its shipment's row number.

    A number the merchant does not have is registered when it is to be followed, else the
    answer is None. The merchant's row is locked so that two calls register it once.
    """
    with transaction.atomic():
        Merchant.objects.select_for_update().get(pk=merchant_id)
        known = _numbers(merchant_id, carrier_code, number).order_by("pk").last()
        if known is None:
            if not is_followed:
                return None
            return register(
                merchant_id, carrier_code=carrier_code, number=number, is_followed=True, now=now
            )
        following.switch([known.pk], is_followed=is_followed, now=now)
        return known.leg.shipment_id


def canonical_code(carrier_code: str) -> str:
    """Return the carrier's own code for one of its names (`stamps_com` is `usps`)."""
    name = CarrierName.objects.filter(code=carrier_code.lower()).select_related("carrier").first()
    return name.carrier.code if name else carrier_code


def _numbers(merchant_id: int, carrier_code: str, number: str) -> QuerySet[TrackingNumber]:
    return TrackingNumber.objects.select_related("leg").filter(
        folded=fold_number(number),
        leg__shipment__merchant_id=merchant_id,
        leg__carrier_code__iexact=canonical_code(carrier_code),
    )


def _add_number(
    shipment_id: int, carrier_code: str, number: str, *, is_followed: bool, now: datetime
) -> None:
    report = Report(
        source="registration",
        legs=(LegReport(carrier_code) if carrier_code else _recognised(number),),
        numbers=(NumberReport(number=number, leg=0),),
    )
    recording.record(shipment_id, report, now=now)
    if is_followed:
        numbers = TrackingNumber.objects.filter(leg__shipment_id=shipment_id)
        following.switch(list(numbers.values_list("pk", flat=True)), is_followed=True, now=now)


def _recognised(number: str) -> LegReport:
    """Return the leg of the carrier a number must be of, a blank one when nobody can tell."""
    sure = recognition.certain(number)
    return LegReport(sure.carrier_code, sure.name) if sure else LegReport()
