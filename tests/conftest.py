"""The network is off but for this machine; nothing else is decided here."""

import socket

import pytest
from hypothesis import settings

settings.register_profile("ci", deadline=None, print_blob=True)
settings.load_profile("ci")

_connect = socket.socket.connect
LOCAL = ("127.0.0.1", "::1", "localhost")


def local_only(sock, address):
    if isinstance(address, tuple) and address[0] not in LOCAL:
        raise RuntimeError(f"A test reached for {address[0]}")
    return _connect(sock, address)


@pytest.fixture(autouse=True)
def network_is_off(monkeypatch):
    monkeypatch.setattr(socket.socket, "connect", local_only)
