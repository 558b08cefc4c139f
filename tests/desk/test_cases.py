"""Shipments that somebody looks after, and that come back."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User

from apps.desk import cases
from apps.desk.cases import Queue
from apps.desk.models import Case
from apps.shipments import recording
from apps.shipments.models import Shipment
from tests.builders import NOW, make_merchant, make_shipment, report, sighting
from tests.desk.seating import seat

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
TOMORROW = NOW + timedelta(days=1)


@pytest.fixture
def anna():
    return seat(make_merchant())


@pytest.fixture
def shipment(anna):
    return make_shipment(merchant_of(anna), code_since=NOW, severity=3)


def merchant_of(user):
    from apps.desk.models import Membership

    return Membership.objects.get(user=user).merchant


def solve(shipment, by, now=LATER):
    return cases.solve([shipment], {shipment.pk: shipment.code_since}, by=by, now=now)


def waits(shipment, queue=Queue.PROBLEMS):
    return cases.waiting(Shipment.objects.filter(pk=shipment.pk), queue).exists()


def told():
    return [entry.change_message.casefold() for entry in LogEntry.objects.order_by("pk")]


def test_what_nobody_touched_waits(shipment):
    assert waits(shipment)


def test_a_solved_problem_waits_no_more(shipment, anna):
    done = solve(shipment, anna)

    assert done == cases.Done(changed=1, left=0)
    assert not waits(shipment)


def test_a_solved_problem_comes_back_when_the_status_changes(shipment, anna):
    solve(shipment, anna)

    Shipment.objects.filter(pk=shipment.pk).update(code_since=TOMORROW)

    assert waits(shipment)


def test_a_solved_problem_comes_back_when_it_happens_again_after_better_news(anna):
    broken = report(sighting("exception.address", "2026-03-02T08:00:00+00:00"))
    shipment = make_shipment(merchant_of(anna), broken)
    solve(shipment, anna)
    better = report(sighting("in_transit", "2026-03-02T13:00:00+00:00"))
    recording.record(shipment.pk, better, now=NOW + timedelta(hours=2))
    again = report(sighting("exception.address", "2026-03-02T15:00:00+00:00"))

    recording.record(shipment.pk, again, now=NOW + timedelta(hours=4))

    assert waits(shipment)


def test_a_solved_silence_comes_back_after_a_later_scan(shipment, anna):
    Shipment.objects.filter(pk=shipment.pk).update(last_scan_at=NOW)
    solve(shipment, anna)
    was_waiting = waits(shipment, Queue.SILENT)

    Shipment.objects.filter(pk=shipment.pk).update(last_scan_at=TOMORROW)

    assert (was_waiting, waits(shipment, Queue.SILENT)) == (False, True)


def test_a_solved_delay_comes_back_when_a_later_day_is_missed_too(shipment, anna):
    Shipment.objects.filter(pk=shipment.pk).update(due_at=NOW)
    solve(shipment, anna)
    was_waiting = waits(shipment, Queue.LATE)

    Shipment.objects.filter(pk=shipment.pk).update(due_at=TOMORROW)

    assert (was_waiting, waits(shipment, Queue.LATE)) == (False, True)


@pytest.mark.parametrize("queue", list(Queue))
def test_the_database_and_the_page_agree_on_what_is_solved(shipment, anna, queue):
    Shipment.objects.filter(pk=shipment.pk).update(last_scan_at=TOMORROW, due_at=NOW)
    shipment.refresh_from_db()
    solve(shipment, anna)

    case = Case.objects.get()

    assert cases.is_solved(case, shipment, queue) is not waits(shipment, queue)


def test_what_has_changed_since_it_was_looked_at_is_not_solved(shipment, anna):
    seen = {shipment.pk: shipment.code_since}
    Shipment.objects.filter(pk=shipment.pk).update(code_since=LATER)

    done = cases.solve([shipment], seen, by=anna, now=TOMORROW)

    assert done == cases.Done(changed=0, left=1)
    assert waits(shipment)


def test_solved_ones_are_found_and_can_be_opened_again(shipment, anna):
    solve(shipment, anna)
    found = list(cases.solved(Shipment.objects.all(), Queue.PROBLEMS))

    cases.reopen([shipment], by=anna)

    assert found == [shipment]
    assert waits(shipment)
    assert not cases.solved(Shipment.objects.all(), Queue.PROBLEMS).exists()


def test_a_shipment_is_assigned_to_a_member_of_its_merchant(shipment, anna):
    done = cases.assign([shipment], anna, by=anna, now=NOW)

    assert done.changed == 1
    assert list(cases.assigned(Shipment.objects.all(), anna.pk)) == [shipment]
    assert not cases.unassigned(Shipment.objects.all()).exists()


def test_a_stranger_is_not_given_shipments_of_a_merchant(shipment, anna):
    stranger = seat(make_merchant("Other"), "otto")

    done = cases.assign([shipment], stranger, by=anna, now=NOW)

    assert done == cases.Done(changed=0, left=1)
    assert not Case.objects.filter(assigned_to=stranger).exists()


def test_platform_staff_may_look_after_any_shipment(shipment):
    chief = User.objects.create_superuser("chief")

    assert cases.assign([shipment], chief, by=chief, now=NOW).changed == 1


def test_a_shipment_can_be_given_back(shipment, anna):
    cases.assign([shipment], anna, by=anna, now=NOW)

    cases.assign([shipment], None, by=anna, now=NOW)

    assert list(cases.unassigned(Shipment.objects.all())) == [shipment]


def test_the_log_holds_who_did_what_before_and_after(shipment, anna):
    cases.assign([shipment], anna, by=anna, now=NOW)
    solve(shipment, anna)
    cases.reopen([shipment], by=anna)

    assert told() == [
        "changed: assigned to: nothing → “anna”.",
        "changed: case: “open” → “solved at unknown.no_scans”.",
        "changed: case: “solved on 2026-03-02 13:00 utc” → “open”.",
    ]
    assert {entry.user for entry in LogEntry.objects.all()} == {anna}


def test_what_changes_nothing_is_not_logged(shipment, anna):
    cases.assign([shipment], anna, by=anna, now=NOW)

    done = cases.assign([shipment], anna, by=anna, now=NOW)

    assert done.changed == 0
    assert len(told()) == 1


def test_notes_are_kept_as_they_were_written(shipment, anna):
    cases.note(shipment, "  Called them.\n<b>No answer</b>\0 ", by=anna, now=NOW)

    note = Case.objects.get().notes.get()

    assert (note.text, note.author, note.made_at) == ("Called them.\n<b>No answer</b>", anna, NOW)


@pytest.mark.parametrize("text", ["", "  \n", "\0", "x" * 2001])
def test_an_empty_or_endless_note_is_refused_in_words(shipment, anna, text):
    with pytest.raises(cases.Wrong, match=r"note"):
        cases.note(shipment, text, by=anna, now=NOW)

    assert not Case.objects.exists()


def test_a_hundred_shipments_cost_as_much_as_one(anna, django_assert_max_num_queries):
    many = [make_shipment(merchant_of(anna), code_since=NOW) for _ in range(100)]

    with django_assert_max_num_queries(14):
        cases.assign(many, anna, by=anna, now=NOW)
        cases.solve(many, {one.pk: NOW for one in many}, by=anna, now=NOW)

    assert LogEntry.objects.count() == 200
