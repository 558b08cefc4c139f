"""The form of a brand's draft, in sections for the people who fill it in."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from msgspec import Struct

from apps.branding.drafts import FIELDS
from apps.branding.files import FileFields
from apps.branding.looks import FILES
from apps.branding.models import PARTS, Brand
from apps.branding.own_css import PROPERTIES
from apps.desk import brand_fields
from apps.desk.brand_fields import USUAL, Colour, Listed, Paired, Texts

MOMENT = "%Y-%m-%dT%H:%M"
PART_WORDS = {
    "items": "Items of the order",
    "journey": "Journey: every scan",
    "map": "Map of the way",
    "details": "Details: numbers and addresses",
    "help": "Help: questions and contacts",
    "slot": "Marketing",
    "rating": "Rating of the delivery",
    "carrier": "Name of the carrier",
    "origin": "Where the parcel comes from",
}
CHANNEL_WORDS = "Parcels of these channels show this brand. One word each, such as shop-de."
ORIGIN_WORDS = (
    "Sites that may show the pages in a frame, one to a line: https://shop.example, or "
    "https://*.shop.example for its sub-domains."
)
HOST_WORDS = "Such as track.shop.example. The operator of this site enters it for you."
CSS_WORDS = "One to a line. There are: " + "; ".join(
    f"{name} ({how})" for name, (_css, _read, how) in PROPERTIES.items()
)


class Section(Struct, frozen=True):
    """A fold of the form. `is_open` where most people begin."""

    name: str
    title: str
    words: str
    fields: tuple[str, ...]
    is_open: bool = False


SECTIONS = (
    Section(
        "identity",
        "Identity",
        "What customers know you by.",
        ("name", "new_logo", "new_logo_dark", "new_favicon", "language"),
        is_open=True,
    ),
    Section(
        "colours",
        "Colours and type",
        "Any colour may be chosen: it is made darker or lighter until everybody can read it.",
        ("accent", "accent_dark", "radius", "font", "new_font_file", "own_css"),
        is_open=True,
    ),
    Section(
        "words",
        "Words",
        "Your own sentence under the heading of a state. Where you write none, ours is shown.",
        ("texts",),
    ),
    Section(
        "links",
        "Links and contact",
        "Where customers go for help. What is empty is not shown.",
        (
            "shop_url",
            "support_url",
            "support_email",
            "support_phone",
            "returns_url",
            "faq_url",
            "privacy_url",
        ),
    ),
    Section(
        "marketing",
        "Marketing",
        "Shown in calm states only: never beside a problem or a delay.",
        ("slot_heading", "slot_text", "slot_url", "slot_from", "slot_until"),
    ),
    Section(
        "parts",
        "What to show",
        "What is left out is left out everywhere, whatever a frame asks for.",
        ("hidden", "opens_by_number"),
    ),
    Section(
        "framing",
        "Your site",
        "Which sites may frame the pages, and an own host for them.",
        ("frame_origins", "domain"),
    ),
    Section(
        "which",
        "Which parcels",
        "Where none of your brands fits a parcel, it shows the default one.",
        ("channels", "countries"),
    ),
    Section(
        "mail",
        "Mail",
        "News of parcels for those who ask for it. Nothing is sent in the quiet hours.",
        ("offers_mail", "quiet_from", "quiet_until"),
    ),
    Section(
        "thresholds",
        "Silence and links",
        "After how many business days without a scan a parcel counts as silent.",
        (
            "quiet_days_first",
            "quiet_days_home",
            "quiet_days_abroad",
            "quiet_days_by_carrier",
            "link_days",
        ),
    ),
)

LABELS = {
    "new_logo": "Logo",
    "new_logo_dark": "Logo for dark pages",
    "new_favicon": "Icon of the browser's tab",
    "new_font_file": "Your own font",
    "language": "Usual language",
    "accent": "Accent",
    "accent_dark": "Accent on dark pages",
    "radius": "Roundness of corners",
    "font": "Font",
    "own_css": "Fine points",
    "texts": "Your words",
    "shop_url": "Your shop",
    "support_url": "Support page",
    "support_email": "Support e-mail",
    "support_phone": "Support telephone",
    "returns_url": "Returns",
    "faq_url": "Questions and answers",
    "privacy_url": "Privacy",
    "slot_heading": "Heading",
    "slot_text": "Text",
    "slot_url": "Leads to",
    "slot_from": "Shown from",
    "slot_until": "Shown until",
    "hidden": "Leave out",
    "opens_by_number": "A tracking number alone opens a short page",
    "frame_origins": "Sites that may frame the pages",
    "domain": "Your own host",
    "channels": "Channels",
    "countries": "Countries they go to",
    "quiet_days_first": "Before the first scan",
    "quiet_days_home": "Within a country",
    "quiet_days_abroad": "Between countries",
    "quiet_days_by_carrier": "For single carriers",
    "offers_mail": "Pages offer news by mail",
    "quiet_from": "Quiet from",
    "quiet_until": "Quiet until",
    "link_days": "Days a link lives after the end",
}
HELP = {
    "name": "As it stands above every page.",
    "language": "For readers whose browser asks for none that we speak.",
    "radius": "In pixels, 0 (square) to 24.",
    "font": "No font is ever loaded from elsewhere.",
    "slot_from": "In UTC. Empty: at once.",
    "slot_until": "In UTC. Empty: for ever.",
    "opens_by_number": "It shows the state and the country, and nothing else.",
    "domain": "Such as track.shop.example. Point it at this site (CNAME) before you publish.",
    "offers_mail": "Where this site sends mail. Whoever asked before goes on getting it.",
    "quiet_from": "The hour, 0 to 23, where the parcel goes to. The same hour twice: none are quiet.",
    "quiet_until": "What came up meanwhile is sent then.",
    "support_phone": "Such as +44 20 7946 0000.",
    "link_days": "After that the link says that it has ended.",
}


class BrandDraftForm(FileFields, forms.ModelForm):  # type: ignore[type-arg]
    """All of a brand but where it is found; its instance is the draft and never saved."""

    accent = forms.CharField(required=False, widget=Colour(USUAL["accent"], "Use the usual blue"))
    accent_dark = forms.CharField(
        required=False, widget=Colour(USUAL["accent_dark"], "Make it of the accent")
    )
    language = forms.ChoiceField(required=False, choices=[("", "The site's"), *settings.LANGUAGES])
    channels = Listed(help_text=CHANNEL_WORDS)
    countries = Listed(read=str.upper, help_text="Codes such as DE, AT, CH.")
    frame_origins = brand_fields.origins(help_text=ORIGIN_WORDS)
    own_css = Paired(help_text=CSS_WORDS)
    quiet_days_by_carrier = Paired(read=brand_fields.days, help_text="One to a line, as dhl: 2.")
    texts = Texts(required=False)
    hidden = forms.MultipleChoiceField(
        required=False,
        choices=[(part, PART_WORDS.get(part, part)) for part in PARTS],
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Brand
        fields = [name for name in FIELDS if name not in FILES]
        widgets = {
            name: forms.DateTimeInput({"type": "datetime-local"}, format=MOMENT)
            for name in ("slot_from", "slot_until")
        }

    def __init__(
        self, *args: Any, is_locked: bool = False, may_host: bool = False, **kwargs: Any
    ) -> None:
        """Nothing can be changed when `is_locked`, the host only by who `may_host`."""
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = LABELS.get(name, field.label)
            field.help_text = HELP.get(name, field.help_text)
            field.disabled = is_locked
        if not may_host:
            # Nobody proves here whose a host is, so a merchant must not take another's.
            self.fields["domain"].disabled = True
            self.fields["domain"].help_text = HOST_WORDS

    def clean_domain(self) -> str:
        return str(self.cleaned_data["domain"]).lower()

    @property
    def sections(self) -> Iterator[tuple[Section, list[forms.BoundField], bool]]:
        """Yield each section with its fields, and whether it stands open."""
        for section in SECTIONS:
            fields = [self[name] for name in section.fields]
            has_errors = any(field.errors for field in fields)
            yield section, fields, section.is_open or has_errors

    @property
    def wrong(self) -> list[tuple[str, str, str]]:
        """Return what is wrong: the field's element, its label, the sentence."""
        return [
            (self[name].id_for_label if name in self.fields else "", self._label(name), text)
            for name, errors in self.errors.items()
            for text in map(str, errors)
        ]

    def _label(self, name: str) -> str:
        return str(self.fields[name].label) if name in self.fields else "All together"


def errors_of(error: ValidationError) -> list[str]:
    """Return the sentences of an error, each with its field's name."""
    if not hasattr(error, "error_dict"):
        return list(map(str, error.messages))
    return [
        f"{LABELS.get(name, name)}: {text}" if name != "__all__" else text
        for name, texts in error.message_dict.items()
        for text in texts
    ]
