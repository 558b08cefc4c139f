"""How staff read texts and times from outside: what hides in a text is written out."""

from django.utils.translation import gettext as _

from apps.shipments.reports import Certainty, Moment


def visible(text: str) -> str:
    """Return text with direction overrides, zero-width and control characters as escapes."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def clock(moment: Moment) -> str:
    """Return a time on the place's clock with its offset; a date alone stays a date."""
    try:
        wall = moment.wall_clock
    except OverflowError:
        wall = moment.instant.replace(tzinfo=None)
    if moment.is_date_only:
        return f"{wall:%Y-%m-%d}"
    if moment.certainty == Certainty.ASSUMED:
        return f"{wall:%Y-%m-%d %H:%M:%S} ({_('zone unknown')})"
    hours, minutes = divmod(abs(moment.offset), 60)
    sign = "-" if moment.offset < 0 else "+"
    return f"{wall:%Y-%m-%d %H:%M:%S}{sign}{hours:02d}:{minutes:02d}"
