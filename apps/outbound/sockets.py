"""Sockets that lead to checked addresses only and spend no more than their call has left."""

import socket
import ssl
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct
from requests.utils import DEFAULT_CA_BUNDLE_PATH

from apps.outbound import resolving
from apps.outbound.addresses import Ip, Network, Origin, leads_out, literal
from apps.outbound.deadlines import allowance
from apps.outbound.messages import Reason, Unreachable

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

FAMILIES = {4: socket.AF_INET, 6: socket.AF_INET6}


class Way(Struct, frozen=True):
    """How a gate's connections are made. `networks` are the operator's own."""

    connect_seconds: float
    networks: tuple[Network, ...]
    look_up: resolving.LookUp


class Socket(socket.socket):
    """Waits only as long as the call allows, and counts what it receives."""

    def recv_into(self, buffer: "WriteableBuffer", nbytes: int = 0, flags: int = 0) -> int:
        present = allowance()
        self.settimeout(present.silence())
        count = super().recv_into(buffer, nbytes, flags)
        present.receive(count)
        return count

    def sendall(self, data: "ReadableBuffer", flags: int = 0, /) -> None:
        self.settimeout(allowance().silence())
        super().sendall(data, flags)


class TLSSocket(ssl.SSLSocket):
    """The same behind TLS, where sending all is sending piece by piece."""

    def recv_into(
        self, buffer: "WriteableBuffer", nbytes: int | None = None, flags: int = 0
    ) -> int:
        present = allowance()
        self.settimeout(present.silence())
        count = super().recv_into(buffer, nbytes, flags)
        present.receive(count)
        return count

    def send(self, data: "ReadableBuffer", flags: int = 0) -> int:
        self.settimeout(allowance().silence())
        return super().send(data, flags)


@cache
def trust(ca_file: str) -> ssl.SSLContext:
    """Return how certificates are checked: against the public authorities and `ca_file`'s.

    Made from the class, because the functions that make contexts listen to the environment.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.sslsocket_class = TLSSocket
    for file in (DEFAULT_CA_BUNDLE_PATH, ca_file):
        if file:
            context.load_verify_locations(file)
    return context


def connect(way: Way, origin: Origin) -> Socket:
    """Return a socket connected to an address that is allowed; the others are passed over.

    What is checked is what is connected to: a name is never looked up twice. The socket is
    left with the time that a TLS handshake may take.
    """
    reason = Reason.UNRESOLVED
    for ip in _addresses(way, origin.host):
        if not leads_out(origin, ip, way.networks):
            reason = Reason.FORBIDDEN if reason is Reason.UNRESOLVED else reason
            continue
        seconds = allowance().left(way.connect_seconds)
        try:
            return _open(ip, origin.port, seconds)
        except TimeoutError:
            reason = Reason.TIMED_OUT
        except OSError:
            reason = Reason.REFUSED
    raise Unreachable(reason)


def _addresses(way: Way, host: str) -> Sequence[Ip]:
    ip = literal(host)
    if ip is not None:
        return [ip]
    seconds = allowance().left(way.connect_seconds)
    try:
        found = resolving.in_time(way.look_up, host, seconds)
    except TimeoutError:
        raise Unreachable(Reason.TIMED_OUT) from None
    except (OSError, UnicodeError):
        raise Unreachable(Reason.UNRESOLVED) from None
    return [ip for ip in map(literal, found) if ip is not None]


def _open(ip: Ip, port: int, seconds: float) -> Socket:
    opened = Socket(FAMILIES[ip.version], socket.SOCK_STREAM)
    try:
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        opened.settimeout(seconds)
        opened.connect((str(ip), port))
    except BaseException:
        opened.close()
        raise
    return opened
