"""A crawl: nothing personal leaves on any address of the pages before it was proved."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.utils import timezone

from apps.pages.sharing import Shared, seal
from apps.pages.urls import urlpatterns
from apps.shipments.models import Recipient
from apps.shipments.privacy import Level
from apps.shipments.recording import record
from apps.shipments.reports import (
    Headline,
    ItemReport,
    LegReport,
    NumberReport,
    Place,
    PromiseReport,
)
from tests.builders import at, make_merchant, make_shipment, report, sighting
from tests.pages.doors import look_up, make_brand, prove, ticket_of

NUMBER, ORDER, SHOPS, ITEM = "JD014600006228", "ORDER-4711", "SHOPS-4711", "Blue jumper"
PERSON = {
    "name": "Zebulon Quixmark",
    "email": "zeb.quixmark@markers.example",
    "phone": "+44 7700 900123",
    "street": "77 Quixmark Lane",
    "city": "Quixtown",
    "postal_code": "QX7 7ZZ",
    "country": "GB",
}
# What must not be found in any spelling; letters are compared small and without spaces.
MARKS = ("quixmark", "zebulon", "zeb.", "markers.example", "7700900123", "qx77zz", "quixlane")
MARKS += ("53.80075", "1.54908", "wigglesworth")
# What a stranger to the link must not learn either.
STATE_ONLY = (ORDER, SHOPS, ITEM, "Leeds")

TEXTS = [
    "Left with Zebulon Quixmark, 77 Quixmark Lane, QX7 7ZZ",
    "Signed for by Q. Wigglesworth",
    "Please call +44 7700 900123 or zeb.quixmark@markers.example",
    "delivered to 77 QUIXMARK LANE",
    "Zugestellt, Quixlanestraße 5",
]
DOOR = Place(
    label="77 Quixmark Lane, Leeds",
    company="Quixmark Ltd",
    city="Leeds",
    postal_code="QX7 7ZZ",
    country="GB",
    latitude=53.80075,
    longitude=-1.54908,
)


def said(code):
    scans = [
        sighting(
            code if n == len(TEXTS) - 1 else "in_transit",
            f"2026-03-01T{10 + n}:00:00+00:00",
            description=text,
            place=DOOR,
            signee="Q. Wigglesworth",
            leg=0,
        )
        for n, text in enumerate(TEXTS)
    ]
    page = "https://carrier.example/?n=1&zip="
    headline = Headline(code=code, description=TEXTS[0], problem=TEXTS[3])
    return report(
        *scans,
        legs=(LegReport(carrier_code="dhl", carrier_name="DHL"),),
        items=(ItemReport(description=ITEM),),
        numbers=(
            NumberReport(NUMBER, 0, tracking_url=f"{page}QX7%207ZZ", headline=headline),
            NumberReport("JD2", 0, tracking_url=f"{page}qx77zz"),
        ),
        promise=PromiseReport(until=at("2026-03-05T10:00:00+00:00"), reason=TEXTS[0]),
    )


@pytest.fixture(params=["out_for_delivery", "delivered", "exception", "returning"])
def parcel(request, db):
    merchant = make_merchant()
    make_brand(merchant, opens_by_number=True, frame_origins=["https://shop.example"])
    names = {"order_reference": ORDER, "custom_reference": SHOPS}
    first, second = (make_shipment(merchant, **names) for _ in range(2))
    for one in (first, second):
        Recipient.objects.create(shipment=one, **PERSON)
        record(one.pk, said(request.param), now=timezone.now())
    return first


def sealed(parcel, level):
    return seal(Shared(parcel.token, level, timezone.now().date() + timedelta(days=1)))


ARGUMENTS = {"slug": "acme", "number": NUMBER, "version": "1"} | {
    "digest": "0" * 64,
    "ending": "webp",
}


def addresses(parcel, level):
    """Yield every address of the pages that a parcel can be reached by at a level."""
    values = ARGUMENTS | {"token": parcel.token, "sealed": sealed(parcel, level)}
    for pattern in urlpatterns:
        route = str(pattern.pattern)
        if level < Level.LINK and "token" in route:
            continue
        yield "/" + re.sub(r"<\w+:(\w+)>", lambda part: values[part[1]], route)


def asked(client, parcel, level):
    """Yield every answer with its address, in several languages and kinds."""
    for address in addresses(parcel, level):
        for query in ("", "?lang=de", "?version=1", "?host=https://shop.example"):
            yield address + query, client.get(address + query)
        yield f"{address} as text", client.get(address, headers={"Accept": "text/plain"})
        yield f"{address} sent", client.post(address, {"fact": "x", "stars": "5"})
        yield f"{address} of an edited link", client.get(address.replace("/t/", "/t/A"))
        yield f"{address} proved with rubbish", client.get(address, headers={"X-Proof": "x"})


def told(answer):
    headers = " ".join(f"{name}: {value}" for name, value in answer.items())
    return f"{headers} {answer.text}"


def marks_in(text):
    squeezed = re.sub(r"[\s+-]|%20|&nbsp;", "", text).lower()
    return [mark for mark in MARKS if mark in squeezed]


def test_nothing_personal_is_found_by_whoever_holds_the_link(client, parcel):
    answers = list(asked(client, parcel, Level.LINK))

    assert {answer.status_code for _, answer in answers} >= {200, 404}
    assert [(where, marks_in(told(a))) for where, a in answers if marks_in(told(a))] == []
    assert not any(answer.cookies for _, answer in answers)


def test_nothing_but_the_state_is_found_by_whoever_knows_the_number(client, parcel):
    answers = list(asked(client, parcel, Level.NUMBER))

    for where, answer in answers:
        text = told(answer)
        assert marks_in(text) == [], where
        assert [word for word in (*STATE_ONLY, parcel.token) if word in text] == [], where


def test_failed_look_ups_and_proofs_find_nothing_personal(client, parcel):
    answers = [
        look_up(client, NUMBER, "wrong"),
        look_up(client, ORDER, "wrong", path="/b/acme/"),
        prove(client, parcel, "wrong"),
        client.get(f"/oembed?url={quote(f'http://testserver/t/{parcel.token}/', safe='')}"),
    ]

    assert [marks_in(told(answer)) for answer in answers] == [[]] * len(answers)


def test_the_marks_are_there_to_be_found(client, parcel):
    found = marks_in(told(prove(client, parcel, PERSON["postal_code"])))

    assert {"quixmark", "zebulon", "wigglesworth", "7700900123"} <= set(found)


def test_no_form_of_the_pages_holds_a_cookies_token(client, parcel):
    assert ticket_of(client, f"/t/{parcel.token}/", "prove")
    assert "csrf" not in client.get(f"/t/{parcel.token}/").text
