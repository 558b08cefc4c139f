from datetime import timedelta
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.utils import timezone

from apps.api.models import ApiKey, Scope
from apps.shipments.models import Carrier
from tests.api.callers import Caller
from tests.builders import make_key, make_merchant, make_shipment


@pytest.fixture
def usps(db):
    return Carrier.objects.get(code="usps")


def status_with(key, merchant):
    shipment = make_shipment(merchant)
    return Caller("x-api-key", key).get(f"/pro/tracking/{shipment.reference}").status_code


def test_a_key_opens_its_merchants_shipments(merchant):
    assert status_with(make_key(merchant), merchant) == 200


def test_a_revoked_key_opens_nothing(merchant):
    key = make_key(merchant)
    ApiKey.objects.update(revoked=True)

    assert status_with(key, merchant) == 401


def test_an_expired_key_opens_nothing(merchant):
    key = make_key(merchant)
    ApiKey.objects.update(expiry_date=timezone.now() - timedelta(seconds=1))

    assert status_with(key, merchant) == 401


def test_a_key_that_expires_later_opens(merchant):
    key = make_key(merchant)
    ApiKey.objects.update(expiry_date=timezone.now() + timedelta(hours=1))

    assert status_with(key, merchant) == 200


def test_only_the_whole_key_opens(merchant):
    key = make_key(merchant)
    prefix, _, secret = key.partition(".")

    for wrong in (
        prefix,
        f"{prefix}.",
        secret,
        key[:-1],
        key + "x",
        key.swapcase(),
        f"{prefix}.{secret[::-1]}",
        f"{key},{key}",
        f"{key}\x00",
        f"%{key[1:]}",
        ApiKey.objects.get().hashed_key,
        str(ApiKey.objects.get().pk),
    ):
        assert status_with(wrong, merchant) == 401


def test_a_key_is_not_kept_readable(merchant):
    key = make_key(merchant)

    stored = " ".join(str(value) for value in ApiKey.objects.values().get().values())

    assert key.partition(".")[2] not in stored
    assert ApiKey.objects.get().prefix == key[:8]


def test_a_write_key_without_read_may_not_read(merchant):
    assert status_with(make_key(merchant, scopes=["write"]), merchant) == 403


def test_a_key_without_scopes_may_do_nothing(merchant):
    assert status_with(make_key(merchant, scopes=[]), merchant) == 403


def test_a_carriers_key_reads_nothing_whatever_its_scopes(merchant, usps):
    key = make_key(carrier=usps, scopes=["read", "write", "push"])

    assert status_with(key, merchant) == 403


def test_a_merchants_key_pushes_nothing_whatever_its_scopes(merchant):
    key = make_key(merchant, scopes=["read", "write", "push"])

    answer = Caller("ocp-apim-subscription-key", key).post("/tracking/carrierevents", {})

    assert answer.status_code == 403


def test_a_key_has_exactly_one_owner(merchant, usps):
    for owners in ({}, {"merchant": merchant, "carrier": usps}):
        key = ApiKey(name="x", scopes=["read"], **owners)
        with pytest.raises(ValidationError):
            key.full_clean(exclude=["id"])


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_database_too_wants_exactly_one_owner():
    with pytest.raises(IntegrityError):
        ApiKey.objects.create_key(name="x", scopes=["read"])


@pytest.mark.parametrize("scopes", [[], ["push"], ["admin"], ["read", "push"]])
def test_a_merchants_key_has_a_merchants_scopes(merchant, scopes):
    key = ApiKey(name="x", scopes=scopes, merchant=merchant)

    with pytest.raises(ValidationError) as refused:
        key.full_clean(exclude=["id"])

    assert "scopes" in refused.value.message_dict


def test_a_command_makes_a_merchants_key_and_prints_it(merchant):
    out = StringIO()

    call_command("create_api_key", "--merchant", "acme", "--scopes", "read", stdout=out)

    stored = ApiKey.objects.get()
    assert (stored.merchant, stored.scopes, stored.name) == (merchant, ["read"], "Acme")
    assert stored.may(Scope.READ)
    assert status_with(out.getvalue().strip(), merchant) == 200


def test_a_command_makes_a_carriers_key(usps):
    call_command("create_api_key", "--carrier", "usps", "--name", "USPS push", stdout=StringIO())

    stored = ApiKey.objects.get()
    assert (stored.carrier, stored.scopes, stored.name) == (usps, ["push"], "USPS push")


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--merchant", "nobody"],
        ["--carrier", "nobody"],
        ["--merchant", "acme", "--carrier", "usps"],
        ["--merchant", "acme", "--scopes", "push"],
        ["--merchant", "acme", "--scopes", "everything"],
        ["--carrier", "usps", "--scopes", "read"],
    ],
)
def test_a_command_that_asks_for_nonsense_makes_no_key(merchant, options):
    with pytest.raises(CommandError):
        call_command("create_api_key", *options, stdout=StringIO())

    assert not ApiKey.objects.exists()


ADMIN = "/admin/api/apikey/"


def test_the_admin_shows_a_new_key_once(admin_client, merchant):
    form = {"name": "Shop", "merchant": merchant.pk, "carrier": "", "scopes": ["read", "write"]}

    shown = admin_client.post(f"{ADMIN}add/", form, follow=True).content.decode()
    again = admin_client.get(ADMIN).content.decode()

    stored = ApiKey.objects.get()
    assert stored.scopes == ["read", "write"]
    assert f"{stored.prefix}." in shown
    assert stored.prefix in again
    assert f"{stored.prefix}." not in again


@pytest.mark.parametrize(
    ("owner", "scopes"), [({}, ["read"]), ({"carrier": 1}, ["read"]), ({"merchant": 1}, [])]
)
def test_the_admin_refuses_a_key_that_fits_nobody(admin_client, merchant, usps, owner, scopes):
    known = {"merchant": merchant.pk, "carrier": usps.pk}
    owner = {kind: known[kind] for kind in owner}

    answer = admin_client.post(f"{ADMIN}add/", {"name": "x", "scopes": scopes} | owner)

    assert answer.status_code == 200
    assert not ApiKey.objects.exists()


def test_a_key_keeps_its_owner_in_the_admin(admin_client, merchant):
    make_key(merchant)
    stored = ApiKey.objects.get()
    rival = make_merchant("Rival")

    admin_client.post(
        f"{ADMIN}{stored.pk}/change/", {"name": "new", "merchant": rival.pk, "scopes": ["read"]}
    )

    stored.refresh_from_db()
    assert (stored.merchant, stored.name, stored.scopes) == (merchant, "new", ["read"])


def test_the_packages_own_keys_are_not_in_the_admin(admin_client, db):
    assert admin_client.get("/admin/rest_framework_api_key/apikey/").status_code == 404
