"""ShipStation's API as its tests call it."""

import json
import uuid
from importlib import import_module

import jsonschema

from tests.builders import recorded

NUMBER = "9405511899223197428490"
# The 48 codes of ShipStation's own list.
LISTED = {name[0] for name in import_module("apps.shipments.migrations.0002_carriers").NAMES}


def track(caller, carrier="usps", number=NUMBER, **more):
    return caller.get("/v1/tracking", data={"carrier_code": carrier, "tracking_number": number})


def errors_of(answer):
    body = answer.json()
    assert uuid.UUID(body["request_id"])
    return body["errors"]


def fits(name, body):
    schemas = json.loads(recorded("shipengine_wire_schema.json"))
    jsonschema.validate(body, {**schemas, "$ref": f"#/$defs/{name}"})
