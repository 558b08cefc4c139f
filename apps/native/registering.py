"""Shipments that come in by our own API, one or many at once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from apps.api.errors import Refusal, refusal_of
from apps.dialects import native, native_errors, native_reading, payloads
from apps.dialects.native_reading import MailWish, Registration
from apps.mails.addresses import check_email
from apps.mails.enlisting import Enlisted, enlist
from apps.native.door import NativeDoor
from apps.native.wishes import faults_of, usual_language
from apps.shipments import registering
from apps.shipments.journey import Journey
from apps.shipments.models import Merchant, Shipment
from apps.shipments.reading import journeys_of, no_events
from apps.shipments.reports import Fault

Faults = tuple[Fault, ...]
TAKEN = "A shipment has this reference already."


def register_one(door: NativeDoor, payload: bytes, now: datetime) -> Journey:
    """Register what a request holds; raise a `Refusal`: 400, 422, and 409 for a taken reference."""
    try:
        understood = native_reading.read(payload, registering.carrier_codes())
    except payloads.Refused as refused:
        raise refusal_of(refused, 400 if refused.is_malformed else 422) from refused
    if faults := _mail_faults("$", understood.mail):
        raise Refusal(422, message="The body cannot be taken.", faults=faults)
    made, refused_ = _register(door.merchant, {0: understood}, "$.reference", now)
    if refused_:
        raise Refusal(409, message=TAKEN, faults=refused_[0])
    return made[0]


def register_batch(door: NativeDoor, payload: bytes, now: datetime) -> list[dict[str, Any]]:
    """Register the good ones of a batch; return a result for each, in their order."""
    try:
        read = native_reading.read_batch(payload, registering.carrier_codes())
    except payloads.Refused as refused:
        raise refusal_of(refused, 400 if refused.is_malformed else 422) from refused
    path = "$.shipments[{}]"
    refusals: dict[int, Faults] = {}
    good: dict[int, Registration] = {}
    for index, one in enumerate(read):
        if not isinstance(one, Registration):
            refusals[index] = one
        elif faults := _mail_faults(path.format(index), one.mail):
            refusals[index] = faults
        else:
            good[index] = one
    made, taken = _register(door.merchant, good, f"{path}.reference", now)
    refusals |= taken
    return [_result(index, made, refusals, door.base) for index in range(len(read))]


def _result(
    index: int, made: Mapping[int, Journey], refusals: Mapping[int, Faults], base: str
) -> dict[str, Any]:
    journey = made.get(index)
    return {
        "index": index,
        "status": "created" if journey else "refused",
        "shipment": native.write_summary(journey, base=base) if journey else None,
        "errors": native_errors.places(refusals.get(index, ())),
    }


@transaction.atomic
def _register(
    merchant: Merchant, rows: Mapping[int, Registration], path: str, now: datetime
) -> tuple[dict[int, Journey], dict[int, Faults]]:
    """Register rows but for those whose reference is taken; return both by their index.

    `path` is that of a row's reference. The same number of statements for one row or a thousand.
    """
    while True:
        taken = _taken(rows)
        free = [index for index in rows if index not in taken]
        wanted = [rows[index].shipment for index in free]
        try:
            ids = registering.register_many(merchant.pk, wanted, now=now)
        except registering.ReferenceTaken:
            # Somebody took it since we looked, and is done: we look again.
            continue
        _enlist(merchant, list(zip(ids, (rows[index] for index in free), strict=True)), now)
        journeys = journeys_of(Shipment.objects.filter(pk__in=ids), events_of=no_events)
        by_id = dict(zip(sorted(ids), journeys, strict=True))
        made = {index: by_id[pk] for index, pk in zip(free, ids, strict=True)}
        return made, {index: (Fault(path.format(index), TAKEN),) for index in taken}


def _taken(rows: Mapping[int, Registration]) -> set[int]:
    """Return the rows whose reference a shipment, or an earlier row, has already."""
    named = {index: one.shipment.reference for index, one in rows.items() if one.shipment.reference}
    known = registering.taken_references(list(named.values()))
    first: dict[str, int] = {}
    for index, reference in named.items():
        first.setdefault(reference, index)
    return {i for i, reference in named.items() if reference in known or first[reference] != i}


def _mail_faults(path: str, mail: MailWish | None) -> Faults:
    return faults_of(f"{path}.subscribe", mail) if mail else ()


def _enlist(merchant: Merchant, made: Sequence[tuple[int, Registration]], now: datetime) -> None:
    enlist(
        [
            Enlisted(
                pk,
                check_email(one.mail.email),
                one.mail.language or _language(merchant, one),
                one.mail.topics,
            )
            for pk, one in made
            if one.mail
        ],
        now,
    )


def _language(merchant: Merchant, one: Registration) -> str:
    return usual_language(merchant, one.shipment.channel, one.shipment.destination_country)
