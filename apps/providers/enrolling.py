"""From a wish that a number be followed to a watch that asks about it, and back."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from apps.providers.base import AsksBy
from apps.providers.models import Account, Ending, Watch
from apps.providers.registry import CLIENTS
from apps.providers.rhythm import on_minute
from apps.shipments import following
from apps.shipments.following import Wish
from apps.shipments.models import fold_number

MOST_AT_ONCE = 500


def enrol(now: datetime) -> list[Watch]:
    """Act on switched followings; return the watches that ended and want a farewell."""
    farewells: list[Watch] = []
    while wishes := following.wishes(MOST_AT_ONCE):
        with transaction.atomic():
            accounts = _accounts({wish.merchant_id for wish in wishes})
            _begin([wish for wish in wishes if wish.is_followed], accounts, now)
            farewells += _end([wish for wish in wishes if not wish.is_followed])
            following.granted(wishes)
    return farewells


def watch_for(account: Account, wish: Wish, now: datetime) -> Watch:
    """Return an unsaved watch of a number at an account, due at once or at its next minute."""
    client = account.client
    name = wish.number
    if client.asks_by == AsksBy.REFERENCE:
        name = wish.custom_reference or wish.reference
    return Watch(
        account=account,
        shipment_id=wish.shipment_id,
        number_id=wish.number_id,
        name=name,
        folded=fold_number(name),
        carrier_code=wish.carrier_code,
        due_at=on_minute(now, client.minutes) if client.minutes else now,
        created_at=now,
    )


def _accounts(merchant_ids: Iterable[int]) -> dict[int, list[Account]]:
    """Return each merchant's accounts, a carrier's own before those that take any."""
    found: dict[int, list[Account]] = {}
    own = Account.objects.filter(merchant_id__in=merchant_ids, is_active=True)
    for account in own.filter(kind__in=list(CLIENTS)):
        if account.client.can_be_asked:
            found.setdefault(account.merchant_id, []).append(account)
    for accounts in found.values():
        accounts.sort(key=lambda a: (a.client.asks_by, a.client.carriers is None, a.pk))
    return found


def _begin(wishes: Sequence[Wish], accounts: dict[int, list[Account]], now: datetime) -> None:
    ids = [wish.number_id for wish in wishes]
    unwanted = Watch.objects.filter(number__in=ids, ended=Ending.UNWANTED)
    for watch in unwanted.select_related("account"):
        minutes = watch.account.client.minutes
        watch.ended, watch.due_at = "", on_minute(now, minutes) if minutes else now
        watch.save(update_fields=["ended", "due_at"])
    watched = set(Watch.objects.filter(number__in=ids).values_list("number_id", flat=True))
    watches = []
    for wish in wishes:
        account = _best(wish, accounts.get(wish.merchant_id, ()))
        if account and wish.number_id not in watched:
            watches.append(watch_for(account, wish, now))
    Watch.objects.bulk_create(watches, ignore_conflicts=True)


def _best(wish: Wish, accounts: Iterable[Account]) -> Account | None:
    """Return the first account whose provider can be asked about the carrier."""
    for account in accounts:
        carriers = account.client.carriers
        if carriers is None or wish.carrier_code in carriers:
            return account
    return None


def _end(wishes: Sequence[Wish]) -> list[Watch]:
    ids = [wish.number_id for wish in wishes]
    running = Watch.objects.filter(number__in=ids, ended="")
    enrolled = list(running.filter(is_enrolled=True))
    running.update(ended=Ending.UNWANTED, due_at=None)
    return enrolled
