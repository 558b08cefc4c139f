"""News of a parcel, as a mail: what its page says, in words that still hold when it is read."""

from collections.abc import Iterator
from datetime import date, datetime
from urllib.parse import urlencode

from msgspec import Struct
from msgspec.structs import replace

from apps.mails import links
from apps.mails.contents import Card, Fact, Line, Link, Mail, clean, cut, subject_of, told
from apps.mails.models import Subscription
from apps.pages import clocks
from apps.pages.actions import Action, contacts_of
from apps.pages.addresses import page_of
from apps.pages.contents import Row
from apps.pages.jsonld import json_ld
from apps.pages.languages import gettext as _
from apps.pages.languages import listed, ngettext
from apps.pages.links import safe_link
from apps.pages.parcels import Parcel
from apps.pages.presenting import Page, present
from apps.pages.readers import Reader
from apps.pages.showing import seen
from apps.pages.silence import Part as Silent
from apps.pages.states import State
from apps.pages.windows import Bound, Window, source_of
from apps.shipments.journey import Journey

MOST_ITEMS, LONGEST_NAME = 20, 120
MOST_NUMBERS = 5
# Whoever is told of a payment must not find a link to pay by: that is what thieves send.
ABOUT_PAYING = frozenset(("attempted.payment", "exception.payment", "exception.duties_due"))
# What a page offers beside itself that a mail can offer too.
ELSEWHERE = ("carrier", "support", "shop", "returns")


class News(Struct, frozen=True):
    """A masked parcel as its page shows it, and the address of that page."""

    page: Page
    journey: Journey
    address: str
    now: datetime

    @property
    def parcel(self) -> Parcel:
        return self.page.parcel


def news_of(
    kind: str, journey: Journey, subscription: Subscription | None, reader: Reader, now: datetime
) -> Mail:
    """Return the news of a parcel that is not masked yet, for a reader in the language in use.

    `kind` is a milestone or `silent`; what the mail says is how things stand now.
    """
    (masked,) = seen([journey], reader)
    address = page_of(reader.site, journey.token)
    news = News(present([masked], now, reader), masked, address, now)
    page, parcel = news.page, news.parcel
    heading = _heading(kind, parcel) or page.heading
    guide = page.guide
    return Mail(
        subject=subject_of(heading, page.order, page.merchant),
        shop=told(page.merchant),
        look=reader.look,
        site=reader.site,
        above=clean(page.order),
        heading=heading,
        tone=guide.tone if guide else parcel.tone,
        lines=tuple(_lines(news)),
        preheader=_preheader(news),
        card=_card(page, heading),
        button=Link(_("See your parcel"), _asked(address, reader)),
        links=tuple(_links(news)),
        items=tuple(_items(page)),
        facts=tuple(_facts(page)),
        contacts=tuple(_contacts(page)),
        foot=tuple(foot_of(reader, page.merchant, subscription)),
        ends=tuple(ends_of(reader, subscription)),
        json_ld=json_ld(_in_short(page), address),
    )


def _heading(kind: str, parcel: Parcel) -> str:
    """Return what is the news of a parcel that nobody has scanned; others say it themselves."""
    quiet = parcel.situation.silence
    is_first = quiet is not None and quiet.part == Silent.FIRST
    is_news = kind == "silent" and parcel.situation.is_quiet and is_first
    return _("Not scanned by the carrier yet") if is_news else ""


def _card(page: Page, heading: str) -> Card | None:
    guide = page.guide
    if guide is None:
        return None
    title = "" if guide.title == heading else guide.title
    return Card(title, guide.tone, clean(guide.means), clean(guide.then), told(guide.place))


def _preheader(news: News) -> str:
    """Return what lists of mails show beside the subject."""
    guide, window = news.page.guide, news.parcel.window
    if guide:
        return clean(guide.means, 140)
    if window:
        return _span(window)
    return told(news.page.merchant)


def _lines(news: News) -> Iterator[Line]:
    parcel = news.parcel
    if parcel.own_words:
        yield Line(clean(parcel.own_words))
    if clock := parcel.happened:
        day = " ".join(
            filter(None, (listed(_day(clock.machine, news.now), clock.time), clock.zone))
        )
        yield Line(day, "strong")
    if window := parcel.window:
        yield from _window(news, window)
    if parcel.last_scan:
        yield Line(_last_scan(news), "quiet")
    if parcel.carrier_now:
        yield Line(f"{_('Now with')} {told(parcel.carrier_now)}", "quiet")
    if parcel.situation.note:
        yield Line(clean(parcel.situation.note), "quiet")


def _window(news: News, window: Window) -> Iterator[Line]:
    yield Line(_span(window), "strong")
    if window.former:
        reason = f" · {told(window.reason, 200)}" if window.reason else ""
        yield Line(f"{_('Before')}: {window.former}{reason}", "quiet")
    yield Line(source_of(news.journey), "quiet")


def _span(window: Window) -> str:
    """Return a window by its days: `today` would be wrong for whoever reads a mail tomorrow."""
    until, since = window.until, window.since
    end = _bound(until, window.today)
    if since is None:
        is_point = window.is_overdue or (not _time(until) and window.due_on == window.today)
        words = end if is_point else _("by %(day)s") % {"day": end}
    elif since.machine[:10] == until.machine[:10] and _time(until):
        words = f"{_bound(since, window.today)} – {_time(until)}"
    else:
        words = f"{_bound(since, window.today)} – {end}"
    return " ".join(filter(None, (f"{window.label}:", words, window.zone)))


def _bound(bound: Bound, today: date) -> str:
    return listed(clocks.short_day(date.fromisoformat(bound.machine[:10]), today), _time(bound))


def _time(bound: Bound) -> str:
    """Return `13:20` of `2026-05-14T13:20:00+01:00`, empty for a date alone."""
    return bound.machine[11:16]


def _day(machine: str, now: datetime) -> str:
    return clocks.short_day(date.fromisoformat(machine[:10]), now.date())


def _last_scan(news: News) -> str:
    """Return where and when the newest scan was, and what it was unless the heading says so."""
    parcel, scan = news.parcel, news.parcel.last_scan
    if scan is None:
        return ""
    what = "" if scan.sentence == parcel.heading else scan.sentence
    item = told(parcel.last_item, LONGEST_NAME)
    where = listed(what, item, told(scan.place))
    return f"{_('Last scan')}: {' · '.join(filter(None, (where, scan.clock.full)))}"


def _asked(address: str, reader: Reader) -> str:
    return f"{address}?{urlencode({'lang': reader.language})}"


def _links(news: News) -> Iterator[Link]:
    """Yield what else can be done, the most helpful first."""
    page, window = news.page, news.parcel.window
    for action in page.actions:
        is_safe = action.name != "carrier" or not _is_about_paying(page)
        if action.name in ELSEWHERE and is_safe:
            yield Link(clean(action.words), action.url)
        if action.name == "missing":
            yield Link(_("It is not here"), f"{_asked(news.address, page.reader)}{action.url}")
    if window and not window.is_overdue:
        calendar = _asked(f"{news.address}calendar.ics", page.reader)
        yield Link(_("Add to calendar"), calendar)


def _is_about_paying(page: Page) -> bool:
    return page.state == State.CUSTOMS or page.parcel.code in ABOUT_PAYING


def _items(page: Page) -> Iterator[str]:
    if "items" in page.hidden:
        return
    yield from map(_item, page.parcel.rows[:MOST_ITEMS])
    more = len(page.parcel.rows) - MOST_ITEMS
    if more > 0:
        yield ngettext("and %(count)d more", "and %(count)d more", more) % {"count": more}


def _item(row: Row) -> str:
    count = f" × {row.quantity}" if row.quantity != 1 else ""
    state = f" · {row.heading}" if row.is_different else ""
    return f"{told(row.name, LONGEST_NAME)}{count}{state}"


def _facts(page: Page) -> Iterator[Fact]:
    if "details" in page.hidden:
        return
    for part in page.parcel.parts[:MOST_NUMBERS]:
        if part.carrier:
            yield Fact(_("Carrier"), told(part.carrier))
        for number in part.numbers[:MOST_NUMBERS]:
            yield Fact(_("Tracking number"), told(number))


def _contacts(page: Page) -> Iterator[Link]:
    """Yield where the shop answers, but for what stands among the links already."""
    if page.help:
        known = {action.url for action in page.actions if action.name in ELSEWHERE}
        yield from (_contact(one) for one in page.help.contacts if one.url not in known)


def _contact(action: Action) -> Link:
    """Return a contact as a link; a number would turn its plus around in Arabic."""
    words = told(action.words) if action.name == "phone" else clean(action.words)
    return Link(words, action.url)


def _in_short(page: Page) -> Page:
    """Return a page with no more items than a mail lists: programs clip what is long."""
    rows = page.parcel.rows[:MOST_ITEMS]
    named = tuple(replace(row, name=cut(row.name, LONGEST_NAME)) for row in rows)
    return replace(page, parcel=replace(page.parcel, rows=named))


def foot_of(reader: Reader, shop: str, subscription: Subscription | None) -> Iterator[str]:
    """Yield why somebody gets a mail, what ours never ask for, and the shop's own last words."""
    if subscription and subscription.origin == Subscription.Origin.MERCHANT:
        why = _("You get this mail because %(shop)s sends you news of your parcel.")
        yield why % {"shop": told(shop)}
    elif subscription:
        yield _(
            "You get this mail because somebody asked for it with this address on the parcel's page."
        )
    yield _("Our mails never ask for card details or passwords, and hold no payment links.")
    if reader.foot:
        yield clean(reader.foot)


def ends_of(reader: Reader, subscription: Subscription | None) -> Iterator[Link]:
    """Yield the links of the foot."""
    if subscription:
        yield Link(_("Choose what you hear of"), links.choices_url(subscription, reader.site))
        yield Link(_("No more mail about this parcel"), links.stop_url(subscription, reader.site))
    if privacy := safe_link(reader.look.privacy_url):
        yield Link(_("Privacy"), privacy.url)


def support_of(reader: Reader) -> tuple[Link, ...]:
    """Return how to reach the shop, for mails without a parcel; none where help is left out."""
    offered = () if reader.hides("help") else contacts_of(reader)
    return tuple(_contact(one) for one in offered if one.name != "returns")
