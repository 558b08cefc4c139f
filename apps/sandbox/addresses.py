"""Where the sandbox answers, and in which language."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from apps.dialects import shiplemon, shipstation, sorted_v1, sorted_v2
from apps.sandbox.numbers import Number
from apps.shipments.journey import Journey


class Language(NamedTuple):
    """`error` takes an HTTP status and the answer's id, which `id_header` carries too."""

    key_header: str
    id_header: str
    error: Callable[[int, str], Any]


# Takes the journey, the number that was asked and the sandbox's own address; returns what
# goes out as JSON, None when this API does not know the number yet.
Writer = Callable[[Journey, Number, str], Any]


class Address(NamedTuple):
    """`form` is that of the path; its group is the number, else the query names it."""

    method: str
    form: re.Pattern[str]
    write: Writer | None = None


def _shipments(journey: Journey, number: Number, base: str) -> Any:
    return sorted_v2.write_shipments(
        [sorted_v2.write_shipment(journey, base=base)],
        **_page(journey, base),
    )


def _contents(journey: Journey, number: Number, base: str) -> Any:
    return sorted_v2.write_contents_list(
        [sorted_v2.write_contents(journey, base=base)],
        **_page(journey, base),
    )


def _page(journey: Journey, base: str) -> dict[str, Any]:
    return {
        "total": 1,
        "take": 10,
        "skip": 0,
        "base": base,
        "custom_reference": journey.custom_reference,
    }


def _log(journey: Journey, number: Number, base: str) -> Any:
    asked = number.called(number.part)
    found = next((one for one in journey.numbers if one.number == asked), None)
    return shipstation.write(journey, found) if found else None


SORTED_V2 = Language(
    "x-api-key",
    "x-correlation-id",
    lambda status, name: sorted_v2.error(status, correlation_id=name),
)
SORTED_V1 = Language(
    "ocp-apim-subscription-key",
    "x-correlation-id",
    lambda status, name: sorted_v1.error(status, correlation_id=name),
)
SHIPSTATION = Language(
    "api-key",
    "x-shipengine-requestid",
    lambda status, name: shipstation.error(status, request_id=name),
)
SHIPLEMON = Language(
    "x-api-key",
    "x-correlation-id",
    lambda status, name: shiplemon.error(status),
)

# The first that fits counts.
ROOTS = (
    ("/pro/", SORTED_V2),
    ("/tracking/", SORTED_V1),
    ("/public/v1/", SHIPLEMON),
    ("/v1/shipments/", SHIPLEMON),
    ("/v1/", SHIPSTATION),
)

_CUSTOM = "/pro/tracking/custom_reference/([^/]+)"
ADDRESSES = (
    Address("GET", re.compile(f"{_CUSTOM}/shipment_contents"), _contents),
    Address("GET", re.compile(_CUSTOM), _shipments),
    Address(
        "GET",
        re.compile("/pro/tracking/([^/]+)/shipment_contents"),
        lambda journey, number, base: sorted_v2.write_contents(journey, base=base),
    ),
    Address(
        "GET",
        re.compile("/pro/tracking/([^/]+)"),
        lambda journey, number, base: sorted_v2.write_shipment(journey, base=base),
    ),
    Address(
        "GET",
        re.compile("/tracking/flattened/([^/]+)"),
        lambda journey, number, base: sorted_v1.write_flattened(journey),
    ),
    Address(
        "GET",
        re.compile("/tracking/clientreference/([^/]+)"),
        lambda journey, number, base: [sorted_v1.write_flattened(journey)],
    ),
    Address(
        "GET",
        re.compile("/tracking/([^/]+)"),
        lambda journey, number, base: sorted_v1.write(journey),
    ),
    Address("GET", re.compile("/v1/tracking/?"), _log),
    Address("POST", re.compile("/v1/tracking/(?:start|stop)/?")),
    Address(
        "GET",
        re.compile("/public/v1/shipments/([^/]+)/tracking"),
        lambda journey, number, base: shiplemon.write(journey),
    ),
)

encode = msgspec.json.Encoder().encode


def language_of(path: str) -> Language | None:
    """Return the language spoken at a path, None outside the four APIs."""
    return next((language for root, language in ROOTS if path.startswith(root)), None)


def address_of(path: str) -> tuple[Address, str] | None:
    """Return the address a path is, with the number in it as written, empty for none."""
    for address in ADDRESSES:
        found = address.form.fullmatch(path)
        if found:
            return address, found[1] if found.re.groups else ""
    return None
