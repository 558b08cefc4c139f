"""What a shop pastes into its own pages so that they show parcels."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import escape
from msgspec import Struct

# What a frame can do; it needs its own origin for its own requests.
SANDBOX = "allow-scripts allow-forms allow-same-origin allow-popups allow-popups-to-escape-sandbox"
TITLE = "Parcel tracking"
HEIGHT = 640
# The parameter of the shop's page that holds the secret of a parcel's link.
PARAMETER = "t"


class Place(Struct, frozen=True):
    """What a snippet leads to: a brand on our site (`https://track.example`).

    `token` is the secret of a parcel's link; without it the reader is asked for a number, or
    the shop's page knows the secret from its own address.
    """

    site: str
    slug: str
    token: str = ""
    title: str = TITLE

    @property
    def page(self) -> str:
        """Return the page that a link leads to."""
        if self.token:
            return self.site + reverse("pages:tracking", args=[self.token])
        return self.site + reverse("pages:look_up", args=[self.slug])

    @property
    def framed(self) -> str:
        """Return the page that a frame shows."""
        names = [self.slug, self.token] if self.token else [self.slug]
        return self.site + reverse("pages:embed", args=names)


class Snippet(Struct, frozen=True):
    """A way to embed; `text` is to be pasted as it is."""

    name: str
    title: str
    words: str
    text: str


def snippets_of(place: Place) -> tuple[Snippet, ...]:
    """Return every way there is, the best one first."""
    return (
        Snippet(
            "element",
            "The element",
            "Grows with what is in it, follows your page's language, and tells it what happens.",
            f"{script(place.site)}\n{element(place)}",
        ),
        Snippet(
            "frame",
            "The frame",
            "Needs no script on your page, but keeps its height.",
            frame(place),
        ),
        Snippet(
            "link",
            "The link",
            "Works anywhere, mails included.",
            link(place),
        ),
        Snippet(
            "oembed",
            "oEmbed",
            "For editors that turn a pasted link into the frame: paste the first line; the second "
            "is where they ask what it stands for.",
            f"{place.page}\n{oembed(place)}",
        ),
        Snippet(
            "policy",
            "Content-Security-Policy",
            "If your pages send this header, it has to have these words too; the plain frame "
            "needs frame-src only.",
            policy(place.site),
        ),
    )


def script(site: str) -> str:
    """Return the line that loads the element."""
    return f'<script src="{escape(site + reverse("pages:loader"))}" async></script>'


def element(place: Place) -> str:
    """Return the element, with a plain link inside for browsers that cannot show it."""
    secret = f'token="{place.token}"' if place.token else f'token-param="{PARAMETER}"'
    name = "" if place.title == TITLE else f' title="{escape(place.title)}"'
    return (
        f'<parcel-tracking merchant="{escape(place.slug)}" {secret}{name}>\n'
        f"  {link(place)}\n"
        "</parcel-tracking>"
    )


def frame(place: Place) -> str:
    """Return the frame that needs no script."""
    return (
        f'<iframe src="{escape(place.framed)}" title="{escape(place.title)}" loading="lazy"\n'
        f'  width="100%" height="{HEIGHT}" style="border:0"\n'
        '  allow="clipboard-write"\n'
        f'  sandbox="{SANDBOX}"></iframe>'
    )


def link(place: Place) -> str:
    """Return a plain link."""
    return f'<a href="{escape(place.page)}">Track your parcel</a>'


def oembed(place: Place) -> str:
    """Return where programs ask for the frame of a page."""
    query = urlencode({"url": place.page, "format": "json"})
    return f"{place.site}{reverse('pages:oembed')}?{query}"


def policy(site: str) -> str:
    """Return the words that a shop's Content-Security-Policy needs."""
    return f"script-src {site}; frame-src {site}"
