"""Accounts, watches and answers for the sync's tests."""

import json
from datetime import timedelta

from apps.outbound.encryption import Sealed
from apps.providers.models import Account, Watch
from apps.shipments.models import Shipment, TrackingNumber, fold_number
from apps.shipments.registering import register
from tests.builders import NOW, make_merchant


def make_account(carrier=None, kind="shipstation", merchant=None, **fields):
    return Account.objects.create(
        merchant=merchant or make_merchant(),
        kind=kind,
        base_url=carrier.url if carrier else "",
        credentials=Sealed(api_key="k-secret-1"),
        **fields,
    )


def make_watch(account, number="9400111", carrier_code="usps", due_at=NOW, **fields):
    shipment_id = register(
        account.merchant_id, carrier_code=carrier_code, number=number, is_followed=True, now=NOW
    )
    tracked = TrackingNumber.objects.get(leg__shipment=shipment_id)
    return Watch.objects.create(
        account=account,
        shipment_id=shipment_id,
        number=tracked,
        name=number,
        folded=fold_number(number),
        carrier_code=carrier_code,
        due_at=due_at,
        created_at=NOW - timedelta(hours=1),
        **fields,
    )


def shipment_of(watch):
    return Shipment.objects.get(pk=watch.shipment_id)


def tracking_log(number, *events, status="IT"):
    """Return ShipStation's answer; events are (status code, ISO time, words)."""
    return json.dumps(
        {
            "tracking_number": number,
            "status_code": status,
            "carrier_code": "usps",
            "events": [
                {"occurred_at": time, "status_code": code, "description": words}
                for code, time, words in events
            ],
        }
    )


MOVING = ("IT", "2026-03-02T09:00:00Z", "Departed")
