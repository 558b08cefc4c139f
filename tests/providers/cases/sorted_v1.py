from apps.dialects.sorted_v1 import code_of
from apps.providers.asking import Ask, Trouble
from apps.providers.clients.sorted_v1 import SortedV1
from tests.builders import recorded
from tests.dialects.test_sorted_words import V1_WIRE_NAMES
from tests.providers.case import Case, Failure, Journey

CONSIGNMENT = Ask("EC-000-002-4DF")

CASE = Case(
    client=SortedV1(),
    credentials={"api_key": "k"},
    journeys=(
        Journey(
            "sorted_v1_two_legs.json",
            CONSIGNMENT,
            "delivered.partial",
            6,
            legs=2,
            items=2,
            newest=("2020-02-11T08:08:11.739857+00:00", 60),
        ),
        Journey("sorted_v1/by_client_reference.json", Ask("ORDER-10777"), "in_transit", 1, items=1),
    ),
    unknown=Journey("sorted_v1/unknown_code.json", CONSIGNMENT, "in_transit", 2),
    empty=Journey("sorted_v1/empty.json", CONSIGNMENT, "unknown.no_scans", 0),
    failures=(
        Failure(404, Trouble.NOT_FOUND),
        Failure(403, Trouble.AUTH_FAILED),
        Failure(200, Trouble.ACCESS_DENIED, recorded("sorted_v1/two_of_a_name.json")),
        Failure(200, Trouble.NOT_FOUND, b"[]"),
    ),
    words=dict(V1_WIRE_NAMES),
    code_of=code_of,
)
