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
        ("EMAIL_URL", "smtp://"),
        ("EMAIL_URL", "smtp://host:port"),
        ("EMAIL_URL", "http://mail.example"),
        ("EMAIL_URL", "smtp:mail.example"),
        ("EMAIL_URL", "smtp://mail.example?fail_silently=1"),
        ("JOBS_URL", "nonsense"),
        ("LOG_FORMAT", "xml"),
        ("LOG_LEVEL", "LOUD"),
        ("MAIL_FROM", "Shop <parcels@shop.example>"),
        ("MAIL_FROM", "nobody"),
        ("MAIL_PROVIDER", "pigeon"),
        ("MAIL_PROVIDER", "amazon_ses"),
        ("MAIL_PROVIDER", "postmark"),
        ("ANYMAIL_WEBHOOK_SECRET", "name:short"),
        ("ANYMAIL_WEBHOOK_SECRET", "long-enough-without-a-name"),
        ("METRICS_TOKEN", "short"),
        ("OUTBOUND_ALLOWED_NETWORKS", "10.0.0.0/8,nonsense"),
        ("OUTBOUND_ALLOWED_NETWORKS", "10.0.0.1/8"),
        ("OUTBOUND_CA_FILE", "/no/such/file"),
        ("RELAY_LEASE_SECONDS", "0"),
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


@pytest.fixture
def mail(monkeypatch):
    monkeypatch.setenv("PUBLIC_URL", "https://parcels.example")
    monkeypatch.setenv("MAIL_FROM", "parcels@shop.example")
    return monkeypatch


@pytest.mark.parametrize(
    ("url", "port", "tls", "ssl"),
    [
        ("smtp://mail.example", 25, False, False),
        ("smtp+tls://ada:w%2Frd@mail.example", 587, True, False),
        ("smtp+ssl://ada:w%2Frd@mail.example:4465", 4465, False, True),
    ],
)
def test_mail_goes_where_its_address_says(url, port, tls, ssl, mail):
    mail.setenv("EMAIL_URL", url)

    found = settings_of()

    assert found["SENDS_MAIL"]
    assert found["EMAIL_BACKEND"].endswith("smtp.EmailBackend")
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"]) == ("mail.example", port)
    assert (found["EMAIL_USE_TLS"], found["EMAIL_USE_SSL"]) == (tls, ssl)
    assert (found["EMAIL_HOST_PASSWORD"] == "w/rd") == ("@" in url)


def test_a_provider_is_told_by_its_name_and_its_own_settings(mail):
    mail.setenv("MAIL_PROVIDER", "postmark")
    mail.setenv("ANYMAIL_POSTMARK_SERVER_TOKEN", "token")
    mail.setenv("ANYMAIL_DEBUG_API_REQUESTS", "True")

    found = settings_of()

    assert found["SENDS_MAIL"]
    assert found["EMAIL_BACKEND"] == "anymail.backends.postmark.EmailBackend"
    assert found["ANYMAIL"]["POSTMARK_SERVER_TOKEN"] == "token"
    assert "DEBUG_API_REQUESTS" not in found["ANYMAIL"]


def test_without_a_way_no_mail_is_sent(mail):
    found = settings_of()

    assert not found["SENDS_MAIL"]
    assert found["EMAIL_BACKEND"].endswith("dummy.EmailBackend")


@pytest.mark.parametrize("name", ["PUBLIC_URL", "MAIL_FROM"])
def test_half_of_what_mail_takes_stops_the_start(name, mail):
    mail.setenv("EMAIL_URL", "consolemail://")
    mail.delenv(name)

    with pytest.raises(ImproperlyConfigured, match=name):
        settings_of()


def test_two_ways_for_mail_stop_the_start(mail):
    mail.setenv("EMAIL_URL", "consolemail://")
    mail.setenv("MAIL_PROVIDER", "postmark")

    with pytest.raises(ImproperlyConfigured, match="two ways"):
        settings_of()


@pytest.mark.parametrize(
    "url", ["smtp+tls://ada:geheim@", "smtp://ada:geheim@host:x", "ada:geheim"]
)
def test_a_mail_servers_password_is_never_shown(url, mail):
    mail.setenv("EMAIL_URL", url)

    with pytest.raises(ImproperlyConfigured) as raised:
        settings_of()

    assert "geheim" not in str(raised.value)
    assert raised.value.__context__ is None or raised.value.__suppress_context__
