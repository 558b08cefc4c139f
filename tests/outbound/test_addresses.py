"""Which addresses staff may enter, and which lead to the public network."""

from ipaddress import ip_address, ip_network

import pytest

from apps.outbound import addresses
from apps.outbound.addresses import check_address, is_public

OWN = [ip_network("10.1.0.0/16"), ip_network("fd00:1::/32")]

NOT_PUBLIC = (
    "0.0.0.0",  # noqa: S104
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:0:127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
    "64:ff9b:1::7f00:1",
    "100::1",
    "2001::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "3fff::1",
    "4000::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
)


@pytest.mark.parametrize("text", NOT_PUBLIC)
def test_an_address_that_is_not_public_is_known(text):
    assert not is_public(addresses.plain(ip_address(text)))


@pytest.mark.parametrize(
    "text", ["1.1.1.1", "9.255.255.255", "172.32.0.1", "192.0.1.1", "2606:4700::1111", "2a00::1"]
)
def test_a_public_address_is_known(text):
    assert is_public(ip_address(text))


@pytest.mark.parametrize("text", NOT_PUBLIC)
def test_an_address_that_is_not_public_is_refused_as_written(text):
    host = f"[{text}]" if ":" in text else text

    with pytest.raises(ValueError, match=addresses.CLOSED_HOST):
        check_address(f"https://{host}/", [])


@pytest.mark.parametrize(
    "url",
    [
        "https://carrier.example",
        "https://carrier.example/",
        "https://api.carrier.example:443/v1/",
        "https://carrier.example:8443/a?b=c",
        "HTTPS://Carrier.Example/",
        "https://xn--bcher-kva.example/",
        "https://1.1.1.1/",
        "https://[2606:4700::1111]:8443/",
        "https://4sale.example/@home",
    ],
)
def test_a_public_address_is_taken(url):
    assert check_address(url, []) is None


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("", addresses.NOT_PLAIN),
        (" https://carrier.example/", addresses.NOT_PLAIN),
        ("https://carrier.example/\n", addresses.NOT_PLAIN),
        ("https://carrier.example/\r\nX-Api: 1", addresses.NOT_PLAIN),
        ("https://carrier.example/\x00", addresses.NOT_PLAIN),
        ("https://bücher.example/", addresses.NOT_PLAIN),
        ("https://carrier．example/", addresses.NOT_PLAIN),
        ("https://①②⑦.0.0.1/", addresses.NOT_PLAIN),
        ("https://carrier.example\\@127.0.0.1/", addresses.NOT_PLAIN),
        ("https:\\\\carrier.example/", addresses.NOT_PLAIN),
        ("carrier.example", addresses.NOT_WEB),
        ("//carrier.example/", addresses.NOT_WEB),
        ("http://carrier.example/", addresses.NOT_WEB),
        ("http://1.1.1.1/", addresses.NOT_WEB),
        ("ftp://carrier.example/", addresses.NOT_WEB),
        ("file:///etc/hostname", addresses.NOT_WEB),
        ("gopher://carrier.example/", addresses.NOT_WEB),
        ("unix:///run/docker.sock", addresses.NOT_WEB),
        ("data:text/plain,x", addresses.NOT_WEB),
        ("javascript:alert(1)", addresses.NOT_WEB),
        ("https://user@carrier.example/", addresses.HAS_USER),
        ("https://user:word@carrier.example/", addresses.HAS_USER),
        ("https://@carrier.example/", addresses.HAS_USER),
        ("https://carrier.example:22/", addresses.CLOSED_PORT),
        ("https://carrier.example:25/", addresses.CLOSED_PORT),
        ("https://carrier.example:80/", addresses.CLOSED_PORT),
        ("https://carrier.example:5432/", addresses.CLOSED_PORT),
        ("https://1.1.1.1:6379/", addresses.CLOSED_PORT),
        ("https://carrier.example:0/", addresses.BAD_PORT),
        ("https://carrier.example:65536/", addresses.BAD_PORT),
        ("https://carrier.example:-1/", addresses.BAD_PORT),
        ("https://carrier.example:x/", addresses.BAD_PORT),
        ("https://", addresses.BAD_HOST),
        ("https:///path", addresses.BAD_HOST),
        ("https:carrier.example", addresses.BAD_HOST),
        ("https://.example/", addresses.BAD_HOST),
        ("https://carrier..example/", addresses.BAD_HOST),
        ("https://carrier.example./", addresses.BAD_HOST),
        ("https://-carrier.example/", addresses.BAD_HOST),
        ("https://carrier%2eexample/", addresses.BAD_HOST),
        ("https://%31%32%37.0.0.1/", addresses.BAD_HOST),
        ("https://*.example/", addresses.BAD_HOST),
        (f"https://{'a' * 64}.example/", addresses.BAD_HOST),
        (f"https://{'a.' * 130}example/", addresses.BAD_HOST),
        ("https://2130706433/", addresses.BAD_HOST),
        ("https://0x7f000001/", addresses.BAD_HOST),
        ("https://0x7f.0.0.1/", addresses.BAD_HOST),
        ("https://0X7F.1/", addresses.BAD_HOST),
        ("https://127.0.0.0x1/", addresses.BAD_HOST),
        ("https://0177.0.0.1/", addresses.BAD_HOST),
        ("https://127.1/", addresses.BAD_HOST),
        ("https://127.0.0.1.1/", addresses.BAD_HOST),
        ("https://[::1/", addresses.BAD_HOST),
        ("https://[carrier.example]/", addresses.BAD_HOST),
        ("https://[fe80::1%25eth0]/", addresses.BAD_HOST),
        ("https://[2606:4700::1111%25lo]/", addresses.BAD_HOST),
        ("https://localhost/", addresses.CLOSED_HOST),
        ("https://LOCALHOST:8443/", addresses.CLOSED_HOST),
        ("https://shop.localhost/", addresses.CLOSED_HOST),
        ("https://database/", addresses.CLOSED_HOST),
    ],
)
def test_an_address_we_would_not_call_is_refused_with_a_sentence(url, sentence):
    with pytest.raises(ValueError) as refusal:
        check_address(url, [])

    assert str(refusal.value) == sentence


@pytest.mark.parametrize(
    "url",
    [
        "http://10.1.2.3:8000/",
        "https://10.1.2.3:5000/",
        "http://[fd00:1::1]/",
        "http://[::ffff:10.1.2.3]:8000/",
        "http://carrier:8000/",
        "http://carrier.internal/",
        "https://localhost:9000/",
    ],
)
def test_the_operators_networks_may_be_called_any_way(url):
    assert check_address(url, OWN) is None


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("http://10.2.0.1/", addresses.CLOSED_HOST),
        ("http://127.0.0.1/", addresses.CLOSED_HOST),
        ("https://[::1]/", addresses.CLOSED_HOST),
        ("http://1.1.1.1/", addresses.NOT_WEB),
        ("https://1.1.1.1:22/", addresses.CLOSED_PORT),
        ("ftp://10.1.2.3/", addresses.NOT_WEB),
        ("http://user@10.1.2.3/", addresses.HAS_USER),
        ("http://167838211/", addresses.BAD_HOST),
    ],
)
def test_what_lies_outside_the_operators_networks_stays_closed(url, sentence):
    with pytest.raises(ValueError) as refusal:
        check_address(url, OWN)

    assert str(refusal.value) == sentence
