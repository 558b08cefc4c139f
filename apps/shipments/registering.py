"""Bringing shipments into the vault, and asking for numbers to be followed."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from msgspec import Struct, structs

from apps.shipments import following, recognition, recording
from apps.shipments.models import (
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

# So many are locked, read and written by one statement.
AT_ONCE = 1000
RECIPIENT = ("name", "email", "phone", "street", "city", "region", "postal_code", "country")


class ReferenceTaken(ValueError):
    """Another shipment already has the reference."""


class NewItem(Struct, frozen=True):
    """One item of what is sent."""

    description: str = ""
    quantity: int = 1
    custom_reference: str = ""
    picture_url: str = ""


class NewShipment(Struct, frozen=True):
    """A shipment to be brought in, checked by the door: texts within their limits.

    `reference` (`sp_…` or `EC-…`) keeps the name another system gave it. Without a carrier
    the number tells it, if it can. `name` to `country` are the recipient's. `promised_until`
    is the last day the shop named.
    """

    reference: str = ""
    custom_reference: str = ""
    order_reference: str = ""
    channel: str = ""
    origin_country: str = ""
    destination_country: str = ""
    carrier_code: str = ""
    number: str = ""
    is_followed: bool = False
    name: str = ""
    email: str = ""
    phone: str = ""
    street: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""
    items: tuple[NewItem, ...] = ()
    promised_until: date | None = None


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
        carrier_code=carrier_code,
        number=number,
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
        if taken := _taken([one.reference for one in wanted if one.reference]):
            raise ReferenceTaken(taken) from error
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
    if told := [(pk, _report(one)) for pk, one in created if one.number or one.promised_until]:
        recording.record_many(told, now=now)
    if followed := [pk for pk, one in created if one.number and one.is_followed]:
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


def _taken(references: Sequence[str]) -> str:
    """Return one of the references that is taken already or wanted twice, empty for none."""
    twice = [reference for reference, times in Counter(references).items() if times > 1]
    if twice:
        return twice[0]
    for start in range(0, len(references), AT_ONCE):
        some = references[start : start + AT_ONCE]
        for column in ("reference", "consignment_reference"):
            of_column = [reference for reference in some if _column(reference) == column]
            found = Shipment.objects.filter(**{f"{column}__in": of_column})
            if name := found.values_list(column, flat=True).first():
                return str(name)
    return ""


def _items(shipment_id: int, wanted: NewShipment) -> Iterator[Item]:
    for position, item in enumerate(wanted.items, 1):
        yield Item(shipment_id=shipment_id, position=position, **structs.asdict(item))


def _report(wanted: NewShipment) -> Report:
    """Return what a registration says of a parcel beside its names."""
    leg = LegReport(wanted.carrier_code) if wanted.carrier_code else _recognised(wanted.number)
    return Report(
        source="registration",
        legs=(leg,) if wanted.number else (),
        numbers=(NumberReport(number=wanted.number, leg=0),) if wanted.number else (),
        promise=_promise(wanted.promised_until) if wanted.promised_until else None,
    )


def _promise(day: date) -> PromiseReport:
    """Return a shop's word for a day; nobody said on which clock, so it is midnight in UTC."""
    midnight = datetime.combine(day, time(), UTC)
    until = Moment(midnight, certainty=Certainty.ASSUMED, is_date_only=True)
    return PromiseReport(until=until, given_by="merchant")


def _recognised(number: str) -> LegReport:
    """Return the leg of the carrier a number must be of, a blank one when nobody can tell."""
    sure = recognition.certain(number)
    return LegReport(sure.carrier_code, sure.name) if sure else LegReport()
