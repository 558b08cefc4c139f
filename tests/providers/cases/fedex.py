import base64
import hashlib
import hmac

from apps.dialects import fedex_words
from apps.providers.asking import Ask, Trouble
from apps.providers.clients.fedex import FedEx
from tests.builders import recorded
from tests.providers.case import Case, Failure, Journey, PushCase

NUMBER = "794600000017"
ASK = Ask(NUMBER, "fedex")

# Our code, then FedEx's.
ROWS = """
pre_transit.label_created OC IN OX
pre_transit.pickup_scheduled EP AP DS
pre_transit.pickup_failed DR PD
accepted.collected PU PX
in_transit IT IX OW PM TR AO
in_transit.arrived OF AR AA SF PL
in_transit.local_depot AF FD
in_transit.departed DP LO EO EA PF
in_transit.handed_over AX AC
in_transit.customs CP
in_transit.customs_cleared CC
exception.customs_hold CD
in_transit.delayed DY DD RL
out_for_delivery OD ED
out_for_delivery.arriving_soon AD
available_for_pickup HL HP
delivered DL
attempted DE
exception SE
returning RS
cancelled CA
info.delivery_changed CH RR RM RC
info SP RP LP RG RD
attempted.no_answer DE/007 SE/007
attempted.no_access DE/083 SE/083
exception.address DE/03 SE/03
attempted DE/099 SE/099
"""


def words_of(rows):
    lines = [line.split() for line in rows.strip().splitlines()]
    return {word: code for code, *words in lines for word in words}


def code_of(word):
    kind, _, exception = word.partition("/")
    return fedex_words.code_of(kind, exception)


def signed(body, secret, now):
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return {"fdx-signature": base64.b64encode(digest).decode()}


def signed_in_hex(body, secret, now):
    return {"fdx-signature": hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}


def error(code, message=""):
    return f'{{"errors": [{{"code": "{code}", "message": "{message}"}}]}}'.encode()


CASE = Case(
    client=FedEx(),
    credentials={"client_id": "i", "client_secret": "s"},
    journeys=(
        Journey(
            "fedex/delivered_dst.json",
            ASK,
            "delivered",
            6,
            numbers=(NUMBER,),
            newest=("2025-10-27T10:42:00+00:00", 60),
        ),
        Journey(
            "fedex/hold_at_location.json", Ask("794600000028", "fedex"), "available_for_pickup", 3
        ),
        Journey(
            "fedex/customs_hold.json",
            Ask("794600000035", "fedex"),
            "exception.customs_hold",
            2,
            newest=("2025-05-14T03:30:00+00:00", 330),
        ),
        Journey(
            "fedex/returned.json",
            Ask("794600000041", "fedex"),
            "returned",
            4,
            numbers=("794600000041", "794600000042"),
        ),
        Journey(
            "fedex/handed_over.json",
            Ask("612900000000000053", "fedex"),
            "delivered",
            4,
            legs=2,
            numbers=("612900000000000053", "92612900000000000000000053"),
        ),
        Journey("fedex/reused.json", Ask("794600000066", "fedex"), "accepted.collected", 1),
        Journey("fedex/batch.json", ASK, "out_for_delivery", 1),
    ),
    unknown=Journey("fedex/unknown_code.json", ASK, "in_transit.arrived", 2),
    empty=Journey("fedex/empty.json", ASK, "pre_transit.label_created", 0),
    failures=(
        Failure(200, Trouble.NOT_FOUND, recorded("fedex/not_found_in_200.json")),
        Failure(401, Trouble.AUTH_FAILED, error("NOT.AUTHORIZED.ERROR")),
        Failure(403, Trouble.AUTH_FAILED, error("FORBIDDEN.ERROR")),
        Failure(404, Trouble.NOT_FOUND, error("NOT.FOUND.ERROR")),
        Failure(429, Trouble.RATE_LIMITED, error("TOO.MANY.REQUESTS.ERROR")),
        Failure(429, Trouble.QUOTA_EXHAUSTED, error("QUOTA", "Try again after midnight GMT")),
        Failure(500, Trouble.TRANSIENT, error("INTERNAL.SERVER.ERROR")),
        Failure(503, Trouble.TRANSIENT, error("SERVICE.UNAVAILABLE.ERROR")),
        Failure(200, Trouble.MALFORMED, error("NEW.ERROR")),
    ),
    words=words_of(ROWS),
    code_of=code_of,
    pushes=(
        PushCase("fedex/push.json", "token-0815", signed, NUMBER),
        PushCase("fedex/push.json", "token-0815", signed_in_hex, NUMBER),
    ),
)
