from apps.dialects import dhl_words
from apps.providers.asking import Ask, Trouble
from apps.providers.clients.dhl import Dhl
from apps.shipments.reports import Certainty
from tests.builders import recorded
from tests.providers.case import Case, Failure, Journey

INFERRED = frozenset({Certainty.INFERRED})
ASK = Ask("4210987653", "dhl_express")
PIECES = ("JD010000000000000001", "JD010000000000000002", "JD010000000000000003")

# DHL's five states; then division and code.
WORDS = {
    "pre-transit": "pre_transit",
    "transit": "in_transit",
    "delivered": "delivered",
    "failure": "exception",
    "unknown": "unknown.unmapped",
    "parcel-de/SHRCU": "accepted",
    "parcel-de/PCKDU": "accepted",
    "parcel-de/LDTMV": "in_transit.departed",
    "parcel-de/ULFMV": "in_transit.arrived",
    "parcel-de/SRTED": "in_transit.arrived",
    "parcel-de/DLVRD": "delivered",
    "parcel-de/NDELV": "attempted",
    "parcel-de/NTDEL": "attempted",
    "express/PU": "accepted.collected",
    "express/SA": "accepted.collected",
    "express/PL": "in_transit.arrived",
    "express/AF": "in_transit.arrived",
    "express/DF": "in_transit.departed",
    "express/AR": "in_transit.local_depot",
    "express/IC": "in_transit.customs",
    "express/CI": "in_transit.customs",
    "express/CR": "in_transit.customs_cleared",
    "express/CD": "exception.customs_hold",
    "express/BN": "exception.customs_hold",
    "express/UD": "exception.customs_hold",
    "express/WC": "out_for_delivery",
    "express/OK": "delivered",
    "express/DD": "delivered.damaged",
    "express/PD": "delivered.partial",
    "express/CC": "available_for_pickup",
    "express/NH": "attempted.no_answer",
    "express/CA": "attempted.closed",
    "express/MD": "in_transit.delayed",
    "express/TD": "in_transit.delayed",
    "express/ND": "attempted",
    "express/BA": "exception.address",
    "express/CM": "exception.address",
    "express/RD": "exception.refused",
    "express/OH": "exception.held",
    "express/SS": "exception.held",
    "express/HP": "exception.payment",
    "express/MS": "in_transit.misrouted",
    "express/MC": "in_transit.misrouted",
    "express/AD": "info.delivery_booked",
    "express/TP": "in_transit.handed_over",
    "express/FD": "in_transit.handed_over",
    "express/DS": "exception.destroyed",
    "express/RT": "returning",
    "express/RW": "info",
    "express/SC": "info",
    "express/CU": "info",
    "express/TR": "info",
    "express/RR": "info",
    "express/CS": "info",
}


def code_of(word):
    service, _, code = word.rpartition("/")
    return dhl_words.code_of("transit", service, code) if service else dhl_words.code_of(word)


CASE = Case(
    client=Dhl(),
    credentials={"api_key": "k"},
    journeys=(
        Journey(
            "dhl/express_dst.json",
            ASK,
            "delivered.signed",
            6,
            numbers=("4210987653",),
            certainties=INFERRED | {Certainty.GIVEN},
            newest=("2025-03-31T08:31:00+00:00", 120),
        ),
        Journey(
            "dhl/parcel_de_locker.json",
            Ask("00340434161094098765", "dhl_parcel_de"),
            "available_for_pickup.locker",
            6,
            numbers=("00340434161094098765",),
            certainties=INFERRED,
            newest=("2025-10-22T12:20:00+00:00", 120),
        ),
        Journey(
            "dhl/returned.json",
            Ask("JJD000390007777777777", "dhl"),
            "returned",
            5,
            certainties=INFERRED,
            newest=("2025-05-08T13:02:00+00:00", 120),
        ),
        Journey(
            "dhl/handed_over.json",
            Ask("CY987654321DE", "dhl"),
            "delivered.mailbox",
            4,
            legs=2,
            certainties=INFERRED,
            newest=("2025-02-11T11:45:00+00:00", 120),
        ),
        Journey(
            "dhl/pieces.json",
            Ask("5550001112", "dhl_express"),
            "delivered.partial",
            4,
            items=3,
            numbers=("5550001112", *PIECES),
            certainties=INFERRED,
            newest=("2025-06-05T01:20:00+00:00", 600),
        ),
        Journey(
            "dhl/no_place.json",
            Ask("7007001234", "dhl_freight"),
            "in_transit",
            2,
            certainties=frozenset({Certainty.ASSUMED}),
        ),
    ),
    unknown=Journey("dhl/unknown_code.json", ASK, "in_transit.departed", 2),
    empty=Journey("dhl/empty.json", ASK, "pre_transit.label_created", 0),
    failures=(
        Failure(404, Trouble.NOT_FOUND, recorded("dhl/not_found.json")),
        Failure(200, Trouble.NOT_FOUND, b'{"shipments": []}'),
        Failure(429, Trouble.QUOTA_EXHAUSTED, recorded("dhl/quota.json")),
        Failure(429, Trouble.RATE_LIMITED, b'{"detail": "Spike arrest violation"}'),
        Failure(401, Trouble.AUTH_FAILED, b'{"title": "Unauthorized", "status": 401}'),
        Failure(400, Trouble.INVALID_NUMBER, b'{"title": "Bad request", "status": 400}'),
        Failure(503, Trouble.TRANSIENT, b"<html>", {"retry-after": "120"}),
    ),
    words=WORDS,
    code_of=code_of,
)
