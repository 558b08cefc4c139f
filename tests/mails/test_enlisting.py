"""People hear of shipments that a merchant registers, many at once."""

import pytest

from apps.mails.addresses import block
from apps.mails.enlisting import Enlisted, enlist
from apps.mails.models import Blocked, Subscription
from tests.builders import NOW, make_merchant, make_shipment

pytestmark = pytest.mark.django_db


def people(count, email="p{}@example.com", **fields):
    merchant = make_merchant(f"M{count}")
    shipments = [make_shipment(merchant) for _ in range(count)]
    return [Enlisted(one.pk, email.format(n), "de", **fields) for n, one in enumerate(shipments)]


def test_they_hear_from_now_on_of_what_was_chosen():
    [one] = people(1, "Ada@Example.com", topics=("silent", "delivered"))

    assert enlist([one], NOW) == 1

    told = Subscription.objects.get()
    assert (told.email, told.folded) == ("Ada@Example.com", "ada@example.com")
    assert (told.language, told.topics) == ("de", ["delivered", "silent"])
    assert (told.state, told.origin, told.asked_at) == ("on", "merchant", NOW)
    assert told.token


def test_a_blocked_address_is_passed_over_in_any_case():
    block("p1@example.com", Blocked.Reason.COMPLAINED, NOW)

    assert enlist(people(3, "P{}@example.com"), NOW) == 2
    assert not Subscription.objects.filter(folded="p1@example.com").exists()


@pytest.mark.parametrize("count", [2, 50])
def test_any_number_takes_two_statements(django_assert_num_queries, count):
    wanted = people(count)

    with django_assert_num_queries(2):
        assert enlist(wanted, NOW) == count


def test_nobody_takes_none(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert enlist([], NOW) == 0
