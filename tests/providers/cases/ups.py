from apps.dialects import ups_words
from apps.providers.asking import Ask, Trouble
from apps.providers.clients.ups import Ups
from apps.shipments.reports import Certainty
from tests.builders import recorded
from tests.providers.case import Case, Failure, Journey, PushCase

NUMBER = "1Z0A12B30390000017"
ASK = Ask(NUMBER, "ups")

# Our code, then UPS's status codes.
STATUS_ROWS = """
unknown 000 148 163
pre_transit.label_created 003 080 157 166
pre_transit.dispatched 044 045 079
cancelled 007 043
accepted.collected 038 160
accepted.dropped_off 167 168 169
pre_transit.pickup_failed 065 131 135
in_transit 005 010 025 039 047 087 158 159 164 165
in_transit.local_depot 071
out_for_delivery 006 021 037 072 089 091 146 162
out_for_delivery.arriving_soon 078
delivered 011 026
delivered.alternative 143
available_for_pickup.shop 161
available_for_pickup.post_office 144
available_for_pickup 017 040
in_transit.to_pickup_point 057 070
in_transit.customs 012 092
in_transit.customs_cleared 014 084 134
exception.documents 058 124 125 141
exception.customs_hold 123 126
exception 013 030 076
in_transit.waiting 016
exception.held 019 020 083
exception.payment 085
attempted 022 023 024 060 066 145
attempted.identity 061
attempted.payment 062
exception.refused 064
exception.undeliverable 069
returning 033 035 036 119
returned 034 067 081
in_transit.delayed 046 048 049 086 090 132 138
in_transit.delayed_weather 032 051 052 053
exception.address 050
exception.damaged 059
exception.missing 068
in_transit.handed_over 073 074 137
info.delivery_booked 075
info.delivery_changed 055 136 153 154 018 027 028 054 063 082 095 096 097 098 099 100 101 102 103
info.delivery_changed 104 105 106 107 108 109 110 111 112 113 115 116 117 118 120 121 122
info.cancel_requested 114
info.claim 127 128 129 130 140 142
exception.seized 147
exception.destroyed 149
info.proof 155
"""

# Our code, then UPS's types and codes; a star is any code of the type.
TYPED_ROWS = """
pre_transit.label_created M/OC M/PL M/MP M/DP M/*
cancelled MV/VP MV/*
accepted P/* I/OR I/PU I/PC
accepted.dropped_off I/PT I/XD
pre_transit.pickup_scheduled I/SP
in_transit.arrived I/AR I/UL I/HU
in_transit.departed I/DP I/LC I/LM I/EP I/IP
in_transit.local_depot I/DS I/YP
out_for_delivery I/OD I/DL I/OF I/OT I/YF
in_transit.to_pickup_point I/YI
in_transit.waiting I/WH
in_transit.handed_over I/XA I/XR I/YH I/YM I/YN
in_transit I/AT I/AG I/* W/* DO/* DD/*
delivered D/*
exception X/*
info U/* NA/*
"""


def words_of(rows):
    lines = [line.split() for line in rows.strip().splitlines()]
    return {word: code for code, *words in lines for word in words}


def code_of(word):
    kind, _, code = word.rpartition("/")
    return ups_words.code_of("", kind, code) if kind else ups_words.code_of(word, "I", "AR")


CASE = Case(
    client=Ups(),
    credentials={"client_id": "i", "client_secret": "s"},
    journeys=(
        Journey(
            "ups/delivered_dst.json",
            ASK,
            "delivered",
            6,
            numbers=(NUMBER,),
            newest=("2025-03-10T13:35:00+00:00", -240),
        ),
        Journey(
            "ups/access_point.json",
            Ask("1Z0A12B36890000028", "ups"),
            "available_for_pickup.shop",
            3,
            certainties=frozenset({Certainty.GIVEN, Certainty.INFERRED}),
            newest=("2025-06-12T15:01:00+00:00", 120),
        ),
        Journey("ups/returned.json", Ask("1Z0A12B30390000035", "ups"), "returned", 4),
        Journey(
            "ups/customs.json",
            Ask("1Z0A12B36690000041", "ups"),
            "exception.documents",
            3,
            newest=("2025-01-16T06:00:00+00:00", 60),
        ),
        Journey(
            "ups/handed_over.json",
            Ask("1Z0A12B3YW90000053", "ups"),
            "delivered",
            4,
            legs=2,
            numbers=("1Z0A12B3YW90000053", "92419900000033499500000042"),
        ),
        Journey(
            "ups/pieces.json",
            Ask("1Z0A12B30190000066", "ups"),
            "delivered.partial",
            3,
            items=2,
            numbers=("1Z0A12B30190000066", "1Z0A12B30190000075"),
        ),
    ),
    unknown=Journey("ups/unknown_code.json", ASK, "in_transit.arrived", 2),
    empty=Journey("ups/empty.json", ASK, "pre_transit.label_created", 0),
    failures=(
        Failure(200, Trouble.NOT_FOUND, recorded("ups/not_found_in_200.json")),
        Failure(404, Trouble.NOT_FOUND),
        Failure(400, Trouble.INVALID_NUMBER, recorded("ups/bad_number.json")),
        Failure(200, Trouble.MALFORMED, b'{"response": {"errors": [{"code": "XX0000"}]}}'),
        Failure(401, Trouble.AUTH_FAILED, b'{"response": {"errors": [{"code": "250002"}]}}'),
        Failure(400, Trouble.AUTH_FAILED, b'{"response": {"errors": [{"code": "250003"}]}}'),
        Failure(400, Trouble.AUTH_FAILED, b'{"response": {"errors": [{"code": 251004}]}}'),
        Failure(403, Trouble.AUTH_FAILED),
        Failure(429, Trouble.RATE_LIMITED, b'{"response": {"errors": [{"code": "10429"}]}}'),
    ),
    words=words_of(STATUS_ROWS) | words_of(TYPED_ROWS),
    code_of=code_of,
    pushes=(
        PushCase(
            "ups/alert.json",
            "open-sesame-4711",
            lambda body, secret, now: {"credential": secret},
            NUMBER,
        ),
    ),
)
