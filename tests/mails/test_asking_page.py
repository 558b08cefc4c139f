"""Asking for mail on the page: found there, sent safely, and it tells nothing about others."""

import pytest
from django.test import Client
from django.utils import timezone

from apps.mails import addresses
from apps.mails.models import Letter, Subscription
from apps.pages.guessing import LIMITS
from apps.shipments import correcting
from tests.mails.subscribing import ADA, ask, letters, make_subscription
from tests.pages.doors import make_brand, make_parcel, page_of
from tests.pages.markup import read

pytestmark = pytest.mark.django_db
SENT = "Look into your mailbox"


@pytest.fixture(autouse=True)
def sends_mail(settings):
    settings.SENDS_MAIL = True


@pytest.fixture
def parcel(db):
    return make_parcel(now=timezone.now())


def ways_of(client, parcel):
    return [link["href"] for link in read(client.get(page_of(parcel)).text).all("a")]


def test_the_page_leads_to_the_form(client, parcel):
    assert "news?lang=en" in ways_of(client, parcel)


def test_the_form_has_an_address_and_the_usual_topics_chosen(client, parcel):
    answer = client.get(f"{page_of(parcel)}news?lang=en")

    page = read(answer.text)
    boxes = page.all("input", type="checkbox")
    assert page.one("input", type="email")["autocomplete"] == "email"
    assert [box["value"] for box in boxes if "checked" not in box.attributes] == ["in_transit"]
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert (answer["Cache-Control"], answer["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert not answer.cookies


def test_asking_stores_it_and_writes_to_the_address(client, parcel):
    answer = ask(client, parcel)

    one = Subscription.objects.get()
    assert answer.status_code == 200
    assert SENT in answer.text
    assert not answer.cookies
    assert (one.shipment_id, one.state, one.topics) == (
        parcel.pk,
        "asked",
        ["delivered", "exception"],
    )
    assert [letter.kind for letter in letters()] == ["confirm"]


def test_the_language_of_the_page_is_that_of_the_mail(client, parcel):
    path = f"{page_of(parcel)}news?lang=ar"
    ticket = read(client.get(path).text).one("input", name="ticket")["value"]

    client.post(path, {"ticket": ticket, "email": ADA, "topics": "delivered"})

    assert Subscription.objects.get().language == letters()[0].language == "ar"


def heard_already(parcel):
    make_subscription(parcel)


def blocked(parcel):
    addresses.block(ADA, "complained", timezone.now())


def asked_already(parcel):
    make_subscription(parcel, origin="page")


@pytest.mark.parametrize("before", [heard_already, blocked, asked_already])
def test_the_answer_does_not_tell_what_is_known_of_an_address(client, parcel, before):
    before(parcel)
    first = ask(client, parcel)
    second = ask(client, parcel, "nobody@marker.example")

    assert first.status_code == second.status_code == 200
    assert first.text == second.text


WRONG = {
    "no address": ({"email": ""}, "Write an e-mail address"),
    "no address of anybody": ({"email": "ada@"}, "Write an e-mail address"),
    "lines": ({"email": "a@b.example\r\nBcc: c@d.example"}, "Write an e-mail address"),
    "nul": ({"email": "a\0@b.example"}, "Write an e-mail address"),
    "long": ({"email": "a" * 10_000 + "@b.example"}, "e-mail address|Mail cannot"),
    "no topic": ({"topics": []}, "Choose at least one thing"),
    "another topic": ({"topics": ["everything"]}, "Choose at least one thing"),
    "no ticket": ({"ticket": ""}, "open for too long"),
    "another ticket": ({"ticket": "65f.abc"}, "open for too long"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_said_and_nothing_stored(client, parcel, case):
    fields, words = WRONG[case]

    answer = ask(client, parcel, **{"email": ADA} | fields)

    assert answer.status_code == 400
    alert = read(answer.text).one(role="alert").text
    assert any(word in alert for word in words.split("|"))
    assert not Subscription.objects.exists()
    assert letters() == []


def test_what_was_typed_is_shown_again_harmlessly(client, parcel):
    answer = ask(client, parcel, "<script>alert(1)</script>", topics=["silent"])

    page = read(answer.text)
    assert "<script>alert" not in answer.text
    assert page.one("input", type="email")["value"].startswith("<script>")
    (chosen,) = [one for one in page.all("input", type="checkbox") if "checked" in one.attributes]
    assert chosen["value"] == "silent"


def test_another_sites_form_is_refused(client, parcel):
    answer = ask(client, parcel, headers={"Origin": "https://evil.example"})

    assert answer.status_code == 400
    assert not Subscription.objects.exists()


def test_a_parcel_is_asked_about_five_times_in_a_while(client, parcel):
    for number in range(LIMITS["asked parcel"]):
        client.defaults["REMOTE_ADDR"] = f"10.{number}.0.1"
        assert ask(client, parcel, f"a{number}@marker.example").status_code == 200

    answer = ask(client, parcel, "last@marker.example")

    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 900
    assert Subscription.objects.count() == 5


def test_somebody_asks_about_twenty_parcels_in_a_while(client, db):
    merchant = make_parcel(now=timezone.now()).merchant
    status = [
        ask(
            client,
            make_parcel(merchant, number=f"JD{number:06}", now=timezone.now()),
            f"a{number}@marker.example",
        ).status_code
        for number in range(LIMITS["asked address"] + 1)
    ]

    assert status == [200] * 20 + [429]


def test_one_address_gets_one_mail_a_parcel_however_often_it_is_typed(client, parcel):
    for spelt in (ADA, ADA.lower(), ADA.upper(), f" {ADA} "):
        ask(client, parcel, spelt)

    assert Subscription.objects.count() == len(letters()) == 1


NOT_OFFERED = ["no mail", "a brand without", "delivered", "lost"]


@pytest.mark.parametrize("case", NOT_OFFERED)
def test_where_there_is_no_news_the_form_leads_to_the_page(client, settings, case):
    settings.SENDS_MAIL = case != "no mail"
    code = {"delivered": "delivered", "lost": "exception.lost"}.get(case, "in_transit")
    parcel = make_parcel(code=code, now=timezone.now())
    if case == "a brand without":
        make_brand(parcel.merchant, offers_mail=False)

    answers = [
        client.get(f"{page_of(parcel)}news?lang=de"),
        client.post(f"{page_of(parcel)}news?lang=de", {"email": ADA, "topics": "delivered"}),
    ]

    assert not [way for way in ways_of(client, parcel) if "news" in way]
    for answer in answers:
        assert (answer.status_code, answer["Location"]) == (303, f"{page_of(parcel)}?lang=de")
    assert not Subscription.objects.exists()


def test_a_guest_cannot_ask(client, parcel):
    shares = read(client.get(page_of(parcel)).text).one(id="share").all("a")

    for share in shares:
        assert "/news" not in client.get(share["href"]).text


def test_in_a_frame_it_is_a_link_to_a_page_of_its_own(client, parcel):
    brand = make_brand(parcel.merchant, frame_origins=["https://shop.example"])
    path = page_of(parcel)

    page = read(client.get(f"/e/{brand.slug}{path.removeprefix('/t')}").text)

    (link,) = [one for one in page.all("a") if "/news" in (one.get("href") or "")]
    assert link["href"] == f"{path}news?lang=en"
    assert (link["target"], link["rel"]) == ("_blank", "noopener")


def test_no_page_may_frame_the_form(client, parcel):
    make_brand(parcel.merchant, frame_origins=["https://shop.example"])

    policy = client.get(f"{page_of(parcel)}news")["Content-Security-Policy"]

    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize("token", ["x" * 32, "x" * 20])
def test_a_wrong_link_is_answered_as_elsewhere(client, token):
    assert client.get(f"/t/{token}/news").status_code == 404
    assert client.post(f"/t/{token}/news", {"email": ADA}).status_code == 404


def test_a_renewed_link_takes_nothing(client, parcel):
    path = page_of(parcel)
    ticket = read(client.get(f"{path}news").text).one("input", name="ticket")["value"]
    correcting.renew_link(parcel.pk, now=timezone.now())

    answer = client.post(f"{path}news", {"ticket": ticket, "email": ADA, "topics": "delivered"})

    assert answer.status_code == 404
    assert not Subscription.objects.exists()


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(client, parcel, method):
    assert getattr(client, method)(f"{page_of(parcel)}news").status_code == 405


def test_a_form_needs_no_cookie(parcel):
    client = Client(enforce_csrf_checks=True)

    assert SENT in ask(client, parcel).text


def test_asking_takes_a_fixed_number_of_statements(client, parcel, django_assert_num_queries):
    path = f"{page_of(parcel)}news?lang=en"
    with django_assert_num_queries(5):
        ticket = read(client.get(path).text).one("input", name="ticket")["value"]

    with django_assert_num_queries(21):
        client.post(path, {"ticket": ticket, "email": ADA, "topics": "delivered"})

    assert Letter.objects.count() == 1
