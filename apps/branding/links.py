"""Which addresses a merchant may put on its pages."""

from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_UNSAFE = frozenset(" \\@<>\"'`")


def is_web_address(url: str) -> bool:
    """Tell whether browsers and we read an address alike, as one of a web page.

    Browsers drop tabs and line breaks, read backslashes as slashes and hide a trap before
    an `@`, so an address with any of these is none.
    """
    if not url.isprintable() or _UNSAFE & set(url):
        return False
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def check_link(url: str) -> None:
    """Raise `ValidationError` for anything that is no plain web address."""
    if not is_web_address(url):
        raise ValidationError(_("Write a web address such as https://shop.example/help."))
