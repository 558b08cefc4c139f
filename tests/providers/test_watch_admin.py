"""Watches as staff see and steer them."""

import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks import task_backends

from apps.desk.models import Role
from apps.providers import enrolling, steering
from apps.providers.models import Ending, Urgency, Watch
from apps.shipments import following
from tests.builders import NOW, make_merchant, make_shipment
from tests.desk.seating import seat
from tests.providers.making import make_account, make_watch

LIST = "/admin/providers/watch/"
ADD = f"{LIST}add/"
LATER = NOW + timedelta(hours=5)


@pytest.fixture
def staff(client, db):
    client.force_login(User.objects.create_superuser("staff"))
    return client


@pytest.fixture
def watch(db):
    return make_watch(make_account(), due_at=LATER)


def found(staff, **query):
    return set(re.findall(r'/change/[^"]*">(9400\d+)<', staff.get(LIST, query).text))


def act(staff, action, *rows):
    chosen = {"action": action, "_selected_action": [row.pk for row in rows]}
    return staff.post(LIST, chosen, follow=True)


def is_followed(watch):
    watch.number.refresh_from_db()
    return watch.number.is_followed


def errors(answer):
    return re.findall(r'<ul class="errorlist"[^>]*><li>(.*?)</li>', answer.text)


def end(watch, ended, **fields):
    Watch.objects.filter(pk=watch.pk).update(ended=ended, due_at=None, **fields)
    return watch


@pytest.mark.parametrize("term", ["9400111", " 9400 111", "9400-111"])
def test_a_watch_is_found_by_its_whole_name(staff, watch, term):
    make_watch(watch.account, "9400222")

    assert found(staff, q=term) == {"9400111"}


@pytest.mark.parametrize("term", ["9400", "%", "_", "*", "a" * 10_000, "' OR 1=1 --"])
def test_a_part_of_a_name_finds_nothing(staff, watch, term):
    assert found(staff, q=term) == set()


def test_a_search_reads_the_index_of_names(staff, watch):
    with CaptureQueriesContext(connection) as queries:
        staff.get(LIST, {"q": "9400111"})

    [search] = [q["sql"] for q in queries if "folded" in q["sql"] and "COUNT" not in q["sql"]][:1]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {search}")
            assert "watch_name (account_id=? AND folded=?)" in str(cursor.fetchall())
    else:
        assert '"folded" =' in search


SIFTED = {
    "provider": ({"kind": "shipstation"}, {"9400111", "9400222"}),
    "another provider": ({"kind": "shiplemon"}, {"9400333"}),
    "no such provider": ({"kind": "moon"}, {"9400111", "9400222", "9400333"}),
    "trouble": ({"trouble__exact": "not_found"}, {"9400111"}),
    "ended": ({"ended": "silent"}, {"9400222"}),
    "running": ({"ended": "running"}, {"9400111", "9400333"}),
    "no such end": ({"ended": "moon"}, {"9400111", "9400222", "9400333"}),
}


@pytest.mark.parametrize(("query", "names"), SIFTED.values(), ids=SIFTED)
def test_watches_are_sifted(staff, watch, query, names):
    other = make_account(kind="shiplemon", merchant=watch.account.merchant)
    Watch.objects.filter(pk=watch.pk).update(trouble="not_found")
    end(make_watch(watch.account, "9400222"), Ending.SILENT)
    make_watch(other, "9400333")

    assert found(staff, **query) == names


@pytest.mark.parametrize("number", [1, 30])
def test_the_list_costs_the_same_for_any_number(staff, db, django_assert_num_queries, number):
    merchant = make_merchant()
    for n in range(number):
        make_watch(make_account(merchant=merchant), f"9400{n}")

    # The first visit of a session is noted in it.
    staff.get(LIST)
    with django_assert_num_queries(5):  # session, user, second factor, count, rows
        staff.get(LIST)


def test_no_row_is_counted_that_nobody_leafs_to(staff, watch):
    with CaptureQueriesContext(connection) as queries:
        staff.get(LIST, {"_facets": "True"})

    counts = [query["sql"] for query in queries if "COUNT(" in query["sql"]]
    assert len(counts) == 1
    assert "LIMIT 10000" in counts[0]


def test_a_watch_leads_to_its_shipment(staff, watch):
    html = staff.get(f"{LIST}{watch.pk}/change/").text

    assert f'href="/admin/shipments/shipment/{watch.shipment_id}/change/"' in html


def test_a_watch_tells_what_came_in_words(staff, watch):
    Watch.objects.update(trouble="not_found", trouble_detail="HTTP 404")

    html = staff.get(f"{LIST}{watch.pk}/change/").text

    assert "The provider does not know the parcel yet." in html
    assert "(HTTP 404)" in html


def test_what_hides_in_a_name_is_written_out(staff, watch):
    Watch.objects.update(name="<b>94\u202e00", remote={"id": "<i>\u202e"})

    for page in ("", f"{watch.pk}/change/"):
        html = staff.get(LIST + page).text
        assert "&lt;b&gt;94\\u202e00" in html
        assert re.findall(r"<b>94|<i>", html) == []


def test_a_watch_is_looked_at_only(staff, watch):
    page = f"{LIST}{watch.pk}/"

    assert staff.post(f"{page}change/", {"name": "x"}).status_code == 403
    assert staff.post(f"{page}delete/", {"post": "yes"}).status_code == 403
    assert "<select" not in staff.get(f"{page}change/").text.split('id="content-main"')[1]


def test_asking_now_moves_only_the_next_time(staff, watch):
    Watch.objects.update(due_at=timezone.now() + timedelta(days=1))
    before = Watch.objects.values().get()

    act(staff, "ask_now", watch)

    after = Watch.objects.values().get()
    assert {name for name in after if after[name] != before[name]} == {"due_at"}
    assert after["due_at"] <= timezone.now()


def test_what_is_due_later_is_brought_forward(watch):
    moved = steering.ask_soon(Watch.objects.all(), NOW)

    watch.refresh_from_db()
    assert (moved, watch.due_at) == (1, NOW)


def test_what_may_just_be_being_asked_is_left_alone(watch, settings):
    lease_end = NOW + timedelta(seconds=settings.SYNC_LEASE_SECONDS)
    Watch.objects.update(due_at=lease_end)

    moved = steering.ask_soon(Watch.objects.all(), NOW)

    watch.refresh_from_db()
    assert (moved, watch.due_at) == (0, lease_end)


def test_a_provider_with_minutes_of_its_own_is_asked_at_these(db):
    watch = make_watch(make_account(kind="shiplemon"), due_at=LATER)

    steering.ask_soon(Watch.objects.all(), NOW)

    watch.refresh_from_db()
    assert watch.due_at == NOW + timedelta(minutes=5)


def test_what_ended_is_not_asked_about(watch):
    end(watch, Ending.FINAL)

    assert steering.ask_soon(Watch.objects.all(), NOW) == 0


def test_asking_about_all_of_an_account_leaves_others_alone(staff, watch):
    other = make_watch(make_account(merchant=watch.account.merchant), "9400222", due_at=LATER)
    Watch.objects.update(due_at=timezone.now() + timedelta(days=1))
    chosen = {"action": "ask_all_now", "_selected_action": [watch.account_id]}

    html = staff.post("/admin/providers/account/", chosen, follow=True).text

    due = dict(Watch.objects.values_list("pk", "due_at"))
    assert due[watch.pk] <= timezone.now() < due[other.pk]
    assert "1 watch was brought forward." in html


def test_a_watch_is_stopped_and_its_number_no_longer_followed(staff, watch):
    act(staff, "stop", watch)

    watch.refresh_from_db()
    assert (watch.ended, watch.due_at) == (Ending.UNWANTED, None)
    assert not is_followed(watch)
    assert "Stopped." in LogEntry.objects.get().change_message


def test_what_was_stopped_does_not_begin_again_with_the_next_account(watch):
    steering.stop([watch.pk], NOW)
    following.granted(following.wishes(10))

    enrolling.look_anew(watch.account.merchant_id, NOW)

    assert following.wishes(10) == []


@pytest.mark.parametrize(("is_enrolled", "number"), [(True, 1), (False, 0)])
def test_a_provider_that_follows_by_itself_is_told_to_stop(
    watch, django_capture_on_commit_callbacks, is_enrolled, number
):
    Watch.objects.update(is_enrolled=is_enrolled)
    sent = task_backends["default"].results
    before = len(sent)

    with django_capture_on_commit_callbacks(execute=True):
        steering.stop([watch.pk], NOW)

    assert [result.args for result in list(sent)[before:]] == [[watch.pk]] * number


def test_what_ended_by_itself_is_not_stopped_again(watch):
    end(watch, Ending.FINAL)

    assert steering.stop([watch.pk], NOW) == 0
    watch.refresh_from_db()
    assert watch.ended == Ending.FINAL


def test_an_ended_watch_begins_again(watch):
    end(watch, Ending.REFUSED, trouble="access_denied", failures=4, urgency=Urgency.QUIET)

    assert steering.begin_again([watch.pk], NOW) == 1

    watch.refresh_from_db()
    assert (watch.ended, watch.due_at, watch.urgency) == ("", NOW, Urgency.SLOW)
    assert (watch.trouble, watch.failures) == ("", 0)
    assert is_followed(watch)


def test_a_running_watch_does_not_begin_again(watch):
    assert steering.begin_again([watch.pk], NOW) == 0

    watch.refresh_from_db()
    assert watch.due_at == LATER


def test_begin_again_is_an_action(staff, watch):
    act(staff, "begin_again", end(watch, Ending.SILENT))

    watch.refresh_from_db()
    assert watch.ended == ""


@pytest.mark.parametrize("action", ["ask_now", "stop", "begin_again"])
def test_who_may_only_look_cannot_steer(client, watch, action):
    client.force_login(seat(watch.account.merchant, role=Role.VIEWER))
    before = Watch.objects.values().get()

    act(client, action, watch)

    assert Watch.objects.values().get() == before
    assert client.get(LIST).status_code == 200
    assert client.get(ADD).status_code == 403


@pytest.fixture
def account(db):
    return make_account(kind="sorted_v2")


def given(account, **change):
    shipment = make_shipment(account.merchant, custom_reference="shop-1")
    return shipment, {
        "account": account.pk,
        "reference": shipment.reference,
        "name": "ORDER-77",
    } | change


@pytest.mark.parametrize("name", ["reference", "consignment_reference", "custom_reference"])
def test_a_watch_is_added_by_hand(staff, account, name):
    shipment, said = given(account)

    staff.post(ADD, said | {"reference": getattr(shipment, name)})

    watch = Watch.objects.get()
    assert (watch.account, watch.shipment, watch.number) == (account, shipment, None)
    assert (watch.name, watch.folded) == ("ORDER-77", "ORDER77")
    assert watch.due_at == watch.created_at


def test_a_watch_by_hand_waits_for_its_providers_minute(staff):
    _, said = given(make_account(kind="shiplemon"))

    staff.post(ADD, said)

    assert Watch.objects.get().due_at.minute in (5, 35)


def test_a_shipment_of_another_merchant_cannot_be_watched(staff, account):
    foreign = make_shipment(make_merchant("Other"), custom_reference="shop-2")
    _, said = given(account)

    for reference in (foreign.reference, "shop-2", "sp_1"):
        answer = staff.post(ADD, said | {"reference": reference})
        assert errors(answer) == ["The account&#x27;s merchant has no such shipment."]
    assert not Watch.objects.exists()


def test_a_reference_of_several_shipments_is_not_enough(staff, account):
    _, said = given(account)
    given(account)

    answer = staff.post(ADD, said | {"reference": "shop-1"})

    assert errors(answer) == ["Several shipments have this reference: write the one with sp_."]


def test_nothing_is_watched_twice(staff, account):
    _, said = given(account)
    staff.post(ADD, said)

    answer = staff.post(ADD, said | {"name": "order 77"})

    assert errors(answer) == ["The account watches this already."]
    assert Watch.objects.count() == 1


@pytest.mark.parametrize("fields", [{"kind": "shipstation"}, {"is_active": False}])
def test_only_an_active_account_of_a_provider_asked_by_reference_is_offered(staff, account, fields):
    _, said = given(account)
    other = make_account(merchant=account.merchant, **{"kind": "sorted_v2"} | fields)

    answer = staff.post(ADD, said | {"account": other.pk})

    assert errors(answer)
    assert not Watch.objects.exists()


NO_NAMES = ["", " ", "--", "a\x00b", "a\u202eb", "a" * 101]


@pytest.mark.parametrize("name", NO_NAMES, ids=map(ascii, range(len(NO_NAMES))))
def test_what_is_no_name_is_refused(staff, account, name):
    _, said = given(account, name=name)

    assert errors(staff.post(ADD, said))
    assert not Watch.objects.exists()


@pytest.mark.parametrize("change", [{"account": "9" * 30}, {"account": "x"}, {"reference": ""}])
def test_a_form_that_is_half_empty_is_shown_again(staff, account, change):
    _, said = given(account)

    answer = staff.post(ADD, said | change)

    assert answer.status_code == 200
    assert errors(answer)
