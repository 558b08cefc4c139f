"""A letter of each kind about the parcels that pages are previewed with; nothing of it is stored.

The editor of a brand shows them, and screenshots and tests are taken of them.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from apps.mails.models import Letter, Subscription
from apps.notifications.models import Endpoint
from apps.pages.samples import Sample, all_samples, samples_near
from apps.pages.states import State
from apps.shipments.journey import Journey
from apps.shipments.models import Merchant
from apps.shipments.status import milestone_of

# Nobody gets a mail about these: they are told apart on the page.
ON_THE_PAGE_ONLY = (State.LATE, State.CARRIER_DOWN, State.PARTLY_DELIVERED)
CODE = "204913"
NOTICES = (Letter.Kind.CONFIRM, Letter.Kind.LINK, Letter.Kind.CODE, Letter.Kind.PAUSED)


class SampleLetter(NamedTuple):
    """A letter with the parcel it is about, as it would be written at `now`."""

    letter: Letter
    journey: Journey
    now: datetime
    code: str = ""


def sample_letters(now: datetime, language: str) -> dict[str, SampleLetter]:
    """Return a letter for each state that mails tell of and for each notice, by its name."""
    parcels = samples_near(now)
    news = {name: _news(parcels[name], name, language) for name in news_names()}
    moving = parcels[State.IN_TRANSIT]
    return news | {str(kind): _notice(moving, kind, language) for kind in NOTICES}


def news_names() -> tuple[str, ...]:
    """Return the states that mails tell of."""
    return tuple(name for name in all_samples() if name not in ON_THE_PAGE_ONLY)


def names() -> tuple[str, ...]:
    """Return the names of all sample letters: the states, then the notices."""
    return (*news_names(), *map(str, NOTICES))


def _news(sample: Sample, name: str, language: str) -> SampleLetter:
    journey = sample.journeys[0]
    kind = Letter.Kind.SILENT if name == State.SILENT else milestone_of(journey.code)
    letter = Letter(kind=str(kind), language=language, subscription=_subscription(language))
    return SampleLetter(letter, journey, sample.now)


def _notice(sample: Sample, kind: str, language: str) -> SampleLetter:
    letter = Letter(kind=str(kind), language=language)
    if kind == Letter.Kind.CONFIRM:
        letter.subscription = _subscription(language)
    if kind == Letter.Kind.PAUSED:
        shop = sample.journeys[0].merchant
        letter.merchant = Merchant(name=shop.name, slug=shop.slug)
        letter.endpoint = _endpoint(sample.now)
    code = CODE if kind == Letter.Kind.CODE else ""
    return SampleLetter(letter, sample.journeys[0], sample.now, code)


def _subscription(language: str) -> Subscription:
    return Subscription(email="reader@home.example", language=language, token="sample" * 5)


def _endpoint(now: datetime) -> Endpoint:
    return Endpoint(
        pk=7,
        url="https://hooks.shop.example/parcels",
        paused_at=now - timedelta(minutes=4),
        pause_reason="Nothing was taken for five days.",
    )
