"""A code by mail shows the rest of a parcel: for a while, for that parcel, to whom it was sent."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.mails import addresses
from apps.mails.models import Letter
from apps.mails.writing import write
from apps.pages import codes
from apps.shipments import correcting
from apps.shipments.reading import journey_of
from tests.builders import NOW
from tests.mails.subscribing import letters, token_of
from tests.pages.doors import EMAIL, POSTCODE, make_brand, make_parcel, page_of, ticket_of
from tests.pages.markup import read

pytestmark = pytest.mark.django_db
TOKEN, OTHER = "a" * 32, "b" * 32


@pytest.fixture(autouse=True)
def sends_mail(settings):
    settings.SENDS_MAIL, settings.PUBLIC_URL = True, "https://parcels.example"


@pytest.fixture
def parcel(db):
    return make_parcel(to={"street": "12 Baker Road"}, now=timezone.now())


def ask(client, parcel, headers=None, **fields):
    path = f"{page_of(parcel)}code?lang=en"
    given = {"ticket": ticket_of(client, path, "code")} | fields
    return client.post(path, given, headers=headers)


def sent(parcel):
    """Return the digits in the newest mail."""
    letter = letters()[-1]
    digits = codes.code_of(token_of(parcel), letter.created_at)
    assert digits in write(letter, journey_of(parcel.pk), timezone.now()).text
    return digits


def give(client, parcel, answer, fact):
    form = read(answer.text).one("form", method="post")
    hidden = {one["name"]: one["value"] for one in form.all("input", type="hidden")}
    return client.post(f"{page_of(parcel)}{form['action']}", hidden | {"fact": fact})


def test_a_code_is_six_digits_of_one_parcel_and_time():
    digits = codes.code_of(TOKEN, NOW)

    assert len(digits) == 6
    assert digits.isdecimal()
    assert digits == codes.code_of(TOKEN, NOW + timedelta(milliseconds=900))
    assert digits != codes.code_of(OTHER, NOW)
    assert digits != codes.code_of(TOKEN, NOW + timedelta(seconds=1))


def test_a_code_holds_for_a_quarter_of_an_hour():
    digits, ticket = codes.code_of(TOKEN, NOW), codes.ticket_of(TOKEN, NOW)

    assert codes.fits(digits, ticket, TOKEN, NOW + timedelta(minutes=15))
    assert not codes.fits(digits, ticket, TOKEN, NOW + timedelta(minutes=15, seconds=1))
    assert not codes.fits(digits, ticket, OTHER, NOW)
    assert not codes.fits(digits, codes.ticket_of(OTHER, NOW), TOKEN, NOW)


@pytest.mark.parametrize("ticket", ["", "x", "65f.abc", "\0", "é" * 50])
def test_a_code_nobody_asked_for_is_none(ticket):
    assert not codes.fits(codes.code_of(TOKEN, NOW), ticket, TOKEN, NOW)


def test_digits_may_be_typed_as_people_type_them():
    digits, ticket = codes.code_of(TOKEN, NOW), codes.ticket_of(TOKEN, NOW)
    arabic = digits.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))

    for typed in (f" {digits[:3]} {digits[3:]} ", f"{digits[:3]}-{digits[3:]}", arabic):
        assert codes.fits(typed, ticket, TOKEN, NOW)


def test_the_form_that_asks_for_a_fact_leads_to_the_code(client, parcel):
    (prove,) = read(client.get(page_of(parcel)).text).all(id="prove")

    assert [link["href"] for link in prove.all("a")] == ["code?lang=en"]


def test_asking_shows_where_it_goes_but_not_the_address(client, parcel):
    answer = client.get(f"{page_of(parcel)}code?lang=en")

    assert "A…@M…" in answer.text
    assert "marker" not in answer.text.lower()
    assert answer["Cache-Control"] == "no-store"
    assert letters() == []


def test_the_code_of_the_mail_shows_the_rest(client, parcel):
    answer = ask(client, parcel)
    (letter,) = letters()

    shown = give(client, parcel, answer, sent(parcel))

    assert (letter.kind, letter.subscription, letter.shipment_id) == ("code", None, parcel.pk)
    assert shown.status_code == 200
    assert "12 Baker Road" in shown.text


def test_a_wrong_code_is_said_and_the_right_one_still_fits(client, parcel):
    answer, digits = ask(client, parcel), sent(parcel)
    wrong = f"{(int(digits) + 1) % 10**6:06}"

    refused = give(client, parcel, answer, wrong)
    again = give_again(client, parcel, refused, digits)

    assert refused.status_code == 403
    assert "not the code we sent" in read(refused.text).one(id="prove-wrong").text
    assert again.status_code == 200


def give_again(client, parcel, answer, fact):
    form = read(answer.text).one(id="prove").one("form")
    hidden = {one["name"]: one["value"] for one in form.all("input", type="hidden")}
    return client.post(f"{page_of(parcel)}prove", hidden | {"fact": fact})


def test_after_five_wrong_codes_the_right_one_is_refused(client, parcel):
    answer, digits = ask(client, parcel), sent(parcel)
    for number in range(1, 6):
        give(client, parcel, answer, f"{(int(digits) + number) % 10**6:06}")

    assert give(client, parcel, answer, digits).status_code == 429


def test_a_postcode_may_be_typed_in_place_of_the_code(client, parcel):
    assert give(client, parcel, ask(client, parcel), POSTCODE).status_code == 200


def test_a_code_is_of_no_use_for_another_parcel(client, parcel):
    other = make_parcel(parcel.merchant, number="JD77", now=timezone.now())
    answer, digits = ask(client, parcel), sent(parcel)
    ticket = read(answer.text).one("input", name="code")["value"]
    page = page_of(other)

    given = {"ticket": ticket_of(client, page, "prove"), "code": ticket, "fact": digits}

    assert client.post(f"{page}prove", given).status_code == 403


def test_a_renewed_link_takes_no_old_code(client, parcel):
    answer, digits = ask(client, parcel), sent(parcel)
    ticket = read(answer.text).one("input", name="code")["value"]
    correcting.renew_link(parcel.pk, now=timezone.now())
    page = page_of(parcel)

    given = {"ticket": ticket_of(client, page, "prove"), "code": ticket, "fact": digits}

    assert client.post(f"{page}prove", given).status_code == 403


def test_five_codes_a_day_are_sent(client, parcel):
    for number in range(6):
        client.defaults["REMOTE_ADDR"] = f"10.{number}.0.1"
        answer = ask(client, parcel)

    assert answer.status_code == 429
    assert len(letters()) == 5


@pytest.mark.parametrize("to", [False, {"email": ""}])
def test_without_an_address_there_is_no_code(client, db, to):
    parcel = make_parcel(to=to, now=timezone.now())

    answers = [client.get(f"{page_of(parcel)}code"), client.post(f"{page_of(parcel)}code")]

    assert "code?lang" not in client.get(page_of(parcel)).text
    assert [answer.status_code for answer in answers] == [303, 303]
    assert letters() == []


def test_where_no_mail_is_sent_there_is_no_code(client, parcel, settings):
    settings.SENDS_MAIL = False

    assert "code?lang" not in client.get(page_of(parcel)).text
    assert client.get(f"{page_of(parcel)}code").status_code == 303


def test_a_blocked_address_is_sent_none(client, parcel):
    addresses.block(EMAIL, "complained", timezone.now())

    assert ask(client, parcel).status_code == 429
    assert letters() == []


@pytest.mark.parametrize(
    ("headers", "fields"), [({"Origin": "https://evil.example"}, {}), ({}, {"ticket": "x"})]
)
def test_forms_of_others_and_old_ones_send_none(client, parcel, headers, fields):
    answer = ask(client, parcel, headers, **fields)

    assert answer.status_code == 400
    assert read(answer.text).one(role="alert").text
    assert not Letter.objects.exists()


def test_frames_and_guests_are_offered_none(client, parcel):
    brand = make_brand(parcel.merchant, frame_origins=["https://shop.example"])
    framed = client.get(f"/e/{brand.slug}/{token_of(parcel)}/")
    shares = read(client.get(page_of(parcel)).text).one(id="share").all("a")

    for answer in (framed, *(client.get(share["href"]) for share in shares)):
        assert "code?lang" not in answer.text
