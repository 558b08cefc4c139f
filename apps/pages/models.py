"""What people leave behind at the doors: tries that went wrong, and ratings."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.shipments.models import Shipment

MOST_WORDS = 500


class Tries(models.Model):
    """How many guesses were made since a time (Unix). `who` is a kind and a keyed digest."""

    who = models.CharField(max_length=50, primary_key=True)
    since = models.FloatField(db_index=True)
    times = models.PositiveIntegerField()

    class Meta:
        verbose_name_plural = "tries"

    def __str__(self) -> str:
        return f"{self.who}: {self.times}"


class Rating(models.Model):
    """What a customer thought of a delivery; whoever holds the link may change it."""

    shipment = models.OneToOneField(Shipment, models.CASCADE, primary_key=True, related_name="+")
    stars = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    reasons = models.JSONField(default=list, blank=True)
    words = models.CharField(_("in their words"), max_length=MOST_WORDS, blank=True)
    rated_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.stars}/5"
