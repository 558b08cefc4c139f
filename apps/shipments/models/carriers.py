"""Who moves parcels, and the names they go by."""

from urllib.parse import quote

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.shipments.models.folding import fold_number
from apps.shipments.reports import Limits


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


def carrier_page(template: str, number: str) -> str:
    """Return a carrier's page for a number, empty without a template."""
    number = quote(fold_number(number), safe="")
    return template.replace("{number}", number) if template else ""
