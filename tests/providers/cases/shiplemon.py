from apps.dialects import shiplemon_words
from apps.providers.asking import Ask, Trouble
from apps.providers.clients.shiplemon import Shiplemon
from tests.providers.case import Case, Failure, Journey

ASK = Ask("60476d75a1b2c3d4e5f60718")


def code_of(word):
    status, _, exact = word.partition("/")
    return shiplemon_words.code_of(status, exact or None)


CASE = Case(
    client=Shiplemon(),
    credentials={"api_key": "k"},
    journeys=(
        Journey(
            "shiplemon_elta.json", ASK, "delivered", 3, newest=("2024-07-15T10:02:00+00:00", 0)
        ),
    ),
    unknown=Journey("shiplemon/unknown_code.json", ASK, "in_transit", 2),
    empty=Journey("shiplemon/empty.json", ASK, "pre_transit", 0),
    failures=(
        Failure(404, Trouble.NOT_FOUND, b'{"error": {"code": "NOT_FOUND", "message": "no"}}'),
        Failure(422, Trouble.INVALID_NUMBER),
        Failure(403, Trouble.ACCESS_DENIED),
    ),
    words={
        "PRE_TRANSIT": "pre_transit",
        "TRANSIT": "in_transit",
        "TRANSIT/WITH_COURIER": "out_for_delivery",
        "DELIVERED": "delivered",
        "EXCEPTION": "exception",
        "delivered": "unknown.unmapped",
    },
    code_of=code_of,
)
