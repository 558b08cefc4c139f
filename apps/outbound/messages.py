"""What goes through the gate and what comes back."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from msgspec import Struct

NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class Call(Struct, frozen=True):
    """What to send. `url` is a whole address; headers may hold secrets, the address never."""

    method: str
    url: str
    headers: Mapping[str, str] = NO_HEADERS
    body: bytes = b""

    def __repr__(self) -> str:
        """Show what a log or a traceback may hold."""
        return f"<Call {self.method}, {len(self.headers)} headers, {len(self.body)} bytes>"


class Reply(Struct, frozen=True):
    """What came back, whatever its status. Header names are in small letters."""

    status: int
    headers: Mapping[str, str] = NO_HEADERS
    body: bytes = b""

    def __repr__(self) -> str:
        """Show what a log or a traceback may hold."""
        return f"<Reply {self.status}, {len(self.headers)} headers, {len(self.body)} bytes>"


class Reason(StrEnum):
    """Why there is no reply."""

    FORBIDDEN = "forbidden"  # an address, port, scheme or header we do not call with
    UNRESOLVED = "unresolved"  # no such host
    REFUSED = "refused"  # no connection, or it broke before the end
    TIMED_OUT = "timed_out"  # connecting, reading or all of it took too long
    UNTRUSTED = "untrusted"  # the certificate or the encryption does not hold
    TOO_LARGE = "too_large"  # more bytes than the caller takes, unpacked
    GARBLED = "garbled"  # not HTTP, or an encoding that does not unpack
    MISLED = "misled"  # a redirect the rules do not follow


class Unreachable(Exception):
    """No reply could be had. The message never holds an address, a header or a body."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason
