"""Which shipments somebody means who has one of their names."""

from django.db.models import Q

from apps.shipments.models import Item, Recipient, TrackingNumber, fold_number
from apps.shipments.reports import Limits, clean


def named(term: str) -> Q:
    """Return a filter of shipments by any one name, exactly.

    References of ours (`sp_`, `EC-`, `sc_`, `EP-`) in any case, a shop's own as they are,
    tracking numbers without regard to spaces, dashes and case, the recipient's e-mail, a
    link to the customer's page or its secret.
    """
    text = clean(term, Limits.URL).strip()
    ours = (text.lower(), text.upper())
    token = text.rstrip("/").rpartition("/")[2]
    return (
        Q(reference__in=ours)
        | Q(consignment_reference__in=ours)
        | Q(token=token)
        | Q(custom_reference=text)
        | Q(order_reference=text)
        | Q(pk__in=_by_item(text, ours))
        | Q(pk__in=_by_number(text))
        | Q(pk__in=_by_email(text))
    )


def _by_item(text: str, ours: tuple[str, str]) -> object:
    is_named = Q(reference__in=ours) | Q(package_reference__in=ours) | Q(custom_reference=text)
    return Item.objects.filter(is_named).values("shipment")


def _by_number(text: str) -> object:
    return TrackingNumber.objects.filter(folded=fold_number(text)).values("leg__shipment")


def _by_email(text: str) -> object:
    return Recipient.objects.filter(email__iexact=text).exclude(email="").values("shipment")
