"""What providers answered is kept word for word where it was news, and for nobody else."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.providers import answers, housekeeping
from apps.providers.keeping import Told, keep
from apps.providers.models import Answer
from apps.providers.turns import ask_account
from apps.shipments.models import Shipment
from tests.builders import NOW, report, sighting
from tests.providers.making import MOVING, make_account, make_watch, tracking_log
from tests.providers.test_hooks import NUMBER, listening, push, said

LATER = NOW + timedelta(hours=2)


@pytest.fixture
def watch(db):
    return make_watch(make_account())


def tell(watch, body, time="2026-03-01T10:00:00+00:00", names=(), now=NOW):
    seen = sighting("in_transit", time)
    heard = answers.Body(body, frozenset(names))
    keep(watch.account, [Told(watch, [report(seen, source="shipstation")], heard=(heard,))], now)


def bodies():
    return [answers.plain(one) for one in Answer.objects.order_by("received_at", "pk")]


def test_an_answer_that_brought_news_is_kept_as_it_came(watch):
    tell(watch, b'{"a":[1,"\xc3\xa9"]}')

    [kept] = Answer.objects.all()
    assert (kept.watch, kept.received_at, kept.is_cut) == (watch, NOW, False)
    assert json.loads(answers.plain(kept)) == {"a": [1, "é"]}


def test_an_answer_without_news_is_not_kept(watch):
    tell(watch, b"[1]")

    tell(watch, b"[2]", now=LATER)

    assert bodies() == ["[\n  1\n]"]


def test_no_news_costs_no_statement(watch):
    tell(watch, b"[1]")

    with CaptureQueriesContext(connection) as queries:
        tell(watch, b"[2]", now=LATER)

    assert [q["sql"] for q in queries if "providers_answer" in q["sql"]] == []


@pytest.mark.parametrize("number", [1, 20])
def test_keeping_costs_two_statements_for_any_number_of_watches(watch, number):
    watches = [watch, *(make_watch(watch.account, f"9400{n}") for n in range(number))]
    heard = (answers.Body(b"[1]"),)
    news = [Told(one, [report(sighting("in_transit"))], heard=heard) for one in watches]

    with CaptureQueriesContext(connection) as queries:
        keep(watch.account, news, NOW)

    assert len([q for q in queries if "providers_answer" in q["sql"]]) == 2
    assert Answer.objects.count() == number + 1


def test_the_last_five_of_each_watch_are_kept(watch):
    other = make_watch(watch.account, "9400222")
    tell(other, b"[0]")

    for n in range(7):
        tell(watch, b"[%d]" % n, f"2026-03-01T1{n}:00:00+00:00", now=NOW + timedelta(minutes=n))

    assert [one.watch_id for one in Answer.objects.order_by("pk")] == [other.pk, *[watch.pk] * 5]
    assert [body.strip("[]\n ") for body in bodies()] == ["0", "2", "3", "4", "5", "6"]


def test_the_same_answer_twice_is_one_of_the_later_time(watch):
    tell(watch, b"[1]")

    tell(watch, b"[1]", "2026-03-01T11:00:00+00:00", now=LATER)

    assert Answer.objects.get().received_at == LATER


def test_an_answer_about_several_parcels_is_cut_to_the_watchs_own(watch):
    both = {"of": 2, "list": [{"no": "9400 111", "at": "Hull"}, {"no": "9400222", "to": "Ada"}]}

    tell(watch, json.dumps(both).encode(), names=("9400111", "9400222"))

    [kept] = Answer.objects.all()
    assert kept.is_cut
    assert json.loads(answers.plain(kept)) == {"of": 2, "list": [{"no": "9400 111", "at": "Hull"}]}


UNCUTTABLE = {
    "no JSON": b"number,code\n9400111,IT\n9400222,IT",
    "both in one entry": b'[{"no": "9400111", "with": "9400222"}]',
    "the other as a key": b'{"9400111": 1, "9400222": 2}',
    "the other as a number": b'{"no": "9400111", "with": 9400222}',
    "far too deep": b"[" * 100_000 + b"]" * 100_000,
}


@pytest.mark.parametrize("body", UNCUTTABLE.values(), ids=UNCUTTABLE)
def test_what_cannot_be_cut_is_not_kept(watch, body):
    tell(watch, body, names=("9400111", "9400222"))

    assert not Answer.objects.exists()


def test_of_an_answer_that_is_too_large_only_the_fact_is_kept(watch):
    tell(watch, b"[" + b"1," * 600_000 + b"1]")

    [kept] = Answer.objects.all()
    assert (bytes(kept.body), answers.plain(kept)) == (b"", "")


@pytest.mark.parametrize("body", [b"\xff\x00<b>", b"{", b"[" * 5000], ids=repr)
def test_what_is_no_json_is_shown_as_text(watch, body):
    tell(watch, body)

    assert bodies() == [body.decode(errors="replace")]


def test_a_push_about_several_parcels_is_kept_with_each_for_itself(client, db, monkeypatch):
    account = listening()
    watches = [make_watch(account, NUMBER), make_watch(account, "AB2")]

    push_at_its_time(client, account, said(NUMBER, "AB2"), monkeypatch)

    kept = {one.watch_id: answers.plain(one) for one in Answer.objects.all()}
    assert NUMBER in kept[watches[0].pk] and "AB2" not in kept[watches[0].pk]
    assert "AB2" in kept[watches[1].pk] and NUMBER not in kept[watches[1].pk]


def push_at_its_time(client, account, body, monkeypatch):
    from django.utils import timezone

    monkeypatch.setattr(timezone, "now", lambda: NOW)
    return push(client, account, body)


def test_old_answers_are_forgotten(watch):
    tell(watch, b"[1]")
    tell(watch, b"[2]", "2026-03-01T11:00:00+00:00", now=LATER)

    housekeeping.tidy(LATER + timedelta(days=30))

    assert bodies() == ["[\n  2\n]"]


def test_a_shipments_answers_can_be_forgotten(watch):
    other = make_watch(watch.account, "9400222")
    tell(watch, b"[1]")
    tell(other, b"[2]")

    assert answers.forget([watch.shipment_id]) == 1

    assert bodies() == ["[\n  2\n]"]


def test_nothing_more_is_kept_of_somebody_who_was_erased(watch):
    Shipment.objects.filter(pk=watch.shipment_id).update(erased_at=NOW)

    tell(watch, b"[1]")

    assert not Answer.objects.exists()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_turn_keeps_what_the_provider_said(carrier):
    watch = make_watch(make_account(carrier))
    log = tracking_log("9400111", MOVING)
    carrier.lay("/v1/tracking", log)

    ask_account(watch.account_id, clock=lambda: NOW)

    assert [json.loads(body) for body in bodies()] == [json.loads(log)]
