"""A pool of kept connections, built from the parts of requests and urllib3.

Of requests only the adapter is used: a `Session` would follow redirects on its own, unpack
their bodies without a limit, keep cookies and listen to the environment.
"""

import logging
from functools import partial
from types import TracebackType
from typing import Any, ClassVar, Self

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from urllib3 import PoolManager, Retry
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import ConnectionPool, HTTPConnectionPool
from urllib3.exceptions import ProtocolError
from urllib3.response import BaseHTTPResponse

from apps.outbound.addresses import Origin
from apps.outbound.deadlines import allowance
from apps.outbound.sockets import Socket, Way, connect, trust

# What it would log holds addresses and headers.
logging.getLogger("urllib3").setLevel(logging.CRITICAL + 1)


class Checked(HTTPConnection):
    """Opens its socket by the gate's own rules."""

    scheme: ClassVar[str] = "http"

    def __init__(self, *args: Any, way: Way, **options: Any) -> None:
        super().__init__(*args, **options)
        self._way = way

    def _new_conn(self) -> Socket:
        return connect(self._way, Origin(self.scheme, self.host, self.port))

    def request(self, *args: Any, **options: Any) -> None:
        allowance().begin_answer()
        super().request(*args, **options)


class CheckedTLS(Checked, HTTPSConnection):
    scheme = "https"


CONNECTIONS: dict[str, type[Checked]] = {kind.scheme: kind for kind in (Checked, CheckedTLS)}


class Pools(PoolManager):
    """One pool for each host."""

    way: Way

    def _new_pool(self, scheme: str, *args: Any, **options: Any) -> HTTPConnectionPool:
        pool = super()._new_pool(scheme, *args, **options)
        pool.ConnectionCls = partial(CONNECTIONS[scheme], way=self.way)  # type: ignore[assignment]
        return pool


class WhenStale(Retry):
    """Sends again only what a kept connection lost by breaking before any of the answer came.

    `Retry-After` is not waited for here: a long wait belongs to the row that asks, not to a
    sleeping worker.
    """

    def __init__(self, total: int | None = 0, **options: Any) -> None:
        options["respect_retry_after_header"] = False
        super().__init__(total, **options)

    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: BaseHTTPResponse | None = None,
        error: Exception | None = None,
        _pool: ConnectionPool | None = None,
        _stacktrace: TracebackType | None = None,
    ) -> Self:
        if error and (allowance().received or not isinstance(error, ProtocolError)):
            raise error
        return super().increment(method, url, response, error, _pool, _stacktrace)


class Adapter(HTTPAdapter):
    """The transport of one gate: as many connections to a host as calls may run at once."""

    def __init__(self, way: Way, *, size: int, retries: int, ca_file: str) -> None:
        self._way = way
        self._trust = trust(ca_file)
        super().__init__(size, size, WhenStale(retries))

    def init_poolmanager(
        self, connections: int, maxsize: int, block: bool = False, **options: Any
    ) -> None:
        self.poolmanager = Pools(connections, maxsize=maxsize, ssl_context=self._trust, **options)
        self.poolmanager.way = self._way

    def build_response(self, req: PreparedRequest, resp: BaseHTTPResponse) -> Response:
        """Hand the answer on as it is: no cookies are kept, no encoding is guessed."""
        response = Response()
        response.raw = resp
        return response

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        """Leave checking to the context: this would read all authorities for each connection."""
