"""How a merchant's pages look, and what they tell to whom."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from apps.branding import checks
from apps.branding.framing import check_origins
from apps.branding.links import check_link
from apps.branding.own_css import check_own_css
from apps.shipments.models import Merchant

# What a merchant may leave out of its pages.
PARTS = ("items", "journey", "map", "details", "help", "slot", "rating", "carrier", "origin")


def check_parts(names: object) -> None:
    """Raise `ValidationError` for anything but a list of `PARTS`."""
    if not isinstance(names, list) or not set(map(str, names)) <= set(PARTS):
        raise ValidationError(_("Name any of: %(parts)s.") % {"parts": ", ".join(PARTS)})


IS_COLOUR = RegexValidator(r"\A#[0-9a-fA-F]{6}\Z", _("Write a colour as #2f52c9."))
IS_PHONE = RegexValidator(r"\A\+?[0-9](?:[0-9 ()./-]{1,28})[0-9]\Z", _("Write +44 20 7946 0000."))


class Asset(models.Model):
    """A file of a merchant's looks as we made it, found by its bytes. It never changes.

    Older versions of a brand name it too, so it stays as long as any of them does. `made_at`
    is when it was uploaded last.
    """

    class Kind(models.TextChoices):
        LOGO = "logo", _("logo")
        LOGO_DARK = "logo_dark", _("logo for dark pages")
        FAVICON = "favicon", _("icon of the browser's tab")
        FONT = "font", _("font")

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    mime = models.CharField(max_length=20)
    # Pixels; fonts have none.
    width = models.PositiveSmallIntegerField(null=True)
    height = models.PositiveSmallIntegerField(null=True)
    # Whether a font has all weights, from thin to heavy.
    is_variable = models.BooleanField(default=False)
    data = models.BinaryField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["merchant", "digest", "kind"], name="asset_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.digest[:8]}"


class Brand(models.Model):
    """One look of a merchant. Its default one is shown where nothing else is asked for.

    A parcel shows the brand that lists its channel, else one that lists the country it goes to,
    else the default one.
    """

    class Font(models.TextChoices):
        SYSTEM = "system", _("the device's own")
        SERIF = "serif", _("with serifs")
        ROUNDED = "rounded", _("rounded")
        MONO = "mono", _("typewriter")
        OWN = "own", _("your own file")

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="+")
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=100)
    is_default = models.BooleanField(default=True)
    language = models.CharField(max_length=10, blank=True)
    channels = models.JSONField(default=list, blank=True, validators=[checks.check_channels])
    countries = models.JSONField(default=list, blank=True, validators=[checks.check_countries])
    # A host that shows this brand and its merchant's parcels only.
    domain = models.CharField(max_length=253, blank=True, validators=[checks.check_domain])
    accent = models.CharField(max_length=7, blank=True, validators=[IS_COLOUR])
    # Where none is given, the accent is made lighter for dark pages.
    accent_dark = models.CharField(max_length=7, blank=True, validators=[IS_COLOUR])
    radius = models.PositiveSmallIntegerField(default=16, validators=[MaxValueValidator(24)])
    font = models.CharField(max_length=10, choices=Font.choices, default=Font.SYSTEM)
    # {"letter-spacing": "0.01em"}; what else there is stands in `own_css.PROPERTIES`.
    own_css = models.JSONField(default=dict, blank=True, validators=[check_own_css])
    logo = models.ForeignKey(Asset, models.RESTRICT, null=True, blank=True, related_name="+")
    logo_dark = models.ForeignKey(Asset, models.RESTRICT, null=True, blank=True, related_name="+")
    favicon = models.ForeignKey(Asset, models.RESTRICT, null=True, blank=True, related_name="+")
    font_file = models.ForeignKey(Asset, models.RESTRICT, null=True, blank=True, related_name="+")
    # {language: {code, milestone or place: what to say}}; ours where there is none.
    texts = models.JSONField(default=dict, blank=True, validators=[checks.check_texts])
    shop_url = models.CharField(max_length=500, blank=True, validators=[check_link])
    support_url = models.CharField(max_length=500, blank=True, validators=[check_link])
    support_email = models.EmailField(blank=True)
    support_phone = models.CharField(max_length=30, blank=True, validators=[IS_PHONE])
    returns_url = models.CharField(max_length=500, blank=True, validators=[check_link])
    faq_url = models.CharField(max_length=500, blank=True, validators=[check_link])
    privacy_url = models.CharField(max_length=500, blank=True, validators=[check_link])
    # Sites that may frame the pages: scheme, host and port, such as https://shop.example.
    frame_origins = models.JSONField(default=list, blank=True, validators=[check_origins])
    hidden = models.JSONField(default=list, blank=True, validators=[check_parts])
    slot_heading = models.CharField(max_length=80, blank=True)
    slot_text = models.CharField(max_length=300, blank=True)
    slot_url = models.CharField(max_length=500, blank=True, validators=[check_link])
    # The slot is shown from then on, and until then; always where neither is given.
    slot_from = models.DateTimeField(null=True, blank=True)
    slot_until = models.DateTimeField(null=True, blank=True)
    # A tracking number alone shows the state and the country, nothing else.
    opens_by_number = models.BooleanField(default=False)
    # Business days without a scan that are nothing to worry about.
    quiet_days_first = models.PositiveSmallIntegerField(default=4)
    quiet_days_home = models.PositiveSmallIntegerField(default=3)
    quiet_days_abroad = models.PositiveSmallIntegerField(default=5)
    # The same for single carriers, by code: {"dhl": 2}.
    quiet_days_by_carrier = models.JSONField(
        default=dict, blank=True, validators=[checks.check_quiet_days]
    )
    # Whether the pages offer news by mail, and the hours, on the recipient's clock, from which and
    # until which none are sent; the same hour twice for no such hours.
    offers_mail = models.BooleanField(default=True)
    quiet_from = models.PositiveSmallIntegerField(default=21, validators=[MaxValueValidator(23)])
    quiet_until = models.PositiveSmallIntegerField(default=8, validators=[MaxValueValidator(23)])
    # How long a link lives after the journey's end.
    link_days = models.PositiveSmallIntegerField(
        default=90, validators=[MinValueValidator(1), MaxValueValidator(3650)]
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    # Every published state, so that each can be returned to.
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["merchant"], condition=Q(is_default=True), name="brand_default_once"
            ),
            models.UniqueConstraint(
                fields=["domain"],
                condition=~Q(domain=""),
                name="brand_domain_once",
                violation_error_message=_("Another brand has this host name."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        """Save, and raise the version, so that every kept page of the brand is out of date."""
        with transaction.atomic():
            if self.pk:
                self._raise_version()
            super().save(*args, **kwargs)  # type: ignore[arg-type]

    def clean(self) -> None:
        """Raise `ValidationError` for a slot that ends before it begins, or a font of nowhere."""
        if self.slot_from and self.slot_until and self.slot_from >= self.slot_until:
            raise ValidationError({"slot_until": _("The end comes before the beginning.")})
        if self.font == self.Font.OWN and not self.font_file:
            raise ValidationError({"font": _("Upload a font first.")})

    def _raise_version(self) -> None:
        """Raise it in the row first: two who save at once take turns, and history can read it."""
        own = Brand.objects.filter(pk=self.pk)
        if own.update(version=F("version") + 1):
            self.version = own.values_list("version", flat=True).get()


class Draft(models.Model):
    """What staff changed about a brand and did not publish yet.

    `fields` holds {field: [as it was published, as it shall be]}, as JSON has it.
    """

    brand = models.OneToOneField(Brand, models.CASCADE, related_name="draft")
    fields: Any = models.JSONField(default=dict)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    def __str__(self) -> str:
        return f"Draft of {self.brand}"
