"""Whom to write to when something of a merchant's stopped working: it says that itself."""

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from apps.desk.models import Membership, Role
from tests.builders import make_merchant

pytestmark = pytest.mark.django_db


@pytest.fixture
def merchant():
    return make_merchant()


def seat(client, merchant, role):
    user = User.objects.create_user(str(role), is_staff=True)
    Membership.objects.create(user=user, merchant=merchant, role=role)
    client.force_login(user)
    return client


def change(client, merchant, **sent):
    return client.post(reverse("admin:shipments_merchant_change", args=[merchant.pk]), sent)


def kept(merchant):
    merchant.refresh_from_db()
    return merchant.name, merchant.slug, merchant.contact_email


def test_an_operator_sets_the_address_and_nothing_else(client, merchant):
    name, slug, _before = kept(merchant)
    seat(client, merchant, Role.OPERATOR)

    answer = change(client, merchant, name="Other", slug="other", contact_email="it@shop.example")

    assert answer.status_code == 302
    assert kept(merchant) == (name, slug, "it@shop.example")


def test_what_is_no_address_is_told_and_not_kept(client, merchant):
    before = kept(merchant)
    seat(client, merchant, Role.OPERATOR)

    answer = change(client, merchant, contact_email="it at shop\r\nBcc: a@b.example")

    assert answer.status_code == 200 and "valid email address" in answer.content.decode()
    assert kept(merchant) == before


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
def test_others_look_only(client, merchant, role):
    before = kept(merchant)
    seat(client, merchant, role)

    assert change(client, merchant, contact_email="it@shop.example").status_code == 403
    assert kept(merchant) == before


def test_another_merchants_address_is_out_of_reach(client, merchant):
    other = make_merchant("Other")
    before = kept(other)
    seat(client, merchant, Role.OPERATOR)

    assert change(client, other, contact_email="it@shop.example").status_code == 302
    assert kept(other) == before


def test_the_platform_changes_all(client, merchant):
    client.force_login(User.objects.create_superuser("root"))

    change(client, merchant, name="New", slug="new", contact_email="it@shop.example")

    assert kept(merchant) == ("New", "new", "it@shop.example")
