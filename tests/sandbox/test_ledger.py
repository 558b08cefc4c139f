from datetime import timedelta

import pytest

from apps.sandbox.ledger import Ledger
from apps.sandbox.numbers import parse, reference
from apps.sandbox.server import serve
from tests.sandbox.callers import ASKED, START, Caller, read

LATER = START + timedelta(hours=1)
NUMBER = parse("SBX-LOST-1")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "kept" / "sandbox.jsonl"


@pytest.fixture
def opened(path):
    """Open ledgers on one file, one after another; none is closed before the test ends."""
    ledgers = []

    def open_one(**options):
        ledgers.append(Ledger(path, **options))
        return ledgers[-1]

    yield open_one
    for ledger in ledgers:
        ledger.close()


def test_a_journey_begins_in_the_second_of_the_first_question():
    ledger = Ledger()

    assert ledger.begin(NUMBER, START + timedelta(milliseconds=700)) == START
    assert ledger.begin(NUMBER, LATER) == START


def test_a_start_in_the_number_leads():
    assert Ledger().begin(parse("SBX-LOST-1-@0"), START).year == 1970


def test_parts_of_a_shipment_begin_together():
    ledger = Ledger()
    ledger.begin(parse("SBX-SPLIT-1"), START)

    assert ledger.begin(parse("SBX-SPLIT-1-P2"), LATER) == START


def test_a_killed_sandbox_goes_on_where_it_was(opened):
    opened().begin(NUMBER, START)

    assert opened().begin(NUMBER, LATER) == START


def test_a_reference_is_known_after_a_restart(opened):
    opened().begin(NUMBER, START)

    assert opened().named(reference("sp", "SBX-LOST-1")) == NUMBER


def test_a_line_that_was_torn_costs_that_line_only(opened, path):
    opened().begin(NUMBER, START)
    with path.open("ab") as file:
        file.write(b'{"number":"SBX-DELIV')

    second = opened()
    second.begin(parse("SBX-LOST-2"), LATER)

    third = opened()
    assert third.begin(NUMBER, LATER) == START
    assert third.begin(parse("SBX-LOST-2"), START) == LATER


@pytest.mark.parametrize(
    "line",
    [
        b"nonsense",
        b"\xff\xfe",
        b"[1,2]",
        b'{"number":"1Z","start":1}',
        b'{"number":"SBX-LOST-1","start":"x"}',
        b'{"number":"SBX-LOST-1","start":99999999999999999}',
    ],
)
def test_a_line_that_makes_no_sense_is_passed_over(line, opened, path):
    path.parent.mkdir()
    path.write_bytes(line + b"\n")

    assert opened().begin(NUMBER, LATER) == LATER


def test_a_start_is_written_once(opened, path):
    ledger = opened()
    for _ in range(3):
        ledger.begin(NUMBER, START)

    assert path.read_text().count("\n") == 1


def test_the_oldest_are_forgotten_in_the_end():
    ledger = Ledger(most=2)
    for name in ("1", "2", "3"):
        ledger.begin(parse(f"SBX-LOST-{name}"), START)

    assert ledger.begin(parse("SBX-LOST-1"), LATER) == LATER
    assert ledger.begin(parse("SBX-LOST-3"), LATER) == START
    assert ledger.named(reference("sp", "SBX-LOST-2")) is None


def test_calls_are_counted_for_each_number():
    ledger = Ledger()

    assert [ledger.count(NUMBER), ledger.count(NUMBER)] == [1, 2]
    assert ledger.count(parse("SBX-LOST-2")) == 1


def test_a_restarted_server_tells_the_same_journey(path, clock):
    told = []
    for _ in range(2):
        with serve(clock=clock, state=path) as server, Caller(server) as caller:
            _, _, body = caller.ask(ASKED["sorted_v2"].format("SBX-DELIVERED-1"))
        told.append(read("sorted_v2", body).sightings)
        clock.pass_(20)

    assert (len(told[0]), len(told[1])) == (1, 3)
    assert told[0][0].reference == told[1][-1].reference
    assert told[0][0].moment == told[1][-1].moment
