"""The list of shipments: sifted, in the order of an index, and nobody else's."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import RequestFactory
from django.utils import timezone

from apps.desk import ago, shipment_list
from apps.desk.models import Role
from apps.desk.shipment_admin import ShipmentAdmin
from apps.shipments.models import Merchant, Shipment
from apps.shipments.reports import LegReport
from tests.builders import NOW, make_merchant, make_shipment, report, sighting
from tests.desk.seating import seat
from tests.shipments.crowd import crowd, plan_of, read_whole

LIST = "/admin/shipments/shipment/"
DAY = timedelta(days=1)

__all__ = ["crowd"]


@pytest.fixture
def merchant(db):
    return make_merchant()


@pytest.fixture
def anna(client, merchant):
    client.force_login(seat(merchant))
    return client


def found(client, **query):
    html = client.get(LIST, query).text
    _before, _table, rows = html.partition('id="result_list"')
    return re.findall(r"(sp_\d{32})(?:</small>)?</a>", rows)


def shipment(merchant, code="in_transit", **fields):
    made = make_shipment(merchant, report(sighting(code)))
    Shipment.objects.filter(pk=made.pk).update(**fields)
    return made


@pytest.mark.parametrize(
    ("severity", "code"),
    [("problem", "exception.address"), ("warning", "attempted"), ("fine", "in_transit")],
)
def test_shipments_are_sifted_by_severity(anna, merchant, severity, code):
    made = {
        one: shipment(merchant, one) for one in ("exception.address", "attempted", "in_transit")
    }
    shipment(merchant, "delivered")

    assert found(anna, severity=severity) == [made[code].reference]


def test_what_is_late_is_found_the_longest_overdue_first(anna, merchant):
    now = timezone.now()
    a_little = shipment(merchant, due_at=now - DAY)
    much = shipment(merchant, due_at=now - 9 * DAY)
    shipment(merchant, due_at=now + DAY)
    shipment(merchant, "delivered", due_at=now - DAY)

    assert found(anna, late="yes") == [much.reference, a_little.reference]


def test_what_is_silent_is_found_the_longest_silent_first(anna, merchant):
    now = timezone.now()
    four, nine = (shipment(merchant, last_scan_at=now - days * DAY) for days in (4, 9))
    shipment(merchant, last_scan_at=now - 2 * DAY)
    shipment(merchant, "delivered", last_scan_at=now - 9 * DAY)

    assert found(anna, quiet="3") == [nine.reference, four.reference]
    assert found(anna, quiet="5") == [nine.reference]


def test_shipments_are_sifted_by_age(anna, merchant):
    now = timezone.now()
    today, old = shipment(merchant), shipment(merchant, created_at=now - 100 * DAY)

    assert found(anna, age="7") == [today.reference]
    assert found(anna, age="90") == [old.reference]


def test_shipments_are_sifted_by_carrier(anna, merchant):
    ups = make_shipment(merchant, report(legs=(LegReport("ups", "UPS"),)))
    make_shipment(merchant, report(legs=(LegReport("dhl", "DHL"),)))

    assert found(anna, carrier="ups") == [ups.reference]


@pytest.mark.parametrize("name", ["severity", "late", "quiet", "age", "carrier", "milestone"])
@pytest.mark.parametrize("value", ["", "x", "-1", "9" * 40, "' OR 1=1"])
def test_nonsense_to_sift_by_is_ignored(anna, merchant, name, value):
    made = shipment(merchant)

    assert found(anna, **{name: value}) == [made.reference]


def test_merchants_are_for_those_who_have_several(anna, client, merchant):
    shipment(merchant)
    assert 'name="merchant"' not in anna.get(LIST).text

    make_merchant("Other")
    client.force_login(User.objects.create_superuser("staff"))

    html = client.get(LIST).text
    assert 'name="merchant"' in html
    assert ">Other</option>" in html


def test_another_merchants_shipments_are_not_found_by_any_name_or_number(anna):
    other = make_merchant("Other")
    foreign = make_shipment(other, report(sighting("in_transit")), order_reference="10432")

    assert found(anna) == []
    assert found(anna, q="10432") == []
    assert found(anna, q=foreign.reference) == []
    assert found(anna, merchant=str(other.pk)) == []


def test_the_marks_say_what_is_worth_a_second_look(merchant):
    now = timezone.now()
    late = {"is_open": True, "due_at": now - DAY, "last_scan_at": now - 9 * DAY}

    marks = shipment_list.flags(Shipment(code="exception.address", **late), now)

    assert [words for _tone, words in marks] == ["late", "silent", "problem"]
    assert shipment_list.flags(Shipment(code="delivered", **late | {"is_open": False}), now) == []


def test_a_scan_is_told_relatively_and_exactly(anna, merchant):
    made = shipment(merchant)
    Shipment.objects.filter(pk=made.pk).update(last_scan_at=timezone.now() - 2 * DAY)
    made.refresh_from_db()

    html = anna.get(LIST).text

    assert f'title="{made.last_scan_at:%Y-%m-%d %H:%M:%S} UTC">2 days ago</time>' in html


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(hours=30), "1 day ago"),
        (timedelta(days=70), "2 months ago"),
        (timedelta(days=-2), "in 2 days"),
    ],
)
def test_how_long_ago_is_told_in_the_largest_unit(span, words):
    assert ago.ago(NOW - span, NOW) == words


def test_an_empty_list_says_what_to_do(anna):
    assert "No shipments yet." in anna.get(LIST).text
    assert "No shipment fits." in anna.get(LIST, {"q": "x"}).text


def test_what_hides_in_a_shops_name_is_written_out(anna, merchant):
    make_shipment(merchant, order_reference="<b>\u202e1")

    html = anna.get(LIST).text

    assert "&lt;b&gt;\\u202e1" in html


@pytest.mark.parametrize("number", [1, 30])
@pytest.mark.parametrize("query", [{}, {"q": "x"}, {"late": "yes", "carrier": "ups"}])
def test_the_list_costs_the_same_for_any_number(
    anna, merchant, django_assert_max_num_queries, number, query
):
    for _ in range(number):
        shipment(merchant)
    anna.get(LIST)  # the first request writes down when the session was used

    with django_assert_max_num_queries(12):
        anna.get(LIST, query)


# At many shipments


SIFTED = {
    "nothing": {},
    "problems": {"severity": "problem"},
    "warnings": {"severity": "warning"},
    "late": {"late": "yes"},
    "quiet": {"quiet": "3"},
    "one milestone": {"milestone": "attempted"},
    "an old age": {"age": "90"},
}


@pytest.mark.django_db
@pytest.mark.parametrize("query", SIFTED.values(), ids=SIFTED)
@pytest.mark.parametrize("who", ["platform", "one merchant"])
def test_no_list_reads_all_shipments(crowd, query, who):
    user = User.objects.create_superuser("staff")
    if who == "one merchant":
        user = seat(Merchant.objects.get(pk=crowd[1].pk), "anna", Role.OPERATOR)
    rows = list_of(user, query)[:50]

    assert not read_whole(rows), plan_of(rows)


def list_of(user, query):
    """Return the rows that the list would show somebody, in its order."""
    from django.contrib import admin

    request = RequestFactory().get(LIST, query)
    request.user = user
    shipments = admin.site.get_model_admin(Shipment)
    assert isinstance(shipments, ShipmentAdmin)
    return shipments.get_changelist_instance(request).get_queryset(request)
