"""Where a merchant's systems hear of changes, and what became of each message."""

import secrets
from base64 import b64encode

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.notifications.topics import check_topics
from apps.outbound.addresses import check_address
from apps.outbound.encryption import SealedField
from apps.outbound.gate import allowed_networks
from apps.shipments.models import Merchant, Shipment

SECRET_BYTES = 32


def new_secret() -> str:
    """Return a secret as Standard Webhooks writes it: `whsec_` and Base64."""
    return "whsec_" + b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def new_message_id() -> str:
    return f"msg_{secrets.token_hex(16)}"


def check_url(url: str) -> None:
    """Raise `ValidationError` for an address that messages are not sent to."""
    try:
        check_address(url, allowed_networks())
    except ValueError as error:
        raise ValidationError(str(error)) from error


class Endpoint(models.Model):
    """An address of a merchant's that is told of changes.

    `secrets` holds "now" and, for a day after a rotation, "before": messages are signed with
    both. `not_before` holds back an endpoint that asked for a rest or does not answer, and
    `last_status` or `last_reason` say what came of its last try while it takes nothing.
    Messages given up before `set_aside_at` were looked at by somebody. One that was removed is
    switched off, and goes with its messages when there is time.
    """

    class Language(models.TextChoices):
        NATIVE = "native", _("ours: every status, item and leg")
        SHIPSTATION = "shipstation", _("ShipStation's API_TRACK: one number's whole history")

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="+")
    url = models.CharField(_("address"), max_length=500, validators=[check_url])
    # Milestones and dotted codes; none stands for all.
    topics = models.JSONField(default=list, blank=True, validators=[check_topics])
    language = models.CharField(max_length=20, choices=Language.choices, default=Language.NATIVE)
    secrets = SealedField()
    rotated_at = models.DateTimeField(null=True, editable=False)
    is_active = models.BooleanField(default=True)
    paused_at = models.DateTimeField(null=True, editable=False)
    pause_reason = models.CharField(max_length=200, blank=True, editable=False)
    failing_since = models.DateTimeField(null=True, editable=False)
    not_before = models.DateTimeField(null=True, editable=False)
    last_status = models.PositiveSmallIntegerField(null=True, editable=False)
    last_reason = models.CharField(max_length=20, blank=True, editable=False)
    set_aside_at = models.DateTimeField(null=True, editable=False)
    removed_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.url


class Delivery(models.Model):
    """One message to one endpoint: a shipment's new version. Its id never changes.

    The body is made at the first try and kept, so that every try and every resending by hand
    says the same.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DELIVERED = "delivered", _("delivered")
        GIVEN_UP = "given_up", _("given up")

    endpoint = models.ForeignKey(
        Endpoint, models.CASCADE, related_name="deliveries", db_index=False
    )
    # None: a message to try the endpoint out.
    shipment = models.ForeignKey(
        Shipment, models.CASCADE, null=True, related_name="+", db_index=False
    )
    version = models.PositiveIntegerField()
    code_before = models.CharField(max_length=40, blank=True)
    code = models.CharField(max_length=40)
    message_id = models.CharField(max_length=36, default=new_message_id, editable=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    body = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(
                fields=["shipment", "endpoint", "version"], name="delivery_once_a_version"
            ),
        ]
        indexes = [
            models.Index(
                fields=["endpoint", "due_at"], name="delivery_due", condition=Q(state="waiting")
            ),
            models.Index(fields=["endpoint", "-id"], name="delivery_newest"),
            models.Index(fields=["endpoint", "created_at"], name="delivery_by_time"),
            models.Index(
                fields=["endpoint", "-ended_at"],
                name="delivery_given_up",
                condition=Q(state="given_up"),
            ),
        ]

    def __str__(self) -> str:
        return self.message_id


class Attempt(models.Model):
    """One try to deliver: the status that came back, or why none did."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="attempts")
    made_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    reason = models.CharField(max_length=20, blank=True)
    milliseconds = models.PositiveIntegerField()
    answer = models.CharField(max_length=2000, blank=True)

    def __str__(self) -> str:
        return f"{self.status or self.reason}"


class Shift(models.Model):
    """Who passes word on at the moment: one row, held by one process until it runs out."""

    holder = models.CharField(max_length=32, blank=True)
    held_until = models.DateTimeField()

    def __str__(self) -> str:
        return self.holder
