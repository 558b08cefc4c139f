"""A merchant's programs manage its webhooks."""

from contextlib import ExitStack
from datetime import timedelta

import pytest
from django.core.management.utils import get_random_secret_key
from django.db import connection
from django.utils import timezone

from apps.notifications import endpoints, housekeeping, repeating, sending
from apps.notifications.models import Attempt, Delivery, Endpoint
from apps.shipments.models import Carrier
from tests.builders import NOW, RECORDED, make_merchant, make_shipment
from tests.native.managing import HOOK, Program, pointers
from tests.notifications.making import SECRET, make_endpoint, make_news, pass_on
from tests.notifications.receiving import receiving
from tests.shipments.crowd import read_whole

pytestmark = pytest.mark.django_db
PATH = "/api/webhooks"
GIVEN_UP, DELIVERED, WAITING = "given_up", "delivered", "waiting"
PRIVATE = [
    "http://shop.example/hook",
    "https://127.0.0.1/",
    "https://10.0.0.1/",
    "https://169.254.169.254/latest",
    "https://[::1]/",
    "https://user:word@shop.example/",
    "ftp://shop.example/",
    "https://shop.example:22/",
    "https://shop.example/\x00",
    "https://shop.example/a b",
    "nonsense",
]
ADDRESSES = [
    ("GET", ""),
    ("POST", ""),
    ("GET", "/{pk}"),
    ("PATCH", "/{pk}"),
    ("DELETE", "/{pk}"),
    ("POST", "/{pk}/rotate_secret"),
    ("POST", "/{pk}/test"),
    ("POST", "/{pk}/resume"),
    ("POST", "/{pk}/resend"),
    ("GET", "/{pk}/deliveries"),
    ("GET", "/{pk}/deliveries/{message}"),
    ("POST", "/{pk}/deliveries/{message}/resend"),
]


@pytest.fixture
def merchant(db):
    return make_merchant()


@pytest.fixture
def program(merchant):
    return Program(merchant)


@pytest.fixture
def endpoint(merchant):
    return make_endpoint(HOOK, merchant)


@pytest.fixture
def receive(settings):
    """Start receivers on this machine, which the gate is allowed to call."""
    settings.OUTBOUND_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    sending.close()
    with ExitStack() as receivers:
        yield lambda *answers: receivers.enter_context(receiving(*answers))
    sending.close()


def make_message(endpoint, state=DELIVERED, at=NOW, shipment=None, **fields):
    moments = {"created_at": at, "due_at": at, "ended_at": None if state == WAITING else at}
    told = {"version": 1, "code": "in_transit", "code_before": "pending"}
    return Delivery.objects.create(
        endpoint=endpoint, shipment=shipment, state=state, **(told | moments | fields)
    )


def test_a_webhook_is_added_and_its_secret_shown_once(program, merchant):
    made = program.send("POST", PATH, {"url": HOOK, "topics": ["delivered"]})

    endpoint = Endpoint.objects.get()
    told = made.json()
    assert (made.status_code, made["Location"]) == (201, f"{PATH}/{endpoint.pk}")
    assert (endpoint.merchant, endpoint.topics, endpoint.language) == (
        merchant,
        ["delivered"],
        "native",
    )
    assert told["secret"] == endpoint.secrets["now"]
    assert told["webhook"]["url"] == HOOK
    for path in (PATH, made["Location"]):
        assert "whsec_" not in program.get(path).content.decode()


@pytest.mark.parametrize("url", PRIVATE)
def test_an_address_that_is_not_on_the_public_network_is_refused(program, endpoint, url):
    for method, path in (("POST", PATH), ("PATCH", f"{PATH}/{endpoint.pk}")):
        answer = program.send(method, path, {"url": url})

        assert (answer.status_code, pointers(answer)) == (422, {"/url"})
    assert Endpoint.objects.get().url == HOOK


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, ""),
        ([], ""),
        ({"url": HOOK, "colour": "red"}, ""),
        ({"url": None}, "/url"),
        ({"url": "https://shop.example/" + "x" * 500}, "/url"),
        ({"url": HOOK, "topics": ["nothing"]}, "/topics"),
        ({"url": HOOK, "topics": "delivered"}, "/topics"),
        ({"url": HOOK, "topics": [[1]]}, "/topics/0"),
        ({"url": HOOK, "topics": ["delivered"] * 101}, "/topics"),
        ({"url": HOOK, "language": "klingon"}, "/language"),
        ({"url": HOOK, "is_active": "yes"}, "/is_active"),
    ],
)
def test_what_cannot_be_taken_is_pointed_at(program, body, pointer):
    answer = program.send("POST", PATH, body)

    assert (answer.status_code, pointers(answer)) == (422, {pointer})
    assert not Endpoint.objects.exists()


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'{"url": "\\ud800"}', b"[" * 100_000])
def test_what_is_no_json_is_told(program, body):
    assert program.send("POST", PATH, body).status_code in (400, 422)


def test_only_what_is_sent_is_changed(program, endpoint):
    answer = program.patch(f"{PATH}/{endpoint.pk}", {"topics": ["attempted"], "is_active": False})

    endpoint.refresh_from_db()
    assert (answer.status_code, answer.json()["topics"]) == (200, ["attempted"])
    assert (endpoint.url, endpoint.topics, endpoint.is_active) == (HOOK, ["attempted"], False)
    assert endpoint.secrets["now"] == SECRET
    assert program.patch(f"{PATH}/{endpoint.pk}", {}).status_code == 200


def test_a_merchant_has_fifty_webhooks_at_most(program, merchant):
    rows = [Endpoint(merchant=merchant, url=HOOK) for _ in range(endpoints.MOST)]
    Endpoint.objects.bulk_create(rows)

    answer = program.send("POST", PATH, {"url": HOOK})

    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert Endpoint.objects.count() == endpoints.MOST


def test_a_webhook_is_deleted_with_its_messages(program, endpoint):
    message = make_message(endpoint)
    Attempt.objects.create(delivery=message, made_at=NOW, milliseconds=1)

    answer = program.delete(f"{PATH}/{endpoint.pk}")
    make_news(endpoint.merchant)
    pass_on()

    assert (answer.status_code, answer.content) == (204, b"")
    assert program.get(f"{PATH}/{endpoint.pk}").status_code == 404
    assert program.get(PATH).json()["data"] == []
    assert Delivery.objects.get() == message
    assert not Endpoint.objects.get().secrets
    housekeeping.tidy(timezone.now() + timedelta(minutes=6))
    assert not Endpoint.objects.exists()
    assert not Delivery.objects.exists()


def test_what_is_on_its_way_to_a_removed_address_comes_back_first(program, endpoint):
    make_message(endpoint, at=timezone.now())
    program.delete(f"{PATH}/{endpoint.pk}")

    housekeeping.tidy(timezone.now())

    assert Delivery.objects.exists()


def test_staff_see_no_removed_address(program, endpoint, admin_client):
    program.delete(f"{PATH}/{endpoint.pk}")

    assert HOOK not in admin_client.get("/admin/notifications/endpoint/").text


def test_after_a_rotation_messages_are_signed_with_both_secrets(program, merchant, receive):
    receiver = receive()
    endpoint = make_endpoint(receiver.url, merchant)

    told = program.send("POST", f"{PATH}/{endpoint.pk}/rotate_secret").json()
    program.send("POST", f"{PATH}/{endpoint.pk}/test")
    pass_on()

    assert told["secret"] != SECRET
    assert told["webhook"]["previous_secret_ends_at"]
    for secret in (SECRET, told["secret"]):
        assert [message["type"] for message in receiver.verified(secret)] == ["endpoint.test"]


def test_the_end_of_the_old_secret_is_told_until_it_came(program, endpoint):
    now = timezone.now()
    for passed, is_told in ((timedelta(hours=23), True), (timedelta(hours=25), False)):
        Endpoint.objects.update(rotated_at=now - passed)

        told = program.get(f"{PATH}/{endpoint.pk}").json()

        assert bool(told["previous_secret_ends_at"]) == is_told


def test_a_test_message_is_sent(program, merchant, receive):
    receiver = receive()
    endpoint = make_endpoint(receiver.url, merchant)

    answer = program.send("POST", f"{PATH}/{endpoint.pk}/test")
    pass_on()

    assert answer.status_code == 202
    assert (answer.json()["shipment"], answer.json()["status"]) == (None, None)
    assert receiver.ids == [answer.json()["message_id"]]


def test_a_paused_webhook_is_resumed(program, merchant):
    endpoint = make_endpoint(HOOK, merchant, paused_at=NOW, pause_reason="Gone.")
    path = f"{PATH}/{endpoint.pk}"

    assert program.get(path).json()["pause_reason"] == "Gone."
    resumed = program.send("POST", f"{path}/resume")

    assert (resumed.status_code, resumed.json()["paused_at"]) == (200, None)


def test_a_message_is_shown_with_its_body_and_its_tries(program, merchant, receive):
    receiver = receive(500)
    endpoint = make_endpoint(receiver.url, merchant)
    shipment = make_news(merchant)
    pass_on()
    path = f"{PATH}/{endpoint.pk}/deliveries"

    (listed,) = program.get(path).json()["data"]
    whole = program.get(f"{path}/{listed['id']}").json()

    assert (listed["shipment"], listed["state"]) == (shipment.reference, WAITING)
    assert (listed["status"], listed["version"]) == ("in_transit", 1)
    assert "body" not in listed
    assert [body for _, body in receiver.got] == [whole["body"]]
    assert [(one["status"], one["reason"]) for one in whole["attempts"]] == [(500, None)]


def test_messages_are_filtered_by_state_and_shipment(program, merchant, endpoint):
    shipment = make_shipment(merchant)
    wanted = make_message(endpoint, GIVEN_UP, shipment=shipment)
    make_message(endpoint, DELIVERED, shipment=shipment, version=2)
    make_message(endpoint, GIVEN_UP)
    path = f"{PATH}/{endpoint.pk}/deliveries"

    def found(**query):
        return [one["id"] for one in program.get(path, query).json()["data"]]

    assert found(state=GIVEN_UP, shipment=shipment.reference) == [wanted.pk]
    assert len(found(state=GIVEN_UP)) == 2
    assert len(found(shipment=shipment.consignment_reference)) == 2
    assert found(state=WAITING) == []


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("state=lost", "/state"),
        ("state=", "/state"),
        ("state=waiting&state=waiting", "/state"),
        ("shipment=sp_0", "/shipment"),
        ("shipment=%00", "/shipment"),
        ("stat=waiting", "/stat"),
        ("limit=0", "/limit"),
        ("limit=101", "/limit"),
        ("limit=x", "/limit"),
        ("limit=", "/limit"),
        ("cursor=", "/cursor"),
        ("cursor=x", "/cursor"),
        ("cursor=%00", "/cursor"),
        ("cursor=WyIxIl0:abc", "/cursor"),
    ],
)
def test_nonsense_in_a_query_is_pointed_at(program, endpoint, query, pointer):
    answer = program.get(f"{PATH}/{endpoint.pk}/deliveries?{query}")

    assert (answer.status_code, pointers(answer)) == (422, {pointer})


def test_a_list_is_read_page_by_page(program, endpoint):
    ids = [make_message(endpoint, at=NOW).pk for _ in range(7)][::-1]
    path, seen, cursor = f"{PATH}/{endpoint.pk}/deliveries", [], None
    pages = 0

    while pages == 0 or cursor:
        page = program.get(path, {"limit": 3} | ({"cursor": cursor} if cursor else {})).json()
        seen += [one["id"] for one in page["data"]]
        cursor, pages = page["next_cursor"], pages + 1
        make_message(endpoint)

    assert (seen, pages) == (ids, 3)


def test_a_cursor_of_another_list_is_none(program, endpoint, merchant):
    make_endpoint(HOOK, merchant)
    cursor = program.get(PATH, {"limit": 1}).json()["next_cursor"]

    assert program.get(PATH, {"cursor": cursor}).status_code == 200
    other = program.get(f"{PATH}/{endpoint.pk}/deliveries", {"cursor": cursor})
    assert pointers(other) == {"/cursor"}


def test_a_cursor_made_with_another_key_of_ours_is_none(program, merchant, endpoint, settings):
    make_endpoint(HOOK, merchant)
    cursor = program.get(PATH, {"limit": 1}).json()["next_cursor"]
    settings.SECRET_KEY = get_random_secret_key()

    assert pointers(program.get(PATH, {"cursor": cursor})) == {"/cursor"}


def test_one_message_is_sent_again(program, endpoint):
    message = make_message(endpoint, GIVEN_UP, tries=11)

    answer = program.send("POST", f"{PATH}/{endpoint.pk}/deliveries/{message.pk}/resend")

    message.refresh_from_db()
    assert answer.status_code == 202
    assert (answer.json()["state"], answer.json()["tries"]) == (WAITING, 0)
    assert (message.state, message.ended_at) == (WAITING, None)


@pytest.mark.parametrize(
    ("body", "again"),
    [
        ({"state": GIVEN_UP}, [1, 3]),
        ({"state": DELIVERED}, [0, 2]),
        ({"since": "2026-03-02T13:00:00Z"}, [1, 2, 3]),
        ({"until": "2026-03-02T16:00:00+02:00"}, [0, 1]),
        ({"since": "2026-03-02T13:00:00Z", "until": "2026-03-02T14:00:00Z"}, [1]),
        ({"since": "2026-03-02T14:00:00Z", "state": GIVEN_UP}, [3]),
        ({"since": "2199-01-01T00:00:00Z"}, []),
    ],
)
def test_messages_of_a_time_or_state_are_sent_again(program, endpoint, body, again):
    states = (DELIVERED, GIVEN_UP, DELIVERED, GIVEN_UP)
    made = [
        make_message(endpoint, state, NOW + timedelta(hours=hours))
        for hours, state in enumerate(states)
    ]
    make_message(endpoint, WAITING, NOW + timedelta(hours=1), tries=3)

    answer = program.send("POST", f"{PATH}/{endpoint.pk}/resend", body)

    assert (answer.status_code, answer.json()) == (202, {"resent": len(again)})
    waiting = Delivery.objects.filter(state=WAITING, tries=0).order_by("pk")
    assert [made.index(one) for one in waiting] == again


def test_named_messages_are_sent_again_and_only_ones_own(program, endpoint):
    own, left = make_message(endpoint), make_message(endpoint)
    theirs = make_message(make_endpoint(HOOK, make_merchant("Rival")))
    ids = [own.pk, theirs.pk, 2**63 - 1]

    answer = program.send("POST", f"{PATH}/{endpoint.pk}/resend", {"ids": ids})

    assert answer.json() == {"resent": 1}
    waiting = Delivery.objects.filter(state=WAITING)
    assert list(waiting) == [own]
    assert left.state == theirs.state == DELIVERED


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, ""),
        ({"ids": [1], "state": GIVEN_UP}, ""),
        ({"ids": []}, "/ids"),
        ({"ids": list(range(1, 1002))}, "/ids"),
        ({"ids": ["x"]}, "/ids/0"),
        ({"ids": [-1]}, "/ids/0"),
        ({"ids": [1, 2**63]}, "/ids/1"),
        ({"state": WAITING}, "/state"),
        ({"since": "yesterday"}, "/since"),
        ({"since": "2026-03-02T13:00:00"}, "/since"),
        ({"since": "0001-01-01T00:00:00+14:00"}, "/since"),
        ({"until": "9999-12-31T23:59:59-12:00"}, "/until"),
        ({"from": "2026-03-02T13:00:00Z"}, ""),
    ],
)
def test_a_choice_that_is_none_sends_nothing(program, endpoint, body, pointer):
    make_message(endpoint)

    answer = program.send("POST", f"{PATH}/{endpoint.pk}/resend", body)

    assert (answer.status_code, pointers(answer)) == (422, {pointer})
    assert not Delivery.objects.filter(state=WAITING).exists()


def test_more_than_a_queue_holds_is_not_sent_again(program, endpoint, monkeypatch):
    monkeypatch.setattr(repeating, "MOST_WAITING", 2)
    for _ in range(3):
        make_message(endpoint, GIVEN_UP)

    answer = program.send("POST", f"{PATH}/{endpoint.pk}/resend", {"state": GIVEN_UP})

    assert answer.status_code == 409
    assert "shorter time" in answer.json()["detail"]
    assert not Delivery.objects.filter(state=WAITING).exists()


@pytest.mark.parametrize(("method", "path"), ADDRESSES)
def test_a_key_needs_the_scope(merchant, endpoint, method, path):
    message = make_message(endpoint)
    usps = Carrier.objects.get(code="usps")
    callers = [
        Program(merchant, scopes=["read", "write"]),
        Program(carrier=usps, scopes=["read", "write", "manage", "push"]),
    ]

    for caller in callers:
        address = PATH + path.format(pk=endpoint.pk, message=message.pk)
        assert caller.send(method, address, {"url": HOOK}).status_code == 403
    assert Endpoint.objects.get().url == HOOK
    assert Delivery.objects.get().state == DELIVERED


@pytest.mark.parametrize(("method", "path"), [one for one in ADDRESSES if "{pk}" in one[1]])
def test_another_merchants_webhooks_are_not_found(program, method, path):
    theirs = make_endpoint(HOOK, make_merchant("Rival"))
    message = make_message(theirs)

    answer = program.send(
        method, PATH + path.format(pk=theirs.pk, message=message.pk), {"state": DELIVERED}
    )

    expected = (422, 404) if method == "PATCH" else (404,)
    assert answer.status_code in expected
    assert Endpoint.objects.get().secrets["now"] == SECRET
    assert Delivery.objects.get().state == DELIVERED


def test_another_merchants_webhooks_are_not_listed(program):
    make_endpoint(HOOK, make_merchant("Rival"))

    assert program.get(PATH).json() == {"data": [], "next_cursor": None}


def test_a_message_of_another_webhook_is_not_found(program, merchant, endpoint):
    other = make_message(make_endpoint(HOOK, merchant))

    assert program.get(f"{PATH}/{endpoint.pk}/deliveries/{other.pk}").status_code == 404


@pytest.mark.parametrize("pk", ["0", "9" * 30, "x", "-1", "1%00"])
def test_an_address_of_nothing_is_not_found(program, pk):
    for path in (f"/{pk}", f"/{pk}/deliveries", f"/{pk}/test"):
        method = "POST" if path.endswith("test") else "GET"
        assert program.send(method, PATH + path).status_code == 404


def test_reading_costs_the_same_for_one_and_for_many(
    program, merchant, endpoint, django_assert_num_queries
):
    key_and_count = 2
    program.get("/api/key")
    path = f"{PATH}/{endpoint.pk}"
    message = make_message(endpoint)

    for _ in range(2):
        with django_assert_num_queries(key_and_count + 1):
            program.get(PATH)
        with django_assert_num_queries(key_and_count + 1):
            program.get(path)
        with django_assert_num_queries(key_and_count + 2):
            program.get(f"{path}/deliveries")
        with django_assert_num_queries(key_and_count + 3):
            program.get(f"{path}/deliveries/{message.pk}")
        with django_assert_num_queries(key_and_count + 3):
            program.send("POST", f"{path}/resend", {"state": GIVEN_UP})
        for version in range(2, 20):
            make_endpoint(HOOK, merchant)
            make_message(endpoint, shipment=make_shipment(merchant), version=version)
            Attempt.objects.create(delivery=message, made_at=NOW, milliseconds=1)


def test_messages_are_read_along_their_indexes(merchant):
    many = [make_endpoint(HOOK, merchant) for _ in range(10)]
    moments = [NOW + timedelta(minutes=minute) for minute in range(300)]
    Delivery.objects.bulk_create(
        Delivery(endpoint=one, version=1, created_at=at, due_at=at, state=DELIVERED, ended_at=at)
        for at in moments
        for one in many
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    own = Delivery.objects.filter(endpoint=many[0].pk)
    of_an_hour = own.filter(
        state__in=repeating.ENDED, created_at__gte=NOW, created_at__lt=NOW + timedelta(hours=1)
    )

    assert not read_whole(own.order_by("-pk")[:26], "notifications_delivery")
    assert "delivery_by_time" in of_an_hour[:10001].explain()


def test_the_docs_name_every_address():
    docs = (RECORDED.parent.parent / "docs/webhooks.md").read_text()
    for method, path in ADDRESSES:
        named = PATH + path.format(pk="{id}", message="{delivery}")
        rows = [line for line in docs.splitlines() if f"{named}`" in line]
        short = f"`…{path.removeprefix('/{pk}')}`"
        assert any(method in row for row in rows) or f"`POST {PATH}/{{id}}/test`, {short}" in docs
