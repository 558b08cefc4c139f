import pytest

from apps.dialects import shipstation
from tests.api.callers import Caller
from tests.builders import make_key, make_merchant, make_shipment, recorded


@pytest.fixture
def merchant(db):
    return make_merchant("Acme")


@pytest.fixture
def other(db):
    return make_merchant("Rival")


@pytest.fixture
def v2(merchant):
    return Caller("x-api-key", make_key(merchant))


@pytest.fixture
def v1(merchant):
    return Caller("ocp-apim-subscription-key", make_key(merchant))


@pytest.fixture
def station(merchant):
    return Caller("API-Key", make_key(merchant))


@pytest.fixture
def lemon(merchant):
    return Caller("x-api-key", make_key(merchant))


@pytest.fixture
def seed(merchant):
    return make_shipment(merchant, shipstation.read(recorded("shipstation_usps.json")))


@pytest.fixture
def shipment(merchant):
    return make_shipment(merchant)
