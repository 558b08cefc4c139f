import json
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from apps.outbound.encryption import Sealed
from apps.providers.models import Account, Watch
from apps.providers.tasks import enrol
from apps.shipments.models import Merchant, Shipment, TrackingNumber, fold_number
from apps.shipments.registering import register

SHOP = "fern-and-field"
PREFIX = "SBX-"


class Parcel(NamedTuple):
    """A parcel of the carrier sandbox: how it is called on our side, its script, who tells."""

    name: str
    script: str
    kind: str
    carrier_code: str = ""


PARCELS = (
    Parcel("delivered in a minute", "DELIVERED", "shipstation", "usps"),
    Parcel("through customs", "CUSTOMS", "shipstation", "dhl_express"),
    Parcel("missed, then to collect", "PICKUP", "shipstation", "ups"),
    Parcel("two carriers, live", "HANDOVER", "sorted_v1"),
    Parcel("items on different ways, live", "SPLIT", "sorted_v2"),
)


class Command(BaseCommand):
    help = "Give the demo shop parcels that move: accounts at the carrier sandbox, asked from now."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.SANDBOX or not settings.SANDBOX_URL:
            raise CommandError("Only with the carrier sandbox: set SANDBOX=on and SANDBOX_URL.")
        merchant = Merchant.objects.filter(slug=SHOP).first()
        if merchant is None:
            raise CommandError("The demo is not loaded: run `manage.py demo` first.")
        pages = _renew(merchant, timezone.now())
        enrol.enqueue()
        self.stdout.write(json.dumps(pages))


@transaction.atomic
def _renew(merchant: Merchant, now: datetime) -> dict[str, str]:
    """Put fresh parcels in place of those of an earlier run; return the addresses of their pages."""
    Shipment.objects.filter(merchant=merchant, custom_reference__startswith=PREFIX).delete()
    Account.objects.filter(merchant=merchant, base_url__startswith="http://127.0.0.1").delete()
    accounts = {
        kind: Account.objects.create(
            merchant=merchant,
            kind=kind,
            name="Sandbox",
            base_url=settings.SANDBOX_URL,
            credentials=Sealed(api_key="demo"),
        )
        for kind in sorted({parcel.kind for parcel in PARCELS})
    }
    return {
        parcel.name: reverse("pages:tracking", args=[_register(accounts[parcel.kind], parcel, now)])
        for parcel in PARCELS
    }


def _register(account: Account, parcel: Parcel, now: datetime) -> str:
    """Register a parcel with a watch that is due at once; return its link's secret."""
    name = f"{PREFIX}{parcel.script}-{now:%m%d%H%M%S}"
    is_number = bool(parcel.carrier_code)
    shipment_id = register(
        account.merchant_id,
        custom_reference=name,
        order_reference="10450",
        carrier_code=parcel.carrier_code,
        number=name if is_number else "",
        now=now,
    )
    Watch.objects.create(
        account=account,
        shipment_id=shipment_id,
        number=TrackingNumber.objects.filter(leg__shipment=shipment_id).first(),
        name=name,
        folded=fold_number(name),
        carrier_code=parcel.carrier_code,
        due_at=now,
        created_at=now,
    )
    return Shipment.objects.get(pk=shipment_id).token
