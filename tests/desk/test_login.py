"""Coming in at the desk, and staying no longer than one should."""

import time
from datetime import timedelta
from importlib import import_module

import pytest
from django.conf import settings as shipped
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from apps.desk import second_factor, sitting
from apps.desk.login import address_of
from apps.desk.models import Role
from tests.builders import make_merchant
from tests.desk.seating import seat

LOGIN, CODE, FACTOR, HOME = (
    "/admin/login/",
    "/admin/login/code/",
    "/admin/second-factor/",
    "/admin/",
)
PASSWORD = "a horse of a different colour"  # noqa: S105


@pytest.fixture
def anna(db):
    user = seat(make_merchant(), role=Role.VIEWER)
    user.set_password(PASSWORD)
    user.save()
    return user


def come_in(client, name="anna", password=PASSWORD, **more):
    given = {"REMOTE_ADDR": more.pop("address", "192.0.2.1")}
    return client.post(LOGIN, {"username": name, "password": password, **more}, **given)


def is_in(client):
    return client.get(HOME).status_code == 200


def fitting(device, ahead=0):
    """Return a code that is right now; each is good once, so later ones are ahead."""
    device.refresh_from_db()
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)
    totp.time = time.time() + ahead * device.step
    return f"{totp.token():06d}"


@pytest.fixture
def phone(anna):
    """Anna's second factor, set up."""
    device = second_factor.begin(anna)
    assert len(second_factor.confirm(anna, device, fitting(device))) == 10
    # As if that code had been shown long ago.
    TOTPDevice.objects.update(last_t=-1)
    return device


def test_staff_come_in_with_name_and_password(client, anna):
    answer = come_in(client)

    assert answer.headers["Location"] == HOME
    assert is_in(client)


@pytest.mark.parametrize("name", ["anna", "nobody", "customer", "gone"])
def test_who_is_refused_is_not_told_why(client, anna, name):
    User.objects.create_user("customer", password=PASSWORD)
    User.objects.create_user("gone", password=PASSWORD, is_staff=True, is_active=False)

    refused = come_in(client, name, "wrong" if name == "anna" else PASSWORD)

    assert refused.status_code == 200
    assert "Please enter the correct username and password for a staff account" in refused.text
    assert not is_in(client)


def test_the_password_of_an_unknown_name_is_hashed_too(client, anna, settings):
    """Else the time would tell which names there are."""
    settings.PASSWORD_HASHERS = ["tests.desk.test_login.Counting"]
    Counting.times = 0

    come_in(client, "nobody", "wrong")

    assert Counting.times == 1


class Counting(import_module("django.contrib.auth.hashers").MD5PasswordHasher):
    times = 0

    def encode(self, password, salt):
        Counting.times += 1
        return super().encode(password, salt)


@pytest.mark.parametrize("name", ["anna", "nobody"])
def test_after_five_wrong_passwords_the_right_one_waits_too(client, anna, name):
    answers = [come_in(client, name, "wrong") for _ in range(5)]

    last = come_in(client, name)

    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 429]
    assert last.status_code == 429
    assert last.headers["Retry-After"] == "900"
    assert "Wait 15 minutes" in last.text
    assert not is_in(client)


def test_others_and_other_places_are_not_locked(client, anna):
    User.objects.create_superuser("root", password=PASSWORD)
    for _ in range(5):
        come_in(client, "anna", "wrong")

    assert come_in(Client(), "root").status_code == 302
    assert come_in(Client(), "anna", address="198.51.100.7").status_code == 302


def test_the_lock_opens_after_a_quarter_of_an_hour(client, anna):
    from axes.models import AccessAttempt

    for _ in range(5):
        come_in(client, "anna", "wrong")
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))

    assert come_in(client).status_code == 302


def test_success_forgets_wrong_tries(client, anna):
    for _ in range(2):
        for _ in range(4):
            come_in(client, "anna", "wrong")
        assert come_in(client).status_code == 302


@pytest.mark.parametrize(
    ("is_behind_proxy", "address"), [(False, "192.0.2.1"), (True, "198.51.100.7")]
)
def test_the_address_is_what_our_own_proxy_saw(rf, settings, is_behind_proxy, address):
    settings.IS_BEHIND_PROXY = is_behind_proxy
    forged = "203.0.113.9, 198.51.100.7"

    request = rf.get(LOGIN, REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR=forged)

    assert address_of(request) == address


@pytest.mark.parametrize("name", ["\0", "a" * 10_000, "", "ανα", "' or 1=1 --"])
def test_odd_names_are_refused_in_peace(client, db, name):
    assert come_in(client, name).status_code == 200


@pytest.mark.parametrize(
    "place", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "http:///evil", ""]
)
def test_nobody_is_sent_elsewhere(client, anna, place):
    assert come_in(client, next=place).headers["Location"] == HOME


def test_whoever_was_stopped_goes_on_where_they_wanted(client, anna):
    wanted = "/admin/shipments/shipment/"

    assert come_in(client, next=wanted).headers["Location"] == wanted


def test_without_a_seat_the_desk_is_empty_and_says_so(client, db):
    client.force_login(User.objects.create_user("guest", is_staff=True))

    page = client.get("/admin/password_change/")

    assert "You have no seat" in page.text
    assert client.get(HOME).status_code == 200
    assert client.get("/admin/shipments/shipment/").status_code == 403


def test_customers_of_ours_have_no_business_here(client, db):
    client.force_login(User.objects.create_user("customer"))

    assert client.get(HOME).headers["Location"].startswith(LOGIN)


def test_who_has_no_second_factor_is_not_asked_for_one(client, anna):
    assert "code" not in client.get(LOGIN).text.replace("unicode", "")
    assert come_in(client).headers["Location"] == HOME


def test_who_has_one_is_not_in_before_the_code(client, anna, phone):
    answer = come_in(client, next="/admin/shipments/shipment/")

    assert answer.headers["Location"] == CODE
    assert not is_in(client)
    assert "_auth_user_id" not in client.session
    done = client.post(CODE, {"code": f" {fitting(phone)} "})
    assert done.headers["Location"] == "/admin/shipments/shipment/"
    assert is_in(client)


@pytest.mark.parametrize("code", ["", "000000", "abc", "1" * 500, "\0", "٣٣٣٣٣٣"])
def test_a_wrong_code_lets_nobody_in(client, anna, phone, code):
    come_in(client)

    answer = client.post(CODE, {"code": code})

    assert answer.status_code == 200
    assert "not right" in answer.text
    assert not is_in(client)


def test_after_five_wrong_codes_the_password_is_asked_for_again(client, anna, phone):
    come_in(client)
    for _ in range(5):
        client.post(CODE, {"code": "000000"})
    TOTPDevice.objects.update(throttling_failure_count=0)

    answer = client.post(CODE, {"code": fitting(phone)})

    assert answer.headers["Location"] == LOGIN
    assert not is_in(client)


def test_a_code_is_good_once(client, anna, phone):
    code = fitting(phone)
    for answer in ("in", "out"):
        come_in(client)
        client.post(CODE, {"code": code})

        assert is_in(client) == (answer == "in")
        client.post("/admin/logout/")


def test_a_code_is_of_no_use_after_five_minutes_or_a_new_password(client, anna, phone):
    come_in(client)
    session = client.session
    session["desk_pending"] = {**session["desk_pending"], "until": 0}
    session.save()
    assert client.post(CODE, {"code": fitting(phone)}).headers["Location"] == LOGIN
    come_in(client)
    anna.set_password("another one entirely")
    anna.save()

    assert client.post(CODE, {"code": fitting(phone)}).headers["Location"] == LOGIN
    assert not is_in(client)


def test_the_codes_page_is_for_who_gave_a_password(client, db):
    assert client.get(CODE).headers["Location"] == LOGIN
    assert client.post(CODE, {"code": "123456"}).headers["Location"] == LOGIN


def test_a_recovery_code_works_once(client, anna, phone):
    code = StaticToken.objects.first().token
    come_in(client)
    client.post(CODE, {"code": code.upper()})
    assert is_in(client)
    client.post("/admin/logout/")

    come_in(client)
    client.post(CODE, {"code": code})

    assert not is_in(client)
    assert StaticToken.objects.count() == 9


def test_a_second_factor_is_set_up_shown_once_and_removed(client, anna):
    come_in(client)
    assert "data:image/svg+xml" not in client.get(FACTOR).text
    client.post(FACTOR, {"step": "begin"})
    device = TOTPDevice.objects.get()

    waiting = client.get(FACTOR).text
    wrong = client.post(FACTOR, {"step": "confirm", "code": "000000"})
    TOTPDevice.objects.update(throttling_failure_count=0)
    done = client.post(FACTOR, {"step": "confirm", "code": fitting(device)})

    assert "data:image/svg+xml" in waiting
    assert second_factor.key_of(device) in waiting
    assert "not right" in wrong.text
    codes = list(StaticToken.objects.values_list("token", flat=True))
    assert all(code in done.text for code in codes)
    assert is_in(client)
    again = client.get(FACTOR).text
    assert not any(code in again for code in codes)
    assert second_factor.key_of(device) not in again
    assert "Remove" in again
    client.post(FACTOR, {"step": "remove", "code": "rwrong"})
    assert TOTPDevice.objects.exists()
    StaticDevice.objects.update(throttling_failure_count=0)
    client.post(FACTOR, {"step": "remove", "code": codes[0]})
    assert not TOTPDevice.objects.exists()
    assert not StaticToken.objects.exists()
    assert is_in(client)
    texts = list(LogEntry.objects.order_by("pk").values_list("change_message", flat=True))
    assert texts == ["Second factor set up.", "Second factor removed."]


def test_setting_it_up_ends_sessions_that_never_showed_a_code(anna):
    here, elsewhere = Client(), Client()
    come_in(here)
    come_in(elsewhere)
    here.post(FACTOR, {"step": "begin"})

    here.post(FACTOR, {"step": "confirm", "code": fitting(TOTPDevice.objects.get())})

    assert is_in(here)
    assert not is_in(elsewhere)


def test_nobody_replaces_a_second_factor_without_a_code(client, anna, phone):
    come_in(client)
    client.post(CODE, {"code": fitting(phone)})

    client.post(FACTOR, {"step": "begin"})
    client.post(FACTOR, {"step": "confirm", "code": "123456"})

    assert TOTPDevice.objects.get() == phone


def test_coming_in_gets_a_session_of_its_own(client, anna):
    client.get(LOGIN)
    session = client.session
    session["left"] = "by somebody"
    session.save()
    before = client.session.session_key

    come_in(client)

    assert client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


@pytest.mark.parametrize(
    ("since", "seen", "stays"),
    [
        (timedelta(hours=11), timedelta(minutes=1), True),
        (timedelta(hours=12), timedelta(minutes=1), False),
        (timedelta(hours=3), timedelta(minutes=119), True),
        (timedelta(hours=3), timedelta(hours=2), False),
    ],
)
def test_a_session_lasts_half_a_day_at_most_and_two_idle_hours(client, anna, since, seen, stays):
    come_in(client)
    client.get(HOME)
    session, now = client.session, timezone.now()
    session[sitting.SINCE] = int((now - since).timestamp())
    session[sitting.SEEN] = int((now - seen).timestamp())
    session.save()

    assert is_in(client) == stays


def test_a_visit_is_noted_every_few_minutes_only(client, anna, django_assert_num_queries):
    come_in(client)
    client.get(HOME)
    session = client.session
    before = session[sitting.SEEN]
    session[sitting.SEEN] -= 400
    session.save()

    client.get(HOME)

    assert client.session[sitting.SEEN] >= before
    assert sitting.LONGEST.total_seconds() == shipped.SESSION_COOKIE_AGE


def test_a_new_password_ends_the_other_sessions(anna):
    here, elsewhere = Client(), Client()
    come_in(here)
    come_in(elsewhere)
    fresh = "quite another password 7"

    here.post(
        "/admin/password_change/",
        {"old_password": PASSWORD, "new_password1": fresh, "new_password2": fresh},
    )

    assert is_in(here)
    assert not is_in(elsewhere)
    assert LogEntry.objects.get().change_message == "Password changed."


def test_cookies_are_kept_from_scripts_and_other_sites(client, anna):
    cookie = come_in(client).cookies["sessionid"]

    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_forms_are_checked_against_forgery(anna):
    client = Client(enforce_csrf_checks=True)

    assert come_in(client).status_code == 403
    assert client.post(CODE, {"code": "1"}).status_code == 403
