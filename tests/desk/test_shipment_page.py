"""One shipment's page: what is shown of it, to whom, and what looking at it leaves behind."""

import json
import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.utils import timezone

from apps.desk.models import Role
from apps.notifications.models import Delivery
from apps.providers import answers
from apps.providers.keeping import Told, keep
from apps.providers.models import Answer, Watch
from apps.shipments.models import Outbox, Recipient, Shipment
from apps.shipments.recording import record
from apps.shipments.reports import LegReport, NumberReport, Place, PromiseReport
from tests.builders import NOW, at, make_merchant, make_shipment, report, sighting
from tests.desk.seating import seat
from tests.notifications.making import make_endpoint
from tests.providers.making import make_account, make_watch

SAID = {"description": "Left with J. Smith, 23 Baker Road", "word": "DLV", "carrier_code": "D7"}


@pytest.fixture
def merchant(db):
    return make_merchant()


@pytest.fixture
def watch(merchant):
    """A watch of a parcel with a recipient and an answer that brought news."""
    watch = make_watch(make_account(merchant=merchant))
    Recipient.objects.create(
        shipment_id=watch.shipment_id, name="Ada Lovelace", email="ada@example.com"
    )
    told = report(sighting("in_transit", leg=0, **SAID), source="shipstation", legs=(LEG,))
    heard = (answers.Body(b'{"to": "Ada Lovelace", "n": "<b>"}'),)
    keep(watch.account, [Told(watch, [told], heard=heard)], NOW)
    return watch


LEG = LegReport("usps", "USPS")


def sit(client, merchant, role=Role.OPERATOR, name="anna"):
    client.force_login(seat(merchant, name, role))
    return client


def address(watch, rest="change/"):
    return f"/admin/shipments/shipment/{watch.shipment_id}/{rest}"


def page(client, watch, **query):
    return client.get(address(watch), query).text


def test_each_event_stands_beside_what_the_carrier_said(client, watch):
    html = page(sit(client, watch.account.merchant), watch)

    for text in ("On its way", "in_transit", "DLV", "D7", SAID["description"]):
        assert text in html


def test_an_event_leads_to_the_answer_it_came_with(client, watch):
    html = page(sit(client, watch.account.merchant), watch)

    [answer] = Answer.objects.all()
    assert f'href="{address(watch, f"answers/{answer.pk}/")}"' in html.split('id="journey"')[1]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
def test_personal_data_is_left_out_for_those_who_only_look(client, watch, role):
    html = page(sit(client, watch.account.merchant, role), watch)

    assert "On its way" in html
    for secret in ("J. Smith", "Baker Road", "Ada Lovelace", "ada@example.com", "Raw answer"):
        assert secret not in html


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
def test_those_who_only_look_are_offered_nothing_to_do(client, watch, role):
    html = page(sit(client, watch.account.merchant, role), watch)

    for action in ("ask/", "events/add/", "unite/", "void/", "link/", "erase/", "export/"):
        assert address(watch, action) not in html


def test_an_operator_sees_the_recipient(client, watch):
    html = page(sit(client, watch.account.merchant), watch)

    assert "Ada Lovelace" in html
    assert "ada@example.com" in html


def test_how_asking_goes_is_told_in_words(client, watch):
    Watch.objects.filter(pk=watch.pk).update(
        trouble="transient", trouble_detail="HTTP 503", failures=3
    )

    html = page(sit(client, watch.account.merchant), watch)

    assert "is broken, late or out of reach" in html
    assert "(HTTP 503) 3 times in a row." in html
    assert f'title="{NOW:%Y-%m-%d %H:%M:%S} UTC"' in html


def test_a_promise_tells_how_it_moved(client, watch):
    for day in ("2026-03-04", "2026-03-06", "2026-03-05"):
        until = PromiseReport(until=at(f"{day}T18:00:00+00:00"), reason="Weather")
        record(watch.shipment_id, report(promise=until), now=NOW)

    html = page(sit(client, watch.account.merchant), watch).split('id="promises"')[1]

    moved = [html.index(words) for words in ("1 day earlier", "2 days later", "the first")]
    assert moved == sorted(moved)


def test_the_outbox_and_the_log_stand_on_the_page(client, watch):
    sit(client, watch.account.merchant).post(address(watch, "void/"))

    html = page(client, watch)

    assert f"<td>{Outbox.objects.latest('version').version}</td>" in html
    assert "anna" in html.split('id="log"')[1]


def test_who_was_told_of_it_stands_on_the_page(client, watch):
    endpoint = make_endpoint("https://shop.example/hook", watch.account.merchant)
    told = {"version": 2, "code": "in_transit", "created_at": NOW, "due_at": NOW}
    Delivery.objects.create(endpoint=endpoint, shipment_id=watch.shipment_id, tries=3, **told)

    html = page(sit(client, watch.account.merchant), watch).split('id="deliveries"')[1]

    assert "https://shop.example/hook" in html
    assert "waiting" in html
    assert "<td>3</td>" in html


def test_what_hides_in_a_carriers_link_is_no_link(client, watch):
    number = NumberReport("JS1", 0, tracking_url="javascript:alert(1)")
    record(watch.shipment_id, report(legs=(LEG,), numbers=(number,)), now=NOW)

    assert "javascript:" not in page(sit(client, watch.account.merchant), watch)


@pytest.mark.parametrize("number", [1, 20])
def test_the_page_costs_the_same_however_much_there_is(
    client, watch, django_assert_max_num_queries, number
):
    for n in range(number):
        seen = sighting("in_transit", f"2026-03-01T11:{n:02d}:00+00:00", leg=0)
        told = report(
            seen,
            legs=(LEG,),
            numbers=(NumberReport(f"N{n}", 0),),
            promise=PromiseReport(until=at(f"2026-03-04T18:{n:02d}:00+00:00")),
            source="shipstation",
        )
        heard = (answers.Body(b"[%d]" % n),)
        keep(watch.account, [Told(watch, [told], heard=heard)], NOW + timedelta(minutes=n))
    sit(client, watch.account.merchant)

    with django_assert_max_num_queries(25):
        client.get(address(watch))


def test_nothing_on_the_page_is_inline(client, watch):
    html = page(sit(client, watch.account.merchant), watch)

    assert not re.search(r"<style|style=|\son\w+=|<script(?![^>]*src)", html)


def test_the_page_may_frame_our_own_pages_only(client, watch):
    answer = sit(client, watch.account.merchant).get(address(watch))

    assert "frame-src 'self'" in answer.headers["Content-Security-Policy"]


def test_another_merchants_shipment_does_not_exist(client, watch):
    sit(client, make_merchant("Other"))

    assert client.get(address(watch)).headers["Location"] == "/admin/"
    for rest in ("seen/1/", "erase/", "export/", "unite/", "void/", "link/", "events/add/"):
        assert client.get(address(watch, rest)).status_code == 404


# As the customer sees it


def seen(client, watch, level, **query):
    return client.get(address(watch, f"seen/{level}/"), query)


def test_the_customers_page_is_the_one_behind_the_link(client, watch):
    shipment = Shipment.objects.get(pk=watch.shipment_id)
    public = client.get(f"/t/{shipment.token}/", headers={"accept": "text/html"}).text

    shown = seen(sit(client, watch.account.merchant), watch, 1).text

    assert main(shown) == main(public)


def main(html):
    """Return the page's middle without what differs at each showing: sealed times and tickets."""
    middle = html.split("<main")[1].split("</main>")[0]
    return re.sub(r'/s/[\w-]+|name="ticket" value="[^"]*"|value="[\w.:-]{40,}"', "", middle)


def test_a_number_alone_shows_no_item_and_no_order(client, merchant):
    shipment = make_shipment(merchant, report(sighting("in_transit")), order_reference="10432")
    client = sit(client, merchant)

    html = client.get(f"/admin/shipments/shipment/{shipment.pk}/seen/0/").text

    assert "On its way" in html
    assert "10432" not in html


def test_what_is_proved_shows_whom_it_goes_to_and_is_logged(client, watch):
    html = seen(sit(client, watch.account.merchant), watch, 2).text

    assert "Ada Lovelace" in html
    entry = LogEntry.objects.get(object_id=str(watch.shipment_id))
    assert (entry.user.username, entry.change_message) == (
        "anna",
        "Looked at the customer's page with personal data.",
    )


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
def test_what_is_proved_is_not_for_those_who_only_look(client, watch, role):
    answer = seen(sit(client, watch.account.merchant, role), watch, 2)

    assert answer.status_code == 403
    assert not LogEntry.objects.filter(object_id=str(watch.shipment_id)).exists()


def test_the_link_alone_shows_no_name_and_is_not_logged(client, watch):
    html = seen(sit(client, watch.account.merchant), watch, 1).text

    assert "Ada Lovelace" not in html
    assert not LogEntry.objects.filter(object_id=str(watch.shipment_id)).exists()


def test_the_framed_page_is_kept_by_nobody_and_framed_by_us_alone(client, watch):
    answer = seen(sit(client, watch.account.merchant), watch, 1)

    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
    assert "no-store" in answer.headers["Cache-Control"]
    assert "<script" not in answer.text


@pytest.mark.parametrize("level", ["3", "99999999999999999999"])
def test_there_are_three_levels(client, watch, level):
    assert seen(sit(client, watch.account.merchant), watch, level).status_code == 404


# The time machine


@pytest.fixture
def moved(merchant):
    """A parcel told of in two steps, an hour apart."""
    now = timezone.now()
    earlier, later = now - timedelta(hours=3), now - timedelta(hours=1)
    shipment = make_shipment(merchant, now=now)
    Shipment.objects.filter(pk=shipment.pk).update(created_at=earlier - timedelta(hours=1))
    record(shipment.pk, report(sighting("accepted", earlier.isoformat())), now=earlier)
    record(shipment.pk, report(sighting("out_for_delivery", later.isoformat())), now=later)
    shipment.between = f"{now - timedelta(hours=2):%Y-%m-%dT%H:%M:%S}"
    return shipment


def test_looking_back_shows_what_was_known_then(client, merchant, moved):
    sit(client, merchant)

    html = client.get(f"/admin/shipments/shipment/{moved.pk}/change/", {"at": moved.between}).text

    assert "With the carrier" in html
    journey = html.split('id="journey"')[1].split('id="numbers"')[0]
    assert "<code>accepted</code>" in journey
    assert "out_for_delivery" not in journey
    assert f"seen/1/?at={moved.between.replace(':', '%3A')}" in html


def test_looking_back_shows_the_page_the_customer_saw(client, merchant, moved):
    sit(client, merchant)

    html = client.get(f"/admin/shipments/shipment/{moved.pk}/seen/1/", {"at": moved.between}).text

    assert "With the carrier" in html
    assert "Out for delivery" not in html.split('class="card status"')[1].split("</h1>")[0]


@pytest.mark.parametrize(
    "text", ["soon", "2999-01-01T00:00", "0001-01-01T00:00:00+14:00", "\x00", "9" * 500]
)
def test_a_time_that_is_none_is_said_so_and_the_present_shown(client, merchant, moved, text):
    sit(client, merchant)

    html = client.get(f"/admin/shipments/shipment/{moved.pk}/change/", {"at": text}).text

    assert 'id="at-problem"' in html
    assert "Out for delivery" in html


# Raw answers


def test_a_raw_answer_is_shown_in_lines_and_escaped(client, watch):
    [answer] = Answer.objects.all()

    shown = sit(client, watch.account.merchant).get(address(watch, f"answers/{answer.pk}/"))

    assert "&quot;to&quot;: &quot;Ada Lovelace&quot;" in shown.text
    assert "&lt;b&gt;" in shown.text
    assert "no-store" in shown.headers["Cache-Control"]


def test_looking_at_a_raw_answer_is_logged(client, watch):
    [answer] = Answer.objects.all()

    sit(client, watch.account.merchant).get(address(watch, f"answers/{answer.pk}/"))

    entry = LogEntry.objects.get(object_id=str(watch.shipment_id))
    assert entry.change_message.startswith("Looked at the raw answer")


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
def test_raw_answers_are_not_for_those_who_only_look(client, watch, role):
    [answer] = Answer.objects.all()

    shown = sit(client, watch.account.merchant, role).get(address(watch, f"answers/{answer.pk}/"))

    assert shown.status_code == 403


def test_an_answer_is_shown_with_its_own_shipment_only(client, watch):
    other = make_shipment(watch.account.merchant)
    [answer] = Answer.objects.all()
    sit(client, watch.account.merchant)

    shown = client.get(f"/admin/shipments/shipment/{other.pk}/answers/{answer.pk}/")

    assert shown.status_code == 404


def test_what_hides_in_a_raw_answer_is_written_out(client, watch):
    body = json.dumps({"a": "gp\u202ej.exe"}, ensure_ascii=False).encode()
    seen_later = sighting("in_transit", "2026-03-01T12:00:00+00:00")
    keep(watch.account, [Told(watch, [report(seen_later)], heard=(answers.Body(body),))], NOW)
    client.force_login(User.objects.create_superuser("staff"))

    html = client.get(address(watch, f"answers/{Answer.objects.latest('pk').pk}/")).text

    assert "\\u202e" in html
    assert "\u202e" not in html


def test_a_place_and_a_postcode_are_shown_to_operators(client, merchant):
    place = Place(city="Leeds", postal_code="LS1 4AB", country="GB")
    shipment = make_shipment(merchant, report(sighting("in_transit", place=place)))

    html = sit(client, merchant).get(f"/admin/shipments/shipment/{shipment.pk}/change/").text

    assert "LS1 4AB Leeds, GB" in html
