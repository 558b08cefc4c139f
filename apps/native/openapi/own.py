"""Our own API, described."""

from apps.api.languages import NATIVE
from apps.native.openapi import own_parts, own_people, own_shipments, own_webhooks
from apps.native.openapi.operations import Document, in_path
from apps.native.openapi.own_shapes import Problem
from apps.native.openapi.sample import journey

_WORDS = """\
Register shipments, follow them, tell of what happened to them, and manage webhooks, brands and \
keys."""
_MORE = """\
Errors are problems (RFC 9457); `code` is to switch on, and `type` leads to what to do. A `POST` \
with an `Idempotency-Key` is done once, however often it is sent. Addresses end without a slash. \
[From a key to the first parcel](/api/docs/guides/api.md) has examples."""

DOCUMENT = Document(
    name="parcels",
    title="Our own API",
    version="1",
    words=_WORDS,
    more=_MORE,
    language=NATIVE,
    error_shape=Problem,
    operations={
        **own_shipments.OPERATIONS,
        **own_parts.OPERATIONS,
        **own_people.OPERATIONS,
        **own_webhooks.OPERATIONS,
    },
    named={
        one.name: one
        for one in (
            in_path("reference", "The shipment: `sp_…` or `EC-…`.", journey().reference),
            in_path("item", "The item: `sc_…`.", journey().items[0].reference),
            in_path("number", "The tracking number: `tn_…`.", journey().numbers[0].reference),
            in_path("position", "The leg's position.", 1, int),
            in_path("subscription", "The subscription: `su_…`.", "su_17"),
            in_path("id", "The webhook's number.", 7, int),
            in_path("delivery", "The message's number.", 90117, int),
            in_path("slug", "The brand's name in addresses.", "lindenhof"),
            in_path("version", "The number of a version, as its history lists it.", 12, int),
        )
    },
)
