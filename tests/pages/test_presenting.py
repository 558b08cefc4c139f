from datetime import timedelta

import pytest

from apps.pages.freshness import freshness_of
from apps.pages.guidance import ADVICE, guidance_for
from apps.pages.marks import mark_of
from apps.pages.presenting import present
from apps.shipments.reports import Headline
from apps.shipments.status import STATUSES, Severity, milestone_of
from tests.pages.journeys import NOW, day, event, item, journey, leg, moment, number, promise

NEEDS_A_WORD = [
    code
    for code, status in STATUSES.items()
    if status.severity in (Severity.WARNING, Severity.PROBLEM) or milestone_of(code) == "cancelled"
]


def parcel(*events, **fields):
    return present([journey(*events, **fields)], NOW).parcel


@pytest.mark.parametrize("code", NEEDS_A_WORD)
def test_every_state_that_worries_has_guidance(code):
    assert guidance_for(code)


@pytest.mark.parametrize("code", ["in_transit", "out_for_delivery", "delivered", "pre_transit"])
def test_a_state_that_explains_itself_has_none(code):
    assert guidance_for(code) is None


def test_guidance_is_given_for_codes_that_exist():
    assert set(ADVICE) <= set(STATUSES)


def test_a_missed_date_is_explained_even_if_the_carrier_is_quiet():
    late = parcel(event("in_transit"), promises=(promise(day("2026-05-12")),))

    assert (late.guide.title, late.guide.tone) == ("What happens next", "warning")


@pytest.mark.parametrize("code", STATUSES)
def test_every_code_has_a_mark_of_the_sheet(code, icons):
    assert mark_of(code) in icons


@pytest.fixture
def icons(settings):
    sheet = (settings.BASE_DIR / "static/img/icons.svg").read_text()
    return {part.split('"')[0] for part in sheet.split('id="')[1:]}


def test_the_title_leads_with_the_state():
    page = present([journey(code="out_for_delivery", order_reference="10432")], NOW)

    assert page.title == "Out for delivery – Order 10432 – Harbour & Pine"


def test_a_parcel_without_an_order_has_no_order_line():
    assert present([journey()], NOW).order == ""


def test_parcels_are_counted_by_age_whichever_link_is_opened():
    old, new = (journey(reference=f"sp_{n}", created_at=NOW - timedelta(days=n)) for n in (2, 1))

    page = present([new, old], NOW)

    assert page.parcel.place_in_order == "Parcel 2 of 2"
    assert [other.place_in_order for other in page.others] == ["Parcel 1 of 2"]


def test_parcels_with_a_problem_come_first_among_the_others():
    codes = ("in_transit", "delivered", "attempted", "exception.address")
    parcels = [journey(code=code, reference=f"sp_{code}") for code in codes]

    page = present(parcels, NOW)

    assert [other.code for other in page.others] == ["exception.address", "attempted", "delivered"]


def test_an_order_says_how_many_parcels_arrived():
    parcels = [
        journey(code=code, reference=code)
        for code in ("in_transit", "delivered.mailbox", "returned")
    ]

    assert present(parcels, NOW).tally == "1 of 3 parcels delivered"


def test_an_order_none_of_which_arrived_counts_nothing():
    assert present([journey(), journey(reference="sp_2")], NOW).tally == ""


def test_the_last_scan_is_one_that_moved_the_parcel():
    mail, van = event("info.notified"), event("out_for_delivery", "2026-05-14T08:00")

    assert parcel(mail, van).last_scan.reference == van.reference


def test_a_scan_of_the_day_after_tomorrow_is_not_the_last_one():
    ahead, here = event("in_transit", "2026-05-16T10:00"), event("in_transit")

    assert parcel(ahead, here).last_scan.reference == here.reference


def test_a_delivered_parcel_says_when():
    scans = event("info.proof"), event("delivered", "2026-05-14T09:42", 60)

    assert parcel(*scans, code="delivered").happened.time == "09:42"


def test_a_delivery_only_the_headline_tells_of_says_when():
    headline = Headline("delivered", delivered=moment("2026-05-14T09:42"))

    told = parcel(code="delivered", numbers=(number("JD01", headline=headline),))

    assert told.happened.time == "09:42"


def test_a_parcel_on_its_way_has_not_happened():
    assert parcel(event("delivered"), code="in_transit").happened is None


def test_the_carrier_that_has_the_parcel_is_named():
    legs = (leg(1, "DHL"), leg(2, "Royal Mail"))

    assert parcel(event("in_transit", leg=2), legs=legs).carrier_now == "Royal Mail"


def test_a_lone_carrier_is_not_named_in_the_status():
    assert parcel(event("in_transit")).carrier_now == ""


def test_a_parcel_to_collect_says_where():
    shop = event("available_for_pickup.shop", place="Corner News, Bristol")

    assert parcel(shop, code="available_for_pickup.shop").guide.place == "Corner News, Bristol"


def test_an_items_parts_follow_it():
    items = (item(1, "Ribbon", parent=3), item(2, "Mug"), item(3, "Box"))

    assert [(row.name, row.is_part) for row in parcel(items=items).rows] == [
        ("Mug", False),
        ("Box", False),
        ("Ribbon", True),
    ]


@pytest.mark.parametrize(
    ("fields", "name"),
    [({"description": "Mug"}, "Mug"), ({"custom_reference": "SKU-1"}, "SKU-1"), ({}, "Item 1")],
)
def test_an_item_has_a_name(fields, name):
    assert parcel(items=(item(1, **fields),)).rows[0].name == name


def test_a_carrier_that_answers_is_said_to():
    told = journey(numbers=(number("JD01", answered_at=NOW - timedelta(minutes=3)),))

    (line,) = freshness_of(told, NOW)

    assert line.words == "Checked with DHL: 3 min ago"


def test_a_carrier_that_is_silent_is_said_to_be():
    told = journey(numbers=(number("JD01", failing_since=NOW - timedelta(hours=2)),))

    (line,) = freshness_of(told, NOW)

    assert line.words == "No answer from DHL since 10:00 UTC. We keep asking."
    assert line.is_failing


def test_a_carrier_that_is_silent_since_another_day_is_said_to_be():
    told = journey(numbers=(number("JD01", failing_since=NOW - timedelta(hours=26)),))

    (line,) = freshness_of(told, NOW)

    assert line.words == "No answer from DHL since Wed 13 May, 10:00 UTC. We keep asking."


def two_items(*shared):
    events = (event("delivered", item=1), event("in_transit", item=2), *shared)
    return journey(*events, items=(item(1), item(2)), legs=(leg(),))


def test_items_that_went_different_ways_are_the_journey():
    page = present([two_items()], NOW)

    assert page.parcel.is_told_by_item


def test_a_scan_of_the_whole_parcel_keeps_the_journey():
    page = present([two_items(event("accepted", "2026-05-13T10:00"))], NOW)

    assert not page.parcel.is_told_by_item
