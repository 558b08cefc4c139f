"""Form fields that let people write a brand's lists and tables as they would on paper."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from apps.branding.checks import LONGEST, PLACES
from apps.branding.framing import origin_of
from apps.shipments.status import STATUSES, milestone_of

# The accent of `static/css/pages.css`, shown where a brand has none.
USUAL = {"accent": "#2f52c9", "accent_dark": "#9db2ff"}
MILESTONES = tuple(dict.fromkeys(milestone_of(code) for code in STATUSES))
_IS_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_SPLIT = re.compile(r"[\s,;]+")


class Listed(forms.CharField):
    """A list, written with spaces, commas or line breaks between its words."""

    def __init__(self, *, read: Callable[[str], str] = str, rows: int = 2, **more: Any) -> None:
        widget = forms.Textarea(attrs={"rows": rows, "spellcheck": "false"})
        super().__init__(required=False, widget=widget, **more)
        self._read, self._joint = read, "\n" if rows > 2 else ", "

    def prepare_value(self, value: Any) -> Any:
        return self._joint.join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        words = dict.fromkeys(filter(None, _SPLIT.split(str(value or ""))))
        return [self._read(word) for word in words]


def origins(**more: Any) -> Listed:
    return Listed(read=origin_of, rows=4, **more)


class Paired(forms.CharField):
    """A table of names and values, one pair to a line: `dhl: 2`."""

    def __init__(self, *, read: Callable[[str], Any] = str, **more: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})
        super().__init__(required=False, widget=widget, **more)
        self._read = read

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return "\n".join(f"{name}: {one}" for name, one in value.items())

    def to_python(self, value: Any) -> Any:
        lines = [line for line in str(value or "").splitlines() if line.strip()]
        return dict(self._pair(line) for line in lines)

    def _pair(self, line: str) -> tuple[str, Any]:
        name, sign, value = re.sub("=", ":", line, count=1).partition(":")
        if not sign or not name.strip():
            raise ValidationError(f"“{line[:50]}”: write a name, a colon and a value.")
        return name.strip(), self._read(value.strip())


def days(text: str) -> int:
    """Read a number of days; raise `ValidationError` for anything else."""
    if not text.isascii() or not text.isdecimal() or len(text) > 3:
        raise ValidationError(f"“{text[:20]}” is no number of days.")
    return int(text)


class Colour(forms.TextInput):
    """A picker, and a box for the usual colour, since a picker always has one."""

    input_type = "color"

    def __init__(self, usual: str, words: str) -> None:
        super().__init__()
        self.usual, self.words = usual, words

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Return the picker with its box; a colour that is none stands in the box's favour."""
        known = value if _IS_COLOUR.fullmatch(str(value or "")) else self.usual
        more = {key: one for key, one in (attrs or {}).items() if key == "disabled"}
        more |= {"id": f"id_{name}_usual"}
        return format_html(
            '<div class="colour">{}<label class="colour-usual">{} {}</label></div>',
            super().render(name, known, attrs, renderer),
            forms.CheckboxInput().render(f"{name}_usual", not value, more, renderer),
            self.words,
        )

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return "" if data.get(f"{name}_usual") else data.get(name, "")

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data and f"{name}_usual" not in data


class TextsWidget(forms.Widget):
    """A merchant's own sentences: a fold for each language, a line for each milestone."""

    template_name = "desk/brand/texts.html"

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        texts = value if isinstance(value, dict) else {}
        context["folds"] = [
            (words, code, _lines(name, code, texts.get(code) or {}))
            for code, words in settings.LANGUAGES
        ]
        return context | {"longest": LONGEST, "is_disabled": bool((attrs or {}).get("disabled"))}

    def _render(self, template_name: str, context: Any, renderer: Any = None) -> SafeString:
        # The forms' own templates lie elsewhere than ours.
        return mark_safe(render_to_string(template_name, context))  # noqa: S308  a template's

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, Any]:
        found: dict[str, dict[str, str]] = {}
        for field in data:
            _begin, *rest = field.split("|", 2)
            if _begin == name and len(rest) == 2 and (text := data[field].strip()):
                found.setdefault(rest[0], {})[rest[1]] = " ".join(text.split())
        return found

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False


def _lines(name: str, code: str, texts: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the inputs of a language: every milestone and place, and what else was written."""
    more = [key for key in texts if key not in MILESTONES and key not in PLACES]
    return [
        {"name": f"{name}|{code}|{key}", "label": _label(key), "value": texts.get(key, "")}
        for key in (*MILESTONES, *more, *PLACES)
    ]


def _label(key: str) -> str:
    known = {"heading": "Above the look-up form", "foot": "Below every page"}
    return known.get(key) or key.replace("_", " ").replace(".", ": ").capitalize()


class Texts(forms.Field):
    """The sentences, as {language: {key: text}}."""

    widget = TextsWidget
