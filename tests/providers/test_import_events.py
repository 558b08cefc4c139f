"""Tables of events from the shell: every good line is recorded, every other one is told."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

from apps.providers.models import Watch
from apps.providers.uploading import EVENTS_A_BATCH, MOST_BYTES
from apps.shipments.models import Event, Shipment
from tests.builders import make_merchant
from tests.providers.making import make_account, make_watch
from tests.providers.tables import HEADER, make_taker, row, table

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(tmp_path):
    def run(account, payload, *options):
        file = tmp_path / "events.csv"
        file.write_bytes(payload)
        return imported(account, file, *options)

    return run


def imported(account, file, *options):
    """Return the exit code, what went to standard output and what to standard error."""
    out, errors = StringIO(), StringIO()
    words = [f"--account={getattr(account, 'pk', account)}", str(file), *options]
    try:
        call_command("import_events", *words, stdout=out, stderr=errors)
    except CommandError as error:
        return error.returncode, out.getvalue(), f"{errors.getvalue()}{error}"
    return 0, out.getvalue(), errors.getvalue()


def codes():
    return sorted(Shipment.objects.values_list("code", flat=True))


def test_a_table_is_recorded(run):
    account = make_taker("AB1", "CD2")

    code, out, errors = run(account, table(row("AB1"), row("AB1", "delivered", 2), row("CD2")))

    assert (code, out, errors) == (0, "3 of 3 lines recorded, for 2 shipments.\n", "")
    assert codes() == ["delivered", "in_transit"]


def test_a_table_that_comes_again_changes_nothing(run):
    account = make_taker("AB1")
    run(account, table(row("AB1")))
    versions = list(Shipment.objects.values_list("version", flat=True))

    code, out, _ = run(account, table(row("AB1")))

    assert (code, out) == (0, "1 of 1 lines recorded, for 1 shipments.\n")
    assert list(Shipment.objects.values_list("version", flat=True)) == versions
    assert Event.objects.count() == 1


def test_a_dry_run_tells_the_same_and_records_nothing(run):
    account = make_taker("AB1")

    code, out, errors = run(account, table(row("AB1"), row("ZZ9")), "--dry-run")

    assert (code, out) == (2, "1 of 2 lines can be recorded, for 1 shipments.\n")
    assert "line 3, tracking_number: none of the merchant's parcels has this number" in errors
    assert not Event.objects.exists()


def test_bad_lines_are_told_in_their_order_and_the_good_ones_recorded(run):
    account = make_taker("AB1", "CD2")
    lines = [
        row("AB1"),
        row("ZZ9"),
        row("AB1", "delivrd"),
        "AB1,delivered",
        "",
        row("CD2", "delivered"),
        "CD2,in_transit,tomorrow,",
        row("CD2", description='"unfinished"x'),
        row("CD2", "accepted"),
    ]

    code, out, errors = run(account, table(*lines))

    assert (code, out) == (2, "3 of 8 lines recorded, for 2 shipments.\n")
    assert [line.split(":")[0] for line in errors.splitlines()] == [
        "line 3, tracking_number",
        "line 4, code",
        "line 5",
        "line 8, occurred_at",
        "line 9",
        "5 lines left out.",
    ]
    assert codes() == ["delivered", "in_transit"]


def test_a_quotation_mark_that_is_never_closed_takes_the_lines_behind_it(run):
    account = make_taker("AB1")

    code, out, errors = run(account, table(row("AB1"), row("AB1", description='"oops'), row("AB1")))

    assert (code, out) == (2, "1 of 2 lines recorded, for 1 shipments.\n")
    assert "lines 3 to 4: opens a quotation mark that is never closed" in errors


def test_what_the_vault_cannot_take_costs_its_own_lines_only(run):
    account = make_taker("AB1", "CD2")

    # First both together, then the first of them alone.
    with connection.execute_wrapper(Breaks(times=2)):
        code, out, errors = run(account, table(row("AB1"), row("CD2")))

    assert (code, out) == (2, "1 of 2 lines recorded, for 2 shipments.\n")
    assert "line 2, tracking_number: could not be recorded" in errors
    assert Event.objects.count() == 1


class Breaks:
    """Breaks the recording of the first changes, whatever is done to save them."""

    def __init__(self, times):
        self.times = times

    def __call__(self, execute, sql, params, many, context):
        if self.times and "shipments_outbox" in sql:
            self.times -= 1
            raise ValueError("the vault cannot take this")
        return execute(sql, params, many, context)


def test_a_database_that_gives_up_is_told_as_such(run):
    account = make_taker("AB1")

    with connection.execute_wrapper(gives_up):
        code, _, errors = run(account, table(row("AB1")))

    assert code == 1
    assert errors == "The database gave up. Run it again: nothing is recorded twice."
    assert not Event.objects.exists()


def gives_up(execute, sql, params, many, context):
    if sql.startswith("INSERT"):
        raise OperationalError("database is locked")
    return execute(sql, params, many, context)


def test_another_merchants_parcels_are_not_touched(run):
    account = make_taker()
    make_watch(make_account(kind="generic", merchant=make_merchant("Other")), "AB1")

    code, _, _ = run(account, table(row("AB1")))

    assert code == 2
    assert not Event.objects.exists()


def test_a_watched_parcel_is_asked_about_later(run):
    account = make_taker()
    watch = make_watch(account, "AB1")

    run(account, table(row("ab-1")))

    watch.refresh_from_db()
    assert (watch.asked_at, watch.pushed_at is None) == (None, False)


def test_ten_thousand_lines_are_taken_in_batches(run, django_assert_max_num_queries):
    numbers = [f"AB{number}" for number in range(20)]
    account = make_taker(*numbers)
    lines = [
        row(number, day=1 + count % 28, description=f"Scan {count}")
        for number in numbers
        for count in range(500)
    ]

    with django_assert_max_num_queries(60 * len(lines) // EVENTS_A_BATCH):
        code, out, _ = run(account, table(*lines))

    assert (code, out) == (0, "10000 of 10000 lines recorded, for 20 shipments.\n")
    assert Event.objects.count() == 10_000


@pytest.mark.parametrize(
    ("payload", "told"),
    [
        (b"", "line 1: has no column `tracking_number`"),
        (HEADER.encode("utf-16"), "line 1: is not UTF-8; save the table as UTF-8"),
        (f"{HEADER}\nAB1,in_transit,2026-03-01,caf\xe9".encode("latin-1"), "line 2: is not UTF-8"),
        (b"\0" * 200_000, "line 1: has a cell of more than 131072 characters"),
        (b"PK\x03\x04\x14\x00", "line 1: has a column we do not know"),
        (HEADER.encode(), "line 2: is missing: there are no events"),
        (b"x" * (MOST_BYTES + 1), "A file may have at most 10 MB. Divide it."),
    ],
    ids=["empty", "UTF-16", "Latin-1", "NUL", "a spreadsheet", "a header only", "too large"],
)
def test_what_is_no_table_is_refused_whole(run, payload, told):
    code, out, errors = run(make_taker("AB1"), payload)

    assert (code, out) == (1, "")
    assert told in errors


def test_a_byte_order_mark_and_formulas_do_no_harm(run):
    account = make_taker("AB1")
    text = "=HYPERLINK(1)"

    code, _, _ = run(account, b"\xef\xbb\xbf" + table(row("AB1", description=text)))

    assert code == 0
    assert Event.objects.get().description == text


def test_a_file_that_cannot_be_read_is_told(tmp_path):
    account = make_taker()

    assert imported(account, tmp_path / "none.csv")[2].endswith("No such file or directory.")
    assert imported(account, tmp_path)[2].endswith("Is a directory.")


def test_only_accounts_of_our_own_format_that_are_switched_on_take_tables(run):
    off = make_taker(is_active=False)
    other = make_account(merchant=off.merchant)

    for account in (off, other, 10**30):
        assert run(account, table(row("AB1")))[0] == 1
    assert not Watch.objects.exists()
