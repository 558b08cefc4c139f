"""Which addresses may be called: judged by how they are written, and again by where they lead."""

import re
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from msgspec import Struct
from requests_hardened.ip_filter import EXTRA_BLOCKED_NET_RANGES

Ip = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

DEFAULT_PORTS = {"https": 443, "http": 80}
# Where the public network may be called. Anything else is for the operator's own networks.
PUBLIC_SCHEME = "https"
PUBLIC_PORTS = frozenset({443, 8443})

# IANA hands out addresses of this block only; every older or odder form of an IPv4 address
# inside an IPv6 one lies elsewhere.
GLOBAL_UNICAST = ip_network("2000::/3")
BLOCKED: tuple[Network, ...] = (
    *EXTRA_BLOCKED_NET_RANGES,
    ip_network("168.63.129.16/32"),  # Azure's host, which answers its own machines only
)

PLAIN = re.compile(r"[!-~]+")  # printable ASCII
LABEL = r"(?!-)[a-z0-9_-]{1,63}(?<!-)"
HOST = re.compile(rf"(?=.{{1,253}}\Z){LABEL}(?:\.{LABEL})*")
# Old forms such as 2130706433, 0x7f.1 and 0177.0.0.1 lead to addresses without looking so.
ENDS_IN_NUMBER = re.compile(r"(?:.*\.)?(?:\d+|0x[0-9a-f]*)")

NOT_PLAIN = "Write the address in ASCII letters, without spaces and backslashes."
NOT_WEB = "The address must begin with https://."
HAS_USER = "Leave user names and passwords out of the address."
BAD_PORT = "The port must be a number from 1 to 65535."
BAD_HOST = "The address names no host that can be called."
CLOSED_HOST = "The host is not on the public network; only the operator can allow it."
CLOSED_PORT = "Only the ports 443 and 8443 are called; only the operator can allow others."


class Origin(Struct, frozen=True):
    """Scheme, host and port in their one form: small letters, no brackets, the port filled in."""

    scheme: str
    host: str
    port: int


def check_address(url: str, networks: Sequence[Network]) -> None:
    """Refuse an address we would not call, as far as one can tell without asking for its host.

    `networks` are the operator's, which the usual rules spare. Raises `ValueError` with a
    sentence for staff. A host's name tells nothing: the gate looks at the address again
    when it connects.
    """
    origin = origin_of(url)
    ip = literal(origin.host)
    if ip is not None:
        if not leads_out(origin, ip, networks):
            raise ValueError(_objection(origin) if is_public(ip) else CLOSED_HOST)
    elif not networks:
        if not has_public_name(origin.host):
            raise ValueError(CLOSED_HOST)
        if objection := _objection(origin):
            raise ValueError(objection)


def origin_of(url: str) -> Origin:
    """Return where an http(s) address leads; raise `ValueError` with a sentence for staff."""
    if not PLAIN.fullmatch(url) or "\\" in url:
        raise ValueError(NOT_PLAIN)
    try:
        parts = urlsplit(url)
    except ValueError:  # brackets that hold no IPv6 address
        raise ValueError(BAD_HOST) from None
    if parts.scheme not in DEFAULT_PORTS:
        raise ValueError(NOT_WEB)
    if "@" in parts.netloc:
        raise ValueError(HAS_USER)
    return Origin(parts.scheme, _host(parts), _port(parts))


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").lower()
    if ":" in host or ENDS_IN_NUMBER.fullmatch(host):
        ip = literal(host)
        # A zone names one of our own network cards.
        if ip is None or "%" in host:
            raise ValueError(BAD_HOST)
        return str(ip)
    if not HOST.fullmatch(host):
        raise ValueError(BAD_HOST)
    return host


def _port(parts: SplitResult) -> int:
    try:
        port = DEFAULT_PORTS[parts.scheme] if parts.port is None else parts.port
    except ValueError:
        raise ValueError(BAD_PORT) from None
    if not port:
        raise ValueError(BAD_PORT)
    return port


def literal(host: str) -> Ip | None:
    """Return the address a host is written as; None for a name."""
    try:
        return plain(ip_address(host))
    except ValueError:
        return None


def plain(ip: Ip) -> Ip:
    """Return an IPv4 address that is written as an IPv6 one in its own form."""
    return getattr(ip, "ipv4_mapped", None) or ip


def has_public_name(host: str) -> bool:
    return "." in host and not host.endswith(".localhost")


def leads_out(origin: Origin, ip: Ip, networks: Sequence[Network]) -> bool:
    """Tell whether `ip` may be connected to for a call to `origin`."""
    if any(ip in network for network in networks):
        return True
    return not _objection(origin) and is_public(ip)


def _objection(origin: Origin) -> str:
    """Return what keeps an origin from being called on the public network, if anything does."""
    if origin.scheme != PUBLIC_SCHEME:
        return NOT_WEB
    return "" if origin.port in PUBLIC_PORTS else CLOSED_PORT


def is_public(ip: Ip) -> bool:
    """Tell whether an address belongs to a host on the public network, and to one only."""
    if not ip.is_global or ip.is_multicast or any(ip in network for network in BLOCKED):
        return False
    return ip.version == 4 or ip in GLOBAL_UNICAST
