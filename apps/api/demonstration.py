"""A shop to play with: the documents' own parcels, a customer page for every state, keys."""

import json
import os
import secrets
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.urls import reverse
from msgspec.structs import replace

from apps.api.demo_parcels import PARCELS, report_of
from apps.api.models import CARRIER_SCOPES, MERCHANT_SCOPES, ApiKey
from apps.dialects import shiplemon, shipstation, sorted_v1, sorted_v2
from apps.shipments import recording, registering
from apps.shipments.models import Carrier, CarrierName, Merchant, Shipment, TrackingNumber
from apps.shipments.reports import LegReport, Report

SHOP = "fern-and-field"
USERNAME = "demo"
KEY_NAME = "Demo"
RECORDED = Path(settings.BASE_DIR) / "tests" / "recorded"

# Carriers of the documents' parcels that ShipStation's list does not have.
CARRIERS = (
    ("dnq", 901, "DNQ Worldwide"),
    ("carrier_a", 903, "Carrier A"),
    ("carrier_b", 904, "Carrier B"),
)


def is_loaded() -> bool:
    return Merchant.objects.filter(slug=SHOP).exists() and secrets_path().exists()


def secrets_path() -> Path:
    """Return where the demo keeps its password and keys: the database holds digests only."""
    return Path(settings.VAR_DIR) / "demo.json"


def kept() -> dict[str, Any] | None:
    """Return what a demo kept, here or in the folder of its own that `run.py` gives it."""
    for path in (secrets_path(), Path(settings.VAR_DIR) / "demo" / "demo.json"):
        if path.exists():
            return cast(dict[str, Any], json.loads(path.read_text()))
    return None


def remember(url: str) -> None:
    """Keep the address the demo is served at, for whoever asks later."""
    _write_private(json.loads(secrets_path().read_text()) | {"url": url})


def load(now: datetime) -> None:
    """Load the demo, in place of one that was loaded before."""
    with transaction.atomic():
        facts = _fill(now)
    _write_private(facts)


def _fill(now: datetime) -> dict[str, Any]:
    Merchant.objects.filter(slug=SHOP).delete()
    ApiKey.objects.filter(name=KEY_NAME).delete()
    merchant = Merchant.objects.create(name="Fern & Field", slug=SHOP)
    for code, number, name in CARRIERS:
        carrier, _ = Carrier.objects.get_or_create(
            code=code, defaults={"number": number, "name": name}
        )
        CarrierName.objects.get_or_create(carrier=carrier, code=code, name=name)
    pages = {name: _take(merchant, report, order, now) for name, order, report in _documents()}
    for parcel in PARCELS:
        report = replace(report_of(parcel, now), custom_reference=f"FF-{parcel.order}")
        pages[parcel.name] = _take(merchant, report, parcel.order, now)
    return _facts(merchant, pages)


def describe(demo: dict[str, Any]) -> dict[str, Any]:
    """Return where everything of a demo is, for scripts and documents."""
    return {
        "url": demo["url"],
        "admin": {
            "url": demo["url"] + reverse("admin:index"),
            "username": USERNAME,
            "password": demo["password"],
        },
        "keys": demo["keys"],
        "shipments": demo["shipments"],
        "pages": {
            name: reverse("pages:tracking", args=[token]) for name, token in demo["tokens"].items()
        },
    }


def _documents() -> list[tuple[str, str, Report]]:
    """Return the parcels of the documents we follow, read by the readers that read them."""
    consignment = sorted_v1.read(_recorded("sorted_v1_two_legs.json"))
    legs = (
        LegReport(carrier_code="carrier_a", service_name="Carrier Service A"),
        LegReport(carrier_code="carrier_b", service_name="Carrier Service B"),
    )
    (contents,) = sorted_v2.read(_recorded("sorted_v2_contents.json"))
    return [
        ("sorted_v2", "10401", contents),
        ("sorted_v1", "10402", replace(consignment, legs=legs)),
        ("shipstation", "10403", shipstation.read(_recorded("shipstation_usps.json"))),
        ("shiplemon", "10404", shiplemon.read(_recorded("shiplemon_elta.json"))),
    ]


def _recorded(name: str) -> bytes:
    return (RECORDED / name).read_bytes()


def _take(merchant: Merchant, report: Report, order: str, now: datetime) -> Shipment:
    shipment_id = registering.register(
        merchant.pk, reference=report.reference, order_reference=order, now=now
    )
    recording.record(shipment_id, report, now=now)
    return Shipment.objects.get(pk=shipment_id)


def _facts(merchant: Merchant, pages: dict[str, Shipment]) -> dict[str, Any]:
    password = secrets.token_urlsafe(9)
    users = get_user_model()._default_manager
    users.filter(username=USERNAME).delete()
    users.create_superuser(USERNAME, password=password)
    number = TrackingNumber.objects.select_related("leg").get(leg__shipment=pages["shipstation"])
    return {
        "password": password,
        "keys": {
            "merchant": _key(merchant=merchant, scopes=MERCHANT_SCOPES),
            "carrier": _key(carrier=Carrier.objects.get(code="carrier_b"), scopes=CARRIER_SCOPES),
        },
        "shipments": {
            "sorted_v2": pages["sorted_v2"].reference,
            "sorted_v1": pages["sorted_v1"].consignment_reference,
            "shiplemon": pages["shiplemon"].reference,
            "shipstation": {
                "carrier_code": number.leg.carrier_code,
                "tracking_number": number.number,
            },
        },
        "tokens": {name: shipment.token for name, shipment in pages.items()},
    }


def _key(**fields: object) -> str:
    _, key = ApiKey.objects.create_key(name=KEY_NAME, **fields)
    return str(key)


def _write_private(facts: dict[str, Any]) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    with open(os.open(secrets_path(), flags, 0o600), "w") as file:
        json.dump(facts, file, indent=2)
