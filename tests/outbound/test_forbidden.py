"""Where the gate does not go, however it is asked: the listener counts who comes."""

import logging
from ipaddress import ip_network

import pytest

from apps.outbound.gate import allowed_networks
from apps.outbound.messages import Call, Reason
from apps.outbound.resolving import look_up as ask_the_system
from tests.outbound.servers import always, in_turn, then_hang_up, whole
from tests.outbound.test_addresses import NOT_PUBLIC

ELSEWHERE = [ip_network("10.9.0.0/16")]
HERE = [ip_network("127.0.0.1/32")]

HOSTS = (
    "127.0.0.1",
    "127.1",
    "0177.0.0.1",
    "0x7f.0.0.1",
    "0x7f000001",
    "2130706433",
    "0.0.0.0",  # noqa: S104
    "localhost",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[64:ff9b::7f00:1]",
    "user@127.0.0.1",
)


def resolver(*answers):
    """Return a look-up that gives its answers one after the other, and what it was asked."""
    asked = []

    def look_up(host):
        asked.append(host)
        return answers[min(len(asked), len(answers)) - 1]

    return look_up, asked


@pytest.mark.parametrize("networks", [[], ELSEWHERE], ids=["none", "elsewhere"])
@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("host", HOSTS)
def test_this_machine_is_not_called_under_any_name(
    serve, gate_with, reason, host, scheme, networks
):
    server = serve(always(whole()))
    gate = gate_with(networks=networks)

    assert reason(gate, server.url("/", scheme, host)) is Reason.FORBIDDEN
    assert server.accepts == 0


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_a_public_name_for_a_private_address_is_not_called(gate_with, reason, address):
    gate = gate_with(networks=[], look_up=lambda host: [address])

    assert reason(gate, "https://carrier.example/") is Reason.FORBIDDEN


@pytest.mark.parametrize("port", [22, 25, 80, 5432, 6379])
def test_other_ports_of_the_public_network_are_not_called(gate_with, reason, port):
    look_up, asked = resolver(["127.0.0.1"])

    gate = gate_with(networks=[], look_up=look_up)

    assert reason(gate, f"https://carrier.example:{port}/") is Reason.FORBIDDEN
    assert asked == []


@pytest.mark.parametrize("url", ["ftp://carrier.example/", "file:///etc/hostname", "data:,x", ""])
def test_other_schemes_are_not_called(gate, reason, url):
    assert reason(gate, url) is Reason.FORBIDDEN


@pytest.mark.parametrize(
    "headers",
    [
        {"Api-Key": "a\r\nX: b"},
        {"Api-Key": "ключ"},
        {"Api-Key": "\x00"},
        {"Api-Key": " a"},
        {"A\nB": "c"},
        {"A: b\tC": "d"},
        {"A B": "c"},
        {"": "a"},
    ],
)
def test_a_header_that_cannot_be_sent_is_not_sent(serve, gate, reason, headers):
    server = serve(always(whole()))

    assert reason(gate, server.url(), headers=headers) is Reason.FORBIDDEN
    assert server.accepts == 0


def test_of_several_addresses_the_forbidden_are_passed_over(serve, gate_with):
    server = serve(always(whole(b"news")))
    look_up, _ = resolver(["10.0.0.1", "::ffff:10.0.0.1", "not an address", "127.0.0.1"])
    gate = gate_with(networks=HERE, look_up=look_up)

    reply = gate.send(Call("GET", server.url(host="carrier.example")))

    assert reply.body == b"news"


def test_an_address_that_does_not_answer_is_followed_by_the_next(serve, gate_with):
    server = serve(always(whole(b"news")))
    look_up, _ = resolver(["::1", "127.0.0.1"])
    gate = gate_with(networks=[*HERE, ip_network("::1/128")], look_up=look_up)

    assert gate.send(Call("GET", server.url(host="carrier.example"))).body == b"news"


def test_a_mapped_address_is_called_as_what_it_means(serve, gate_with):
    server = serve(always(whole(b"news")))
    gate = gate_with(networks=HERE)

    assert gate.send(Call("GET", server.url(host="[::ffff:127.0.0.1]"))).body == b"news"


def test_what_was_checked_is_what_is_connected_to(serve, gate_with):
    server = serve(always(whole()))
    look_up, asked = resolver(["127.0.0.1"], ["127.0.0.2"])
    gate = gate_with(networks=HERE, look_up=look_up)

    for _ in range(3):
        gate.send(Call("GET", server.url(host="carrier.example")))

    assert (asked, server.accepts) == (["carrier.example"], 1)


def test_a_name_that_moves_to_a_private_address_is_caught_at_the_next_connection(
    serve, gate_with, reason
):
    server = serve(in_turn(then_hang_up(whole(connection="close")), always(whole())))
    look_up, _ = resolver(["127.0.0.1"], ["127.0.0.2"])
    gate = gate_with(networks=HERE, look_up=look_up)
    url = server.url(host="carrier.example")
    gate.send(Call("GET", url))

    assert reason(gate, url) is Reason.FORBIDDEN
    assert server.accepts == 1


@pytest.mark.parametrize("answer", [[], ["not an address"]])
def test_a_name_without_addresses_is_unresolved(gate_with, reason, answer):
    gate = gate_with(look_up=lambda host: answer)

    assert reason(gate, "https://carrier.example/") is Reason.UNRESOLVED


@pytest.mark.parametrize(
    "error", [OSError("Name or service not known"), UnicodeError("label too long")]
)
def test_a_name_that_cannot_be_looked_up_is_unresolved(gate_with, reason, error):
    def look_up(host):
        raise error

    assert reason(gate_with(look_up=look_up), "https://carrier.example/") is Reason.UNRESOLVED


def test_the_systems_resolver_knows_this_machine(serve, gate_with):
    server = serve(always(whole(b"news")))
    gate = gate_with(networks=[*HERE, ip_network("::1/128")], look_up=ask_the_system)

    assert gate.send(Call("GET", server.url(host="localhost"))).body == b"news"


def test_no_network_is_open_unless_the_operator_says_so(settings):
    settings.OUTBOUND_ALLOWED_NETWORKS = []

    assert allowed_networks() == ()


def test_open_networks_come_from_the_settings_and_are_logged(settings, caplog):
    settings.OUTBOUND_ALLOWED_NETWORKS = ["10.77.0.0/16", "fd77::/32"]

    with caplog.at_level(logging.WARNING):
        opened = [allowed_networks() for _ in range(2)]

    assert opened == [(ip_network("10.77.0.0/16"), ip_network("fd77::/32"))] * 2
    assert caplog.messages == ["Outbound calls may also reach 10.77.0.0/16, fd77::/32"]


@pytest.mark.parametrize("text", ["10.0.0.1/8", "everything", ""])
def test_nonsense_for_a_network_is_refused(settings, text):
    settings.OUTBOUND_ALLOWED_NETWORKS = [text]

    with pytest.raises(ValueError):
        allowed_networks()
