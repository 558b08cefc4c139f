"""What a secret link opens besides the page: a calendar, a feed, plain text, a sheet to print."""

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

import segno
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.crypto import salted_hmac
from django.utils.safestring import SafeString
from django.views.decorators.common import no_append_slash
from django.views.decorators.http import require_safe

from apps.pages import showing
from apps.pages.addresses import page_of
from apps.pages.calendar import calendar_of
from apps.pages.feed import feed_of
from apps.pages.front import REVALIDATE, VARIES
from apps.pages.languages import gettext as _
from apps.pages.opening import opens
from apps.pages.presenting import Page, present
from apps.pages.readers import Reader
from apps.pages.stamps import WORDS_HOLD, Stamp, stamp_of
from apps.pages.text import text_of
from apps.shipments.journey import Journey

HTML = "text/html; charset=utf-8"
MINUTE, DAY = 60, 24 * 3600


class Order(NamedTuple):
    """An order for one reader: journeys that are masked, and the address of their page."""

    page: Page
    journeys: Sequence[Journey]
    address: str
    now: datetime


class Output(NamedTuple):
    """`holds` is for how many seconds its words about time are right."""

    content_type: str
    holds: int
    write: Callable[[Order], str]


def _serve(output: Output) -> Callable[[HttpRequest, str], HttpResponse]:
    """Return the view of an output."""

    @opens
    def written(request: HttpRequest, journeys: list[Journey], reader: Reader) -> HttpResponse:
        answer = showing.answer(_body(output, journeys, reader), reader)
        answer["Content-Type"] = output.content_type
        answer["ETag"] = _mark(output, request, showing.stamp(journeys, reader))
        patch_vary_headers(answer, VARIES)
        return answer

    @no_append_slash
    @require_safe
    def served(request: HttpRequest, token: str) -> HttpResponse:
        return _unchanged(output, request, token) or _in_kind(output, written(request, token))

    return served


def _body(output: Output, journeys: list[Journey], reader: Reader) -> str:
    seen, now = showing.seen(journeys, reader), timezone.now()
    with translation.override(reader.language):
        page = present(seen, now, reader)
        return output.write(Order(page, seen, page_of(reader.site, seen[0].token), now))


def _unchanged(output: Output, request: HttpRequest, token: str) -> HttpResponse | None:
    """Answer 304, after one statement, to somebody who has the newest already."""
    known = request.headers.get("If-None-Match", "")
    stamp = stamp_of(token) if known else None
    mark = _mark(output, request, stamp) if stamp else ""
    if not mark or mark not in known:
        return None
    return HttpResponseNotModified(headers={"ETag": mark, **REVALIDATE})


def _mark(output: Output, request: HttpRequest, stamp: Stamp) -> str:
    asked = (request.path, request.GET.get("lang"), request.headers.get("Accept-Language"))
    told = (*asked, output.content_type, stamp, int(time.time()) // output.holds)
    return f'"{salted_hmac("outputs", repr(told)).hexdigest()[:22]}"'


def _in_kind(output: Output, answer: HttpResponse) -> HttpResponse:
    """Return an answer as it is, but word of what went wrong as text where no page is wanted."""
    if answer.status_code != 200 and output.content_type != HTML:
        with translation.override(answer["Content-Language"]):
            gone = answer.status_code == 410
            words = _("This link has ended") if gone else _("We cannot find this parcel")
        answer.content = f"{words}\n"
        answer["Content-Type"] = "text/plain; charset=utf-8"
    return answer


def sheet_of(order: Order) -> str:
    """Return the sheet for printing, an HTML page."""
    known = {"page": order.page, "now": order.now, "link": order.address}
    return render_to_string("pages/print.html", known | {"qr": _qr(order.address)})


def _qr(text: str) -> SafeString:
    """Return a text as a QR code, an SVG element."""
    code = segno.make(text, error="m", micro=False)
    return SafeString(code.svg_inline(omitsize=True, border=2, svgclass="qr", lineclass=None))


def _changed_at(journeys: Sequence[Journey]) -> datetime:
    return max(journey.updated_at for journey in journeys)


calendar = _serve(
    Output(
        "text/calendar; charset=utf-8", DAY, lambda o: calendar_of(o.page, o.journeys, o.address)
    )
)
feed = _serve(
    Output(
        "application/atom+xml; charset=utf-8",
        DAY,
        lambda o: feed_of(o.page, _changed_at(o.journeys), o.address),
    )
)
text = _serve(Output("text/plain; charset=utf-8", WORDS_HOLD, lambda o: text_of(o.page, o.address)))
print_sheet = _serve(Output(HTML, MINUTE, sheet_of))
