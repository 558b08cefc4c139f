"""Each fault does on the wire what it says."""

import http.client
import json
from datetime import timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit
from zlib import MAX_WBITS, decompressobj

import pytest

from apps.dialects.payloads import Refused
from apps.sandbox.faults import BOMB_BYTES, FAULTS
from tests.sandbox.callers import APIS, ASKED, START, raw, read, request
from tests.sandbox.test_keys import SAID


def ask(caller, api, word):
    return caller.ask(ASKED[api].format(f"SBX-{word}-1"))


def asked_in_time(caller, clock, api, word):
    """Return the report of a journey that is over."""
    caller.ask(ASKED[api].format(f"SBX-{word}-1"))
    clock.pass_(100)
    return read(api, ask(caller, api, word)[2])


def instants(report):
    return [said.moment.instant for said in report.sightings]


def test_every_fault_is_tested_here():
    text = Path(__file__).read_text()

    assert [word for word in FAULTS if f'"{word}"' not in text and f"-{word}-" not in text] == []


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize(("word", "status"), [("500", 500), ("401", 401), ("403", 403)])
def test_a_status_is_said_in_the_apis_language(api, word, status, caller):
    found, _, body = ask(caller, api, word)

    assert found == status
    assert SAID[api](json.loads(body))


@pytest.mark.parametrize("api", APIS)
def test_a_missing_parcel_is_not_found(api, caller):
    assert ask(caller, api, "MISSING")[0] == 404


@pytest.mark.parametrize("api", APIS)
def test_too_many_requests_with_seconds_to_wait(api, caller):
    status, headers, _ = ask(caller, api, "429S")

    assert (status, headers["Retry-After"]) == (429, "7")


@pytest.mark.parametrize("api", APIS)
def test_too_many_requests_with_a_date_to_wait_for(api, caller):
    status, headers, _ = ask(caller, api, "429D")

    assert status == 429
    assert parsedate_to_datetime(headers["Retry-After"]) == START + timedelta(seconds=7)


def test_every_second_call_fails(caller):
    assert [ask(caller, "shipstation", "FLAKY")[0] for _ in range(4)] == [200, 503, 200, 503]


def test_a_silent_carrier_keeps_the_connection_and_says_nothing(sandbox, caller):
    waiting = raw(sandbox, request("SBX-TIMEOUT-1"))
    until_asked(sandbox, caller, "TIMEOUT")

    waiting.setblocking(False)
    with waiting, pytest.raises(BlockingIOError):
        waiting.recv(1)


def until_asked(sandbox, caller, word):
    """Call until another connection's question has come in and had its turn."""
    for _ in range(1000):
        has_come = any(word in line for line in sandbox.log)
        ask(caller, "shipstation", "DELIVERED")
        if has_come:
            return
    raise AssertionError("The question never came")


def test_a_connection_is_torn_down(sandbox):
    with raw(sandbox, request("SBX-RESET-1")) as connection, pytest.raises(ConnectionResetError):
        connection.recv(1)


def test_a_dripping_answer_comes_byte_by_byte(sandbox):
    with raw(sandbox, request("SBX-DRIP-1")) as connection:
        response = http.client.HTTPResponse(connection)
        response.begin()
        pieces = [response.read1(65536) for _ in range(3)]

    assert b"".join(pieces).startswith(b"{")
    assert sum(map(len, pieces)) < int(response.headers["Content-Length"]) // 10


@pytest.mark.parametrize("api", APIS)
def test_a_truncated_answer_breaks_off_before_its_length(api, caller):
    response = caller.send(ASKED[api].format("SBX-TRUNCATED-1"))

    with pytest.raises(http.client.IncompleteRead) as caught:
        response.read()

    assert len(caught.value.partial) == int(response.headers["Content-Length"]) // 2


@pytest.mark.parametrize("api", APIS)
def test_a_cut_answer_is_framed_well_and_no_json(api, caller):
    status, headers, body = ask(caller, api, "CUT")

    assert (status, int(headers["Content-Length"])) == (200, len(body))
    with pytest.raises(Refused) as caught:
        read(api, body)
    assert caught.value.is_malformed


def test_an_empty_answer_is_a_success_without_a_word(caller):
    status, headers, body = ask(caller, "shipstation", "EMPTY")

    assert (status, headers["Content-Length"], body) == (200, "0", b"")


def test_a_page_comes_in_place_of_data(caller):
    status, headers, body = ask(caller, "shipstation", "HTML")

    assert (status, headers.get_content_type()) == (200, "text/html")
    assert body.startswith(b"<!doctype html>")


def test_a_bomb_is_small_and_swells(caller):
    status, headers, body = ask(caller, "shipstation", "BOMB")
    unpacker, size, end = decompressobj(wbits=MAX_WBITS | 16), 0, b""

    while piece := unpacker.decompress(body, 1024 * 1024):
        size, end, body = size + len(piece), piece[-2:], unpacker.unconsumed_tail

    assert (status, headers["Content-Encoding"], end) == (200, "gzip", b"{}")
    assert size > BOMB_BYTES > int(headers["Content-Length"]) * 500
    assert unpacker.eof


def test_a_redirect_leads_to_itself(caller):
    path = ASKED["shipstation"].format("SBX-LOOP-1")

    status, headers, _ = caller.ask(path)

    assert (status, headers["Location"]) == (302, path)


def test_a_redirect_leads_to_another_host(caller):
    status, headers, _ = ask(caller, "shipstation", "ELSEWHERE")

    assert status == 302
    assert urlsplit(headers["Location"]).hostname == "elsewhere.example"


@pytest.mark.parametrize("api", APIS)
def test_another_schema_is_json_that_no_reader_takes(api, caller):
    status, _, body = ask(caller, api, "DRIFT")

    assert status == 200
    with pytest.raises(Refused) as caught:
        read(api, body)
    assert not caught.value.is_malformed


@pytest.mark.parametrize("api", APIS)
def test_shuffled_events_are_all_there_in_another_order(api, caller, clock):
    plain = asked_in_time(caller, clock, api, "SHUFFLED")

    assert len(instants(plain)) == 6
    assert instants(plain) not in (sorted(instants(plain)), sorted(instants(plain))[::-1])


@pytest.mark.parametrize("api", APIS)
def test_doubled_events_come_twice(api, caller, clock):
    bodies = []
    for word in ("DELIVERED", "DOUBLED"):
        ask(caller, api, word)
        clock.pass_(100)
        bodies.append(ask(caller, api, word)[2])

    once, twice = [body.count(b"Collected from the shop") for body in bodies]

    assert twice == 2 * once > 0


@pytest.mark.parametrize("api", APIS)
def test_texts_change_between_answers_and_nothing_else(api, caller, clock):
    asked_in_time(caller, clock, api, "REWORDED")

    said = [read(api, ask(caller, api, "REWORDED")[2]) for _ in range(3)]

    assert len({one.sightings[0].description for one in said}) == 3
    assert len({tuple(instants(one)) for one in said}) == 1


def test_an_answer_about_another_parcel(caller):
    _, _, log = ask(caller, "shipstation", "WRONG")
    _, _, lemon = ask(caller, "shiplemon", "WRONG")
    report = read("sorted_v2", ask(caller, "sorted_v2", "WRONG")[2])

    assert json.loads(log)["tracking_number"] == "SBX-ANOTHER-1"
    assert json.loads(lemon)["data"]["tracking_ref"] == "SBX-ANOTHER-1"
    assert report.custom_reference == "SBX-ANOTHER-1"


@pytest.mark.parametrize("word", FAULTS)
def test_a_fault_costs_nobody_else_anything(word, sandbox, caller):
    with raw(sandbox, request(f"SBX-{word}-1")):
        until_asked(sandbox, caller, word)

    assert ask(caller, "shipstation", "DELIVERED")[0] == 200
