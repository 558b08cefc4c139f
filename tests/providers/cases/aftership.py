"""AfterShip: its public words, recorded answers and troubles."""

import base64
import hashlib
import hmac

from apps.dialects.aftership_words import event_code
from apps.providers.asking import Ask, Trouble
from apps.providers.clients.aftership import AfterShip
from apps.shipments.reports import Certainty
from tests.builders import recorded
from tests.providers.case import Case, Failure, Journey, PushCase

GIVEN, INFERRED, ASSUMED = Certainty.GIVEN, Certainty.INFERRED, Certainty.ASSUMED

WORDS = {
    "Pending": "unknown.no_scans",
    "InfoReceived": "pre_transit",
    "InTransit": "in_transit",
    "OutForDelivery": "out_for_delivery",
    "AttemptFail": "attempted",
    "Delivered": "delivered",
    "AvailableForPickup": "available_for_pickup",
    "Exception": "exception",
    "Expired": "unknown.expired",
    "Pending_001": "unknown.no_scans",
    "Pending_002": "unknown.no_scans",
    "Pending_003": "unknown.no_scans",
    "Pending_004": "unknown.no_scans",
    "Pending_005": "unknown.no_scans",
    "Pending_006": "unknown.no_scans",
    "InfoReceived_001": "pre_transit.label_created",
    "InTransit_001": "in_transit",
    "InTransit_002": "accepted",
    "InTransit_003": "in_transit.arrived",
    "InTransit_004": "in_transit.arrived_country",
    "InTransit_005": "in_transit.customs_cleared",
    "InTransit_006": "in_transit.customs",
    "InTransit_007": "in_transit.departed",
    "InTransit_008": "in_transit.resolved",
    "InTransit_009": "info.delivery_changed",
    "OutForDelivery_001": "out_for_delivery",
    "OutForDelivery_003": "info.notified",
    "OutForDelivery_004": "info.delivery_booked",
    "AvailableForPickup_001": "available_for_pickup",
    "AttemptFail_001": "attempted",
    "AttemptFail_002": "attempted.no_answer",
    "AttemptFail_003": "attempted.closed",
    "Delivered_001": "delivered",
    "Delivered_002": "delivered.collected",
    "Delivered_003": "delivered.signed",
    "Delivered_004": "delivered",
    "Delivered_005": "delivered.neighbour",
    "Exception_001": "exception",
    "Exception_002": "exception.address",
    "Exception_003": "exception.refused",
    "Exception_004": "exception.customs_hold",
    "Exception_005": "in_transit.delayed",
    "Exception_006": "exception.payment",
    "Exception_007": "exception.address",
    "Exception_008": "pre_transit.pickup_failed",
    "Exception_009": "exception.carrier_refused",
    "Exception_010": "returning",
    "Exception_011": "returned",
    "Exception_012": "exception.damaged",
    "Exception_013": "exception.lost",
    "Exception_016": "in_transit.delayed",
    "Exception_017": "in_transit.delayed_weather",
    "Exception_018": "exception.documents",
    "Exception_019": "in_transit.delayed",
    "Exception_020": "cancelled",
    "Exception_021": "exception.destroyed",
    "Expired_001": "unknown.expired",
}


def code_of(word):
    return event_code(word.partition("_")[0], word if "_" in word else "")


def ask(number, carrier, tracking_id):
    return Ask(number, carrier, remote={"id": f"{tracking_id:032x}"})


def signed(body, secret, now):
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return {"aftership-hmac-sha256": base64.b64encode(digest).decode()}


def envelope(code):
    return b'{"meta": {"code": %d, "message": "x"}, "data": {}}' % code


CASE = Case(
    client=AfterShip(),
    credentials={"api_key": "asat_invented", "webhook_secret": "secret"},
    journeys=(
        Journey(
            "aftership/journey.json",
            ask("1234560011", "dhl_express", 0x11),
            "delivered.signed",
            6,
            numbers=("1234560011",),
            certainties=frozenset({GIVEN, INFERRED, ASSUMED}),
            newest=("2025-03-31T09:02:00+00:00", 120),
        ),
        Journey(
            "aftership/attempt_pickup.json",
            ask("JD0000000000000022", "", 0x22),
            "available_for_pickup",
            4,
            certainties=frozenset({INFERRED}),
            newest=("2025-03-29T09:30:00+00:00", 0),
        ),
        Journey(
            "aftership/customs.json",
            ask("EE000000033GB", "", 0x33),
            "exception.documents",
            3,
            certainties=frozenset({GIVEN, INFERRED}),
            newest=("2025-03-31T08:00:00+00:00", 120),
        ),
        Journey("aftership/return.json", ask("400000000044", "fedex", 0x44), "returned", 5),
        Journey(
            "aftership/hand_over.json",
            ask("LX000000055CN", "", 0x55),
            "out_for_delivery",
            5,
            legs=2,
            numbers=("LX000000055CN", "9200000000000000000055"),
            certainties=frozenset({GIVEN, INFERRED}),
        ),
    ),
    unknown=Journey(
        "aftership/unknown.json", ask("1234560066", "dhl_express", 0x66), "in_transit", 3
    ),
    empty=Journey(
        "aftership/empty.json", ask("1234560077", "dhl_express", 0x77), "unknown.no_scans", 0
    ),
    failures=(
        Failure(404, Trouble.NOT_FOUND, recorded("aftership/not_found.json")),
        Failure(400, Trouble.ACCESS_DENIED, recorded("aftership/wants_more.json")),
        Failure(429, Trouble.RATE_LIMITED, recorded("aftership/too_fast.json")),
        Failure(200, Trouble.RATE_LIMITED, recorded("aftership/too_fast.json")),
        Failure(400, Trouble.INVALID_NUMBER, envelope(4005)),
        Failure(400, Trouble.INVALID_NUMBER, envelope(4017)),
        Failure(400, Trouble.ACCESS_DENIED, envelope(4010)),
        Failure(400, Trouble.ACCESS_DENIED, envelope(4012)),
        Failure(400, Trouble.MALFORMED, envelope(4001)),
        Failure(400, Trouble.MALFORMED, envelope(400)),
        Failure(401, Trouble.AUTH_FAILED, envelope(401)),
        Failure(403, Trouble.AUTH_FAILED, envelope(403)),
        Failure(200, Trouble.TRANSIENT, envelope(502)),
        Failure(503, Trouble.TRANSIENT, envelope(401)),
        Failure(402, Trouble.AUTH_FAILED),
        Failure(200, Trouble.MALFORMED, envelope(200)),
        Failure(200, Trouble.MALFORMED, b'{"meta": {"code": 200}, "data": []}'),
    ),
    words=WORDS,
    code_of=code_of,
    pushes=(
        PushCase(
            "aftership/push.json",
            "secret",
            signed,
            "1234560011",
            "3f000000-0000-4000-8000-000000000001",
        ),
    ),
)
