"""What was heard from providers: pushes already taken, answers as they came or unreadable."""

from django.db import models

from apps.providers.models.accounts import TROUBLES, Account
from apps.providers.models.watches import Watch


class Heard(models.Model):
    """A push that was taken, by a digest of its sender's id, so that it is not taken twice."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="+", db_index=False)
    digest = models.BinaryField(max_length=32)
    heard_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "digest"], name="heard_once"),
        ]

    def __str__(self) -> str:
        return bytes(self.digest).hex()[:12]


class Misfit(models.Model):
    """Something a provider sent that could not be used, kept for staff: shortened and redacted.

    Equal shapes are one row with a count.
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="+", db_index=False)
    trouble = models.CharField(max_length=20, choices=TROUBLES)
    detail = models.CharField(max_length=200, blank=True)
    sample = models.TextField(blank=True)
    times = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "trouble", "detail"], name="misfit_once"),
        ]

    def __str__(self) -> str:
        return f"{self.trouble}: {self.detail}"


class Answer(models.Model):
    """An answer that brought news, as it came: for staff who ask what the carrier really said.

    `body` is packed with zlib, and empty when it was too large. `is_cut` when the answer was
    about other parcels too, which are left out.
    """

    # The constraint's index begins with the watch and stands in for the key's own.
    watch = models.ForeignKey(Watch, models.CASCADE, related_name="answers", db_index=False)
    digest = models.BinaryField(max_length=32)
    received_at = models.DateTimeField(db_index=True)
    is_cut = models.BooleanField(default=False)
    body = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["watch", "digest"], name="answer_once"),
        ]

    def __str__(self) -> str:
        return f"{self.watch} {self.received_at}"
