"""Tables of events for the tests of files and pushes."""

from apps.shipments.registering import register
from tests.builders import NOW, make_merchant
from tests.providers.making import make_account

HEADER = "tracking_number,code,occurred_at,description"


def table(*rows):
    return "\n".join([HEADER, *rows]).encode()


def row(number, code="in_transit", day=1, description=""):
    return f"{number},{code},2026-03-{day:02d}T09:30:00Z,{description}"


def make_taker(*numbers, **fields):
    """Return an account of our own format whose merchant has parcels with these numbers."""
    account = make_account(kind="generic", merchant=make_merchant(), **fields)
    for number in numbers:
        register(account.merchant_id, carrier_code="elta", number=number, now=NOW)
    return account
