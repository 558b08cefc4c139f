"""Another key in a key's place. Both hold for a while, so that nothing stops meanwhile."""

from datetime import datetime, timedelta

from django.db import transaction

from apps.api.models import ApiKey

OVERLAP, LONGEST_OVERLAP = timedelta(hours=24), timedelta(days=7)


class Unrotatable(ValueError):
    """Why a key gets no successor, in words for whoever asked."""


def rotate(key_id: int, now: datetime, overlap: timedelta = OVERLAP) -> tuple[ApiKey, str]:
    """Make a key of the same owner, name, scopes and end, and return it with its letters.

    The old key ends after `overlap` (at most a week), or when it would have ended anyway. It has
    one successor only: who copied it cannot make another once it was replaced. Raises
    `Unrotatable`, and `ApiKey.DoesNotExist`.
    """
    if not timedelta() <= overlap <= LONGEST_OVERLAP:
        raise Unrotatable("The old key goes on for a week at most.")
    with transaction.atomic():
        old = ApiKey.objects.select_for_update(of=("self",)).get(pk=key_id)
        _check(old, now)
        new, letters = _successor(old)
        ends_at = now + overlap
        old.expiry_date = min(old.expiry_date or ends_at, ends_at)
        old.replaced_by = new
        old.save(update_fields=["expiry_date", "replaced_by"])
    return new, letters


def _check(old: ApiKey, now: datetime) -> None:
    if old.revoked or (old.expiry_date and old.expiry_date <= now):
        raise Unrotatable("The key is revoked or has ended; make a new one.")
    if old.replaced_by:
        raise Unrotatable(f"The key was replaced by {old.replaced_by.prefix} already.")


def _successor(old: ApiKey) -> tuple[ApiKey, str]:
    new = ApiKey(
        name=old.name,
        merchant_id=old.merchant_id,
        carrier_id=old.carrier_id,
        scopes=list(old.scopes),
        expiry_date=old.expiry_date,
    )
    letters = ApiKey.objects.assign_key(new)
    new.save()
    return new, letters
