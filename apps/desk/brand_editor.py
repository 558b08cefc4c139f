"""The editor of a brand: change the draft, see it, publish it."""

from datetime import datetime
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from apps.branding import drafts, looks, theme
from apps.branding.drafts import Clashed, Values, draft_of, drafted, values_of
from apps.branding.models import Brand
from apps.desk import brand_preview
from apps.desk.brand_form import BrandDraftForm, errors_of
from apps.desk.brand_reach import around, brand_for, brand_to_change, lines, log
from apps.desk.pages import BRANDERS, is_platform, may, page, show

POST = ("POST",)
OUTDATED = "This form was open for too long to tell what others changed since. Look it through."


@page("brands/<int:pk>/", name="brand_editor")
def editor(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form of a brand's draft, or save what was typed into the draft."""
    if request.method == "POST":
        return _save(request, brand_to_change(request, pk), timezone.now())
    brand = brand_for(request, pk)
    shown = _drafted(brand)
    form = BrandDraftForm(
        instance=shown,
        is_locked=not may(request, brand.merchant_id, BRANDERS),
        may_host=is_platform(request),
    )
    return _page(request, brand, form, values_of(shown))


@page("brands/<int:pk>/check/", name="brand_check", roles=BRANDERS, methods=POST)
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer what was typed so far with what is wrong and how it looks; nothing is stored."""
    brand = brand_to_change(request, pk)
    shown = _drafted(brand)
    before = values_of(shown)
    form = BrandDraftForm(request.POST, instance=shown, may_host=is_platform(request))
    form.full_clean()
    typed = {
        name: value
        for name, value in values_of(form.instance).items()
        if name not in form.errors and value != before[name]
    }
    context = {"form": form, "brand": brand, "is_typed": bool(typed)}
    return render(request, "desk/brand/_live.html", context | _seen(request, brand, form, typed))


@page("brands/<int:pk>/publish/", name="brand_publish", roles=BRANDERS, methods=POST)
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish the draft; say so when somebody changed the same meanwhile."""
    return _published(request, brand_to_change(request, pk))


@page("brands/<int:pk>/discard/", name="brand_discard", roles=BRANDERS, methods=POST)
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw the draft away; what it held stands in the log."""
    brand = brand_to_change(request, pk)
    if held := drafts.discard(brand.pk):
        log(request, brand, "Discarded the draft", held)
        messages.success(request, "The draft is gone; the form shows what is published.")
    return _back(brand)


def _published(request: HttpRequest, brand: Brand) -> HttpResponse:
    try:
        changes = drafts.publish(brand.pk, request.user, is_over="over" in request.POST)
    except Clashed as clashed:
        context = around(request, brand, "brand_editor", clashes=lines(clashed.changes))
        return show(request, "desk/brand/clash.html", context, status=409)
    except ValidationError as error:
        return _refused(request, brand, "This cannot be published", error)
    if changes:
        looks.forget()
        log(request, brand, "Published", changes)
        messages.success(request, "Published. Customers see it from now on.")
    else:
        messages.info(request, "There was nothing to publish.")
    return _back(brand)


def _drafted(brand: Brand) -> Brand:
    return drafted(brand, draft_of(brand))


def _back(brand: Brand) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:brand_editor", args=[brand.pk]))


def _refused(
    request: HttpRequest, brand: Brand, words: str, error: ValidationError
) -> HttpResponse:
    messages.error(request, f"{words}: {' '.join(errors_of(error))}")
    return _back(brand)


def _save(request: HttpRequest, brand: Brand, now: datetime) -> HttpResponse:
    form, seen = _filled(request, brand), _seen_before(request, brand)
    is_right = form.is_valid()
    if seen is None:
        form.add_error(None, OUTDATED)
    if not is_right or seen is None:
        return _page(request, brand, form, seen or values_of(_drafted(_fresh(brand))), status=400)
    form.keep_files(form.instance, now)
    try:
        wanted, is_over = values_of(form.instance), "over" in request.POST
        changes = drafts.keep(brand.pk, seen, wanted, request.user, now, is_over=is_over)
    except Clashed as clashed:
        return _page(request, brand, form, seen, status=409, clashes=lines(clashed.changes))
    return _saved(request, brand, changes)


def _saved(request: HttpRequest, brand: Brand, changes: tuple[drafts.Change, ...]) -> HttpResponse:
    if changes:
        log(request, brand, "Draft", changes)
        messages.success(request, "Saved to the draft. Customers see it when you publish.")
    else:
        messages.info(request, "Nothing was changed.")
    if "publish" in request.POST:
        return _published(request, brand)
    return _back(brand)


def _filled(request: HttpRequest, brand: Brand) -> BrandDraftForm:
    return BrandDraftForm(
        request.POST, request.FILES, instance=_drafted(brand), may_host=is_platform(request)
    )


def _fresh(brand: Brand) -> Brand:
    """Return the brand as it is stored: a form has written into the other one."""
    return Brand.objects.get(pk=brand.pk)


def _seen_before(request: HttpRequest, brand: Brand) -> Values | None:
    """Return what the form showed before somebody typed, None when it does not say."""
    try:
        seen: Values = signing.loads(request.POST.get("seen", ""), salt=f"brand {brand.pk}")
    except signing.BadSignature:
        return None
    return seen


def _page(
    request: HttpRequest,
    brand: Brand,
    form: BrandDraftForm,
    seen: Values,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    stored = brand if status == 200 else _fresh(brand)
    draft = draft_of(stored)
    context = around(request, brand, "brand_editor", form=form, draft=draft, **more)
    context |= {
        "changes": lines(drafts.changes_of(draft)),
        "seen": signing.dumps(seen, salt=f"brand {brand.pk}", compress=True),
        **brand_preview.controls(),
        **_seen(request, brand, form, {}),
    }
    answer = show(request, "desk/brand/editor.html", context, status=status)
    csp_update({"frame-src": [SELF]})(lambda _request: answer)(request)
    return answer


def _seen(
    request: HttpRequest, brand: Brand, form: BrandDraftForm, typed: Values
) -> dict[str, Any]:
    """Return what can be seen of a form: its accent's readable pair, and the grid of pages."""
    token = brand_preview.token_of(brand, typed)
    instance = form.instance
    asked = request.POST if request.method == "POST" else request.GET
    choice = brand_preview.choice_of(asked, looks.look_of_brand(instance))
    report = theme.report(instance.accent, instance.accent_dark)
    is_too_long = bool(typed) and not token
    return {
        "report": report,
        "is_too_long": is_too_long,
        **brand_preview.grid(brand, choice, token),
    }
