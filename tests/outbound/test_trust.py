"""Which certificates hold, and that the environment has no say in it."""

import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from apps.outbound.gate import Gate
from apps.outbound.messages import Call, Reason
from apps.outbound.sockets import trust
from tests.outbound.certificates import Authority
from tests.outbound.conftest import LIMITS
from tests.outbound.servers import always, whole


@pytest.fixture
def trusting(gate_with, authority):
    return gate_with(ca_file=str(authority.file))


@pytest.mark.parametrize("host", ["127.0.0.1", "carrier.example"])
def test_a_certificate_of_the_operators_authority_holds(serve, trusting, authority, host):
    server = serve(always(whole(b"news")), authority.server(host))

    assert trusting.send(Call("GET", server.url("/", "https", host))).body == b"news"


def test_the_operators_authority_comes_beside_the_public_ones(authority):
    public, own = trust("").get_ca_certs(), trust(str(authority.file)).get_ca_certs()

    assert len(public) > 50
    assert len(own) == len(public) + 1


@pytest.mark.parametrize("environment", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_an_authority_nobody_knows_is_not_trusted(
    serve, authority, reason, monkeypatch, environment
):
    monkeypatch.setenv(environment, str(authority.file))
    server = serve(always(whole()), authority.server("127.0.0.1"))
    gate = Gate(**LIMITS)

    assert reason(gate, server.url(scheme="https")) is Reason.UNTRUSTED
    assert server.requests == []


def test_a_certificate_of_another_authority_is_not_trusted(serve, trusting, reason, tmp_path):
    server = serve(always(whole()), Authority(tmp_path).server("127.0.0.1"))

    assert reason(trusting, server.url(scheme="https")) is Reason.UNTRUSTED


def test_a_certificate_that_has_run_out_is_not_trusted(serve, trusting, authority, reason):
    expired = authority.server("127.0.0.1", until=-timedelta(days=1))
    server = serve(always(whole()), expired)

    assert reason(trusting, server.url(scheme="https")) is Reason.UNTRUSTED
    assert server.requests == []


@pytest.mark.parametrize("host", ["127.0.0.1", "carrier.example", "a.carrier.example"])
def test_a_certificate_for_another_host_is_not_trusted(serve, trusting, authority, reason, host):
    server = serve(always(whole()), authority.server("other.example", "*.a.carrier.example"))

    assert reason(trusting, server.url("/", "https", host)) is Reason.UNTRUSTED
    assert server.requests == []


def test_a_server_without_tls_is_not_trusted(trusting, reason):
    def greet(listener):
        caller, _ = listener.accept()
        with caller:
            caller.sendall(whole(b"news"))
            caller.recv(1024)

    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(1) as threads:
        threads.submit(greet, listener)

        why = reason(trusting, f"https://127.0.0.1:{listener.getsockname()[1]}/")

    assert why is Reason.UNTRUSTED


@pytest.mark.parametrize("name", ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_in_the_environment_is_not_used(
    serve, trusting, authority, monkeypatch, scheme, name
):
    proxy = serve(always(whole(b"from the proxy")))
    server = serve(always(whole(b"news")), scheme == "https" and authority.server("127.0.0.1"))
    for spelling in (name, name.lower()):
        monkeypatch.setenv(spelling, proxy.url())

    assert trusting.send(Call("GET", server.url(scheme=scheme))).body == b"news"
    assert proxy.accepts == 0


def test_a_proxy_is_no_way_round_the_check_of_addresses(serve, gate_with, reason, monkeypatch):
    proxy = serve(always(whole()))
    monkeypatch.setenv("ALL_PROXY", proxy.url())
    monkeypatch.setenv("HTTPS_PROXY", proxy.url())
    gate = gate_with(networks=[], look_up=lambda host: ["10.0.0.1"])

    assert reason(gate, "https://carrier.example/") is Reason.FORBIDDEN
    assert proxy.accepts == 0


def test_passwords_in_the_home_folder_are_not_sent(serve, gate, monkeypatch, tmp_path):
    file = tmp_path / ".netrc"
    file.write_text("machine 127.0.0.1 login user password word\n")
    monkeypatch.setenv("NETRC", str(file))
    monkeypatch.setenv("HOME", str(tmp_path))
    server = serve(always(whole()))

    gate.send(Call("GET", server.url()))

    assert b"authorization" not in server.requests[0].lower()


def test_the_keys_of_a_connection_are_written_to_no_file(
    serve, authority, gate_with, monkeypatch, tmp_path
):
    file = tmp_path / "keys"
    monkeypatch.setenv("SSLKEYLOGFILE", str(file))
    fresh = tmp_path / "authority.pem"
    fresh.write_bytes(authority.file.read_bytes())
    server = serve(always(whole()), authority.server("127.0.0.1"))

    gate_with(ca_file=str(fresh)).send(Call("GET", server.url(scheme="https")))

    assert not file.exists()
