from contextlib import ExitStack
from ipaddress import ip_network

import pytest

from apps.outbound.gate import Gate
from apps.outbound.messages import Call, Unreachable
from tests.outbound.certificates import Authority
from tests.outbound.servers import serving

LIMITS = {
    "in_flight": 4,
    "connect_seconds": 5,
    "read_seconds": 5,
    "total_seconds": 10,
    "most_bytes": 100_000,
    "redirects": 2,
    "networks": [ip_network("127.0.0.0/8")],
    "look_up": lambda host: ["127.0.0.1"],
}


@pytest.fixture
def gate_with():
    """Make a gate to this machine, with other limits where they are given."""
    with ExitStack() as gates:

        def make(**limits):
            gate = Gate(**{**LIMITS, **limits})
            gates.callback(gate.close)
            return gate

        yield make


@pytest.fixture
def gate(gate_with):
    return gate_with()


@pytest.fixture
def serve():
    """Start a server that answers with what `answer(request)` yields."""
    with ExitStack() as servers:
        yield lambda answer, tls=None: servers.enter_context(serving(answer, tls))


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def reason():
    """Return why a gate has no reply to a GET of an address."""

    def reason(gate, url, method="GET", **call):
        with pytest.raises(Unreachable) as failure:
            gate.send(Call(method, url, **call))
        return failure.value.reason

    return reason
