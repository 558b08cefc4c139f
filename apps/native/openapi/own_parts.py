"""Our own API's addresses about what belongs to a shipment, described."""

from collections.abc import Callable
from typing import Any

from apps.dialects import native, native_parts
from apps.dialects.native_shapes import Item as NewItem
from apps.native.events import EventsAnswer
from apps.native.openapi import own_bodies as bodies
from apps.native.openapi import own_shapes as shapes
from apps.native.openapi.operations import Answer, Body, Operation
from apps.native.openapi.own_parameters import (
    ETAG,
    IF_MATCH,
    LOCATION,
    MISSING,
    ONCE,
    PAGING,
    gone,
    listing,
    page,
)
from apps.native.openapi.sample import journey

_SHIPMENT = "/api/shipments/{reference}"
_CHANGED = (*MISSING, 409, 412, 422)


def event() -> dict[str, Any]:
    parcel = journey()
    return native.write_event(parcel, parcel.events[0])


def item() -> dict[str, Any]:
    parcel = journey()
    return native.write_item(parcel, parcel.items[0])


def leg() -> dict[str, Any]:
    parcel = journey()
    return native.write_leg(parcel, parcel.legs[0])


def number() -> dict[str, Any]:
    parcel = journey()
    return native.write_number(parcel, parcel.numbers[0])


def promise() -> dict[str, Any] | None:
    return native.write_promise(journey().promise)


def _told() -> EventsAnswer:
    parcel = journey()
    return EventsAnswer(parcel.reference, 1, 0, 5, native.write_status(parcel.code))


def _list(name: str, tag: str, what: str, shape: Any, one: Callable[[], Any]) -> Operation:
    return Operation(
        name=name,
        summary=f"List {what}",
        tag=tag,
        answers=(Answer("All of them.", shape, listing(one), headers=(ETAG,)),),
        refusals=(*MISSING, 422),
    )


def _read(name: str, tag: str, what: str, shape: Any, one: Callable[[], Any]) -> Operation:
    return Operation(
        name=name,
        summary=f"Read {what}",
        tag=tag,
        answers=(Answer("As it is now.", shape, one, headers=(ETAG,)),),
        refusals=(*MISSING, 422),
    )


def _add(name: str, tag: str, what: str, body: Body, answer: Answer) -> Operation:
    return Operation(
        name=name,
        summary=f"Add {what}",
        tag=tag,
        parameters=(IF_MATCH, ONCE),
        body=body,
        answers=(answer,),
        refusals=_CHANGED,
    )


def _change(name: str, tag: str, what: str, body: Body, answer: Answer) -> Operation:
    return Operation(
        name=name,
        summary=f"Put {what} right",
        tag=tag,
        parameters=(IF_MATCH,),
        body=body,
        answers=(answer,),
        refusals=_CHANGED,
    )


def _drop(name: str, tag: str, summary: str) -> Operation:
    return Operation(
        name=name,
        summary=summary,
        tag=tag,
        parameters=(IF_MATCH,),
        answers=(gone("Done. There is no body.", ETAG),),
        refusals=(*MISSING, 409, 412),
    )


def _now(shape: Any, one: Callable[[], Any]) -> Answer:
    return Answer("As it is now.", shape, one, headers=(ETAG,))


def _made(shape: Any, one: Callable[[], Any]) -> Answer:
    return Answer("What was added.", shape, one, status=201, headers=(LOCATION, ETAG))


_ITEMS, _NUMBERS, _LEGS, _PROMISES, _EVENTS = (
    "Items",
    "Tracking numbers",
    "Legs",
    "Promises",
    "Events",
)
_NEW_ITEM = Body(NewItem, lambda: {"description": "Desk lamp", "quantity": 1})
_ITEM_CHANGE = Body(native_parts.ItemChange, lambda: {"quantity": 2})
_NEW_NUMBER = Body(
    native_parts.AddNumber, lambda: {"tracking_number": "00340434161094015926", "leg": 1}
)
_NUMBER_CHANGE = Body(native_parts.NumberChange, lambda: {"is_followed": True})
_LEG_CHANGE = Body(native_parts.LegUpdate, lambda: {"service_name": "Express"})
_NEW_PROMISE = Body(native_parts.PromisedWindow, lambda: {"until": "2026-05-16"})

OPERATIONS = {
    ("GET", f"{_SHIPMENT}/items"): _list(
        "list_items", _ITEMS, "what is in it", shapes.ItemList, item
    ),
    ("POST", f"{_SHIPMENT}/items"): _add(
        "add_item", _ITEMS, "an item", _NEW_ITEM, _made(shapes.Item, item)
    ),
    ("GET", f"{_SHIPMENT}/items/{{item}}"): _read(
        "read_item", _ITEMS, "an item", shapes.Item, item
    ),
    ("PATCH", f"{_SHIPMENT}/items/{{item}}"): _change(
        "change_item", _ITEMS, "an item", _ITEM_CHANGE, _now(shapes.Item, item)
    ),
    ("DELETE", f"{_SHIPMENT}/items/{{item}}"): _drop("drop_item", _ITEMS, "Take an item out"),
    ("GET", f"{_SHIPMENT}/tracking_numbers"): _list(
        "list_numbers", _NUMBERS, "its tracking numbers", shapes.NumberList, number
    ),
    ("POST", f"{_SHIPMENT}/tracking_numbers"): _add(
        "add_number", _NUMBERS, "a tracking number", _NEW_NUMBER, _made(shapes.Number, number)
    ),
    ("GET", f"{_SHIPMENT}/tracking_numbers/{{number}}"): _read(
        "read_number", _NUMBERS, "a tracking number", shapes.Number, number
    ),
    ("PATCH", f"{_SHIPMENT}/tracking_numbers/{{number}}"): _change(
        "change_number",
        _NUMBERS,
        "a tracking number or its carrier",
        _NUMBER_CHANGE,
        _now(shapes.Number, number),
    ),
    ("DELETE", f"{_SHIPMENT}/tracking_numbers/{{number}}"): _drop(
        "stop_number", _NUMBERS, "Stop asking about a tracking number"
    ),
    ("GET", f"{_SHIPMENT}/legs"): _list("list_legs", _LEGS, "its legs", shapes.LegList, leg),
    ("GET", f"{_SHIPMENT}/legs/{{position}}"): _read("read_leg", _LEGS, "a leg", shapes.Leg, leg),
    ("PATCH", f"{_SHIPMENT}/legs/{{position}}"): _change(
        "change_leg", _LEGS, "a leg's carrier or service", _LEG_CHANGE, _now(shapes.Leg, leg)
    ),
    ("GET", f"{_SHIPMENT}/promises"): _list(
        "list_promises", _PROMISES, "when it was to arrive", shapes.PromiseList, promise
    ),
    ("POST", f"{_SHIPMENT}/promises"): Operation(
        name="add_promise",
        summary="Promise when it arrives",
        tag=_PROMISES,
        parameters=(IF_MATCH, ONCE),
        body=_NEW_PROMISE,
        answers=(
            Answer("The same was promised last.", shapes.Promise, promise, headers=(ETAG,)),
            Answer("It is promised.", shapes.Promise, promise, status=201, headers=(ETAG,)),
        ),
        refusals=_CHANGED,
    ),
    ("GET", f"{_SHIPMENT}/events"): Operation(
        name="list_events",
        summary="List its events, newest first",
        tag=_EVENTS,
        parameters=PAGING,
        answers=(Answer("One page.", shapes.EventPage, page(event), headers=(ETAG,)),),
        refusals=(*MISSING, 422),
    ),
    ("POST", f"{_SHIPMENT}/events"): Operation(
        name="add_events",
        summary="Tell of events, all of them or none",
        words="An event that is there already adds nothing.",
        tag=_EVENTS,
        parameters=(IF_MATCH, ONCE),
        body=Body(bodies.NewEvents, bodies.events),
        answers=(Answer("What it did.", EventsAnswer, _told, headers=(ETAG,)),),
        refusals=_CHANGED,
    ),
}
