"""A shop's table of shipments on its way into the vault: checked first, then taken as a whole.

What is there already stays as it is: an import adds shipments and changes none.
"""

import re
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

import msgspec
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.contenttypes.models import ContentType
from msgspec import Struct

from apps.desk import import_rows, import_tables, runs
from apps.desk.import_rows import Draft, Sheet, Told
from apps.desk.import_tables import Unreadable
from apps.desk.models import Run
from apps.desk.runs import Failure, Person, Step
from apps.shipments import recognition
from apps.shipments.models import (
    Carrier,
    CarrierName,
    Merchant,
    Shipment,
    TrackingNumber,
    fold_number,
)
from apps.shipments.registering import register_many
from apps.shipments.wanted import NewItem, NewNumber, NewShipment

# Shipments looked up by one step, and words on cells that the page shows of each sort.
AT_ONCE = 500
MOST_SHOWN = 200

FAULTY = "Rows have mistakes. Correct the file and import it again, or leave those rows out."
THERE = "is there already; the shipment is left out and stays as it is"
UNSURE = "is missing and the number does not tell it; nobody can be asked about it yet"
UNKNOWN_CARRIER = "is no carrier we know; it is kept as it is, and nobody can be asked"

# Ours by the names of the registration.
FIELDS = {
    "reference": "custom_reference",
    "order": "order_reference",
    "postcode": "postal_code",
    "origin": "origin_country",
}
AS_THEY_ARE = ("channel", "email", "name", "phone", "street", "city", "region", "country")


def start(payload: bytes, name: str, *, merchant: Merchant, user: Person, now: datetime) -> Run:
    """Have a file checked, which is at most `import_tables.MOST_BYTES` long."""
    given = {"file": name[:100]}
    return runs.start(
        Run.Kind.IMPORT, merchant=merchant, user=user, given=given, table=payload, now=now
    )


@runs.runner(Run.Kind.IMPORT)
class Import:
    def check(self, run: Run, now: datetime) -> Step:
        """Read the whole table at once, then look shipments up part by part."""
        if not run.found:
            return _read(run)
        sheet = unpacked(run)
        some = sheet.drafts[run.done : run.done + AT_ONCE]
        found = _looked_up(run, some)
        done = run.done + len(some)
        return Step(done, found=found, is_over=done >= len(sheet.drafts))

    def apply(self, run: Run, now: datetime) -> Step:
        """Take all that is new in one transaction, so that nobody sees half of a table."""
        sheet, merchant_id = unpacked(run), _merchant_id(run)
        if sheet.bad and not run.given.get("leave_out"):
            raise Failure(FAULTY)
        # Whoever else registers for the merchant waits, so that nothing is there twice.
        Merchant.objects.select_for_update().get(pk=merchant_id)
        new = list(_new(merchant_id, sheet.drafts))
        carriers = carrier_codes()
        ids = register_many(merchant_id, [_wanted(one, carriers) for one in new], now=now)
        _note_down(run, ids, now)
        found = {**run.found, "created": len(ids), "left_out": len(sheet.drafts) - len(ids)}
        rest = packed(msgspec.structs.replace(sheet, drafts=[])) if sheet.bad else b""
        return Step(len(sheet.drafts), found=found, table=rest, is_over=True)


def packed(sheet: Sheet) -> bytes:
    return zlib.compress(msgspec.msgpack.encode(sheet))


def unpacked(run: Run) -> Sheet:
    """Return the table of a run that was read; it is ours, so it is as we wrote it."""
    return msgspec.msgpack.decode(zlib.decompress(bytes(run.table)), type=Sheet)


def _merchant_id(run: Run) -> int:
    if run.merchant_id is None:
        raise Failure("An import is for one merchant.")
    return run.merchant_id


def _read(run: Run) -> Step:
    try:
        sheet = import_rows.understand(import_tables.read(bytes(run.table)))
    except Unreadable as refusal:
        raise Failure(str(refusal)) from None
    return Step(
        0,
        total=len(sheet.drafts),
        found=msgspec.to_builtins(_first_look(sheet)),
        table=packed(sheet),
        is_over=not sheet.drafts,
    )


def _first_look(sheet: Sheet) -> dict[str, Any]:
    """Return what there is to tell of a table before anything is looked up."""
    return {
        "rows": sheet.rows,
        "bad_rows": len(sheet.bad),
        "unused": sheet.unused,
        "faults": sheet.faults[:MOST_SHOWN],
        "faults_told": len(sheet.faults),
        "shipments": len(sheet.drafts),
        "items": sum(len(draft.items) for draft in sheet.drafts),
        "to_do": 0,
        "counts": {},
        "carriers": {},
        "notes": [],
        "notes_told": 0,
    }


def _looked_up(run: Run, drafts: Sequence[Draft]) -> dict[str, Any]:
    """Return what is found so far together with what these shipments add to it."""
    look = _Look(carrier_codes(), Counter(run.found["counts"]), Counter(run.found["carriers"]))
    there = existing(_merchant_id(run), drafts)
    for place, draft in enumerate(drafts):
        if place in there:
            look.tell("there", draft.told(there[place], THERE))
        else:
            look.at(draft)
    notes = run.found["notes"] + msgspec.to_builtins(look.notes)
    return {
        **run.found,
        "to_do": run.found["to_do"] + len(drafts) - len(there),
        "counts": dict(look.counts),
        "carriers": dict(look.carriers),
        "notes": notes[:MOST_SHOWN],
        "notes_told": run.found["notes_told"] + len(look.notes),
    }


class _Look(Struct):
    """Words on shipments that can be taken: what to know about them before they are."""

    codes: dict[str, str]
    counts: Counter[str]
    carriers: Counter[str]
    notes: list[Told] = []

    def tell(self, count: str, note: Told) -> None:
        self.counts[count] += 1
        self.notes.append(note)

    def at(self, draft: Draft) -> None:
        number, carrier = draft.fields.get("number", ""), draft.fields.get("carrier", "")
        if carrier and _folded(carrier) not in self.codes:
            self.tell("strange", draft.told("carrier", UNKNOWN_CARRIER + self._resembling(carrier)))
        if not number:
            self.counts["without_number"] += 1
        elif not carrier:
            self._recognise(draft, number)

    def _recognise(self, draft: Draft, number: str) -> None:
        if sure := recognition.certain(number):
            self.counts["recognised"] += 1
            self.carriers[sure.name] += 1
        else:
            self.tell("unsure", draft.told("carrier", UNSURE))

    def _resembling(self, carrier: str) -> str:
        close = get_close_matches(_folded(carrier), self.codes, n=1)
        return f"; did you mean “{self.codes[close[0]]}”?" if close else ""


def existing(merchant_id: int, drafts: Sequence[Draft]) -> dict[int, str]:
    """Return which drafts are there already, by their place, and the column that shows it.

    A shipment is known by its number, by its reference, and with neither by its order.
    """
    own = Shipment.objects.filter(merchant=merchant_id)
    numbers = _known(
        TrackingNumber.objects.filter(leg__shipment__merchant=merchant_id),
        "folded",
        drafts,
        "number",
    )
    references = _known(own, "custom_reference", drafts, "reference")
    orders = _known(own, "order_reference", [one for one in drafts if _is_bare(one)], "order")
    there: dict[int, str] = {}
    for place, draft in enumerate(drafts):
        if draft.fields.get("reference") in references:
            there[place] = "reference"
        elif fold_number(draft.fields.get("number", "")) in numbers:
            there[place] = "number"
        elif _is_bare(draft) and draft.fields.get("order") in orders:
            there[place] = "order"
    return there


def _is_bare(draft: Draft) -> bool:
    return not (draft.fields.get("number") or draft.fields.get("reference"))


def _known(rows: Any, field: str, drafts: Sequence[Draft], key: str) -> set[str]:
    """Return which of the drafts' names are among the rows'."""
    names = {draft.fields[key] for draft in drafts if draft.fields.get(key)}
    names = {fold_number(name) for name in names} if field == "folded" else names
    if not names:
        return set()
    # Said aloud, so that an index without empty names is known to hold them.
    named = rows.filter(**{f"{field}__in": names}).exclude(**{field: ""})
    return set(named.values_list(field, flat=True))


def _new(merchant_id: int, drafts: Sequence[Draft]) -> Iterator[Draft]:
    for start in range(0, len(drafts), AT_ONCE):
        some = drafts[start : start + AT_ONCE]
        there = existing(merchant_id, some)
        yield from (draft for place, draft in enumerate(some) if place not in there)


def carrier_codes() -> dict[str, str]:
    """Return each carrier's code by all its codes and names, folded."""
    names = CarrierName.objects.values_list("code", "name", "carrier__code")
    found = {_folded(name): own for code, title, own in names for name in (code, title)}
    carriers = Carrier.objects.values_list("code", "name")
    return {**found, **{_folded(name): code for code, title in carriers for name in (code, title)}}


def _folded(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())


def _wanted(draft: Draft, carriers: dict[str, str]) -> NewShipment:
    fields = draft.fields
    carrier = fields.get("carrier", "")
    carrier = carriers.get(_folded(carrier), carrier)
    promised = fields.get("promised")
    return NewShipment(
        **{ours: fields.get(key, "") for key, ours in FIELDS.items()},
        **{key: fields.get(key, "") for key in AS_THEY_ARE},
        destination_country=fields.get("country", ""),
        numbers=(NewNumber(fields["number"], carrier),) if "number" in fields else (),
        is_followed="number" in fields,
        items=tuple(NewItem(*msgspec.structs.astuple(item)) for item in draft.items),
        promised_until=date.fromisoformat(promised) if promised else None,
    )


def _note_down(run: Run, shipment_ids: Sequence[int], now: datetime) -> None:
    """Write into the log of each shipment who brought it in."""
    user_id = run.given.get("approved_by") or run.made_by_id
    if not user_id:
        return
    words = f"Imported from “{run.given.get('file', '')}”, run {run.pk}."
    kind = ContentType.objects.get_for_model(Shipment).pk
    for start in range(0, len(shipment_ids), AT_ONCE):
        some = shipment_ids[start : start + AT_ONCE]
        named = Shipment.objects.filter(pk__in=some).values_list("pk", "reference")
        LogEntry.objects.bulk_create(
            LogEntry(
                user_id=user_id,
                content_type_id=kind,
                object_id=str(pk),
                object_repr=reference,
                action_flag=ADDITION,
                action_time=now,
                change_message=words,
            )
            for pk, reference in named
        )
