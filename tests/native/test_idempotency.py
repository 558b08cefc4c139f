"""A request that is sent twice is done once."""

import io
import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.test import RequestFactory
from django.utils import timezone
from rest_framework.response import Response

from apps.api.models import ApiKey
from apps.native.door import NativeDoor
from apps.native.housekeeping import tidy
from apps.native.idempotency import HEADER, REPLAYED, once
from apps.native.models import Answer
from apps.native.urls import urlpatterns
from apps.notifications.models import Delivery, Endpoint
from apps.shipments import persons
from apps.shipments.models import Shipment
from tests.builders import NOW, make_merchant
from tests.native.managing import HOOK, Program
from tests.notifications.making import make_endpoint

IDA = {"recipient": {"name": "Ida Person", "email": "ida@example.com"}}


@pytest.fixture
def merchant(db):
    return make_merchant()


@pytest.fixture
def program(merchant):
    return Program(merchant)


@pytest.fixture
def path(merchant):
    """An address that makes one message each time it is posted to."""
    return f"/api/webhooks/{make_endpoint(HOOK, merchant).pk}/test"


def test_the_same_request_is_done_once_and_answered_alike(program, path):
    first, again = (program.once(path, key="k") for _ in range(2))

    assert Delivery.objects.count() == 1
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert first["Content-Type"] == again["Content-Type"]
    assert REPLAYED not in first
    assert again[REPLAYED] == "true"
    assert first["x-request-id"] != again["x-request-id"]


def test_where_a_new_thing_is_stays_told(program):
    answers = [program.once("/api/brands", {"slug": "acme", "name": "Acme"}, "k") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[1]["Location"] == answers[0]["Location"] == "/api/brands/acme"
    assert answers[1]["ETag"] == answers[0]["ETag"]


def test_without_a_key_each_request_counts(program, path):
    for _ in range(2):
        program.send("POST", path)

    assert Delivery.objects.count() == 2
    assert not Answer.objects.exists()


def test_other_keys_are_other_requests(program, path):
    for key in ("k", "K", "k ~"):
        program.once(path, key=key)

    assert Delivery.objects.count() == 3


@pytest.mark.parametrize("change", ["path", "query", "body"])
def test_a_key_for_another_request_is_a_mistake(program, path, change):
    program.once(path, {}, "k")
    other = {"path": "/api/webhooks", "query": f"{path}?x=1"}.get(change, path)

    answer = program.once(other, {"x": 1} if change == "body" else {}, "k")

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert answer["Content-Type"] == "application/problem+json"
    assert Delivery.objects.count() == 1


def test_merchants_do_not_share_keys(program, path):
    rival = make_merchant("Rival")
    theirs = f"/api/webhooks/{make_endpoint(HOOK, rival).pk}/test"
    program.once(path, key="k")

    answer = Program(rival).once(theirs, key="k")

    assert (answer.status_code, REPLAYED in answer) == (202, False)
    assert Delivery.objects.count() == 2


def test_the_keys_of_one_merchant_are_one_program(merchant, path):
    answers = [Program(merchant).once(path, key="k") for _ in range(2)]

    assert answers[0].content == answers[1].content
    assert Delivery.objects.count() == 1


@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb", "ä"])
def test_a_key_that_is_none_is_refused(program, path, key):
    answer = program.once(path, key=key) if key else program.send("POST", path, None, {HEADER: ""})

    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")
    assert HEADER in answer.json()["detail"]
    assert not Delivery.objects.exists()


def test_a_key_of_255_characters_is_taken(program, path):
    assert program.once(path, key="~" * 255).status_code == 202


def test_what_was_refused_is_tried_anew(program, merchant):
    refused = program.once("/api/webhooks", {"url": "https://127.0.0.1/"}, "k")

    taken = program.once("/api/webhooks", {"url": HOOK}, "k")

    assert (refused.status_code, taken.status_code) == (422, 201)
    assert Endpoint.objects.count() == 1


class Effect(NativeDoor):
    """Has an effect, and then does as it is told."""

    then = None

    @once
    def post(self, request):
        endpoint = Endpoint.objects.get()
        Delivery.objects.create(endpoint=endpoint, version=0, created_at=NOW, due_at=NOW)
        return self.then()


def effect(program, then):
    headers = {**program.headers, HEADER: "k"}
    request = RequestFactory().post("/api/x", content_type="application/json", headers=headers)
    return Effect.as_view(then=then)(request)


def fail():
    raise RuntimeError("the process ends here")


@pytest.mark.parametrize(
    ("then", "status"),
    [(fail, 500), (lambda: Response({}, status=409), 409), (lambda: Response(status=503), 503)],
)
def test_what_fails_leaves_neither_effect_nor_answer(program, path, then, status):
    answer = effect(program, then)

    assert answer.status_code == status
    assert not Delivery.objects.exists()
    assert not Answer.objects.exists()


def test_an_answer_without_a_body_is_kept_too(program, path):
    answers = [effect(program, lambda: Response(status=204)) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [204, 204]
    assert answers[1].data is None
    assert Delivery.objects.count() == 1


def test_a_secret_is_not_kept_readable(program):
    secret = program.once("/api/webhooks", {"url": HOOK}, "k").json()["secret"]
    letters = program.once("/api/key/rotate", key="l").json()["letters"]

    kept = " ".join(Answer.objects.values_list("body", flat=True))

    assert secret not in kept
    assert letters not in kept
    assert program.once("/api/webhooks", {"url": HOOK}, "k").json()["secret"] == secret


def test_another_key_is_not_told_a_secret(program, merchant):
    program.once("/api/webhooks", {"url": HOOK}, "k")

    answer = Program(merchant).once("/api/webhooks", {"url": HOOK}, "k")

    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert "whsec_" not in answer.content.decode()
    assert Endpoint.objects.count() == 1


def test_a_key_costs_three_statements_and_saves_those_of_a_repetition(
    program, path, django_assert_num_queries
):
    key_and_count, transaction, own = 2, 2, 2
    program.get("/api/key")

    with django_assert_num_queries(key_and_count + own):
        program.send("POST", path)
    with django_assert_num_queries(key_and_count + transaction + own + 3):
        program.once(path, key="k")
    with django_assert_num_queries(key_and_count + transaction + 2):
        program.once(path, key="k")


def registered(program):
    return program.once("/api/shipments", IDA, "k").json()["reference"]


@pytest.mark.parametrize("by", ["program", "staff"])
def test_what_was_answered_of_a_person_is_forgotten_with_them(program, by):
    reference = registered(program)
    assert "Ida" in Answer.objects.get().body

    if by == "program":
        erased = program.once(f"/api/shipments/{reference}/erase", key="e")
        assert program.once(f"/api/shipments/{reference}/erase", key="e").json() == erased.json()
    else:
        persons.erase([Shipment.objects.get().pk], now=timezone.now())
        tidy(timezone.now())

    assert "Ida" not in " ".join(Answer.objects.values_list("body", flat=True))
    answer = program.once("/api/shipments", IDA, "k")
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert Shipment.objects.count() == 1


def test_what_is_answered_after_the_erasure_stays(program):
    reference = registered(program)
    persons.erase([Shipment.objects.get().pk], now=timezone.now())
    path, body = f"/api/shipments/{reference}/items", {"description": "A lamp"}
    made = program.once(path, body, "i")

    tidy(timezone.now())

    assert made.status_code == 201
    assert program.once(path, body, "i").json() == made.json()


def test_answers_are_kept_for_two_days(program, path):
    program.once(path, key="old")
    Answer.objects.update(created_at=NOW - timedelta(hours=48, seconds=1))
    program.once(path, key="new")
    Answer.objects.filter(key="new").update(created_at=NOW - timedelta(hours=47))

    tidy(NOW)

    assert Answer.objects.get().key == "new"


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_many_at_once_have_one_effect_and_one_answer():
    merchant = make_merchant()
    path = f"/api/webhooks/{make_endpoint(HOOK, merchant).pk}/test"
    program = Program(merchant)
    answers = []

    def call():
        answers.append(program.once(path, key="k"))
        connections.close_all()

    threads = [threading.Thread(target=call) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [answer.status_code for answer in answers] == [202] * 6
    assert len({answer.content for answer in answers}) == 1
    assert sum(REPLAYED in answer for answer in answers) == 5
    assert Delivery.objects.count() == 1
    assert ApiKey.objects.count() == 1


def test_a_body_sent_in_pieces_counts_too(program):
    body = b'{"url": "%s"}' % HOOK.encode()

    def post(body):
        pieces = {"wsgi.input": io.BytesIO(body), "wsgi.input_terminated": True}
        more = {"CONTENT_LENGTH": "", "HTTP_IDEMPOTENCY_KEY": "k", **pieces}
        return program.call("POST", "/api/webhooks", content_type="application/json", **more)

    first, again, other = post(body), post(body), post(body.replace(b"hook", b"look"))

    assert (first.status_code, first.content) == (201, again.content)
    assert other.json()["code"] == "idempotency_key_reused"


def test_every_post_of_our_own_api_heeds_the_key():
    views = [pattern.callback.view_class for pattern in urlpatterns if is_door(pattern.callback)]
    posts = [view.post for view in views if hasattr(view, "post")]

    assert len(posts) > 10
    assert [post.__qualname__ for post in posts if not hasattr(post, "__wrapped__")] == []


def is_door(callback):
    return issubclass(getattr(callback, "view_class", object), NativeDoor)
