"""The shipment an address names, and whether a caller has seen how it stands now."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from rest_framework.request import Request

from apps.api import lookups
from apps.api.errors import Refusal
from apps.native import conditions
from apps.native.door import NativeDoor
from apps.shipments.journey import Journey
from apps.shipments.models import Shipment

# Levels of privacy that an ETag names; it names none where all is shown.
LEVELS = ("", "number", "link")
# Digits of the reference that tell a shipment from the one it was united with.
TAIL = 6


def shipment_of(door: NativeDoor, reference: str) -> Shipment:
    """Return the key's shipment with a reference (`sp_…`, `EC-…`); raise a `Refusal`: 404.

    The reference of a duplicate leads to the shipment it was united with.
    """
    named = lookups.by_reference(door.key, reference).select_related("merged_into")
    found = next(iter(named), None)
    if found is None:
        raise Refusal(404)
    return found.merged_into or found


@contextmanager
def held(door: NativeDoor, reference: str) -> Iterator[Shipment]:
    """Hold a shipment while it is changed, all or nothing; nobody changes it meanwhile.

    Raises a `Refusal`: 404, and 412 when `If-Match` names a version that is not the one held.
    """
    with transaction.atomic():
        named = shipment_of(door, reference)
        shipment = Shipment.objects.select_for_update().get(pk=named.pk)
        if shipment.merged_into_id:
            # United while we waited for it.
            raise Refusal(412)
        check_if_match(door.request, shipment)
        yield shipment


def etag_of(shipment: Shipment | Journey, level: str = "") -> str:
    """Return the ETag of a shipment, as seen at a level of privacy where one is named."""
    tag = f"{shipment.reference[-TAIL:]}-{shipment.version}"
    return f'"{tag}-{level}"' if level else f'"{tag}"'


def check_if_match(request: Request, shipment: Shipment) -> None:
    """Refuse with 412 what was meant for another version; without `If-Match` all goes.

    An ETag of any level of privacy counts, for all of them are of the shipment as it stood.
    """
    conditions.check_if_match(request, *(etag_of(shipment, level) for level in LEVELS))
