"""What shipments are looked for by: the indexes of `Shipment`, each with its reason."""

from django.db import models
from django.db.models import Q

from apps.shipments.status import GRAVITY

# From this severity on, a shipment is a problem for staff to look at.
NEEDS_SOMEBODY = GRAVITY["attempted"]

# Every recording changes an indexed column of an open parcel, so each index costs it
# an entry, but for those that are limited to other rows. Pairs: for one merchant's
# list, and in the same order for all merchants'.
OF_SHIPMENTS = [
    # What shops and customers call it, searched within a merchant and across all.
    models.Index(
        fields=["custom_reference", "merchant"],
        name="shipment_custom_reference",
        condition=~Q(custom_reference=""),
    ),
    models.Index(
        fields=["order_reference", "merchant"],
        name="shipment_order_reference",
        condition=~Q(order_reference=""),
    ),
    # Newest first, and by age.
    models.Index(fields=["merchant", "-created_at", "-id"], name="shipment_newest"),
    models.Index(fields=["-created_at", "-id"], name="shipment_newest_of_all"),
    # The queues, of open parcels and lost ones: a few in a hundred of a vault that has run long.
    models.Index(
        fields=["merchant", "-severity", "code_since", "id"],
        name="shipment_problem",
        condition=Q(severity__gte=NEEDS_SOMEBODY),
    ),
    models.Index(
        fields=["-severity", "code_since", "id"],
        name="shipment_problem_of_all",
        condition=Q(severity__gte=NEEDS_SOMEBODY),
    ),
    models.Index(
        fields=["merchant", "last_scan_at", "id"],
        name="shipment_silent",
        condition=Q(is_open=True, last_scan_at__isnull=False),
    ),
    models.Index(
        fields=["last_scan_at", "id"],
        name="shipment_silent_of_all",
        condition=Q(is_open=True, last_scan_at__isnull=False),
    ),
    models.Index(
        fields=["merchant", "due_at", "id"],
        name="shipment_late",
        condition=Q(is_open=True, due_at__isnull=False),
    ),
    models.Index(
        fields=["due_at", "id"],
        name="shipment_late_of_all",
        condition=Q(is_open=True, due_at__isnull=False),
    ),
    # By status, for what newest first would be long in finding.
    models.Index(
        fields=["code", "merchant", "-created_at", "-id"],
        name="shipment_status",
    ),
    # Deliveries per day and carriers' times, on the desk's first page.
    models.Index(
        fields=["merchant", "-delivered_at"],
        name="shipment_delivered",
        condition=Q(delivered_at__isnull=False),
    ),
    models.Index(
        fields=["-delivered_at"],
        name="shipment_delivered_of_all",
        condition=Q(delivered_at__isnull=False),
    ),
    # Stands in for the foreign key's own, which would hold every parcel.
    models.Index(
        fields=["merged_into"],
        name="shipment_duplicates",
        condition=Q(merged_into__isnull=False),
    ),
    # Whose person was erased lately, for the rooms that hold something of them.
    models.Index(
        fields=["erased_at"],
        name="shipment_erased",
        condition=Q(erased_at__isnull=False),
    ),
]
