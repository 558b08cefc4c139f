"""Where the words were seen that no table of ours knows."""

from django.db import models

from apps.shipments.models.events import UnknownWord
from apps.shipments.models.shipments import Shipment


class UnknownEvent(models.Model):
    """An event that was told in a word no table knows, whatever staff say it means.

    Events have no index by word, which ten million of them would pay for. These rows are few
    and are walked by `id`. An event that was reworded since has another fingerprint.
    """

    id = models.BigAutoField(primary_key=True)
    word = models.ForeignKey(UnknownWord, models.CASCADE, related_name="+", db_index=False)
    shipment = models.ForeignKey(Shipment, models.CASCADE, related_name="+", db_index=False)
    key = models.BigIntegerField(editable=False)
    fingerprint = models.IntegerField(editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shipment", "key"], name="unknown_event_once"),
        ]
        indexes = [models.Index(fields=["word", "id"], name="unknown_event_by_word")]

    def __str__(self) -> str:
        return f"{self.word_id}: {self.shipment_id}"
