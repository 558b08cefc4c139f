"""Changing the key that credentials are sealed with."""

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import connection

from apps.outbound.encryption import Sealed
from apps.providers.models import Account
from apps.providers.rotating import BATCH
from tests.builders import make_merchant
from tests.providers.making import make_account

OLD, NEW, STRANGE = (Fernet.generate_key().decode() for _ in range(3))


@pytest.fixture
def account(db, settings):
    settings.CREDENTIAL_KEYS = [OLD]
    account = make_account(token=Sealed(access_token="t-1"))
    settings.CREDENTIAL_KEYS = [NEW, OLD]
    return account


def rotate(capsys):
    call_command("rotate_credentials")
    return capsys.readouterr().out


def rows():
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, credentials, token FROM providers_account ORDER BY id")
        return cursor.fetchall()


def test_after_it_the_old_key_is_not_needed(account, settings, capsys):
    assert rotate(capsys) == "Stored: 2. Encrypted anew: 2.\n"

    settings.CREDENTIAL_KEYS = [NEW]
    account.refresh_from_db()
    assert account.credentials == {"api_key": "k-secret-1"}
    assert account.token == {"access_token": "t-1"}


def test_a_second_run_changes_nothing(account, capsys):
    rotate(capsys)
    before = rows()

    assert rotate(capsys) == "Stored: 2. Encrypted anew: 0.\n"
    assert rows() == before


def test_what_is_empty_stays_empty(account, capsys):
    Account.objects.update(credentials=Sealed(), token=Sealed())

    assert rotate(capsys) == "Stored: 0. Encrypted anew: 0.\n"
    assert rows() == [(account.pk, "", "")]


def test_a_key_we_lack_stops_it_before_anything_is_changed(account, settings):
    settings.CREDENTIAL_KEYS = [STRANGE]
    make_account(merchant=account.merchant)
    settings.CREDENTIAL_KEYS = [NEW, OLD]
    before = rows()

    with pytest.raises(CommandError) as raised:
        call_command("rotate_credentials")

    assert str(raised.value) == (
        "Credentials cannot be read: CREDENTIAL_KEYS lacks the key they need. Nothing was changed."
    )
    assert raised.value.returncode == 1
    assert rows() == before


def test_what_is_stored_meanwhile_is_not_overwritten(account, settings, capsys):
    """A worker renews a token after it was read and before it is written back."""

    def renewing(execute, sql, params, many, context):
        if sql.startswith("UPDATE providers_account SET token"):
            Account.objects.filter(pk=account.pk).update(token=Sealed(access_token="t-2"))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(renewing):
        assert rotate(capsys) == "Stored: 2. Encrypted anew: 1.\n"

    account.refresh_from_db()
    assert account.token == {"access_token": "t-2"}


def test_many_accounts_are_rotated_in_batches(account, settings, capsys):
    settings.CREDENTIAL_KEYS = [OLD]
    merchant = make_merchant("Many")
    Account.objects.bulk_create(
        Account(merchant=merchant, kind="shiplemon", credentials=Sealed(api_key=str(n)))
        for n in range(2 * BATCH)
    )
    settings.CREDENTIAL_KEYS = [NEW, OLD]

    assert rotate(capsys) == f"Stored: {2 * BATCH + 2}. Encrypted anew: {2 * BATCH + 2}.\n"

    settings.CREDENTIAL_KEYS = [NEW]
    words = [one.credentials["api_key"] for one in Account.objects.filter(merchant=merchant)]
    assert sorted(words, key=int) == [str(n) for n in range(2 * BATCH)]
