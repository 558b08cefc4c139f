"""docs/providers.md says what the code does."""

import json
import re

import pytest
from msgspec.structs import fields

from apps.dialects import generic, generic_csv
from apps.dialects.generic_checking import Where
from apps.providers import (
    budgets,
    housekeeping,
    keeping,
    proofs,
    rhythm,
    tokens,
    uploading,
    verdicts,
)
from apps.providers.asking import Trouble
from apps.providers.authority import Authority, Basic, Header, OAuth
from apps.providers.key_sets import SignedByKeySet
from apps.providers.management.commands import import_events
from apps.providers.models import Urgency
from apps.providers.proofs import Hmac, StandardWebhook, Word
from apps.providers.registry import CLIENTS
from run import ROOT

TEXT = (ROOT / "docs/providers.md").read_text()
PROSE = " ".join(TEXT.split())
SENT_AS = {Header: "key in a header", Basic: "Basic", OAuth: "OAuth 2", Authority: "nothing"}
PROVED_BY = {
    Hmac: "HMAC-SHA256",
    Word: "fixed word",
    SignedByKeySet: "RSA, key set",
    StandardWebhook: "Standard Webhooks",
    type(None): "no pushes",
}


def table(title):
    """Return the rows of the table under a heading, as lists of cells without backticks."""
    part = TEXT.split(f"\n## {title}\n")[1].split("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in part.splitlines() if line.startswith("| ")]
    return [[cell.strip().replace("`", "") for cell in row] for row in rows[1:]]


def span(delta):
    """Return a length of time in its largest whole unit: `3 hours`."""
    seconds = int(delta.total_seconds())
    units = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))
    size, unit = next(one for one in units if seconds % one[0] == 0)
    return f"{seconds // size} {unit}{'' if seconds == size else 's'}"


def limits_of(client):
    limits = client.limits
    pace = limits.a_second
    texts = [f"{pace:g} a second" if pace == int(pace) else f"{pace * 60:g} a minute"] * bool(pace)
    texts += [f"{limits.an_hour} an hour"] * bool(limits.an_hour)
    texts += [f"{limits.a_day} a day"] * bool(limits.a_day)
    texts += ["at " + " and ".join(f":{minute:02d}" for minute in client.minutes)] * bool(
        client.minutes
    )
    return ", ".join(texts) or "none"


def row_of(client):
    is_asked = client.can_be_asked
    return [
        client.title,
        client.kind,
        client.asks_by.value if is_asked else "never",
        SENT_AS[type(client.authority)],
        str(client.limits.batch) if is_asked else "–",
        limits_of(client) if is_asked else "–",
        PROVED_BY[type(client.proof)],
    ]


@pytest.mark.parametrize("kind", CLIENTS)
def test_every_provider_has_its_row(kind):
    rows = {row[1]: row for row in table("The providers we have")}

    assert rows[kind] == row_of(CLIENTS[kind])


def test_the_rhythm_is_the_codes():
    paces = {**rhythm.PACES, "on its delivery day": rhythm.DELIVERY_DAY}

    assert table("How often") == [
        [name, span(pace.gap), str(pace.urgency.label)] for name, pace in paces.items()
    ]


def test_all_nine_troubles_are_told():
    rows = table("The nine troubles")

    assert [row[0] for row in rows] == [trouble.value for trouble in Trouble]


@pytest.mark.parametrize("trouble", Trouble)
def test_what_happens_after_a_trouble_is_the_codes(trouble):
    [what] = [row[2] for row in table("The nine troubles") if row[0] == trouble]
    gap = rhythm.RETRIES.get(trouble)

    assert what.startswith(f"again after {span(gap)}, then doubling" if gap else "the ")
    assert what.startswith("the watch ends") == (trouble in rhythm.ENDS)
    assert what.startswith("the account ") == (trouble in verdicts.OF_THE_ACCOUNT)
    assert ("customers" in what) == (trouble in keeping.TO_STATUS)


SHARES = {urgency: f"{share:.0%}".replace("%", " %") for urgency, share in budgets.SHARES.items()}
FIGURES = [
    f"{span(rhythm.LAST_LOOK)} after its last scan",
    f"from {span(rhythm.BEFORE_PROMISE)} before a promise's end",
    f"to {span(rhythm.AFTER_PROMISE)} after it",
    f"every 1/{rhythm.SILENCE_PARTS} of its silence, at least once in {span(rhythm.LONGEST_GAP)}",
    f"after {span(rhythm.SILENT_AFTER)} of silence",
    f"after {span(rhythm.GIVEN_UP_AFTER['unknown'])} if it was never known",
    f"after {span(rhythm.GIVEN_UP_AFTER['pre_transit'])} if it is a label",
    f"in advance 1/{1 / budgets.IN_ADVANCE[budgets.HOUR]:.0f} of an hour's",
    f"and 1/{1 / budgets.IN_ADVANCE[budgets.DAY]:.0f} of a day's",
    f"{budgets.UNTOUCHED:.0%} is never touched".replace("%", " %"),
    f"delivery day gets {SHARES[Urgency.TODAY]}, moving parcels {SHARES[Urgency.MOVING]}",
    f"waiting ones {SHARES[Urgency.SLOW]}, quiet ones {SHARES[Urgency.QUIET]}",
    f"shown to customers after {span(keeping.PATIENCE)}",
    f"else {span(verdicts.SLOWED)} |",
    f"Doubling ends at {span(rhythm.LONGEST_GAP)}",
    f"After {verdicts.BREAKS_AFTER} failed calls in a row",
    f"rests for {span(verdicts.FIRST_BREAK)}, then ever longer up to {span(verdicts.LONGEST_BREAK)}",
    f"a signed time may be {proofs.TOLERANCE_SECONDS // 60} minutes off",
    f"within {housekeeping.REMEMBERED.days} days",
]


@pytest.mark.parametrize("figure", FIGURES)
def test_the_prose_has_the_codes_figures(figure):
    assert figure in PROSE


def test_only_providers_with_minutes_of_their_own_are_said_to_have_them():
    particular = [client.title for client in CLIENTS.values() if client.minutes]

    assert particular == ["Shiplemon"]
    assert [client.looks_again for client in CLIENTS.values() if client.minutes] == [False]


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`((?:apps|tests)/[\w/.]+\.py)`", TEXT))))
def test_every_file_that_is_named_is_there(path):
    assert (ROOT / path).is_file()


OPEN = table("What the providers leave open")


@pytest.mark.parametrize("kind", ["aftership", "dhl", "easypost", "fedex", "ups"])
def test_what_a_provider_leaves_open_is_told(kind):
    assert any(CLIENTS[kind].title in row[0].split(", ") for row in OPEN)


@pytest.mark.parametrize(("name", "path"), re.findall(r"`(\w+)` in `(apps/[\w/]+\.py)`", TEXT))
def test_what_can_be_changed_is_where_it_is_said_to_be(name, path):
    assert re.search(rf"\b{name}\b", (ROOT / path).read_text())


def test_what_we_take_for_open_limits_is_the_codes():
    taken = {tuple(row[:2]): row[2] for row in OPEN}
    limits = {name: CLIENTS[name].limits for name in ("aftership", "dhl", "fedex", "ups")}

    assert [taken[key] for key in taken if key[1].startswith(("numbers a call", "calls a"))] == [
        str(limits["aftership"].batch),
        str(limits["aftership"].a_second),
        str(limits["dhl"].a_day),
        str(limits["dhl"].a_second),
        str(limits["fedex"].a_day),
    ]
    assert (limits["ups"].a_day, CLIENTS["easypost"].limits.a_day) == (0, 0)
    assert taken["AfterShip", "version of the API; several run side by side"] in (
        CLIENTS["aftership"].base
    )
    assert f"its answer, else {span(tokens.USUAL_LIFE)}" in TEXT


def example(language):
    return re.search(rf"^```{language}\n(.*?)^```$", TEXT, re.M | re.S)[1].encode()


def test_the_example_in_json_is_read_and_has_every_field():
    [(_, report)] = generic.read(example("json"))

    written = json.loads(example("json"))
    assert len(report.sightings) == 1
    assert set(written["events"][0]) == {field.name for field in fields(generic.Event)}
    assert set(written["events"][0]["place"]) == {field.name for field in fields(Where)}
    assert set(written["promises"][0]) == {field.name for field in fields(generic.Promise)}


def test_the_example_of_a_table_is_read():
    [(_, report)] = generic_csv.read(example("csv"))

    assert [seen.code for seen in report.sightings] == ["in_transit.departed", "delivered"]


def test_what_a_file_may_have_is_the_codes():
    most = f"at most {generic_csv.MOST_ROWS} lines and {uploading.MOST_BYTES // 1024**2} MB"

    assert most in PROSE
    assert f"at most {generic.MOST_EVENTS} events and {generic.MOST_EVENTS} promises" in PROSE
    assert f"The exit code is {import_events.LEFT_OUT} when lines were left out" in PROSE


def test_it_stays_short():
    assert len(TEXT.splitlines()) <= 190
