"""The desk's own pages, beside Django's lists and forms.

A page is a function below `/admin/`, made known by its decorator:

    @page("queues/<slug:queue>/", name="queue", roles=LOOKERS)
    def queue(request: HttpRequest, queue: str) -> HttpResponse:
        shipments = Shipment.objects.filter(merchant__in=merchants(request))
        return show(request, "desk/queue.html", {"title": "Problems", "rows": …})

- Any module of `apps/desk` may hold pages; all of them are loaded when the addresses are.
- Its address is `{% url "admin:queue" "problems" %}`.
- It is opened to staff who are logged in (with their second factor) and have one of the `roles`
  at one merchant at least; others get 403. Forms are checked against forgery, and nothing of it
  is kept by browsers.
- At which merchant somebody has a role is for the page to heed: read through
  `merchants(request, roles)` only, and before a change ask `may(request, merchant_id, roles)`.
  What lies outside is answered as if it did not exist (`Http404`).
- `show` gives the template what `admin/base_site.html` needs.
- `methods` are those it answers to; others get 405.
"""

import pkgutil
from collections.abc import Callable, Collection
from functools import wraps
from importlib import import_module
from typing import Any

import msgspec
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods

from apps.desk.models import Role
from apps.desk.roles import (
    BRANDERS,
    LOOKERS,
    OPERATORS,
    PLATFORM,
    has_seat,
    is_platform,
    may,
    merchants,
)

__all__ = [
    "BRANDERS",
    "LOOKERS",
    "OPERATORS",
    "PLATFORM",
    "has_seat",
    "is_platform",
    "may",
    "merchants",
    "page",
    "show",
]

View = Callable[..., HttpResponseBase]
Guard = Callable[[View], View]


class Page(msgspec.Struct, frozen=True):
    """A page of the desk: its address below `/admin/`, its name, who may open it, its view."""

    route: str
    name: str
    roles: frozenset[Role]
    view: View


PAGES: dict[str, Page] = {}


def page(
    route: str,
    *,
    name: str,
    roles: Collection[Role] = LOOKERS,
    methods: Collection[str] = ("GET", "HEAD", "POST"),
) -> Callable[[View], View]:
    """Make a view a page of the desk. A name is given once."""

    def made_known(view: View) -> View:
        if name in PAGES and PAGES[name].view.__module__ != view.__module__:
            raise ValueError(f"Two pages of the desk are called {name}.")
        PAGES[name] = Page(route, name, frozenset(roles), _guarded(view, roles, methods))
        return view

    return made_known


def _guarded(view: View, roles: Collection[Role], methods: Collection[str]) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not has_seat(request, roles):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return require_http_methods(list(methods))(guarded)


def load() -> None:
    """Load every module of the desk, so that its pages are known."""
    package = import_module(__package__ or "")
    for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        import_module(found.name)


def urls(guard: Guard) -> list[URLPattern]:
    """Return the addresses of all pages, each behind the site's guard."""
    load()
    return [path(one.route, guard(one.view), name=one.name) for one in PAGES.values()]


def show(
    request: HttpRequest, template: str, context: dict[str, Any], **kwargs: Any
) -> HttpResponse:
    """Answer with a template of the desk; `kwargs` are those of `TemplateResponse`."""
    given = {**admin.site.each_context(request), **context}
    return TemplateResponse(request, template, given, **kwargs)
