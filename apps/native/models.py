"""Answers kept, so that a request that is sent twice is done once."""

from django.db import models

from apps.shipments.models import Merchant


class Answer(models.Model):
    """What a request with an `Idempotency-Key` was answered, written with what it did.

    `fingerprint` is a digest of method, address and body: the same key with another request
    is a mistake.
    """

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.TextField()
    headers = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["merchant", "key"], name="answer_once_a_key"),
        ]

    def __str__(self) -> str:
        return f"{self.status} {self.pk}"
