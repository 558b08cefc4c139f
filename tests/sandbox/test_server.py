import ssl
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from apps.sandbox.server import serve
from tests.sandbox.callers import ASKED, START, Caller, raw, request

PATH = ASKED["shipstation"].format("SBX-DELIVERED-1")


@pytest.fixture
def certificate(tmp_path):
    """A file with a key and a certificate of its own for 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sandbox")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(
        issuer_name=name,
        subject_name=name,
        public_key=key.public_key(),
        serial_number=1,
        not_valid_before=now - timedelta(days=1),
        not_valid_after=now + timedelta(days=1),
    )
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    signed = builder.add_extension(names, critical=False).sign(key, hashes.SHA256())
    form = serialization.Encoding.PEM
    private = key.private_bytes(
        form, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = tmp_path / "certificate.pem"
    path.write_bytes(private + signed.public_bytes(form))
    return path


def test_it_speaks_over_tls(certificate, clock):
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain(certificate)
    theirs = ssl.create_default_context(cafile=certificate)

    with serve(clock=clock, ssl_context=ours) as server, Caller(server, context=theirs) as caller:
        statuses = [caller.ask(PATH)[0] for _ in range(2)]

    assert statuses == [200, 200]
    assert server.accepted == 1
    assert server.url.startswith("https://127.0.0.1:")


def test_many_connections_stay_open_side_by_side(sandbox):
    with ExitStack() as stack:
        callers = [stack.enter_context(Caller(sandbox)) for _ in range(100)]
        statuses = [caller.ask(PATH)[0] for _ in range(2) for caller in callers]

    assert statuses == [200] * 200
    assert sandbox.accepted == 100


def test_it_counts_and_remembers_what_was_asked(sandbox, caller):
    caller.ask(PATH)
    caller.ask("/v1/tracking/start?carrier_code=usps&tracking_number=SBX-LOST-1", "POST")

    assert sandbox.requests == 2
    assert list(sandbox.log) == [
        f"GET {PATH}",
        "POST /v1/tracking/start?carrier_code=usps&tracking_number=SBX-LOST-1",
    ]


def test_an_answer_takes_as_long_as_it_is_told(clock):
    with serve(clock=clock, latency=3600) as server:
        connection = raw(server, request("SBX-DELIVERED-1"))
        with Caller(server) as other:
            other.connection.request("GET", PATH)
            while server.requests < 2:
                other.connection.sock.getpeername()
        connection.setblocking(False)
        with connection, pytest.raises(BlockingIOError):
            connection.recv(1)


def test_speed_brings_a_delivery_sooner(clock):
    with serve(clock=clock, speed=10) as server, Caller(server) as caller:
        caller.ask(PATH)
        clock.pass_(5)

        assert b'"status_code":"DE"' in caller.ask(PATH)[2]


def test_a_stopped_sandbox_answers_nobody_and_ends_all_connections(clock):
    server = serve(clock=clock).start()
    connection = raw(server, request("SBX-TIMEOUT-1"))
    while not server.requests:
        connection.getpeername()

    server.stop()

    with connection:
        assert ended(connection)
    with pytest.raises(ConnectionRefusedError):
        raw(server, b"")


def ended(connection):
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


def test_a_port_that_is_taken_is_told(sandbox, clock):
    with pytest.raises(OSError, match="in use"):
        serve(port=sandbox.port, clock=clock).start()


def test_without_a_clock_of_its_own_it_takes_the_real_one():
    with serve() as server, Caller(server) as caller:
        caller.ask(PATH)
        (start,) = server.carrier.ledger.starts.values()

    assert start > START
