"""Answers as SortedPRO v2 gives them, one field off where a test says so."""

import json

from apps.dialects import sorted_v2

SHIPMENT = "sp_00076976827069691057723959934976"
ITEM = "sc_00076982052497331561502355750928"
OTHER_ITEM = "sc_00076982052497331561502355750929"
SCAN = "tr_00076982052571118537797193957408"


def event(**fields):
    return {
        "reference": SCAN,
        "timestamp": "2019-07-23T17:42:00+01:00",
        "received_timestamp": "2019-07-23T16:45:44+00:00",
        "event_code": "delivered",
        "description": "Handed over",
        "signee": None,
        "location": None,
        "lat_long": None,
        **fields,
    }


def response(*events, **fields):
    return {"shipment_reference": SHIPMENT, "events": list(events), **fields}


def item(*events, **fields):
    return {"reference": ITEM, "carrier_references": [], "events": list(events), **fields}


def read(payload):
    (report,) = sorted_v2.read(json.dumps(payload).encode())
    return report


def read_event(**fields):
    (told,) = read(response(event(**fields))).sightings
    return told
