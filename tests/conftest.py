"""The network is off but for this machine, and nothing has to be collected beforehand."""

import socket

import hypothesis
import pytest

hypothesis.settings.register_profile("ci", deadline=None, print_blob=True)
hypothesis.settings.load_profile("ci")

_connect = socket.socket.connect
LOCAL = ("127.0.0.1", "::1", "localhost")


def pytest_configure():
    """Serve static files by their own names, without a collection made beforehand."""
    from django.conf import settings

    settings.STATIC_ROOT = settings.BASE_DIR / "static"
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


def local_only(sock, address):
    if isinstance(address, tuple) and address[0] not in LOCAL:
        raise RuntimeError(f"A test reached for {address[0]}")
    return _connect(sock, address)


@pytest.fixture(autouse=True)
def network_is_off(monkeypatch):
    monkeypatch.setattr(socket.socket, "connect", local_only)
