"""Times as a reader far away sees them: on the place's clock, and on their own if they ask."""

from datetime import UTC, datetime

import pytest
from django.utils import translation
from playwright.sync_api import expect

from apps.shipments.reports import Certainty, Moment, Sighting
from tests.builders import make_shipment, report

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

BERLIN_IN_WINTER, BERLIN_IN_SUMMER = 60, 120


def scan(text, offset=0, **fields):
    wall = datetime.fromisoformat(text).replace(tzinfo=UTC)
    return Sighting("in_transit", Moment(wall.astimezone(UTC), offset, **fields))


# Clocks went forward in Berlin that night, from two to three.
STORY = report(
    scan("2026-03-27T00:00", is_date_only=True),
    scan("2026-03-28T17:42", certainty=Certainty.ASSUMED),
    scan("2026-03-29T00:30", BERLIN_IN_WINTER),
    scan("2026-03-29T01:30", BERLIN_IN_SUMMER),
)


@pytest.fixture
def far_away(chromium):
    context = chromium.new_context(timezone_id="America/New_York", locale="en-GB")
    yield context.new_page()
    context.close()


def rows(page):
    """Return the times and what is said of them, oldest first."""
    return [
        " ".join(text.split()) for text in reversed(page.locator(".scan-time").all_inner_texts())
    ]


@pytest.mark.parametrize(
    ("language", "mine"),
    [
        ("en", ("Mar 28, 2026, 20:30", "Mar 28, 2026, 21:30")),
        ("de", ("28.03.2026, 20:30", "28.03.2026, 21:30")),
        ("pl", ("28 mar 2026, 20:30", "28 mar 2026, 21:30")),
    ],
)
def test_times_can_be_told_on_the_readers_clock(far_away, live_server, settings, language, mine):
    settings.SECURE_SSL_REDIRECT = False
    far_away.goto(f"{live_server.url}/t/{make_shipment(report=STORY).token}/?lang={language}")
    with translation.override(language):
        day_only, nobody_knows, my_clock, your_time = map(
            translation.gettext,
            ("no time given", "time zone unknown", "Times on my clock", "your time"),
        )
    there = rows(far_away)

    far_away.get_by_role("button", name=my_clock).click()

    assert there[0].endswith(day_only) and "00:00" not in there[0]
    assert there[1:] == [f"17:42 {nobody_knows}", "01:30 UTC+1", "03:30 UTC+2"]
    assert rows(far_away)[:2] == there[:2]
    assert rows(far_away)[2:] == [f"{time} {your_time}" for time in mine]

    far_away.get_by_role("button", name=my_clock).click()

    assert rows(far_away) == there
    expect(far_away.locator("time[datetime='2026-03-29T03:30:00+02:00']")).to_have_count(2)
