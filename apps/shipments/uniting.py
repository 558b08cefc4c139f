"""Two shipments that are one parcel become one."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import F
from django.forms.models import model_to_dict

from apps.shipments import blending, following, persons, recording
from apps.shipments.changing import Change
from apps.shipments.models import Outbox, Promise, Recipient, Shipment
from apps.shipments.recording import Mended, Recorded

FILLED = ["custom_reference", "order_reference", "channel"]
FILLED += ["origin_country", "destination_country"]


class Inseparable(ValueError):
    """Two shipments that cannot be united, in words for staff."""


class SameShipment(Inseparable):
    def __init__(self) -> None:
        super().__init__("This is the same shipment.")


class OtherMerchant(Inseparable):
    def __init__(self) -> None:
        super().__init__("The two shipments are of different merchants.")


class AlreadyUnited(Inseparable):
    def __init__(self) -> None:
        super().__init__("One of the two was united with another shipment already.")


@transaction.atomic
def unite(shipment_id: int, other_id: int, *, now: datetime) -> Recorded:
    """Make two shipments of one merchant one; return what it did to the first.

    All of the other goes to the first, what both have been told stays once. The other keeps
    its references and its link, which leads to the first, and news of it go there too. If
    the person of either was erased, that of both is. Raises `Inseparable` and
    `Shipment.DoesNotExist`.
    """
    if shipment_id == other_id:
        raise SameShipment
    both = Shipment.objects.filter(pk__in=(shipment_id, other_id))
    if both.filter(erased_at__isnull=False).exists():
        persons.erase([shipment_id, other_id], now=now)
    work = partial(_unite, shipment_id=shipment_id, other_id=other_id, now=now)
    [result] = recording.amend([shipment_id, other_id], work, now=now)
    _tell_order(other_id, now)
    return result


def _unite(
    changes: dict[int, Change], *, shipment_id: int, other_id: int, now: datetime
) -> Iterable[Mended]:
    # What is left of the other is not news of a parcel, so it is not settled.
    first, other = changes[shipment_id], changes.pop(other_id)
    _check(first.shipment, other.shipment)
    blend = blending.blend(first, other)
    _take_promises(first, other)
    _take_recipient(first, other)
    _fill(first, other)
    _retire(first.shipment, other.shipment, now)
    following.switch(blend.followed, is_followed=True, now=now)
    return blend.mended


def _check(first: Shipment, other: Shipment) -> None:
    if first.merchant_id != other.merchant_id:
        raise OtherMerchant
    if first.merged_into_id or other.merged_into_id:
        raise AlreadyUnited


def _take_promises(first: Change, other: Change) -> None:
    known = [(one.since, one.until, one.given_by) for one in first.promises]
    new = [one for one in other.promises if (one.since, one.until, one.given_by) not in known]
    Promise.objects.filter(pk__in=[one.pk for one in new]).update(shipment=first.shipment)
    first.promises = sorted([*first.promises, *new], key=lambda promise: promise.pk)


def _take_recipient(first: Change, other: Change) -> None:
    """Give the first the other's recipient if it has none; what is left goes when it is erased."""
    both = Recipient.objects.filter(pk__in=(first.shipment.pk, other.shipment.pk))
    held = {one.pk: one for one in both}
    if held.keys() != {other.shipment.pk}:
        return
    theirs = held[other.shipment.pk]
    said = model_to_dict(theirs, exclude=["shipment"])
    theirs.delete()
    Recipient.objects.create(shipment=first.shipment, **said)


def _fill(first: Change, other: Change) -> None:
    """Take over what the first does not say, and set aside what either's staff set aside."""
    mine, theirs = first.shipment, other.shipment
    for field in FILLED:
        setattr(mine, field, getattr(mine, field) or getattr(theirs, field))
    former = {*(mine.former_numbers or ()), *(theirs.former_numbers or ())}
    mine.former_numbers = sorted(former - {one.folded for one in first.numbers}) or None
    # An order's pages know news by the sum of its versions, which must never fall.
    mine.version += theirs.version
    mine.save(update_fields=[*FILLED, "former_numbers"])
    first.is_filled = True


def _retire(first: Shipment, other: Shipment, now: datetime) -> None:
    Shipment.objects.filter(merged_into=other).update(merged_into=first)
    Shipment.objects.filter(pk=other.pk).update(
        merged_into=first, is_open=False, version=F("version") + 1, updated_at=now
    )
    Outbox.objects.create(
        shipment=other,
        version=other.version + 1,
        code_before=other.code,
        code=other.code,
        created_at=now,
    )


def _tell_order(other_id: int, now: datetime) -> None:
    """Let the pages of the order the other leaves, if it is not the first's too, be made anew."""
    other = Shipment.objects.select_related("merged_into").get(pk=other_id)
    first = other.merged_into
    if not first or not other.order_reference or first.order_reference == other.order_reference:
        return
    order = Shipment.objects.filter(
        merchant=other.merchant_id, order_reference=other.order_reference, merged_into=None
    )
    sibling = order.order_by("pk").first()
    if sibling:
        recording.amend([sibling.pk], partial(_raise, by=other.version), now=now)


def _raise(changes: dict[int, Change], *, by: int) -> Iterable[Mended]:
    for change in changes.values():
        change.shipment.version += by
        change.is_filled = True
    return ()
