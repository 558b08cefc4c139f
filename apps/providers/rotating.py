"""Sealing what is stored with the first of our keys, so that the others can be taken away."""

from collections.abc import Iterator

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db import connection, transaction
from django.db.models import TextField
from django.db.models.functions import Cast
from msgspec import Struct

from apps.outbound.encryption import seal, unseal
from apps.providers.models import Account

BATCH = 200
COLUMNS = ("credentials", "token")
# Nothing is overwritten that a worker or staff stored meanwhile.
RESEAL = {
    name: f"UPDATE providers_account SET {name} = %s WHERE id = %s AND {name} = %s"  # noqa: S608
    for name in COLUMNS
}


class Counts(Struct):
    """What a run found: how many texts there are, and how many it sealed anew."""

    found: int = 0
    resealed: int = 0


def reseal() -> Counts:
    """Seal all that is not sealed with the first key, in batches.

    Raises `encryption.Unreadable`, with nothing changed, when one text needs a key we lack.
    """
    for batch in _batches():
        for _column, _pk, sealed in batch:
            unseal(sealed)
    counts = Counts()
    first = Fernet(settings.CREDENTIAL_KEYS[0])
    for batch in _batches():
        counts.found += len(batch)
        with transaction.atomic(), connection.cursor() as cursor:
            for column, pk, sealed in batch:
                if not _is_sealed_with(first, sealed):
                    cursor.execute(RESEAL[column], (seal(unseal(sealed)), pk, sealed))
                    counts.resealed += cursor.rowcount
    return counts


def _batches() -> Iterator[list[tuple[str, int, str]]]:
    """Yield (column, account, sealed text) of some accounts at a time."""
    # A cast keeps the field from opening what is read.
    raw = {f"sealed_{name}": Cast(name, TextField()) for name in COLUMNS}
    accounts = Account.objects.annotate(**raw).order_by("pk").values_list("pk", *raw)
    after = 0
    while rows := list(accounts.filter(pk__gt=after)[:BATCH]):
        after = rows[-1][0]
        texts = ((pk, zip(COLUMNS, sealed, strict=True)) for pk, *sealed in rows)
        yield [(column, pk, text) for pk, sealed in texts for column, text in sealed if text]


def _is_sealed_with(key: Fernet, sealed: str) -> bool:
    try:
        key.decrypt(sealed.encode())
    except InvalidToken:
        return False
    return True
