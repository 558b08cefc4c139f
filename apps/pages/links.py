"""Which addresses from outside may become links or pictures."""

from urllib.parse import urlsplit

from apps.pages.shown import Shown


class Link(Shown, frozen=True):
    url: str
    host: str


def safe_link(url: str) -> Link | None:
    """Return a plain web address as a link, None for anything else.

    Browsers drop tabs and line breaks, read backslashes as slashes and hide a trap before
    an `@`, so an address with any of these is no link at all.
    """
    if not url.isprintable() or any(letter in url for letter in " \\@<>\"'`"):
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname
        _ = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host or not parts.netloc:
        return None
    return Link(url=url, host=host.removeprefix("www."))


def own_picture(url: str) -> str:
    """Return the address of a picture that this site serves, empty for all others.

    The page's policy allows pictures from its own origin only.
    """
    is_own = url.startswith("/") and not url.startswith("//") and "\\" not in url
    return url if is_own and url.isprintable() else ""
