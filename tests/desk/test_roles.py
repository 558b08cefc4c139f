"""Seats and what they are worth."""

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser, Permission, User

from apps.desk.models import Membership, Role
from apps.desk.pages import page
from apps.desk.permits import rights, roles_for
from apps.desk.roles import (
    LOOKERS,
    OPERATORS,
    has_seat,
    is_platform,
    may,
    merchant_ids,
    merchants,
    seats_of,
)
from apps.desk.scopes import SCOPES, merchant_of
from tests.builders import make_merchant, make_shipment
from tests.desk.seating import seat


@pytest.fixture
def ask(rf):
    def asking(user):
        request = rf.get("/admin/")
        request.user = user
        return request

    return asking


def test_somebody_has_a_role_for_each_seat(db, ask):
    ours, other, third = (make_merchant(name) for name in ("Ours", "Other", "Third"))
    user = seat(ours, role=Role.OPERATOR)
    Membership.objects.create(user=user, merchant=other, role=Role.VIEWER)
    request = ask(user)

    assert set(merchants(request)) == {ours, other}
    assert merchant_ids(request, OPERATORS) == [ours.pk]
    assert may(request, ours.pk, OPERATORS)
    assert may(request, other.pk)
    assert not may(request, other.pk, OPERATORS)
    assert not may(request, third.pk)
    assert not may(request, None)


def test_seats_are_read_once_a_request(db, ask, django_assert_num_queries):
    request = ask(User.objects.get(pk=seat(make_merchant()).pk))

    with django_assert_num_queries(1):
        for _ in range(3):
            assert has_seat(request, LOOKERS)
            assert request.user.has_perm("branding.add_brand")


def test_the_platforms_staff_need_no_seat(db, ask):
    request = ask(User.objects.create_superuser("root"))

    assert is_platform(request)
    assert merchant_ids(request) is None
    assert may(request, None)
    assert has_seat(request, frozenset())


def test_a_dismissed_superuser_is_nobody(db, ask):
    request = ask(User.objects.create_superuser("root", is_active=False))

    assert not is_platform(request)
    assert merchant_ids(request) == []


def test_strangers_have_no_seats(db, ask):
    assert seats_of(AnonymousUser()) == {}
    assert not has_seat(ask(AnonymousUser()))


def test_djangos_own_permissions_count_for_nothing(db, client):
    user = User.objects.create_user("guest", is_staff=True)
    user.user_permissions.set(Permission.objects.all())

    assert user.get_all_permissions() == set()
    client.force_login(user)
    assert client.get("/admin/shipments/shipment/").status_code == 403


@pytest.mark.parametrize("label", sorted(SCOPES))
def test_no_role_does_more_than_a_higher_one(label):
    viewer, editor, operator = (
        rights(role, label) for role in (Role.VIEWER, Role.EDITOR, Role.OPERATOR)
    )

    assert viewer <= editor <= operator


@pytest.mark.parametrize("label", ["auth.user", "shipments.unknownword", "no.table"])
def test_what_is_the_platforms_is_nobody_elses(label):
    assert not any(rights(role, label) for role in Role)


def test_an_editor_changes_the_brand_and_nothing_else():
    changed = {label for label in SCOPES if "change" in rights(Role.EDITOR, label)}

    assert changed == {"branding.asset", "branding.brand", "branding.draft"}
    assert roles_for(apps.get_model("branding.brand"), "delete") == OPERATORS


def test_operators_do_not_make_merchants_or_seats():
    assert rights(Role.OPERATOR, "shipments.merchant") == {"view", "change"}
    assert not rights(Role.OPERATOR, "desk.membership")


@pytest.mark.parametrize("label", sorted(SCOPES))
def test_every_way_to_a_merchant_is_one(db, label):
    """A misspelt way would fail only when somebody opens the list."""
    way = SCOPES[label]
    if way in ("everybody", "platform", "log"):
        return
    try:
        model = apps.get_model(label)
    except LookupError:
        pytest.skip("not built yet")

    assert list(model._default_manager.filter(**{f"{way}__in": [1]})) == []


def test_a_row_tells_its_merchant_before_it_is_saved(db):
    shipment = make_shipment()
    outbox = apps.get_model("shipments.outbox")(shipment=shipment)
    merchant = apps.get_model("shipments.merchant")

    assert merchant_of(outbox) == shipment.merchant_id
    assert merchant_of(shipment.merchant) == shipment.merchant_id
    assert merchant_of(merchant()) is None


def test_two_modules_cannot_give_pages_the_same_name():
    def view(request):
        raise NotImplementedError

    with pytest.raises(ValueError, match="Two pages of the desk are called second_factor"):
        page("somewhere/", name="second_factor")(view)


def test_a_page_of_the_desk_answers_to_its_methods_only(db, client):
    client.force_login(seat(make_merchant()))

    assert client.put("/admin/second-factor/").status_code == 405
