"""From a wish that a number be followed to a watch that asks about it, and back."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from apps.providers.base import AsksBy
from apps.providers.models import Account, Ending, Urgency, Watch
from apps.providers.registry import CLIENTS
from apps.providers.rhythm import on_minute
from apps.shipments import following
from apps.shipments.following import Wish
from apps.shipments.models import fold_number

MOST_AT_ONCE = 500
# What following does not wake. All else was given up, and somebody wants it again.
RUNNING_OR_OVER = ("", Ending.FINAL)


def enrol(now: datetime) -> list[Watch]:
    """Act on switched followings; return the watches that ended and want a farewell."""
    farewells: list[Watch] = []
    while wishes := following.wishes(MOST_AT_ONCE):
        with transaction.atomic():
            accounts = _accounts({wish.merchant_id for wish in wishes})
            followed = [wish for wish in wishes if wish.is_followed]
            farewells += _part(followed, now)
            _begin(followed, accounts, now)
            farewells += _end([wish for wish in wishes if not wish.is_followed])
            following.granted(wishes)
    return farewells


def look_anew(merchant_id: int, now: datetime) -> None:
    """Have a merchant's followed numbers that have no watch looked at again.

    For when the merchant has got an account. What was given up stays so.
    """
    watches = Watch.objects.filter(account__merchant=merchant_id, number__isnull=False)
    following.ask_anew(merchant_id, besides=watches.values("number"), now=now)


def begin_again(watches: "QuerySet[Watch]", now: datetime) -> None:
    """Ask about what had ended as if it began now, as soon as each provider may be asked."""
    kinds = watches.order_by().values_list("account__kind", flat=True).distinct()
    for kind in CLIENTS.keys() & set(kinds):
        watches.filter(account__kind=kind).update(
            ended="",
            due_at=due_at(kind, now),
            urgency=Urgency.SLOW,
            failures=0,
            trouble="",
            trouble_detail="",
            missing_since=None,
            created_at=now,
        )


def due_at(kind: str, now: datetime) -> datetime:
    """Return the first time from `now` on at which a provider may be asked."""
    minutes = CLIENTS[kind].minutes
    return on_minute(now, minutes) if minutes else now


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
        due_at=due_at(account.kind, now),
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


def _part(wishes: Sequence[Wish], now: datetime) -> list[Watch]:
    """Part numbers that staff put right from their watches; return those that want a farewell.

    A number that only went to another shipment, with a duplicate, takes its watch along.
    """
    wanted = {wish.number_id: wish for wish in wishes}
    watches = Watch.objects.filter(number__in=wanted).select_related("account")
    farewells = []
    for watch in watches.filter(account__kind__in=list(CLIENTS)):
        wish = wanted[watch.number_id or 0]
        if _is_about_another(watch, watch_for(watch.account, wish, now)):
            farewells += _cut_loose(watch)
        elif watch.shipment_id != wish.shipment_id:
            _move(watch, wish)
    return farewells


def _is_about_another(watch: Watch, right: Watch) -> bool:
    if watch.account.client.asks_by == AsksBy.REFERENCE:
        return False
    is_carrier_known = bool(watch.carrier_code and right.carrier_code)
    is_other_carrier = is_carrier_known and watch.carrier_code != right.carrier_code
    return watch.folded != right.folded or is_other_carrier


def _cut_loose(watch: Watch) -> list[Watch]:
    """End a watch for good: no number and no message finds it; its row is for the farewell."""
    was_enrolled = watch.is_enrolled and watch.ended != Ending.FINAL
    watch.number = None
    # No number folds to something with a dash in it.
    watch.folded = f"-{watch.pk}"
    watch.ended, watch.due_at = Ending.UNWANTED, None
    watch.save(update_fields=["number", "folded", "ended", "due_at"])
    return [watch] if was_enrolled else []


def _move(watch: Watch, wish: Wish) -> None:
    """Give a watch to another shipment, unless that has one of the same name."""
    own = Watch.objects.filter(
        account=watch.account, shipment=wish.shipment_id, folded=watch.folded
    )
    if own.exists():
        _cut_loose(watch)
    else:
        watch.shipment_id = wish.shipment_id
        watch.save(update_fields=["shipment"])


def _begin(wishes: Sequence[Wish], accounts: dict[int, list[Account]], now: datetime) -> None:
    ids = [wish.number_id for wish in wishes]
    begin_again(Watch.objects.filter(number__in=ids).exclude(ended__in=RUNNING_OR_OVER), now)
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
