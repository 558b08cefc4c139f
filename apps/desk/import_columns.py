"""The columns a table of shipments may have, and the names shops give them."""

import re
from collections.abc import Sequence
from unicodedata import combining, normalize

from msgspec import Struct

from apps.desk.import_tables import Unreadable
from apps.shipments.reports import Limits

MOST_SHOWN = 40


class Column(Struct, frozen=True):
    """`key` is ours, `title` stands in the template and in exports, `limit` is in characters."""

    key: str
    title: str
    limit: int
    help: str
    aliases: tuple[str, ...] = ()
    example: str = ""


SHIPMENT = (
    Column(
        "reference",
        "Reference",
        Limits.REFERENCE,
        "Your own name for the shipment. Rows with the same one are one shipment.",
        ("shipment reference", "shipment", "shipment id", "your reference", "sendung"),
        "S-1001",
    ),
    Column(
        "order",
        "Order",
        Limits.REFERENCE,
        "The order number your customer knows.",
        ("order number", "order no", "order id", "order name", "order reference", "name of order")
        + ("bestellung", "bestellnummer", "commande", "pedido", "ordine"),
        "A-2001",
    ),
    Column(
        "number",
        "Tracking number",
        Limits.NUMBER,
        "What the carrier calls the parcel. It is followed from the import on.",
        (
            "tracking",
            "tracking no",
            "tracking code",
            "tracking id",
            "awb",
            "waybill",
            "parcel number",
        )
        + ("sendungsnummer", "paketnummer", "numero de suivi", "numero de seguimiento"),
        "00340434161094042557",
    ),
    Column(
        "carrier",
        "Carrier",
        Limits.CODE,
        "Its name or code. Left out, it is recognised from the number where that is certain.",
        ("carrier code", "carrier name", "tracking company", "shipping carrier", "courier")
        + ("versanddienstleister", "transporteur", "transportista", "corriere"),
        "DHL",
    ),
    Column(
        "email",
        "E-mail",
        254,
        "The recipient's. With it customers find their parcels.",
        ("email", "email address", "e mail address", "customer email", "recipient email")
        + ("billing email", "shipping email"),
        "maria@example.com",
    ),
    Column(
        "name",
        "Name",
        Limits.NAME,
        "The recipient's.",
        ("recipient", "recipient name", "customer", "customer name", "full name", "shipping name")
        + ("ship to name", "empfanger", "destinataire"),
        "Maria Muster",
    ),
    Column(
        "phone",
        "Phone",
        30,
        "The recipient's.",
        ("telephone", "phone number", "recipient phone", "shipping phone", "telefon", "mobile"),
        "+30 210 1234567",
    ),
    Column(
        "street",
        "Street",
        300,
        "With the house number.",
        ("address", "address 1", "street address", "shipping street", "shipping address 1")
        + ("shipping address", "strasse", "straße", "adresse", "rue"),
        "Odos Ermou 1",
    ),
    Column(
        "city",
        "City",
        100,
        "",
        ("town", "shipping city", "ort", "stadt", "ville", "ciudad", "citta"),
        "Athens",
    ),
    Column(
        "region",
        "Region",
        100,
        "State, province or county.",
        ("state", "province", "county", "shipping province", "shipping state"),
        "",
    ),
    Column(
        "postcode",
        "Postcode",
        20,
        "Customers prove with it that a parcel is theirs.",
        ("postal code", "post code", "zip", "zip code", "zipcode", "shipping zip", "plz")
        + ("shipping postcode", "code postal", "codigo postal", "cap"),
        "10563",
    ),
    Column(
        "country",
        "Country",
        60,
        "Two letters or its English name.",
        ("country code", "destination", "destination country", "shipping country", "land", "pays")
        + ("pais", "paese"),
        "GR",
    ),
    Column(
        "origin",
        "Origin country",
        60,
        "Where it is sent from; two letters or its English name.",
        ("origin", "from country", "ship from country", "sender country"),
        "DE",
    ),
    Column(
        "channel",
        "Channel",
        50,
        "The shop or market it was sold in, by which its brand is picked.",
        ("shop", "store", "sales channel", "market", "source name"),
        "shop-gr",
    ),
    Column(
        "promised",
        "Promised date",
        30,
        "The day you promised delivery for: 2026-03-31 or 31.03.2026.",
        ("promised", "promised by", "promised on", "delivery date", "expected delivery")
        + ("estimated delivery", "estimated delivery date", "due", "due date", "liefertermin"),
        "2026-12-01",
    ),
)
ITEM = (
    Column(
        "item",
        "Item",
        Limits.NAME,
        "What is in the parcel; more items go into rows of their own.",
        ("item name", "item description", "product", "product name", "description", "title")
        + ("lineitem name", "line item", "contents", "artikel", "produkt"),
        "Blue mug",
    ),
    Column(
        "quantity",
        "Quantity",
        20,
        "A whole number; 1 when it is left out.",
        ("qty", "lineitem quantity", "item quantity", "amount", "pieces", "menge", "anzahl"),
        "2",
    ),
    Column(
        "sku",
        "SKU",
        Limits.REFERENCE,
        "Your own name for the item.",
        ("item sku", "lineitem sku", "product code", "item number", "article number")
        + ("artikelnummer",),
        "MUG-BLUE",
    ),
    Column(
        "picture",
        "Picture",
        Limits.URL,
        "The address of a picture of the item, beginning with https://.",
        ("picture url", "image", "image url", "item picture", "item image", "product image"),
        "https://shop.example/mug.jpg",
    ),
)
COLUMNS = (*SHIPMENT, *ITEM)
BY_KEY = {column.key: column for column in COLUMNS}
# One of them tells shipments apart.
NAMING = ("number", "reference", "order")

NO_NAME = "The file needs a column “Tracking number”, “Order” or “Reference”. Its first row is: {}."
TWICE = "The columns “{}” and “{}” mean the same: {}. Delete or rename one of them."

_UNWRITTEN = re.compile(r"[\W_]+")
# Shops export it for the number of the order.
_SHOPIFYS = {"name", "lineitem name"}


class Columns(Struct, frozen=True, array_like=True):
    """Where each known column stands in a row, and the names of those that are not used."""

    places: dict[str, int]
    unused: list[str]


def match(header: Sequence[str]) -> Columns:
    """Return which column is which; raise `Unreadable` when shipments cannot be told apart."""
    places: dict[str, int] = {}
    unused: list[str] = []
    names = _names(header)
    for place, title in enumerate(header):
        key = names.get(_folded(title))
        if key is None:
            unused += [title] if title else []
        elif key in places:
            raise Unreadable(TWICE.format(header[places[key]], title, BY_KEY[key].title))
        else:
            places[key] = place
    if not places.keys() & set(NAMING):
        raise Unreadable(NO_NAME.format(", ".join(name[:MOST_SHOWN] for name in header[:20])))
    return Columns(places, [name[:MOST_SHOWN] for name in unused])


def _names(header: Sequence[str]) -> dict[str, str]:
    is_shopifys = {_folded(title) for title in header} >= _SHOPIFYS
    return {**_NAMES, "name": "order"} if is_shopifys else _NAMES


def _folded(name: str) -> str:
    """Return a column's name without case, accents and signs, and with single spaces."""
    letters = normalize("NFKD", name.casefold())
    return _UNWRITTEN.sub(" ", "".join(c for c in letters if not combining(c))).strip()


_NAMES = {
    _folded(name): column.key
    for column in COLUMNS
    for name in (column.key, column.title, *column.aliases)
}
