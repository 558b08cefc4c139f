"""Every operation of every served API does what its document says, with right and wrong data."""

import json

import hypothesis
import pytest
import schemathesis
from django.core import signals
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from apps.native.openapi.documents import DOCUMENTS, written
from tests.native.world import World
from tracking_site.wsgi import application

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
EXAMPLES = 7
QUIETLY = hypothesis.settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def world(db, settings):
    """The parcels, and a server that keeps to this test's own connection."""
    settings.API_REQUESTS_A_MINUTE = 10**6
    ends = (signals.request_started, signals.request_finished)
    for end in ends:
        end.disconnect(close_old_connections)
    try:
        yield World()
    finally:
        for end in ends:
            end.connect(close_old_connections)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_answer_is_a_fault_or_undocumented(name, world, subtests):
    for operation in operations_of(name):
        with subtests.test(msg=f"{operation.method.upper()} {operation.path}"):
            try_out(operation, headers_for(name, operation, world), real_parts(name, world))


def operations_of(name):
    schema = schemathesis.openapi.from_dict(json.loads(written(name).body))
    schema.app = application
    return [found.ok() for found in schema.get_all_operations()]


def every_operation():
    return [(name, operation) for name in DOCUMENTS for operation in operations_of(name)]


def try_out(operation, headers, real):
    """Call an operation with what fits its document and with what does not."""

    @QUIETLY
    @given(data=st.data())
    def with_mode(data):
        mode = data.draw(st.sampled_from(GenerationMode))
        case = data.draw(operation.as_strategy(generation_mode=mode))
        # Mostly, so that what is behind the address is tried too.
        if data.draw(st.sampled_from((True, True, True, False))):
            for parts in (case.path_parameters, case.query):
                parts.update({name: value for name, value in real.items() if name in parts})
        call(case, headers)

    with_mode()


def call(case, headers):
    """Call, check the answer, and leave everything as it was."""
    with transaction.atomic():
        answer = case.call_and_validate(headers=headers, checks=CHECKS)
        transaction.set_rollback(True)
    return answer


def test_the_example_of_every_operation_is_answered_well(world, subtests):
    for name, operation in every_operation():
        with subtests.test(msg=f"{operation.method.upper()} {operation.path}"):
            answer = example_of(operation, world, name)
            assert 200 <= answer.status_code < 300, answer.text


def example_of(operation, world, name):
    """Call an operation with its own example, but with parts of addresses that are there."""
    real = real_parts(name, world)
    told = operation.definition.raw
    named = [one for one in told.get("parameters", ()) if one["in"] == "path"]
    body = told.get("requestBody", {}).get("content", {}).get("application/json", {})
    more = {"body": body["example"]} if body else {}
    case = operation.Case(
        path_parameters={one["name"]: real[one["name"]] for one in named},
        query=needed(told, real) if name == "shipstation" else {},
        **more,
    )
    return call(case, headers_for(name, operation, world))


def needed(told, real):
    """Return what the query must have, and the carrier, which one of two names can tell."""
    names = {one["name"] for one in told.get("parameters", ()) if one["in"] == "query"}
    return {name: value for name, value in real.items() if name in names}


def headers_for(name, operation, world):
    language = DOCUMENTS[name].language
    is_push = "carrierevents" in operation.path.lower() or "carrierTracking" in operation.path
    key = world.push_key if is_push else world.key
    return {language.key_header: f"{language.key_scheme} {key}".strip()}


def real_parts(name, world):
    """Return values for what a document calls parts of its addresses and queries."""
    parts = world.parts()
    if name == "sorted-v1":
        parts["reference"] = world.shipment.consignment_reference
    if name == "shipstation":
        parts |= {"tracking_number": world.number.number, "carrier_code": world.carrier.code}
    return parts
