"""Answers kept, so that a request that is sent twice is done once."""

from django.db import models

from apps.shipments.models import Merchant, Shipment


class Answer(models.Model):
    """What a request with an `Idempotency-Key` was answered, written with what it did.

    `fingerprint` is a digest of method, address and body: the same key with another request
    is a mistake. `shipment` is the one it tells of, if it is one; once its recipient was erased,
    the answer is `FORGOTTEN`.
    """

    # In place of a status. Nobody but the transaction that makes an answer sees it undecided.
    UNDECIDED, FORGOTTEN = 0, 1

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    shipment = models.ForeignKey(Shipment, models.CASCADE, null=True, related_name="+")
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
