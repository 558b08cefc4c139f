"""A second fact on the page shows the rest of the parcel, for a while, to this browser only."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from apps.pages import proving, tickets
from apps.shipments.models import Shipment
from apps.shipments.recording import record
from tests.builders import make_merchant, make_shipment, report, sighting
from tests.pages.doors import EMAIL, POSTCODE, make_brand, make_parcel, page_of, prove, ticket_of
from tests.pages.markup import read

TO = {"name": "Ada Marker", "street": "12 Baker Road", "city": "Milton Keynes", "country": "GB"}
SIGNED = report(sighting("delivered.signed", "2026-03-02T09:00:00+00:00", signee="P. Jones"))


@pytest.fixture
def parcel(db):
    return make_parcel(to=TO)


def proof_in(answer):
    return json.loads(read(answer.text).one(id="tracking")["hx-headers"])["X-Proof"]


@pytest.mark.parametrize("fact", [POSTCODE, EMAIL, " mk1 1mk", "ada@marker.example"])
def test_a_right_fact_shows_whom_it_goes_to(client, parcel, fact):
    answer = prove(client, parcel, fact)

    details = read(answer.text).one(id="details").text
    assert answer.status_code == 200
    for told in ("Ada Marker", "12 Baker Road", "MK1 1MK Milton Keynes", "United Kingdom"):
        assert told in details
    assert not read(answer.text).all(id="prove")


def test_a_right_fact_shows_who_signed(client, parcel):
    record(parcel.pk, SIGNED, now=timezone.now())

    assert "P. Jones" not in client.get(page_of(parcel)).text
    assert "P. Jones" in prove(client, parcel).text


def test_what_was_proved_is_kept_by_nobody(client, parcel):
    answer = prove(client, parcel)

    assert answer["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers
    assert not answer.cookies
    assert "Ada Marker" not in client.get(page_of(parcel)).text


def test_the_page_says_who_can_see_it(client, parcel):
    alone, proved = client.get(page_of(parcel)), prove(client, parcel)

    assert "Everybody who has this link" in alone.text
    assert "Everybody who has this link" not in proved.text
    assert "for 15 minutes" in read(proved.text).one("footer").text


def test_a_wrong_fact_is_told_on_the_page(client, parcel):
    answer = prove(client, parcel, "wrong")

    page = read(answer.text)
    problem = page.one("div", role="alert")
    assert answer.status_code == 403
    assert "autofocus" in problem.attributes
    assert problem["id"] in page.one("input", name="fact")["aria-describedby"].split()
    assert page.one(id="status")
    assert "Baker" not in answer.text
    assert "wrong" not in {one.get("value") for one in page.all("input")}


def test_too_many_wrong_facts_close_the_form_and_not_the_page(client, parcel):
    for _ in range(5):
        prove(client, parcel, "wrong")

    answer = prove(client, parcel)

    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert "Too many tries" in read(answer.text).one("div", role="alert").text
    assert read(answer.text).one(id="status")
    assert "Baker" not in answer.text


@pytest.mark.parametrize(
    "fields", [{"fact": ""}, {"fact": "x" * 10_000}, {"ticket": ""}, {"ticket": "\x00"}]
)
def test_an_unfit_form_is_told_on_the_page(client, parcel, fields):
    answer = prove(client, parcel, **fields)

    assert answer.status_code == 400
    assert read(answer.text).one("div", role="alert").text


@pytest.mark.parametrize("fact", ["\x00", "ß" * 200, "{{ 7*7 }}", "<script>", "%", "\ufdfa" * 200])
def test_hostile_facts_are_only_wrong(client, parcel, fact):
    assert prove(client, parcel, fact).status_code == 403


def test_a_form_of_another_site_proves_nothing(client, parcel):
    answer = prove(client, parcel, headers={"Origin": "https://evil.example"})

    assert answer.status_code == 400
    assert "Baker" not in answer.text


def test_a_ticket_is_for_one_parcel(client, parcel):
    other = make_parcel(parcel.merchant, "OTHER1")
    ticket = ticket_of(client, page_of(other), "prove")

    assert prove(client, parcel, ticket=ticket).status_code == 400


def test_without_a_known_fact_nothing_is_asked(client, db):
    parcels = [
        make_shipment(),
        make_parcel(make_merchant("B"), to={"email": "", "postal_code": ""}),
    ]

    for parcel in parcels:
        assert not read(client.get(page_of(parcel)).text).all(id="prove")


def test_opening_the_forms_address_leads_to_the_page(client, parcel):
    for form in ("prove", "rating"):
        answer = client.get(f"{page_of(parcel)}{form}?lang=en")

        assert (answer.status_code, answer["Location"]) == (303, f"{page_of(parcel)}?lang=en")


def test_news_of_a_proved_page_is_proved(client, parcel):
    proof = proof_in(prove(client, parcel))
    record(parcel.pk, SIGNED, now=timezone.now())

    answer = client.get(f"{page_of(parcel)}live?version=1", headers={"X-Proof": proof})

    assert "P. Jones" in answer.text
    assert "Baker Road" in answer.text
    assert answer["Cache-Control"] == "no-store"


def test_a_proved_page_without_news_is_answered_with_nothing(client, parcel):
    page = read(prove(client, parcel).text).one(id="tracking")
    proof = json.loads(page["hx-headers"])["X-Proof"]

    answer = client.get(f"{page_of(parcel)}{page['hx-get']}", headers={"X-Proof": proof})

    assert (answer.status_code, answer.content) == (204, b"")


def lapsed(parcel):
    token = Shipment.objects.get(pk=parcel.pk).token
    return tickets.issue(f"proved {token}", timezone.now() - timedelta(minutes=16))


def of_another(parcel):
    return tickets.issue("proved " + "a" * 22, timezone.now())


def a_ticket(parcel):
    token = Shipment.objects.get(pk=parcel.pk).token
    return tickets.issue(f"prove {token}", timezone.now())


@pytest.mark.parametrize(
    "made", [lapsed, of_another, a_ticket, lambda _: "x", lambda _: "ß", lambda _: "." * 5000]
)
def test_what_is_no_proof_any_more_shows_the_page_as_others_see_it(client, parcel, made):
    page = read(client.get(page_of(parcel)).text).one(id="tracking")

    answer = client.get(f"{page_of(parcel)}{page['hx-get']}", headers={"X-Proof": made(parcel)})

    assert answer.status_code == 200
    assert "Baker" not in answer.text
    assert "hx-headers" not in read(answer.text).one(id="tracking").attributes


def test_a_proof_holds_a_quarter_of_an_hour():
    now = timezone.now()
    proof = tickets.issue("proved token", now)

    assert proving.holds(proof, "token", now + timedelta(minutes=14, seconds=59))
    assert not proving.holds(proof, "token", now + timedelta(minutes=15, seconds=1))


def test_a_renewed_link_ends_its_proofs(client, parcel):
    proof = proof_in(prove(client, parcel))
    Shipment.objects.filter(pk=parcel.pk).update(token="n" * 22)

    answer = client.get(f"{page_of(parcel)}live", headers={"X-Proof": proof})

    assert "Baker" not in answer.text


def test_a_proof_holds_for_the_same_recipients_parcels_only(client, db):
    merchant = make_merchant()
    mine = make_parcel(merchant, "A1", to=TO, order_reference="1")
    for number, to in (("A2", TO), ("A3", {"email": "", "name": "Bob"}), ("A4", False)):
        other = make_parcel(merchant, number, to=to, order_reference="1")
        record(
            other.pk, report(sighting("delivered", signee=f"Signee {number}")), now=timezone.now()
        )

    page = prove(client, mine).text

    assert "Signee A2" in page
    assert "Signee A3" not in page
    assert "Signee A4" not in page
    assert "A3" in page


def test_a_frame_asks_for_nothing(client, parcel):
    make_brand(parcel.merchant, frame_origins=["https://shop.example"])
    token = Shipment.objects.get(pk=parcel.pk).token

    page = client.get(f"/e/acme/{token}/")

    assert page.status_code == 200
    assert not read(page.text).all("form")
