"""Who sits at the desk, what they work on, and what takes longer than a click."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.shipments.models import Merchant, Shipment


class Role(models.TextChoices):
    """What somebody may do at a merchant's desk. Platform staff are Django's superusers."""

    OPERATOR = "operator", _("operator: everything of the merchant")
    EDITOR = "editor", _("editor: the brand; looks at the rest")
    VIEWER = "viewer", _("viewer: looks at everything")


class Membership(models.Model):
    """A seat at one merchant's desk. Who has none sees nothing."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="+")
    role = models.CharField(max_length=10, choices=Role.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "merchant"], name="desk_one_seat"),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.merchant}"


class Case(models.Model):
    """A shipment somebody looks after.

    It is solved for the state the shipment had then: when the state changes for the worse
    again, `solved_for` is no longer `Shipment.code_since`, and the case is open again.
    """

    shipment = models.OneToOneField(Shipment, models.CASCADE, related_name="+")
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    opened_at = models.DateTimeField()
    solved_at = models.DateTimeField(null=True, blank=True)
    solved_for = models.DateTimeField(null=True, blank=True, editable=False)

    def __str__(self) -> str:
        return str(self.shipment)


class Note(models.Model):
    """What somebody wrote down about a case. Notes are added, never changed."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="notes")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    text = models.TextField(max_length=2000)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.text[:50]


class Run(models.Model):
    """Work that takes longer than a click: a table to import, parcels to ask about again.

    The row is the truth: a job that is lost is taken up again when its lease ends, and goes on
    after `done`. `given` is what was asked for, `found` what there is to tell of it.
    """

    class Kind(models.TextChoices):
        IMPORT = "import", _("import of shipments")
        ASK = "ask", _("asking carriers again")
        REMAP = "remap", _("new meaning of a carrier's code")

    class State(models.TextChoices):
        CHECKING = "checking", _("being checked")
        CHECKED = "checked", _("waiting for your word")
        APPLYING = "applying", _("being done")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        DROPPED = "dropped", _("dropped")

    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.CHECKING)
    # None: all merchants', which platform staff only may start.
    merchant = models.ForeignKey(Merchant, models.CASCADE, null=True, related_name="+")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True, blank=True)
    # How often somebody took it up since it last got on, and why it failed, in words for staff.
    tries = models.PositiveSmallIntegerField(default=0)
    failure = models.CharField(max_length=300, blank=True)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    given = models.JSONField(default=dict)
    found: Any = models.JSONField(default=dict)
    table = models.BinaryField(blank=True, default=b"")

    class Meta:
        indexes = [
            models.Index(fields=["merchant", "-id"], name="desk_run_newest"),
            models.Index(
                fields=["leased_until"],
                name="desk_run_unfinished",
                condition=Q(state__in=["checking", "applying"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"
