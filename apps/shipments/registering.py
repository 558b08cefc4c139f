"""Bringing shipments into the vault, and asking for numbers to be followed."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from msgspec import structs

from apps.shipments import following, recognition, recording
from apps.shipments.models import (
    Carrier,
    CarrierName,
    Item,
    Merchant,
    Recipient,
    Shipment,
    TrackingNumber,
    fold_number,
)
from apps.shipments.reports import (
    Certainty,
    LegReport,
    Moment,
    NumberReport,
    PromiseReport,
    Report,
)
from apps.shipments.wanted import NewNumber, NewShipment

# So many are locked, read and written by one statement.
AT_ONCE = 1000
RECIPIENT = ("name", "email", "phone", "street", "city", "region", "postal_code", "country")


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
    """Create a shipment and return its row number; see `NewShipment` and `register_many`."""
    wanted = NewShipment(
        reference=reference,
        custom_reference=custom_reference,
        order_reference=order_reference,
        numbers=(NewNumber(number, carrier_code),) if number else (),
        is_followed=is_followed,
    )
    return register_many(merchant_id, [wanted], now=now)[0]


def register_many(merchant_id: int, wanted: Sequence[NewShipment], *, now: datetime) -> list[int]:
    """Create shipments, all or nothing, and return their row numbers in the same order.

    References made here are random and unique, also when many are created at once. Takes
    the same number of statements for each thousand. Raises `ReferenceTaken`, also when two
    of them want the same reference.
    """
    try:
        with transaction.atomic():
            return [
                pk
                for start in range(0, len(wanted), AT_ONCE)
                for pk in _register(merchant_id, wanted[start : start + AT_ONCE], now)
            ]
    except IntegrityError as error:
        names = [one.reference for one in wanted if one.reference]
        if taken := _twice(names) or taken_references(names):
            raise ReferenceTaken(min(taken)) from error
        raise


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


def taken_references(references: Sequence[str]) -> set[str]:
    """Return those of our references (`sp_…`, `EC-…`) that a shipment, anybody's, has already.

    Two statements for each thousand.
    """
    taken: set[str] = set()
    for start in range(0, len(references), AT_ONCE):
        some = references[start : start + AT_ONCE]
        for column in ("reference", "consignment_reference"):
            of_column = [reference for reference in some if _column(reference) == column]
            found = Shipment.objects.filter(**{f"{column}__in": of_column})
            taken |= set(found.values_list(column, flat=True)) if of_column else set()
    return taken


def carrier_codes() -> dict[str, str]:
    """Return the carriers' own codes by all codes they go by, in small letters."""
    own = {code.lower(): code for code in Carrier.objects.values_list("code", flat=True)}
    names = CarrierName.objects.values_list("code", "carrier__code")
    return own | {code.lower(): known for code, known in names}


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


def _register(merchant_id: int, wanted: Sequence[NewShipment], now: datetime) -> list[int]:
    shipments = Shipment.objects.bulk_create([_shipment(merchant_id, one, now) for one in wanted])
    ids = [shipment.pk for shipment in shipments]
    created = list(zip(ids, wanted, strict=True))
    Recipient.objects.bulk_create(
        [
            Recipient(shipment_id=pk, **{field: getattr(one, field) for field in RECIPIENT})
            for pk, one in created
            if any(getattr(one, field) for field in RECIPIENT)
        ]
    )
    Item.objects.bulk_create([item for pk, one in created for item in _items(pk, one)])
    if told := [(pk, _report(one)) for pk, one in created if one.numbers or one.promised_until]:
        recording.record_many(told, now=now)
    if followed := [pk for pk, one in created if one.numbers and one.is_followed]:
        numbers = TrackingNumber.objects.filter(leg__shipment_id__in=followed)
        following.switch(list(numbers.values_list("pk", flat=True)), is_followed=True, now=now)
    return ids


def _shipment(merchant_id: int, wanted: NewShipment, now: datetime) -> Shipment:
    return Shipment(
        merchant_id=merchant_id,
        custom_reference=wanted.custom_reference,
        order_reference=wanted.order_reference,
        channel=wanted.channel,
        origin_country=wanted.origin_country,
        destination_country=wanted.destination_country,
        code_since=now,
        **({_column(wanted.reference): wanted.reference} if wanted.reference else {}),
    )


def _column(reference: str) -> str:
    return "consignment_reference" if reference.startswith("EC-") else "reference"


def _twice(references: Sequence[str]) -> set[str]:
    return {reference for reference, times in Counter(references).items() if times > 1}


def _items(shipment_id: int, wanted: NewShipment) -> Iterator[Item]:
    for position, item in enumerate(wanted.items, 1):
        yield Item(shipment_id=shipment_id, position=position, **structs.asdict(item))


def _report(wanted: NewShipment) -> Report:
    """Return what a registration says of a parcel beside its names."""
    legs: dict[str, LegReport] = {}
    of_numbers = [_leg(one) for one in wanted.numbers]
    for leg in of_numbers:
        legs.setdefault(leg.carrier_code, leg)
    places = {code: place for place, code in enumerate(legs)}
    return Report(
        source="registration",
        legs=tuple(legs.values()),
        numbers=tuple(
            NumberReport(number=one.number, leg=places[leg.carrier_code])
            for one, leg in zip(wanted.numbers, of_numbers, strict=True)
        ),
        promise=_promise(wanted.promised_until) if wanted.promised_until else None,
    )


def _promise(day: date) -> PromiseReport:
    """Return a shop's word for a day; nobody said on which clock, so it is midnight in UTC."""
    midnight = datetime.combine(day, time(), UTC)
    until = Moment(midnight, certainty=Certainty.ASSUMED, is_date_only=True)
    return PromiseReport(until=until, given_by="merchant")


def _leg(wanted: NewNumber) -> LegReport:
    """Return the leg of a number's carrier, a blank one when nobody can tell whose it is."""
    if wanted.carrier_code:
        return LegReport(wanted.carrier_code)
    sure = recognition.certain(wanted.number)
    return LegReport(sure.carrier_code, sure.name) if sure else LegReport()
