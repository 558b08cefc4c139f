"""Where staff set how a merchant's pages look, and which sites may frame them."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.branding.files import FileFields
from apps.branding.framing import origin_of
from apps.branding.models import PARTS, Brand
from apps.branding.theme import DARK, LIGHT, Scheme, colour_of, contrast, readable


class Origins(forms.CharField):
    """A list of origins, one to a line, written as browsers send them."""

    widget = forms.Textarea(attrs={"rows": 4})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return [origin_of(line) for line in str(value or "").split()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class BrandForm(FileFields, forms.ModelForm):  # type: ignore[type-arg]
    frame_origins = Origins(
        required=False, help_text=_("One to a line, such as https://shop.example.")
    )
    hidden = forms.MultipleChoiceField(
        choices=[(part, part) for part in PARTS],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


@admin.register(Brand)
class BrandAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    form = BrandForm
    list_display = ("name", "slug", "merchant", "is_default", "version", "looks")
    list_select_related = ("merchant",)
    list_per_page = 50
    search_fields = ("name", "slug", "merchant__name")
    autocomplete_fields = ("merchant",)
    readonly_fields = ("accent_as_shown", "version")
    exclude = ("logo", "logo_dark", "favicon", "font_file")
    prepopulated_fields = {"slug": ("name",)}
    show_facets = admin.ShowFacets.NEVER

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave hosts to the platform's staff: nobody proves here whose a host is."""
        is_platform = getattr(request.user, "is_superuser", False)
        return self.readonly_fields if is_platform else (*self.readonly_fields, "domain")

    def save_model(self, request: HttpRequest, brand: Brand, form: Any, change: bool) -> None:
        form.keep_files(brand, timezone.now())
        super().save_model(request, brand, form, change)

    @admin.display(description=_("looks"))
    def looks(self, brand: Brand) -> str:
        """Lead to the editor, where a change is seen before customers see it."""
        address = reverse("admin:brand_editor", args=[brand.pk])
        return format_html('<a href="{}">{}</a>', address, gettext("Design and preview"))

    @admin.display(description=_("accent as shown"))
    def accent_as_shown(self, brand: Brand) -> str:
        """Tell what becomes of the accent, which may be too pale or too dark to read."""
        accent = colour_of(brand.accent)
        if not accent:
            return gettext("The usual blue")
        return f"{_shown(accent, LIGHT)} · {_shown(accent, DARK)}"


def _shown(accent: str, scheme: Scheme) -> str:
    made, ground = readable(accent, scheme).colour, scheme.grounds[0]
    return f"{made} on {ground} ({contrast(made, ground):.1f} : 1)"
