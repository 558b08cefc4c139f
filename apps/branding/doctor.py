"""The embed doctor: why a shop's page does not show parcels, and the line that mends it."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from msgspec import Struct

from apps.branding import embed_checks, snippets
from apps.branding.embeds import Embed, Site, embeds_of, of_kind
from apps.branding.findings import ORDER, Finding, Severity, hint, problem, warning
from apps.branding.framing import allows, origin_of
from apps.branding.hosts import LONGEST, read
from apps.branding.looks import Look
from apps.branding.policies import extended, forbidden_by

MOST_FINDINGS = 60
FINE = Finding(Severity.FINE, "fine", "Everything that can be seen from here is as it should be.")


class Sheet(Struct, frozen=True):
    """A shop's page as it was pasted or fetched. `address` is empty when nobody said where.

    `policies` are its Content-Security-Policy headers, which pasted pages do not tell.
    """

    html: str
    address: str = ""
    policies: tuple[str, ...] = ()
    is_fetched: bool = False


class Case(Struct, frozen=True):
    """What the checks go by: the page, the brand, where we are, and what of ours was found."""

    sheet: Sheet
    look: Look
    site: Site
    embeds: tuple[Embed, ...]
    policies: tuple[str, ...]

    @property
    def place(self) -> snippets.Place:
        return snippets.Place(self.site.address, self.look.slug)


def examine(sheet: Sheet, look: Look, site: Site) -> tuple[Finding, ...]:
    """Return what there is to say of a page, the worst first; never fails."""
    host = read(sheet.html)
    embeds = embeds_of(host, site, sheet.address)
    case = Case(sheet, look, site, embeds, sheet.policies + host.policies)
    found = [*_presence(case, host.is_whole), *_origin(case), *_scheme(case), *_policy(case)]
    found += embed_checks.of_all(embeds, look, site)
    once = sorted(dict.fromkeys(found), key=lambda one: ORDER.index(one.severity))
    if not any(one.severity in (Severity.PROBLEM, Severity.WARNING) for one in once):
        once.insert(0, FINE)
    return tuple(once[:MOST_FINDINGS])


def _is_safe(case: Case) -> bool:
    """Tell whether the page is, or may be, one that loads https only."""
    return not case.sheet.address.startswith("http:")


def _presence(case: Case, is_whole: bool) -> Iterator[Finding]:
    if not is_whole:
        most = f"{LONGEST // 1_000_000} MB"
        yield warning(
            "cut", f"The page is very large: only a part of it was read (at most {most})."
        )
    if not of_kind(case.embeds, "element", "frame", "link"):
        text = f"{snippets.script(case.site.address)}\n{snippets.element(case.place)}"
        words = (
            "Nothing of ours stands in this page: no element, no frame, no link. If a script adds "
            "it later, open the page in a browser, copy the HTML from its inspector and paste it."
        )
        yield problem("nothing", words, text)


def _origin(case: Case) -> Iterator[Finding]:
    """Tell whether the brand lets the page frame it; a link needs nothing."""
    if not of_kind(case.embeds, "element", "frame"):
        return
    origin = _origin_of(case.sheet.address)
    allowed = case.look.frame_origins
    if not origin:
        known = ", ".join(allowed) or "none so far"
        words = f"Say where the page is, to see whether the brand lets it in. It lets in: {known}."
        yield hint("unknown-origin", words, where="the address field above")
    elif not allows(allowed, origin):
        words = f"The brand does not let {origin} frame its pages{_near(origin, allowed)}."
        yield problem("origin", words, origin, "the brand's frame origins")


def _origin_of(address: str) -> str:
    try:
        parts = urlsplit(address)
        return origin_of(f"{parts.scheme}://{parts.netloc}") if address else ""
    except (ValidationError, ValueError):
        return ""


def _near(origin: str, allowed: tuple[str, ...]) -> str:
    """Say which origin of the brand was probably meant."""
    name = _bare(origin)
    near = next((one for one in allowed if _bare(one) == name), "")
    return f", only {near}: scheme, “www.” and port have to be the same" if near else ""


def _bare(origin: str) -> str:
    host = urlsplit(origin).hostname or ""
    return host.removeprefix("www.")


def _scheme(case: Case) -> Iterator[Finding]:
    if case.sheet.address.startswith("http:"):
        words = "Your page is served without encryption: anybody on the way can change it."
        yield warning("http-page", words, case.sheet.address.replace("http:", "https:", 1), "links")
    for one in case.embeds:
        if one.url.startswith("http:") and case.site.is_safe and case.site.is_at(urlsplit(one.url)):
            yield _unsafe(one, is_blocked=_is_safe(case) and one.kind != "link")


def _unsafe(one: Embed, *, is_blocked: bool) -> Finding:
    line = embed_checks.moved(one, one.url.replace("http:", "https:", 1))
    if is_blocked:
        words = f"The {one.kind} is asked for over http:// – browsers block that on https:// pages."
        return problem("mixed", words, line)
    return warning("http", f"The {one.kind} leads over http:// – use https://.", line)


def _policy(case: Case) -> Iterator[Finding]:
    """Tell which directive of the shop's own policy is in the way."""
    framed = of_kind(case.embeds, "element", "frame")
    if framed:
        yield from _forbidden(case, "frame-src", case.place.framed, "frame")
    loaders = of_kind(case.embeds, "loader")
    for one in loaders if of_kind(framed, "element") else ():
        yield from _forbidden(case, "script-src", one.url, "script", one.tag.get("nonce"))
    if framed and not case.sheet.is_fetched:
        words = "If your server sends a Content-Security-Policy header, it needs these words too."
        text = snippets.policy(case.site.address)
        yield hint("unknown-policy", words, text, "the Content-Security-Policy header")


def _forbidden(case: Case, kind: str, url: str, thing: str, nonce: str = "") -> Iterator[Finding]:
    directive = forbidden_by(case.policies, kind, url, case.sheet.address, nonce)
    if directive:
        words = f"Your page's own Content-Security-Policy forbids our {thing}: “{directive[:300]}”."
        if "'strict-dynamic'" in directive:
            words += " With 'strict-dynamic' give the script your page's nonce instead."
        line = extended(directive, kind, case.site.address)
        yield problem(f"policy-{kind}", words, line, "the Content-Security-Policy header")
