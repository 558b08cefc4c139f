"""The vault's tables. Only `recording` writes events and statuses."""

from typing import TYPE_CHECKING
from urllib.parse import quote

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.shipments import references
from apps.shipments.precision import unpack
from apps.shipments.reports import Limits, Moment
from apps.shipments.status import NO_SCANS, STATUSES, status_of

if TYPE_CHECKING:
    from django.utils.functional import Promise as LazyText

CODE_CHOICES = [(status.code, status.words) for status in STATUSES.values()]


class Merchant(models.Model):
    """Who sends parcels and shows their journeys."""

    name = models.CharField(max_length=100)
    slug = models.SlugField(unique=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Carrier(models.Model):
    """Who moves parcels. `number` is the small integer ShipStation's API calls carrier_id."""

    code = models.CharField(max_length=50, unique=True)
    number = models.PositiveSmallIntegerField(unique=True)
    name = models.CharField(max_length=Limits.NAME)
    tracking_url = models.CharField(
        max_length=Limits.URL, blank=True, help_text=_("{number} stands for the tracking number.")
    )
    contact_url = models.URLField(max_length=Limits.URL, blank=True)
    time_zone = models.CharField(max_length=50, blank=True, help_text=_("Such as Europe/Athens."))

    def __str__(self) -> str:
        return self.name


class CarrierName(models.Model):
    """A name and code a carrier goes by. Several names may share a code and a carrier."""

    carrier = models.ForeignKey(Carrier, models.CASCADE, related_name="names")
    code = models.CharField(max_length=50, db_index=True)
    name = models.CharField(max_length=Limits.NAME)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "name"], name="carrier_name_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class Shipment(models.Model):
    """A parcel, or several that travel as one, from a merchant to one recipient."""

    # Indexes that begin with the key stand in for the key's own, here and below.
    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="shipments", db_index=False)
    reference = models.CharField(
        max_length=35, default=references.new_shipment_reference, editable=False
    )
    consignment_reference = models.CharField(
        max_length=14, default=references.new_consignment_reference, editable=False
    )
    token = models.CharField(max_length=40, default=references.new_token, editable=False)
    custom_reference = models.CharField(max_length=Limits.REFERENCE, blank=True)
    order_reference = models.CharField(max_length=Limits.REFERENCE, blank=True)
    origin_country = models.CharField(max_length=2, blank=True)
    destination_country = models.CharField(max_length=2, blank=True)
    code = models.CharField(
        _("status"), max_length=40, choices=CODE_CHOICES, default=NO_SCANS, editable=False
    )
    # What settling found beside the code.
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    was_delayed = models.BooleanField(default=False, editable=False)
    last_scan_at = models.DateTimeField(null=True, editable=False)
    delivered_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now_add=True, editable=False)

    class Meta:
        # Constraints rather than `unique=True`, which gives PostgreSQL a second index each
        # for prefix searches that nobody makes.
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="shipment_reference"),
            models.UniqueConstraint(fields=["consignment_reference"], name="shipment_consignment"),
            models.UniqueConstraint(fields=["token"], name="shipment_token"),
        ]
        indexes = [
            models.Index(
                fields=["merchant", "custom_reference"],
                name="shipment_custom_reference",
                condition=~Q(custom_reference=""),
            ),
            models.Index(
                fields=["merchant", "order_reference"],
                name="shipment_order_reference",
                condition=~Q(order_reference=""),
            ),
            models.Index(fields=["merchant", "-created_at", "-id"], name="shipment_newest"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def words(self) -> "LazyText | str":
        return status_of(self.code).words


class Recipient(models.Model):
    """Personal data of whom a shipment goes to, apart from all else so that it can be erased."""

    shipment = models.OneToOneField(
        Shipment, models.CASCADE, primary_key=True, related_name="recipient"
    )
    name = models.CharField(max_length=Limits.NAME, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=30, blank=True)
    street = models.CharField(max_length=300, blank=True)
    city = models.CharField(max_length=100, blank=True)
    region = models.CharField(max_length=100, blank=True)
    postal_code = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=2, blank=True)

    def __str__(self) -> str:
        return f"Recipient of {self.shipment_id}"


class Item(models.Model):
    """One item of contents, numbered from 1 within its shipment. Items nest two deep."""

    shipment = models.ForeignKey(Shipment, models.CASCADE, related_name="items", db_index=False)
    position = models.PositiveSmallIntegerField()
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="parts")
    reference = models.CharField(
        max_length=35, default=references.new_item_reference, editable=False
    )
    package_reference = models.CharField(
        max_length=14, default=references.new_package_reference, editable=False
    )
    custom_reference = models.CharField(max_length=Limits.REFERENCE, blank=True)
    description = models.CharField(max_length=Limits.NAME, blank=True)
    quantity = models.PositiveIntegerField(default=1)
    picture_url = models.URLField(max_length=Limits.URL, blank=True)
    code = models.CharField(
        _("status"), max_length=40, choices=CODE_CHOICES, default=NO_SCANS, editable=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shipment", "position"], name="item_position"),
            models.UniqueConstraint(fields=["reference"], name="item_reference"),
            models.UniqueConstraint(fields=["package_reference"], name="item_package"),
        ]
        indexes = [
            models.Index(
                fields=["custom_reference"],
                name="item_custom_reference",
                condition=~Q(custom_reference=""),
            ),
        ]

    def __str__(self) -> str:
        return self.description or self.reference


class Leg(models.Model):
    """One carrier's part of a journey.

    `position` counts from 1 as legs become known and is what events point to; `order` is
    the order of travel, which a later report may correct. The carrier's code and name are
    kept as the source gave them; `carrier` is set when we know that code.
    """

    shipment = models.ForeignKey(Shipment, models.CASCADE, related_name="legs", db_index=False)
    position = models.PositiveSmallIntegerField()
    order = models.PositiveSmallIntegerField()
    carrier = models.ForeignKey(Carrier, models.PROTECT, null=True, blank=True, related_name="+")
    carrier_code = models.CharField(max_length=Limits.CODE, blank=True)
    carrier_name = models.CharField(max_length=Limits.NAME, blank=True)
    service_code = models.CharField(max_length=Limits.CODE, blank=True)
    service_name = models.CharField(max_length=Limits.NAME, blank=True)
    estimated_days = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shipment", "position"], name="leg_position"),
        ]

    def __str__(self) -> str:
        return self.service_name or self.carrier_name or self.carrier_code or str(self.position)


class TrackingNumber(models.Model):
    """What a carrier calls the parcel on one leg, and what its source last said of it.

    `is_followed` asks the sync to keep asking. The three times tell how that goes; they
    never raise the shipment's version.
    """

    leg = models.ForeignKey(Leg, models.CASCADE, related_name="numbers", db_index=False)
    item = models.ForeignKey(Item, models.CASCADE, null=True, blank=True, related_name="numbers")
    number = models.CharField(max_length=Limits.NUMBER)
    # Spaces and case do not tell numbers apart. Some small letters become three capitals.
    folded = models.CharField(max_length=3 * Limits.NUMBER, editable=False, db_index=True)
    tracking_url = models.CharField(max_length=Limits.URL, blank=True)
    is_followed = models.BooleanField(default=False)
    asked_at = models.DateTimeField(null=True, blank=True, editable=False)
    answered_at = models.DateTimeField(null=True, blank=True, editable=False)
    failing_since = models.DateTimeField(null=True, blank=True, editable=False)
    # The source's headline: its summary of the parcel beside the events.
    source = models.CharField(max_length=30, blank=True, editable=False)
    headline_code = models.CharField(max_length=40, blank=True, editable=False)
    headline = models.JSONField(null=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["leg", "folded", "item"], name="number_once_an_item"),
            models.UniqueConstraint(
                fields=["leg", "folded"],
                condition=Q(item__isnull=True),
                name="number_once_a_leg",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def save(self, *args: object, **kwargs: object) -> None:
        self.folded = fold_number(self.number)
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class Event(models.Model):
    """Something that happened, as one source told it.

    Ten million rows live here, so it has one foreign key only: `leg` and `item` are the
    positions of the shipment's legs and items. The fields stand in the order that packs
    them best. `key` is the event's identity within the shipment, `fingerprint` a digest
    of everything that can be reworded; `recording` makes both.
    """

    id = models.BigAutoField(primary_key=True)
    shipment = models.ForeignKey(
        Shipment, models.CASCADE, related_name="events", db_index=False
    )  # the unique constraint serves look-ups by shipment
    key = models.BigIntegerField(editable=False)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField(editable=False)
    received_at = models.DateTimeField(null=True, blank=True, editable=False)
    superseded_at = models.DateTimeField(null=True, blank=True, editable=False)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    fingerprint = models.IntegerField(editable=False)
    leg = models.PositiveSmallIntegerField(null=True, blank=True)
    item = models.PositiveSmallIntegerField(null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0, editable=False)
    offset_minutes = models.SmallIntegerField(default=0)
    precision = models.SmallIntegerField(default=0, editable=False)  # see precision.py
    code = models.CharField(_("status"), max_length=40, choices=CODE_CHOICES)
    source = models.CharField(max_length=30)
    word = models.CharField(max_length=Limits.CODE, blank=True)
    carrier_code = models.CharField(max_length=Limits.CODE, blank=True)
    description = models.CharField(max_length=Limits.DESCRIPTION, blank=True)
    label = models.CharField(_("place"), max_length=Limits.LABEL, blank=True)
    company = models.CharField(max_length=Limits.NAME, blank=True)
    city = models.CharField(max_length=Limits.NAME, blank=True)
    region = models.CharField(max_length=Limits.NAME, blank=True)
    postal_code = models.CharField(max_length=Limits.CODE, blank=True)
    country = models.CharField(max_length=Limits.CODE, blank=True)
    signee = models.CharField(max_length=Limits.NAME, blank=True)
    source_reference = models.CharField(max_length=Limits.CODE, null=True, editable=False)  # noqa: DJ001

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shipment", "key"], name="event_once"),
            models.UniqueConstraint(
                fields=["source_reference"],
                condition=Q(source_reference__isnull=False),
                name="event_reference_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.occurred_at}"

    @property
    def moment(self) -> Moment:
        return unpack(self.occurred_at, self.offset_minutes, self.precision)

    @property
    def reference(self) -> str:
        return self.source_reference or references.event_reference(self.pk)


class Promise(models.Model):
    """A delivery window somebody gave. The one said last holds; the others tell how it moved."""

    class GivenBy(models.TextChoices):
        CARRIER = "carrier", _("the carrier")
        MERCHANT = "merchant", _("the shop")
        OURS = "ours", _("our estimate")

    shipment = models.ForeignKey(Shipment, models.CASCADE, related_name="promises")
    since = models.JSONField(null=True, blank=True)
    until = models.JSONField()
    until_at = models.DateTimeField()
    given_by = models.CharField(max_length=10, choices=GivenBy.choices, default=GivenBy.CARRIER)
    reason = models.CharField(max_length=Limits.NAME, blank=True)
    said_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.until_at} ({self.given_by})"


class Outbox(models.Model):
    """What changed, written in the change's own transaction for whoever passes word on."""

    shipment = models.ForeignKey(Shipment, models.CASCADE, related_name="outbox", db_index=False)
    version = models.PositiveIntegerField()
    code_before = models.CharField(max_length=40)
    code = models.CharField(max_length=40)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "outbox"
        constraints = [
            models.UniqueConstraint(fields=["shipment", "version"], name="outbox_once_a_version"),
        ]

    def __str__(self) -> str:
        return f"{self.shipment_id} v{self.version}"


class UnknownWord(models.Model):
    """A word a source used that no table of ours knows, counted for staff."""

    source = models.CharField(max_length=30)
    word = models.CharField(max_length=Limits.CODE)
    times = models.PositiveIntegerField(default=0)
    last_seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "word"], name="unknown_word_once"),
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.word}"


def fold_number(number: str) -> str:
    """Return a tracking number without spaces and dashes, in capitals: how numbers compare."""
    return "".join(number.split()).replace("-", "").upper()


def carrier_page(template: str, number: str) -> str:
    """Return a carrier's page for a number, empty without a template."""
    number = quote(fold_number(number), safe="")
    return template.replace("{number}", number) if template else ""
