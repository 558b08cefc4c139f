"""Our own API's addresses about mail, brands, keys and events of many shipments, described."""

from typing import Any

from apps.branding.models import Brand
from apps.dialects import native
from apps.dialects.native_shapes import Subscribe
from apps.native import brand_words
from apps.native.brand_words import BrandAnswer, BrandChange, HistoryAnswer, NewBrand, VersionAnswer
from apps.native.events import EventsAnswer
from apps.native.keys import KeyAnswer, NewKeyAnswer, RotateKey
from apps.native.many_events import ManyEventsAnswer, RowAnswer
from apps.native.openapi import own_bodies as bodies
from apps.native.openapi.operations import Answer, Body, Operation
from apps.native.openapi.own_pages import BrandPage, SubscriptionPage
from apps.native.openapi.own_parameters import (
    ETAG,
    IF_MATCH,
    IF_NONE_MATCH,
    LOCATION,
    MISSING,
    ONCE,
    PAGING,
    REPEATABLE,
    gone,
    page,
    unchanged,
)
from apps.native.openapi.sample import journey
from apps.native.subscriptions import SubscriptionAnswer

_AT = "2026-05-14T09:42:00+00:00"
_EVENTS, _MAIL, _BRANDS, _KEYS = "Events", "Mail", "Brands", "Keys"
_SUBSCRIPTIONS = "/api/shipments/{reference}/subscriptions"
_BRAND = "/api/brands/{slug}"


def _pushed() -> ManyEventsAnswer:
    parcel = journey()
    done = EventsAnswer(parcel.reference, 1, 0, 5, native.write_status(parcel.code))
    return ManyEventsAnswer([RowAnswer(0, "recorded", parcel.reference)], [done])


def subscription() -> SubscriptionAnswer:
    return SubscriptionAnswer(
        reference="su_17",
        email="ada@mail.example",
        state="on",
        origin="merchant",
        topics=["delivered", "exception"],
        language="de",
        asked_at=_AT,
        confirmed_at=_AT,
        ended_at=None,
        ended_because=None,
    )


def _brand() -> Any:
    return brand_words.write(Brand(slug="lindenhof", name="Lindenhof"))


def _history() -> HistoryAnswer:
    return HistoryAnswer([VersionAnswer(12, 2, _AT, ["accent"])])


def _key() -> KeyAnswer:
    return KeyAnswer(
        prefix="Xk3v9QpL",
        name="Shop",
        scopes=["read", "write"],
        created_at=_AT,
        expires_at=None,
        last_used_at=_AT,
        requests_a_minute=600,
    )


def _new_key() -> NewKeyAnswer:
    return NewKeyAnswer(_key(), f"Xk3v9QpL.{'0' * 32}", "2026-05-15T09:42:00+00:00")


def _is(words: str) -> Answer:
    return Answer(words, BrandAnswer, _brand, headers=(ETAG,))


OPERATIONS = {
    ("POST", "/api/events"): Operation(
        name="add_events_of_many",
        summary="Tell of events of any of your shipments",
        words="Up to 1,000. Good rows are recorded, and what is wrong with the others is told.",
        tag=_EVENTS,
        parameters=(ONCE,),
        body=Body(bodies.NewAddressedEvents, bodies.addressed_events),
        answers=(Answer("What became of each row.", ManyEventsAnswer, _pushed),),
        refusals=(422,),
    ),
    ("GET", _SUBSCRIPTIONS): Operation(
        name="list_subscriptions",
        summary="List who hears of a shipment by mail",
        words="Addresses are masked for keys that may not write.",
        tag=_MAIL,
        parameters=PAGING,
        answers=(Answer("One page.", SubscriptionPage, page(subscription), headers=(ETAG,)),),
        refusals=(*MISSING, 422),
    ),
    ("POST", _SUBSCRIPTIONS): Operation(
        name="subscribe",
        summary="Let an address hear of a shipment",
        words="You answer for having asked. Who ended it or refused mail is not written to.",
        tag=_MAIL,
        parameters=(IF_MATCH, ONCE),
        body=Body(Subscribe, lambda: {"email": "ada@mail.example", "topics": ["delivered"]}),
        answers=(
            Answer("It does already; its choices are renewed.", SubscriptionAnswer, subscription),
            Answer(
                "It does from now on.",
                SubscriptionAnswer,
                subscription,
                status=201,
                headers=(LOCATION, ETAG),
            ),
        ),
        refusals=(*MISSING, 409, 412, 422),
    ),
    ("GET", f"{_SUBSCRIPTIONS}/{{subscription}}"): Operation(
        name="read_subscription",
        summary="Read a subscription",
        tag=_MAIL,
        answers=(Answer("The subscription.", SubscriptionAnswer, subscription, headers=(ETAG,)),),
        refusals=(*MISSING, 422),
    ),
    ("DELETE", f"{_SUBSCRIPTIONS}/{{subscription}}"): Operation(
        name="unsubscribe",
        summary="End a subscription",
        tag=_MAIL,
        parameters=(IF_MATCH,),
        answers=(gone("Nothing is sent any more.", ETAG),),
        refusals=(*MISSING, 409, 412),
    ),
    ("GET", "/api/brands"): Operation(
        name="list_brands",
        summary="List your brands, newest first",
        tag=_BRANDS,
        parameters=PAGING,
        answers=(Answer("One page.", BrandPage, page(_brand)),),
        refusals=(422,),
    ),
    ("POST", "/api/brands"): Operation(
        name="make_brand",
        summary="Make a brand",
        tag=_BRANDS,
        parameters=(ONCE,),
        body=Body(NewBrand, lambda: {"slug": "lindenhof-outlet", "name": "Lindenhof Outlet"}),
        answers=(Answer("The brand.", BrandAnswer, _brand, status=201, headers=(LOCATION, ETAG)),),
        refusals=(409, 422),
    ),
    ("GET", _BRAND): Operation(
        name="read_brand",
        summary="Read a brand as it is published",
        tag=_BRANDS,
        parameters=(IF_NONE_MATCH,),
        answers=(_is("The brand."), unchanged()),
        refusals=MISSING,
    ),
    ("PATCH", _BRAND): Operation(
        name="change_brand",
        summary="Change a brand; it is published at once",
        tag=_BRANDS,
        parameters=(IF_MATCH,),
        body=Body(BrandChange, lambda: {"accent": "#2f52c9"}),
        answers=(_is("The brand as it is now."),),
        refusals=(*MISSING, 412, 422),
    ),
    ("GET", f"{_BRAND}/history"): Operation(
        name="list_versions",
        summary="List a brand's last 50 versions",
        tag=_BRANDS,
        answers=(Answer("The versions, newest first.", HistoryAnswer, _history),),
        refusals=MISSING,
    ),
    ("POST", f"{_BRAND}/history/{{version}}/return"): Operation(
        name="return_to_version",
        summary="Publish an earlier version again",
        tag=_BRANDS,
        parameters=(IF_MATCH, ONCE),
        answers=(_is("The brand as it is now."),),
        refusals=(*MISSING, 412, *REPEATABLE),
    ),
    ("GET", "/api/key"): Operation(
        name="read_key",
        summary="Read what the key that is sent may do",
        words="Every key may ask, whatever its scope.",
        tag=_KEYS,
        answers=(Answer("The key.", KeyAnswer, _key),),
    ),
    ("POST", "/api/key/rotate"): Operation(
        name="rotate_key",
        summary="Make a key in the place of the one that is sent",
        words="Its letters are in the answer and are shown this once.",
        tag=_KEYS,
        parameters=(ONCE,),
        body=Body(RotateKey, lambda: {"overlap_hours": 24}, is_required=False),
        answers=(Answer("The new key.", NewKeyAnswer, _new_key, status=201),),
        refusals=(409, 422),
    ),
}
