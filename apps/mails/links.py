"""The addresses that stand in mails. Where our pages are is told from outside any request."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from apps.branding.looks import Look
from apps.mails.models import Subscription
from apps.pages import sharing


def site_of(look: Look) -> str:
    """Return where a brand's pages are, such as `https://parcels.example`: its own domain or ours."""
    return f"https://{look.domain}" if look.domain else settings.PUBLIC_URL.rstrip("/")


def confirm_url(subscription: Subscription, site: str) -> str:
    """Return where somebody says that they asked for mail; opening it alone says nothing."""
    return site + reverse("mails:confirm", args=[subscription.token])


def choices_url(subscription: Subscription, site: str) -> str:
    """Return where a subscriber chooses what to hear of."""
    return site + reverse("mails:choices", args=[subscription.token])


def stop_url(subscription: Subscription, site: str) -> str:
    """Return where mail ends: by one click of a mail program (RFC 8058), or a page with a button."""
    return site + reverse("mails:stop", args=[subscription.token])


def new_link_url(token: str, site: str, now: datetime) -> str:
    """Return a link that opens a parcel for a week, though its own link ended."""
    return sharing.renewed(site, token, now)
