from datetime import datetime
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest

from apps.dialects import zones
from apps.dialects.zone_regions import MAINLANDS, POSTAL_CODES, REGIONS
from apps.dialects.zones import zone_of

SUMMER, WINTER = datetime(2025, 7, 1), datetime(2025, 1, 1)  # noqa: DTZ001


def name_of(*place):
    zone = zone_of(*place)
    return zone.key if zone else None


@pytest.mark.parametrize(
    ("country", "zone"),
    [
        ("GB", "Europe/London"),
        ("FR", "Europe/Paris"),
        ("GR", "Europe/Athens"),
        ("NO", "Europe/Oslo"),
        ("JP", "Asia/Tokyo"),
        ("IN", "Asia/Kolkata"),
        ("PR", "America/Puerto_Rico"),
    ],
)
def test_a_country_with_one_zone_needs_no_more_than_its_code(country, zone):
    assert name_of(country) == zone


def test_every_country_with_one_zone_in_the_table_of_tzdata_is_known():
    table = files("tzdata.zoneinfo").joinpath("zone.tab").read_text("utf-8")
    rows = [line.split("\t") for line in table.splitlines() if line[:1] not in ("", "#")]
    countries = [row[0] for row in rows]
    single = {row[0]: row[2] for row in rows if countries.count(row[0]) == 1}

    assert len(single) > 200
    assert {country: name_of(country) for country in single} == single


@pytest.mark.parametrize(
    ("country", "zone"),
    [("DE", "Europe/Berlin"), ("CN", "Asia/Shanghai"), ("NZ", "Pacific/Auckland")],
)
def test_a_country_keeps_its_mainlands_clock(country, zone):
    assert name_of(country) == zone


@pytest.mark.parametrize("country", ["US", "CA", "AU", "BR", "MX", "RU", "ID", "MN", "", "ZZ"])
def test_a_country_with_many_clocks_or_none_tells_nothing_alone(country):
    assert zone_of(country) is None


@pytest.mark.parametrize(
    ("country", "region", "zone"),
    [
        ("US", "NY", "America/New_York"),
        ("US", "TX", "America/Chicago"),
        ("US", "AZ", "America/Phoenix"),
        ("US", "CA", "America/Los_Angeles"),
        ("US", "HI", "Pacific/Honolulu"),
        ("US", "PR", "America/Puerto_Rico"),
        ("CA", "NL", "America/St_Johns"),
        ("CA", "QC", "America/Toronto"),
        ("CA", "SK", "America/Regina"),
        ("AU", "QLD", "Australia/Brisbane"),
        ("AU", "WA", "Australia/Perth"),
        ("BR", "SP", "America/Sao_Paulo"),
        ("BR", "AM", "America/Manaus"),
        ("MX", "BC", "America/Tijuana"),
        ("MX", "SON", "America/Hermosillo"),
        ("MX", "JAL", "America/Mexico_City"),
        ("RU", "MOW", "Europe/Moscow"),
        ("RU", "SVE", "Asia/Yekaterinburg"),
        ("RU", "PRI", "Asia/Vladivostok"),
    ],
)
def test_a_region_tells_the_clock(country, region, zone):
    assert name_of(country, region) == zone


@pytest.mark.parametrize(
    ("country", "postal_code", "zone"),
    [
        ("US", "10001", "America/New_York"),
        ("US", "10001-0042", "America/New_York"),
        ("US", "7030", "America/New_York"),
        ("US", "60601", "America/Chicago"),
        ("US", "32501", "America/Chicago"),
        ("US", "79901", "America/Denver"),
        ("US", "99501", "America/Anchorage"),
        ("US", "96799", "Pacific/Pago_Pago"),
        ("US", "96910", "Pacific/Guam"),
        ("CA", "M5V 2T6", "America/Toronto"),
        ("CA", "P9N 1A1", "America/Winnipeg"),
        ("AU", "2880", "Australia/Broken_Hill"),
        ("AU", "2000", "Australia/Sydney"),
        ("AU", "800", "Australia/Darwin"),
        ("BR", "69005-010", "America/Manaus"),
        ("BR", "01310-100", "America/Sao_Paulo"),
        ("MX", "22000", "America/Tijuana"),
        ("RU", "690000", "Asia/Vladivostok"),
        ("RU", "236001", "Europe/Kaliningrad"),
        ("ES", "35001", "Atlantic/Canary"),
        ("ES", "28001", "Europe/Madrid"),
        ("PT", "9500-321", "Atlantic/Azores"),
        ("NZ", "8942", "Pacific/Chatham"),
    ],
)
def test_a_postal_code_tells_the_clock(country, postal_code, zone):
    assert name_of(country, "", postal_code) == zone


def test_a_postal_code_says_more_than_the_region():
    assert name_of("US", "TX", "79901") == "America/Denver"
    assert name_of("US", "TX", "unknown") == "America/Chicago"


@pytest.mark.parametrize("postal_code", ["09012", "34002", "96301"])
def test_a_military_address_has_no_clock(postal_code):
    assert zone_of("US", "", postal_code) is None


def test_spelling_does_not_matter():
    assert name_of(" us ", "us-ny") == "America/New_York"
    assert name_of("uk") == "Europe/London"
    assert name_of("EL") == "Europe/Athens"


@pytest.mark.parametrize("text", ["\0", "ß" * 1000, "\ud800", "９", "US\n"])
def test_nonsense_is_no_place(text):
    assert zone_of(text[:1], text, text) is None


@pytest.mark.parametrize("tables", [REGIONS, POSTAL_CODES])
def test_no_entry_stands_under_two_zones(tables):
    for table in tables.values():
        entries = [entry for listed in table.values() for entry in zones._each(listed)]
        assert len(entries) == len(set(entries))


def test_every_state_of_brazil_australia_and_the_united_states_is_there():
    counts = {country: len(" ".join(REGIONS[country].values()).split()) for country in REGIONS}

    assert (counts["AU"], counts["BR"]) == (8, 27)
    assert counts["US"] == 51 + 5  # with the capital, and the territories


def test_the_zones_of_a_mainland_are_real():
    assert all(ZoneInfo(name).utcoffset(WINTER) is not None for name in MAINLANDS.values())


def test_a_zone_knows_summer_and_winter():
    zone = zone_of("US", "CA")

    assert zone.utcoffset(WINTER).total_seconds() == -8 * 3600
    assert zone.utcoffset(SUMMER).total_seconds() == -7 * 3600
