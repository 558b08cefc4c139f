"""Guesses are limited per parcel, per network and per door, however they come."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from apps.pages import guessing
from apps.pages.guessing import ADDRESS, DOOR, LIMITS, NETWORK, PARCEL, WINDOW
from apps.pages.models import Tries
from tests.builders import make_merchant
from tests.pages.doors import NUMBER, POSTCODE, look_up, make_parcel, page_of, prove, ticket_of
from tests.pages.markup import read

NOW = timezone.now()


class Asked:
    """As much of a request as says who calls."""

    def __init__(self, remote="192.0.2.1", forwarded=None):
        self.META = {"REMOTE_ADDR": remote}
        self.headers = {"X-Forwarded-For": forwarded} if forwarded is not None else {}


def guess(remote="192.0.2.1", door="acme", parcels=("sp_1",), now=NOW, forwarded=None):
    begun = guessing.begin(Asked(remote, forwarded), door, now)
    return guessing.aim(begun, parcels, now) if parcels else begun


def addresses(count, pattern="10.{0}.{1}.1"):
    """Return addresses that have no network in common."""
    return [pattern.format(n // 250, n % 250) for n in range(count)]


@pytest.fixture
def parcel(db):
    return make_parcel()


def test_after_five_wrong_facts_from_anywhere_a_right_one_is_refused(client, parcel):
    for address in addresses(5):
        client.defaults["REMOTE_ADDR"] = address
        assert look_up(client, fact="wrong").status_code == 404

    client.defaults["REMOTE_ADDR"] = "192.0.2.1"

    assert look_up(client).status_code == 404


def test_a_parcel_is_counted_under_all_its_names(client, db):
    make_parcel(order_reference="10432", custom_reference="FF1")
    for number in (NUMBER, "10432", "FF1", NUMBER, "#10432"):
        look_up(client, number, "wrong")

    assert look_up(client).status_code == 404


def test_the_secret_link_is_never_locked(client, parcel):
    for _ in range(30):
        look_up(client, fact="wrong", ticket="")
        guess(parcels=[parcel.reference])

    assert client.get(page_of(parcel)).status_code == 200
    assert client.get(f"{page_of(parcel)}live").status_code == 200


def test_four_wrong_facts_lock_nothing(client, parcel):
    for _ in range(4):
        look_up(client, fact="wrong")

    assert look_up(client).status_code == 303


def test_a_right_try_is_not_counted(client, parcel):
    answers = [look_up(client).status_code for _ in range(LIMITS[ADDRESS] + 5)]

    assert set(answers) == {303}
    assert {one.times for one in Tries.objects.all()} == {0}


def test_two_who_share_a_reference_do_not_lock_each_other_out(client, db):
    merchant = make_merchant()
    make_parcel(merchant, "A1", custom_reference="SHARED")
    make_parcel(merchant, "E1", custom_reference="SHARED", to={"email": "", "postal_code": "1"})

    answers = [look_up(client, "SHARED", fact).status_code for fact in [POSTCODE, "1"] * 6]

    assert set(answers) == {303}


def test_proofs_on_the_page_and_look_ups_are_counted_together(client, parcel):
    for _ in range(3):
        prove(client, parcel, "wrong")
    for _ in range(2):
        look_up(client, fact="wrong")

    assert prove(client, parcel).status_code == 429
    assert look_up(client).status_code == 404


def test_the_count_starts_again_after_the_window(db):
    for _ in range(6):
        guess()

    assert guess(now=NOW + timedelta(seconds=WINDOW - 1)).closed == {"sp_1"}
    assert guess(now=NOW + timedelta(seconds=WINDOW + 1)).closed == set()


def test_a_clock_that_was_set_back_locks_nobody_out(db):
    for _ in range(30):
        guess()

    again = guess(now=NOW - timedelta(seconds=WINDOW + 1))

    assert (again.closed, again.wait) == (set(), 0)


def test_one_address_that_tries_many_parcels_is_stopped(client, db):
    make_parcel(make_merchant("Other"), "OTHER1")
    ticket = ticket_of(client, "/")
    answers = [look_up(client, f"JD{n}", ticket=ticket) for n in range(LIMITS[ADDRESS] + 1)]

    assert [one.status_code for one in answers] == [404] * LIMITS[ADDRESS] + [429]
    assert 0 < int(answers[-1]["Retry-After"]) <= WINDOW
    assert read(answers[-1].text).one("h1").text == "Too many tries"
    assert answers[-1]["Cache-Control"] == "no-store"
    client.defaults["REMOTE_ADDR"] = "198.51.100.1"
    assert look_up(client, "OTHER1").status_code == 303


def waits(remotes, **more):
    return [guess(remote, parcels=(), **more).wait > 0 for remote in remotes]


def test_addresses_of_one_network_are_counted_together(db):
    in_24 = [f"192.0.2.{n % 250}" for n in range(LIMITS[NETWORK] + 1)]

    assert waits(in_24) == [False] * LIMITS[NETWORK] + [True]
    assert waits(["192.0.3.1"]) == [False]


def test_an_ipv6_network_counts_as_one_address(db):
    in_64 = [f"2001:db8::{n:x}" for n in range(LIMITS[ADDRESS] + 1)]

    assert waits(in_64) == [False] * LIMITS[ADDRESS] + [True]
    assert waits(["2001:db8:0:1::1"]) == [False]


def test_ipv6_networks_of_one_owner_are_counted_together(db):
    in_48 = [f"2001:db8:0:{n:x}::1" for n in range(LIMITS[NETWORK] + 1)]

    assert waits(in_48) == [False] * LIMITS[NETWORK] + [True]
    assert waits(["2001:db8:1::1"]) == [False]


def test_one_address_closes_neither_its_network_nor_the_door(db):
    told = waits(["192.0.2.1"] * (LIMITS[DOOR] + 50))

    assert told.count(False) == LIMITS[ADDRESS]
    assert waits(["192.0.2.2", "198.51.100.1"]) == [False, False]


def test_one_network_does_not_close_the_door(db):
    told = waits([f"192.0.2.{n % 250}" for n in range(LIMITS[DOOR] + 50)])

    assert told.count(False) == LIMITS[NETWORK]
    assert waits(["198.51.100.1"]) == [False]


def test_an_ipv4_address_is_the_same_in_ipv6_clothes(db):
    remotes = ["192.0.2.1", "::ffff:192.0.2.1"] * LIMITS[ADDRESS]

    assert waits(remotes).count(True) == LIMITS[ADDRESS]


def test_a_crowd_at_one_door_is_stopped_and_logged(db, caplog):
    crowd = addresses(LIMITS[DOOR] + 2)

    assert waits(crowd) == [False] * LIMITS[DOOR] + [True] * 2
    assert waits(["198.51.100.1"], door="other") == [False]
    (warning,) = [one for one in caplog.records if one.name == guessing.__name__]
    assert warning.getMessage() == "Too many wrong look-ups: door acme"


@pytest.mark.parametrize("remote", ["", "nonsense", "1.2.3.4.5", "x" * 1000, "fe80::1%eth0", "::1"])
def test_an_address_that_is_none_breaks_nothing(db, remote):
    assert waits([remote]) == [False]


def test_an_invented_forwarding_header_is_no_new_address(db):
    told = [guess(parcels=(), forwarded=f"203.0.113.{n}").wait > 0 for n in range(21)]

    assert told == [False] * 20 + [True]


def test_behind_a_proxy_its_word_counts_and_only_its(db, settings):
    settings.IS_BEHIND_PROXY = True
    told = [guess(parcels=(), forwarded=f"203.0.113.{n}, 192.0.2.1").wait > 0 for n in range(21)]

    assert told == [False] * 20 + [True]
    assert guess("192.0.2.1", parcels=(), forwarded="1.2.3.4, 198.51.100.1").wait == 0


def test_nobodys_address_number_or_parcel_is_kept(client, parcel):
    client.defaults["REMOTE_ADDR"] = "198.51.100.77"
    look_up(client, fact="wrong")
    look_up(client, "UNKNOWN1")

    kept = Tries.objects.values_list("who", flat=True)
    assert len(kept) == 5
    assert all(re.fullmatch("(parcel|address|network|door) [0-9a-f]{32}", who) for who in kept)


def test_counts_nobody_adds_to_are_swept_out(db):
    guess("192.0.2.1", "left", ["sp_2"], now=NOW - timedelta(hours=26))

    guess("198.51.100.1", parcels=())

    assert Tries.objects.count() == 3


def test_a_network_that_is_stopped_closes_no_more_parcels(client, parcel):
    ticket = ticket_of(client, "/")
    for n in range(LIMITS[ADDRESS]):
        look_up(client, f"JD{n}", ticket=ticket)
    stopped = [look_up(client, fact="wrong", ticket=ticket).status_code for _ in range(6)]

    client.defaults["REMOTE_ADDR"] = "198.51.100.1"

    assert stopped == [429] * 6
    assert look_up(client, ticket=ticket).status_code == 303


def test_a_count_costs_three_statements(db, django_assert_num_queries):
    with django_assert_num_queries(3):
        guess(parcels=[f"sp_{n}" for n in range(100)])


def at_once(job, count):
    """Run a job in threads at the same moment, each on a connection of its own."""
    barrier = Barrier(count)

    def run(number):
        try:
            barrier.wait()
            return job(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_parallel_guesses_do_not_slip_through_together():
    for _ in range(LIMITS[PARCEL] - 1):
        guess("198.51.100.1")

    told = at_once(lambda n: guess(f"10.0.{n}.1").closed, 64)

    assert told.count(frozenset()) == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_parallel_look_ups_find_a_parcel_once_at_most():
    make_parcel(make_merchant())
    ticket = ticket_of(Client(), "/")
    for _ in range(LIMITS[PARCEL] - 1):
        look_up(Client(), fact="wrong", ticket=ticket)

    def look(number):
        caller = Client(REMOTE_ADDR=f"10.0.{number}.1")
        fact = "MK1 1MK" if number == 0 else "wrong"
        return look_up(caller, fact=fact, ticket=ticket).status_code

    answers = at_once(look, 64)

    assert set(answers) <= {303, 404}
    assert answers.count(303) <= 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_counting_and_taking_back_in_any_order_wait_for_nobody_for_ever():
    names = [f"sp_{n}" for n in range(20)]
    old = NOW - timedelta(hours=2)
    guess(parcels=names, now=old)

    def job(number):
        order = names if number % 2 else names[::-1]
        one = guess(f"10.0.{number}.1", parcels=order)
        guessing.take_back(one, NOW)

    at_once(job, 16)

    assert {one.times for one in Tries.objects.filter(who__startswith=PARCEL)} == {0}
