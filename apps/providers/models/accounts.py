"""A merchant's account at a provider, and how it fares."""

import secrets
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.outbound.encryption import SealedField
from apps.providers.asking import Trouble

if TYPE_CHECKING:
    from apps.providers.base import Client

TROUBLES = [(trouble.value, trouble.value.replace("_", " ")) for trouble in Trouble]


def new_hook_token() -> str:
    """Return the secret part of an account's address for pushes: 192 random bits."""
    return secrets.token_urlsafe(24)


class Account(models.Model):
    """Credentials of a merchant at one provider.

    `claimed_until` and `started_at` are the lease of whoever asks for the account: one at a
    time, so that a provider's rate is kept by one process. `not_before` is when the provider
    may be asked again after it said to wait, fell silent or the budget was used up.
    """

    merchant = models.ForeignKey("shipments.Merchant", models.CASCADE, related_name="+")
    kind = models.CharField(_("provider"), max_length=30)
    name = models.CharField(max_length=100, blank=True, help_text=_("For people to know it by."))
    base_url = models.CharField(_("address"), max_length=200, blank=True)
    options = models.JSONField(default=dict, blank=True)
    credentials = SealedField()
    hook_token = models.CharField(
        max_length=40, unique=True, default=new_hook_token, editable=False
    )
    hourly_budget = models.PositiveIntegerField(null=True, blank=True)
    daily_budget = models.PositiveIntegerField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    claimed_until = models.DateTimeField(null=True, editable=False)
    started_at = models.DateTimeField(null=True, editable=False)

    paused_at = models.DateTimeField(null=True, editable=False)
    not_before = models.DateTimeField(null=True, editable=False)
    failures = models.PositiveSmallIntegerField(default=0, editable=False)
    trouble = models.CharField(max_length=20, blank=True, choices=TROUBLES, editable=False)
    trouble_detail = models.CharField(max_length=200, blank=True, editable=False)
    trouble_at = models.DateTimeField(null=True, editable=False)

    token = SealedField()
    token_until = models.DateTimeField(null=True, editable=False)
    token_claimed_until = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["merchant", "kind", "id"]

    def __str__(self) -> str:
        return self.name or self.client.title

    @property
    def client(self) -> "Client":
        from apps.providers.registry import CLIENTS

        return CLIENTS[self.kind]

    @property
    def base(self) -> str:
        return (self.base_url or self.client.base).rstrip("/")


class Spending(models.Model):
    """How many calls an account made in one hour or day (UTC)."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="+", db_index=False)
    seconds = models.PositiveIntegerField()  # the window's length
    start = models.DateTimeField()
    calls = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "seconds", "start"], name="spending_once"),
        ]

    def __str__(self) -> str:
        return f"{self.calls} since {self.start}"


class Tally(models.Model):
    """How often each outcome came of asking a provider, since the beginning."""

    kind = models.CharField(max_length=30)
    outcome = models.CharField(max_length=20)
    count = models.BigIntegerField(default=0)

    class Meta:
        verbose_name_plural = "tallies"
        constraints = [
            models.UniqueConstraint(fields=["kind", "outcome"], name="tally_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.outcome}: {self.count}"
