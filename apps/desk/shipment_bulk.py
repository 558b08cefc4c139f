"""What staff do with many shipments of the list: take them along as a file, ask again.

Both work on what was ticked, or with "select all" on everything that the list's filters show.
"""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.utils import timezone

from apps.desk import asking, exporting, run_pages, spreadsheets
from apps.desk.roles import OPERATORS, has_seat, is_platform, merchant_ids, merchants
from apps.shipments.models import Merchant, Shipment

SEVERAL = "Choose shipments of one merchant: the filter “merchant” helps."
NOBODYS = "There is nothing among these that you may ask about."


class Bulk:
    """Actions of the list of shipments; mixed into its admin."""

    actions: Any = ("export_csv", "export_xlsx", "ask_again")

    def has_ask_permission(self, request: HttpRequest) -> bool:
        return has_seat(request, OPERATORS)

    @admin.action(permissions=["view"], description="Export as CSV")
    def export_csv(self, request: HttpRequest, shipments: QuerySet[Shipment]) -> HttpResponseBase:
        return exported(request, shipments, "csv")

    @admin.action(permissions=["view"], description="Export as Excel")
    def export_xlsx(self, request: HttpRequest, shipments: QuerySet[Shipment]) -> HttpResponseBase:
        return exported(request, shipments, "xlsx")

    @admin.action(permissions=["ask"], description="Ask carriers again")
    def ask_again(
        self, request: HttpRequest, shipments: QuerySet[Shipment]
    ) -> HttpResponseBase | None:
        """Have looked up what it takes; nothing is asked before somebody says so."""
        own = bare(shipments).filter(merchant__in=merchants(request, OPERATORS))
        found = list(whose(own)[:2])
        if not found or (len(found) > 1 and not is_platform(request)):
            messages.warning(request, SEVERAL if found else NOBODYS)
            return None
        merchant = found[0] if len(found) == 1 else None
        run = asking.start(own, merchant=merchant, user=request.user, now=timezone.now())
        words = "Asked what it takes to ask again."
        LogEntry.objects.log_actions(request.user.pk or 0, [run], ADDITION, change_message=words)
        return HttpResponseRedirect(run_pages.address(run))


def exported(request: HttpRequest, shipments: QuerySet[Shipment], kind: str) -> HttpResponseBase:
    """Send shipments as a file, and write down that somebody took them along."""
    shipments = bare(shipments)
    persons_of = merchant_ids(request, OPERATORS)
    _note(request, shipments, kind, has_persons=persons_of is None or bool(persons_of))
    site = (settings.PUBLIC_URL or request.build_absolute_uri("/")).rstrip("/")
    rows = exporting.rows(shipments, persons_of=persons_of, site=site)
    return spreadsheets.answer(rows, kind, f"shipments-{timezone.now():%Y-%m-%d}")


def bare(shipments: QuerySet[Shipment]) -> QuerySet[Shipment]:
    """Return the same rows without what the list loads beside them."""
    return shipments.order_by().select_related(None).prefetch_related(None)


def whose(shipments: QuerySet[Shipment]) -> QuerySet[Merchant]:
    """Return the merchants that have some of these shipments."""
    return Merchant.objects.filter(Exists(shipments.filter(merchant=OuterRef("pk")))).order_by("pk")


def _note(
    request: HttpRequest, shipments: QuerySet[Shipment], kind: str, *, has_persons: bool
) -> None:
    """Write into the log of each merchant who took its shipments along."""
    what = "with" if has_persons else "without"
    chosen = request.POST.getlist("_selected_action")
    all_shown = request.POST.get("select_across") == "1"
    count = f"all that the filter shows ({_filter(request)})" if all_shown else str(len(chosen))
    words = f"Exported shipments as {kind.upper()} {what} personal data: {count}."
    LogEntry.objects.log_actions(
        request.user.pk or 0, whose(shipments), CHANGE, change_message=words
    )


def _filter(request: HttpRequest) -> str:
    """Return what a list was sifted by, without what was searched for: it may be a person."""
    asked = {name: value if name != "q" else "…" for name, value in request.GET.items()}
    return "&".join(f"{name}={value}" for name, value in asked.items())[:300] or "none"
