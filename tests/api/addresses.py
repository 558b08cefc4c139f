"""Addresses of all the languages, for tests of what they have in common."""

import pytest

LANGUAGES = [
    pytest.param("x-api-key", "/pro/tracking/{sp}", "correlation_id", id="sorted_v2"),
    pytest.param("ocp-apim-subscription-key", "/tracking/{ec}", "CorrelationId", id="sorted_v1"),
    pytest.param("API-Key", "/v1/carriers", "request_id", id="shipstation"),
    pytest.param("x-api-key", "/public/v1/shipments/{sp}/tracking", "error", id="shiplemon"),
]


in_each_language = pytest.mark.parametrize(("header", "path", "member"), LANGUAGES)


def at(path, shipment):
    return path.format(sp=shipment.reference, ec=shipment.consignment_reference)
