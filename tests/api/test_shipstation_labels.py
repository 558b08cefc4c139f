import uuid

import pytest

from apps.shipments.models import TrackingNumber
from apps.shipments.reports import LegReport
from tests.api.callers import Caller, make_parcel
from tests.api.stations import LISTED, NUMBER, errors_of, fits, track
from tests.builders import make_key


def test_18_a_label_is_tracked_like_its_number(station, seed):
    label = TrackingNumber.objects.get()

    answer = station.get(f"/v1/labels/se-{label.pk}/track")

    assert answer.status_code == 200
    assert answer.json() == track(station).json()
    fits("label_track", answer.json())


@pytest.mark.parametrize(
    "label_id", ["se-0", "se-999999999999999999", "se-99999999999999999999", "se-abc"]
)
def test_18_an_unknown_label_is_not_found(station, label_id):
    answer = station.get(f"/v1/labels/{label_id}/track")

    assert answer.status_code == 404
    assert errors_of(answer)[0]["error_code"] == "not_found"


@pytest.mark.parametrize("label_id", ["1", "se-", "SE-1", "se-1%0A", "se-%00", "se-" + "1" * 23])
def test_18_an_ill_formed_label_is_a_bad_request(station, label_id):
    answer = station.get(f"/v1/labels/{label_id}/track")

    assert answer.status_code == 400
    assert errors_of(answer)[0]["field_name"] == "label_id"


def test_18_anothers_label_looks_unknown(seed, other):
    label = TrackingNumber.objects.get()

    answer = Caller("API-Key", make_key(other)).get(f"/v1/labels/se-{label.pk}/track")

    assert answer.status_code == 404


def test_19_carriers_list_each_code_once_the_48_of_the_public_list_among_them(station):
    body = station.get("/v1/carriers").json()

    codes = [carrier["carrier_code"] for carrier in body["carriers"]]
    ids = [carrier["carrier_id"] for carrier in body["carriers"]]
    assert len(LISTED) == 48
    assert set(codes) >= LISTED | {"royal_mail", "dhl_paket"}
    assert len(codes) == len(set(codes)) == len(set(ids))
    assert all(carrier_id.startswith("se-") for carrier_id in ids)
    assert uuid.UUID(body["request_id"])
    fits("list_carriers", body)


def test_19_a_carrier_has_its_name_and_three_lists(station):
    carriers = station.get("/v1/carriers").json()["carriers"]

    names = {carrier["carrier_code"]: carrier["friendly_name"] for carrier in carriers}
    assert names["toll_ipec"] == "Team Global Express IPEC"
    assert names["australia_post"] == "Australia Post"
    for carrier in carriers:
        assert (carrier["services"], carrier["packages"], carrier["options"]) == ([], [], [])


def test_19_each_carrier_is_found_by_its_id(station):
    for carrier in station.get("/v1/carriers").json()["carriers"][:5]:
        assert station.get(f"/v1/carriers/{carrier['carrier_id']}").json() == carrier


def test_19_an_unknown_carrier_id_is_not_found(station):
    assert station.get("/v1/carriers/se-31000").status_code == 404
    assert station.get("/v1/carriers/usps").status_code == 400


def test_20_labels_are_found_by_number(station, seed):
    body = station.get("/v1/labels", data={"tracking_number": NUMBER}).json()

    (label,) = body["labels"]
    assert label["tracking_number"] == NUMBER
    assert label["label_id"] == f"se-{TrackingNumber.objects.get().pk}"
    assert (body["total"], body["page"], body["pages"]) == (1, 1, 1)
    assert "page=1" in body["links"]["first"]["href"]
    assert "page=1" in body["links"]["last"]["href"]
    assert (body["links"]["prev"], body["links"]["next"]) == ({}, {})
    fits("paged_labels", body)


def test_20_no_match_is_an_empty_page(station, seed):
    answer = station.get("/v1/labels", data={"tracking_number": "none"})

    assert answer.status_code == 200
    assert answer.json()["labels"] == []
    assert answer.json()["pages"] == 0
    assert answer.json()["links"]["first"]["href"]


def test_20_following_the_links_visits_each_label_once(station, merchant):
    for number in range(5):
        make_parcel(merchant, number=f"N{number}")

    seen, url = [], "/v1/labels?page_size=2"
    while url:
        body = station.get(url).json()
        seen += [label["tracking_number"] for label in body["labels"]]
        url = body["links"]["next"].get("href")

    assert seen == ["N4", "N3", "N2", "N1", "N0"]
    assert body["page"] == body["pages"] == 3


def test_20_a_page_past_the_end_is_empty(station, seed):
    body = station.get("/v1/labels?page=1000000000").json()

    assert (body["labels"], body["total"]) == ([], 1)


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({}, 2),
        ({"carrier_id": "se-1"}, 1),
        ({"service_code": "express"}, 1),
        ({"service_code": "none"}, 0),
        ({"label_status": "completed"}, 2),
        ({"label_status": "voided"}, 0),
        ({"warehouse_id": "se-1"}, 0),
        ({"created_at_start": "2020-01-01T00:00:00Z"}, 2),
        ({"created_at_end": "2020-01-01T00:00:00Z"}, 0),
        ({"tracking_number": "b-1", "carrier_id": "se-1"}, 0),
        ({"something": "else"}, 2),
    ],
)
def test_20_labels_are_filtered(station, merchant, query, count):
    make_parcel(merchant, number="A1")
    make_parcel(merchant, number="B1", leg=LegReport(carrier_code="ups", service_code="express"))

    assert station.get("/v1/labels", data=query).json()["total"] == count


def test_20_labels_of_one_shipment_are_found_by_its_id(station, merchant):
    make_parcel(merchant, number="A1")
    make_parcel(merchant, number="B1")
    (label,) = station.get("/v1/labels?tracking_number=A1").json()["labels"]

    found = station.get("/v1/labels", data={"shipment_id": label["shipment_id"]}).json()

    assert found["labels"] == [label]


def test_20_labels_can_be_sorted_the_other_way(station, merchant):
    for number in ("A1", "B1"):
        make_parcel(merchant, number=number)

    for sort_by in ("created_at", "modified_at"):
        body = station.get(f"/v1/labels?sort_dir=asc&sort_by={sort_by}").json()
        assert [label["tracking_number"] for label in body["labels"]] == ["A1", "B1"]


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=-1",
        "page=x",
        "page=1.5",
        "page=99999999999999999999",
        "page_size=0",
        "page_size=",
        "sort_dir=up",
        "sort_by=password",
        "sort_by=leg__shipment__merchant__name",
        "label_status=lost",
        "carrier_id=1",
        "carrier_id=se-999999999",
        "shipment_id=sp_1",
        "created_at_start=soon",
        "created_at_end=9999-12-31T23:59:59-14:00",
        "created_at_start=0001-01-01T00:00:00%2B14:00",
        "tracking_number=%00",
        "service_code=%00",
    ],
)
def test_20_a_bad_filter_is_a_bad_request_that_names_it(station, seed, query):
    answer = station.get(f"/v1/labels?{query}")

    assert answer.status_code == 400
    assert errors_of(answer)[0]["field_name"] == query.partition("=")[0]


def test_20_anothers_labels_are_not_listed(seed, other):
    body = Caller("API-Key", make_key(other)).get("/v1/labels").json()

    assert (body["labels"], body["total"]) == ([], 0)


def test_20_a_page_is_never_larger_than_a_hundred(station, merchant):
    make_parcel(merchant, number="A1")

    body = station.get("/v1/labels?page_size=100000000").json()

    assert body["pages"] == 1
