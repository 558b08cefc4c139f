"""The desk's first page: numbers, pictures, what is open, the first steps."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.branding.models import Brand
from apps.desk import counting, feeds, figures, home, transit
from apps.desk.counting import Counted
from apps.providers.models import Spending
from apps.shipments.models import Shipment, UnknownWord
from tests.builders import NOW, make_merchant, make_shipment, report, sighting
from tests.desk.seating import seat
from tests.providers.making import make_account, make_watch

HOME = "/admin/"
DAY = timedelta(days=1)


@pytest.fixture
def merchant(db):
    return make_merchant()


def hours_before(now, hours):
    return (now - timedelta(hours=hours)).isoformat()


def delivered(merchant, hours=48, now=NOW, carrier="DHL", *, failed=False):
    """Return a parcel that was on its way for so many hours until an hour ago."""
    sightings = [sighting("accepted", hours_before(now, hours + 1), leg=None)]
    if failed:
        sightings.append(sighting("attempted.no_answer", hours_before(now, 3)))
    sightings.append(sighting("delivered", hours_before(now, 1)))
    shipment = make_shipment(merchant, report(*sightings), now=now)
    shipment.legs.create(position=1, order=1, carrier_code=carrier.lower(), carrier_name=carrier)
    return shipment


def made(count, merchant, **fields):
    return Shipment.objects.bulk_create(Shipment(merchant=merchant, **fields) for _ in range(count))


def test_counting_stops_at_the_cap(merchant):
    made(7, merchant)

    assert str(counting.counted(Shipment.objects.all(), 5)) == "5+"
    assert str(counting.counted(Shipment.objects.all(), 7)) == "7"


def test_a_tally_looks_at_the_first_rows_only(merchant):
    made(3, merchant, code="delivered")
    made(4, merchant, code="in_transit")

    capped, is_all = counting.tally(Shipment.objects.order_by("-pk"), "code", 5)
    whole, is_whole = counting.tally(Shipment.objects.order_by("-pk"), "code", 50)

    assert (capped, is_all) == ({"in_transit": 4, "delivered": 1}, False)
    assert (whole, is_whole) == ({"in_transit": 4, "delivered": 3}, True)


def test_deliveries_are_counted_by_day_for_thirty_days(merchant):
    for days in (0, 0, 3, 29, 30, 60):
        made(1, merchant, delivered_at=NOW - days * DAY)

    found = figures.deliveries([merchant.pk], NOW)

    assert found == {NOW.date(): 2, (NOW - 3 * DAY).date(): 1, (NOW - 29 * DAY).date(): 1}


def test_todays_numbers_begin_at_midnight(merchant):
    now = timezone.now()
    start = figures.midnight(now)
    made(2, merchant)
    Shipment.objects.filter(pk__in=[s.pk for s in made(4, merchant)]).update(created_at=start - DAY)
    made(1, merchant, last_scan_at=start, created_at=start)
    made(1, merchant, last_scan_at=start - DAY, delivered_at=None)

    today = figures.today([merchant.pk], {now.date(): 3}, now)

    assert today.delivered == Counted(3)
    assert today.scanned == Counted(4)  # one on its way, three delivered
    assert today.registered == Counted(4)


def test_milestones_gather_their_details(merchant):
    now = timezone.now()
    made(2, merchant, code="in_transit.customs")
    made(1, merchant, code="in_transit")
    made(1, merchant, code="delivered.signed")

    standing = figures.standing([merchant.pk], now, "/list/")

    bars = {bar.label: bar for bar in standing.bars}
    assert (bars["On its way"].count, bars["Delivered"].count) == (3, 1)
    assert bars["On its way"].address == "/list/?milestone=in_transit"
    assert not standing.is_empty


def test_a_carriers_median_and_first_attempts_are_told(merchant):
    delivered(merchant, 24)
    delivered(merchant, 48)
    delivered(merchant, 96, failed=True)
    delivered(merchant, 12, carrier="UPS")

    dhl, ups = transit.paces([merchant.pk], NOW)

    assert (dhl.carrier, dhl.deliveries, dhl.median, dhl.first_attempt) == (
        "DHL",
        3,
        "2.0 days",
        67,
    )
    assert (ups.carrier, ups.median, ups.first_attempt) == ("UPS", "0.5 days", 100)
    assert (dhl.length, ups.length) == (100.0, 25.0)


def test_carriers_are_compared_by_a_fixed_number_of_statements(merchant, django_assert_num_queries):
    for _ in range(5):
        delivered(merchant)

    with django_assert_num_queries(3):
        transit.paces([merchant.pk], NOW)


def test_a_feed_tells_its_last_answer_and_how_much_of_its_quota_is_used(merchant):
    account = make_account(merchant=merchant, daily_budget=200)
    make_watch(account, answered_at=NOW - DAY)
    Spending.objects.create(account=account, seconds=86400, start=figures.midnight(NOW), calls=190)

    (feed,) = feeds.feeds([merchant.pk], NOW)

    quota = next(one for one in feed.quotas if one.window == "today")
    assert feed.answered_at == NOW - DAY
    assert (quota.used, quota.calls, quota.length, quota.is_nearly_used) == (190, 200, 95.0, True)
    assert not feed.is_failing


def test_feeds_cost_the_same_however_many(merchant, django_assert_num_queries):
    for _ in range(4):
        make_watch(make_account(merchant=merchant, daily_budget=9), "94001", answered_at=NOW)

    with django_assert_num_queries(2):
        found = feeds.feeds([merchant.pk], NOW)

    assert len(found) == 4


@pytest.mark.parametrize(
    ("fields", "tone"),
    [
        ({}, "ok"),
        ({"is_active": False}, "info"),
        ({"paused_at": NOW}, "problem"),
        ({"failures": 5, "trouble": "transient"}, "problem"),
        ({"not_before": NOW + DAY, "trouble": "rate_limited"}, "warning"),
        ({"not_before": NOW - DAY}, "ok"),
    ],
)
def test_a_feeds_tone_is_how_it_fares(merchant, fields, tone):
    make_account(merchant=merchant, **fields)

    assert feeds.feeds([merchant.pk], NOW)[0].tone == tone


def test_open_work_is_counted_up_to_a_cap(merchant):
    made(3, merchant, severity=3)
    made(2, merchant, due_at=NOW - DAY)
    UnknownWord.objects.create(source="s", word="w", last_seen_at=NOW)

    own, platform = figures.open_work([merchant.pk], NOW), figures.open_work(None, NOW)

    assert (own.problems, own.late, own.silent) == (Counted(3), Counted(2), Counted(0))
    assert own.words is None
    assert platform.words == Counted(1)


def test_numbers_are_kept_for_each_set_of_merchants(merchant, django_assert_num_queries):
    other = make_merchant("Other")
    made(3, merchant, severity=3)
    home.numbers_of([merchant.pk], NOW)

    with django_assert_num_queries(0):
        again = home.numbers_of([merchant.pk], NOW)
    others = home.numbers_of([other.pk], NOW)

    assert again.open.problems == Counted(3)
    assert others.open.problems == Counted(0)


def test_no_more_sets_of_merchants_are_kept_than_fit(merchant):
    for number in range(home.MOST + 5):
        home._kept[(number,)] = (0.0, None)

    home.numbers_of([merchant.pk], NOW)

    assert len(home._kept) <= home.MOST


def test_a_new_merchant_is_told_what_to_do_first(client, merchant):
    client.force_login(seat(merchant))

    page = client.get(HOME).text

    steps = [page.index(t) for t in ("Give the pages", "Bring in your", "Put tracking into")]
    assert steps == sorted(steps)
    assert "No shipments yet" in page


def test_the_first_steps_go_when_they_are_taken(client, merchant):
    origins = ["https://shop.example"]
    Brand.objects.create(merchant=merchant, slug="b", name="B", frame_origins=origins)
    make_shipment(merchant)
    client.force_login(seat(merchant))

    assert "First steps" not in client.get(HOME).text


def test_the_page_shows_numbers_as_text_and_as_pictures(client, merchant):
    now = timezone.now()
    delivered(merchant, now=now)
    made(1234, merchant, code="in_transit")
    client.force_login(seat(merchant))

    page = client.get(HOME).text

    assert '<td class="number">1,234</td>' in page
    assert 'role="img" aria-label="1 delivery in 30 days' in page
    assert "DHL" in page


def test_the_page_tells_nothing_of_another_merchant(client, merchant):
    other = make_merchant("Secretive")
    delivered(other, now=timezone.now(), carrier="Hidden Carrier")
    made(3, other, severity=3)
    make_account(merchant=other, name="Hidden feed")
    client.force_login(seat(merchant))

    page = client.get(HOME).text

    assert not re.search("Secretive|Hidden", page)
    assert "No shipments yet" in page


def test_somebody_without_a_seat_is_told_so(client, db):
    client.force_login(User.objects.create_user("nobody", is_staff=True))

    assert "You have no seat yet" in client.get(HOME).text


def test_platform_staff_see_unknown_words(client, db):
    UnknownWord.objects.create(source="s", word="w", last_seen_at=NOW)
    client.force_login(User.objects.create_superuser("chief"))

    assert "Unknown words" in client.get(HOME).text


def test_the_page_costs_the_same_however_much_there_is(client, merchant):
    client.force_login(seat(merchant))
    now = timezone.now()
    delivered(merchant, now=now)
    make_watch(make_account(merchant=merchant))
    client.get(HOME)
    home.forget()
    with CaptureQueriesContext(connection) as little:
        client.get(HOME)
    for _ in range(5):
        delivered(merchant, now=now, carrier="GLS")
        make_watch(make_account(merchant=merchant), number="94002")
        made(5, merchant, severity=3, last_scan_at=now - 30 * DAY)
    home.forget()

    with CaptureQueriesContext(connection) as much:
        client.get(HOME)

    # Silent parcels are read to see if they are: their journeys take four statements.
    assert len(much) - len(little) <= 5
    assert len(much) <= 40


def test_the_page_has_no_inline_script_or_style(client, merchant):
    delivered(merchant, now=timezone.now())
    client.force_login(seat(merchant))

    page = client.get(HOME).text

    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", page)
