"""What people can ask to hear of, and what that covers."""

from collections.abc import Collection

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# By topic, in the order of a journey: what its box says.
CHOICES: dict[str, Promise | str] = {
    "in_transit": _("It is on its way"),
    "out_for_delivery": _("It comes today"),
    "available_for_pickup": _("I can collect it"),
    "delivered": _("It was delivered"),
    "exception": _("There is a problem, or it goes back"),
    "silent": _("There has been no news for too long"),
}
# What is meant where nobody chose: whoever asks on the page knows that it is on its way.
USUAL = ("out_for_delivery", "available_for_pickup", "delivered", "exception", "silent")
# Kinds of mail that go with a topic of another name.
COVERED = {
    "attempted": "exception",
    "returning": "exception",
    "returned": "exception",
    "cancelled": "exception",
}


def wants(topics: Collection[str], kind: str) -> bool:
    """Tell whether a kind of mail (a milestone or `silent`) was asked for."""
    return COVERED.get(kind, kind) in (topics or USUAL)


def check(topics: object) -> None:
    """Raise `ValueError`, with words, for anything but a list of topics."""
    names = topics if isinstance(topics, list | tuple) else [topics]
    if not all(isinstance(name, str) and name in CHOICES for name in names):
        raise ValueError(f"Name any of: {', '.join(CHOICES)}.")


def in_order(topics: Collection[str]) -> list[str]:
    """Return the topics among what was named, each once, in the order of a journey."""
    return [name for name in CHOICES if name in topics]


def chosen(topics: Collection[str]) -> list[str]:
    """Return what somebody hears of, the usual topics where nothing was chosen."""
    return in_order(topics or USUAL)
