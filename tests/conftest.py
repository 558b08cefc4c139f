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


def pytest_addoption(parser):
    parser.addoption(
        "--database-only", action="store_true", help="leave out the tests that ask no database"
    )


def pytest_collection_modifyitems(config, items):
    if config.getoption("--database-only"):
        chosen = [item for item in items if asks_a_database(item)]
        config.hook.pytest_deselected(items=list(set(items) - set(chosen)))
        items[:] = chosen


def asks_a_database(item):
    is_marked = item.get_closest_marker("django_db") is not None
    return is_marked or bool({"db", "transactional_db"} & set(item.fixturenames))


def local_only(sock, address):
    if isinstance(address, tuple) and address[0] not in LOCAL:
        raise RuntimeError(f"A test reached for {address[0]}")
    return _connect(sock, address)


@pytest.fixture(autouse=True)
def network_is_off(monkeypatch):
    monkeypatch.setattr(socket.socket, "connect", local_only)


@pytest.fixture(autouse=True)
def nothing_is_remembered():
    """Pages, brands and the desk's numbers are believed for longer than a test takes."""
    from apps.branding import looks
    from apps.desk import home
    from apps.pages.front import store
    from apps.shipments import interpreting

    interpreting.forget()
    looks.forget()
    home.forget()
    store.clear()
