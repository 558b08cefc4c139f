"""What a key is told about itself, how it is replaced, and what every answer says of its limit."""

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.admin.models import LogEntry
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.api.authentication import note_use
from apps.api.models import ApiKey
from apps.api.rotating import Unrotatable, rotate
from apps.desk.models import Membership
from apps.shipments.models import Carrier
from tests.api.callers import Caller
from tests.builders import NOW, make_key, make_merchant
from tests.native.managing import Program, pointers

LIST = "/admin/api/apikey/"
HOUR = timedelta(hours=1)


@pytest.fixture
def merchant(db):
    return make_merchant()


@pytest.fixture
def program(merchant):
    return Program(merchant)


@pytest.fixture
def staff(client, merchant, django_user_model):
    user = django_user_model.objects.create_user("olga", password="x", is_staff=True)
    Membership.objects.create(user=user, merchant=merchant, role="operator")
    client.force_login(user)
    return client


def test_a_key_is_told_about_itself(program, settings):
    settings.API_REQUESTS_A_MINUTE = 7

    told = program.get("/api/key").json()

    assert told["prefix"] == program.letters[:8]
    assert (told["name"], told["scopes"]) == ("test", ["read", "write", "manage"])
    assert (told["expires_at"], told["requests_a_minute"]) == (None, 7)
    assert told["created_at"] and told["last_used_at"]
    assert program.letters[9:] not in str(told)


def test_a_carriers_key_is_told_about_itself_and_gets_no_successor(db):
    program = Program(carrier=Carrier.objects.get(code="usps"), scopes=["push"])

    assert program.get("/api/key").json()["scopes"] == ["push"]
    assert program.send("POST", "/api/key/rotate").status_code == 403


def test_a_stranger_is_told_nothing_of_keys(db):
    answer = Caller("Authorization", None).get("/api/key")

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_key_without_the_scope_gets_no_successor(merchant):
    program = Program(merchant, scopes=["read", "write"])

    assert program.send("POST", "/api/key/rotate").status_code == 403
    assert ApiKey.objects.count() == 1


def test_both_keys_work_for_a_day(program):
    made = program.send("POST", "/api/key/rotate")

    assert made.status_code == 201
    old, new = (
        ApiKey.objects.get(prefix=p) for p in (program.letters[:8], made.json()["key"]["prefix"])
    )
    assert Program(letters=made.json()["letters"]).get("/api/key").status_code == 200
    assert program.get("/api/key").status_code == 200
    assert timedelta(hours=23) < old.expiry_date - timezone.now() < timedelta(hours=25)
    assert (new.merchant, new.name, new.scopes) == (old.merchant, old.name, old.scopes)
    assert new.expiry_date is None


def test_an_old_key_can_end_at_once(program):
    made = program.send("POST", "/api/key/rotate", {"overlap_hours": 0}).json()

    assert program.get("/api/key").status_code == 401
    assert Program(letters=made["letters"]).get("/api/key").status_code == 200


def test_neither_key_outlives_what_the_old_one_had(merchant):
    make_key(merchant)
    ends_at = NOW + HOUR
    ApiKey.objects.update(expiry_date=ends_at)

    new, _ = rotate(ApiKey.objects.get().pk, NOW)

    assert {key.expiry_date for key in ApiKey.objects.all()} == {ends_at}
    assert new.expiry_date == ends_at


def test_a_key_has_one_successor_only(program):
    program.send("POST", "/api/key/rotate")

    again = program.send("POST", "/api/key/rotate")

    assert (again.status_code, again.json()["code"]) == (409, "conflict")
    assert ApiKey.objects.count() == 2


@pytest.mark.parametrize("hours", [-1, 169, 1.5, "24", None, 10**30])
def test_a_week_is_the_longest_overlap(program, hours):
    answer = program.send("POST", "/api/key/rotate", {"overlap_hours": hours})

    assert (answer.status_code, pointers(answer)) == (422, {"/overlap_hours"})
    assert ApiKey.objects.count() == 1


def test_an_unknown_field_is_told(program):
    answer = program.send("POST", "/api/key/rotate", {"overlap": 1})

    assert answer.status_code == 422
    assert "overlap" in str(answer.json()["errors"])


@pytest.mark.parametrize("fields", [{"revoked": True}, {"expiry_date": NOW - HOUR}])
def test_a_key_that_ended_gets_no_successor(merchant, fields):
    make_key(merchant)
    ApiKey.objects.update(**fields)

    with pytest.raises(Unrotatable):
        rotate(ApiKey.objects.get().pk, NOW)

    assert ApiKey.objects.count() == 1


def test_a_successor_that_is_sent_twice_is_made_once_and_shown_twice(program):
    answers = [program.once("/api/key/rotate", key="k") for _ in range(2)]

    assert answers[0].json() == answers[1].json()
    assert ApiKey.objects.count() == 2


def test_staff_replace_a_key_and_see_the_new_one_once(staff, merchant):
    old = make_key(merchant)
    stored = ApiKey.objects.get()

    shown = staff.post(LIST, {"action": "rotate", "_selected_action": [stored.pk]})

    new = ApiKey.objects.exclude(pk=stored.pk).get()
    (letters,) = re.findall(rf"{new.prefix}\.\w{{32}}", shown.text)
    assert Program(letters=letters).get("/api/key").status_code == 200
    assert Program(letters=old).get("/api/key").status_code == 200
    assert "no-store" in shown["Cache-Control"]
    assert f"{new.prefix}." not in staff.get(LIST).text
    assert letters not in str(shown.cookies)
    said = " ".join(LogEntry.objects.values_list("change_message", flat=True))
    assert f"Replaced by {new.prefix}." in said
    assert letters[9:] not in said


def test_staff_are_told_why_a_key_is_not_replaced(staff, merchant):
    make_key(merchant)
    ApiKey.objects.update(revoked=True)
    chosen = {"action": "rotate", "_selected_action": [ApiKey.objects.get().pk]}

    assert "revoked or has ended" in staff.post(LIST, chosen, follow=True).text


@pytest.mark.parametrize("role", ["viewer", "editor"])
def test_who_only_looks_replaces_no_key(staff, merchant, role):
    make_key(merchant)
    Membership.objects.update(role=role)

    staff.post(LIST, {"action": "rotate", "_selected_action": [ApiKey.objects.get().pk]})

    assert ApiKey.objects.count() == 1


def test_staff_replace_no_key_of_another_merchant(staff):
    make_key(make_merchant("Rival"))

    staff.post(LIST, {"action": "rotate", "_selected_action": [ApiKey.objects.get().pk]})

    assert ApiKey.objects.count() == 1


def test_staff_see_when_a_key_was_used_last(staff, program):
    program.get("/api/key")

    key = ApiKey.objects.get()
    new, _ = rotate(key.pk, timezone.now())

    assert f"{key.last_used_at:%Y}" in staff.get(LIST).text
    assert new.prefix in staff.get(f"{LIST}{key.pk}/change/").text


def test_a_command_replaces_a_key(merchant):
    make_key(merchant)
    old, out = ApiKey.objects.get(), StringIO()

    call_command("create_api_key", "--rotate", old.prefix, "--overlap-hours", "2", stdout=out)

    old.refresh_from_db()
    assert Program(letters=out.getvalue().strip()).get("/api/key").status_code == 200
    assert old.expiry_date - timezone.now() < 3 * HOUR


@pytest.mark.parametrize(
    "more", [["nothing1"], ["", "--overlap-hours", "x"], ["PREFIX", "--overlap-hours", "999"]]
)
def test_a_command_that_cannot_replace_a_key_says_so(merchant, more):
    make_key(merchant)
    known = [ApiKey.objects.get().prefix if word == "PREFIX" else word for word in more]

    with pytest.raises(CommandError):
        call_command("create_api_key", "--rotate", *known, stdout=StringIO())

    assert ApiKey.objects.count() == 1


def test_a_use_is_written_down_once_a_minute(merchant):
    make_key(merchant)
    key = ApiKey.objects.get()
    counts = []
    for seconds in (0, 1, 59, 61, 62):
        with CaptureQueriesContext(connection) as context:
            note_use(key, NOW + timedelta(seconds=seconds))
        counts.append(len(context))

    assert counts == [1, 0, 0, 1, 0]
    assert ApiKey.objects.get().last_used_at == NOW + timedelta(seconds=61)


def test_two_who_saw_the_same_write_one_use(merchant):
    make_key(merchant)
    one, other = ApiKey.objects.get(), ApiKey.objects.get()
    note_use(one, NOW)

    note_use(other, NOW + timedelta(seconds=1))

    assert ApiKey.objects.get().last_used_at == NOW


@pytest.mark.parametrize(
    ("header", "path"),
    [
        ("x-api-key", "/pro/tracking/sp_1"),
        ("ocp-apim-subscription-key", "/tracking/EC-1"),
        ("API-Key", "/v1/carriers"),
        ("x-api-key", "/public/v1/shipments/x/tracking"),
        ("Authorization", "/api/key"),
    ],
)
def test_every_api_tells_what_is_left_of_the_limit(merchant, settings, header, path):
    settings.API_REQUESTS_A_MINUTE = 2
    key = make_key(merchant)
    caller = Caller(header, f"Bearer {key}" if header == "Authorization" else key)

    answers = [caller.get(path) for _ in range(3)]

    assert {answer["RateLimit-Policy"] for answer in answers} == {'"minute";q=2;w=60'}
    left = [re.fullmatch(r'"minute";r=(\d+);t=(\d+)', a["RateLimit"]).groups() for a in answers]
    assert [int(rest) for rest, _ in left] == [1, 0, 0]
    assert all(0 < int(seconds) <= 60 for _, seconds in left)
    assert answers[2].status_code == 429
    assert re.fullmatch(r"[1-9]\d*", answers[2]["Retry-After"])
