"""Mails that are no news of a parcel: to confirm, a new link, a code, a webhook that was paused."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from apps.branding.looks import Look
from apps.mails import links
from apps.mails.contents import Card, Line, Link, Mail, clean, subject_of, told
from apps.mails.models import Letter, Subscription
from apps.mails.news import ends_of, foot_of, support_of
from apps.notifications.models import Endpoint
from apps.pages.codes import code_of
from apps.pages.languages import gettext as _
from apps.pages.readers import Reader
from apps.pages.text import one_line
from apps.shipments.journey import Journey

OURS = "Parcel tracking"


def confirm(subscription: Subscription, shop: str, reader: Reader) -> Mail:
    """Ask whether an address is its owner's wish. It tells nothing of the parcel, nor its link."""
    asked = _("Somebody asked for news of a parcel from %(shop)s to be sent to this address.")
    words = (
        asked % {"shop": told(shop)},
        _("If that was you, confirm it. Nothing is sent before you do."),
        _("If it was not, you need to do nothing."),
    )
    return _notice(
        _("Do you want news of a parcel?"),
        words,
        shop,
        reader,
        preheader=_("Nothing is sent before you confirm it."),
        button=Link(_("Yes, send me news"), links.confirm_url(subscription, reader.site)),
        foot=tuple(foot_of(reader, shop, subscription)),
    )


def link(token: str, shop: str, reader: Reader, now: datetime) -> Mail:
    """Bring a new link to a parcel's page."""
    words = (
        _("Somebody asked on the page of your parcel for a new link. Here it is."),
        _("It works for a week. Whoever has it sees the parcel, so keep it to yourself."),
        _("If you did not ask for it, you need to do nothing."),
    )
    return _notice(
        _("Your new link"),
        words,
        shop,
        reader,
        preheader=_("It opens the page of your parcel for a week."),
        button=Link(_("See your parcel"), links.new_link_url(token, reader.site, now)),
        contacts=support_of(reader),
    )


def code(digits: str, shop: str, reader: Reader) -> Mail:
    """Bring a code that proves that the address is the reader's."""
    holds = _("It works for 15 minutes. Tell it to nobody: no shop or carrier asks for it.")
    words = (
        _("Type this code on the page of your parcel to see all that is known of it."),
        holds,
        _("If you did not ask for it, you need to do nothing."),
    )
    more = {"code": one_line(digits), "contacts": support_of(reader)}
    return _notice(_("Your code"), words, shop, reader, preheader=holds, **more)


def _notice(heading: str, words: Sequence[str], shop: str, reader: Reader, **more: Any) -> Mail:
    """Return a mail in the looks of a shop; the last of its words are said in passing."""
    *said, aside = words
    known: dict[str, Any] = {"foot": tuple(foot_of(reader, shop, None))}
    return Mail(
        subject=subject_of(heading, shop),
        shop=told(shop),
        look=reader.look,
        site=reader.site,
        heading=heading,
        tone="info",
        lines=(*map(Line, said), Line(aside, "quiet")),
        ends=tuple(ends_of(reader, None)),
        **(known | more),
    )


def paused(endpoint: Endpoint, merchant: str) -> Mail:
    """Tell a merchant, in English, that nothing is sent to one of its addresses any more.

    An address can hold a secret in its path, so the mail names the host alone.
    """
    site = settings.PUBLIC_URL.rstrip("/")
    desk = reverse("admin:notifications_endpoint_change", args=[endpoint.pk])
    host = urlsplit(endpoint.url).hostname or "unknown"
    since = f"{endpoint.paused_at:%-d %B %Y, %H:%M} UTC" if endpoint.paused_at else "now"
    return Mail(
        subject=subject_of("A webhook was paused", host),
        shop=OURS,
        look=Look(slug="", name="", merchant=""),
        site=site,
        heading="A webhook was paused",
        tone="warning",
        lines=(
            Line(f"Changes of {told(merchant)}'s parcels are not sent to {told(host)} any more."),
            Line(f"Why: {clean(endpoint.pause_reason) or 'no reason was kept.'}"),
            Line(f"Webhook {endpoint.pk}, paused since {since}", "quiet"),
        ),
        preheader=clean(endpoint.pause_reason, 140),
        card=Card(
            "What to do",
            "warning",
            "Mend what stands behind the address, or switch the webhook off if nobody needs it.",
            "Then choose Resume at the desk. It begins again with what happens from then on; what"
            " changes until then can be read through the API.",
        ),
        button=Link("Open the webhook", site + desk),
        foot=(
            f"You get this mail because your address is the contact of {told(merchant)}.",
            "Our mails never ask for card details or passwords.",
        ),
    )


def notice_of(
    letter: Letter, journey: Journey, shop: str, reader: Reader, now: datetime, digits: str
) -> Mail | None:
    """Return the mail of a letter that is no news, None when it is news."""
    if letter.kind == Letter.Kind.CONFIRM and letter.subscription:
        return confirm(letter.subscription, shop, reader)
    if letter.kind == Letter.Kind.LINK:
        return link(journey.token, shop, reader, now)
    if letter.kind == Letter.Kind.CODE:
        return code(digits or code_of(journey.token, letter.created_at), shop, reader)
    return None
