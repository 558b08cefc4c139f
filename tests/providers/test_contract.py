"""What every provider must do with its recorded answers, whoever it is."""

import gzip
import re
from base64 import b64decode
from importlib import import_module

import pytest

from apps.outbound.messages import Reply
from apps.providers.asking import Ask, Problem, Trouble
from apps.providers.fetching import call
from apps.providers.models import Account
from apps.providers.registry import CLIENTS
from apps.shipments.models import fold_number
from apps.shipments.reports import Certainty, Report
from apps.shipments.status import STATUSES, UNMAPPED
from tests.builders import NOW, make_shipment, recorded

ASKED = [client for client in CLIENTS.values() if client.can_be_asked]
CASES = {c.kind: import_module(f"tests.providers.cases.{c.kind}").CASE for c in ASKED}
SECRET = "hush-hush-0451"

every_provider = pytest.mark.parametrize("case", CASES.values(), ids=CASES)
every_journey = pytest.mark.parametrize(
    ("case", "journey"),
    [(case, journey) for case in CASES.values() for journey in case.journeys],
    ids=[journey.file for case in CASES.values() for journey in case.journeys],
)
every_failure = pytest.mark.parametrize(
    ("case", "failure"),
    [(case, failure) for case in CASES.values() for failure in case.failures],
    ids=[f"{kind}-{n}" for kind, case in CASES.items() for n, _ in enumerate(case.failures)],
)
every_push = pytest.mark.parametrize(
    ("case", "push"),
    [(case, push) for case in CASES.values() for push in case.pushes],
    ids=[push.file for case in CASES.values() for push in case.pushes],
)


def request_of(case, ask):
    return case.client.requests([ask], {})[0]


def answers(case, ask, body, status=200, headers=None):
    reply = Reply(status, headers or {}, body)
    return case.client.answers(request_of(case, ask), reply, NOW)


def report_of(case, journey):
    told = [a.told for a in answers(case, journey.ask, recorded(journey.file))]
    (report,) = told
    assert isinstance(report, Report), report
    return report


def settled(report):
    shipment = make_shipment(report=report)
    return shipment


@every_journey
@pytest.mark.django_db
def test_a_recorded_journey_is_read_and_settled(case, journey):
    report = report_of(case, journey)
    shipment = settled(report)

    assert report.faults == ()
    assert report.source == case.client.kind
    assert (shipment.code, shipment.events.count()) == (journey.code, journey.events)
    assert (len(report.legs), len(report.items)) == (journey.legs, journey.items)


@every_journey
def test_a_journey_names_its_numbers(case, journey):
    named = {fold_number(number.number) for number in report_of(case, journey).numbers}

    assert {fold_number(number) for number in journey.numbers} <= named


@every_journey
def test_times_are_as_certain_as_the_provider_makes_them(case, journey):
    sightings = report_of(case, journey).sightings

    assert {Certainty(s.moment.certainty) for s in sightings} == journey.certainties


@every_journey
def test_the_newest_time_is_the_right_instant(case, journey):
    if journey.newest is None:
        assert journey.certainties != {Certainty.INFERRED}, "an inferred zone has to be proved"
        return
    newest = max((s.moment for s in report_of(case, journey).sightings), key=lambda m: m.instant)

    assert (newest.instant.isoformat(), newest.offset) == journey.newest


@every_provider
@pytest.mark.django_db
def test_an_unknown_word_is_kept_and_does_not_move_the_parcel(case):
    report = report_of(case, case.unknown)
    unmapped = [sighting for sighting in report.sightings if sighting.code == UNMAPPED]

    assert unmapped
    assert all(sighting.word or sighting.carrier_code for sighting in unmapped)
    assert settled(report).code == case.unknown.code != UNMAPPED


@every_provider
@pytest.mark.django_db
def test_a_known_number_without_events_is_no_failure(case):
    report = report_of(case, case.empty)

    assert report.sightings == ()
    assert settled(report).code == case.empty.code


@every_failure
def test_a_failure_is_one_of_the_nine_troubles(case, failure):
    ask = case.journeys[0].ask
    told = answers(case, ask, failure.body, failure.status, failure.headers)

    assert [a.told.trouble for a in told if isinstance(a.told, Problem)] == [failure.trouble]
    assert [a.name for a in told] == [ask.name]


@every_provider
@pytest.mark.parametrize(
    ("status", "body", "trouble"),
    [
        (200, b"", Trouble.TRANSIENT),
        (200, b"<!doctype html><title>Down</title>", Trouble.TRANSIENT),
        (200, b'{"a": [', Trouble.MALFORMED),
        (200, b"\xff\xfe\x00", Trouble.MALFORMED),
        (200, b"[" * 100_000, Trouble.MALFORMED),
        (200, b"null", Trouble.MALFORMED),
        (200, b"7", Trouble.MALFORMED),
        (200, gzip.compress(b"{}"), Trouble.MALFORMED),
        (302, b"{}", Trouble.MALFORMED),
        (401, b"{}", Trouble.AUTH_FAILED),
        (429, b"{}", Trouble.RATE_LIMITED),
        (500, b"{}", Trouble.TRANSIENT),
        (503, b"<html>", Trouble.TRANSIENT),
    ],
    ids=str,
)
def test_nonsense_never_raises_and_is_named(case, status, body, trouble):
    told = answers(case, case.journeys[0].ask, body, status)

    assert {a.told.trouble for a in told} == {trouble}


@every_journey
def test_an_answer_cut_anywhere_never_raises(case, journey):
    body = recorded(journey.file)

    for end in range(0, len(body), max(1, len(body) // 40)):
        for answer in answers(case, journey.ask, body[:end]):
            assert isinstance(answer.told, Problem | Report)


@every_journey
def test_values_of_other_kinds_never_raise(case, journey):
    body = recorded(journey.file)

    for other in (b"null", b"7", b'"x"', b"[]", b"{}", b'"\\u0000"', b"-1e400"):
        drifted = re.sub(rb'(?<=": )("[^"]*"|\d+)', lambda _, other=other: other, body)
        for answer in answers(case, journey.ask, drifted):
            assert isinstance(answer.told, Problem | Report | None)


@every_journey
def test_an_answer_about_another_parcel_is_not_taken(case, journey):
    if case.client.asks_by != "number":
        assert journey.ask.name
        return
    other = Ask("ZZ000000000ZZ", journey.ask.carrier_code)

    told = answers(case, other, recorded(journey.file))

    assert [a.told.trouble for a in told] == [Trouble.PARTIAL]


@every_provider
def test_every_word_of_the_tables_is_known(case):
    wrong = {
        word: case.code_of(word) for word in case.words if case.code_of(word) != case.words[word]
    }

    assert case.words
    assert wrong == {}
    assert {code for code in case.words.values() if code not in STATUSES} == set()


@every_provider
def test_secrets_are_in_headers_or_bodies_and_never_in_an_address(case):
    secrets = {field.name: f"{SECRET}-{field.name}" for field in case.client.fields}
    account = Account(kind=case.client.kind, credentials=secrets)
    for journey in case.journeys:
        sent = call(account, request_of(case, journey.ask), f"{SECRET}-token")

        assert SECRET not in sent.url
        assert SECRET in f"{dict(sent.headers)} {unpacked(sent.headers.get('Authorization', ''))}"


def unpacked(header):
    scheme, _, word = header.partition(" ")
    return b64decode(word).decode() if scheme == "Basic" else ""


@every_provider
def test_a_hostile_name_stays_inside_its_place_in_the_address(case):
    for name in ("../../admin", "a?b=c", "a#b", "a/b", "ä ö", "a&carrier_code=x", "a\r\nX: y"):
        request = request_of(case, Ask(name, "usps"))
        sent = call(
            Account(kind=case.client.kind, credentials={f.name: "s" for f in case.client.fields}),
            request,
            "t",
        )

        assert re.fullmatch(r"[!-~]+", sent.url)
        assert name not in sent.url
        assert "#" not in sent.url


@every_provider
def test_the_registry_entry_is_whole(case):
    client = case.client

    assert CLIENTS[client.kind].__class__ is client.__class__
    assert client.base.startswith("https://")
    assert client.limits.in_flight >= 1
    assert len({field.name for field in client.fields}) == len(client.fields)
    assert (client.proof is None) == (not case.pushes)


@every_push
def test_a_push_is_read_like_an_answer(case, push):
    told = case.client.pushed(recorded(push.file))

    assert [fold_number(answer.name) for answer in told.answers] == [fold_number(push.name)]
    assert all(isinstance(answer.told, Report) for answer in told.answers)
    assert told.sender_id == push.sender_id


@every_push
def test_a_push_proves_itself_over_its_raw_bytes(case, push):
    body, proof = recorded(push.file), case.client.proof
    headers = push.headers(body, push.secret, NOW)

    assert proof.holds(headers, body, push.secret, NOW)
    assert not proof.holds(headers, body, "", NOW)
    assert not proof.holds({}, body, push.secret, NOW)
    if proof.__class__.__name__ != "Word":
        assert not proof.holds(headers, body + b" ", push.secret, NOW)
