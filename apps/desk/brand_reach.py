"""Which brand a page of the editor is about, what its frame shows, and what goes into the log."""

from collections.abc import Iterable
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.urls import reverse

from apps.branding.drafts import Change
from apps.branding.looks import FILES
from apps.branding.models import Brand
from apps.desk.auditing import LONGEST_TEXT, shown
from apps.desk.brand_form import LABELS
from apps.desk.roles import BRANDERS, may, merchants

TABS = (
    ("brand_editor", "Looks"),
    ("brand_mails", "Mails"),
    ("brand_snippets", "Snippets"),
    ("brand_doctor", "Embed doctor"),
    ("brand_history", "History"),
)


def brand_for(request: HttpRequest, pk: int) -> Brand:
    """Return a brand of one of somebody's merchants; others' do not exist."""
    related = ("merchant", *FILES)
    rows = Brand.objects.select_related(*related).filter(merchant__in=merchants(request))
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def brand_to_change(request: HttpRequest, pk: int) -> Brand:
    """Return a brand that somebody may change; who may only look is refused."""
    brand = brand_for(request, pk)
    if not may(request, brand.merchant_id, BRANDERS):
        raise PermissionDenied
    return brand


def around(request: HttpRequest, brand: Brand, here: str, **more: Any) -> dict[str, Any]:
    """Return what every page of the editor shows around its own part."""
    tabs = [
        (reverse(f"admin:{name}", args=[brand.pk]), words, name == here) for name, words in TABS
    ]
    return {
        "title": brand.name,
        "brand": brand,
        "tabs": tabs,
        "may_change": may(request, brand.merchant_id, BRANDERS),
        "own_page": reverse("pages:look_up", args=[brand.slug]),
        **more,
    }


def log(request: HttpRequest, brand: Brand, words: str, changes: Iterable[Change] = ()) -> None:
    """Write down what somebody did to a brand, with before and after."""
    told = "; ".join(f"{label}: {before} → {after}" for label, before, after in lines(changes))
    LogEntry.objects.create(
        user_id=request.user.pk or 0,
        content_type=ContentType.objects.get_for_model(Brand),
        object_id=str(brand.pk),
        object_repr=str(brand)[:200],
        action_flag=CHANGE,
        change_message=f"{words}: {told}."[:LONGEST_TEXT] if told else f"{words}.",
    )


def lines(changes: Iterable[Change]) -> list[tuple[str, str, str]]:
    """Return changes as people read them: the field's label, before, after."""
    return [(label_of(one), _told(one, one.before), _told(one, one.after)) for one in changes]


def label_of(change: Change) -> str:
    return LABELS.get(f"new_{change.name}") or LABELS.get(change.name, change.label)


def _told(change: Change, value: Any) -> str:
    if change.is_file:
        return f"file {value}" if value else "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return shown(_flat(value))


def _flat(value: Any) -> Any:
    """Return a list or table as one line."""
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_flat(one)}" for name, one in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else value
