"""A turn: what is due is asked, recorded, and given its next time; nothing else is touched."""

from datetime import timedelta

import pytest
from django.db import connection

from apps.providers import claiming
from apps.providers.models import Account, Misfit, Spending, Tally, Watch
from apps.providers.turns import BATCH, ask_account
from apps.shipments.models import Event, Outbox, Shipment, TrackingNumber, fold_number
from tests.builders import NOW, make_merchant, recorded
from tests.providers.making import MOVING, make_account, make_watch, shipment_of, tracking_log

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

PATH = "/v1/tracking"


def ask(account, now=NOW):
    return ask_account(account.pk, clock=lambda: now)


def test_what_a_provider_tells_is_recorded(carrier):
    account = make_account(carrier)
    watch = make_watch(account)
    carrier.lay(PATH, tracking_log("9400111", MOVING))

    outcomes = ask(account)

    assert outcomes == {"answered": 1, "asked": 1}
    assert shipment_of(watch).code == "in_transit"
    assert Outbox.objects.filter(shipment=watch.shipment_id).exists()


def test_the_key_goes_in_a_header_and_never_in_the_address(carrier):
    account = make_account(carrier)
    make_watch(account)
    carrier.lay(PATH, tracking_log("9400111", MOVING))

    ask(account)

    (asked,) = carrier.asked
    assert asked.headers["api-key"] == "k-secret-1"
    assert asked.query == "carrier_code=usps&tracking_number=9400111"


def test_a_moving_parcel_is_due_again_in_an_hour_or_a_little_more(carrier):
    account = make_account(carrier)
    watch = make_watch(account)
    carrier.lay(PATH, tracking_log("9400111", MOVING))

    ask(account)

    watch.refresh_from_db()
    assert timedelta(hours=1) <= watch.due_at - NOW <= timedelta(minutes=66)
    assert (watch.asked_at, watch.answered_at, watch.trouble) == (NOW, NOW, "")


def test_what_is_not_due_is_not_asked(carrier):
    account = make_account(carrier)
    make_watch(account, due_at=NOW + timedelta(minutes=1))

    assert ask(account) == {}
    assert carrier.asked == []


def test_asking_again_without_news_writes_no_shipment_and_no_event(carrier):
    account = make_account(carrier)
    watch = make_watch(account)
    carrier.lay(PATH, tracking_log("9400111", MOVING))
    ask(account)
    before = (shipment_of(watch).version, Event.objects.count(), Outbox.objects.count())

    ask(account, NOW + timedelta(hours=2))

    assert (shipment_of(watch).version, Event.objects.count(), Outbox.objects.count()) == before
    assert len(carrier.asked) == 2


def test_the_page_can_say_when_the_carrier_was_asked(carrier):
    account = make_account(carrier)
    watch = make_watch(account)
    carrier.lay(PATH, tracking_log("9400111", MOVING))
    carrier.lay(PATH, "oops", status=500)

    ask(account)
    ask(account, NOW + timedelta(hours=2))

    number = TrackingNumber.objects.get(pk=watch.number_id)
    later = NOW + timedelta(hours=2)
    assert (number.asked_at, number.answered_at, number.failing_since) == (later, NOW, later)


def test_a_finished_parcel_is_looked_at_once_more_and_then_left_alone(carrier):
    account = make_account(carrier)
    watch = make_watch(account)
    carrier.lay(PATH, tracking_log("9400111", ("DE", "2026-03-02T11:00:00Z", "Delivered")))
    ask(account)
    watch.refresh_from_db()
    look = watch.due_at

    ask(account, look)

    watch.refresh_from_db()
    assert look - NOW >= timedelta(hours=11)
    assert (watch.due_at, watch.ended) == (None, "final")


def test_a_number_nobody_knows_is_asked_about_ever_more_rarely(carrier):
    account = make_account(carrier)
    watch = make_watch(account)
    times = [NOW]

    for _ in range(3):
        ask(account, times[-1])
        watch.refresh_from_db()
        times.append(watch.due_at)

    gaps = [later - earlier for earlier, later in zip(times, times[1:], strict=False)]
    assert gaps[0] < gaps[1] < gaps[2]
    assert shipment_of(watch).code == "unknown.no_scans"


def test_a_number_unknown_for_three_days_says_so_on_the_parcel(carrier):
    account = make_account(carrier)
    watch = make_watch(account, missing_since=NOW - timedelta(days=3))

    ask(account)

    assert shipment_of(watch).code == "unknown.not_found"


def test_a_number_that_can_never_be_is_not_asked_about_again(carrier):
    account = make_account(carrier)
    watch = make_watch(account)
    carrier.lay(PATH, '{"errors": [{"error_code": "tracking_not_supported"}]}', status=400)

    ask(account)

    watch.refresh_from_db()
    assert (watch.ended, watch.trouble) == ("refused", "invalid_number")
    assert shipment_of(watch).code == "unknown.untrackable"


def test_a_wrong_key_pauses_the_account_and_no_other_parcel_is_asked_about(carrier):
    account = make_account(carrier, kind="sorted_v1")
    watches = [make_watch(account, f"EC-{n:03}-000-000") for n in range(60)]
    for watch in watches:
        carrier.lay(f"/tracking/{watch.name}", "{}", status=401)

    ask(account)
    account.refresh_from_db()
    ask(account)

    assert account.paused_at == NOW
    assert len(carrier.asked) < 20
    due = Watch.objects.filter(account=account, due_at__lte=NOW).count()
    assert due == len(watches)


@pytest.mark.parametrize(
    ("written", "until"),
    [
        ("120", NOW + timedelta(seconds=120)),
        ("Mon, 02 Mar 2026 12:07:00 GMT", NOW + timedelta(minutes=7)),
        ("99999999999", NOW + timedelta(days=1)),
        ("soon", NOW + timedelta(minutes=1)),
    ],
)
def test_too_many_requests_slow_the_whole_account(carrier, written, until):
    account = make_account(carrier)
    make_watch(account)
    carrier.lay(PATH, "{}", status=429, Retry_After=written)

    ask(account)
    account.refresh_from_db()

    assert account.not_before == until
    assert claiming.take(account.pk, until - timedelta(seconds=1)) is None
    assert claiming.take(account.pk, until)


def test_a_provider_that_keeps_failing_is_left_alone_and_tried_with_one_call(carrier):
    account = make_account(carrier, kind="sorted_v1")
    for n in range(40):
        watch = make_watch(account, f"EC-{n:03}-000-000")
        carrier.lay(f"/tracking/{watch.name}", "no", status=503)

    ask(account)
    account.refresh_from_db()
    asked = len(carrier.asked)
    ask(account, account.not_before)

    assert account.failures == 5
    assert account.not_before == NOW + timedelta(seconds=30)
    assert len(carrier.asked) == asked + 1


def test_a_provider_that_answers_again_is_asked_about_all_the_rest(carrier):
    account = make_account(carrier, failures=7)
    for n in range(5):
        make_watch(account, f"94001{n:04}")
    carrier.lay(PATH, tracking_log("whatever", MOVING))

    ask(account)
    account.refresh_from_db()

    assert account.failures == 0
    assert len(carrier.asked) == 5


def test_a_malformed_answer_costs_its_own_watch_and_is_kept_without_words(carrier):
    account = make_account(carrier)
    watch = make_watch(account)
    carrier.lay(PATH, '{"tracking_number": "9400111", "signer": "Jane Roe", "events": [')

    ask(account)

    watch.refresh_from_db()
    misfit = Misfit.objects.get()
    assert watch.trouble == "malformed"
    assert '"signer": "xxxx xxx"' in misfit.sample
    assert "Jane" not in misfit.sample


def test_an_answer_about_another_parcel_is_not_merged(carrier):
    account = make_account(carrier)
    watch = make_watch(account)
    carrier.lay(PATH, tracking_log("9999999", MOVING))

    ask(account)

    watch.refresh_from_db()
    assert watch.trouble == "partial"
    assert Event.objects.count() == 0


def test_which_of_two_answers_comes_first_is_no_news(carrier):
    reference = "sp_00076976827069691057723959934976"
    account = make_account(carrier, kind="sorted_v2")
    # Its carrier is another one than the source says, so that its number has a leg of its own.
    watch = make_watch(account, "5605984057422227", carrier_code="usps")
    Watch.objects.update(name=reference, folded=fold_number(reference))
    path = f"/pro/tracking/{reference}"
    contents, shipment = recorded("sorted_v2_contents.json"), recorded("sorted_v2_shipment.json")
    for seconds in (0, 0.2):
        carrier.lay(path, shipment, seconds=seconds)
        carrier.lay(f"{path}/shipment_contents", contents, seconds=0.2 - seconds)
    ask(account)
    before = shipment_of(watch).version
    Watch.objects.update(ended="", due_at=NOW)

    ask(account)

    assert len(carrier.asked) == 4
    assert shipment_of(watch).version == before


def test_a_report_the_vault_cannot_take_costs_one_watch_of_the_batch(carrier, monkeypatch):
    account = make_account(carrier)
    good, gone = make_watch(account, "9400111"), make_watch(account, "9400222")
    carrier.lay(PATH, tracking_log("9400111", MOVING))
    # Its shipment is deleted while it is asked about.
    Shipment.objects.filter(pk=gone.shipment_id).delete()

    ask(account)

    assert shipment_of(good).code == "in_transit"


def test_outcomes_are_counted_for_all_processes(carrier):
    account = make_account(carrier)
    make_watch(account)
    carrier.lay(PATH, tracking_log("9400111", MOVING))

    ask(account)
    ask(account, NOW + timedelta(hours=2))

    counted = dict(Tally.objects.filter(kind="shipstation").values_list("outcome", "count"))
    assert counted == {"asked": 2, "answered": 2}


def test_an_account_is_asked_for_by_one_at_a_time(carrier):
    account = make_account(carrier)
    make_watch(account)
    claiming.take(account.pk, NOW)

    assert ask(account) is None
    assert carrier.asked == []


def test_a_lease_shorter_than_a_turn_breaks_nothing(carrier, settings):
    settings.SYNC_LEASE_SECONDS = 0.01
    account = make_account(carrier, kind="sorted_v1")
    for number in range(BATCH):
        make_watch(account, f"X{number}")

    outcomes = ask_account(account.pk)

    assert outcomes["asked"] >= BATCH
    assert not Watch.objects.filter(asked_at=None).exists()


def test_the_account_is_free_again_after_its_turn(carrier):
    account = make_account(carrier)
    make_watch(account)

    ask(account)

    account.refresh_from_db()
    assert (account.started_at, account.claimed_until) == (None, None)


def test_a_budget_is_spread_over_its_day(carrier):
    account = make_account(carrier, kind="sorted_v1", daily_budget=240)
    for n in range(200):
        make_watch(account, f"94001{n:04}")

    ask(account)
    account.refresh_from_db()

    # Half the day, an hour in advance, and never the last twentieth.
    assert len(carrier.asked) == Spending.objects.get().calls == 124
    assert NOW < account.not_before < NOW + timedelta(minutes=10)


def test_scarce_calls_go_to_the_urgent_first_but_not_to_them_alone(carrier):
    account = make_account(carrier, kind="sorted_v1", hourly_budget=120)
    for n in range(30):
        make_watch(account, f"TODAY{n:04}", urgency=0)
        make_watch(account, f"QUIET{n:04}", urgency=3)

    ask(account)

    urgent = [path for path in carrier.paths() if "TODAY" in path]
    assert 0 < len(carrier.asked) - len(urgent) < len(urgent)


def test_a_watch_that_ended_meanwhile_stays_ended(carrier):
    account = make_account(carrier)
    watch = make_watch(account)
    body = tracking_log("9400111", MOVING)
    carrier.lay(PATH, body)
    original = carrier.answer

    def answer(asked):
        Watch.objects.filter(pk=watch.pk).update(ended="unwanted", due_at=None)
        # The carrier's thread has a connection of its own.
        connection.close()
        return original(asked)

    carrier.answer = answer
    ask(account)

    watch.refresh_from_db()
    assert (watch.ended, watch.due_at) == ("unwanted", None)


def test_shiplemon_is_asked_at_five_and_thirty_five_past_only(carrier):
    account = make_account(carrier, kind="shiplemon")
    watch = make_watch(account)

    ask(account, NOW)
    watch.refresh_from_db()
    at_five = NOW + timedelta(minutes=5)
    first = (watch.due_at, len(carrier.asked))
    ask(account, at_five)

    assert first == (at_five, 0)
    assert len(carrier.asked) == 1
    watch.refresh_from_db()
    assert watch.due_at.minute in (5, 35)


def test_one_accounts_turn_leaves_the_others_alone(carrier):
    one = make_account(carrier)
    other = make_account(carrier, kind="sorted_v2", merchant=make_merchant("Other"))
    make_watch(one)
    make_watch(other, "sp_1")

    ask(one)

    assert Account.objects.get(pk=other.pk).started_at is None
    assert Watch.objects.get(account=other).due_at == NOW
