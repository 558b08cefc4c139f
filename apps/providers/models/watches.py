"""Promises to keep asking about one parcel."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.providers.models.accounts import TROUBLES, Account
from apps.shipments.reports import Limits


class Urgency(models.IntegerChoices):
    """Whose turn it is first when not all can be asked."""

    TODAY = 0, _("delivery day")
    MOVING = 1, _("moving")
    SLOW = 2, _("waiting")
    QUIET = 3, _("quiet")


class Ending(models.TextChoices):
    """Why nobody asks any more."""

    FINAL = "final", _("the journey is over")
    UNWANTED = "unwanted", _("no longer followed")
    REFUSED = "refused", _("the source cannot be asked about it")
    SILENT = "silent", _("no news for too long")


class Watch(models.Model):
    """A promise to keep asking an account's provider about one parcel.

    `name` is what the provider knows it by. `due_at` is the next time, empty once it has
    ended. A claim moves `due_at` ahead by the length of the lease: when the claimant dies
    the watch is due again by itself, and when it lives it writes the right time.
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="watches", db_index=False)
    shipment = models.ForeignKey("shipments.Shipment", models.CASCADE, related_name="+")
    # None where the provider is asked by reference and no number is known yet.
    number = models.ForeignKey(
        "shipments.TrackingNumber", models.CASCADE, null=True, blank=True, related_name="+"
    )
    name = models.CharField(max_length=Limits.NUMBER)
    folded = models.CharField(max_length=3 * Limits.NUMBER, editable=False)
    carrier_code = models.CharField(max_length=Limits.CODE, blank=True)
    remote = models.JSONField(default=dict, blank=True, editable=False)
    is_enrolled = models.BooleanField(default=False, editable=False)

    due_at = models.DateTimeField(null=True, editable=False)
    urgency = models.PositiveSmallIntegerField(
        choices=Urgency.choices, default=Urgency.SLOW, editable=False
    )
    asked_at = models.DateTimeField(null=True, editable=False)
    answered_at = models.DateTimeField(null=True, editable=False)
    pushed_at = models.DateTimeField(null=True, editable=False)
    missing_since = models.DateTimeField(null=True, editable=False)
    failures = models.PositiveSmallIntegerField(default=0, editable=False)
    trouble = models.CharField(max_length=20, blank=True, choices=TROUBLES, editable=False)
    trouble_detail = models.CharField(max_length=200, blank=True, editable=False)
    ended = models.CharField(max_length=10, blank=True, choices=Ending.choices, editable=False)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "watches"
        constraints = [
            models.UniqueConstraint(fields=["account", "shipment", "folded"], name="watch_once"),
        ]
        indexes = [
            # The due list. Ended watches are not in it, so a million of them cost nothing.
            models.Index(
                fields=["account", "urgency", "due_at"],
                name="watch_due",
                condition=Q(due_at__isnull=False),
            ),
            models.Index(fields=["account", "folded"], name="watch_name"),
            # Parcels whose answers keep failing, for staff; few rows.
            models.Index(
                fields=["account", "-id"],
                name="watch_failing",
                condition=Q(due_at__isnull=False, failures__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return self.name
