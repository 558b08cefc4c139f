"""Which clock a place keeps, for carriers that write wall clocks without a zone.

Countries with one zone are tzdata's; the others go by the tables in `zone_regions`. All
of it is loaded once, at import.
"""

from collections.abc import Iterator, Mapping
from importlib.resources import files
from zoneinfo import ZoneInfo

from apps.dialects.zone_regions import DIGITS, MAINLANDS, POSTAL_CODES, REGIONS, SPELLINGS

LONGEST_POSTAL_CODE = 5


def zone_of(country: str, region: str = "", postal_code: str = "") -> ZoneInfo | None:
    """Return the zone of a place, None when the place leaves it open.

    `country` is an ISO 3166 code of two letters, `region` its state or province as in ISO
    3166-2, with the country in front (`US-CA`) or without. A postal code known to us says
    more than a region.
    """
    code = _squeezed(country)
    code = SPELLINGS.get(code, code)
    by_postal_code = _BY_POSTAL_CODE.get(code)
    if by_postal_code and postal_code:
        written = _squeezed(postal_code).zfill(DIGITS.get(code, 0))
        for length in range(LONGEST_POSTAL_CODE, 0, -1):
            if zone := by_postal_code.get(written[:length]):
                return zone
    by_region = _BY_REGION.get(code, {})
    return by_region.get(_squeezed(region).removeprefix(f"{code}-")) or _BY_COUNTRY.get(code)


def zones_of(country: str) -> tuple[ZoneInfo, ...]:
    """Return every zone that a country keeps, most people's first; none for an unknown country.

    Where `zone_of` knows one for the whole country, that alone.
    """
    code = _squeezed(country)
    code = SPELLINGS.get(code, code)
    one = _BY_COUNTRY.get(code)
    return (one,) if one else tuple(map(ZoneInfo, _NAMES.get(code, ())))


def _squeezed(text: str) -> str:
    return "".join(text[:20].split()).upper() if text.isascii() else ""


def _read_names() -> dict[str, list[str]]:
    """Return the zones of each country in tzdata's table, in its order."""
    names: dict[str, list[str]] = {}
    table = files("tzdata.zoneinfo").joinpath("zone.tab").read_text("utf-8")
    for line in table.splitlines():
        if line and not line.startswith("#"):
            country, _, name, *_ = line.split("\t")
            names.setdefault(country, []).append(name)
    return names


def _read_countries() -> dict[str, ZoneInfo]:
    """Return the countries with one zone in tzdata's table, and those with a mainland."""
    single = {country: zones[0] for country, zones in _NAMES.items() if len(zones) == 1}
    return {country: ZoneInfo(name) for country, name in (single | MAINLANDS).items()}


def _spread(tables: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, ZoneInfo]]:
    """Return tables of written lists turned round: country, then entry, to zone."""
    return {
        country: {
            entry: ZoneInfo(name) for name, entries in table.items() for entry in _each(entries)
        }
        for country, table in tables.items()
    }


def _each(entries: str) -> Iterator[str]:
    for entry in entries.split():
        first, _, last = entry.partition("-")
        if not last:
            yield first
            continue
        for number in range(int(first), int(last) + 1):
            yield f"{number:0{len(first)}d}"


_NAMES = _read_names()
_BY_COUNTRY = _read_countries()
_BY_REGION = _spread(REGIONS)
_BY_POSTAL_CODE = _spread(POSTAL_CODES)
