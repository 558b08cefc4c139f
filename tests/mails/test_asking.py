"""Who hears of a parcel: nobody who did not ask, nobody who ended it, nobody twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from apps.mails import addresses, asking, topics
from apps.mails.addresses import check_email
from apps.mails.models import Blocked, Letter, Subscription
from apps.shipments import uniting
from apps.shipments.models import Shipment
from tests.builders import NOW, make_merchant, make_shipment, report, sighting
from tests.mails.subscribing import ADA, MERCHANT, PAGE, letters, make_subscription

State, End = Subscription.State, Subscription.End
CONFIRM = Letter.Kind.CONFIRM
DAY = timedelta(days=1)


@pytest.fixture
def shipment(db):
    return make_shipment(make_merchant(), report(sighting("in_transit")))


GOOD = {
    " ada@marker.example ": "ada@marker.example",
    "Ada.Q+news@Marker.Example": "Ada.Q+news@Marker.Example",
    "ada@bücher.example": "ada@xn--bcher-kva.example",
    "ａｄａ＠marker.example": "ada@marker.example",
}
BAD = [
    "",
    "ada",
    "ada@",
    "@marker.example",
    "ada@marker",
    "ada@@marker.example",
    "ada marker@marker.example",
    "ada@marker..example",
    "ada@[127.0.0.1]",
    '"ada\r\nBcc: x@y.example"@marker.example',
    "ada@marker.example\nBcc: x@y.example",
    "ada@marker.example, bob@marker.example",
    "Ada <ada@marker.example>",
    "ada\x00@marker.example",
    "ada\u202e@marker.example",
    "\ud800@marker.example",
    f"{'a' * 65}@marker.example",
    f"ada@{'a' * 64}.example",
    f"ada@{'.'.join(['abcdefgh'] * 40)}.example",
    "ä@marker.example",
    "@" * 100_000,
]


@pytest.mark.parametrize("text", GOOD)
def test_an_address_is_kept_as_mail_is_sent_to_it(text):
    assert check_email(text) == GOOD[text]


@pytest.mark.parametrize("text", BAD, ids=range(len(BAD)))
def test_what_is_no_address_is_refused_in_words(text):
    with pytest.raises(ValueError, match=r"e-mail address|Mail cannot"):
        check_email(text)


def test_addresses_are_one_in_any_case(db):
    addresses.block("ADA@Marker.Example ", "complained", NOW)
    addresses.block("ada@marker.example", "refused", NOW + DAY)

    assert addresses.is_blocked("Ada@marker.EXAMPLE")
    assert not addresses.is_blocked("bob@marker.example")
    assert [one.reason for one in Blocked.objects.all()] == ["complained"]


def test_a_block_keeps_no_address(db):
    addresses.block(ADA, "bounced", NOW)

    (kept,) = Blocked.objects.values_list("digest", flat=True)
    assert len(kept) == 64
    assert "marker" not in kept


def test_no_topics_are_the_usual_ones():
    assert topics.wants([], "delivered")
    assert topics.wants((), "silent")
    assert not topics.wants([], "in_transit")
    assert not topics.wants([], "info")


def test_a_problem_is_whatever_goes_wrong():
    for kind in ("attempted", "exception", "returning", "returned", "cancelled"):
        assert topics.wants(["exception"], kind)
        assert not topics.wants(["delivered"], kind)


@pytest.mark.parametrize("wrong", [["delivery"], "delivered!", [1], [["delivered"]], {"a": 1}])
def test_other_topics_are_refused(wrong):
    with pytest.raises(ValueError, match="out_for_delivery"):
        topics.check(wrong)


def test_all_topics_are_taken():
    topics.check(list(topics.CHOICES))
    topics.check(())


def test_from_the_page_it_waits_and_its_owner_is_asked(shipment):
    one = make_subscription(shipment, origin=PAGE, topics=["silent", "delivered"], language="de")

    (letter,) = letters()
    assert (one.state, one.email, one.folded) == (State.ASKED, ADA, ADA.lower())
    assert one.topics == ["delivered", "silent"]
    assert (letter.kind, letter.subscription, letter.language) == (CONFIRM, one, "de")
    assert (letter.merchant, letter.shipment, letter.state) == (
        shipment.merchant,
        shipment,
        "waiting",
    )


def test_from_the_merchant_it_begins_at_once(shipment):
    one = make_subscription(shipment)

    assert (one.state, one.origin, letters()) == (State.ON, MERCHANT, [])


def test_confirming_begins_it_once(shipment):
    one = make_subscription(shipment, origin=PAGE, now=NOW)

    first, again = asking.confirm(one.token, NOW + DAY), asking.confirm(one.token, NOW + 2 * DAY)

    assert first.state == again.state == State.ON
    assert again.confirmed_at == NOW + DAY


def test_a_week_later_it_can_be_confirmed_no_more(shipment):
    one = make_subscription(shipment, origin=PAGE, now=NOW)

    assert asking.confirm(one.token, NOW + 7 * DAY) is None
    one.refresh_from_db()
    assert one.state == State.ASKED


def test_nothing_is_confirmed_by_a_wrong_secret(shipment):
    make_subscription(shipment, origin=PAGE)

    assert asking.confirm("x" * 32, NOW) is None


def test_asking_again_the_same_day_sends_no_second_mail(shipment):
    for hours in (0, 1, 23):
        make_subscription(shipment, origin=PAGE, now=NOW + timedelta(hours=hours))

    assert len(letters(CONFIRM)) == 1
    assert letters(CONFIRM)[0].created_at == NOW


def test_asking_again_the_next_day_sends_the_mail_anew(shipment):
    first = make_subscription(shipment, origin=PAGE, now=NOW)
    Letter.objects.update(state=Letter.State.SENT, tries=3, provider_id="x", reason="y")
    before = letters()[0].message_id

    again = make_subscription(shipment, origin=PAGE, now=NOW + DAY)

    (letter,) = letters()
    assert (again.pk, again.token) == (first.pk, first.token)
    assert (letter.state, letter.tries, letter.provider_id, letter.reason) == ("waiting", 0, "", "")
    assert letter.due_at == NOW + DAY
    assert letter.message_id != before


def test_an_address_gets_five_such_mails_a_day_from_all_parcels(shipment):
    for number in range(7):
        make_subscription(
            make_shipment(shipment.merchant, order_reference=str(number)), origin=PAGE, now=NOW
        )

    assert len(letters(CONFIRM)) == 5
    make_subscription(shipment, origin=PAGE, now=NOW + DAY)
    assert len(letters(CONFIRM)) == 6


def test_the_page_changes_nothing_of_what_is_on(shipment):
    one = make_subscription(shipment, topics=["delivered"])

    make_subscription(shipment, ADA.upper(), origin=PAGE, topics=["silent"], language="pl")

    one.refresh_from_db()
    assert (one.state, one.topics, one.language, one.email) == (
        State.ON,
        ["delivered"],
        "en",
        ADA,
    )
    assert letters() == []


def test_a_merchant_changes_topics_and_language(shipment):
    first = make_subscription(shipment)

    make_subscription(shipment, topics=["silent"], language="pl")

    (one,) = Subscription.objects.all()
    assert (one.pk, one.topics, one.language) == (first.pk, ["silent"], "pl")


def test_a_merchant_need_not_wait_for_who_asked_on_the_page(shipment):
    make_subscription(shipment, origin=PAGE)
    make_subscription(shipment)

    assert Subscription.objects.get().state == State.ON


def test_a_merchant_cannot_undo_that_somebody_ended_it(shipment):
    asking.end(make_subscription(shipment), End.UNSUBSCRIBED, NOW)

    assert make_subscription(shipment) is None
    assert Subscription.objects.get().state == State.ENDED


def test_whoever_ended_it_may_ask_again(shipment):
    asking.end(make_subscription(shipment), End.UNSUBSCRIBED, NOW)

    one = make_subscription(shipment, origin=PAGE)

    assert (one.state, one.end, one.ended_at) == (State.ASKED, "", None)
    assert len(letters(CONFIRM)) == 1


def test_what_the_merchant_ended_it_can_begin_again(shipment):
    asking.end(make_subscription(shipment), End.MERCHANT, NOW)

    assert make_subscription(shipment).state == State.ON


@pytest.mark.parametrize("origin", [PAGE, MERCHANT])
def test_a_blocked_address_hears_nothing(shipment, origin):
    addresses.block(ADA, "bounced", NOW)

    assert make_subscription(shipment, ADA.lower(), origin=origin) is None
    assert not Subscription.objects.exists()
    assert letters() == []


def test_ending_drops_the_mails_that_wait_but_for_a_link(shipment):
    one = make_subscription(shipment)
    for kind in ("delivered", "silent", Letter.Kind.LINK):
        Letter.objects.create(
            merchant=shipment.merchant, shipment=shipment, subscription=one, kind=kind,
            language="en", created_at=NOW, due_at=NOW,
        )  # fmt: skip

    asking.end(one, End.BOUNCED, NOW)
    asking.end(one, End.UNSUBSCRIBED, NOW + DAY)

    assert (one.state, one.end, one.ended_at) == (State.ENDED, End.BOUNCED, NOW)
    assert {letter.kind: letter.state for letter in letters()} == {
        "delivered": "dropped",
        "silent": "dropped",
        "link": "waiting",
    }


def test_refusing_ends_all_that_an_address_hears(shipment):
    other = make_shipment(shipment.merchant, order_reference="2")
    mine = [make_subscription(one) for one in (shipment, other)]
    theirs = make_subscription(shipment, "bob@marker.example")

    asking.refuse(ADA.upper(), Blocked.Reason.REFUSED, NOW)

    for one in (*mine, theirs):
        one.refresh_from_db()
    assert [one.end for one in mine] == [End.UNSUBSCRIBED] * 2
    assert theirs.state == State.ON
    assert addresses.is_blocked(ADA)


def test_a_parcel_takes_twenty_addresses(shipment):
    taken = [make_subscription(shipment, f"a{n}@marker.example") for n in range(21)]

    assert [one is None for one in taken] == [False] * 20 + [True]
    assert make_subscription(shipment, "a3@marker.example") is not None


def test_who_never_confirmed_takes_no_place(shipment):
    for number in range(20):
        make_subscription(shipment, f"a{number}@marker.example", origin=PAGE, now=NOW)

    assert make_subscription(shipment, now=NOW + DAY) is None
    assert make_subscription(shipment, now=NOW + 8 * DAY) is not None


def test_a_duplicates_subscription_is_the_parcels(shipment):
    other = make_shipment(shipment.merchant, report(sighting("in_transit")), order_reference="2")
    uniting.unite(shipment.pk, other.pk, now=NOW)

    assert make_subscription(other).shipment_id == shipment.pk


def test_a_parcel_that_is_not_there_is_told(db):
    with pytest.raises(Shipment.DoesNotExist):
        asking.subscribe(1, ADA, language="en", origin=PAGE, now=NOW)


def test_subscribing_takes_a_few_statements(shipment, django_assert_num_queries):
    with django_assert_num_queries(7):
        make_subscription(shipment)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_who_ask_at_once_get_one_subscription_and_one_mail():
    shipment = make_shipment(make_merchant())

    def run(_number):
        try:
            return make_subscription(shipment, origin=PAGE, now=NOW).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(run, range(4)))

    assert len(found) == Subscription.objects.count() == len(letters()) == 1
