"""Shipments that are sent to our own API, read without any surprise."""

import json
from datetime import date

import pytest

from apps.dialects import native_reading, payloads
from apps.dialects.native_reading import MOST_FAULTS, MailWish, Registration
from apps.shipments.wanted import Different, NewItem, NewNumber, NewShipment

CARRIERS = {"ups": "ups", "stamps_com": "usps", "usps": "usps"}


def read(body):
    return native_reading.read(json.dumps(body).encode(), CARRIERS)


def read_batch(rows):
    return native_reading.read_batch(json.dumps({"shipments": rows}).encode(), CARRIERS)


def faults_of(body):
    with pytest.raises(payloads.Refused) as refused:
        read(body)
    return [fault.path for fault in refused.value.faults]


def test_nothing_said_is_a_shipment_that_is_followed():
    assert read({}) == Registration(NewShipment(is_followed=True))


def test_what_is_said_is_cleaned_and_null_says_nothing():
    body = {
        "custom_reference": "  A-1 ",
        "order_reference": None,
        "destination_country": "deu",
        "recipient": {"name": " P. Jones ", "email": None},
        "items": [{"description": "Mug", "picture_url": None}],
        "tracking_numbers": [{"tracking_number": " 94 00 ", "carrier_code": "Stamps_Com"}],
        "promised_on": "2026-03-05",
        "is_followed": False,
    }

    assert read(body).shipment == NewShipment(
        custom_reference="A-1",
        destination_country="DE",
        name="P. Jones",
        items=(NewItem("Mug"),),
        numbers=(NewNumber("94 00", "usps"),),
        promised_until=date(2026, 3, 5),
    )


def test_mail_goes_to_the_recipient_where_nobody_else_is_named():
    to = {"recipient": {"email": "a@example.com"}}

    assert read(to | {"subscribe": {}}).mail == MailWish("a@example.com")
    assert read(to | {"subscribe": {"email": "b@example.com", "topics": ["delivered"]}}).mail == (
        MailWish("b@example.com", ("delivered",))
    )
    assert read(to | {"subscribe": None}).mail is None


@pytest.mark.parametrize(
    "email", ["a", "a@b", "a b@example.com", "a@exa mple.com", "<a@b.de>", "a@b.de,c@d.de", "@b.de"]
)
def test_what_is_no_address_is_told(email):
    assert faults_of({"recipient": {"email": email}}) == ["$.recipient.email"]


@pytest.mark.parametrize("day", ["2026-3-5", "05.03.2026", "20260305", "1999-01-01", "2026-02-29"])
def test_a_day_is_written_in_one_way(day):
    assert faults_of({"promised_on": day}) == ["$.promised_on"]


def test_who_sends_nothing_but_mistakes_is_told_the_first_of_them():
    assert len(faults_of({"items": [1] * 500})) == MOST_FAULTS


def test_each_row_of_a_batch_stands_for_itself():
    good, bad, strange = read_batch([{"channel": "de"}, {"channel": 5, "colour": 1}, None])

    assert good.shipment.channel == "de"
    assert [fault.path for fault in bad] == ["$.shipments[1].channel", "$.shipments[1]"]
    assert [fault.path for fault in strange] == ["$.shipments[2]"]


def test_suggestions_end_before_they_take_long():
    rows = [{"tracking_numbers": [{"tracking_number": "1", "carrier_code": "upz"}]}] * 100

    reasons = [faults[0].reason for faults in read_batch(rows)]

    assert 0 < sum("did you mean" in reason for reason in reasons) <= 20


def test_a_change_holds_what_was_sent_and_nothing_else():
    def read_update(body):
        return native_reading.read_update(json.dumps(body).encode())

    assert read_update({}) == Different()
    assert read_update({"channel": None, "origin_country": "fra"}) == Different(
        names={"channel": "", "origin_country": "FR"}
    )
    assert read_update({"recipient": {"city": None}, "is_followed": False}) == Different(
        recipient={"city": ""}, is_followed=False
    )
    assert read_update({"recipient": None}).has_no_recipient is True
