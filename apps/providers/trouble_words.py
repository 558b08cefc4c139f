"""The troubles of asking in words for staff, and how an account fares."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.providers.asking import Trouble
from apps.providers.models import Account

if TYPE_CHECKING:
    from django.utils.functional import Promise

WORDS: "Mapping[str, Promise | str]" = {
    Trouble.NOT_FOUND: gettext_lazy(
        "The provider does not know the parcel yet. It is asked again, ever later."
    ),
    Trouble.INVALID_NUMBER: gettext_lazy(
        "The provider says that there can be no such number. It is not asked again."
    ),
    Trouble.ACCESS_DENIED: gettext_lazy(
        "The provider does not tell this account about the parcel. It is not asked again."
    ),
    Trouble.AUTH_FAILED: gettext_lazy(
        "The provider does not take these credentials, or its address may not be called. "
        "New credentials resume the account."
    ),
    Trouble.RATE_LIMITED: gettext_lazy("The provider was asked too fast. The account waits."),
    Trouble.QUOTA_EXHAUSTED: gettext_lazy(
        "The provider's quota is used up. The account waits for the next one."
    ),
    Trouble.TRANSIENT: gettext_lazy(
        "The provider is broken, late or out of reach. It is asked again soon; after several "
        "failures in a row it is left alone for a while."
    ),
    Trouble.MALFORMED: gettext_lazy(
        "The answer is not what was agreed. What it looked like is kept among the misfits."
    ),
    Trouble.PARTIAL: gettext_lazy(
        "The provider answered for other parcels, not for this one. It is asked again."
    ),
}


def explained(trouble: str, detail: str) -> str:
    """Return what a trouble means, with its detail in brackets; empty for none."""
    words = str(WORDS.get(trouble, ""))
    return f"{words} ({detail})" if words and detail else words


def state(account: Account, now: datetime) -> str:
    """Return in a word or two whether an account's provider is asked."""
    if not account.is_active:
        return _("switched off")
    if account.paused_at:
        return _("paused")
    if account.not_before and account.not_before > now:
        return _("waiting")
    return _("running")


def standing(account: Account, now: datetime) -> str:
    """Return a sentence or two: whether the provider is asked, and if not, why and how long."""
    why = explained(account.trouble, account.trouble_detail)
    sentences = [f"{state(account, now).capitalize()}.", why]
    if account.paused_at:
        sentences.insert(1, _("Since %(time)s.") % {"time": clock(account.paused_at)})
    elif account.not_before and account.not_before > now:
        sentences.insert(1, _("Until %(time)s.") % {"time": clock(account.not_before)})
    return " ".join(filter(None, sentences))


def clock(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M:%S} UTC"
