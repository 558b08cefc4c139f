"""Further numbers that a FedEx package has: its partner's, and the one it goes back under."""

from collections.abc import Iterator

from msgspec import Raw

from apps.dialects import fedex_shapes as shapes
from apps.dialects import fedex_words as words
from apps.dialects import lenient, nested
from apps.shipments.reports import Fault, LegReport, Limits, NumberReport

# More than any package has.
MOST_NUMBERS = 50


def further(
    said: shapes.Result, info: shapes.NumberInfo, number: str, path: str, faults: list[Fault]
) -> tuple[list[NumberReport], LegReport | None]:
    """Return the further numbers, and the partner's leg if one of them is a partner's.

    FedEx does not name its partner; where a service always has the same one, that is it.
    """
    path = f"{path}.additionalTrackingInfo"
    additional = nested.read(said.additional_tracking_info, shapes.Additional, path, faults)
    path = f"{path}.packageIdentifiers"
    identifiers = nested.members(additional.package_identifiers, path, faults)
    numbers = [
        NumberReport(other, words.FURTHER_NUMBERS[kind])
        for kind, other in _each(identifiers[:MOST_NUMBERS], path, faults)
        if kind in words.FURTHER_NUMBERS and other != number
    ]
    if not any(other.leg for other in numbers):
        return numbers, None
    carrier = lenient.text(info.carrier_code, Limits.CODE).strip().upper()
    return numbers, LegReport(*words.PARTNERS.get(carrier, ("", "")))


def _each(identifiers: list[Raw], path: str, faults: list[Fault]) -> Iterator[tuple[str, str]]:
    """Yield kind and number of each identifier; FedEx writes one number or a list."""
    for index, one in lenient.read_each(identifiers, shapes.Identifier, path, faults):
        kind, place = lenient.text(one.type, Limits.CODE).strip().upper(), f"{path}[{index}]"
        values = nested.texts(one.values, Limits.NUMBER, f"{place}.values", faults)
        single = lenient.uncut(one.value, Limits.NUMBER, f"{place}.value", faults)
        for number in [*([single] if single else []), *values[:MOST_NUMBERS]]:
            yield kind, number
