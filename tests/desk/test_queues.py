"""The queues: what waits, whose it is, and what is done about it."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.branding.models import Brand
from apps.desk import cases, waiting
from apps.desk.cases import Queue
from apps.desk.models import Case, Role
from apps.shipments.models import Shipment
from tests.builders import make_merchant, make_shipment
from tests.desk.seating import seat
from tests.desk.waiting_parcels import (
    LATE,
    NOW,
    PROBLEMS,
    SILENT,
    act,
    late,
    problem,
    rows,
    silent,
    told,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def merchant():
    return make_merchant()


@pytest.fixture
def anna(client, merchant):
    user = seat(merchant)
    client.force_login(user)
    return user


def test_the_worst_problems_come_first_then_those_that_last_longest(client, anna, merchant):
    problem(merchant, "attempted.no_answer", order_reference="warning")
    problem(merchant, order_reference="newer")
    older = problem(merchant, order_reference="older")
    Shipment.objects.filter(pk=older.pk).update(code_since=NOW - timedelta(days=9))
    make_shipment(merchant, told("in_transit"), order_reference="fine")

    assert rows(client) == ["older", "newer", "warning"]


def test_a_problem_says_what_is_wrong_since_when_and_what_to_do(client, anna, merchant):
    shipment = problem(merchant)
    Shipment.objects.filter(pk=shipment.pk).update(code_since=NOW - timedelta(days=2, hours=1))

    page = client.get(PROBLEMS).text

    assert "Address problem" in page
    assert "2 days ago" in page
    assert "Ask the customer for the right address" in page


@pytest.mark.parametrize("address", [PROBLEMS, SILENT, LATE])
def test_an_empty_queue_says_so(client, anna, address):
    page = client.get(address).text

    assert "Nothing waits here" in page


def test_a_parcel_is_silent_by_its_brands_own_days(client, anna, merchant):
    Brand.objects.create(merchant=merchant, slug="b", name="B", quiet_days_home=15)
    silent(merchant, 30, order_reference="silent")
    silent(merchant, 10, order_reference="as usual")

    assert rows(client, SILENT) == ["silent"]


def test_a_silent_parcel_says_how_long_is_usual(client, anna, merchant):
    silent(merchant, 30)

    page = client.get(SILENT).text

    assert "No scan for 30 days; up to 3 business days are usual." in page
    assert "Open an inquiry with the carrier" in page


def test_a_carriers_own_days_find_its_silent_parcels_sooner(client, anna, merchant):
    brand = {"quiet_days_home": 40, "quiet_days_abroad": 40, "quiet_days_by_carrier": {"dhl": 1}}
    Brand.objects.create(merchant=merchant, slug="b", name="B", **brand)
    parcel = silent(merchant, 10, order_reference="with dhl")
    parcel.legs.create(position=1, order=1, carrier_code="dhl", carrier_name="DHL")
    silent(merchant, 10, order_reference="with another")

    assert rows(client, SILENT) == ["with dhl"]


def test_the_longest_overdue_comes_first(client, anna, merchant):
    late(merchant, 1, order_reference="one day")
    late(merchant, 5, order_reference="five days")

    assert rows(client, LATE) == ["five days", "one day"]
    assert "5 days ago; nobody has given a new day" in client.get(LATE).text


def test_another_merchants_parcels_are_not_there(client, anna):
    other = make_merchant("Other")
    problem(other)
    silent(other)
    late(other)

    assert [rows(client, address) for address in (PROBLEMS, SILENT, LATE)] == [[], [], []]
    assert "Other" not in client.get(PROBLEMS, {"merchant": other.pk}).text


def test_what_is_solved_moves_to_the_solved(client, anna, merchant):
    shipment = problem(merchant, order_reference="one")

    told = act(client, PROBLEMS, shipment, action="solve")

    assert told == ["1 solved."]
    assert rows(client) == []
    assert rows(client, only="solved") == ["one"]


def test_what_came_back_says_when_it_was_solved(client, anna, merchant):
    shipment = problem(merchant)
    act(client, PROBLEMS, shipment, action="solve")

    Shipment.objects.filter(pk=shipment.pk).update(code_since=NOW + timedelta(seconds=5))

    assert "Came back: it was solved on" in client.get(PROBLEMS).text


def test_a_status_that_changed_meanwhile_is_not_solved_unseen(client, anna, merchant):
    shipment = problem(merchant)
    chosen = f"{shipment.pk} {(shipment.code_since - timedelta(hours=1)).isoformat()}"

    client.post(PROBLEMS, {"chosen": chosen, "action": "solve"})

    assert len(rows(client)) == 1


def test_many_are_taken_at_once_and_found_among_ones_own(client, anna, merchant):
    taken = [problem(merchant, order_reference=f"o{n}") for n in range(3)]
    problem(merchant, order_reference="nobody's")

    told = act(client, PROBLEMS, *taken, action="take")

    assert told == ["3 assigned to you."]
    assert sorted(rows(client, only="mine")) == ["o0", "o1", "o2"]
    assert rows(client, only="unassigned") == ["nobody&#x27;s"]


def test_a_colleague_is_chosen_among_the_merchants_own(client, anna, merchant):
    shipment = problem(merchant)
    colleague = seat(merchant, "carl", Role.VIEWER)
    stranger = seat(make_merchant("Other"), "otto")

    page = client.get(PROBLEMS).text
    act(client, PROBLEMS, shipment, action="assign", to=stranger.pk)
    after_stranger = Case.objects.filter(assigned_to__isnull=False).exists()
    act(client, PROBLEMS, shipment, action="assign", to=colleague.pk)

    assert "carl" in page
    assert "otto" not in page
    assert not after_stranger
    assert Case.objects.get().assigned_to == colleague


def test_nothing_is_done_to_another_merchants_parcel(client, anna):
    shipment = problem(make_merchant("Other"))

    told = act(client, PROBLEMS, shipment, action="solve")

    assert told == ["Choose shipments first."]
    assert not Case.objects.exists()


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
def test_who_only_looks_is_offered_nothing_and_changes_nothing(client, merchant, role):
    client.force_login(seat(merchant, role=role))
    shipment = problem(merchant, order_reference="one")

    page = client.get(PROBLEMS).text
    act(client, PROBLEMS, shipment, action="solve")

    assert 'name="chosen"' not in page
    assert rows(client) == ["one"]


@pytest.mark.parametrize(
    "chosen", ["", "x", "1", "1 x", "99999999999999999999 2026-01-01", "١ 2026-13-45T00:00", "\0"]
)
def test_a_forged_choice_is_no_choice(client, anna, merchant, chosen):
    problem(merchant)

    answer = client.post(PROBLEMS, {"chosen": chosen, "action": "solve"}, follow=True)

    assert "Choose shipments first." in answer.text


@pytest.mark.parametrize("page", ["0", "-1", "x", "", "٣", "999999999999999999999"])
def test_a_page_nobody_can_mean_is_one_that_there_is(client, anna, merchant, page):
    problem(merchant)

    assert client.get(PROBLEMS, {"page": page, "only": "x", "merchant": "y"}).status_code == 200


def test_a_queue_that_does_not_exist_is_not_found(client, anna):
    assert client.get("/admin/queues/nonsense/").status_code == 404


def test_a_long_queue_is_leafed_through(client, anna, merchant):
    Shipment.objects.bulk_create(
        Shipment(merchant=merchant, order_reference=f"o{n}", severity=3, code_since=NOW)
        for n in range(60)
    )

    pages = [rows(client, page=number) for number in (1, 2)]

    assert [len(page) for page in pages] == [50, 10]
    assert len({*pages[0], *pages[1]}) == 60


@pytest.mark.parametrize(("address", "make"), [(PROBLEMS, problem), (SILENT, silent), (LATE, late)])
def test_a_page_costs_the_same_however_many_parcels_it_lists(client, anna, merchant, address, make):
    make(merchant)
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    for _ in range(8):
        shipment = make(merchant)
        cases.note(shipment, "x", by=anna, now=NOW)

    with CaptureQueriesContext(connection) as nine:
        client.get(address)

    assert len(nine) == len(one) <= 20


def test_many_merchants_cost_platform_staff_no_more(client):
    client.force_login(User.objects.create_superuser("chief"))
    first, second = make_merchant("First"), make_merchant("Second")
    silent(first)
    silent(second)
    client.get(SILENT)
    with CaptureQueriesContext(connection) as two:
        client.get(SILENT)
    for number in range(6):
        silent(make_merchant(f"M{number}"))

    with CaptureQueriesContext(connection) as eight:
        page = client.get(SILENT).text

    assert len(eight) == len(two)
    assert "Second" in page


@pytest.mark.parametrize("is_one", [True, False])
@pytest.mark.parametrize("queue", list(Queue))
def test_a_queue_is_read_along_an_index(merchant, queue, is_one):
    Shipment.objects.bulk_create(
        Shipment(
            merchant=merchant,
            is_open=not number % 20,
            severity=3 if not number % 40 else 0,
            code_since=NOW,
            last_scan_at=NOW - timedelta(days=number),
            due_at=NOW - timedelta(days=number),
        )
        for number in range(3000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    scope = [merchant.pk] if is_one else None

    plan = cases.waiting(waiting.shelf(queue, NOW, scope), queue)[:51].explain()

    assert re.search(r"(?i)using (covering )?index shipment_|using shipment_", plan), plan
    assert not re.search(r"Seq Scan on shipments_shipment|SCAN shipments_shipment$", plan), plan


def test_hostile_names_are_shown_as_text(client, anna, merchant):
    problem(merchant, order_reference="<script>alert(1)</script>")

    page = client.get(PROBLEMS).text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
