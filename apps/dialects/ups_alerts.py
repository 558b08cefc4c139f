"""Track Alert: UPS pushes one event of one package at a time."""

from apps.dialects import courses, lenient, nested, payloads, ups_events, ups_times
from apps.dialects import ups_shapes as shapes
from apps.dialects.markup import plain
from apps.dialects.ups_events import OWN_LEG, SOURCE
from apps.dialects.ups_times import Clocks
from apps.shipments.reports import Fault, Limits, Report, Sighting


def read_alert(payload: bytes) -> tuple[str, Report]:
    """Return the number a push is about, and its one event with what it adds to the parcel.

    Two things are left to the Track API. The promised day comes without the destination
    here, so nobody knows its clock. And one event alone does not tell whether a partner
    already carries the package, so its leg is left open.
    Raises `payloads.Refused` when it names no package or its event has no time.
    """
    faults: list[Fault] = []
    said = lenient.read(payload, shapes.Alert, "$", faults)
    number = lenient.uncut(said.tracking_number, Limits.NUMBER, "$.trackingNumber", faults)
    if not number:
        raise payloads.Refused(Fault("$.trackingNumber", "is missing"))
    report = _report(said, number, _event(said, number, faults), faults)
    return number, courses.left_open(report)


def _event(said: shapes.Alert, number: str, faults: list[Fault]) -> Sighting:
    address = nested.read(said.activity_location, shapes.Address, "$.activityLocation", faults)
    status = nested.read(said.activity_status, shapes.Status, "$.activityStatus", faults)
    clocks = Clocks(
        ups_times.written(said.local_activity_date, said.local_activity_time),
        ups_times.written(said.gmt_activity_date, said.gmt_activity_time),
        lenient.text(said.gmt_offset, Limits.CODE).strip(),
    )
    try:
        seen = ups_events.sighting(number, clocks, shapes.place_of(address), status)
    except ValueError as error:
        raise payloads.Refused(Fault("$.localActivityDate", str(error))) from error
    return courses.signed([seen], plain(said.received_by, Limits.NAME))[0]


def _report(said: shapes.Alert, number: str, seen: Sighting, faults: list[Fault]) -> Report:
    path = "$.alternateTrackingNumber"
    alternates = nested.members(said.alternate_tracking_number, path, faults)
    partner, numbers = ups_events.partner(alternates, path, faults)
    return Report(
        source=SOURCE,
        sightings=(seen,),
        legs=(OWN_LEG, partner) if partner else (OWN_LEG,),
        numbers=tuple(ups_events.numbers_of(number, None, numbers)),
        faults=tuple(faults),
    )
