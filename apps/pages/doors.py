"""What whoever holds a secret link may do with it, and a guest may not."""

from datetime import datetime

from django.conf import settings

from apps.pages import proving, sharing
from apps.pages.addresses import page_of
from apps.pages.countries import country_words
from apps.pages.rating import RatingForm, form_of, may_be_rated
from apps.pages.readers import Reader
from apps.pages.shown import Shown
from apps.shipments.journey import Journey, JourneyRecipient
from apps.shipments.privacy import Level
from apps.shipments.status import status_of


class Doors(Shown, frozen=True):
    """`address` is whom the parcel goes to, in lines; `prove` the ticket of a form that asks.

    `link` is the whole address of the page. In a frame the form of a rating has a page of
    its own, to which `may_rate` leads. `news` is the path of the page where one asks for mail;
    `may_send_code` when the recipient's address can be sent a code that proves it.
    """

    link: str = ""
    address: tuple[str, ...] = ()
    prove: str = ""
    shares: tuple[sharing.Offer, ...] = ()
    rating: RatingForm | None = None
    may_rate: bool = False
    news: str = ""
    may_send_code: bool = False

    @property
    def webcal(self) -> str:
        """Return the calendar's address as programs know it that look again and again."""
        return f"webcal:{self.link.partition(':')[2]}calendar.ics"


CLOSED = Doors()


def doors_of(journey: Journey, seen: Journey, reader: Reader, now: datetime) -> Doors:
    """Return the doors of a parcel; `seen` is the same parcel as the reader may see it.

    In a frame a delivery can be rated, and it leads to where one asks for mail; no site frames
    what is personal.
    """
    if reader.is_guest or reader.level < Level.LINK:
        return CLOSED
    may_rate = may_be_rated(journey) and not reader.hides("rating")
    news = f"/t/{journey.token}/news" if tells_news(journey, reader) else ""
    if reader.frame:
        return Doors(may_rate=may_rate, news=news)
    return Doors(
        news=news,
        link=page_of(reader.site, journey.token),
        address=_lines(seen.recipient),
        prove=proving.ticket_of(journey, now) if reader.level < Level.PROVED else "",
        may_send_code=may_send_code(journey),
        shares=sharing.offers(reader.site, journey.token, now),
        rating=form_of(journey, now) if may_rate else None,
    )


def tells_news(journey: Journey, reader: Reader) -> bool:
    """Tell whether a parcel's reader may ask for mail: while there is news to come."""
    is_offered = settings.SENDS_MAIL and reader.look.offers_mail
    return is_offered and not status_of(journey.code).is_terminal


def may_send_code(journey: Journey) -> bool:
    """Tell whether whom a parcel goes to can be sent a code that shows them the rest of it."""
    return settings.SENDS_MAIL and journey.recipient is not None and bool(journey.recipient.email)


def _lines(to: JourneyRecipient | None) -> tuple[str, ...]:
    if to is None:
        return ()
    town = " ".join(filter(None, (to.postal_code, to.city)))
    return tuple(filter(None, (to.name, to.street, town, to.region, country_words(to.country))))
