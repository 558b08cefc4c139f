"""What a key may see: every queryset here stays within the key's merchant or carrier."""

from collections.abc import Collection
from typing import NamedTuple

from django.db.models import Q, QuerySet

from apps.api.models import ApiKey
from apps.shipments.models import CarrierName, Item, Leg, Shipment, TrackingNumber, fold_number

NEWEST_FIRST = ("-created_at", "-id")


def merchant_of(key: ApiKey) -> int:
    """Return the merchant's row; for a carrier's key 0, which nobody has."""
    return key.merchant_id or 0


def shipments(key: ApiKey) -> QuerySet[Shipment]:
    """Return the merchant's shipments, newest first and always in the same order."""
    return Shipment.objects.filter(merchant_id=merchant_of(key)).order_by(*NEWEST_FIRST)


def by_reference(key: ApiKey, reference: str) -> QuerySet[Shipment]:
    """Return the shipment with our `sp_…` or `EC-…` reference, if the merchant has it."""
    if not is_storable(reference):
        return Shipment.objects.none()
    named = shipments(key).filter(Q(reference=reference) | Q(consignment_reference=reference))
    # It is one at most, and to have many in order SQLite would go through all of the merchant's.
    return named.order_by()


def by_custom_reference(key: ApiKey, custom_reference: str) -> QuerySet[Shipment]:
    """Return the shipments that carry the merchant's own reference; it need not be unique."""
    if not is_storable(custom_reference):
        return Shipment.objects.none()
    return shipments(key).filter(_named(custom_reference))


def by_contents_reference(key: ApiKey, custom_reference: str) -> QuerySet[Shipment]:
    """Return those of `by_custom_reference` and those with an item that carries it."""
    if not is_storable(custom_reference):
        return Shipment.objects.none()
    merchant_id = merchant_of(key)
    own = Shipment.objects.filter(_named(custom_reference), merchant_id=merchant_id).values("pk")
    items = Item.objects.filter(_named(custom_reference), shipment__merchant_id=merchant_id).values(
        "shipment_id"
    )
    # Two index look-ups; an OR over both tables would read all shipments of the merchant.
    return shipments(key).filter(pk__in=own.union(items))


def _named(custom_reference: str) -> Q:
    # Literally with the condition of the indexes, without which SQLite does not use them.
    return Q(custom_reference=custom_reference) & ~Q(custom_reference="")


def numbers(key: ApiKey) -> QuerySet[TrackingNumber]:
    """Return the tracking numbers of the merchant's shipments, newest shipment first."""
    return TrackingNumber.objects.filter(leg__shipment__merchant_id=merchant_of(key)).order_by(
        "-leg__shipment__created_at", "-leg__shipment_id", "pk"
    )


class CarrierAsked(NamedTuple):
    """A carrier a client named: its row if we know the code, and the code legs go by."""

    carrier_id: int | None
    code: str


def carrier_asked(key: ApiKey, code: str) -> CarrierAsked | None:
    """Return whom a carrier code means; None when neither we nor the merchant know it."""
    if not is_storable(code):
        return None
    name = CarrierName.objects.filter(code=code).select_related("carrier").first()
    if name:
        return CarrierAsked(name.carrier_id, name.carrier.code)
    legs = Leg.objects.filter(shipment__merchant_id=merchant_of(key), carrier_code=code)
    return CarrierAsked(None, code) if legs.exists() else None


def number_of(key: ApiKey, carrier: CarrierAsked, number: str) -> TrackingNumber | None:
    """Return the merchant's newest parcel with the number, spaces, dashes and case aside."""
    of_carrier = Q(leg__carrier_code=carrier.code)
    if carrier.carrier_id:
        of_carrier |= Q(leg__carrier_id=carrier.carrier_id)
    found = numbers(key).filter(of_carrier, folded=fold_number(number))
    return found.select_related("leg").first()


def pushable(key: ApiKey, references: Collection[str]) -> dict[str, set[int]]:
    """Return the shipments a carrier means, by reference; what is unknown is left out.

    A reference is our `EC-…` or a number of the carrier's. The carrier of the key must have
    a leg of the shipment. A number that several shipments share means all of them.
    """
    meant: dict[str, set[int]] = {}
    for reference, shipment_id in [
        *Leg.objects.filter(
            carrier_id=key.carrier_id or 0, shipment__consignment_reference__in=references
        ).values_list("shipment__consignment_reference", "shipment_id"),
        *TrackingNumber.objects.filter(
            leg__carrier_id=key.carrier_id or 0,
            folded__in={fold_number(text) for text in references},
        ).values_list("folded", "leg__shipment_id"),
    ]:
        meant.setdefault(fold_number(reference), set()).add(shipment_id)
    found = {reference: meant.get(fold_number(reference)) for reference in references}
    return {reference: shipment_ids for reference, shipment_ids in found.items() if shipment_ids}


class Packages(NamedTuple):
    """What shipments' items are called, by shipment, and which of our `EP-…` are in use."""

    names: dict[int, set[str]]
    taken: set[str]

    def fit(self, shipment_id: int, called: set[str]) -> bool:
        """Tell whether packages are a shipment's own, or nobody's if it has none yet."""
        own = self.names.get(shipment_id)
        return called <= own if own else called.isdisjoint(self.taken)


def packages(shipment_ids: Collection[int], called: Collection[str]) -> Packages:
    """Return the packages of these shipments, and who else has one that is called so."""
    found = Packages({}, set())
    items = Item.objects.filter(Q(shipment_id__in=shipment_ids) | Q(package_reference__in=called))
    for shipment_id, reference, custom in items.values_list(
        "shipment_id", "package_reference", "custom_reference"
    ):
        found.names.setdefault(shipment_id, set()).update((reference, custom))
        found.taken.add(reference)
    return found


def is_storable(text: str) -> bool:
    """Tell whether a text can be in the database at all; PostgreSQL refuses to look for NUL."""
    return "\x00" not in text
