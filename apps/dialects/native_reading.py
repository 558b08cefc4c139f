"""Shipments as they are sent to our own API. Every fault is told, with its path.

    {"custom_reference": "A-1", "order_reference": "10432", "destination_country": "DE",
     "recipient": {"name": "P. Jones", "email": "p.jones@example.com"},
     "items": [{"description": "Shirt", "quantity": 2}],
     "tracking_numbers": [{"tracking_number": "1Z5R89390357567127", "carrier_code": "ups"}],
     "promised_on": "2026-03-05"}

Carriers are known by any code that `carriers` leads to the carrier's own.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from msgspec import UNSET, Raw, Struct
from msgspec.structs import asdict

from apps.dialects import countries, payloads, sorted_parts
from apps.dialects.generic_checking import (
    Checked,
    folded,
)
from apps.dialects.native_shapes import (
    NOTHING,
    Batch,
    Item,
    Recipient,
    Shipment,
    Subscribe,
    TrackingNumber,
    Update,
)
from apps.shipments.reports import Fault
from apps.shipments.wanted import Different, NewItem, NewNumber, NewShipment

# More than any shop sends in one parcel, or any carriers make of it.
MOST_ITEMS, MOST_NUMBERS = 500, 50
# What one request registers: shipments, and their items and numbers together.
MOST_AT_ONCE, MOST_PARTS = 1000, 20_000
# Who sends more wrong things in one shipment learns nothing from the rest.
MOST_FAULTS = 50

_EMAIL = re.compile(
    r"[^\s@<>()\[\],;:\\\"]{1,64}@[^\s@<>()\[\],;:\\\"]+\.[^\s@<>()\[\],;:\\\"]{2,}"
)
_DAY = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}")


class MailWish(Struct, frozen=True):
    """Who is to get mail about a shipment. No topics are the usual ones."""

    email: str
    topics: tuple[str, ...] = ()
    language: str = ""


class Registration(Struct, frozen=True):
    """A shipment as it was understood, and who is to hear of it by mail."""

    shipment: NewShipment
    mail: MailWish | None = None


def read(payload: bytes, carriers: Mapping[str, str]) -> Registration:
    """Return the one shipment of a request; raise `payloads.Refused` with every fault."""
    # Bad JSON is another mistake than bad content.
    payloads.decode(payload, dict[str, Raw])
    understood = _read_at("$", payload, carriers, [])
    if isinstance(understood, Registration):
        return understood
    raise payloads.Refused(*understood)


def read_batch(
    payload: bytes, carriers: Mapping[str, str]
) -> list[Registration | tuple[Fault, ...]]:
    """Return each shipment of a request, or what is wrong with it, in their order.

    Raises `payloads.Refused` for what is no batch, and for more than we take at once.
    """
    entries = payloads.decode(payload, Batch).shipments
    if not 1 <= len(entries) <= MOST_AT_ONCE:
        raise payloads.Refused(Fault("$.shipments", f"holds none or more than {MOST_AT_ONCE:,}"))
    read_: list[Registration | tuple[Fault, ...]] = []
    faults: list[Fault] = []
    parts = 0
    for index, raw in enumerate(entries):
        understood = _read_at(f"$.shipments[{index}]", bytes(raw), carriers, faults)
        if isinstance(understood, Registration):
            parts += len(understood.shipment.items) + len(understood.shipment.numbers)
        if parts > MOST_PARTS:
            reason = f"holds more than {MOST_PARTS:,} items and numbers together"
            raise payloads.Refused(Fault("$.shipments", reason))
        read_.append(understood)
    return read_


def _read_at(
    path: str, payload: bytes, carriers: Mapping[str, str], faults: list[Fault]
) -> Registration | tuple[Fault, ...]:
    """Return a shipment that stands at a path, or what is wrong with it, added to `faults` too."""
    before = len(faults)
    reader = _Reader(path, faults, carriers)
    said = reader.entry(payload, Shipment)
    understood = reader.registration(said) if said else None
    found = tuple(faults[before : before + MOST_FAULTS])
    return found if found or understood is None else understood


def read_update(payload: bytes) -> Different:
    """Return what a request wants different; raise `payloads.Refused` with every fault."""
    payloads.decode(payload, dict[str, Raw])
    faults: list[Fault] = []
    reader = _Reader("$", faults, {})
    said = reader.entry(payload, Update)
    different = reader.different(said) if said else None
    if faults or different is None:
        raise payloads.Refused(*faults)
    return different


class _Reader(Checked):
    """What a shipment at `path` says, checked."""

    def __init__(self, path: str, faults: list[Fault], carriers: Mapping[str, str]) -> None:
        super().__init__(path, faults)
        self.carriers = carriers

    def registration(self, said: Shipment) -> Registration:
        recipient = self._recipient(said.recipient)
        shipment = NewShipment(
            reference=self._reference(said.reference),
            custom_reference=self.text("custom_reference", said.custom_reference),
            order_reference=self.text("order_reference", said.order_reference),
            channel=self.text("channel", said.channel),
            origin_country=self._country("origin_country", said.origin_country),
            destination_country=self._country("destination_country", said.destination_country),
            numbers=self._numbers(said.tracking_numbers),
            is_followed=said.is_followed,
            items=self._items(said.items),
            promised_until=self._day("promised_on", said.promised_on),
            **recipient,
        )
        return Registration(shipment, self._mail(said.subscribe, recipient.get("email", "")))

    def different(self, said: Update) -> Different:
        told = {name: value for name, value in asdict(said).items() if value is not UNSET}
        recipient = told.pop("recipient", None)
        is_followed = told.pop("is_followed", None)
        return Different(
            names={name: self._name(name, value) for name, value in told.items()},
            recipient=self._recipient(recipient) if recipient is not None else None,
            has_no_recipient=recipient == NOTHING,
            is_followed=is_followed,
        )

    def _name(self, field: str, value: str | None) -> str:
        is_country = field.endswith("_country")
        return self._country(field, value) if is_country else self.text(field, value)

    def _below(self, field: str) -> "_Reader":
        return _Reader(f"{self.path}.{field}", self.faults, self.carriers)

    def _reference(self, value: str | None) -> str:
        written = self.text("reference", value)
        forms = (sorted_parts.SHIPMENT, sorted_parts.CONSIGNMENT)
        if written and not any(form.fullmatch(written) for form in forms):
            self.fault("reference", "has another form than `sp_` and 32 digits or `EC-XXX-XXX-XXX`")
        return written

    def _country(self, field: str, value: str | None) -> str:
        written = self.text(field, value)
        if written and not countries.alpha_2(written):
            self.fault(field, "is not the two letters of a country")
        return countries.alpha_2(written)

    def _day(self, field: str, value: str | None) -> date | None:
        if value is None:
            return None
        try:
            return date.fromisoformat(value if _DAY.fullmatch(value) else "")
        except ValueError:
            self.fault(field, "is not a day such as 2026-03-05")
            return None

    def _email(self, field: str, value: str | None) -> str:
        written = self.text(field, value)
        if written and not _EMAIL.fullmatch(written):
            self.fault(field, "is not an e-mail address")
        return written

    def _recipient(self, payload: Raw) -> dict[str, str]:
        """Return the fields that were said, cleaned; a null is an empty one."""
        if payload == NOTHING:
            return {}
        reader = self._below("recipient")
        said = reader.entry(bytes(payload), Recipient)
        told = {} if said is None else {k: v for k, v in asdict(said).items() if v is not UNSET}
        special = {"email": reader._email, "country": reader._country}
        return {name: special.get(name, reader.text)(name, value) for name, value in told.items()}

    def _items(self, payloads_: Sequence[Raw]) -> tuple[NewItem, ...]:
        if len(payloads_) > MOST_ITEMS:
            self.fault("items", f"holds more than {MOST_ITEMS}")
            return ()
        return tuple(self._item(index, raw) for index, raw in self._until_enough(payloads_))

    def _until_enough(self, payloads_: Sequence[Raw]) -> Iterator[tuple[int, bytes]]:
        """Yield entries until so many things are wrong that nobody reads on."""
        before = len(self.faults)
        for index, raw in enumerate(payloads_):
            if len(self.faults) - before > MOST_FAULTS:
                return
            yield index, bytes(raw)

    def _item(self, index: int, payload: bytes) -> NewItem:
        reader = self._below(f"items[{index}]")
        said = reader.entry(payload, Item) or Item()
        return NewItem(
            reader.text("description", said.description),
            said.quantity,
            reader.text("custom_reference", said.custom_reference),
            reader.link("picture_url", said.picture_url),
        )

    def _numbers(self, payloads_: Sequence[Raw]) -> tuple[NewNumber, ...]:
        if len(payloads_) > MOST_NUMBERS:
            self.fault("tracking_numbers", f"holds more than {MOST_NUMBERS}")
            return ()
        found: dict[tuple[str, str], NewNumber] = {}
        for index, raw in self._until_enough(payloads_):
            one = self._number(index, raw)
            # Said twice, it is one number still.
            found.setdefault((folded(one.number), one.carrier_code), one)
        return tuple(found.values())

    def _number(self, index: int, payload: bytes) -> NewNumber:
        reader = self._below(f"tracking_numbers[{index}]")
        said = reader.entry(payload, TrackingNumber)
        if said is None:
            return NewNumber("")
        number = reader.number("tracking_number", said.tracking_number)
        carrier_code = reader.carrier("carrier_code", said.carrier_code, self.carriers)
        return NewNumber(number, carrier_code)

    def _mail(self, payload: Raw, recipients: str) -> MailWish | None:
        if payload == NOTHING:
            return None
        reader = self._below("subscribe")
        said = reader.entry(bytes(payload), Subscribe)
        if said is None:
            return None
        email = reader._email("email", said.email) or recipients
        if not email:
            reader.fault("email", "is missing, and the recipient has none")
        return MailWish(email, tuple(said.topics), reader.text("language", said.language))
