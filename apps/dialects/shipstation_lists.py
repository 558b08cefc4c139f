"""ShipStation's lists: labels with their paging, and carriers."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from msgspec import Struct

from apps.dialects import moments
from apps.dialects import shipstation_words as words
from apps.dialects.shipstation_writing import carrier_code_of, date_text, fold_code, standing_of
from apps.shipments.journey import Journey, JourneyNumber
from apps.shipments.reports import Moment

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class CarrierView(Struct, frozen=True):
    """A carrier under one of its names. `number` is the small integer in tracking logs."""

    number: int
    code: str
    name: str


def write_label(journey: Journey, number: JourneyNumber, *, base: str) -> dict[str, Any]:
    """Return a tracking number as a label of `GET /v1/labels`, as far as we know it.

    `base` is like `https://host`, without a slash at the end.
    """
    leg = journey.leg(number.leg)
    standing = standing_of(journey, number)
    return {
        "label_id": number.label_id,
        "status": "completed",
        "shipment_id": shipment_id_of(journey),
        "ship_date": date_text(standing.shipped),
        "created_at": moments.utc_z(Moment(journey.created_at)),
        "tracking_number": number.number,
        "tracking_url": number.tracking_url or None,
        "trackable": True,
        "tracking_status": words.STATUS_CODES[standing.status_code].tracking_status,
        "carrier_id": _carrier_id(leg.carrier_number) if leg and leg.carrier_number else None,
        "carrier_code": carrier_code_of(leg),
        "service_code": (leg.service_code or None) if leg else None,
        "voided": False,
        "voided_at": None,
        "links": {"track": {"href": f"{base}/v1/labels/{number.label_id}/track"}},
    }


def shipment_id_of(journey: Journey) -> str:
    """Return a shipment's `sp_` digits as `se-…`: ShipStation's ids end at 25 characters."""
    value, text = int(journey.reference.removeprefix("sp_")), ""
    while value:
        value, digit = divmod(value, 36)
        text = _DIGITS[digit] + text
    return f"se-{text or '0'}"


def write_labels(
    labels: Iterable[dict[str, Any]], *, total: int, page: int, page_size: int, url: str
) -> dict[str, Any]:
    """Return one page of labels. `url` is the page's own address, its query kept in the links."""
    pages = -(-total // page_size)
    before, after = min(page - 1, pages), page + 1
    return {
        "labels": list(labels),
        "total": total,
        "page": page,
        "pages": pages,
        "links": {
            "first": _link(url, 1),
            "last": _link(url, max(pages, 1)),
            "prev": _link(url, before) if before >= 1 else {},
            "next": _link(url, after) if after <= pages else {},
        },
    }


def write_carrier(view: CarrierView) -> dict[str, Any]:
    """Return a carrier with every key that ShipStation's clients require."""
    return {
        "carrier_id": _carrier_id(view.number),
        "carrier_code": fold_code(view.code),
        "account_number": None,
        "requires_funded_amount": False,
        "balance": 0.0,
        "nickname": view.name,
        "friendly_name": view.name or view.code,
        "primary": False,
        "has_multi_package_supporting_services": False,
        "supports_label_messages": False,
        "services": [],
        "packages": [],
        "options": [],
    }


def write_carriers(views: Iterable[CarrierView], *, request_id: object) -> dict[str, Any]:
    """Return `GET /v1/carriers`; two names may share a code."""
    return {
        "carriers": [write_carrier(view) for view in views],
        "request_id": str(request_id),
        "errors": [],
    }


def _carrier_id(number: int) -> str:
    return f"se-{number}"


def _link(url: str, page: int) -> dict[str, str]:
    parts = urlsplit(url)
    query = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != "page"]
    return {"href": urlunsplit(parts._replace(query=urlencode([*query, ("page", str(page))])))}
