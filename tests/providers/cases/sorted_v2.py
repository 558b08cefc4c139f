from apps.dialects.sorted_v2 import code_of
from apps.providers.asking import Ask, Trouble
from apps.providers.clients.sorted_v2 import SortedV2
from tests.builders import recorded
from tests.dialects.test_sorted_words import V2_EVENTS
from tests.providers.case import Case, Failure, Journey

SHIPMENT = Ask("sp_00076976827069691057723959934976")
ORDER = Ask("ORDER-10777")
NEWEST = ("2019-07-23T16:42:00+00:00", 60)

CASE = Case(
    client=SortedV2(),
    credentials={"api_key": "k"},
    journeys=(
        Journey(
            "sorted_v2_contents.json",
            SHIPMENT,
            "delivered",
            3,
            items=1,
            numbers=("5805984057422232",),
            newest=NEWEST,
        ),
        Journey(
            "sorted_v2_shipment.json",
            SHIPMENT,
            "delivered",
            3,
            numbers=("5605984057422227",),
            newest=NEWEST,
        ),
        Journey("sorted_v2/one_of_a_list.json", ORDER, "accepted.collected", 1),
    ),
    unknown=Journey("sorted_v2/unknown_code.json", SHIPMENT, "accepted.collected", 2),
    empty=Journey("sorted_v2/empty.json", SHIPMENT, "unknown.no_scans", 0),
    failures=(
        Failure(404, Trouble.NOT_FOUND, recorded("sorted_v2/not_found.json")),
        Failure(403, Trouble.AUTH_FAILED),
        Failure(200, Trouble.ACCESS_DENIED, recorded("sorted_v2/two_of_a_name.json")),
        Failure(200, Trouble.NOT_FOUND, b'{"tracking_responses": []}'),
    ),
    words=dict(V2_EVENTS),
    code_of=code_of,
)
