"""What staff do to a shipment: only by POST, only at their own merchants, always written down."""

import json
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.utils import timezone

from apps.desk.models import Case, Note, Role
from apps.notifications.models import Delivery
from apps.pages.models import Rating
from apps.providers import answers
from apps.providers.keeping import Told, keep
from apps.providers.models import Answer, Watch
from apps.shipments.models import Event, Recipient, Shipment, TrackingNumber
from apps.shipments.reports import ItemReport, LegReport, NumberReport
from tests.builders import NOW, make_merchant, make_shipment, report, sighting
from tests.desk.seating import seat
from tests.notifications.making import make_endpoint
from tests.providers.making import make_account, make_watch

LEG = LegReport("usps", "USPS")


@pytest.fixture
def merchant(db):
    return make_merchant()


@pytest.fixture
def anna(client, merchant):
    client.force_login(seat(merchant))
    return client


@pytest.fixture
def watch(merchant):
    watch = make_watch(make_account(merchant=merchant), due_at=timezone.now() + timedelta(days=1))
    person(watch.shipment_id)
    told = report(sighting("in_transit", leg=0, description="Left with Ada Lovelace"), legs=(LEG,))
    heard = (answers.Body(b'{"to": "Ada Lovelace"}'),)
    keep(watch.account, [Told(watch, [told], heard=heard)], NOW)
    Watch.objects.filter(pk=watch.pk).update(due_at=timezone.now() + timedelta(days=1))
    return watch


def person(shipment_id, email="ada@example.com"):
    return Recipient.objects.create(shipment_id=shipment_id, name="Ada Lovelace", email=email)


def address(shipment_id, rest):
    return f"/admin/shipments/shipment/{shipment_id}/{rest}"


def entries(shipment_id):
    """Return who did what, in small letters: how fields are called is the log's affair."""
    found = LogEntry.objects.filter(object_id=str(shipment_id)).order_by("pk")
    return [(entry.user.username, entry.change_message.casefold()) for entry in found]


def shipment_of(watch):
    return Shipment.objects.get(pk=watch.shipment_id)


def errors(answer):
    return answer.text.count('class="errorlist')


# Each action and what it is sent.
ACTIONS = {
    "ask/": {},
    "events/add/": {"code": "delivered"},
    "void/": {},
    "link/": {},
    "erase/": {},
    "export/": {"of": "shipment"},
    "unite/": {"other": "1"},
}


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
def test_those_who_only_look_do_nothing(client, merchant, watch, action, role):
    client.force_login(seat(merchant, "eve", role))

    answer = client.post(address(watch.shipment_id, action), ACTIONS[action])

    assert answer.status_code == 403
    assert entries(watch.shipment_id) == []


@pytest.mark.parametrize("action", ACTIONS)
def test_another_merchants_operator_finds_nothing(client, watch, action):
    client.force_login(seat(make_merchant("Other"), "eve"))
    before = shipment_of(watch).version

    answer = client.post(address(watch.shipment_id, action), ACTIONS[action])

    assert answer.status_code == 404
    assert shipment_of(watch).version == before


@pytest.mark.parametrize("action", ["void/", "link/", "erase/", "export/", "unite/?other=1"])
def test_asking_for_a_page_changes_nothing(anna, watch, action):
    before = shipment_of(watch)

    anna.get(address(watch.shipment_id, action))

    after = shipment_of(watch)
    assert (after.version, after.token, after.code) == (before.version, before.token, before.code)
    assert entries(watch.shipment_id) == []


def test_asking_now_has_no_page(anna, watch):
    assert anna.get(address(watch.shipment_id, "ask/")).status_code == 405


def test_asking_now_brings_the_next_question_forward(anna, watch):
    answer = anna.post(address(watch.shipment_id, "ask/"), follow=True)

    watch.refresh_from_db()
    assert watch.due_at <= timezone.now()
    assert "as soon as its provider may be" in answer.text
    assert entries(watch.shipment_id) == [("anna", "asked now. brought forward: “0” → “1”.")]


def test_asking_what_nobody_asks_about_says_so(anna, merchant):
    shipment = make_shipment(merchant)

    answer = anna.post(address(shipment.pk, "ask/"), follow=True)

    assert "nobody is asked" in answer.text
    assert entries(shipment.pk) == []


# A wrong number


def correct(client, watch, **said):
    return client.post(address(watch.shipment_id, f"numbers/{watch.number_id}/"), said, follow=True)


def test_a_number_is_put_right_and_both_are_written_down(anna, watch):
    correct(anna, watch, number="1Z999AA10123456784", carrier_code="ups")

    number = TrackingNumber.objects.select_related("leg").get(pk=watch.number_id)
    assert (number.number, number.leg.carrier_code) == ("1Z999AA10123456784", "ups")
    assert entries(watch.shipment_id) == [
        ("anna", "number corrected. number: “9400111” → “1z999aa10123456784”; "
         "carrier: “usps” → “ups”.")
    ]  # fmt: skip


WRONG = {
    "nothing": {"number": "", "carrier_code": "usps"},
    "spaces": {"number": "  ", "carrier_code": "usps"},
    "the same": {"number": "9400111", "carrier_code": "usps"},
    "no such carrier": {"number": "9400112", "carrier_code": "moon"},
    "too long": {"number": "9" * 101, "carrier_code": "usps"},
    "a NUL": {"number": "94\x0000", "carrier_code": "usps"},
}


@pytest.mark.parametrize("said", WRONG.values(), ids=WRONG)
def test_a_wrong_correction_is_refused_in_the_form(anna, watch, said):
    answer = correct(anna, watch, **said)

    assert errors(answer)
    assert TrackingNumber.objects.get(pk=watch.number_id).number == "9400111"
    assert entries(watch.shipment_id) == []


def test_a_number_is_corrected_with_its_own_shipment_only(anna, watch, merchant):
    other = make_shipment(merchant)

    answer = anna.post(address(other.pk, f"numbers/{watch.number_id}/"), {"number": "1"})

    assert answer.status_code == 404


# Voiding and the link


def test_voiding_cancels(anna, watch):
    anna.post(address(watch.shipment_id, "void/"))

    assert shipment_of(watch).code == "cancelled"
    assert entries(watch.shipment_id) == [("anna", "voided. status: “in_transit” → “cancelled”.")]


def test_what_has_arrived_cannot_be_voided(anna, merchant):
    shipment = make_shipment(merchant, report(sighting("delivered")))

    answer = anna.post(address(shipment.pk, "void/"), follow=True)

    assert "The journey is over" in answer.text
    assert entries(shipment.pk) == []


def test_a_renewed_link_opens_and_the_old_one_does_not(anna, client, watch):
    old = shipment_of(watch).token

    anna.post(address(watch.shipment_id, "link/"))

    new = shipment_of(watch).token
    assert client.get(f"/t/{old}/").status_code == 404
    assert client.get(f"/t/{new}/").status_code == 200
    words = LogEntry.objects.get(object_id=str(watch.shipment_id)).change_message
    assert old not in words
    assert new not in words


# Duplicates


@pytest.fixture
def pair(merchant):
    told = report(sighting("accepted"), legs=(LEG,), numbers=(NumberReport("9400111", 0),))
    newer = report(
        sighting("in_transit", "2026-03-01T12:00:00+00:00"),
        legs=(LEG,),
        numbers=(NumberReport("9400999", 0),),
        items=(ItemReport(custom_reference="SKU-7", description="Mug"),),
    )
    return make_shipment(merchant, told, order_reference="A1"), make_shipment(merchant, newer)


@pytest.mark.parametrize("name", ["9400 999", "SKU-7"])
def test_a_duplicate_is_found_by_any_name(anna, pair, name):
    first, other = pair

    html = anna.get(address(first.pk, "unite/"), {"q": name}).text

    assert f'href="?other={other.pk}"' in html


def test_another_merchants_shipment_is_never_a_duplicate(anna, pair):
    first, _ = pair
    told = report(legs=(LEG,), numbers=(NumberReport("9400777", 0),))
    foreign = make_shipment(make_merchant("Other"), told)

    html = anna.get(address(first.pk, "unite/"), {"q": "9400777"}).text
    answer = anna.post(address(first.pk, "unite/"), {"other": foreign.pk})

    assert foreign.reference not in html
    assert "No other shipment" in html
    assert answer.status_code == 404


def test_both_are_shown_side_by_side_first(anna, pair):
    first, other = pair

    html = anna.get(address(first.pk, "unite/"), {"other": other.pk}).text

    for text in (first.reference, other.reference, "9400111", "9400999", "1 × Mug", "A1"):
        assert text in html


def test_uniting_makes_one_of_two_and_is_written_down_with_both(anna, pair):
    first, other = pair

    anna.post(address(first.pk, "unite/"), {"other": other.pk})

    other.refresh_from_db()
    assert other.merged_into_id == first.pk
    assert Event.objects.filter(shipment=first, superseded_at=None).count() == 2
    assert entries(first.pk) == [
        ("anna", f"united with {other.reference}. status: “accepted” → “in_transit”.")
    ]
    assert entries(other.pk)[0][1].startswith(f"became part of {first.reference}.")


def test_what_was_united_already_is_refused_in_words(anna, pair):
    first, other = pair
    anna.post(address(first.pk, "unite/"), {"other": other.pk})

    answer = anna.post(address(first.pk, "unite/"), {"other": other.pk}, follow=True)

    assert "was united with another shipment already" in answer.text


@pytest.mark.parametrize("other", ["x", "-1", "٣", "9" * 40, ""])
def test_nonsense_for_the_other_shows_the_search(anna, pair, other):
    answer = anna.get(address(pair[0].pk, "unite/"), {"other": other})

    assert answer.status_code == 200
    assert 'name="q"' in answer.text


# Personal data


def erase(client, watch, **said):
    said = {"typed": shipment_of(watch).reference} | said
    return client.post(address(watch.shipment_id, "erase/"), said, follow=True)


def leave_words(watch):
    """Have a rating, a message and a note that may name the person."""
    Rating.objects.create(shipment_id=watch.shipment_id, stars=1, words="Ada was out", rated_at=NOW)
    told = {"version": 1, "code": "in_transit", "created_at": NOW, "due_at": NOW}
    Delivery.objects.create(
        endpoint=make_endpoint("https://shop.example/hook", watch.account.merchant),
        shipment_id=watch.shipment_id,
        body='{"to": "Ada"}',
        **told,
    )
    case = Case.objects.create(shipment_id=watch.shipment_id, opened_at=NOW)
    return Note.objects.create(case=case, text="Ada called", made_at=NOW)


def test_erasing_leaves_no_trace_of_the_person(anna, watch):
    leave_words(watch)

    erase(anna, watch)

    assert not Recipient.objects.exists()
    assert not Answer.objects.exists()
    texts = [Rating.objects.get().words, Delivery.objects.get().body, Note.objects.get().text]
    texts += Event.objects.values_list("description", flat=True)
    assert "Ada" not in " ".join(texts)
    assert entries(watch.shipment_id) == [("anna", "personal data erased.")]


@pytest.mark.parametrize("typed", ["", "yes", "sp_1"])
def test_nothing_is_erased_by_a_slip(anna, watch, typed):
    answer = erase(anna, watch, typed=typed)

    assert errors(answer)
    assert Recipient.objects.exists()
    assert entries(watch.shipment_id) == []


def test_erasing_can_take_all_shipments_of_the_person_and_nobody_elses(anna, watch, merchant):
    same, other = make_shipment(merchant), make_shipment(merchant)
    foreign = make_shipment(make_merchant("Other"))
    person(same.pk, "ADA@example.com")
    person(other.pk, "bob@example.com")
    person(foreign.pk)

    erase(anna, watch, everywhere="on")

    assert set(Recipient.objects.values_list("pk", flat=True)) == {other.pk, foreign.pk}
    assert entries(same.pk) == [("anna", "personal data erased.")]


def test_without_the_box_only_the_one_is_erased(anna, watch, merchant):
    same = make_shipment(merchant)
    person(same.pk)

    erase(anna, watch)

    assert list(Recipient.objects.values_list("pk", flat=True)) == [same.pk]


def export(client, watch, of="shipment"):
    return client.post(address(watch.shipment_id, "export/"), {"of": of})


def test_a_persons_data_is_handed_over_as_a_file(anna, watch):
    leave_words(watch)

    answer = export(anna, watch)

    assert answer.headers["Content-Disposition"].startswith('attachment; filename="person-sp_')
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]
    told = json.loads(answer.content)
    [parcel] = told["told"]["shipments"]
    assert parcel["recipient"]["name"] == "Ada Lovelace"
    assert json.loads(told["answers"][0]["body"]) == {"to": "Ada Lovelace"}
    assert told["messages"][0]["body"] == '{"to": "Ada"}'
    assert (told["ratings"][0]["words"], told["notes"][0]["text"]) == ("Ada was out", "Ada called")
    assert entries(watch.shipment_id) == [("anna", "personal data exported.")]


def test_a_persons_data_is_that_of_all_shipments_of_the_merchant_alone(anna, watch, merchant):
    same, foreign = make_shipment(merchant), make_shipment(make_merchant("Other"))
    person(same.pk, "Ada@Example.com")
    person(foreign.pk)

    told = json.loads(export(anna, watch, "email").content)["told"]["shipments"]

    assert {one["reference"] for one in told} == {shipment_of(watch).reference, same.reference}


def test_no_secret_of_an_account_is_handed_over(anna, watch):
    assert b"k-secret-1" not in export(anna, watch).content


def test_whoever_has_no_e_mail_is_not_joined_with_others_who_have_none(anna, watch, merchant):
    Recipient.objects.update(email="")
    person(make_shipment(merchant).pk, "")

    told = json.loads(export(anna, watch, "email").content)["told"]["shipments"]

    assert len(told) == 1


def test_platform_staff_may_do_all_of_it(client, watch):
    client.force_login(User.objects.create_superuser("staff"))

    assert client.post(address(watch.shipment_id, "void/")).status_code == 302
