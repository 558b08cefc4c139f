"""How long somebody stays logged in at the desk."""

from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.contrib.auth import logout
from django.http import HttpRequest
from django.utils import timezone

LONGEST = timedelta(hours=12)
IDLE = timedelta(hours=2)
# Each note of a visit is a write; more of them would tell nothing more.
NOTED_EVERY = timedelta(minutes=5)
SINCE, SEEN = "desk_since", "desk_seen"


def keep(request: HttpRequest, now: datetime) -> None:
    """Note the visit of who is logged in; log them out when they sat too long, or idly."""
    if not request.user.is_authenticated:
        return
    moment = int(now.timestamp())
    since, seen = (request.session.get(name, moment) for name in (SINCE, SEEN))
    if moment - since >= LONGEST.total_seconds() or moment - seen >= IDLE.total_seconds():
        logout(request)
    elif SINCE not in request.session or moment - seen >= NOTED_EVERY.total_seconds():
        request.session[SINCE], request.session[SEEN] = since, moment


def kept(view: Any) -> Any:
    """Return the view with each visit noted first."""

    @wraps(view)
    def noted(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        keep(request, timezone.now())
        return view(request, *args, **kwargs)

    return noted
