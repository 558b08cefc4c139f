"""Keys: who may call the APIs, and for what."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from rest_framework_api_key.models import AbstractAPIKey, APIKeyManager


class Scope(models.TextChoices):
    READ = "read", _("Read tracking")
    WRITE = "write", _("Change tracking")
    MANAGE = "manage", _("Manage brands, webhooks and keys")
    PUSH = "push", _("Push a carrier's events")


MERCHANT_SCOPES = [Scope.READ.value, Scope.WRITE.value, Scope.MANAGE.value]
CARRIER_SCOPES = [Scope.PUSH.value]


class ApiKeyManager(APIKeyManager):
    def assign_key(self, obj: AbstractAPIKey) -> str:
        """Give a new row its letters and return the whole key.

        The package would make the digest the row's name too, and so show it in addresses.
        """
        key, obj.prefix, obj.hashed_key = self.key_generator.generate()
        return key


class ApiKey(AbstractAPIKey):
    """A key of one merchant (read, write) or of one carrier (push).

    Only a digest of the key is kept, and its first eight letters to find the row by;
    `ApiKey.objects.create_key()` returns the key itself, once.
    """

    id = models.BigAutoField(primary_key=True)  # type: ignore[assignment]
    merchant = models.ForeignKey(
        "shipments.Merchant", models.CASCADE, null=True, blank=True, related_name="+"
    )
    carrier = models.ForeignKey(
        "shipments.Carrier", models.CASCADE, null=True, blank=True, related_name="+"
    )
    scopes = models.JSONField(default=list, help_text=_("What the key may be used for."))
    # To the minute.
    last_used_at = models.DateTimeField(null=True, editable=False)
    # The key that was made in its place.
    replaced_by = models.ForeignKey(
        "self", models.SET_NULL, null=True, editable=False, related_name="+"
    )

    objects: ClassVar[ApiKeyManager] = ApiKeyManager()

    class Meta:
        ordering = ["-created"]
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        constraints = [
            models.CheckConstraint(
                condition=Q(merchant__isnull=False, carrier__isnull=True)
                | Q(merchant__isnull=True, carrier__isnull=False),
                name="api_key_has_one_owner",
                violation_error_message=_("Choose either a merchant or a carrier."),
            ),
        ]

    def clean(self) -> None:
        super().clean()
        fitting = CARRIER_SCOPES if self.carrier_id else MERCHANT_SCOPES
        if not self.scopes or not set(self.scopes) <= set(fitting):
            raise ValidationError({"scopes": _("Choose from: %s.") % ", ".join(fitting)})

    def may(self, scope: Scope) -> bool:
        """Tell whether the key may be used for this, as a key of its kind of owner."""
        owner = self.carrier_id if scope is Scope.PUSH else self.merchant_id
        return owner is not None and scope.value in self.scopes


class Calls(models.Model):
    """How often a key (its first letters) or an address has called since a time (Unix)."""

    who = models.CharField(max_length=50, primary_key=True)
    since = models.FloatField(db_index=True)
    times = models.PositiveIntegerField()

    class Meta:
        verbose_name_plural = "calls"

    def __str__(self) -> str:
        return f"{self.who}: {self.times}"
