"""Whose a tracking number can be."""

import json
import re

import pytest

from apps.shipments import recognition
from apps.shipments.formats import checksums
from apps.shipments.formats.checksums import Checksum
from apps.shipments.formats.definitions import fit
from apps.shipments.recognition import Evidence, candidates, recognise
from apps.shipments.reports import Limits


def published():
    """Yield (file, format's name, is_valid, number) for each number the data set tests itself with."""
    for path in sorted(recognition.COURIERS_FOLDER.glob("*.json")):
        for entry in json.loads(path.read_bytes())["tracking_numbers"]:
            for kind, numbers in entry["test_numbers"].items():
                for number in numbers:
                    yield path.stem, entry["name"], kind == "valid", number


PUBLISHED = list(published())
FORMATS = {definition.name: definition for _, definition in recognition.definitions()}


def codes(number, **options):
    return [one.carrier_code for one in candidates(number, **options)]


def best(number, **options):
    return candidates(number, **options)[0]


def test_the_data_set_is_whole_and_its_licence_beside_it():
    assert len({file for file, *_ in PUBLISHED}) == 18
    assert len(PUBLISHED) == 277
    assert "MIT License" in (recognition.COURIERS_FOLDER / "LICENSE").read_text()


@pytest.mark.parametrize(("file", "name", "is_valid", "number"), PUBLISHED)
def test_a_format_agrees_with_the_data_set_on_its_test_numbers(file, name, is_valid, number):
    definition = FORMATS[name]
    spaceless = number.replace(" ", "")

    shown = fit(definition, spaceless.replace("-", "")) or fit(definition, spaceless)

    assert (shown is not None) == is_valid


@pytest.mark.parametrize(
    "number", sorted({number for _, _, is_valid, number in PUBLISHED if is_valid})
)
def test_every_valid_number_has_a_candidate(number):
    assert candidates(number)


@pytest.mark.parametrize(
    ("number", "code", "service", "certainty"),
    [
        ("1Z5R89390357567127", "ups", "UPS United States Ground", Evidence.PROVEN),
        ("9400111206206406260787", "usps", "", Evidence.PROVEN),
        ("CC123456785DE", "deutsche_post", "Parcel Post", Evidence.PROVEN),
        ("986578788855", "fedex", "", Evidence.CHECKSUM),
        ("3318810025", "dhl_express", "", Evidence.CHECKSUM),
        ("GM2951173225174494", "dhl_global_mail", "", Evidence.SHAPE),
        ("LTN74207623N1", "landmark_global", "", Evidence.PREFIX),
        ("TBA502887274000", "amazon", "", Evidence.PREFIX),
        ("KYV009956937", "purolator_ca", "", Evidence.SHAPE),
        ("1LS7119013618127-1", "ontrac", "", Evidence.PREFIX),
        ("0081827099800000200 33350276C", "dpd", "AM0", Evidence.CHECKSUM),
    ],
)
def test_a_number_shows_its_carrier_service_and_how_sure_that_is(number, code, service, certainty):
    found = best(number)

    assert (found.carrier_code, found.service, found.certainty) == (code, service, certainty)


def test_a_candidate_knows_the_carriers_page():
    assert best("1z 5r8 939 03 5756 7127").tracking_url == (
        "https://wwwapps.ups.com/WebTracking/track?track=yes&trackNums=1Z5R89390357567127"
    )
    assert best("RB123456785GB").tracking_url == ""


@pytest.mark.parametrize(
    "number",
    [
        "RB 1234 5678 5 GB",
        "rb-123456785-gb",
        "\uff32\uff22\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff15\uff27\uff22",
        "RB\u2011123456785\u00a0GB\n",
    ],
)
def test_spaces_dashes_capitals_and_width_do_not_matter(number):
    assert recognise(number) == "royal_mail"


# Posts and their S10 countries.


@pytest.mark.parametrize(
    ("country", "code"),
    [
        ("US", "usps"),
        ("CA", "canada_post"),
        ("AU", "australia_post"),
        ("GB", "royal_mail"),
        ("GR", "elta"),
        ("FR", "la_poste"),
        ("NO", "bring"),
        ("SE", "postnord"),
    ],
)
def test_an_s10_number_names_the_post_of_its_country(country, code):
    assert recognise(f"RB123456785{country}") == code


def test_a_post_without_a_code_of_ours_is_named_and_never_taken_for_granted():
    assert best("RB123456785CV").name == "Correios de Cabo Verde"
    assert recognise("RB123456785CV") == ""


@pytest.mark.parametrize("number", ["RB123456786GB", "RB123456785XX", "RB12345678GB"])
def test_an_s10_number_with_a_wrong_digit_or_country_is_no_posts(number):
    assert recognise(number) == ""
    assert "royal_mail" not in codes(number)


@pytest.mark.parametrize(
    ("serial", "check"), [("12345678", "5"), ("00000000", "5"), ("00000008", "0")]
)
def test_the_s10_check_writes_ten_as_0_and_eleven_as_5(serial, check):
    assert [digit for digit in "0123456789" if checksums.holds(Checksum("s10"), serial, digit)] == [
        check
    ]


# Numbers that several carriers could have given.


def test_an_sscc_of_dhl_passes_as_a_number_of_usps_too():
    number = "00340434161094015902"

    assert {"dhl_paket", "usps"} <= set(codes(number))
    assert recognise(number) == ""
    assert best(number, country="de").carrier_code == "dhl_paket"
    assert recognise(number, known={"dhl_paket"}) == "dhl_paket"


def test_an_sscc_with_a_wrong_check_digit_is_nobodys():
    assert codes("340434161094015902")
    assert codes("340434161094015903") == []


def test_fourteen_digits_can_be_of_dpd_and_of_dhl_ecommerce():
    assert set(codes("60120172242323")) == {"dpd", "dhl_global_mail"}
    assert recognise("60120172242323") == ""


def test_twelve_digits_with_a_right_check_are_of_fedex_only_for_who_ships_with_it():
    assert codes("986578788855")[0] == "fedex"
    assert recognise("986578788855") == ""
    assert recognise("986578788855", known={"fedex", "acs"}) == "fedex"


def test_two_carriers_the_shop_works_with_and_that_fit_alike_leave_it_open():
    assert recognise("00340434161094015902", known={"dhl_paket", "usps"}) == ""


def test_a_number_in_the_style_of_dhl_parcel_uk_is_unknown():
    assert candidates("JD014600006281230704") == ()


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("600012345678901234567890", "inpost"),
        ("12345678901", "gls"),
        ("ZK2F9QX4", "gls"),
        ("1234567890", "acs"),
        ("123456789012", "speedex"),
        ("1234567890", "boxnow"),
        ("Z1234567890", "packeta"),
        ("1234567890123456", "evri"),
        ("H00AAA0012345678", "evri"),
        ("6A12345678901", "la_poste"),
        ("PK12345678901234567890A", "correos"),
        ("1LSCXAB12345678", "ontrac"),
    ],
)
def test_shapes_of_carriers_the_data_set_lacks_are_hints_only(number, code):
    assert code in codes(number)
    assert recognise(number) == ""


def test_carriers_the_shop_works_with_come_before_those_of_the_country():
    assert codes("1234567890", country="GR")[:2] == ["acs", "boxnow"]
    assert codes("1234567890", known={"boxnow"}, country="GR")[:2] == ["boxnow", "acs"]


def test_better_evidence_comes_before_a_carrier_the_shop_works_with():
    assert codes("986578788855", known={"speedex"}, country="GR")[:2] == ["fedex", "speedex"]


# Numbers that mean harm.

# fmt: off
NONSENSE = [
    "", " ", "-", "--1", "\x00", "1Z5R89390357567127\x00", "<script>", "'; drop table", "1" * 10_240,
    " " * 10_240, "\ud800", "é" * 20, "٠١٢٣٤٥٦٧٨٩", "１" * 101, "ß" * 60, "1Z5R89390357567127\u200b",
]
# fmt: on


@pytest.mark.parametrize("number", NONSENSE)
def test_nonsense_is_nobodys(number):
    assert candidates(number) == ()


@pytest.mark.parametrize("unit", ["1", "9", "42092", "JD", "A", "GM1", "1 ", "1-", "- ", "Z\t"])
@pytest.mark.parametrize("end", ["", "!", "X"])
def test_a_hundred_characters_made_to_be_slow_are_nobodys(unit, end):
    number = (unit * Limits.NUMBER)[: Limits.NUMBER - len(end)] + end

    assert all(one.certainty == Evidence.SHAPE for one in candidates(number))
    assert recognise(number) == ""


def test_no_format_can_go_over_a_number_again_and_again():
    patterns = [definition.pattern.pattern for _, definition in recognition.definitions()]

    unbounded = {pattern: len(re.findall(r"[*+]|,}", pattern)) for pattern in patterns}

    assert max(unbounded.values()) <= 1  # one is walked once, two within each other never end


def test_the_data_is_read_once():
    assert recognition.definitions() is recognition.definitions()
