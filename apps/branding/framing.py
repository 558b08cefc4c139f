"""Which sites may frame a merchant's pages."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# A host in ASCII as browsers send it, perhaps with one star for its sub-domains.
_HOST = re.compile(r"(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9-]{1,63}")
# A name of the DNS is no longer.
LONGEST = 253
MOST = 50


def origin_of(text: object) -> str:
    """Return an origin in the form browsers send, such as `https://shop.example:8443`.

    A star may stand for the sub-domains: `https://*.shop.example`. Raises `ValidationError`
    for anything else: paths, other schemes, a bare star, what could end up as more than one
    word of a header.
    """
    wrong = ValidationError(_("%(text)s is no origin such as https://shop.example."))
    wrong.params = {"text": str(text)[:80]}
    if not isinstance(text, str) or not text.isascii() or not text.isprintable():
        raise wrong
    try:
        parts = urlsplit(text.strip().lower())
        port = parts.port
    except ValueError:
        raise wrong from None
    host = parts.netloc.rpartition(":")[0] if port is not None else parts.netloc.rstrip(":")
    has_more = parts.path.strip("/") or parts.query or parts.fragment
    is_host = len(host) <= LONGEST and _HOST.fullmatch(host)
    if parts.scheme not in ("http", "https") or has_more or not is_host:
        raise wrong
    is_default = port in (None, 443 if parts.scheme == "https" else 80)
    return f"{parts.scheme}://{host}" if is_default else f"{parts.scheme}://{host}:{port}"


def check_origins(origins: object) -> None:
    """Raise `ValidationError` for anything but a list of at most `MOST` origins."""
    if not isinstance(origins, list):
        raise ValidationError(_("Write a list of origins."))
    if len(origins) > MOST:
        raise ValidationError(_("At most %(most)d origins."), params={"most": MOST})
    for text in origins:
        origin_of(text)


def valid_origins(origins: Iterable[object]) -> tuple[str, ...]:
    """Return the origins that may go into a header, each once; what is none is left out.

    Rows can be older than the rule, or written by hand.
    """
    found = []
    for text in origins:
        try:
            found.append(origin_of(text))
        except ValidationError:
            continue
    return tuple(dict.fromkeys(found))[:MOST]


def allows(origins: Iterable[str], origin: str) -> bool:
    """Tell whether an origin is one of the brand's; a stranger may have written it.

    Browsers compare it with the star's meaning, we with the letters: only a plain origin
    in the form browsers send is compared.
    """
    return _is_plain(origin) and any(_matches(allowed, origin) for allowed in origins)


def _is_plain(origin: str) -> bool:
    try:
        return "*" not in origin and origin_of(origin) == origin
    except ValidationError:
        return False


def _matches(allowed: str, origin: str) -> bool:
    if "*." not in allowed:
        return allowed == origin
    scheme, _star, rest = allowed.partition("*.")
    return origin.startswith(scheme) and origin.endswith(f".{rest}")
