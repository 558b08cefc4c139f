import json

import pytest

from apps.dialects import shiplemon
from apps.dialects.payloads import Refused
from apps.shipments.reports import Limits
from tests.builders import recorded
from tests.dialects.journeys import at

UPDATE = recorded("shiplemon_update.json")


def entry(**fields):
    usual = {
        "status": "TRANSIT",
        "status_date": "2024-07-15T09:45:00.000Z",
        "status_details": "ΠΡΟΣ ΠΑΡΑΔΟΣΗ",
        "status_exact": "WITH_COURIER",
    }
    return usual | fields


def update(*entries):
    return shiplemon.read_update(json.dumps({"tracking_history": entries}).encode())


def refusal(payload):
    with pytest.raises(Refused) as caught:
        shiplemon.read_update(payload if isinstance(payload, bytes) else encoded(payload))
    return caught.value


def encoded(*entries):
    return json.dumps({"tracking_history": entries}).encode()


def test_the_seeds_update_is_read():
    report = shiplemon.read_update(UPDATE).report
    assert report.is_whole_history
    assert report.faults == ()
    assert [(seen.word, seen.position) for seen in report.sightings] == [
        ("DELIVERED", 3),
        ("EXCEPTION", 2),
        ("TRANSIT", 1),
        ("PRE_TRANSIT", 0),
    ]
    assert report.sightings[0].moment == at("2023-11-20T00:00:01.992+00:00", digits=3)
    assert report.sightings[0].description == "ΠΑΡΑΔΟΣΗ ΑΠΟ ΔΙΑΝΟΜΕΑ"


def test_an_updates_entries_are_kept_as_sent():
    sent = json.loads(UPDATE)["tracking_history"]
    entries = shiplemon.read_update(UPDATE).entries
    assert [one.status_date for one in entries] == [one["status_date"] for one in sent]


def test_an_exact_status_is_part_of_the_word():
    [seen] = update(entry()).report.sightings
    assert (seen.word, seen.code) == ("TRANSIT/WITH_COURIER", "out_for_delivery")


def test_a_missing_exact_status_is_none():
    plain = entry()
    del plain["status_exact"]
    assert update(plain).report == update(entry(status_exact=None)).report


def test_an_entry_sent_twice_is_one_event_and_two_entries():
    sent = update(entry(), entry(), entry(status="DELIVERED"))
    assert [seen.position for seen in sent.report.sightings] == [2, 0]
    assert len(sent.entries) == 3


@pytest.mark.parametrize(
    "fine",
    [
        entry(status_details=""),
        entry(status_details="x" * Limits.DESCRIPTION),
        entry(status_exact=""),
        entry(status_date="2031-01-01T00:00:00.000Z"),
        entry(status_date="2024-02-29T23:59:59.999Z"),
        entry(status_details="<b>\N{GRINNING FACE}</b>"),
        entry(more={"unknown": ["keys"]}),
    ],
)
def test_what_an_entry_may_hold(fine):
    [taken] = update(fine).entries
    assert taken.status_details == fine["status_details"]
    assert taken.status_exact == fine["status_exact"]


def test_an_empty_history_is_a_history():
    sent = update()
    assert (sent.entries, sent.report.sightings) == ((), ())
    assert sent.report.is_whole_history


def test_other_keys_of_the_body_are_ignored():
    assert shiplemon.read_update(b'{"id": 7, "tracking_history": []}').entries == ()


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"7",
        b'"tracking_history"',
        b'{"tracking_history": []',
        b'{"tracking_history": []} x',
        b'{"tracking_history": [{"status_details": "\xff"}]}',
        b'{"Tracking_History": []}',
        b"\xef\xbb\xbf{}",
        b"[" * 100_000,
    ],
)
def test_a_body_without_a_history_is_malformed(payload):
    assert refusal(payload).is_malformed


@pytest.mark.parametrize("history", ["null", "{}", "7", '"x"', "true"])
def test_a_history_that_is_no_list_is_refused(history):
    refused = refusal(b'{"tracking_history": %s}' % history.encode())
    assert not refused.is_malformed
    assert refused.faults[0].path == "$.tracking_history"


@pytest.mark.parametrize("broken", [None, 7, "DELIVERED", [], {}])
def test_an_entry_that_is_none_is_refused(broken):
    refused = refusal(encoded(entry(), broken))
    assert not refused.is_malformed
    assert refused.faults[0].path.startswith("$.tracking_history[1]")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("status", "delivered"),
        ("status", "In_Transit"),
        ("status", "RETURNED"),
        ("status", "TRANSIT "),
        ("status", ""),
        ("status", None),
        ("status", 1),
        ("status_date", "2024-07-15"),
        ("status_date", "2024-07-15T10:02:00Z"),
        ("status_date", "2024-07-15T10:02:00.00Z"),
        ("status_date", "2024-07-15T10:02:00.0000Z"),
        ("status_date", "2024-07-15T10:02:00.000+03:00"),
        ("status_date", "2024-07-15T10:02:00.000z"),
        ("status_date", "2024-07-15t10:02:00.000Z"),
        ("status_date", "2024-07-15 10:02:00.000Z"),
        ("status_date", "2024-07-15T10:02:00.000Z\n"),
        ("status_date", "2024-13-15T10:02:00.000Z"),
        ("status_date", "2023-02-29T10:02:00.000Z"),
        ("status_date", "2024-07-15T24:00:00.000Z"),
        ("status_date", "2024-07-15T10:02:60.000Z"),
        ("status_date", "٢٠٢٤-07-15T10:02:00.000Z"),
        ("status_date", "0000-01-01T00:00:00.000Z"),
        ("status_date", "0001-01-01T00:00:00.000Z"),
        ("status_date", "1970-01-01T00:00:00.000Z"),
        ("status_date", "9999-12-31T23:59:59.999Z"),
        ("status_date", 1721037720000),
        ("status_date", None),
        ("status_details", None),
        ("status_details", 7),
        ("status_details", "x" * (Limits.DESCRIPTION + 1)),
        ("status_details", "a\0b"),
        ("status_exact", 7),
        ("status_exact", ["WITH_COURIER"]),
        ("status_exact", "x" * Limits.CODE),
        ("status_exact", "\0"),
    ],
)
def test_what_an_entry_may_not_hold(field, value):
    refused = refusal(encoded(entry(), entry(**{field: value})))
    assert not refused.is_malformed
    assert refused.faults[0].path == f"$.tracking_history[1].{field}"


@pytest.mark.parametrize("field", ["status", "status_date", "status_details"])
def test_what_an_entry_may_not_lack(field):
    lacking = entry()
    del lacking[field]
    refused = refusal(encoded(lacking))
    assert not refused.is_malformed
    assert field in refused.faults[0].reason


def test_half_a_character_is_refused():
    assert refusal(encoded(entry(status_details="\ud800"))).faults


def test_more_entries_than_the_vault_takes_are_refused():
    refused = refusal(encoded(*[entry()] * (Limits.EVENTS + 1)))
    assert not refused.is_malformed
    assert refused.faults[0].path == "$.tracking_history"
