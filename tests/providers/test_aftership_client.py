import json
from datetime import timedelta

import pytest

from apps.outbound.messages import Reply
from apps.providers.asking import Answer, Ask, Trouble
from apps.providers.clients.aftership import AfterShip
from apps.shipments.reports import Report
from tests.builders import NOW, recorded

CLIENT = AfterShip()
ONE, OTHER = f"{0x11:032x}", f"{0x77:032x}"


def asks(*names):
    return [Ask(name, "dhl_express", remote={"id": f"{name}ID"}) for name in names]


def enrol(ask, reply):
    [answer] = CLIENT.answers(CLIENT.enrolment(ask, {}), reply, NOW)
    return answer


def listed(*asked):
    [call] = CLIENT.requests(asked, {})
    return CLIENT.answers(call, Reply(200, {}, recorded("aftership/list.json")), NOW)


def too_fast(headers):
    reply = Reply(429, headers, recorded("aftership/too_fast.json"))
    return CLIENT.problem(reply, NOW)


def test_a_number_is_registered_first():
    ask = Ask("1234560099", "dhl_express", "10115")

    call = CLIENT.enrolment(ask, {})

    assert (call.method, call.path, call.asks) == ("POST", "/trackings", (ask,))
    assert json.loads(call.body) == {
        "tracking_number": "1234560099",
        "slug": "dhl",
        "destination_postal_code": "10115",
    }


@pytest.mark.parametrize("carrier_code", ["", "apc", "nobody"])
def test_a_carrier_aftership_may_not_know_is_left_to_it(carrier_code):
    call = CLIENT.enrolment(Ask("1", carrier_code), {})

    assert json.loads(call.body) == {"tracking_number": "1"}


def test_what_is_registered_is_not_registered_again():
    assert CLIENT.enrolment(Ask("1", remote={"id": ONE}), {}) is None


def test_a_registration_is_the_first_answer():
    answer = enrol(Ask("1234560099"), Reply(201, {}, recorded("aftership/registered.json")))

    assert isinstance(answer.told, Report)
    assert answer.remote == {"id": f"{0x99:032x}"}


def test_what_was_there_before_is_taken_up():
    answer = enrol(Ask("1234560077"), Reply(400, {}, recorded("aftership/already_there.json")))

    assert isinstance(answer.told, Report)
    assert answer.remote == {"id": OTHER}


@pytest.mark.parametrize("data", [b"{}", b"null", b'{"tracking_number": "another"}'])
def test_what_was_there_before_can_be_asked_about_though_nothing_is_told(data):
    body = b'{"meta": {"code": 4003}, "data": ' + data + b"}"

    assert enrol(Ask("1"), Reply(400, {}, body)) == Answer("1", None)


def test_a_registration_nobody_can_read_is_malformed():
    answer = enrol(Ask("1"), Reply(201, {}, b'{"meta": {"code": 201}, "data": {}}'))

    assert answer.told.trouble is Trouble.MALFORMED


def test_one_parcel_is_asked_by_its_id():
    [call] = CLIENT.requests(asks("1"), {})

    assert (call.method, call.path, call.query) == ("GET", "/trackings/1ID", ())


def test_several_are_asked_in_one_call():
    several = asks("1", "2", "3")

    [call] = CLIENT.requests(several, {})

    assert (call.path, call.asks) == ("/trackings", tuple(several))
    assert dict(call.query)["tracking_numbers"] == "1,2,3"


def test_one_without_an_id_is_asked_by_its_number():
    [call] = CLIENT.requests([Ask("1")], {})

    assert (call.path, dict(call.query)["tracking_numbers"]) == ("/trackings", "1")


@pytest.mark.parametrize("tracking_id", ["../users", "", "a b", "a?b", "x" * 129])
def test_an_id_that_could_lead_elsewhere_is_never_asked_by(tracking_id):
    [call] = CLIENT.requests([Ask("1", remote={"id": tracking_id})], {})

    assert call.path == "/trackings"


def test_answers_are_matched_by_id_never_by_place():
    both = listed(Ask("1234560011", remote={"id": ONE}), Ask("1234560077", remote={"id": OTHER}))

    assert [(one.name, one.remote) for one in both] == [
        ("1234560011", {"id": ONE}),
        ("1234560077", {"id": OTHER}),
    ]


@pytest.mark.parametrize(("carrier_code", "tracking"), [("dhl_express", 0x77), ("", 0x88)])
def test_of_equal_numbers_the_carriers_own_counts_else_the_newest(carrier_code, tracking):
    [answer] = listed(Ask("1234560077", carrier_code))

    assert answer.remote == {"id": f"{tracking:032x}"}


def test_what_a_list_leaves_out_is_asked_by_its_id_the_next_time():
    old = Ask("OLD", remote={"id": "oldID"})
    missing, _ = listed(old, Ask("1234560011", remote={"id": ONE}))

    assert missing.told.trouble is Trouble.PARTIAL
    old = Ask("OLD", remote={**old.remote, **missing.remote})
    apart, together = CLIENT.requests([old, *asks("1", "2")], {})
    assert (apart.path, apart.asks) == ("/trackings/oldID", (old,))
    assert dict(together.query)["tracking_numbers"] == "1,2"


def test_an_answer_by_id_counts_whatever_its_number():
    [call] = CLIENT.requests([Ask("JJD", remote={"id": ONE})], {})

    [answer] = CLIENT.answers(call, Reply(200, {}, recorded("aftership/journey.json")), NOW)

    assert answer.name == "JJD"
    assert isinstance(answer.told, Report)


def test_the_rates_window_is_waited_for():
    reset = NOW + timedelta(seconds=3)

    problem = too_fast({"x-ratelimit-reset": str(int(reset.timestamp()))})

    assert (problem.trouble, problem.until) == (Trouble.RATE_LIMITED, reset)


@pytest.mark.parametrize(
    ("written", "until"),
    [
        ("9999999999", NOW + timedelta(days=1)),
        ("1", NOW),
        ("99999999999999", None),
        ("soon", None),
        ("-5", None),
        ("\u0663", None),
        ("", None),
    ],
)
def test_an_odd_reset_keeps_nobody_waiting_for_ever(written, until):
    assert too_fast({"x-ratelimit-reset": written}).until == until


def test_retry_after_comes_first():
    problem = too_fast({"x-ratelimit-reset": "9999999999", "retry-after": "5"})

    assert problem.until == NOW + timedelta(seconds=5)


def test_a_reset_means_nothing_without_the_limit():
    reply = Reply(404, {"x-ratelimit-reset": "9999999999"}, recorded("aftership/not_found.json"))

    assert CLIENT.problem(reply, NOW).until is None


def test_what_aftership_writes_does_not_reach_staff():
    problem = CLIENT.problem(Reply(404, {}, recorded("aftership/not_found.json")), NOW)

    assert problem.detail == "HTTP 404, code 4004"


def test_a_push_brings_the_id_along():
    push = CLIENT.pushed(recorded("aftership/push.json"))

    assert [(a.name, a.remote) for a in push.answers] == [("1234560011", {"id": ONE})]


def test_a_push_about_no_tracking_is_taken_and_tells_nothing():
    push = CLIENT.pushed(recorded("aftership/push_other.json"))

    assert (push.answers, push.sender_id) == ((), "3f000000-0000-4000-8000-000000000002")
