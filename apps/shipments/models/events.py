"""What happened, what was promised, and what others must be told of it."""

from datetime import UTC, datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.shipments import references
from apps.shipments.models.shipments import Merchant, Shipment
from apps.shipments.precision import unpack
from apps.shipments.reports import Limits, Moment
from apps.shipments.status import CODE_CHOICES

DAY = timedelta(days=1)
LAST = datetime.max.replace(tzinfo=UTC) - DAY


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

    @property
    def ends_at(self) -> datetime:
        """Return the window's end; a day without a time ends with that day."""
        return min(self.until_at, LAST) + DAY if self.until["is_date_only"] else self.until_at


class Outbox(models.Model):
    """What changed, written in the change's own transaction for whoever passes word on."""

    shipment = models.ForeignKey(Shipment, models.CASCADE, related_name="outbox", db_index=False)
    version = models.PositiveIntegerField()
    code_before = models.CharField(max_length=40)
    code = models.CharField(max_length=40)
    created_at = models.DateTimeField()
    # When messages were made of it.
    told_at = models.DateTimeField(null=True, editable=False)
    # Its position in the order in which changes became visible, given by `feeding`, and whose it is.
    position = models.BigIntegerField(null=True, editable=False)
    merchant = models.ForeignKey(
        Merchant, models.CASCADE, null=True, editable=False, related_name="+", db_index=False
    )

    class Meta:
        verbose_name_plural = "outbox"
        indexes = [
            models.Index(fields=["id"], name="outbox_untold", condition=Q(told_at__isnull=True)),
            models.Index(
                fields=["id"], name="outbox_unnumbered", condition=Q(position__isnull=True)
            ),
            models.Index(
                fields=["merchant", "position"],
                name="outbox_of_merchant",
                condition=Q(position__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["shipment", "version"], name="outbox_once_a_version"),
            models.UniqueConstraint(fields=["position"], name="outbox_position_once"),
        ]

    def __str__(self) -> str:
        return f"{self.shipment_id} v{self.version}"


class LastPosition(models.Model):
    """The position given last, in one row: whoever gives more holds it until they are visible."""

    position = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.position)


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


class Meaning(models.Model):
    """What staff say a source's word means where no table of ours knows it."""

    source = models.CharField(max_length=30)
    word = models.CharField(max_length=Limits.CODE)
    code = models.CharField(_("status"), max_length=40, choices=CODE_CHOICES)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "word"], name="meaning_once"),
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.word} → {self.code}"
