"""The carriers' own interfaces: DHL, UPS and FedEx."""

import json

import pytest

from apps.outbound.messages import Reply
from apps.providers.asking import Ask, Problem, Trouble
from apps.providers.authority import OAuth
from apps.providers.clients.dhl import Dhl
from apps.providers.clients.fedex import FedEx
from apps.providers.clients.ups import Ups
from apps.shipments import recording
from tests.builders import NOW, make_shipment, recorded

DHL, UPS, FEDEX = Dhl(), Ups(), FedEx()
UPS_NUMBER, FEDEX_NUMBER = "1Z0A12B30390000017", "794600000017"


def told_by(client, ask, body, status=200):
    [request] = client.requests([ask], {})
    [answer] = client.answers(request, Reply(status, {}, body), NOW)
    return answer


def sent_by_fedex(*asks):
    bodies = [json.loads(request.body) for request in FEDEX.requests(asks, {})]
    return [[one["trackingNumberInfo"] for one in body["trackingInfo"]] for body in bodies]


def record(shipment, report):
    recording.record(shipment.pk, report, now=NOW)
    shipment.refresh_from_db()


def shown(shipment):
    """Return code and leg of each event that counts, oldest first."""
    events = shipment.events.filter(superseded_at=None).order_by("occurred_at")
    return [(event.code, event.leg) for event in events]


def test_dhl_is_asked_in_english_and_with_what_is_known():
    ask = Ask("4210 987653", "dhl_express", "10115", {"service": "express"})
    [request] = DHL.requests([ask], {})

    assert request.path == "/track/shipments"
    assert dict(request.query) == {
        "trackingNumber": "4210987653",
        "language": "en",
        "service": "express",
        "recipientPostalCode": "10115",
    }


def test_dhl_is_asked_without_what_nobody_knows():
    [request] = DHL.requests([Ask("4210987653")], {})

    assert [name for name, _ in request.query] == ["trackingNumber", "language"]


def test_the_division_that_answered_is_asked_next_time():
    answer = told_by(DHL, Ask("4210987653"), recorded("dhl/express_dst.json"))

    assert answer.remote == {"service": "express"}


@pytest.mark.parametrize(
    ("ask", "service"),
    [
        (Ask("4210987653"), "freight"),
        (Ask("4210987653", "dhl_express"), "express"),
        (Ask("4210987653", "dhl_express", "", {"service": "freight"}), "freight"),
        (Ask("4210987653", "dhl_freight", "", {"service": "sameday"}), "freight"),
    ],
)
def test_of_several_divisions_the_known_one_answers(ask, service):
    answer = told_by(DHL, ask, recorded("dhl/two_divisions.json"))

    assert answer.remote == {"service": service}


@pytest.mark.parametrize("name", ["ORDER-0815", "jd01 0000 0000 0000 0001"])
def test_a_shipment_found_by_another_number_has_that_number_too(name):
    file = "dhl/handed_over.json" if name.startswith("ORDER") else "dhl/pieces.json"
    answer = told_by(DHL, Ask(name), recorded(file))

    assert answer.name == name
    folded = {number.number.upper() for number in answer.told.numbers}
    assert name.replace(" ", "").upper() in folded


def test_a_used_up_quota_is_new_at_midnight():
    answer = told_by(DHL, Ask("1"), recorded("dhl/quota.json"), 429)

    assert answer.told.until.isoformat() == "2026-03-03T00:00:00+00:00"


def test_ups_has_its_token_beside_its_calls():
    [request] = UPS.requests([Ask(UPS_NUMBER)], {})

    assert UPS.authority == OAuth("/security/v1/oauth/token", method="client_secret_basic")
    assert request.path == f"/api/track/v1/details/{UPS_NUMBER}"
    assert request.headers["transactionSrc"]


def test_every_call_to_ups_has_a_name_of_its_own():
    calls = [UPS.requests([Ask(UPS_NUMBER)], {})[0].headers["transId"] for _ in range(20)]

    assert len(set(calls)) == 20


def test_a_ups_warning_beside_news_is_no_failure():
    body = json.loads(recorded("ups/delivered_dst.json"))
    body["trackResponse"]["shipment"][0]["warnings"] = [{"code": "TW0001"}]
    answer = told_by(UPS, Ask(UPS_NUMBER), json.dumps(body).encode())

    assert len(answer.told.sightings) == 6


def test_a_ups_shipment_answers_to_each_of_its_packages():
    answer = told_by(UPS, Ask("1Z0A12B30190000075"), recorded("ups/pieces.json"))

    assert len(answer.told.items) == 2


@pytest.mark.parametrize("body", [b'{"response": {"errors": 7}}', b'{"errors": [{"code": []}]}'])
def test_errors_of_an_odd_shape_are_left_to_the_status(body):
    assert told_by(UPS, Ask(UPS_NUMBER), body, 404).told.trouble is Trouble.NOT_FOUND
    assert told_by(FEDEX, Ask(FEDEX_NUMBER), body, 404).told.trouble is Trouble.NOT_FOUND


def test_errors_never_carry_the_carriers_text_to_staff():
    body = b'{"errors": [{"code": "FORBIDDEN.ERROR", "message": "hush"}]}'

    assert told_by(FEDEX, Ask(FEDEX_NUMBER), body, 403).told.detail == "HTTP 403, FORBIDDEN.ERROR"


def test_fedex_is_asked_for_many_at_once():
    asks = [Ask(f"79460000{number:04d}", "fedex") for number in range(30)]
    [numbers] = sent_by_fedex(*asks)

    assert FEDEX.limits.batch == 30
    assert numbers == [{"trackingNumber": ask.name} for ask in asks]


def test_fedex_is_asked_for_the_parcel_it_named_before():
    known = Ask("7946 0000 0017", remote={"unique_id": "2460~X~FX"})

    assert sent_by_fedex(known) == [
        [{"trackingNumber": FEDEX_NUMBER, "trackingNumberUniqueId": "2460~X~FX"}]
    ]


def test_two_parcels_with_one_number_are_asked_for_apart():
    asks = (Ask("1"), Ask("2"), Ask("1", remote={"unique_id": "b"}))

    assert [[one["trackingNumber"] for one in call] for call in sent_by_fedex(*asks)] == [
        ["1", "2"],
        ["1"],
    ]


@pytest.mark.parametrize(
    ("remote", "code"),
    [
        ({}, "accepted.collected"),
        ({"unique_id": "2460850000~794600000066~FX"}, "accepted.collected"),
        ({"unique_id": "2459700000~794600000066~FX"}, "delivered"),
        ({"unique_id": "gone"}, "accepted.collected"),
    ],
)
def test_of_a_reused_number_the_known_parcel_answers_else_the_newest(remote, code):
    answer = told_by(FEDEX, Ask("794600000066", remote=remote), recorded("fedex/reused.json"))

    assert answer.told.sightings[0].code == code


def test_the_parcel_is_remembered():
    answer = told_by(FEDEX, Ask("794600000066"), recorded("fedex/reused.json"))

    assert answer.remote == {"unique_id": "2460850000~794600000066~FX"}


def test_answers_of_a_batch_are_matched_by_number():
    asks = [Ask(FEDEX_NUMBER), Ask("794600000028"), Ask("794600000099")]
    [request] = FEDEX.requests(asks, {})
    reply = Reply(200, {}, recorded("fedex/batch.json"))
    found, lost, passed_over = FEDEX.answers(request, reply, NOW)

    assert found.told.sightings[0].code == "out_for_delivery"
    assert lost.told.trouble is Trouble.NOT_FOUND
    assert passed_over.told.trouble is Trouble.PARTIAL


@pytest.mark.parametrize(
    ("code", "trouble"),
    [
        ("TRACKING.TRACKINGNUMBER.EMPTY", Trouble.INVALID_NUMBER),
        ("TRACKING.DATA.NOTFOUND", Trouble.NOT_FOUND),
        ("TRACKING.SOMETHING.NEW", Trouble.PARTIAL),
    ],
)
def test_an_error_for_one_number_is_that_numbers(code, trouble):
    body = recorded("fedex/not_found_in_200.json")
    answer = told_by(
        FEDEX,
        Ask(FEDEX_NUMBER),
        body.replace(b"TRACKING.TRACKINGNUMBER.NOTFOUND", code.encode()),
    )

    assert isinstance(answer.told, Problem)
    assert (answer.told.trouble, "SOMETHING.NEW" in answer.told.detail) == (trouble, False)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("client", "ask", "answer", "push"),
    [
        (UPS, Ask(UPS_NUMBER), "ups/delivered_dst.json", "ups/alert.json"),
        (FEDEX, Ask(FEDEX_NUMBER), "fedex/delivered_dst.json", "fedex/push.json"),
    ],
)
@pytest.mark.parametrize("is_pushed_first", [True, False])
def test_what_was_pushed_and_asked_is_one_event(client, ask, answer, push, is_pushed_first):
    asked = told_by(client, ask, recorded(answer)).told
    [pushed] = client.pushed(recorded(push)).answers
    reports = [pushed.told, asked] if is_pushed_first else [asked, pushed.told]
    shipment = make_shipment()

    for report in reports:
        record(shipment, report)

    assert shipment.events.count() == 6
    assert shipment.code == "delivered"


def later(client, file, ask, change):
    """Return what an answer tells now, and what it told before something came to be known."""
    body = json.loads(recorded(file))
    now = told_by(client, ask, json.dumps(body).encode()).told
    change(body)
    return told_by(client, ask, json.dumps(body).encode()).told, now


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("client", "file", "name", "change"),
    [
        (
            DHL,
            "dhl/handed_over.json",
            "CY987654321DE",
            lambda body: body["shipments"][0]["details"].pop("provider"),
        ),
        (
            UPS,
            "ups/handed_over.json",
            "1Z0A12B3YW90000053",
            lambda body: body["trackResponse"]["shipment"][0]["package"][0].pop(
                "alternateTrackingNumber"
            ),
        ),
        (
            FEDEX,
            "fedex/handed_over.json",
            "612900000000000053",
            lambda body: body["output"]["completeTrackResults"][0]["trackResults"][0].pop(
                "additionalTrackingInfo"
            ),
        ),
    ],
)
def test_a_partner_heard_of_late_doubles_no_event(client, file, name, change):
    before, after = later(client, file, Ask(name), change)
    shipment = make_shipment()

    record(shipment, before)
    record(shipment, after)

    assert [leg for _, leg in shown(shipment)] == [1, 1, 2, 2]
    assert shipment.code.startswith("delivered")


@pytest.mark.django_db
def test_a_push_does_not_take_a_delivery_from_the_partner():
    number = "1Z0A12B3YW90000053"
    body = json.loads(recorded("ups/handed_over.json"))
    body["trackResponse"]["shipment"][0]["package"][0]["activity"].pop(0)
    delivery = {
        "trackingNumber": number,
        "localActivityDate": "20250521",
        "localActivityTime": "130700",
        "gmtOffset": "-07.00",
        "activityStatus": {"type": "D", "code": "2Q"},
    }
    shipment = make_shipment(report=told_by(UPS, Ask(number), json.dumps(body).encode()).told)

    record(shipment, UPS.pushed(json.dumps(delivery).encode()).answers[0].told)
    pushed = shipment.code
    record(shipment, told_by(UPS, Ask(number), recorded("ups/handed_over.json")).told)

    assert (pushed, shipment.code) == ("delivered", "delivered")
    assert shown(shipment)[-1] == ("delivered", 2)
    assert shipment.events.count() == 4


@pytest.mark.django_db
def test_a_second_package_heard_of_late_doubles_no_event():
    before, after = later(
        UPS,
        "ups/pieces.json",
        Ask("1Z0A12B30190000066"),
        lambda body: body["trackResponse"]["shipment"][0]["package"].pop(),
    )
    shipment = make_shipment()

    record(shipment, before)
    record(shipment, after)

    assert shipment.events.count() == 3
    assert shipment.code == "delivered.partial"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("client", "file", "name"),
    [
        (DHL, "dhl/pieces.json", "5550001112"),
        (UPS, "ups/pieces.json", "1Z0A12B30190000066"),
        (FEDEX, "fedex/handed_over.json", "612900000000000053"),
    ],
)
def test_the_same_answer_twice_changes_nothing(client, file, name):
    shipment = make_shipment()
    record(shipment, told_by(client, Ask(name), recorded(file)).told)
    version = shipment.version

    record(shipment, told_by(client, Ask(name), recorded(file)).told)

    assert shipment.version == version
