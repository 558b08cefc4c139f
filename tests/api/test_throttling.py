import threading

import pytest
from django.db import connections
from django.test import Client

from apps.api.models import ApiKey, Calls
from apps.api.throttling import PerKey
from tests.api.callers import Caller
from tests.builders import make_key, make_merchant

UNKNOWN = "/v1/carriers/se-31000"  # one query and a 404: an answer that lets one through


@pytest.fixture(autouse=True)
def two_a_minute(settings):
    settings.API_REQUESTS_A_MINUTE = 2


def statuses(caller, count, **more):
    return [caller.get(UNKNOWN, **more).status_code for _ in range(count)]


def test_each_key_is_counted_for_itself(merchant):
    first, second = (Caller("API-Key", make_key(merchant)) for _ in range(2))

    assert statuses(first, 3) == [404, 404, 429]
    assert statuses(second, 3) == [404, 404, 429]


def test_a_key_is_counted_over_all_apis(merchant):
    key = make_key(merchant)
    Caller("x-api-key", key).get("/pro/tracking/sp_1")
    Caller("ocp-apim-subscription-key", key).get("/tracking/EC-1")

    answer = Caller("API-Key", key).get(UNKNOWN)

    assert answer.status_code == 429


@pytest.mark.parametrize(
    ("header", "path", "member"),
    [
        ("x-api-key", "/pro/tracking/sp_1", "correlation_id"),
        ("ocp-apim-subscription-key", "/tracking/EC-1", "CorrelationId"),
        ("API-Key", "/v1/carriers", "request_id"),
        ("x-api-key", "/public/v1/shipments/x/tracking", "error"),
    ],
)
def test_too_many_is_told_in_each_language(merchant, header, path, member):
    caller = Caller(header, make_key(merchant))

    answer = [caller.get(path) for _ in range(3)][-1]

    assert answer.status_code == 429
    assert int(answer["Retry-After"]) >= 1
    assert member in answer.json()


def test_wrong_keys_are_counted_by_address(db):
    guesses = [Caller("API-Key", f"{n:08}." + "x" * 32) for n in range(3)]

    answers = [guess.get(UNKNOWN, REMOTE_ADDR="192.0.2.1").status_code for guess in guesses]

    assert answers == [401, 401, 429]


def test_calls_without_a_key_are_counted_by_address(db):
    nobody = Caller("API-Key", None)

    assert statuses(nobody, 3, REMOTE_ADDR="192.0.2.1") == [401, 401, 429]
    assert statuses(nobody, 1, REMOTE_ADDR="192.0.2.2") == [401]


def test_what_a_key_may_not_do_is_counted_too(merchant):
    caller = Caller("API-Key", make_key(merchant, scopes=[]))

    assert statuses(caller, 3) == [403, 403, 429]


def test_an_address_that_guesses_does_not_lock_out_a_valid_key(merchant):
    statuses(Caller("API-Key", None), 5)

    assert statuses(Caller("API-Key", make_key(merchant)), 1) == [404]


def test_an_invented_forwarding_header_is_no_new_address(db):
    nobody = Caller("API-Key", None)

    answers = [
        nobody.get(UNKNOWN, HTTP_X_FORWARDED_FOR=f"192.0.2.{n}").status_code for n in range(3)
    ]

    assert answers == [401, 401, 429]


def test_an_ipv6_network_counts_as_one_address(db):
    nobody = Caller("API-Key", None)

    def status(address):
        return nobody.get(UNKNOWN, REMOTE_ADDR=address).status_code

    assert [status(f"2001:db8::{n}") for n in (1, 2, 3)] == [401, 401, 429]
    assert status("2001:db8:0:1::1") == 401


@pytest.mark.parametrize("address", ["", "nonsense", "1.2.3.4.5", "x" * 1000, "a b\n"])
def test_an_address_that_is_none_breaks_nothing(db, address):
    assert statuses(Caller("API-Key", None), 1, REMOTE_ADDR=address) == [401]


@pytest.fixture
def clock(monkeypatch):
    """The throttle's clock, in seconds, to be moved by hand."""
    now = [1_000_000_000.0]
    monkeypatch.setattr(PerKey, "clock", lambda self: now[0])
    return now


def test_the_count_starts_again_after_a_minute(merchant, clock):
    caller = Caller("API-Key", make_key(merchant))

    assert statuses(caller, 3) == [404, 404, 429]
    clock[0] += 59
    assert statuses(caller, 1) == [429]
    clock[0] += 1
    assert statuses(caller, 3) == [404, 404, 429]


def test_the_wait_is_what_is_left_of_the_minute(merchant, clock):
    caller = Caller("API-Key", make_key(merchant))
    statuses(caller, 2)
    clock[0] += 20.5

    assert caller.get(UNKNOWN)["Retry-After"] == "40"


def test_a_clock_that_was_set_back_locks_nobody_out(merchant, clock):
    caller = Caller("API-Key", make_key(merchant))
    statuses(caller, 3)
    clock[0] -= 3600

    assert statuses(caller, 3) == [404, 404, 429]


def test_counts_nobody_adds_to_are_swept_out(merchant, clock):
    statuses(Caller("API-Key", None), 1, REMOTE_ADDR="192.0.2.1")
    clock[0] += 7200

    statuses(Caller("API-Key", make_key(merchant)), 1)

    assert not Calls.objects.filter(who="192.0.2.1").exists()
    assert Calls.objects.count() == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_parallel_requests_do_not_slip_through_together(settings):
    settings.API_REQUESTS_A_MINUTE = 3
    key = make_key(make_merchant())
    answers = []

    def call():
        answer = Client(headers={"API-Key": key}).get(UNKNOWN)
        answers.append(answer.status_code)
        connections.close_all()

    threads = [threading.Thread(target=call) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == [404] * 3 + [429] * 5
    assert ApiKey.objects.count() == 1
