"""What machines beside us ask: whether we live, whether we work, and our numbers."""

import hmac
from datetime import datetime
from functools import cache
from ipaddress import ip_address

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from apps.providers.numbers import Numbers, lags

# A proxy adds one of these; then the address we see is the proxy's.
PROXY_HEADERS = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")


@never_cache
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """Say that this process answers; touch nothing else."""
    return HttpResponse("alive\n", content_type="text/plain")


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Say whether requests and questions are served; 503 when not."""
    found = readiness(timezone.now())
    return JsonResponse(found, status=200 if found["is_ready"] else 503)


def readiness(now: datetime) -> dict[str, object]:
    """Return what holds: the database answers, its tables are ours, no question is long due."""
    try:
        is_migrated = not pending_migrations()
        lag = max(lags(now).values(), default=0.0) if is_migrated else None
    except Error:
        return {
            "is_ready": False,
            "database": False,
            "migrations": None,
            "oldest_due_seconds": None,
        }
    is_current = lag is not None and lag <= settings.SYNC_LAG_LIMIT_SECONDS
    return {
        "is_ready": is_current,
        "database": True,
        "migrations": is_migrated,
        "oldest_due_seconds": lag,
    }


def pending_migrations() -> frozenset[tuple[str, str]]:
    """Return the migrations that are in our files and not in the database."""
    return known_migrations() - set(MigrationRecorder(connection).applied_migrations())


@cache
def known_migrations() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).disk_migrations)


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Return our numbers as Prometheus reads them, to whom they are meant for."""
    if not may_see_numbers(request):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Numbers(timezone.now()))
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def may_see_numbers(request: HttpRequest) -> bool:
    """With a token set, that token opens; without, only this machine itself may look."""
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "").encode()
        return hmac.compare_digest(given, f"Bearer {settings.METRICS_TOKEN}".encode())
    if settings.IS_BEHIND_PROXY or any(name in request.headers for name in PROXY_HEADERS):
        return False
    return is_this_machine(request.META.get("REMOTE_ADDR", ""))


def is_this_machine(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
