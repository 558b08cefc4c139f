import pytest

from tests.api.callers import make_contents
from tests.builders import make_shipment


def test_17_a_custom_reference_may_mean_several_shipments(v2, merchant):
    shared = {make_shipment(merchant, custom_reference="CR1").reference for _ in range(3)}
    make_shipment(merchant, custom_reference="CR2")

    body = v2.get("/pro/tracking/custom_reference/CR1").json()

    assert {told["shipment_reference"] for told in body["tracking_responses"]} == shared
    assert (body["total_results"], body["take"], body["skip"]) == (3, 10, 0)
    assert body["_links"][0]["reference"] == "CR1"


def test_18_walking_the_pages_visits_each_shipment_once(v2, merchant):
    shared = {make_shipment(merchant, custom_reference="CR1").reference for _ in range(3)}

    pages = [
        v2.get(f"/pro/tracking/custom_reference/CR1?take=1&skip={skip}").json() for skip in range(4)
    ]

    visited = [told["shipment_reference"] for page in pages for told in page["tracking_responses"]]
    assert [page["total_results"] for page in pages] == [3, 3, 3, 3]
    assert [len(page["tracking_responses"]) for page in pages] == [1, 1, 1, 0]
    assert set(visited) == shared


def test_18_the_newest_shipment_comes_first(v2, merchant):
    old, new = (make_shipment(merchant, custom_reference="CR1") for _ in range(2))

    body = v2.get("/pro/tracking/custom_reference/CR1").json()

    told = [response["shipment_reference"] for response in body["tracking_responses"]]
    assert told == [new.reference, old.reference]


@pytest.mark.parametrize("query", ["take=11", "take=-1", "take=abc", "take=", "skip=-1", "skip=x"])
def test_19_a_window_out_of_bounds_is_a_validation_error(v2, merchant, query):
    make_shipment(merchant, custom_reference="CR1")

    answer = v2.get(f"/pro/tracking/custom_reference/CR1?{query}")

    assert answer.status_code == 400
    assert answer.json()["code"] == "validation_error"
    assert answer.json()["details"][0]["property"] == query[:4]


def test_20_contents_by_custom_reference_list_each_shipment_with_its_items(v2, merchant):
    shared = {make_contents(merchant, custom_reference="CR1").reference for _ in range(2)}

    body = v2.get("/pro/tracking/custom_reference/CR1/shipment_contents").json()

    told = body["tracking_contents_responses"]
    assert {response["shipment_reference"] for response in told} == shared
    assert [len(response["shipment_contents"]) for response in told] == [2, 2]
    assert (body["total_results"], body["take"], body["skip"]) == (2, 10, 0)


def test_20_an_items_own_reference_lists_that_item_alone(v2, merchant):
    shipment = make_contents(merchant, references=("left shoe", "right shoe"))

    body = v2.get("/pro/tracking/custom_reference/right%20shoe/shipment_contents").json()

    (told,) = body["tracking_contents_responses"]
    (item,) = told["shipment_contents"]
    assert told["shipment_reference"] == shipment.reference
    assert item["custom_reference"] == "right shoe"


def test_20_a_shipment_and_an_item_may_share_a_reference(v2, merchant):
    whole = make_contents(merchant, references=("", "CR1"), custom_reference="CR1")
    part = make_contents(merchant, references=("", "CR1"))

    body = v2.get("/pro/tracking/custom_reference/CR1/shipment_contents").json()

    counts = {
        told["shipment_reference"]: len(told["shipment_contents"])
        for told in body["tracking_contents_responses"]
    }
    assert counts == {whole.reference: 2, part.reference: 1}


@pytest.mark.parametrize(
    ("reference", "path"),
    [
        ("order 7", "order%207"),
        ("ΑΒΓ", "%CE%91%CE%92%CE%93"),
        ("a+b", "a+b"),
        ("a/b", "a%2Fb"),
        ("50%", "50%25"),
    ],
)
def test_21_odd_letters_in_a_custom_reference_work(v2, merchant, reference, path):
    shipment = make_shipment(merchant, custom_reference=reference)

    body = v2.get(f"/pro/tracking/custom_reference/{path}").json()

    assert body["tracking_responses"][0]["shipment_reference"] == shipment.reference
    assert v2.get(body["_links"][0]["href"]).json() == body


def test_21_a_custom_reference_is_matched_exactly(v2, merchant):
    make_shipment(merchant, custom_reference="Order 7")

    for path in ("order%207", "Order", "Order%207%20", "Order%", "Order_7", "*"):
        assert v2.get(f"/pro/tracking/custom_reference/{path}").status_code == 404
