"""A merchant with parcels in every state, whose references fit what the documents call them."""

from datetime import UTC, datetime, timedelta

from apps.branding.models import Brand
from apps.mails import asking
from apps.mails.models import Subscription
from apps.native.openapi.sample import journey
from apps.notifications.models import Delivery
from apps.shipments import recording
from apps.shipments.models import Carrier, Recipient, Shipment, TrackingNumber
from apps.shipments.references import label_id, number_reference
from apps.shipments.reports import (
    ItemReport,
    LegReport,
    Moment,
    NumberReport,
    Place,
    PromiseReport,
    Report,
    Sighting,
)
from apps.shipments.status import STATUSES
from tests.builders import make_key, make_merchant
from tests.notifications.making import make_endpoint

FIRST = datetime(2026, 5, 12, 7, 40, tzinfo=UTC)
SAMPLE = journey()


class World:
    """The keys, by language, and what stands for each named part of an address."""

    def __init__(self):
        self.merchant = make_merchant("Lindenhof")
        self.carrier = Carrier.objects.get(code="dhl")
        named = {
            "reference": SAMPLE.reference,
            "consignment_reference": SAMPLE.consignment_reference,
        }
        fields = {"merchant": self.merchant, "custom_reference": SAMPLE.custom_reference}
        shipments = Shipment.objects.bulk_create(
            Shipment(**fields, **(named if not row else {})) for row in range(len(STATUSES))
        )
        reports = [
            (one.pk, told(code, row))
            for row, (one, code) in enumerate(zip(shipments, STATUSES, strict=True))
        ]
        recording.record_many(reports, now=FIRST + timedelta(days=3))
        self.shipment = Shipment.objects.get(reference=SAMPLE.reference)
        Recipient.objects.create(
            shipment=self.shipment, name="Ada Mustermann", email="ada@mail.example", country="DE"
        )
        self.number = TrackingNumber.objects.filter(leg__shipment=self.shipment).first()
        # Nothing was told of the second item, so that it can be taken out.
        self.item = self.shipment.items.order_by("position").last()
        self.brand = Brand.objects.create(merchant=self.merchant, name="Linde", slug="linde")
        self.webhook = make_endpoint("https://shop.example/parcels", self.merchant)
        self.delivery = self.made_delivery()
        self.subscription = asking.subscribe(
            self.shipment.pk,
            "ada@mail.example",
            language="de",
            origin=Subscription.Origin.MERCHANT,
            now=FIRST,
        )
        self.key = make_key(self.merchant, scopes=("read", "write", "manage"))
        self.push_key = make_key(carrier=self.carrier, scopes=("push",))

    def made_delivery(self):
        return Delivery.objects.create(
            endpoint=self.webhook,
            shipment=self.shipment,
            version=self.shipment.version,
            code=self.shipment.code,
            state=Delivery.State.GIVEN_UP,
            tries=10,
            created_at=FIRST,
            due_at=FIRST,
            ended_at=FIRST,
        )

    def parts(self):
        """Return values for what documents call parts of their addresses."""
        return {
            "reference": self.shipment.reference,
            "custom_reference": self.shipment.custom_reference,
            "client_reference": self.shipment.custom_reference,
            "label_id": label_id(self.number.pk),
            "carrier_id": f"se-{self.carrier.number}",
            "item": self.item.reference,
            "number": number_reference(self.number.pk),
            "position": 1,
            "subscription": f"su_{self.subscription.pk}",
            "id": self.webhook.pk,
            "delivery": self.delivery.pk,
            "slug": self.brand.slug,
            "version": self.brand.history.get().pk,
        }


def told(code, row):
    """Return a report of a parcel that was collected and then came into a state."""
    # The first is the documents' sample, so that their examples lead somewhere.
    number = f"00340434161094{row:06d}" if row else SAMPLE.numbers[0].number
    names = {} if row else {"package_reference": SAMPLE.items[0].package_reference}
    item = ItemReport(description="Desk lamp", custom_reference="line-1", **names)
    place = Place(city="Köln", country="DE", latitude=50.9, longitude=6.9)
    return Report(
        source="test",
        sightings=(
            Sighting(code="accepted.collected", moment=Moment(FIRST, 120), leg=0, place=place),
            Sighting(
                code=code,
                moment=Moment(FIRST + timedelta(hours=row), 120),
                description="It went on.",
                word=code,
                leg=0,
                item=0,
                signee="Ada",
            ),
        ),
        legs=(LegReport("dhl", "DHL", "paket", "Paket", 2),),
        items=(item, ItemReport(description="Bulb")),
        numbers=(NumberReport(number, 0, 0, "https://carrier.example/1"),),
        promise=PromiseReport(until=Moment(FIRST + timedelta(days=3), 120)),
        origin_country="DE",
        destination_country="FR",
    )
