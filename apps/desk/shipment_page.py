"""All that is known of one shipment, put together for its page at the desk."""

from datetime import UTC, datetime
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest
from msgspec import Struct

from apps.desk import shipment_journey, shipment_list
from apps.desk.roles import OPERATORS, may
from apps.desk.shipment_watches import feeds_of
from apps.notifications.models import Delivery
from apps.pages.addresses import page_of, site_of
from apps.providers.models import Answer
from apps.shipments.journey import Journey, JourneyItem
from apps.shipments.models import Outbox, Shipment
from apps.shipments.privacy import Level, seen_at
from apps.shipments.reading import journey_of
from apps.shipments.sheets import visible
from apps.shipments.time_machine import journey_as_of

MOST_CHANGES, MOST_ENTRIES, MOST_ANSWERS = 20, 50, 50


class Then(Struct, frozen=True):
    """A moment somebody looks back to; `problem` says why it is none."""

    at: datetime | None = None
    text: str = ""
    problem: str = ""


def context(request: HttpRequest, shipment: Shipment, now: datetime) -> dict[str, Any]:
    """Return what the page shows to somebody who may look at the shipment."""
    then, is_operator = then_of(request, now), may(request, shipment.merchant_id, OPERATORS)
    answers = answers_of(shipment) if is_operator else []
    journey = _journey(shipment, then, is_operator)
    known = {(one.received_at, one.watch.account.kind): one.pk for one in answers}
    return {
        "now": now,
        "then": then,
        "journey": journey,
        "is_operator": is_operator,
        "level": _level(request, is_operator),
        "tag": shipment_list.tag(journey.code),
        "flags": () if then.at else shipment_list.flags(shipment, now),
        "link": page_of(site_of(request), shipment.token),
        "lines": shipment_journey.lines(journey, known),
        "more_events": max(0, len(journey.events) - shipment_journey.MOST_EVENTS),
        "gone": shipment_journey.superseded(shipment.pk) if is_operator else (),
        "feeds": feeds_of(shipment, journey),
        "promises": shipment_journey.promises(journey.promises),
        "changes": _changes(shipment),
        "deliveries": _deliveries(shipment),
        "answers": answers,
        "entries": _entries(shipment),
        "items": [_item(one) for one in journey.items],
        "to": _recipient(journey) if is_operator else (),
    }


def then_of(request: HttpRequest, now: datetime) -> Then:
    """Read the moment of the time machine: `at`, a wall clock in UTC."""
    text = request.GET.get("at", "").strip()[:40]
    if not text:
        return Then()
    try:
        at = datetime.fromisoformat(text)
        at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return Then(text=text, problem="This is no date and time.")
    if at > now:
        return Then(text=text, problem="This time has yet to come.")
    return Then(at, f"{at:%Y-%m-%dT%H:%M:%S}")


def _journey(shipment: Shipment, then: Then, is_operator: bool) -> Journey:
    """Return the journey now or as of then; without personal data for those who only look."""
    journey = journey_as_of(shipment.pk, then.at) if then.at else journey_of(shipment.pk)
    return seen_at(journey, Level.PROVED if is_operator else Level.LINK)


def _level(request: HttpRequest, is_operator: bool) -> int:
    """Return at which level the customer's page is shown: the link's unless asked otherwise."""
    asked = request.GET.get("level", "")
    levels = {"0": Level.NUMBER, "2": Level.PROVED} if is_operator else {"0": Level.NUMBER}
    return levels.get(asked, Level.LINK)


def answers_of(shipment: Shipment) -> list[Answer]:
    """Return the raw answers about a shipment, newest first, without their bodies."""
    own = Answer.objects.filter(watch__shipment=shipment).select_related("watch__account")
    secrets = ("watch__account__credentials", "watch__account__token")
    return list(own.defer("body", *secrets).order_by("-received_at", "-pk")[:MOST_ANSWERS])


def _changes(shipment: Shipment) -> list[Outbox]:
    return list(Outbox.objects.filter(shipment=shipment).order_by("-version")[:MOST_CHANGES])


def _deliveries(shipment: Shipment) -> list[Delivery]:
    own = Delivery.objects.filter(shipment=shipment).select_related("endpoint")
    lean = own.defer("body", "endpoint__secrets")
    return list(lean.order_by("-version", "-pk")[:MOST_CHANGES])


def _entries(shipment: Shipment) -> list[LogEntry]:
    kind = ContentType.objects.get_for_model(Shipment)
    about = LogEntry.objects.filter(content_type=kind, object_id=str(shipment.pk))
    return list(about.select_related("user").order_by("-action_time", "-pk")[:MOST_ENTRIES])


def _item(item: JourneyItem) -> dict[str, object]:
    names = (item.custom_reference, item.reference, item.package_reference)
    return {
        "quantity": item.quantity,
        "name": visible(item.description or item.reference),
        "tag": shipment_list.tag(item.code),
        "references": visible(", ".join(filter(None, names))),
    }


def _recipient(journey: Journey) -> tuple[str, ...]:
    to = journey.recipient
    if to is None:
        return ()
    town = " ".join(filter(None, (to.postal_code, to.city)))
    parts = (to.name, to.email, to.phone, to.street, town, to.region, to.country)
    return tuple(map(visible, filter(None, parts)))
