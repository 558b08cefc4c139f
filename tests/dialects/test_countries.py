from importlib.resources import files

import pytest

from apps.dialects.countries import ALPHA_2, alpha_2


def test_every_country_of_the_time_zone_table_is_there_once():
    table = files("tzdata.zoneinfo").joinpath("iso3166.tab").read_text("utf-8")
    codes = [line.split("\t")[0] for line in table.splitlines() if not line.startswith("#")]

    assert sorted(ALPHA_2.values()) == sorted(codes)
    assert len(ALPHA_2) == 249


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("DEU", "DE"),
        ("deu ", "DE"),
        ("AUT", "AT"),
        ("AUS", "AU"),
        ("CHE", "CH"),
        ("ROU", "RO"),
        ("XKX", ""),
        ("DE", "DE"),
        ("Germany", ""),
        ("", ""),
    ],
)
def test_a_country_is_known_by_three_letters_or_two(written, code):
    assert alpha_2(written) == code
