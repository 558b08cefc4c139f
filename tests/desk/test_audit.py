"""The log of what staff did: who, when, before and after."""

import pytest
from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.auth.models import User
from django.test import Client

from apps.branding.models import Brand
from apps.desk.auditing import is_secret, shown, told
from apps.desk.logbook import entries_of
from apps.desk.models import Membership, Role
from tests.builders import make_merchant
from tests.desk import world
from tests.desk.seating import seat
from tests.desk.world import OURS, THEIRS
from tests.providers.making import make_account

LOG = "/admin/admin/logentry/"


@pytest.fixture
def merchant(db):
    return make_merchant()


@pytest.fixture
def anna(merchant):
    return seat(merchant)


@pytest.fixture
def staff(client, anna):
    client.force_login(anna)
    return client


@pytest.fixture
def brand(merchant):
    return Brand.objects.create(merchant=merchant, slug="acme", name="Acme")


def form_of(staff, page):
    form = staff.get(page).context["adminform"].form
    said = {name: form.get_initial_for_field(f, name) for name, f in form.fields.items()}
    said = {
        name: form.fields[name].prepare_value(value)
        for name, value in said.items()
        if value not in (None, False)
    }
    return said


def test_a_change_is_logged_with_before_and_after(staff, anna, brand):
    page = f"/admin/branding/brand/{brand.pk}/change/"

    answer = staff.post(page, {**form_of(staff, page), "name": "Acme & Sons"})

    assert answer.status_code == 302
    entry = LogEntry.objects.get()
    assert (entry.user, entry.action_flag, entry.object_id) == (anna, CHANGE, str(brand.pk))
    assert entry.change_message == "Changed: Name: “Acme” → “Acme & Sons”."


def test_what_was_not_changed_is_not_told(staff, brand):
    page = f"/admin/branding/brand/{brand.pk}/change/"

    staff.post(page, form_of(staff, page))

    assert LogEntry.objects.get().change_message == "Saved without a change."


def test_an_addition_is_logged_with_what_was_added(client, merchant):
    client.force_login(User.objects.create_superuser("root"))
    guest = User.objects.create_user("guest", is_staff=True)

    client.post(
        "/admin/desk/membership/add/",
        {"user": guest.pk, "merchant": merchant.pk, "role": "viewer"},
    )

    entry = LogEntry.objects.get()
    assert entry.action_flag == ADDITION
    assert "User: nothing → “guest”" in entry.change_message
    assert "Merchant: nothing → “Acme”" in entry.change_message


def test_a_row_that_was_chosen_is_named_before_and_after(client, merchant):
    client.force_login(User.objects.create_superuser("root"))
    place = Membership.objects.create(
        user=User.objects.create_user("guest"), merchant=merchant, role=Role.VIEWER
    )
    other = make_merchant("Other")

    client.post(
        f"/admin/desk/membership/{place.pk}/change/",
        {"user": place.user_id, "merchant": other.pk, "role": "editor"},
    )

    text = LogEntry.objects.get().change_message
    assert text == "Changed: Merchant: “Acme” → “Other”; Role: “viewer” → “editor”."


@pytest.mark.parametrize("way", ["page", "action"])
def test_a_deletion_is_logged_with_what_went(staff, merchant, brand, way):
    if way == "page":
        staff.post(f"/admin/branding/brand/{brand.pk}/delete/", {"post": "yes"})
    else:
        said = {"action": "delete_selected", "_selected_action": [brand.pk], "post": "yes"}
        staff.post("/admin/branding/brand/", said)

    assert not Brand.objects.exists()
    entry = LogEntry.objects.get()
    assert entry.action_flag == DELETION
    assert entry.change_message.startswith(f"Deleted at merchant {merchant.pk}. It held ")
    assert "name: “Acme”" in entry.change_message


def test_the_deletion_of_an_account_tells_no_secret(staff, merchant):
    account = make_account(merchant=merchant)

    staff.post(f"/admin/providers/account/{account.pk}/delete/", {"post": "yes"})

    text = LogEntry.objects.get().change_message
    assert "kind: “shipstation”" in text
    assert "k-secret-1" not in text
    assert account.hook_token not in text


def test_a_new_password_is_logged_without_it(client, db):
    client.force_login(User.objects.create_superuser("root"))
    guest = User.objects.create_user("guest", is_staff=True)
    fresh = "quite another password 7"

    client.post(
        f"/admin/auth/user/{guest.pk}/password/",
        {"password1": fresh, "password2": fresh, "usable_password": "true"},
    )

    entry = LogEntry.objects.get()
    assert entry.object_id == str(guest.pk)
    assert entry.change_message == "Changed: Password: changed."
    assert fresh not in entry.change_message


@pytest.mark.parametrize(
    "field", ["credentials", "credential_api_key", "Password1", "hook_token", "secret", "key"]
)
def test_secrets_are_known_by_their_names(field):
    assert is_secret(field)
    assert told(field, "before", "after", "Label") == "Label: changed"


@pytest.mark.parametrize("field", ["name", "shop_url", "role", "keyword_count"])
def test_other_fields_are_told(field):
    assert not is_secret(field)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "nothing"),
        ("", "nothing"),
        ([], "nothing"),
        (False, "“False”"),
        (0, "“0”"),
        ("a\n b", "“a b”"),
        (b"abc", "3 bytes"),
        ("x" * 400, f"“{'x' * 300}…”"),
        (["ä"], '“["ä"]”'),
    ],
)
def test_values_are_written_in_one_short_line(value, words):
    assert shown(value) == words


@pytest.fixture
def two(db):
    return world.furnish(OURS), world.furnish(THEIRS)


def test_the_log_is_of_ones_own_rows(client, two):
    ours, theirs = two
    client.force_login(seat(ours["shipments.merchant"]))

    page = client.get(LOG).text

    assert f"{OURS} entry" in page
    assert THEIRS not in page


def test_what_was_deleted_stays_in_the_log_of_whose_it_was(two):
    for rows, name in zip(two, ("anna", "otto"), strict=True):
        client = Client()
        client.force_login(seat(rows["shipments.merchant"], name))
        client.post(f"/admin/branding/brand/{rows['branding.brand'].pk}/delete/", {"post": "yes"})

    # The last of them is who looks.
    page = client.get(LOG).text

    assert f"{THEIRS} brand" in page
    assert OURS not in page


def test_a_merchants_number_is_not_mistaken_for_a_longer_one(two):
    ours = two[0]["shipments.merchant"]
    user = User.objects.first()
    for number in (ours.pk, f"{ours.pk}0"):
        LogEntry.objects.create(
            user=user, action_flag=DELETION, change_message=f"Deleted at merchant {number}. It held"
        )

    found = entries_of(LogEntry.objects.filter(action_flag=DELETION), [ours.pk])

    assert found.count() == 1


def test_keys_that_are_no_numbers_do_no_harm(two):
    from django.contrib.contenttypes.models import ContentType
    from django.contrib.sessions.models import Session

    LogEntry.objects.create(
        user=User.objects.first(),
        content_type=ContentType.objects.get_for_model(Session),
        object_id="a word",
        action_flag=CHANGE,
    )

    assert entries_of(LogEntry.objects.all(), [two[0]["shipments.merchant"].pk]).count() == 1


@pytest.mark.parametrize("number", [1, 30])
def test_the_log_costs_the_same_for_any_number(client, two, django_assert_max_num_queries, number):
    ours = two[0]
    user = seat(ours["shipments.merchant"])
    for _ in range(number):
        LogEntry.objects.log_actions(user.pk, [ours["branding.brand"]], CHANGE, "once more")
    client.force_login(user)

    with django_assert_max_num_queries(10):
        client.get(LOG)


def test_nobody_changes_the_log(client, two):
    client.force_login(User.objects.create_superuser("boss"))
    entry = LogEntry.objects.first()

    answers = [
        client.post(f"{LOG}add/", {}),
        client.post(f"{LOG}{entry.pk}/change/", {"change_message": "x"}),
        client.post(f"{LOG}{entry.pk}/delete/", {"post": "yes"}),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert LogEntry.objects.get(pk=entry.pk).change_message == entry.change_message
