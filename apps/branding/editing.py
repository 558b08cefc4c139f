"""Brands as a merchant's own programs make and change them: published at once, without a draft."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.branding.drafts import FIELDS
from apps.branding.framing import origin_of
from apps.branding.looks import MOST_BRANDS
from apps.branding.models import Brand
from apps.shipments.models import Merchant

# Nobody proves here whose a host is, and files are uploaded by people.
NOT_BY_PROGRAM = frozenset(("domain", "logo", "logo_dark", "favicon", "font_file"))
EDITABLE = (frozenset(FIELDS) - NOT_BY_PROGRAM) | {"is_default"}


class TooMany(ValueError):
    """The merchant has as many brands as pages look through."""

    def __init__(self) -> None:
        super().__init__(f"There are {MOST_BRANDS} brands already.")


def make(merchant_id: int, slug: str, values: Mapping[str, Any]) -> Brand:
    """Make a brand with values of `EDITABLE`; a merchant's first one is its default one.

    Raises `ValidationError` by field, and `TooMany`.
    """
    with transaction.atomic():
        # Two at once take turns, so that one of them is the first.
        Merchant.objects.select_for_update(no_key=True).get(pk=merchant_id)
        own = Brand.objects.filter(merchant=merchant_id).count()
        if own >= MOST_BRANDS:
            raise TooMany
        brand = Brand(merchant_id=merchant_id, slug=slug, is_default=not own)
        return _saved(brand, {"slug": slug, **values})


@contextmanager
def held(merchant_id: int, slug: str) -> Iterator[Brand]:
    """Hold a merchant's brand while it is changed; raise `Brand.DoesNotExist`."""
    with transaction.atomic():
        # Whoever makes another brand the default one changes two, so all take turns.
        Merchant.objects.select_for_update(no_key=True).get(pk=merchant_id)
        yield Brand.objects.select_for_update().get(merchant=merchant_id, slug=slug)


def amend(brand: Brand, values: Mapping[str, Any]) -> Brand:
    """Change a brand that is `held`; what is no change makes no version.

    Raises `ValidationError` by field. Rules that are younger than a field count once it is sent.
    """
    changed = {
        name: value for name, value in _written(values).items() if value != getattr(brand, name)
    }
    return _saved(brand, changed) if changed else brand


def _saved(brand: Brand, values: Mapping[str, Any]) -> Brand:
    written = _written(values)
    for name, value in written.items():
        setattr(brand, name, value)
    unchanged = {field.name for field in Brand._meta.fields} - written.keys()
    brand.full_clean(exclude=unchanged)
    try:
        with transaction.atomic():
            _step_down(brand)
            brand.save()
    except IntegrityError as error:
        raise ValidationError(_("Another brand was saved at the same time.")) from error
    return brand


def _step_down(brand: Brand) -> None:
    """Make room for a new default brand: a merchant has one."""
    if not brand.is_default:
        return
    others = Brand.objects.filter(merchant=brand.merchant_id, is_default=True)
    for other in others.exclude(pk=brand.pk):
        other.is_default = False
        other.save()


def _written(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values as rows hold them: origins as browsers send them."""
    if "frame_origins" not in values:
        return dict(values)
    try:
        return {**values, "frame_origins": [origin_of(one) for one in values["frame_origins"]]}
    except ValidationError as error:
        raise ValidationError({"frame_origins": error.messages}) from error
