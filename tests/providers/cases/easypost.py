"""EasyPost: its public words, recorded answers and troubles."""

import hashlib
import hmac
import unicodedata

from apps.dialects.easypost_words import event_code
from apps.providers.asking import Ask, Trouble
from apps.providers.clients.easypost import EasyPost
from apps.shipments.reports import Certainty
from tests.builders import recorded
from tests.providers.case import Case, Failure, Journey, PushCase

GIVEN, ASSUMED = Certainty.GIVEN, Certainty.ASSUMED

# The ten statuses alone, then the details, each with a status it comes with.
WORDS = {
    "unknown": "unknown.no_scans",
    "pre_transit": "pre_transit",
    "in_transit": "in_transit",
    "out_for_delivery": "out_for_delivery",
    "delivered": "delivered",
    "available_for_pickup": "available_for_pickup",
    "return_to_sender": "returning",
    "failure": "exception",
    "cancelled": "cancelled",
    "error": "unknown.untrackable",
    "failure/address_correction": "exception.address",
    "delivered/arrived_at_destination": "delivered",
    "in_transit/arrived_at_facility": "in_transit.arrived",
    "available_for_pickup/arrived_at_pickup_location": "available_for_pickup",
    "failure/awaiting_information": "exception.documents",
    "cancelled/cancelled": "cancelled",
    "failure/damaged": "exception.damaged",
    "in_transit/delayed": "in_transit.delayed",
    "failure/delivery_exception": "exception",
    "in_transit/departed_facility": "in_transit.departed",
    "in_transit/departed_origin_facility": "in_transit.departed",
    "unknown/expired": "unknown.expired",
    "failure/failure": "exception",
    "failure/held": "exception.held",
    "in_transit/in_transit": "in_transit",
    "pre_transit/label_created": "pre_transit.label_created",
    "failure/lost": "exception.lost",
    "in_transit/missorted": "in_transit.misrouted",
    "out_for_delivery/out_for_delivery": "out_for_delivery",
    "in_transit/received_at_destination_facility": "in_transit.local_depot",
    "in_transit/received_at_origin_facility": "accepted.received",
    "failure/refused": "exception.refused",
    "return_to_sender/return": "returning",
    "unknown/status_update": "info",
    "in_transit/transferred_to_destination_carrier": "in_transit.handed_over",
    "failure/transit_exception": "exception",
    "unknown/unknown": "unknown.unmapped",
    "in_transit/weather_delay": "in_transit.delayed_weather",
}


def code_of(word):
    status, _, detail = word.partition("/")
    return event_code(status, detail)


def ask(number, carrier="usps"):
    return Ask(number, carrier)


def signed(body, secret, now):
    key = unicodedata.normalize("NFKD", secret).encode()
    digest = hmac.new(key, body, hashlib.sha256).hexdigest()
    return {"x-hmac-signature": f"hmac-sha256-hex={digest}"}


CASE = Case(
    client=EasyPost(),
    credentials={"api_key": "EZAKinvented", "webhook_secret": "gehëim"},
    journeys=(
        Journey(
            "easypost/journey.json",
            ask("9400100000000000000011"),
            "delivered",
            7,
            numbers=("9400100000000000000011",),
            certainties=frozenset({GIVEN, ASSUMED}),
            newest=("2025-03-12T18:47:00+00:00", -240),
        ),
        Journey(
            "easypost/attempt_pickup.json",
            ask("JD000000000000000022", ""),
            "available_for_pickup",
            6,
        ),
        Journey(
            "easypost/customs.json", ask("1234560033", "dhl_express"), "exception.documents", 3
        ),
        Journey("easypost/return.json", ask("9400100000000000000044"), "returned", 5),
        Journey("easypost/is_return.json", ask("1Z0000000000000055", "ups"), "returned", 2),
        Journey(
            "easypost/hand_over.json",
            ask("1Z0000000000000066", "ups"),
            "delivered",
            4,
            legs=2,
            numbers=("1Z0000000000000066", "92000000000000000000000066"),
        ),
    ),
    unknown=Journey("easypost/unknown.json", ask("9400100000000000000077"), "in_transit", 3),
    empty=Journey("easypost/empty.json", ask("9400100000000000000088"), "unknown.no_scans", 0),
    failures=(
        Failure(401, Trouble.AUTH_FAILED, b'{"error": {"code": "APIKEY.INACTIVE"}}'),
        Failure(402, Trouble.AUTH_FAILED, b'{"error": {"code": "BILLING"}}'),
        Failure(403, Trouble.AUTH_FAILED, b'{"error": {"code": "MODE.UNAUTHORIZED"}}'),
        Failure(404, Trouble.NOT_FOUND, recorded("easypost/not_found.json")),
        Failure(422, Trouble.INVALID_NUMBER, recorded("easypost/error_as_text.json")),
        Failure(429, Trouble.RATE_LIMITED, b'{"error": {}}', {"retry-after": "7"}),
        Failure(500, Trouble.TRANSIENT),
        Failure(200, Trouble.MALFORMED, recorded("easypost/error_as_text.json")),
        Failure(200, Trouble.MALFORMED, b'{"id": "trk_1"}'),
        Failure(200, Trouble.TRANSIENT, b"<html></html>"),
    ),
    words=WORDS,
    code_of=code_of,
    pushes=(
        PushCase(
            "easypost/push.json",
            "gehëim",
            signed,
            "9400100000000000000011",
            "evt_00000000000000000000000000000001",
        ),
    ),
)
