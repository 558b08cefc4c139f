"""SortedPRO v1's tracking answers, by leg and flattened: all into one `Report`."""

from collections import Counter
from collections.abc import Iterator

from msgspec import Raw, Struct

from apps.dialects import lenient, payloads, sorted_parts
from apps.dialects import sorted_v1_words as words
from apps.dialects.lenient import Text
from apps.shipments.reports import Fault, ItemReport, LegReport, Limits, Report, Sighting

SOURCE = "sorted_v1"


class _Event(Struct, rename="pascal"):
    time_stamp: Text = None
    timestamp: Text = None  # a slip seen in old answers
    code: Text = None
    description: Text = None
    signed_by: Text = None
    location: Text = None
    carrier_service_name: Text = None  # flattened only


class _Leg(Struct, rename="pascal"):
    carrier_service_name: Text = None
    events: list[Raw] | None = None


class _Package(Struct, rename="pascal"):
    package_reference_for_all_legs_assigned_by_mpd: Text = None
    legs: list[Raw] | None = None
    events: list[Raw] | None = None  # flattened only


class _Consignment(Struct, rename="pascal"):
    consignment_reference_for_all_legs_assigned_by_mpd: Text = None
    tracked_packages: list[Raw] | None = None


# An event, the index of its leg, and where it stands in the payload.
Told = tuple[_Event, int | None, str]


def read(payload: bytes) -> Report:
    """Return what a tracking answer says, by leg or flattened.

    Legs of several packages are one when they share the service's name and are its n-th
    occurrence within their package. A package is an item; one whose reference is not
    Sorted's own keeps it as `custom_reference`. What cannot be read is set aside in
    `faults`. Raises `payloads.Refused` for what is no tracking answer at all.
    """
    faults: list[Fault] = []
    said = lenient.read(payload, _Consignment, "$", faults)
    reference = said.consignment_reference_for_all_legs_assigned_by_mpd
    if not reference and said.tracked_packages is None:
        raise payloads.Refused(Fault("$", "is no tracking answer"))
    found = _Found(faults)
    found.take_packages(said.tracked_packages, "$.TrackedPackages")
    path = "$.ConsignmentReferenceForAllLegsAssignedByMpd"
    return Report(
        source=SOURCE,
        sightings=tuple(found.sightings),
        legs=tuple(LegReport(service_name=name) for name, _ in found.legs),
        items=tuple(found.items),
        reference=sorted_parts.formed(reference, sorted_parts.CONSIGNMENT, path, faults),
        is_whole_history=said.tracked_packages is not None and not faults,
        faults=tuple(faults),
    )


class _Found:
    """What was found in one answer, and what had to be set aside."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        self.legs: dict[tuple[str, int], int] = {}
        self.items: dict[ItemReport, int] = {}
        self.sightings: list[Sighting] = []

    def take_packages(self, entries: list[Raw] | None, path: str) -> None:
        entries = sorted_parts.first(entries, sorted_parts.MOST_ITEMS, path, self.faults)
        for index, package in lenient.read_each(entries, _Package, path, self.faults):
            where = f"{path}[{index}]"
            item = self._item(package, where)
            told = list(self._told(package, where))
            room = Limits.EVENTS - len(self.sightings)
            if len(told) > room:
                self.faults.append(Fault(where, f"more than {Limits.EVENTS} events in all"))
                told = told[len(told) - room :]
            self._take_events(told, item)

    def _item(self, package: _Package, path: str) -> int | None:
        """Return the item's index, None when nobody could tell next time that it is the same."""
        path = f"{path}.PackageReferenceForAllLegsAssignedByMpd"
        written = package.package_reference_for_all_legs_assigned_by_mpd
        reference = sorted_parts.short(written, Limits.REFERENCE, path, self.faults)
        if not reference:
            self.faults.append(Fault(path, "is missing"))
            return None
        return self.items.setdefault(item_called(reference), len(self.items))

    def _told(self, package: _Package, path: str) -> Iterator[Told]:
        """Yield the package's events from the oldest to the newest."""
        if package.legs is None:
            for event, where in self._events(package.events, f"{path}.Events"):
                name = lenient.text(event.carrier_service_name, Limits.NAME).strip()
                yield event, self._leg(name, 0), where
            return
        path, times = f"{path}.Legs", Counter[str]()
        legs = sorted_parts.first(package.legs, sorted_parts.MOST_LEGS, path, self.faults)
        for index, leg in lenient.read_each(legs, _Leg, path, self.faults):
            name = lenient.text(leg.carrier_service_name, Limits.NAME).strip()
            leg_index = self._leg(name, times[name])
            times[name] += 1
            for event, where in self._events(leg.events, f"{path}[{index}].Events"):
                yield event, leg_index, where

    def _events(self, entries: list[Raw] | None, path: str) -> list[tuple[_Event, str]]:
        """Return a list's events, which stand newest first, from the oldest."""
        read = lenient.read_each(entries or [], _Event, path, self.faults)
        return [(event, f"{path}[{index}]") for index, event in read][::-1]

    def _leg(self, name: str, occurrence: int) -> int | None:
        """Return a leg's index by the service's name, None where there is no name."""
        key = name, occurrence
        if not name or (key not in self.legs and len(self.legs) == sorted_parts.MOST_LEGS):
            return None
        return self.legs.setdefault(key, len(self.legs))

    def _take_events(self, told: list[Told], item: int | None) -> None:
        for position, (event, leg, path) in enumerate(told):
            written = event.timestamp if event.time_stamp is None else event.time_stamp
            moment = sorted_parts.time_of(written, f"{path}.TimeStamp", self.faults)
            if moment is None:
                continue
            word = lenient.text(event.code, Limits.CODE)
            self.sightings.append(
                Sighting(
                    code=words.code_of(word),
                    moment=moment,
                    description=lenient.text(event.description, Limits.DESCRIPTION),
                    word=word,
                    place=sorted_parts.place_of(event.location),
                    signee=lenient.text(event.signed_by, Limits.NAME),
                    leg=leg,
                    item=item,
                    position=position,
                )
            )


def item_called(reference: str) -> ItemReport:
    """Return the item a package's reference names: Sorted's own form, or somebody's else."""
    if sorted_parts.PACKAGE.fullmatch(reference):
        return ItemReport(package_reference=reference)
    return ItemReport(custom_reference=reference)
