import re

import pytest

from apps.shipments import references
from apps.shipments.models import Carrier, CarrierName, fold_number
from apps.shipments.precision import pack, unpack
from apps.shipments.reports import Certainty, Moment
from tests.builders import NOW


@pytest.mark.parametrize(
    ("make", "form"),
    [
        (references.new_shipment_reference, r"sp_\d{32}"),
        (references.new_item_reference, r"sc_\d{32}"),
        (references.new_consignment_reference, r"EC(-[0-9A-Z]{3}){3}"),
        (references.new_package_reference, r"EP(-[0-9A-Z]{3}){3}"),
        (references.new_token, r"[\w-]{22}"),
    ],
)
def test_references_look_like_the_documents_and_never_repeat(make, form):
    made = {make() for _ in range(10_000)}

    assert len(made) == 10_000
    assert all(re.fullmatch(form, one) for one in made)


def test_tokens_share_no_beginning():
    tokens = [references.new_token() for _ in range(1000)]

    assert len({token[:4] for token in tokens}) > 990


def test_our_event_references_never_meet_a_sources():
    largest = references.event_reference(2**63 - 1)

    assert re.fullmatch(r"tr_\d{32}", largest)
    assert not references.is_foreign_event_reference(largest)
    assert references.is_foreign_event_reference(f"tr_{2**63:032d}")


@pytest.mark.parametrize("text", ["", "tr_", "tr_1", "sp_" + "9" * 32, "tr_" + "٣" * 32])
def test_other_texts_are_no_event_references(text):
    assert not references.is_foreign_event_reference(text)


@pytest.mark.parametrize("certainty", Certainty)
@pytest.mark.parametrize("is_date_only", [True, False])
@pytest.mark.parametrize(("digits", "nanos"), [(0, 0), (3, 0), (7, 300), (9, 999)])
def test_precision_packs_and_unpacks(certainty, is_date_only, digits, nanos):
    digits, nanos = (0, 0) if is_date_only else (digits, nanos)
    moment = Moment(NOW, 60, certainty, is_date_only, digits, nanos)

    assert unpack(NOW, 60, pack(moment)) == moment
    assert -(2**15) <= pack(moment) < 2**15


@pytest.mark.django_db
def test_the_48_codes_and_49_names_of_the_public_list_are_known():
    listed = CarrierName.objects.filter(carrier__number__lt=200)

    assert listed.count() == 49
    assert listed.values("code").distinct().count() == 48
    assert CarrierName.objects.get(code="stamps_com").carrier.code == "usps"
    assert CarrierName.objects.filter(code="australia_post").count() == 2


@pytest.mark.django_db
def test_carriers_have_stable_small_numbers():
    numbers = Carrier.objects.filter(number__lt=200).values_list("number", flat=True)

    assert Carrier.objects.get(code="usps").number == 1
    assert Carrier.objects.get(code="ups").number == 3
    assert len(set(numbers)) == 47


def test_spaces_dashes_and_case_do_not_tell_numbers_apart():
    assert fold_number(" 1z 999-aa\t1 ") == "1Z999AA1"
