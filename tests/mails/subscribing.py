"""People who ask for mail, confirm it and hear of parcels."""

from django.utils import timezone

from apps.mails.asking import subscribe
from apps.mails.models import Letter, Subscription
from apps.shipments.models import Shipment
from tests.pages.doors import page_of, ticket_of

ADA = "Ada@Marker.Example"
PAGE, MERCHANT = Subscription.Origin.PAGE, Subscription.Origin.MERCHANT


def make_subscription(shipment, email=ADA, *, origin=MERCHANT, now=None, **fields):
    """Subscribe an address: the merchant's begin at once, the page's wait."""
    told = {"language": "en", "topics": ()} | fields
    return subscribe(shipment.pk, email, origin=origin, now=now or timezone.now(), **told)


def ask(client, parcel, email=ADA, headers=None, **fields):
    """Fill in the form that asks for mail as a browser does."""
    path = f"{page_of(parcel)}news"
    given = {"email": email, "topics": ["delivered", "exception"]} | fields
    if "ticket" not in given:
        given["ticket"] = ticket_of(client, f"{path}?lang=en", "news")
    return client.post(f"{path}?lang=en", given, headers=headers)


def letters(kind=None):
    found = Letter.objects.order_by("pk")
    return list(found.filter(kind=kind) if kind else found)


def token_of(parcel):
    return Shipment.objects.values_list("token", flat=True).get(pk=parcel.pk)
