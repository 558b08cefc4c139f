"""Whose each table's rows are. What staff reach is read from here, and only from here.

A table that is not named is refused when its admin is registered, so that a new one cannot be
forgotten.
"""

from collections.abc import Collection
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model, QuerySet

# The same for all merchants, and nobody's secret.
EVERYBODY = "everybody"
# Of the platform's staff alone.
PLATFORM = "platform"
# Log entries are about rows of any table: see `logbook.entries_of`.
LOG = "log"

# The way from a row to its merchant.
SCOPES = {
    "admin.logentry": LOG,
    "api.apikey": "merchant",
    "api.calls": PLATFORM,
    "auth.group": PLATFORM,
    "auth.permission": PLATFORM,
    "auth.user": PLATFORM,
    "axes.accessattempt": PLATFORM,
    "axes.accessattemptexpiration": PLATFORM,
    "axes.accessfailurelog": PLATFORM,
    "axes.accesslog": PLATFORM,
    "branding.asset": "merchant",
    "branding.brand": "merchant",
    "branding.draft": "brand__merchant",
    "branding.historicalbrand": "merchant",
    "contenttypes.contenttype": PLATFORM,
    "desk.case": "shipment__merchant",
    "desk.membership": PLATFORM,
    "desk.note": "case__shipment__merchant",
    "desk.run": "merchant",
    "mails.blocked": PLATFORM,
    "mails.letter": "merchant",
    "mails.readto": PLATFORM,
    "mails.subscription": "shipment__merchant",
    "native.answer": "merchant",
    "notifications.attempt": "delivery__endpoint__merchant",
    "notifications.delivery": "endpoint__merchant",
    "notifications.endpoint": "merchant",
    "notifications.shift": PLATFORM,
    "otp_static.staticdevice": PLATFORM,
    "otp_static.statictoken": PLATFORM,
    "otp_totp.totpdevice": PLATFORM,
    "pages.rating": "shipment__merchant",
    "pages.tries": PLATFORM,
    "providers.account": "merchant",
    "providers.answer": "watch__account__merchant",
    "providers.heard": "account__merchant",
    "providers.misfit": "account__merchant",
    "providers.spending": "account__merchant",
    "providers.tally": PLATFORM,
    "providers.watch": "account__merchant",
    # The package's own keys open nothing here.
    "rest_framework_api_key.apikey": PLATFORM,
    "shipments.carrier": EVERYBODY,
    "shipments.carriername": EVERYBODY,
    "shipments.event": "shipment__merchant",
    "shipments.item": "shipment__merchant",
    "shipments.leg": "shipment__merchant",
    "shipments.meaning": PLATFORM,
    "shipments.merchant": "pk",
    "shipments.outbox": "shipment__merchant",
    "shipments.promise": "shipment__merchant",
    "shipments.recipient": "shipment__merchant",
    "shipments.shipment": "merchant",
    "shipments.trackingnumber": "leg__shipment__merchant",
    "shipments.unknownword": PLATFORM,
}
UNNAMED = "apps/desk/scopes.py does not say whose rows {label} has: name it in SCOPES."


def scope_of(model: type[Model]) -> str:
    """Return the way to a row's merchant or one of the words above; refuse unnamed tables."""
    label = model._meta.label_lower
    if label not in SCOPES:
        raise ImproperlyConfigured(UNNAMED.format(label=label))
    return SCOPES[label]


def is_of_merchants(model: type[Model]) -> bool:
    """Tell whether each row belongs to one merchant."""
    return scope_of(model) not in (EVERYBODY, PLATFORM, LOG)


def narrowed(rows: QuerySet[Any], merchants: Collection[int] | None) -> QuerySet[Any]:
    """Return the rows of these merchants; None stands for the platform's staff, who see all."""
    scope = scope_of(rows.model)
    if merchants is None or scope == EVERYBODY:
        return rows
    if scope in (PLATFORM, LOG) or not merchants:
        return rows.none()
    return rows.filter(**{f"{scope}__in": merchants})


def merchant_of(row: Model) -> int | None:
    """Return the id of a row's merchant, also of a row that is not saved yet."""
    *way, last = scope_of(type(row)).split("__")
    found: Any = row
    for step in way:
        found = getattr(found, step, None)
    if found is None or last == "pk":
        return getattr(found, "pk", None)
    merchant: int | None = getattr(found, f"{last}_id", None)
    return merchant
