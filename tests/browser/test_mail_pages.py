"""Pages about mail as people see them: nothing for axe to find, nothing wider than the screen."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from apps.mails import asking
from apps.shipments.models import Shipment
from tests.browser.test_states import AXE, COLOURS, SHAPES, lay, violations
from tests.mails.subscribing import ask, make_subscription, token_of
from tests.pages.doors import make_parcel, page_of, ticket_of

LANGUAGES = ("en", "ar")


@pytest.fixture
def house(client, db, settings):
    """A parcel, one whose link has ended, and subscriptions in every state."""
    settings.SENDS_MAIL = True
    now = timezone.now()
    parcel = make_parcel(now=now)
    old = make_parcel(
        parcel.merchant, number="JD99", code="delivered", now=now - timedelta(days=100)
    )
    Shipment.objects.filter(pk=old.pk).update(created_at=now - timedelta(days=110))
    asked = make_subscription(parcel, origin="page")
    on, ended = (make_subscription(parcel, f"{name}@marker.example") for name in ("bob", "eve"))
    asking.end(ended, "unsubscribed", now)
    return {
        "news": f"{page_of(parcel)}news",
        "code": f"{page_of(parcel)}code",
        "old": f"/t/{token_of(old)}/",
        "confirm": f"/m/{asked.token}/confirm",
        "choices": f"/m/{on.token}/",
        "stop": f"/m/{on.token}/stop",
        "ended": f"/m/{ended.token}/",
        "unknown": f"/m/{'x' * 32}/",
        "parcel": parcel,
    }


def pages(client, house):
    """Yield each page by name, in two languages, and what forms are answered with."""
    for name, path in house.items():
        if name != "parcel":
            for language in LANGUAGES:
                yield f"{name} {language}", client.get(f"{path}?lang={language}").text
    parcel = house["parcel"]
    yield "wrong", ask(client, parcel, "ada@").text
    yield "sent", ask(client, parcel).text
    code = f"{house['code']}?lang=en"
    yield "code sent", client.post(code, {"ticket": ticket_of(client, code, "code")}).text
    yield "saved", client.post(house["choices"], {"topics": "delivered"}).text
    yield "nothing chosen", client.post(house["choices"]).text


def test_pages_about_mail_are_for_everybody(chromium, client, house):
    context = chromium.new_context(locale="en-GB", reduced_motion="reduce")
    page, found = context.new_page(), {}
    for name, html in pages(client, house):
        lay(page, html)
        page.evaluate(AXE)
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        told = violations(page, SHAPES)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            told += violations(page, COLOURS)
        found |= {name: told} if told else {}
    context.close()

    assert found == {}, json.dumps(found, indent=1)
