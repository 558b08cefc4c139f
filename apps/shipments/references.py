"""Names for things: references that look like the seeds' and links nobody can guess."""

import secrets
import string

ALPHABET = string.digits + string.ascii_uppercase


def new_reference(prefix: str) -> str:
    """Return `prefix` and 32 random decimal digits (106 bits): `sp_…`, `sc_…`."""
    return f"{prefix}_{secrets.randbelow(10**32):032d}"


def new_grouped_reference(prefix: str) -> str:
    """Return `EC-4DF-002-9QX`: a prefix and three groups of three."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(3)) for _ in range(3))
    return "-".join((prefix, *groups))


def new_shipment_reference() -> str:
    return new_reference("sp")


def new_item_reference() -> str:
    return new_reference("sc")


def new_consignment_reference() -> str:
    return new_grouped_reference("EC")


def new_package_reference() -> str:
    return new_grouped_reference("EP")


def new_token() -> str:
    """Return a link token: 128 random bits, 22 characters, derived from nothing."""
    return secrets.token_urlsafe(16)


# Event references of our own are the row's number; a source's own reference is kept only
# beyond this, so the two can never meet.
FIRST_FOREIGN = 2**63


def event_reference(row_id: int) -> str:
    return f"tr_{row_id:032d}"


def label_id(row_id: int) -> str:
    """Return what ShipStation's clients call the label of a tracking number."""
    return f"se-{row_id}"


def number_reference(row_id: int) -> str:
    """Return what our own API calls a tracking number, of which a shipment can have many alike."""
    return f"tn_{row_id}"


def is_foreign_event_reference(text: str) -> bool:
    """Tell whether a source's event id can serve as our public reference too."""
    digits = text[3:]
    return (
        text.startswith("tr_")
        and len(digits) == 32
        and digits.isascii()
        and digits.isdigit()
        and int(digits) >= FIRST_FOREIGN
    )
