"""What holds for all parts of a shipment: whose they are, versions, what is sent, what it costs."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.mails.asking import subscribe
from apps.shipments.models import Outbox
from tests.builders import NOW, make_merchant
from tests.dialects.odd_json import like
from tests.native.managing import Program, pointers
from tests.native.partial import READS, WRITES, at
from tests.native.shapes import make_whole, path_of

IDS = [f"{method} {rest}" for method, rest, _ in WRITES]
each_write = pytest.mark.parametrize(("method", "rest", "body"), WRITES, ids=IDS)
BODIES = [row for row in WRITES if row[2] is not None]
each_body = pytest.mark.parametrize(("method", "rest", "body"), BODIES)
POSTS = [(rest, body) for method, rest, body in WRITES if method == "POST"]
each_post = pytest.mark.parametrize(("rest", "body"), POSTS)
each_read = pytest.mark.parametrize("rest", READS)


@pytest.fixture
def merchant(db):
    return make_merchant()


@pytest.fixture
def program(merchant):
    return Program(merchant)


@pytest.fixture
def shipment(merchant):
    return make_whole(merchant)


@pytest.fixture
def subscription(shipment):
    found = subscribe(shipment.pk, "bob@mail.example", language="en", origin="merchant", now=NOW)
    shipment.refresh_from_db()
    return found


@each_read
def test_parts_are_read_under_either_reference(program, shipment, subscription, rest):
    path = at(shipment, rest, subscription)
    other = path.replace(shipment.reference, shipment.consignment_reference)

    answer = program.get(path)

    assert answer.status_code == 200
    assert answer.json() == program.get(other).json()
    assert answer["ETag"] == program.get(path_of(shipment))["ETag"]


@each_read
def test_what_a_misspelt_parameter_asks_for_is_told_not_passed_over(
    program, shipment, subscription, rest
):
    answer = program.get(at(shipment, rest, subscription) + "?limmit=3")

    assert (answer.status_code, pointers(answer)) == (422, {"/limmit"})


@each_read
def test_another_merchants_parts_are_not_found(shipment, subscription, rest):
    stranger = Program(make_merchant("Rival"))

    assert stranger.get(at(shipment, rest, subscription)).status_code == 404


@each_write
def test_another_merchants_parts_are_not_changed(shipment, subscription, method, rest, body):
    stranger = Program(make_merchant("Rival"))

    answer = stranger.send(method, at(shipment, rest, subscription), body)

    shipment.refresh_from_db()
    assert (answer.status_code, shipment.version) == (404, 1)


@each_write
def test_a_key_that_only_reads_changes_nothing(
    merchant, shipment, subscription, method, rest, body
):
    reader = Program(merchant, scopes=("read",))

    answer = reader.send(method, at(shipment, rest, subscription), body)

    shipment.refresh_from_db()
    assert (answer.status_code, shipment.version) == (403, 1)


@each_write
def test_what_was_meant_for_another_version_is_not_done(
    program, shipment, subscription, method, rest, body
):
    headers = {"If-Match": '"000000-7"'}

    answer = program.send(method, at(shipment, rest, subscription), body, headers)

    shipment.refresh_from_db()
    assert (answer.status_code, answer.json()["code"]) == (412, "precondition_failed")
    assert shipment.version == 1


@each_write
def test_a_change_that_fits_is_done_and_tells_the_new_version(
    program, shipment, subscription, method, rest, body
):
    headers = {"If-Match": program.get(path_of(shipment))["ETag"]}

    answer = program.send(method, at(shipment, rest, subscription), body, headers)

    assert answer.status_code in (200, 201, 204)
    assert answer["ETag"] == program.get(path_of(shipment))["ETag"]
    versions = list(Outbox.objects.order_by("version").values_list("version", flat=True))
    shipment.refresh_from_db()
    assert versions == list(range(1, shipment.version + 1))


@each_post
def test_what_is_sent_twice_with_one_key_is_done_once(program, shipment, subscription, rest, body):
    path = at(shipment, rest, subscription)

    first, second = (program.once(path, body, "key-1") for _ in range(2))

    shipment.refresh_from_db()
    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert second["Idempotent-Replayed"] == "true"
    assert shipment.version <= 2


@each_post
def test_what_was_added_is_where_the_answer_says(program, shipment, subscription, rest, body):
    answer = program.post(at(shipment, rest, subscription), body)

    if "Location" in answer:
        assert program.get(answer["Location"]).json() == answer.json()
    assert answer.status_code in (200, 201)


@each_body
def test_a_body_that_is_no_json_is_refused(program, shipment, subscription, method, rest, body):
    path = at(shipment, rest, subscription)

    answers = [program.send(method, path, text).status_code for text in ("", "{", "[]", "3")]

    assert answers == [400, 400, 422, 422]


@each_body
def test_a_field_nobody_knows_is_pointed_at(program, shipment, subscription, method, rest, body):

    answer = program.send(method, at(shipment, rest, subscription), {**body, "colour": "red"})

    shipment.refresh_from_db()
    assert (answer.status_code, shipment.version) == (422, 1)
    assert "colour" in answer.json()["errors"][0]["detail"]


@pytest.mark.parametrize(
    "rest",
    ["items/sc_1", "items/%00", "legs/9", "legs/99999999999999999999", "tracking_numbers/1"]
    + ["tracking_numbers/tn_999999999999999999", "tracking_numbers/tn_%00", "subscriptions/su_0"]
    + ["subscriptions/su_999999999999999999", "nothing"],
)
def test_what_the_shipment_has_not_is_not_found(program, shipment, rest):
    path = path_of(shipment, rest)

    assert program.get(path).status_code == 404
    assert program.patch(path, {"is_followed": True}).status_code in (404, 405, 422)
    assert program.delete(path).status_code in (404, 405)


@each_body
@settings(
    max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(data=st.data())
def test_no_body_breaks_anything(program, shipment, subscription, method, rest, body, data):
    odd = data.draw(like(body))

    answer = program.send(method, at(shipment, rest, subscription), odd)

    assert answer.status_code < 500


@pytest.mark.parametrize("rest", ["items", "legs", "tracking_numbers", "promises"])
def test_reading_parts_costs_the_same_for_one_and_many(
    program, shipment, rest, django_assert_num_queries
):
    for number in range(20):
        program.post(path_of(shipment, "items"), {"description": f"Item {number}"})
    program.get(path_of(shipment, rest))

    # The key, its call counted, the shipment found, its journey without events.
    with django_assert_num_queries(2 + 1 + 3):
        program.get(path_of(shipment, rest))
