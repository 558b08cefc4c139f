"""Who hears of a shipment by mail. Addresses are personal: in full for keys that may write."""

import re
from datetime import datetime

from django.utils import timezone
from msgspec import Struct
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.errors import Refusal
from apps.api.models import Scope
from apps.dialects import moments, native_parts
from apps.dialects.native_reading import MailWish
from apps.mails import asking, topics
from apps.mails.addresses import check_email
from apps.mails.models import Subscription
from apps.native import parts
from apps.native.finding import etag_of, shipment_of
from apps.native.idempotency import once
from apps.native.paging import PAGING, check_parameters, page_of
from apps.native.wishes import faults_of, usual_language
from apps.shipments.models import Shipment
from apps.shipments.privacy import mask_email

NAME = re.compile(r"su_([1-9][0-9]{0,17})")
ERASED = "The recipient's data was erased on request, and nobody hears of it any more."
NOBODY = (
    "Nothing is sent to this address: it refused mail or ended it, or too many hear of the "
    "shipment already."
)


class SubscriptionAnswer(Struct, frozen=True):
    """A subscription. `state` is `asked`, `on` or `ended`, for the reason in `ended_because`.

    `origin` is `page` when somebody asked on the page, and `merchant` when the shop did.
    """

    reference: str
    email: str
    state: str
    origin: str
    topics: list[str]
    language: str
    asked_at: str
    confirmed_at: str | None
    ended_at: str | None
    ended_because: str | None


class Subscriptions(parts.PartDoor):
    """GET and POST /api/shipments/{reference}/subscriptions: who hears of it, and somebody more."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: Request, reference: str) -> Response:
        check_parameters(request, PAGING)
        shipment = shipment_of(self, reference)
        page = page_of(request, Subscription.objects.filter(shipment=shipment))
        is_whole = self.key.may(Scope.WRITE)
        data = [answer_of(one, is_whole=is_whole) for one in page.rows]
        return parts.told(shipment, page.body(data))

    @once
    def post(self, request: Request, reference: str) -> Response:
        """Let an address hear of the shipment; 200 where it does already, its choices renewed.

        The shop answers for having asked. Who ended it, or refused mail, is not written to.
        """
        wish = parts.read(request, native_parts.read_wish)
        if faults := faults_of("$", wish):
            raise Refusal(422, message="The body cannot be taken.", faults=faults)
        with self.changing(reference) as shipment:
            one, is_new = _subscribed(self, shipment, wish, timezone.now())
            place = f"/api/shipments/{shipment.reference}/subscriptions/su_{one.pk}"
            headers = {"ETag": etag_of(shipment), "Location": place}
        return Response(answer_of(one), status=201 if is_new else 200, headers=headers)


class OneSubscription(parts.PartDoor):
    """GET and DELETE /api/shipments/{reference}/subscriptions/{subscription}, by its `su_…`."""

    http_method_names = ["get", "head", "delete"]

    def get(self, request: Request, reference: str, subscription: str) -> Response:
        check_parameters(request, ())
        shipment = shipment_of(self, reference)
        one = _row(shipment, subscription)
        return parts.told(shipment, answer_of(one, is_whole=self.key.may(Scope.WRITE)))

    def delete(self, request: Request, reference: str, subscription: str) -> Response:
        """End a subscription, and the mails of it that wait. What ended already keeps its end."""
        with self.changing(reference) as shipment:
            one = _row(shipment, subscription)
            asking.end(one, Subscription.End.MERCHANT, timezone.now())
        return parts.told(shipment, None, 204)


def answer_of(one: Subscription, *, is_whole: bool = True) -> SubscriptionAnswer:
    return SubscriptionAnswer(
        reference=f"su_{one.pk}",
        email=one.email if is_whole else mask_email(one.email),
        state=one.state,
        origin=one.origin,
        topics=topics.chosen(one.topics),
        language=one.language,
        asked_at=moments.iso_utc(one.asked_at),
        confirmed_at=_time(one.confirmed_at),
        ended_at=_time(one.ended_at),
        ended_because=one.end or None,
    )


def _time(at: datetime | None) -> str | None:
    return moments.iso_utc(at) if at else None


def _subscribed(
    door: parts.PartDoor, shipment: Shipment, wish: MailWish, now: datetime
) -> tuple[Subscription, bool]:
    """Return the subscription and whether it began now; raise a `Refusal` (409) where none may."""
    if shipment.erased_at:
        raise Refusal(409, message=ERASED)
    country = shipment.destination_country
    language = wish.language or usual_language(door.merchant, shipment.channel, country)
    one = asking.subscribe(
        shipment.pk,
        check_email(wish.email),
        language=language,
        topics=wish.topics,
        origin=Subscription.Origin.MERCHANT,
        now=now,
    )
    if one is None:
        raise Refusal(409, message=NOBODY)
    return one, one.asked_at == now


def _row(shipment: Shipment, name: str) -> Subscription:
    found = NAME.fullmatch(name)
    own = Subscription.objects.filter(shipment=shipment)
    one = own.filter(pk=int(found[1])).first() if found else None
    if one is None:
        raise Refusal(404)
    return one
