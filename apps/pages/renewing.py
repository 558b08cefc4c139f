"""The form on the page of a link that ended: it asks for a new link by mail."""

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest

from apps.pages import tickets
from apps.pages.shown import Shown


class Renewing(Shown, frozen=True):
    """The form as it is shown. `is_sent` when it was answered, whatever was typed."""

    action: str
    ticket: str
    problem: str = ""
    is_sent: bool = False


def form_of(
    request: HttpRequest, token: str, now: datetime, problem: str = "", *, is_sent: bool = False
) -> Renewing | None:
    """Return the form for whoever holds a link, None for others and where no mail is sent.

    A guest's address does not hold the secret, so the form would tell it.
    """
    asked = request.resolver_match
    if not settings.SENDS_MAIL or asked is None or asked.kwargs.get("token") != token:
        return None
    ticket = tickets.issue(purpose(token), now)
    return Renewing(f"/t/{token}/link", ticket, problem, is_sent)


def purpose(token: str) -> str:
    """Return what the form's ticket is for."""
    return f"renew {token}"
