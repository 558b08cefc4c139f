"""Second facts: what somebody who waits for a parcel knows, besides a number of it."""

import re
import unicodedata

from django.utils.crypto import constant_time_compare

from apps.pages.languages import gettext as _
from apps.shipments.journey import Journey

LONGEST = 254
_ZIP_AND_FOUR = re.compile(r"(\d{5})\d{4}")


def readable(text: str) -> str:
    """Return what was typed with digits of all scripts and full-width characters in ASCII."""
    return "".join(str(unicodedata.decimal(c, c)) for c in unicodedata.normalize("NFKC", text))


def problem_of(fact: str) -> str:
    """Return what is wrong with a fact that was typed, before anybody compares it."""
    return wrong(fact, LONGEST, _("Enter the postcode or e-mail address"))


def wrong(text: str, longest: int, if_empty: str) -> str:
    if not text:
        return if_empty
    return _("This is too long. Check that it is the right text.") if len(text) > longest else ""


def fold_email(text: str) -> str:
    return "".join(readable(text).split()).casefold()


def fold_postcode(text: str) -> str:
    """Return letters and digits only; of an American ZIP+4 the five that everybody knows."""
    folded = "".join(c for c in readable(text).casefold() if c.isalnum())
    zip_code = _ZIP_AND_FOUR.fullmatch(folded)
    return zip_code[1] if zip_code else folded


def fits(given: str, email: str, postal_code: str) -> bool:
    """Tell whether what was given is the e-mail or the postcode, in the same time if not."""
    is_email = _same(fold_email(email), fold_email(given))
    is_postcode = _same(fold_postcode(postal_code), fold_postcode(given))
    return is_email | is_postcode


def _same(known: str, given: str) -> bool:
    return constant_time_compare(known, given) & bool(known)


def facts_of(journey: Journey) -> frozenset[str]:
    """Return the facts of a parcel's recipient, as they compare; none without a recipient."""
    to = journey.recipient
    known = (fold_email(to.email), fold_postcode(to.postal_code)) if to else ()
    return frozenset(filter(None, known))


def are_alike(one: Journey, other: Journey) -> bool:
    """Tell whether two parcels go to the same recipient, by all that we know."""
    return one is other or facts_of(one) == facts_of(other) != frozenset()


def may_be_one_order(one: Journey, other: Journey) -> bool:
    """Tell whether nothing speaks against two parcels being one customer's."""
    mine, theirs = facts_of(one), facts_of(other)
    return one is other or not mine or not theirs or bool(mine & theirs)
