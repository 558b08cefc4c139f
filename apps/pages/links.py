"""Which addresses from outside may become links or pictures."""

from urllib.parse import urlsplit

from apps.branding.links import is_web_address
from apps.pages.shown import Shown


class Link(Shown, frozen=True):
    url: str
    host: str


def safe_link(url: str) -> Link | None:
    """Return a plain web address as a link, None for anything else."""
    if not is_web_address(url):
        return None
    host = urlsplit(url).hostname or ""
    return Link(url=url, host=host.removeprefix("www."))


def own_picture(url: str) -> str:
    """Return the address of a picture that this site serves, empty for all others.

    The page's policy allows pictures from its own origin only.
    """
    is_own = url.startswith("/") and not url.startswith("//") and "\\" not in url
    return url if is_own and url.isprintable() else ""
