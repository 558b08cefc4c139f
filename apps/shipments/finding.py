"""Which shipments somebody means who has one of their names."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Upper

from apps.shipments.models import Item, Recipient, Shipment, TrackingNumber, fold_number
from apps.shipments.reports import Limits, clean

# Shops number their orders alike, so a name may be that of many merchants' shipments.
MOST = 10_000


def named(term: str) -> Q:
    """Return a filter of shipments by any one name, exactly.

    References of ours (`sp_`, `EC-`, `sc_`, `EP-`) in any case, a shop's own as they are,
    tracking numbers without regard to spaces, dashes and case, the recipient's e-mail, a
    link to the customer's page or its secret. It takes one statement to make, since as a
    part of others PostgreSQL reads a million shipments beside it to have them in order.
    """
    return Q(pk__in=list(ids_of(term)[:MOST]))


def ids_of(term: str) -> QuerySet[Any, Any]:
    """Return the row numbers of the shipments with a name, each found by an index of its own."""
    text = clean(term, Limits.URL).strip()
    found: list[QuerySet[Any, Any]] = [*_by_own(text), *_by_item(text)]
    return _by_number(text).union(_by_email(text), *found)


def _by_own(text: str) -> Iterator[QuerySet[Any, Any]]:
    ours = _ours(text)
    for condition in (
        Q(reference__in=ours),
        Q(consignment_reference__in=ours),
        Q(token=text.rstrip("/").rpartition("/")[2]),
        Q(custom_reference=text) & ~Q(custom_reference=""),
        Q(order_reference=text) & ~Q(order_reference=""),
    ):
        yield Shipment.objects.filter(condition).values_list("pk", flat=True)


def _by_item(text: str) -> Iterator[QuerySet[Any, Any]]:
    ours = _ours(text)
    for condition in (
        Q(reference__in=ours),
        Q(package_reference__in=ours),
        Q(custom_reference=text) & ~Q(custom_reference=""),
    ):
        yield Item.objects.filter(condition).values_list("shipment", flat=True)


def _by_number(text: str) -> QuerySet[Any, Any]:
    return TrackingNumber.objects.filter(folded=fold_number(text)).values_list(
        "leg__shipment", flat=True
    )


def _by_email(text: str) -> QuerySet[Any, Any]:
    # Not `iexact`, for which SQLite has no index.
    found = Recipient.objects.annotate(folded=Upper("email")).filter(folded=Upper(Value(text)))
    return found.exclude(email="").values_list("shipment", flat=True)


def _ours(text: str) -> tuple[str, str]:
    return text.lower(), text.upper()
