"""What a Content-Security-Policy lets a page load, as far as our script and frame go.

After Content Security Policy Level 3 (w3.org/TR/CSP3), sections 6.7.2 and 6.8.
"""

from collections.abc import Iterable
from urllib.parse import SplitResult, urlsplit

# Where a directive that is missing falls back to, the first one that is there counts.
FALLBACK = {
    "script-src": ("script-src-elem", "script-src", "default-src"),
    "frame-src": ("frame-src", "child-src", "default-src"),
}
LONGEST = 20_000


def forbidden_by(policies: Iterable[str], kind: str, url: str, page: str, nonce: str = "") -> str:
    """Return the directive that keeps a page from loading an address, as it is to be read.

    `kind` is `script-src` or `frame-src`, `page` the shop's own address, empty when unknown.
    A policy that says nothing of the kind lets everything in. Empty when nothing is in the way.
    """
    for policy in policies:
        for part in policy[:LONGEST].split(","):
            name, sources = _ruling(part, kind)
            if name and not _allow(sources, kind, url, page, nonce):
                return " ".join((name, *sources))
    return ""


def extended(directive: str, kind: str, site: str) -> str:
    """Return a directive with our site let in."""
    name, *sources = directive.split()
    name = kind if name in ("default-src", "child-src") else name
    return " ".join((name, *(one for one in sources if one.lower() != "'none'"), site))


def _ruling(policy: str, kind: str) -> tuple[str, list[str]]:
    """Return the directive of a policy that rules over a kind; of two alike the first counts."""
    rules: dict[str, list[str]] = {}
    for text in policy.split(";"):
        name, *sources = text.split() or [""]
        rules.setdefault(name.lower(), sources)
    name = next((name for name in FALLBACK[kind] if name in rules), "")
    return name, rules.get(name, [])


def _allow(sources: list[str], kind: str, url: str, page: str, nonce: str) -> bool:
    if kind == "script-src":
        if nonce and f"'nonce-{nonce}'" in sources:
            return True
        if "'strict-dynamic'" in map(str.lower, sources):
            return False
    return any(_matches(source, url, page) for source in sources)


def _matches(source: str, url: str, page: str) -> bool:
    asked = urlsplit(url)
    if source.lower() == "'self'":
        home = urlsplit(page)
        return bool(page) and (home.scheme, home.netloc) == (asked.scheme, asked.netloc)
    if source == "*":
        return asked.scheme in ("http", "https")
    if source.endswith(":"):
        return _is_scheme(source[:-1].lower(), asked.scheme)
    try:
        wanted = urlsplit(source if "://" in source else f"//{source}")
        return _fits(wanted, asked, page)
    except ValueError:
        return False


def _is_scheme(wanted: str, given: str) -> bool:
    """Tell whether a scheme is the one wanted, or the safer one of it."""
    return given == wanted or (wanted, given) == ("http", "https")


def _fits(wanted: SplitResult, asked: SplitResult, page: str) -> bool:
    scheme = wanted.scheme or urlsplit(page).scheme or "https"
    return (
        _is_scheme(scheme, asked.scheme)
        and _is_host(wanted.hostname or "", asked.hostname or "")
        and (wanted.netloc.endswith(":*") or _port(wanted, asked.scheme) == _port(asked))
        and (wanted.path in ("", "/") or _is_path(wanted.path, asked.path))
    )


def _is_host(wanted: str, given: str) -> bool:
    return given.endswith(wanted[1:]) if wanted.startswith("*.") else given == wanted


def _is_path(wanted: str, given: str) -> bool:
    return given.startswith(wanted) if wanted.endswith("/") else given == wanted


def _port(parts: SplitResult, scheme: str = "") -> int:
    return parts.port or {"http": 80, "https": 443}.get(scheme or parts.scheme, 0)
