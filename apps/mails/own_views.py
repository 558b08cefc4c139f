"""A subscriber's own pages: confirming, choosing, stopping. The secret in the address is the key.

Programs that look for harm open every link of a mail, so opening one changes nothing.
"""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.common import no_append_slash
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from msgspec.structs import replace

from apps.branding.looks import look_for_parcel
from apps.mails import asking, forms, topics
from apps.mails.models import Blocked, Subscription
from apps.pages import showing
from apps.pages.domains import look_here, shows
from apps.pages.opening import reader_of
from apps.pages.readers import Reader, language_for
from apps.shipments.privacy import mask_email

Own = Callable[[HttpRequest, Subscription, Reader], HttpResponse]
ASKED, ENDED = Subscription.State.ASKED, Subscription.State.ENDED
# What a mail program posts by itself when its user stops a mail (RFC 8058).
ONE_CLICK = ("List-Unsubscribe", "One-Click")


def own(view: Own) -> Callable[[HttpRequest, str], HttpResponse]:
    """Make the view of a subscription's secret of one that is given it, and who reads."""

    @wraps(view)
    def opened(request: HttpRequest, token: str) -> HttpResponse:
        one = asking.by_token(token)
        if one is None or not shows(request, one.shipment.merchant.slug):
            return _gone(reader_of(request, look_here(request)), 404)
        reader = _reader(request, one)
        with translation.override(reader.language):
            return view(request, one, reader)

    return no_append_slash(csrf_exempt(require_http_methods(["GET", "HEAD", "POST"])(opened)))


def _reader(request: HttpRequest, one: Subscription) -> Reader:
    """Return who reads: in the language that they get mail in, unless they choose another."""
    shipment = one.shipment
    merchant, country = shipment.merchant, shipment.destination_country
    look = look_for_parcel(merchant.slug, merchant.name, shipment.channel, country)
    language = language_for(request.GET.get("lang", "") or one.language, "", look)
    return replace(reader_of(request, look), language=language)


@own
def choices(request: HttpRequest, one: Subscription, reader: Reader) -> HttpResponse:
    """Show what a subscriber hears of, or change it."""
    if one.state == ENDED:
        return _gone(reader, 410, one)
    if one.state == ASKED:
        return showing.led_to(_address("confirm", one, reader))
    if request.method != "POST":
        return _choices(one, reader)
    wanted = topics.in_order(request.POST.getlist("topics"))
    if not wanted:
        return _choices(one, reader, 400, wanted=(), problem=forms.nothing_chosen())
    asking.choose(one, wanted, reader.language)
    return _choices(one, reader, said=_("Saved."))


def _choices(
    one: Subscription,
    reader: Reader,
    status: int = 200,
    *,
    wanted: tuple[str, ...] | None = None,
    problem: str = "",
    said: str = "",
) -> HttpResponse:
    chosen = topics.chosen(one.topics) if wanted is None else wanted
    more = {"boxes": forms.boxes(chosen), "problem": problem, "said": said}
    return _shown("choices", one, reader, status, **more)


@own
def confirm(request: HttpRequest, one: Subscription, reader: Reader) -> HttpResponse:
    """Ask whether somebody wants the mail that was asked for, or begin it."""
    now = timezone.now()
    if request.method == "POST":
        begun = asking.confirm(one.token, now)
        said = _("Done. You get news of your parcel from now on.")
        return _choices(begun, reader, said=said) if begun else _gone(reader, 410, one)
    if not asking.can_be_confirmed(one, now):
        on = one.state == Subscription.State.ON
        return showing.led_to(_address("choices", one, reader)) if on else _gone(reader, 410, one)
    words = [box.words for box in forms.boxes(topics.chosen(one.topics)) if box.is_chosen]
    return _shown("confirm", one, reader, words=words)


@own
def stop(request: HttpRequest, one: Subscription, reader: Reader) -> HttpResponse:
    """Show the button that ends mail, or end it; mail programs press it without the page."""
    if request.method != "POST":
        return _gone(reader, 410, one) if one.state == ENDED else _shown("stop", one, reader)
    now, is_all = timezone.now(), request.POST.get("all") == "1"
    asking.end(one, Subscription.End.UNSUBSCRIBED, now)
    if is_all:
        asking.refuse(one.email, Blocked.Reason.REFUSED, now)
    if request.POST.get(ONE_CLICK[0]) == ONE_CLICK[1]:
        return _in_short(_("You get no more mail about this parcel."))
    return _gone(reader, 200, one, is_all=is_all)


def _in_short(words: str) -> HttpResponse:
    headers = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}
    return HttpResponse(f"{words}\n", content_type="text/plain; charset=utf-8", headers=headers)


def _gone(
    reader: Reader, status: int, one: Subscription | None = None, *, is_all: bool = False
) -> HttpResponse:
    """Say that there is no such subscription, or that it has ended."""
    answer = showing.notice("mails/pages/gone.html", reader, status, {"one": one, "is_all": is_all})
    answer["Cache-Control"] = "no-store"
    return answer


def _shown(
    name: str, one: Subscription, reader: Reader, status: int = 200, **more: object
) -> HttpResponse:
    more |= {"one": one, "address": mask_email(one.email), "shop": one.shipment.merchant.name}
    answer = showing.notice(f"mails/pages/{name}.html", reader, status, more)
    answer["Cache-Control"] = "no-store"
    return answer


def _address(name: str, one: Subscription, reader: Reader) -> str:
    return f"{reverse(f'mails:{name}', args=[one.token])}?lang={reader.language}"
