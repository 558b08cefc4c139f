"""Journeys for mails: many at once, and none that cannot be read holds up the others."""

import logging
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from django.db import DatabaseError

from apps.shipments.journey import Journey
from apps.shipments.models import Shipment
from apps.shipments.reading import journeys_of

log = logging.getLogger(__name__)


def journeys_by_id(shipment_ids: Collection[int]) -> dict[int, Journey]:
    """Return journeys by the row numbers of their shipments, by five statements.

    Where one of them cannot be read, they are read one by one and it is left out.
    """
    if not shipment_ids:
        return {}
    try:
        return _read(shipment_ids)
    except DatabaseError:
        raise
    except Exception:
        found: dict[int, Journey] = {}
        for shipment_id in shipment_ids:
            with holding_up_nobody(shipment_id):
                found |= _read([shipment_id])
        return found


@contextmanager
def holding_up_nobody(shipment_id: int) -> Iterator[None]:
    """Note what goes wrong with one parcel and go on; a database that fails is everybody's."""
    try:
        yield
    except DatabaseError:
        raise
    except Exception:
        log.exception("No mail can be made of parcel %s", shipment_id)


def _read(shipment_ids: Collection[int]) -> dict[int, Journey]:
    shipments = Shipment.objects.filter(pk__in=shipment_ids)
    ids = dict(shipments.values_list("reference", "pk"))
    return {ids[one.reference]: one for one in journeys_of(shipments) if one.reference in ids}
