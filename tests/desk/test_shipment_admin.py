"""Shipments at the desk: the list, an event by hand, who may."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User

from apps.shipments.models import (
    Event,
    Item,
    Outbox,
    Recipient,
)
from apps.shipments.reports import (
    ItemReport,
    LegReport,
    NumberReport,
    Place,
)
from tests.builders import NOW, make_merchant, make_shipment, report, sighting

LIST = "/admin/shipments/shipment/"
LIST_QUERIES, PAGE_QUERIES = 12, 25


@pytest.fixture
def staff(client, db):
    client.force_login(User.objects.create_superuser("staff"))
    return client


def told(*codes, **fields):
    times = (f"2026-03-01T{n // 60:02d}:{n % 60:02d}:00+00:00" for n in range(1000))
    sightings = (sighting(code, time, leg=0) for code, time in zip(codes, times, strict=False))
    parts = {
        "legs": (LegReport("dhl", "DHL"), LegReport("royal_mail", "Royal Mail")),
        "items": (ItemReport(custom_reference="SKU-7", description="Mug"),),
        "numbers": (NumberReport("JD 0146-0000", 0), NumberReport("RM1GB", 1, 0)),
    }
    return report(*sightings, **(parts | fields))


@pytest.fixture
def shipment(db):
    return make_shipment(
        report=told("accepted", "in_transit"), custom_reference="shop-1", order_reference="10432"
    )


def page_of(shipment):
    return f"{LIST}{shipment.pk}/change/"


def form_of(shipment):
    return f"{LIST}{shipment.pk}/events/add/"


SAID = {
    "code": "delivered.neighbour",
    "occurred_at_0": "2026-03-02",
    "occurred_at_1": "11:30:00",
    "zone": "Europe/Athens",
    "description": "Left with the neighbour",
    "place": "Piraeus",
    "leg": "2",
    "item": "1",
}


def found(staff, term):
    html = staff.get(LIST, {"q": term}).text
    return set(re.findall(r"sp_\d{32}", html))


NAMES = {
    "reference": lambda s: s.reference,
    "reference in capitals": lambda s: s.reference.upper(),
    "consignment": lambda s: s.consignment_reference,
    "consignment in small letters": lambda s: s.consignment_reference.lower(),
    "custom": lambda s: "shop-1",
    "order": lambda s: "10432",
    "item": lambda s: s.items.get().reference,
    "package": lambda s: s.items.get().package_reference,
    "item's custom": lambda s: "SKU-7",
    "number": lambda s: "JD01460000",
    "number with spaces": lambda s: " jd 0146 0000 ",
    "second carrier's number": lambda s: "RM1GB",
    "e-mail": lambda s: "Ada@Example.com",
    "link": lambda s: f"https://track.example/t/{s.token}/",
}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_shipment_is_found_by_any_of_its_names(staff, shipment, name):
    Recipient.objects.create(shipment=shipment, email="ada@example.com")
    make_shipment(
        shipment.merchant, told("accepted", numbers=(NumberReport("OTHER", 0),), items=())
    )

    assert found(staff, name(shipment)) == {shipment.reference}


@pytest.mark.parametrize("term", ["%", "*", "_", "sp_", "a" * 10_000, "' OR 1=1 --", "🙂"])
def test_a_search_for_nothing_finds_nothing(staff, shipment, term):
    assert found(staff, term) == set()


def test_a_search_for_what_no_text_can_hold_is_refused(staff, shipment):
    assert "Null characters are not allowed" in staff.get(LIST, {"q": "\x00"}).text


@pytest.mark.parametrize(("milestone", "number"), [("in_transit", 1), ("delivered", 0), ("x", 1)])
def test_shipments_are_sifted_by_milestone(staff, shipment, milestone, number):
    assert len(found(staff, "10432") & found_in(staff, milestone)) == number


def found_in(staff, milestone):
    return set(re.findall(r"sp_\d{32}", staff.get(LIST, {"milestone": milestone}).text))


def test_the_list_shows_state_carriers_and_merchant(staff, shipment):
    html = staff.get(LIST).text

    assert "On its way" in html
    assert "DHL → Royal Mail" in html
    assert "Acme" in html


@pytest.mark.parametrize("number", [1, 30])
def test_the_list_costs_the_same_for_any_number(staff, db, django_assert_max_num_queries, number):
    merchant = make_merchant()
    for _ in range(number):
        make_shipment(merchant, told("accepted"))

    with django_assert_max_num_queries(LIST_QUERIES):
        staff.get(LIST)


@pytest.mark.parametrize("number", [1, 30])
def test_a_shipments_page_costs_the_same_for_any_number_of_events(
    staff, db, django_assert_max_num_queries, number
):
    items = tuple(ItemReport(custom_reference=f"SKU-{n}") for n in range(number))
    shipment = make_shipment(report=told(*["in_transit"] * number, items=items))

    with django_assert_max_num_queries(PAGE_QUERIES):
        staff.get(page_of(shipment))


@pytest.mark.parametrize("number", [1, 30])
def test_the_form_costs_the_same_for_any_number_of_events(
    staff, db, django_assert_max_num_queries, number
):
    shipment = make_shipment(report=told(*["in_transit"] * number))

    with django_assert_max_num_queries(PAGE_QUERIES):
        staff.get(form_of(shipment))


def test_recording_by_hand_costs_the_same_for_any_number_of_events(
    staff, db, django_assert_max_num_queries
):
    shipment = make_shipment(report=told(*["in_transit"] * 30))

    with django_assert_max_num_queries(30):
        staff.post(form_of(shipment), SAID)


def test_the_timeline_is_newest_first(staff, shipment):
    html = staff.get(page_of(shipment)).text

    assert html.index("<code>in_transit<") < html.index("<code>accepted<")


def test_the_timeline_shows_what_the_source_said(staff, db):
    said = sighting(
        "delivered", word="DLV", carrier_code="D7", description="Ok", place=Place(label="Hull")
    )
    html = staff.get(page_of(make_shipment(report=report(said, source="acs")))).text

    for text in (
        "acs",
        "DLV",
        "D7",
        "Ok",
        "Hull",
        "2026-03-01 10:00:00+00:00",
        "2026-03-02 12:00:00 UTC",
    ):
        assert f"<bdi>{text}</bdi>" in html


def test_the_timeline_marks_what_was_superseded(staff, shipment):
    Event.objects.filter(code="accepted").update(superseded_at=NOW)

    assert (
        "<span>Superseded</span> <bdi>2026-03-02 12:00:00 UTC</bdi>"
        in staff.get(page_of(shipment)).text
    )


def test_what_hides_in_a_text_is_written_out(staff, db):
    said = sighting("in_transit", description="<b>gp\u202ej.exe")

    html = staff.get(page_of(make_shipment(report=report(said)))).text

    assert "&lt;b&gt;gp\\u202ej.exe" in html
    assert "\u202e" not in html


def test_nobody_types_a_conclusion_or_a_reference(staff, shipment):
    staff.post(
        page_of(shipment), {"code": "delivered", "reference": "sp_x", "custom_reference": "y"}
    )

    before = (shipment.code, shipment.reference, shipment.custom_reference)
    shipment.refresh_from_db()
    assert (shipment.code, shipment.reference, shipment.custom_reference) == before
    page = staff.get(page_of(shipment)).text.split('id="content-main"')[1]
    assert set(re.findall(r'<(?:select|textarea|input)[^>]* name="(\w+)"', page)) <= {
        "at",
        "csrfmiddlewaretoken",
        "level",
    }


def test_a_shipments_page_leads_to_the_customers(staff, shipment):
    assert f'href="http://testserver/t/{shipment.token}/"' in staff.get(page_of(shipment)).text


def test_an_event_by_hand_is_recorded(staff, shipment):
    answer = staff.post(form_of(shipment), SAID)

    event = Event.objects.get(source="manual")
    assert answer.status_code == 302
    assert (event.code, event.description, event.label) == (
        "delivered.neighbour",
        "Left with the neighbour",
        "Piraeus",
    )
    assert (event.leg, event.item) == (2, 1)
    assert event.moment.wall_clock.isoformat() == "2026-03-02T11:30:00"
    assert event.moment.offset == 120


def test_an_event_by_hand_settles_the_status(staff, shipment):
    staff.post(form_of(shipment), SAID)

    version = shipment.version
    shipment.refresh_from_db()
    assert shipment.code == "delivered.neighbour"
    assert shipment.version == version + 1
    assert Outbox.objects.get(shipment=shipment, version=version + 1).code == "delivered.neighbour"


def test_an_event_by_hand_adds_no_leg_item_or_number(staff, shipment):
    before = (shipment.legs.count(), Item.objects.count())

    staff.post(form_of(shipment), SAID)

    assert (shipment.legs.count(), Item.objects.count()) == before
    assert sorted(n.number for leg in shipment.legs.all() for n in leg.numbers.all()) == [
        "JD 0146-0000",
        "RM1GB",
    ]


def test_an_event_by_hand_goes_to_the_right_one_of_two_alike_legs(staff, db):
    legs = (LegReport("dhl", "DHL"), LegReport("dhl", "DHL"))
    shipment = make_shipment(report=told("accepted", legs=legs, items=(), numbers=()))

    staff.post(form_of(shipment), SAID | {"item": ""})

    assert Event.objects.get(source="manual").leg == 2


def test_an_event_by_hand_needs_no_leg_and_no_item(staff, db):
    shipment = make_shipment()

    staff.post(form_of(shipment), SAID | {"leg": "", "item": "", "description": "", "place": ""})

    event = Event.objects.get()
    assert (event.leg, event.item, event.code) == (None, None, "delivered.neighbour")


def test_the_same_event_by_hand_twice_is_one(staff, shipment):
    staff.post(form_of(shipment), SAID)

    answer = staff.post(form_of(shipment), SAID, follow=True)

    assert Event.objects.filter(source="manual").count() == 1
    assert "This event was there already." in answer.text


def test_who_added_an_event_is_kept(staff, shipment):
    staff.post(form_of(shipment), SAID)

    entry = LogEntry.objects.get()
    assert (entry.user.username, entry.object_id) == ("staff", str(shipment.pk))
    assert shipment.token not in entry.change_message


WRONG = {
    "no code": {"code": ""},
    "a code we do not have": {"code": "moon.landed"},
    "no date": {"occurred_at_0": ""},
    "no time": {"occurred_at_1": ""},
    "no such date": {"occurred_at_0": "2026-02-30"},
    "a year long gone": {"occurred_at_0": "0001-01-01"},
    "the end of time": {"occurred_at_0": "9999-12-31"},
    "the day after tomorrow": {"occurred_at_0": "2999-01-01"},
    "a skipped hour": {"occurred_at_0": "2025-03-30", "occurred_at_1": "03:30"},
    "no zone": {"zone": ""},
    "no such zone": {"zone": "Mars/Olympus"},
    "a path for a zone": {"zone": "../../etc/passwd"},
    "a leg there is not": {"leg": "9"},
    "an item there is not": {"item": "x"},
    "a long description": {"description": "a" * 2001},
    "a long place": {"place": "a" * 301},
    "a NUL": {"description": "a\x00b"},
}


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG)
def test_a_wrong_event_is_refused_in_the_form(staff, shipment, change):
    answer = staff.post(form_of(shipment), SAID | change)

    assert answer.status_code == 200
    assert 'class="errorlist"' in answer.text
    assert not Event.objects.filter(source="manual").exists()


def test_a_skipped_hour_is_explained(staff, shipment):
    skipped = SAID | {"occurred_at_0": "2025-03-30", "occurred_at_1": "03:30"}

    assert "Clocks skipped this time" in staff.post(form_of(shipment), skipped).text


@pytest.mark.parametrize("number", [999, 10**30])
def test_a_shipment_that_is_not_there_is_not_found(staff, number):
    assert staff.post(f"{LIST}{number}/events/add/", SAID).status_code == 404
    assert staff.get(f"{LIST}{number}/change/").headers["Location"] == "/admin/"


def test_the_form_proposes_no_state(staff, shipment):
    assert '<option value="" selected>' in staff.get(form_of(shipment)).text


@pytest.mark.parametrize("path", ["", "1/change/", "1/events/add/"])
def test_strangers_are_sent_to_log_in(client, db, path):
    assert client.get(LIST + path).headers["Location"].startswith("/admin/login/")


def test_staff_without_rights_add_nothing(client, shipment):
    client.force_login(User.objects.create_user("guest", is_staff=True))

    assert client.post(form_of(shipment), SAID).status_code == 403
    assert not Event.objects.filter(source="manual").exists()
