"""Writes docs/codes.md from the tables of codes: `python -m tests.codes`."""

import os
from pathlib import Path

import django

from apps.dialects import shiplemon_words, shipstation_words, sorted_v1_words, sorted_v2_words
from apps.shipments.status import MILESTONES, STATUSES, english, milestone_of

PAGE = Path(__file__).resolve().parent.parent / "docs/codes.md"

INTRODUCTION = """\
# Codes

What a parcel can be, and what each API calls it. This page is written from the tables that the
site itself uses: `python -m tests.codes` writes it anew.

A code is a milestone, or a milestone with a detail after a dot. New details may come; a program
that does not know one goes by the milestone before the dot. *Final* means that no more news is
awaited. A dash stands for what moves no parcel: ShipStation's and Shiplemon's answers keep the
status that was there before.
"""
COMING_IN = """\
## What is read

Words that come in, from a carrier, a provider or a client, and the code they become. A word that is
in no table becomes `unknown.unmapped`, and is kept as it came.
"""


def page():
    """Return the page as it has to be."""
    sections = [INTRODUCTION, "## What is said\n"]
    sections += [section(milestone) for milestone in MILESTONES]
    sections += [COMING_IN, *(read_table(*one) for one in readings())]
    return "\n".join(sections)


def section(milestone):
    head = ("Code", "Words", "Severity", "SortedPRO v1", "SortedPRO v2", "ShipStation", "Shiplemon")
    rows = [row(one) for one in STATUSES.values() if milestone_of(one.code) == milestone]
    return f"### {milestone}\n\n{table(head, rows)}"


def row(status):
    """Return a code's cells: events in Sorted's two, the status in the others."""
    final = ", final" if status.is_terminal else ""
    lemon = shiplemon_words.outward(status.code)
    return (
        code(status.code),
        english(status.code),
        f"{status.severity.value}{final}",
        code(sorted_v1_words.event_word_of(status.code)),
        code(sorted_v2_words.event_code_of(status.code)),
        code(shipstation_words.outward(status.code)),
        code(shiplemon_words.word_of(*lemon) if lemon else ""),
    )


def readings():
    """Return (title, words with the code of each) of every table that reads."""
    statuses = {word: found.code for word, found in shipstation_words.STATUS_CODES.items()}
    exact = {f"{one}/{two}": found for (one, two), found in shiplemon_words.EXACT.items()}
    return (
        ("SortedPRO v1, events and states", sorted_v1_words.STATES),
        ("SortedPRO v2, events", sorted_v2_words.EVENT_CODES),
        ("SortedPRO v2, states", sorted_v2_words.SHIPMENT_STATES),
        ("ShipStation, status codes", statuses),
        ("ShipStation, detail codes", shipstation_words.DETAIL_CODES),
        ("Shiplemon", shiplemon_words.STATUSES | exact),
    )


def read_table(title, words):
    grouped = {}
    for word, found in words.items():
        grouped.setdefault(found, []).append(word)
    rows = [(code(found), " · ".join(map(code, said))) for found, said in grouped.items()]
    return f"### {title}\n\n{table(('Code', 'Words read as it'), rows)}"


def table(head, rows):
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def code(word):
    return f"`{word}`" if word else "–"


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    PAGE.write_text(page(), "utf-8")
