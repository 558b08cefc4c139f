import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from apps.shipments import recording
from apps.shipments.models import Event, Shipment
from tests.api.callers import make_parcel
from tests.api.lemons import entry, error_of, get, history, put, told
from tests.builders import recorded, sighting

MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z")


def test_31_a_put_answers_the_shipment(lemon, shipment):
    before = datetime.now(UTC) - timedelta(milliseconds=1)

    answer = put(lemon, shipment, history(entry()))

    data = answer.json()["data"]
    updated = data["tracking_history_last_updated_at"]
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    assert data["id"] == shipment.reference
    assert data["tracking_status"] == "TRANSIT"
    assert data["child_vouchers"] == []
    assert MOMENT.fullmatch(updated)
    assert before <= datetime.fromisoformat(updated) <= datetime.now(UTC)


def test_31_no_key_of_a_puts_answer_is_there_twice(lemon, shipment):
    answer = put(lemon, shipment, history(entry()))

    def unique(pairs):
        names = [name for name, _ in pairs]
        assert len(names) == len(set(names))
        return dict(pairs)

    body = json.loads(answer.content, object_pairs_hook=unique)
    assert "label_url" in body["data"]


def test_32_a_put_replaces_the_history(lemon, shipment):
    put(lemon, shipment, history(entry(day=3), entry(day=2), entry(day=1)))

    put(lemon, shipment, history(entry(day=3), entry(day=1)))

    days = [step["status_date"][:10] for step in told(lemon, shipment)]
    assert days == ["2024-07-03", "2024-07-01"]


def test_32_an_entry_can_come_back(lemon, shipment):
    for days in ((2, 1), (1,), (2, 1)):
        put(lemon, shipment, history(*(entry(day=day) for day in days)))

    assert len(told(lemon, shipment)) == 2


def test_32_the_same_put_twice_changes_nothing(lemon, shipment):
    put(lemon, shipment, history(entry(day=2), entry(day=1)))
    once = get(lemon, shipment).content

    put(lemon, shipment, history(entry(day=2), entry(day=1)))

    assert get(lemon, shipment).content == once


def test_32_an_empty_history_clears_it(lemon, shipment):
    put(lemon, shipment, history(entry("DELIVERED")))

    answer = put(lemon, shipment, history())

    assert answer.status_code == 200
    assert answer.json()["data"]["tracking_status"] == "PRE_TRANSIT"
    assert told(lemon, shipment) == []


def test_32_what_another_source_told_stays(lemon, merchant):
    shipment = make_parcel(merchant, sighting("accepted", "2024-07-01T08:00:00+00:00"))

    put(lemon, shipment, history(entry("DELIVERED", day=2)))
    put(lemon, shipment, history())

    assert [step["status_date"][:10] for step in told(lemon, shipment)] == ["2024-07-01"]


def test_33_an_unsorted_history_is_listed_by_date_and_echoed_as_sent(lemon, shipment):
    body = json.loads(recorded("shiplemon_update.json"))

    answer = put(lemon, shipment, body)

    listed = get(lemon, shipment).json()["data"]
    assert answer.status_code == 200
    assert [step["status"] for step in listed["tracking_history"]] == [
        "EXCEPTION",
        "TRANSIT",
        "PRE_TRANSIT",
        "DELIVERED",
    ]
    assert listed["tracking_status"] == "EXCEPTION"
    echoed = [step["status"] for step in answer.json()["data"]["tracking_history"]]
    assert echoed == [step["status"] for step in body["tracking_history"]]


BAD_ENTRIES = [
    entry("delivered"),
    entry("In_Transit"),
    entry("RETURNED"),
    entry(""),
    entry(None),
    entry(7),
    entry(status_date="2024-07-15"),
    entry(status_date="2024-07-15T10:02:00Z"),
    entry(status_date="2024-07-15T10:02:00.000+03:00"),
    entry(status_date="2024-07-15t10:02:00.000z"),
    entry(status_date="2024-13-15T10:02:00.000Z"),
    entry(status_date="2024-02-30T10:02:00.000Z"),
    entry(status_date="2024-07-15T10:02:00.000Z\n"),
    entry(status_date="٢٠٢٤-07-15T10:02:00.000Z"),
    entry(status_date=1721037720),
    entry(status_date=None),
    entry(status_details=None),
    entry(status_details=["a"]),
    entry(status_details="\x00"),
    entry(status_details="x" * 1_000_000),
    entry(status_exact=7),
    entry(status_exact="x" * 1000),
    {"status": "TRANSIT"},
    None,
    [],
    "DELIVERED",
]


@pytest.mark.parametrize("bad", BAD_ENTRIES, ids=range(len(BAD_ENTRIES)))
def test_34_a_bad_entry_is_refused_and_the_stored_history_stays(lemon, shipment, bad):
    put(lemon, shipment, history(entry(day=1)))
    before = told(lemon, shipment)

    answer = put(lemon, shipment, history(entry(day=1), bad))

    assert answer.status_code == 422
    assert error_of(answer)["metadata"] is None
    assert told(lemon, shipment) == before


def test_34_a_lone_surrogate_is_refused(lemon, shipment):
    answer = put(lemon, shipment, history(entry(status_details="\ud800")))

    assert 400 <= answer.status_code < 500
    assert error_of(answer)
    assert not Event.objects.exists()


def test_34_the_message_names_the_place(lemon, shipment):
    answer = put(lemon, shipment, history(entry(), entry("RETURNED")))

    assert "tracking_history[1].status" in error_of(answer)["message"]


BODIES = [
    b"",
    b"null",
    b"[]",
    b"{}",
    b"{",
    b'"x"',
    b"NaN",
    b"\xff",
    b"[" * 100_000,
    b'{"tracking_history":' + b"[" * 100_000,
    b'{"tracking_history":null}',
    b'{"tracking_history":{}}',
    b'{"tracking_history":"x"}',
    b'{"tracking_history":[]} trailing',
    json.dumps(history(entry())).encode("utf-16"),
    b"\xef\xbb\xbf" + json.dumps(history(entry())).encode(),
]


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_37_a_body_that_is_no_history_is_refused(lemon, shipment, body):
    answer = put(lemon, shipment, body)

    assert answer.status_code in (400, 422)
    assert error_of(answer)
    assert not Event.objects.exists()


def test_a_duplicate_member_counts_once_and_the_last_one(lemon, shipment):
    first = json.dumps([entry("DELIVERED")])
    last = json.dumps([entry("TRANSIT")])

    answer = put(
        lemon, shipment, f'{{"tracking_history": {first}, "tracking_history": {last}}}'.encode()
    )

    assert answer.json()["data"]["tracking_status"] == "TRANSIT"
    assert [step["status"] for step in told(lemon, shipment)] == ["TRANSIT"]


def test_members_nobody_asked_for_assign_nothing(lemon, shipment):
    extra = {"merchant": 2, "id": 9, "token": "x", "version": 99, "tracking_status": "DELIVERED"}

    answer = put(lemon, shipment, history(entry() | extra) | extra)

    stored = Shipment.objects.get()
    assert answer.json()["data"]["tracking_status"] == "TRANSIT"
    assert (stored.pk, stored.merchant_id, stored.token, stored.version) == (
        shipment.pk,
        shipment.merchant_id,
        shipment.token,
        1,
    )


def test_entries_alike_are_shown_once_and_echoed_as_sent(lemon, shipment):
    answer = put(lemon, shipment, history(entry(), entry()))

    assert len(answer.json()["data"]["tracking_history"]) == 2
    assert len(told(lemon, shipment)) == 1


def test_ten_thousand_and_one_entries_are_refused(lemon, shipment):
    entries = [
        entry(status_date=f"2024-07-15T10:{n // 60 % 60:02}:{n % 60:02}.{n // 3600:03}Z")
        for n in range(10_001)
    ]

    assert put(lemon, shipment, history(*entries)).status_code == 422
    assert not Event.objects.exists()


def test_a_shipment_deleted_meanwhile_is_not_found(lemon, shipment, monkeypatch):
    replace_history = recording.replace_history

    def too_late(shipment_id, *args, **kwargs):
        Shipment.objects.filter(pk=shipment_id).delete()
        return replace_history(shipment_id, *args, **kwargs)

    monkeypatch.setattr(recording, "replace_history", too_late)

    answer = put(lemon, shipment, history(entry()))

    assert answer.status_code == 404
    assert error_of(answer)["code"] == "NOT_FOUND"
