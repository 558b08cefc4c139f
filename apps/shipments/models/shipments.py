"""What travels: a merchant's shipments, what is in them, who carries them under which number."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.shipments import references
from apps.shipments.models.carriers import Carrier
from apps.shipments.models.folding import fold_number
from apps.shipments.models.indexes import OF_SHIPMENTS
from apps.shipments.reports import Limits
from apps.shipments.status import CODE_CHOICES, NO_SCANS, status_of

if TYPE_CHECKING:
    from django.utils.functional import Promise as LazyText


class Merchant(models.Model):
    """Who sends parcels and shows their journeys."""

    name = models.CharField(max_length=100)
    slug = models.SlugField(unique=True)
    # Where we write when something of theirs stopped working.
    contact_email = models.EmailField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


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
    # What staff look for: how much the code asks for help, since when it holds, whether news may still
    # come, and the end of the last promise.
    severity = models.PositiveSmallIntegerField(default=0, editable=False)
    code_since = models.DateTimeField(default=timezone.now, editable=False)
    is_open = models.BooleanField(default=True, editable=False)
    due_at = models.DateTimeField(null=True, editable=False)
    # The shop, country or market it was sold in, by which a merchant picks its brand.
    channel = models.CharField(max_length=50, blank=True)
    # A duplicate that was united with another; its link leads there.
    merged_into = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="duplicates",
        db_index=False,
    )
    # Numbers staff said are another parcel's, folded: what is told of them is left aside.
    former_numbers = models.JSONField(null=True, editable=False)
    # When all traces of the person were erased: what is told later is kept without words.
    erased_at = models.DateTimeField(null=True, editable=False)
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
        indexes = OF_SHIPMENTS

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

    class Meta:
        indexes = [
            # People write their addresses in any case.
            models.Index(Upper("email"), name="recipient_email", condition=~Q(email="")),
        ]

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
    carrier = models.ForeignKey(
        Carrier, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    carrier_code = models.CharField(max_length=Limits.CODE, blank=True)
    carrier_name = models.CharField(max_length=Limits.NAME, blank=True)
    service_code = models.CharField(max_length=Limits.CODE, blank=True)
    service_name = models.CharField(max_length=Limits.NAME, blank=True)
    estimated_days = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shipment", "position"], name="leg_position"),
        ]
        indexes = [
            # Whose parcels, and whether one is theirs; carriers we know are known by their key.
            models.Index(fields=["carrier", "shipment"], name="leg_carrier"),
            models.Index(
                fields=["carrier_code", "shipment"],
                name="leg_unknown_carrier",
                condition=Q(carrier__isnull=True),
            ),
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
    folded = models.CharField(max_length=3 * Limits.NUMBER, editable=False)
    tracking_url = models.CharField(max_length=Limits.URL, blank=True)
    is_followed = models.BooleanField(default=False)
    # Set when following was switched and the sync has not taken that up yet.
    switched_at = models.DateTimeField(null=True, blank=True, editable=False)
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
        indexes = [
            # Rather than `db_index`, which gives PostgreSQL a second one as `unique` does.
            models.Index(fields=["folded"], name="number_folded"),
            models.Index(
                fields=["switched_at"],
                name="number_switched",
                condition=Q(switched_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def save(self, *args: object, **kwargs: object) -> None:
        self.folded = fold_number(self.number)
        super().save(*args, **kwargs)  # type: ignore[arg-type]
