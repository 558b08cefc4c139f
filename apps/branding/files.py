"""The part of a brand's form that takes files: each is made anew before anything is saved."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils.translation import gettext_lazy as _

from apps.branding.looks import FILES, look_of_brand
from apps.branding.models import Asset, Brand
from apps.branding.uploads import Made, bytes_of, kept_as, made_of

KINDS = {name: Asset.Kind.FONT if name == "font_file" else Asset.Kind(name) for name in FILES}
_PICTURE = _("PNG, JPEG or WebP, 1 MB at the most.")
_HELP = {
    "logo": _PICTURE,
    "logo_dark": _("The same for dark pages. PNG, JPEG or WebP, 1 MB at the most."),
    "favicon": _PICTURE,
    "font_file": _("WOFF2, 200 KB at the most."),
}


class Present:
    """A file that a brand has, as an input shows it."""

    def __init__(self, name: str, url: str) -> None:
        self.name, self.url = name, url

    def __str__(self) -> str:
        return self.name


class FileFields(forms.Form):
    """Inputs for the logos, the icon and the font, as `new_logo` and so on."""

    new_logo = forms.FileField(required=False, label=_("logo"))
    new_logo_dark = forms.FileField(required=False, label=_("logo for dark pages"))
    new_favicon = forms.FileField(required=False, label=_("icon of the browser's tab"))
    new_font_file = forms.FileField(required=False, label=_("own font"))
    instance: Brand

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.made: dict[str, Made] = {}
        look = look_of_brand(self.instance) if self.instance.pk else None
        for name, help_text in _HELP.items():
            field, file = self.fields[f"new_{name}"], look and getattr(look, name)
            field.help_text = help_text
            if file:
                field.initial = Present(str(field.label), file.url)

    def clean(self) -> dict[str, Any] | None:
        """Make each file anew, and give the brand the ones it has before its own checks."""
        cleaned = super().clean()
        for name in FILES:
            given = self.cleaned_data.get(f"new_{name}")
            if given is False:
                setattr(self.instance, name, None)
            elif isinstance(given, File):
                self._make(name, given)
        self._empty_tables()
        return cleaned

    def _make(self, name: str, given: File[bytes]) -> None:
        try:
            self.made[name] = made_of(bytes_of(given), KINDS[name])
        except ValidationError as error:
            self.add_error(f"new_{name}", error)
        else:
            # Stands in for the one that is stored when all else is right.
            setattr(self.instance, name, Asset(kind=KINDS[name]))

    def _empty_tables(self) -> None:
        """Read an emptied table or list as one with nothing in it; the column has no null."""
        for field in Brand._meta.concrete_fields:
            if field.get_internal_type() == "JSONField" and field.name in self.cleaned_data:
                given = self.cleaned_data[field.name]
                self.cleaned_data[field.name] = field.get_default() if given is None else given

    def keep_files(self, brand: Brand, now: datetime) -> None:
        """Store what was uploaded, and give it to the brand that is about to be saved."""
        for name, made in self.made.items():
            setattr(brand, name, kept_as(brand.merchant, KINDS[name], made, now))
