"""Our own API's addresses about shipments, described."""

from typing import Annotated, Any, Literal

from msgspec import Meta

from apps.dialects import native
from apps.native.listing import TEXTS
from apps.native.openapi import own_bodies as bodies
from apps.native.openapi import own_shapes as shapes
from apps.native.openapi.operations import Answer, Body, Operation, in_query
from apps.native.openapi.own_parameters import (
    ETAG,
    IF_MATCH,
    IF_NONE_MATCH,
    LOCATION,
    MISSING,
    ONCE,
    PAGING,
    REPEATABLE,
    REPLAYED,
    page,
    unchanged,
)
from apps.native.openapi.sample import BASE, journey
from apps.native.shipments import LEVELS

_TAG = "Shipments"
_TEXTS = {
    "custom_reference": "Your own reference.",
    "order_reference": "The order's.",
    "tracking_number": "What a carrier calls it; blanks, dashes and case do not count.",
    "email": "The recipient's address.",
    "status": "A code, or a milestone for all codes below it.",
    "carrier_code": "The carrier's code. Give `created_since` too.",
    "channel": "The shop or market it was sold in. Give `created_since` too.",
}


def shipment() -> dict[str, Any]:
    return native.write(journey(), base=BASE)


def summary() -> dict[str, Any]:
    return native.write_summary(journey(), base=BASE)


def _results() -> dict[str, Any]:
    made = {"index": 0, "status": "created", "shipment": summary(), "errors": []}
    fault = {
        "pointer": "/shipments/1/reference",
        "detail": "A shipment has this reference already.",
    }
    return {"data": [made, {"index": 1, "status": "refused", "shipment": None, "errors": [fault]}]}


_FILTERS = (
    *(
        in_query(name, _TEXTS[name], Annotated[str, Meta(min_length=1, max_length=longest)])
        for name, longest in TEXTS.items()
    ),
    in_query("is_open", "Those that are under way, or those that are not.", bool),
    in_query("created_since", "Registered then or later.", str, "2026-05-01"),
    in_query("created_before", "Registered before.", str, "2026-06-01T00:00:00Z"),
    in_query(
        "updated_since",
        "What changed since a time, or since the `next_cursor` of the answer before; with `limit` "
        "only. Going on from the cursor misses nothing.",
    ),
)
_WHOLE = Answer("The shipment as it is now.", shapes.Shipment, shipment, headers=(ETAG,))


def _change(name: str, summary_: str, words: str, refusals: tuple[int, ...]) -> Operation:
    return Operation(
        name=name,
        summary=summary_,
        words=words,
        tag=_TAG,
        parameters=(IF_MATCH, ONCE),
        answers=(_WHOLE,),
        refusals=(*MISSING, 412, *REPEATABLE, *refusals),
    )


OPERATIONS = {
    ("GET", "/api/shipments"): Operation(
        name="list_shipments",
        summary="List shipments, or what changed",
        words="Without `updated_since` the newest first, narrowed down by what is asked for.",
        tag=_TAG,
        parameters=(*_FILTERS, *PAGING),
        answers=(Answer("One page.", shapes.ShipmentPage, page(summary)),),
        refusals=(410, 422),
    ),
    ("POST", "/api/shipments"): Operation(
        name="register_shipment",
        summary="Register a shipment",
        words="Its tracking numbers are followed from then on.",
        tag=_TAG,
        parameters=(ONCE,),
        body=Body(bodies.NewShipment, bodies.shipment),
        answers=(
            Answer(
                "The shipment.",
                shapes.Shipment,
                shipment,
                status=201,
                headers=(LOCATION, ETAG, REPLAYED),
            ),
        ),
        refusals=(409, 422),
    ),
    ("POST", "/api/shipments/batch"): Operation(
        name="register_shipments",
        summary="Register up to 1,000 shipments",
        words="The good ones are registered; what is wrong with the others is told.",
        tag=_TAG,
        parameters=(ONCE,),
        body=Body(bodies.NewShipments, bodies.shipments),
        answers=(Answer("A result for each.", shapes.Results, _results, headers=(REPLAYED,)),),
        refusals=(422,),
    ),
    ("GET", "/api/shipments/{reference}"): Operation(
        name="read_shipment",
        summary="Read a shipment",
        tag=_TAG,
        parameters=(
            in_query(
                "level",
                "As somebody sees it who has the number, the link, or proved to be the recipient.",
                Literal[tuple(LEVELS)],
            ),
            IF_NONE_MATCH,
        ),
        answers=(
            Answer("The shipment.", shapes.Shipment, shipment, headers=(ETAG,)),
            unchanged(),
        ),
        refusals=(*MISSING, 422),
    ),
    ("PATCH", "/api/shipments/{reference}"): Operation(
        name="change_shipment",
        summary="Change a shipment's names, countries or recipient",
        tag=_TAG,
        parameters=(IF_MATCH,),
        body=Body(bodies.ShipmentChange, lambda: {"order_reference": "order-1042"}),
        answers=(_WHOLE,),
        refusals=(*MISSING, 409, 412, 422),
    ),
    ("POST", "/api/shipments/{reference}/void"): _change(
        "void_shipment", "Say that it is not to go", "Nobody asks about it any more.", (409,)
    ),
    ("POST", "/api/shipments/{reference}/renew_link"): _change(
        "renew_link", "Give it another link", "The old link opens nothing more.", ()
    ),
    ("POST", "/api/shipments/{reference}/erase"): _change(
        "erase_person", "Erase whom it goes to", "All traces of the person, for good.", ()
    ),
}
