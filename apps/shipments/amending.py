"""What a shop puts right itself: what it calls a shipment, where it goes and to whom."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial

from apps.shipments import following, recording
from apps.shipments.changing import Change
from apps.shipments.models import Recipient, Shipment
from apps.shipments.recording import Mended, Recorded
from apps.shipments.wanted import Different

PERSON = ("name", "email", "phone", "street", "city", "region", "postal_code", "country")


class PersonErased(ValueError):
    """The person was erased, and stays so."""


def amend(shipment_id: int, different: Different, *, now: datetime) -> Recorded:
    """Change what a shop says of a shipment; nothing is written where nothing is different.

    Following is no news of the parcel, so it raises no version. Raises `PersonErased` for a
    recipient of a shipment whose person was erased, and `Shipment.DoesNotExist`.
    """
    work = partial(_amend, different=different, now=now)
    return recording.amend([shipment_id], work, now=now)[0]


def _amend(changes: dict[int, Change], *, different: Different, now: datetime) -> Iterable[Mended]:
    [change] = changes.values()
    shipment = change.shipment
    renamed = {k: v for k, v in different.names.items() if getattr(shipment, k) != v}
    for name, value in renamed.items():
        setattr(shipment, name, value)
    if renamed:
        Shipment.objects.filter(pk=shipment.pk).update(**renamed)
    has_other_recipient = _has_other_recipient(shipment, different)
    change.is_filled = bool(renamed) or has_other_recipient
    if different.is_followed is not None:
        ids = [number.pk for number in change.numbers]
        following.switch(ids, is_followed=different.is_followed, now=now)
    return ()


def _has_other_recipient(shipment: Shipment, different: Different) -> bool:
    """Write the recipient; return whether anything is different."""
    rows = Recipient.objects.filter(pk=shipment.pk)
    if different.has_no_recipient:
        return bool(rows.delete()[0])
    if not different.recipient:
        return False
    if shipment.erased_at:
        raise PersonErased
    known = rows.first() or Recipient(shipment=shipment)
    before = {name: getattr(known, name) for name in PERSON}
    after = before | dict(different.recipient)
    if after == before:
        return False
    if any(after.values()):
        rows.update_or_create(pk=shipment.pk, defaults=after)
    else:
        rows.delete()
    return True
