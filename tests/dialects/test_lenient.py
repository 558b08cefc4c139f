import pytest
from msgspec import Raw, Struct

from apps.dialects import lenient
from apps.dialects.lenient import Text
from apps.dialects.payloads import Refused
from apps.shipments.reports import Fault, Limits
from tests.dialects.journeys import at


class Parcel(Struct):
    name: Text = None
    weight: int = 0


def read(payload):
    faults = []
    return lenient.read(payload, Parcel, "$.parcel", faults), faults


def test_an_object_that_fits_is_read_as_it_is():
    assert read(b'{"name": "a", "weight": 2, "more": []}') == (Parcel("a", 2), [])


def test_a_field_that_does_not_fit_keeps_its_default_and_is_told():
    parcel, faults = read(b'{"name": ["a"], "weight": 2}')
    assert parcel == Parcel(None, 2)
    assert [fault.path for fault in faults] == ["$.parcel.name"]


def test_a_field_in_no_encoding_spoils_itself_only():
    parcel, faults = read(b'{"name": "\xff", "weight": 2}')
    assert parcel == Parcel(None, 2)
    assert [fault.path for fault in faults] == ["$.parcel.name"]


@pytest.mark.parametrize("payload", [b"[]", b"null", b"", b"{"])
def test_what_is_no_object_is_refused_with_its_path(payload):
    with pytest.raises(Refused) as caught:
        read(payload)
    assert caught.value.faults[0].path == "$.parcel"


def test_entries_that_are_no_objects_are_left_out():
    faults = []
    entries = [Raw(b'{"weight": 1}'), Raw(b"7"), Raw(b'{"weight": 3}')]
    found = list(lenient.read_each(entries, Parcel, "$.all", faults))
    assert found == [(0, Parcel(weight=1)), (2, Parcel(weight=3))]
    assert [fault.path for fault in faults] == ["$.all[1]"]


def test_what_is_too_long_to_be_meant_is_left_out():
    faults = []
    assert lenient.uncut(" abc ", 3, "$.x", faults) == "abc"
    assert faults == []
    assert lenient.uncut("abcd", 3, "$.x", faults) == ""
    assert faults == [Fault("$.x", "is longer than 3 characters")]


@pytest.mark.parametrize(
    "address",
    ["https://a.example/?n=1#x", "HTTP://a.example:8080/", "tracking_url", "/track/1", ""],
)
def test_a_link_to_a_page_is_kept(address):
    assert lenient.link(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        " JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "https://a.example/ b",
        "https://a.example/" + "x" * Limits.URL,
    ],
)
def test_any_other_link_is_dropped(address):
    assert lenient.link(address) == ""


def test_a_date_before_parcels_were_tracked_is_no_date():
    assert lenient.dated(at("1971-01-01T00:00:00+00:00"))
    with pytest.raises(ValueError, match="filler"):
        lenient.dated(at("1970-01-01T00:00:00+00:00"))
