"""One parcel's page, as a whole or the part that renews itself, for one reader."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.http import HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils import translation

from apps.branding.looks import Look, look_for_parcel
from apps.pages.doors import doors_of
from apps.pages.facts import are_alike, may_be_one_order
from apps.pages.hiding import hidden
from apps.pages.presenting import present
from apps.pages.readers import Reader
from apps.pages.stamps import Stamp, shift_of
from apps.shipments.journey import Journey
from apps.shipments.privacy import Level, seen_at

NO_MORE: Mapping[str, object] = {}


def look_for(journeys: Sequence[Journey]) -> Look:
    """Return the looks that a parcel is shown in."""
    first = journeys[0]
    merchant, country = first.merchant, first.destination_country
    return look_for_parcel(merchant.slug, merchant.name, first.channel, country)


def render(
    template: str,
    journeys: Sequence[Journey],
    reader: Reader,
    now: datetime,
    more: Mapping[str, object] = NO_MORE,
) -> str:
    """Return a page of journeys that are not masked yet; this masks them for the reader.

    `more` is what else the template needs to know.
    """
    shown = seen(journeys, reader)
    version = stamp(journeys, reader).text()
    with translation.override(reader.language):
        page = present(shown, now, reader)
        doors = doors_of(journeys[0], shown[0], reader, now)
        context = {"page": page, "reader": reader, "version": version, "doors": doors, **more}
        return render_to_string(template, context)


def seen(journeys: Sequence[Journey], reader: Reader) -> list[Journey]:
    """Return an order's parcels as the reader of the first one may see them.

    Shops use a reference twice, so a parcel that goes to somebody else is left out. What
    was proved of one parcel holds for those that go to the very same recipient.
    """
    first = journeys[0]
    return [
        hidden(seen_at(one, _level_of(one, first, reader)), reader)
        for one in journeys
        if may_be_one_order(first, one)
    ]


def _level_of(journey: Journey, first: Journey, reader: Reader) -> Level:
    return reader.level if are_alike(first, journey) else min(reader.level, Level.LINK)


def stamp(journeys: Sequence[Journey], reader: Reader) -> Stamp:
    """Return the stamp of a page that shows the journeys."""
    news = sum(journey.version for journey in journeys)
    return Stamp(news, reader.look.stamp, shift_of(journeys[0].token))


def answer(html: str, reader: Reader, status: int = 200) -> HttpResponse:
    """Return a page that no search engine lists and that tells no other site where it was."""
    response = HttpResponse(html, status=status)
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    response["Content-Language"], response["Vary"] = reader.language, "Accept-Language"
    is_for_once = reader.level > Level.LINK or status != 200
    response["Cache-Control"] = "no-store" if is_for_once else "private, no-cache"
    return response


def notice(
    template: str, reader: Reader, status: int, more: Mapping[str, object] = NO_MORE
) -> HttpResponse:
    """Answer with a page that shows no parcel, in the reader's language."""
    with translation.override(reader.language):
        html = render_to_string(template, {"reader": reader, **more})
    return answer(html, reader, status)


def nothing_new() -> HttpResponse:
    return HttpResponse(status=204, headers={"Cache-Control": "no-store"})


def led_to(address: str) -> HttpResponse:
    """Lead the browser from a form to a page."""
    answer = HttpResponseRedirect(address, status=303)
    answer["Cache-Control"], answer["Referrer-Policy"] = "no-store", "no-referrer"
    return answer
