"""What the environment says is taken as it stands, or stops the start."""

import runpy
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

from run import ROOT


def settings_of():
    return runpy.run_path(str(ROOT / "tracking_site/settings.py"))


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("CREDENTIAL_KEYS", "no-key-of-theirs"),
        ("JOBS_URL", "nonsense"),
        ("LOG_FORMAT", "xml"),
        ("LOG_LEVEL", "LOUD"),
        ("METRICS_TOKEN", "short"),
        ("OUTBOUND_ALLOWED_NETWORKS", "10.0.0.0/8,nonsense"),
        ("OUTBOUND_ALLOWED_NETWORKS", "10.0.0.1/8"),
        ("OUTBOUND_CA_FILE", "/no/such/file"),
        ("SECRET_KEY", "short"),
        ("SYNC_GAP_SCALE", "0"),
        ("SYNC_LAG_LIMIT_SECONDS", "-1"),
        ("SYNC_LEASE_SECONDS", "0"),
    ],
)
def test_nonsense_stops_the_start(name, word, monkeypatch):
    monkeypatch.setenv(name, word)

    with pytest.raises(ImproperlyConfigured, match=name.split("_")[0]):
        settings_of()


def test_secrets_are_made_once_and_kept_to_ourselves(folder):
    first, second = settings_of(), settings_of()

    for name, setting in (("secret_key", "SECRET_KEY"), ("credential_key", "CREDENTIAL_KEYS")):
        assert first[setting] == second[setting]
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600


def test_starts_at_once_agree_on_the_secrets(folder):
    with ThreadPoolExecutor(8) as pool:
        starts = [pool.submit(settings_of) for _ in range(8)]

    assert len({start.result()["SECRET_KEY"] for start in starts}) == 1
    assert sorted(path.name for path in folder.iterdir()) == ["credential_key", "secret_key"]


def test_given_keys_are_used_in_their_order(folder, monkeypatch):
    keys = [Fernet.generate_key().decode() for _ in range(2)]
    monkeypatch.setenv("CREDENTIAL_KEYS", ",".join(keys))

    assert settings_of()["CREDENTIAL_KEYS"] == keys
    assert not (folder / "credential_key").exists()


@pytest.mark.parametrize(("word", "is_installed"), [("on", True), ("off", False)])
def test_the_sandbox_is_installed_only_when_asked_for(word, is_installed, monkeypatch):
    monkeypatch.setenv("SANDBOX", word)

    assert ("apps.sandbox" in settings_of()["INSTALLED_APPS"]) is is_installed


@pytest.mark.parametrize(("word", "prefix"), [("on", "__Host-"), ("off", "")])
def test_with_https_no_other_host_can_set_our_cookies(word, prefix, monkeypatch):
    monkeypatch.setenv("HTTPS", word)
    found = settings_of()

    assert found["SESSION_COOKIE_SECURE"] is found["CSRF_COOKIE_SECURE"] is (word == "on")
    assert found.get("SESSION_COOKIE_NAME", "sessionid") == f"{prefix}sessionid"
    assert found.get("CSRF_COOKIE_NAME", "csrftoken") == f"{prefix}csrftoken"
