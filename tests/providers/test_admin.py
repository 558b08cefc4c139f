"""What staff see of the carriers' door, and above all what they never see."""

import re
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db import DatabaseError, connection
from django.utils import timezone

from apps.desk.models import Membership, Role
from apps.outbound.encryption import Sealed
from apps.providers.models import Account, Misfit, Tally, Watch
from apps.providers.registry import CLIENTS
from apps.shipments import following
from apps.shipments.models import TrackingNumber
from tests.builders import NOW, make_merchant
from tests.providers.making import make_account, make_watch

LIST = "/admin/providers/account/"
SECRET, OTHER_SECRET = "k-secret-1", "k-fresh-77"
QUERIES = 12

SAID = {
    "name": "Main",
    "is_active": "on",
    "credential_api_key": "",
    "credential_webhook_secret": "",
    "option_pushes": "on",
    "base_url": "",
    "hourly_budget": "",
    "daily_budget": "500",
}


@pytest.fixture
def staff(client, db):
    client.force_login(User.objects.create_superuser("staff"))
    return client


@pytest.fixture
def account(db):
    return make_account()


def page_of(account):
    return f"{LIST}{account.pk}/change/"


def second_step(merchant, kind="shipstation"):
    return f"{LIST}add/?merchant={merchant.pk}&kind={kind}"


def act(staff, action, *rows, where=LIST):
    chosen = {"action": action, "_selected_action": [row.pk for row in rows]}
    return staff.post(where, chosen, follow=True)


def paused(account):
    account.paused_at, account.trouble, account.trouble_detail = NOW, "auth_failed", "HTTP 401"
    account.failures, account.not_before = 4, NOW + timedelta(hours=1)
    account.save()
    return account


def follow(account):
    """Return a number that is followed, that the sync has seen to and that found no account."""
    number = make_watch(account).number
    Watch.objects.all().delete()
    TrackingNumber.objects.update(switched_at=None)
    return number


def wished(number):
    return number.pk in [wish.number_id for wish in following.wishes(10)]


def errors(answer):
    return re.findall(r'<ul class="errorlist"[^>]*><li>(.*?)</li>', answer.text)


def test_the_first_step_asks_for_merchant_and_provider(staff):
    make_merchant("Acme")

    html = staff.get(f"{LIST}add/").text

    assert "Acme" in html
    assert "Sorted PRO v2" in html
    assert "password" not in html


@pytest.mark.parametrize("query", ["kind=moon&merchant=1", "kind=shipstation", "merchant=x"])
def test_a_first_step_that_cannot_be_is_asked_again(staff, query):
    answer = staff.get(f"{LIST}add/?{query}")

    assert errors(answer)
    assert not Account.objects.exists()


@pytest.mark.parametrize("kind", CLIENTS)
def test_the_second_step_asks_for_the_providers_own(staff, kind):
    html = staff.get(second_step(make_merchant(), kind)).text
    client = CLIENTS[kind]

    for field in client.fields:
        assert re.search(f'<input type="password" name="credential_{field.name}"[^>]*>', html)
    for option in client.options:
        assert f'name="option_{option.name}"' in html
    assert ('name="base_url"' in html) == client.can_be_asked


def test_no_browser_is_told_to_remember_a_secret(staff):
    html = staff.get(second_step(make_merchant())).text

    inputs = re.findall(r'<input type="password"[^>]*>', html)
    assert len(inputs) == 2
    assert all('autocomplete="off"' in one and "value=" not in one for one in inputs)


def test_an_account_is_added(staff):
    merchant = make_merchant()

    staff.post(second_step(merchant), SAID | {"credential_api_key": f" {SECRET} "})

    account = Account.objects.get()
    assert (account.merchant, account.kind, account.name) == (merchant, "shipstation", "Main")
    assert dict(account.credentials) == {"api_key": SECRET}
    assert account.options == {"pushes": "on"}
    assert (account.hourly_budget, account.daily_budget) == (None, 500)


def test_an_account_is_not_copied(staff, account):
    answer = staff.post(page_of(account), SAID | {"_saveasnew": "1"})

    assert answer.status_code == 404
    assert Account.objects.count() == 1


def test_a_required_secret_that_is_missing_is_demanded(staff):
    answer = staff.post(second_step(make_merchant()), SAID)

    assert errors(answer) == ["This field is required."]
    assert not Account.objects.exists()


def test_a_new_account_has_its_merchants_followed_numbers_looked_at(staff, account):
    number = follow(account)

    staff.post(second_step(account.merchant), SAID | {"credential_api_key": SECRET})

    assert wished(number)


def test_an_account_that_is_switched_on_has_them_looked_at_too(staff, account):
    number = follow(account)
    Account.objects.update(is_active=False)

    staff.post(page_of(account), SAID)

    assert wished(number)


@pytest.mark.parametrize("change", [{}, {"is_active": ""}])
def test_another_change_has_nothing_looked_at(staff, account, change):
    number = follow(account)

    staff.post(page_of(account), SAID | change)

    assert not wished(number)


def test_a_secret_left_empty_stays(staff, account):
    staff.post(page_of(account), SAID | {"name": "Other"})

    account.refresh_from_db()
    assert account.name == "Other"
    assert dict(account.credentials) == {"api_key": SECRET}


def test_a_secret_that_is_entered_takes_the_old_ones_place(staff, account):
    account.token, account.token_until = Sealed(access_token="old"), NOW
    account.save()

    staff.post(page_of(account), SAID | {"credential_api_key": OTHER_SECRET})

    account.refresh_from_db()
    assert dict(account.credentials) == {"api_key": OTHER_SECRET}
    assert (account.token, account.token_until) == ({}, None)


def test_an_optional_secret_can_be_forgotten(staff, account):
    account.credentials = Sealed(api_key=SECRET, webhook_secret="w")
    account.save()

    staff.post(page_of(account), SAID | {"forgotten": ["webhook_secret"]})

    account.refresh_from_db()
    assert dict(account.credentials) == {"api_key": SECRET}


def test_a_required_secret_cannot_be_forgotten(staff, account):
    staff.post(page_of(account), SAID | {"forgotten": ["api_key"]})

    account.refresh_from_db()
    assert dict(account.credentials) == {"api_key": SECRET}


def test_the_page_says_what_is_stored_and_what_is_missing(staff, account):
    html = staff.get(page_of(account)).text

    key, rest = html.split('name="credential_webhook_secret"')
    assert "Stored. Leave this empty to keep it." in key
    assert "Missing." in rest


def test_saving_leaves_alone_what_the_sync_writes(staff, account):
    answer = staff.get(page_of(account))
    Account.objects.update(failures=3, trouble="transient", claimed_until=NOW)

    staff.post(page_of(account), SAID)

    account.refresh_from_db()
    assert answer.status_code == 200
    assert (account.failures, account.trouble, account.claimed_until) == (3, "transient", NOW)


def test_new_credentials_resume_a_paused_account(staff, account):
    paused(account)

    staff.post(page_of(account), SAID | {"credential_api_key": OTHER_SECRET})

    account.refresh_from_db()
    assert (account.paused_at, account.not_before, account.failures) == (None, None, 0)
    assert (account.trouble, account.trouble_detail, account.trouble_at) == ("", "", None)


def test_a_new_name_does_not_resume_it(staff, account):
    paused(account)

    staff.post(page_of(account), SAID | {"name": "Other"})

    account.refresh_from_db()
    assert account.paused_at == NOW


WRONG = {
    "another network": {"base_url": "http://169.254.169.254/latest"},
    "this machine": {"base_url": "https://127.0.0.1"},
    "no address": {"base_url": "javascript:alert(1)"},
    "a name and password": {"base_url": "https://a:b@parcels.example"},
    "a query": {"base_url": "https://api.parcels.example/?x="},
    "a fragment": {"base_url": "https://api.parcels.example/#x"},
    "nothing to spend": {"daily_budget": "0"},
    "less than nothing": {"hourly_budget": "-1"},
    "more than a database holds": {"hourly_budget": "9" * 30},
    "no such choice": {"option_pushes": "perhaps"},
    "a secret of two lines": {"credential_api_key": "a\nb"},
    "a NUL in a secret": {"credential_api_key": "a\x00b"},
    "a secret without end": {"credential_api_key": "a" * 20_001},
    "a name that turns the line": {"name": "Main\u202egnp"},
    "a name without end": {"name": "a" * 101},
}


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG)
def test_what_cannot_be_is_refused_in_the_form(staff, account, change):
    answer = staff.post(page_of(account), SAID | change)

    before = account.credentials
    account.refresh_from_db()
    assert answer.status_code == 200
    assert errors(answer)
    assert (account.name, account.credentials) == ("", before)


def test_an_address_is_kept_without_its_last_slash(staff, account):
    change = {"base_url": "https://api.parcels.example/v1/", "credential_api_key": OTHER_SECRET}

    staff.post(page_of(account), SAID | change)

    account.refresh_from_db()
    assert account.base_url == "https://api.parcels.example/v1"


def test_stored_secrets_are_not_sent_to_another_address(staff, account):
    answer = staff.post(page_of(account), SAID | {"base_url": "https://elsewhere.example"})

    account.refresh_from_db()
    assert errors(answer) == ["Enter it again: it would be sent to another address."]
    assert account.base_url == ""


def test_the_providers_own_addresses_may_be_changed_between(staff):
    account = make_account(kind="shiplemon")
    base = CLIENTS["shiplemon"].test_base

    staff.post(page_of(account), SAID | {"base_url": base})

    account.refresh_from_db()
    assert account.base_url == base


def everything_shown(staff, account):
    """Return all that staff can see of an account, as one text."""
    pages = ["", f"{account.pk}/change/", f"{account.pk}/history/", f"{account.pk}/delete/"]
    entries = LogEntry.objects.values_list("change_message", "object_repr")
    return "\n".join([*(staff.get(LIST + page).text for page in pages), str(list(entries))])


def test_no_secret_is_ever_shown(staff, account):
    account.token = Sealed(access_token="t-secret-2")
    account.save()

    answer = staff.post(page_of(account), SAID | {"credential_api_key": OTHER_SECRET}, follow=True)

    shown = answer.text + everything_shown(staff, account)
    for secret in (SECRET, OTHER_SECRET, "t-secret-2", "gAAAA"):
        assert secret not in shown


def test_a_refused_form_does_not_repeat_the_secret(staff, account):
    wrong = SAID | {"credential_api_key": OTHER_SECRET, "daily_budget": "x"}

    assert OTHER_SECRET not in staff.post(page_of(account), wrong).text


def test_the_log_names_what_was_changed(staff, account):
    staff.post(page_of(account), SAID | {"credential_api_key": OTHER_SECRET})

    message = LogEntry.objects.get().change_message
    assert "API key" in message
    assert OTHER_SECRET not in message


def failing(execute, sql, params, many, context):
    if sql.startswith("UPDATE"):
        raise DatabaseError("the disk is full")
    return execute(sql, params, many, context)


def test_an_error_page_shows_no_secret_even_with_debug(staff, account, settings):
    settings.DEBUG = True
    staff.raise_request_exception = False

    with connection.execute_wrapper(failing):
        answer = staff.post(page_of(account), SAID | {"credential_api_key": OTHER_SECRET})

    assert answer.status_code == 500
    assert "the disk is full" in answer.text
    assert SECRET not in answer.text
    assert OTHER_SECRET not in answer.text


@pytest.mark.parametrize("lookup", ["credentials__contains", "hook_token__startswith", "token__gt"])
def test_nobody_guesses_secrets_through_the_lists_address(staff, account, lookup):
    assert staff.get(LIST, {lookup: account.hook_token[0]}).status_code == 400


def test_credentials_nobody_can_read_are_asked_for_again(staff, account, settings):
    settings.CREDENTIAL_KEYS = [Fernet.generate_key().decode()]

    assert staff.get(LIST).status_code == 200
    assert "Credentials cannot be read" in staff.get(page_of(account)).text
    assert errors(staff.post(page_of(account), SAID)) == ["This field is required."]


def test_the_page_says_why_an_account_is_paused(staff, account):
    html = staff.get(page_of(paused(account))).text

    assert "Paused. Since 2026-03-02 12:00:00 UTC." in html
    assert "does not take these credentials" in html
    assert "(HTTP 401)" in html


def test_the_page_says_how_long_an_account_waits(staff, account):
    later = timezone.now() + timedelta(hours=1)
    Account.objects.update(not_before=later, trouble="rate_limited")

    html = staff.get(page_of(account)).text

    assert f"Waiting. Until {later:%Y-%m-%d %H:%M:%S} UTC. The provider was asked too fast." in html


def test_the_page_gives_the_push_address(staff, account, settings):
    settings.PUBLIC_URL = "https://parcels.example"

    html = staff.get(page_of(account)).text

    assert f"<code>https://parcels.example/hooks/{account.hook_token}/</code>" in html


def test_a_provider_that_does_not_push_has_no_address(staff):
    account = make_account(kind="shiplemon")

    html = staff.get(page_of(account)).text

    assert "This provider does not push." in html
    assert account.hook_token not in html


def test_a_new_push_address_ends_the_old_one(staff, account):
    before = account.hook_token

    act(staff, "new_push_address", account)

    account.refresh_from_db()
    assert account.hook_token != before
    assert len(account.hook_token) == len(before)


def test_an_account_is_resumed(staff, account):
    act(staff, "resume", paused(account))

    account.refresh_from_db()
    assert (account.paused_at, account.not_before, account.failures) == (None, None, 0)
    assert "Resumed." in LogEntry.objects.get().change_message


def test_an_account_with_all_its_watches_is_deleted_for_the_price_of_a_few_queries(
    staff, account, django_assert_max_num_queries
):
    for number in range(20):
        make_watch(account, f"94001{number}")

    with django_assert_max_num_queries(25):
        staff.post(f"{LIST}{account.pk}/delete/", {"post": "yes"})

    assert not Account.objects.exists()


def guest(client, merchant=None):
    """Let somebody in who has no seat, or who may only look at what the merchant has."""
    user = User.objects.create_user("guest", is_staff=True)
    if merchant:
        Membership.objects.create(user=user, merchant=merchant, role=Role.VIEWER)
    client.force_login(user)
    return client


PAGES = ["account/", "account/add/", "watch/", "watch/add/", "misfit/", "tally/"]


@pytest.mark.parametrize("page", PAGES)
def test_strangers_are_sent_to_log_in(client, db, page):
    location = client.get(f"/admin/providers/{page}").headers["Location"]

    assert location.startswith("/admin/login/")


@pytest.mark.parametrize("page", PAGES)
def test_staff_without_rights_see_nothing(client, db, page):
    assert guest(client).get(f"/admin/providers/{page}").status_code == 403


def test_staff_without_rights_see_no_account(client, account):
    assert guest(client).get(page_of(account)).status_code == 403
    assert "providers" not in client.get("/admin/").text


def test_who_may_only_look_changes_nothing_and_gets_no_push_address(client, account):
    looker = guest(client, account.merchant)

    html = looker.get(page_of(account)).text
    answer = looker.post(page_of(account), SAID | {"credential_api_key": OTHER_SECRET})

    assert "API key: stored" in html
    assert "Key set of its pushes: missing" in html
    assert '<input type="password"' not in html
    assert account.hook_token not in html + looker.get(LIST).text
    assert answer.status_code == 403


def test_who_may_only_look_cannot_steer(client, account):
    looker = guest(client, account.merchant)

    act(looker, "resume", paused(account))

    account.refresh_from_db()
    assert account.paused_at == NOW


@pytest.mark.parametrize("number", [1, 20])
def test_the_list_costs_the_same_for_any_number(staff, db, django_assert_max_num_queries, number):
    merchant = make_merchant()
    for _ in range(number):
        make_account(merchant=merchant)

    with django_assert_max_num_queries(QUERIES):
        staff.get(LIST)


def test_misfits_are_shown_as_text(staff, account):
    misfit = Misfit.objects.create(
        account=account,
        trouble="malformed",
        detail="<b>events",
        sample='{"a": "<script>gp\u202ej</script>"}',
        first_at=NOW,
        last_at=NOW,
    )

    listed = staff.get("/admin/providers/misfit/").text
    html = staff.get(f"/admin/providers/misfit/{misfit.pk}/change/").text

    assert "&lt;b&gt;events" in listed
    assert "&lt;script&gt;gp\\u202ej&lt;/script&gt;" in html
    assert "\u202e" not in html


def test_what_staff_only_look_at_cannot_be_added_or_deleted(staff, account):
    Misfit.objects.create(account=account, trouble="malformed", first_at=NOW, last_at=NOW)
    Tally.objects.create(kind="shipstation", outcome="answered", count=7)

    for model, row in (("misfit", Misfit.objects.get()), ("tally", Tally.objects.get())):
        where = f"/admin/providers/{model}/"
        assert staff.get(where).status_code == 200
        assert staff.get(f"{where}{row.pk}/change/").status_code == 200
        assert staff.post(f"{where}add/").status_code == 403
        assert staff.post(f"{where}{row.pk}/delete/").status_code == 403


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>'])
def test_a_hostile_name_stays_text(staff, account, name):
    answer = staff.post(page_of(account), SAID | {"name": name}, follow=True)

    pages = [answer, *(staff.get(page) for page in pages_of(account, make_watch(account)))]
    assert Account.objects.get().name == name
    assert [page.request["PATH_INFO"] for page in pages if name in page.text] == []


def pages_of(account, watch):
    return [
        LIST,
        f"{LIST}add/",
        second_step(account.merchant),
        page_of(account),
        f"{LIST}{account.pk}/delete/",
        "/admin/providers/watch/",
        "/admin/providers/watch/add/",
        f"/admin/providers/watch/{watch.pk}/change/",
        "/admin/providers/misfit/",
        "/admin/providers/tally/",
    ]


def test_no_page_has_scripts_or_styles_of_its_own(staff, account):
    for page in pages_of(account, make_watch(account)):
        answer = staff.get(page)

        assert answer.status_code == 200
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", answer.text)
        assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", answer.text))
