"""What the errors of the libraries below mean, in the gate's own words."""

import ssl
from collections.abc import Iterator
from http.client import HTTPException, IncompleteRead, RemoteDisconnected

from urllib3.exceptions import DecodeError, HTTPError, InvalidChunkLength, InvalidHeader
from urllib3.exceptions import TimeoutError as PoolTimeoutError
from urllib3.util.ssl_match_hostname import CertificateError

from apps.outbound.messages import Reason

# All that requests, urllib3, http.client, ssl and socket raise for what the other side does.
ERRORS = (OSError, HTTPException, HTTPError, ValueError)

# The first that fits counts: the special ones stand before those they are made from.
REASONS: tuple[tuple[type[BaseException], Reason], ...] = (
    (ssl.SSLEOFError, Reason.REFUSED),
    (ssl.SSLZeroReturnError, Reason.REFUSED),
    (ssl.SSLError, Reason.UNTRUSTED),
    (CertificateError, Reason.UNTRUSTED),
    (TimeoutError, Reason.TIMED_OUT),
    (PoolTimeoutError, Reason.TIMED_OUT),
    (RemoteDisconnected, Reason.REFUSED),
    (InvalidChunkLength, Reason.GARBLED),
    (IncompleteRead, Reason.REFUSED),
    (HTTPException, Reason.GARBLED),
    (DecodeError, Reason.GARBLED),
    (InvalidHeader, Reason.GARBLED),
    (ValueError, Reason.GARBLED),
)


def reason_of(error: BaseException) -> Reason:
    """Return what an error of the libraries means, judged by itself and by what led to it."""
    for cause in _causes(error):
        for kind, reason in REASONS:
            if isinstance(cause, kind):
                return reason
    return Reason.REFUSED


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and what led to it, as a traceback would show them."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
