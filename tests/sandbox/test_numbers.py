import re
from datetime import UTC, datetime

import pytest

from apps.sandbox.faults import FAULTS
from apps.sandbox.numbers import (
    Number,
    event_reference,
    grouped_reference,
    parse,
    reference,
)
from apps.sandbox.scripts import SCRIPTS
from apps.shipments.references import is_foreign_event_reference
from apps.shipments.reports import Limits


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("SBX-DELIVERED-0001", Number("DELIVERED", "0001")),
        ("sbx-delivered-0001", Number("DELIVERED", "0001")),
        ("SBX-HANDOVER-7-L2", Number("HANDOVER", "7", "L2")),
        ("SBX-LOST-7-@1763730000", Number("LOST", "7", "", 1763730000)),
        ("SBX-SPLIT-7-P3-@1763730000", Number("SPLIT", "7", "P3", 1763730000)),
    ],
)
def test_a_number_says_what_to_play(text, number):
    assert parse(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1Z9999999999999999",
        "SBX-DELIVERED",
        "SBX--1",
        "SBX-DELIVERED-1-X2",
        "SBX-DELIVERED-1-@",
        "SBX-DELIVERED-1-@99999999999",
        "SBX-DELIVERED-1\n",
        "SBX-DELIVERED-\u0661",
        "SBX-DELIVERED-" + "1" * 21,
    ],
)
def test_any_other_text_is_no_number(text):
    assert parse(text) is None


def test_a_number_is_written_as_it_was_read():
    for text in ("SBX-SPLIT-7-P3-@1763730000", "SBX-DELIVERED-0001"):
        number = parse(text)

        assert number.called(number.part) == text


def test_the_whole_is_called_without_the_part():
    assert parse("SBX-SPLIT-7-P3-@1763730000").whole == "SBX-SPLIT-7-@1763730000"


def test_a_start_can_be_part_of_the_number():
    assert parse("SBX-LOST-7-@1763730000").starts_at() == datetime(2025, 11, 21, 13, tzinfo=UTC)
    assert parse("SBX-LOST-7").starts_at() is None


def test_the_longest_number_fits_every_language():
    longest = max((*SCRIPTS, *FAULTS), key=len)
    text = f"SBX-{longest}-{'9' * 20}-P9-@9999999999"

    assert parse(text)
    assert len(text) <= Limits.REFERENCE


def test_references_are_well_formed_and_stay():
    seeds = ("SBX-LOST-7", "SBX-LOST-8")

    assert all(re.fullmatch(r"sp_[0-9]{32}", reference("sp", seed)) for seed in seeds)
    assert all(re.fullmatch(r"EC(-[0-9A-Z]{3}){3}", grouped_reference("EC", s)) for s in seeds)
    assert all(is_foreign_event_reference(event_reference(seed, 0)) for seed in seeds)
    assert len({reference("sp", seed) for seed in (*seeds, *seeds)}) == 2
    assert event_reference("SBX-LOST-7", 0) != event_reference("SBX-LOST-7", 1)
