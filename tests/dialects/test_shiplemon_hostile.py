import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.dialects import shiplemon
from apps.dialects.payloads import Refused
from tests.builders import recorded
from tests.dialects.journeys import journey_of

ANSWER = recorded("shiplemon_elta.json")
UPDATED = recorded("shiplemon_updated.json")

GET_KEYS = list(json.loads(ANSWER)["data"])
PUT_KEYS = list(json.loads(UPDATED)["data"])


def written(journey):
    return shiplemon.write(journey)["data"]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
odd_dates = st.datetimes().map(lambda value: f"{value.isoformat()[:19]}.000Z") | json_values
odd_entries = st.fixed_dictionaries(
    {"status": st.sampled_from(["DELIVERED", "TRANSIT"]) | json_values, "status_date": odd_dates},
    optional={"status_details": json_values, "status_exact": json_values},
)
histories = st.lists(odd_entries | json_values, max_size=4) | json_values
odd_shipments = st.fixed_dictionaries(
    {"tracking_history": histories},
    optional=dict.fromkeys({*GET_KEYS, *PUT_KEYS} - {"tracking_history"}, json_values),
)


@given(json_values | odd_shipments | st.fixed_dictionaries({"data": odd_shipments}))
def test_whatever_json_comes_is_read_or_refused(value):
    payload = json.dumps(value).encode()
    try:
        report = shiplemon.read(payload)
    except Refused as refused:
        assert refused.faults
    else:
        assert list(written(journey_of(report))) == GET_KEYS


@given(json_values | odd_shipments)
def test_whatever_update_comes_is_taken_or_refused(value):
    try:
        sent = shiplemon.read_update(json.dumps(value).encode())
    except Refused as refused:
        assert refused.faults
    else:
        assert len(sent.report.sightings) <= len(sent.entries)


@given(st.binary(max_size=200))
def test_whatever_bytes_come_are_taken_or_refused(payload):
    for reader in (shiplemon.read, shiplemon.read_update):
        with pytest.raises(Refused):
            reader(payload)
