"""Secrets at rest: readable with our keys only, and shown by nothing that prints."""

import pytest
from cryptography.fernet import Fernet
from django.core import serializers
from django.core.exceptions import FieldError
from django.db import connection

from apps.outbound.encryption import Sealed, Unreadable, seal, unseal
from apps.providers.models import Account
from tests.providers.making import make_account

SECRET = "k-secret-1"
OLD, NEW = (Fernet.generate_key().decode() for _ in range(2))


def stored():
    with connection.cursor() as cursor:
        cursor.execute("SELECT credentials FROM providers_account")
        return cursor.fetchone()[0]


def test_what_is_stored_cannot_be_read_without_the_key(db):
    make_account()

    assert SECRET not in stored()
    assert "api_key" not in stored()


def test_what_is_stored_is_read_again(db):
    account = make_account()

    assert Account.objects.get(pk=account.pk).credentials == {"api_key": SECRET}


def test_the_same_secret_is_never_stored_alike(db):
    assert seal({"api_key": SECRET}) != seal({"api_key": SECRET})


def test_nothing_is_stored_of_no_secrets(db):
    account = make_account()
    account.credentials = Sealed()
    account.save()

    assert stored() == ""
    account.refresh_from_db()
    assert account.credentials == {}


@pytest.mark.parametrize("word", ["", "sécret", "鍵", "a" * 20_000, '{"keys": []}'])
def test_any_text_can_be_a_secret(word):
    assert unseal(seal({"api_key": word})) == {"api_key": word}


def test_every_key_opens_and_the_first_one_seals(settings):
    settings.CREDENTIAL_KEYS = [OLD]
    sealed = seal({"api_key": SECRET})

    settings.CREDENTIAL_KEYS = [NEW, OLD]
    assert unseal(sealed) == {"api_key": SECRET}

    resealed = seal(unseal(sealed))
    settings.CREDENTIAL_KEYS = [NEW]
    assert unseal(resealed) == {"api_key": SECRET}


@pytest.mark.parametrize("spoil", [lambda t: t[:-4] + "AAA=", lambda t: "x", lambda t: t[1:]])
def test_a_spoilt_text_is_refused_rather_than_read_as_nothing(spoil):
    with pytest.raises(Unreadable):
        unseal(spoil(seal({"api_key": SECRET})))


def test_a_key_we_lack_is_said_without_the_secret(settings):
    settings.CREDENTIAL_KEYS = [OLD]
    sealed = seal({"api_key": SECRET})
    settings.CREDENTIAL_KEYS = [NEW]

    with pytest.raises(Unreadable) as raised:
        unseal(sealed)

    assert str(raised.value) == (
        "Credentials cannot be read: CREDENTIAL_KEYS lacks the key they need."
    )


@pytest.mark.parametrize("shown", [repr, str, "{}".format, "%s".__mod__, "%r".__mod__])
def test_printing_shows_the_names_only(shown):
    assert shown(Sealed(api_key=SECRET, webhook_secret="w-2")) == "<api_key, webhook_secret>"
    assert shown(Sealed()) == "<nothing>"


def test_an_account_prints_no_secret(db):
    account = make_account()

    assert SECRET not in repr(account) + str(account) + repr(account.credentials)


@pytest.mark.parametrize("format", ["json", "xml", "jsonl"])
def test_a_dump_holds_no_secret(db, format):
    make_account(token=Sealed(access_token="t-secret-2"))

    dumped = serializers.serialize(format, Account.objects.all())

    assert "shipstation" in dumped
    for secret in (SECRET, "t-secret-2", stored()):
        assert secret not in dumped


def test_a_dump_can_be_loaded(db):
    dumped = serializers.serialize("json", [make_account()])

    [loaded] = serializers.deserialize("json", dumped)
    loaded.save()

    assert Account.objects.get().credentials == {}


def test_nobody_finds_an_account_by_its_secret(db):
    make_account()

    assert not Account.objects.filter(credentials=Sealed(api_key=SECRET)).exists()
    with pytest.raises(FieldError):
        Account.objects.filter(credentials__api_key=SECRET).exists()
