"""The address where a mail provider tells what became of mails: one, whichever it is.

The mail library reads what it says and makes sure that it says it. Whatever else is sent here
is refused.
"""

import logging
from functools import cache
from importlib import import_module
from typing import Any

from anymail.webhooks.base import AnymailCoreWebhookView
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, SuspiciousOperation
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View

log = logging.getLogger(__name__)

SUFFIX = "TrackingWebhookView"
# One provider has one address for all it tells.
COMBINED = {"mandrill": "MandrillCombinedWebhookView"}


@csrf_exempt
def hear(request: HttpRequest) -> HttpResponseBase:
    """Take in what the provider of the settings tells. 404 without one, or without a secret."""
    if not settings.MAIL_PROVIDER or not settings.ANYMAIL.get("WEBHOOK_SECRET"):
        raise Http404
    try:
        return careful(settings.MAIL_PROVIDER).as_view()(request)
    except ImproperlyConfigured as error:
        log.error("What the mail provider tells cannot be checked: %s", error)
        raise Http404 from error


@cache
def careful(provider: str) -> type[View]:
    """Return the library's view for a provider, with every unreadable request refused as such."""
    kind = _view_of(provider)

    def readable(self: Any, request: HttpRequest) -> Any:
        try:
            return kind.parse_events(self, request)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise SuspiciousOperation("The event cannot be read.") from error

    def checked(self: Any, request: HttpRequest) -> None:
        try:
            kind.run_validators(self, request)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise SuspiciousOperation("The event cannot be read.") from error

    return type("Careful", (kind,), {"parse_events": readable, "run_validators": checked})


def _view_of(provider: str) -> type[Any]:
    """Return the library's view; raise `Http404` for a provider that tells nothing."""
    try:
        module = import_module(f"anymail.webhooks.{provider}")
    except ImportError as error:
        raise Http404 from error
    wanted = COMBINED.get(provider, provider.replace("_", "") + SUFFIX).lower()
    found = {name.lower(): one for name, one in vars(module).items() if isinstance(one, type)}
    if wanted not in found or not issubclass(found[wanted], AnymailCoreWebhookView):
        raise Http404
    return found[wanted]
