"""Which parcels of an account's merchant a message is about."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db.models import F

from apps.providers.asking import Answer, Problem
from apps.providers.keeping import Told
from apps.providers.models import Account, Watch
from apps.shipments.models import TrackingNumber, fold_number
from apps.shipments.reports import Report

# Numbers are used again. Of those who had one, the newest are told.
MOST_PARCELS = 10


def sort_out(
    account: Account, answers: Sequence[Answer], now: datetime
) -> tuple[list[Told], list[str]]:
    """Return what concerns parcels we have, and the names of those we have not; two queries."""
    watches = _watches(account, {fold_number(answer.name) for answer in answers}, now)
    told: list[Told] = []
    unknown: list[str] = []
    for answer in answers:
        own = watches.get(fold_number(answer.name), ())
        if not own:
            unknown.append(answer.name)
        for watch in own:
            watch.remote = {**watch.remote, **answer.remote}
            reports = [answer.told] if isinstance(answer.told, Report) else []
            problem = answer.told if isinstance(answer.told, Problem) else None
            told.append(Told(watch, reports, problem, is_push=True))
    return told, unknown


def _watches(
    account: Account, names: Collection[str], now: datetime
) -> Mapping[str, Sequence[Watch]]:
    """Return the watches each folded number concerns; of one that is not watched, stand-ins."""
    found: dict[str, list[Watch]] = defaultdict(list)
    for watch in Watch.objects.filter(account=account, folded__in=names):
        found[watch.folded].append(watch)
    missing = [name for name in names if name not in found]
    # A sum has no index, so SQLite begins at the numbers and not at all the merchant's parcels.
    owner = F("leg__shipment__merchant_id") + 0
    numbers = TrackingNumber.objects.filter(folded__in=missing).alias(owner=owner)
    own = numbers.filter(owner=account.merchant_id).select_related("leg")
    for number in own.order_by("-pk"):
        if len(found[number.folded]) < MOST_PARCELS:
            found[number.folded].append(_stand_in(account, number, now))
    return found


def _stand_in(account: Account, number: TrackingNumber, now: datetime) -> Watch:
    return Watch(
        account=account,
        shipment_id=number.leg.shipment_id,
        number=number,
        name=number.number,
        folded=number.folded,
        carrier_code=number.leg.carrier_code,
        created_at=now,
    )
