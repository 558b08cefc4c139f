"""Who wants to hear of a parcel by mail, and what became of each mail."""

import secrets

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.notifications.models import Endpoint
from apps.shipments.models import Merchant, Shipment

SECRET_BYTES = 24


def new_token() -> str:
    """Return the secret of a subscription's own links: 32 URL-safe characters."""
    return secrets.token_urlsafe(SECRET_BYTES)


def new_message_id() -> str:
    """Return the part of a Message-ID before the @."""
    return secrets.token_hex(16)


class Subscription(models.Model):
    """Somebody's wish to hear of one parcel.

    `email` is as it was given, `folded` as it is compared. Nothing is sent before it is `on`:
    one from the page waits until its owner confirms it, one from the merchant begins at once.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("to be confirmed")
        ON = "on", _("on")
        ENDED = "ended", _("ended")

    class Origin(models.TextChoices):
        PAGE = "page", _("asked for on the page")
        MERCHANT = "merchant", _("by the merchant")

    class End(models.TextChoices):
        UNSUBSCRIBED = "unsubscribed", _("unsubscribed")
        BOUNCED = "bounced", _("the address takes no mail")
        COMPLAINED = "complained", _("marked as spam")
        MERCHANT = "merchant", _("ended by the merchant")

    shipment = models.ForeignKey(Shipment, models.CASCADE, related_name="+", db_index=False)
    email = models.EmailField()
    folded = models.EmailField(db_index=True)
    language = models.CharField(max_length=10)
    # Milestones and `silent`; none stands for the usual ones.
    topics = models.JSONField(default=list, blank=True)
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.PAGE)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=20, choices=End.choices, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shipment", "folded"], name="subscription_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()} {self.pk}"


class Letter(models.Model):
    """One mail to be sent: to a subscriber, to the recipient of a parcel, or to a merchant.

    `kind` is a milestone, or one of `Kind`. A subscriber gets one of each kind at most. It is
    written when it is sent, so it tells how things stand then; its Message-ID never changes.
    """

    class Kind(models.TextChoices):
        CONFIRM = "confirm", _("please confirm")
        SILENT = "silent", _("no news for long")
        LINK = "link", _("a new link")
        CODE = "code", _("a code that proves the address")
        PAUSED = "paused", _("a webhook was paused")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENT = "sent", _("sent")
        DROPPED = "dropped", _("not sent")
        GIVEN_UP = "given_up", _("given up")

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="+", db_index=False)
    shipment = models.ForeignKey(Shipment, models.CASCADE, null=True, related_name="+")
    subscription = models.ForeignKey(
        Subscription, models.CASCADE, null=True, related_name="letters", db_index=False
    )
    endpoint = models.ForeignKey(
        Endpoint, models.CASCADE, null=True, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=40)
    language = models.CharField(max_length=10)
    # The shipment's version that gave rise to it.
    version = models.PositiveIntegerField(default=0)
    message_id = models.CharField(max_length=32, default=new_message_id, unique=True)
    # What the provider calls it, for what it tells later.
    provider_id = models.CharField(max_length=200, blank=True, db_index=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    # Why it was not sent, or what the provider said of it later.
    reason = models.CharField(max_length=200, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # Letters to somebody else have no subscription, and none is like another.
            models.UniqueConstraint(fields=["subscription", "kind"], name="letter_once_a_kind"),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], name="letter_due", condition=Q(state="waiting")),
            models.Index(fields=["created_at"], name="letter_age"),
            models.Index(fields=["merchant", "-id"], name="letter_newest"),
            models.Index(
                fields=["endpoint"],
                name="letter_of_endpoint",
                condition=Q(endpoint__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Blocked(models.Model):
    """An address that nothing is sent to any more; a keyed digest of it stands for it."""

    class Reason(models.TextChoices):
        BOUNCED = "bounced", _("takes no mail")
        COMPLAINED = "complained", _("marked a mail as spam")
        REFUSED = "refused", _("wants no mail from here")

    digest = models.CharField(max_length=64, primary_key=True)
    reason = models.CharField(max_length=20, choices=Reason.choices)
    since = models.DateTimeField()

    class Meta:
        verbose_name_plural = "blocked"

    def __str__(self) -> str:
        return self.get_reason_display()


class ReadTo(models.Model):
    """How far the changes were read for mails: one row, held by whoever reads on."""

    position = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.position)
