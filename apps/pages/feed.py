"""An order as an Atom feed: an entry for each scan, newest first."""

from datetime import datetime
from urllib.parse import urlsplit

from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html, format_html_join

from apps.pages.parcels import Parcel
from apps.pages.presenting import Page
from apps.pages.scans import Scan, Voice
from apps.pages.text import one_line

# A year in which the host's name was ours, as names of this kind (RFC 4151) need one.
NAMED_IN = 2026


class Feed(Atom1Feed):
    """Django's, which would call a feed without entries changed now, whenever that is."""

    def latest_post_date(self) -> datetime:
        changed_at: datetime = self.feed["changed_at"]
        return changed_at


def feed_of(page: Page, changed_at: datetime, address: str) -> str:
    """Return the feed of a page with an address. Names of entries never hold the address."""
    names = f"tag:{urlsplit(address).hostname},{NAMED_IN}:"
    feed = Feed(
        title=" – ".join(filter(None, map(one_line, (page.merchant, page.order)))),
        link=address,
        description=None,
        language=page.reader.language,
        author_name=one_line(page.merchant),
        feed_url=f"{address}feed.atom",
        feed_guid=f"{names}{page.parcel.key}",
        changed_at=changed_at,
    )
    for parcel, scan, item in _newest_first(page):
        title = (parcel.place_in_order, item, scan.sentence, scan.place)
        feed.add_item(
            title=" – ".join(filter(None, map(one_line, title))),
            link=address,
            description=_summary(scan),
            unique_id=f"{names}{parcel.key}/{scan.reference}",
            pubdate=scan.moment.instant,
            updateddate=scan.moment.instant,
        )
    return feed.writeString("utf-8")


def _newest_first(page: Page) -> list[tuple[Parcel, Scan, str]]:
    """Return every scan of the order with its parcel and the name of its item."""
    if "journey" in page.hidden:
        return []
    parcels = (page.parcel, *page.others)
    told = [(parcel, scan, item) for parcel in parcels for scan, item in parcel.told]
    return sorted(told, key=lambda entry: entry[1].moment.instant, reverse=True)


def _summary(scan: Scan) -> str:
    """Return a scan's time and the carrier's own words as HTML, which has a way to mark them."""
    return format_html("<p>{}</p>", scan.clock.full) + format_html_join(
        "", '<p>{}<q lang="" dir="auto">{}</q></p>', map(_voice, scan.voices)
    )


def _voice(voice: Voice) -> tuple[str, str]:
    speaker = format_html("<bdi>{}</bdi>: ", one_line(voice.speaker)) if voice.speaker else ""
    return speaker, one_line(voice.words)
