"""The pages in eight languages: which one is chosen, and that nothing is left in another."""

import re
from datetime import date

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.template.loader import render_to_string
from django.utils import translation

from apps.branding.models import Brand
from apps.pages import errors
from apps.pages.clocks import day_words, days_ago, in_month, short_day
from apps.pages.countries import country_words
from apps.pages.languages import choices, gettext, listed, per_language
from apps.shipments.privacy import Level, seen_at
from tests.builders import make_merchant, make_shipment, report, sighting
from tests.pages.markup import page, read
from tests.pages.states import all_states
from tests.test_translations import catalogue, said

CODES = [code for code, _name in settings.LANGUAGES]
STATES = all_states()
TODAY, TUESDAY = date(2026, 11, 21), date(2026, 11, 17)
LATIN = re.compile(r"[A-Za-z]{2,}")
SPOKEN = ("aria-label", "alt", "title", "data-on", "data-off", "data-failing", "data-update")
# What the states tell outside of elements for words from elsewhere.
GIVEN = set(
    LATIN.findall("Acme Harbour Pine DHL Royal Mail UTC JD0146 JD0147 RM4471 GB CN example www")
)

in_each_language = pytest.mark.parametrize("language", CODES)


@pytest.fixture
def shipment(db):
    told = report(sighting("accepted"), sighting("out_for_delivery", "2026-03-02T08:00:00+00:00"))
    return make_shipment(report=told)


def language_of(answer):
    html = read(answer.text).one("html")
    return html["lang"], html["dir"]


def our_words(element):
    """Yield what is said in an element but for words from outside and names of languages."""
    is_theirs = element.tag in ("bdi", "q", "script", "style", "del") or "hreflang" in (
        element.attributes
    )
    if is_theirs or element.get("class") in ("host", "number", "zone"):
        return
    yield from (element.get(name) or "" for name in SPOKEN)
    for child in element.children:
        if isinstance(child, str):
            yield child
        else:
            yield from our_words(child)


def test_words_follow_the_language():
    with translation.override("de"):
        german = gettext("January")
    with translation.override("fr"):
        french = gettext("January")

    assert (german, french) == ("Januar", "janvier")


def test_an_answer_is_worked_out_once_for_each_language():
    asked = []

    @per_language
    def words(code):
        asked.append((translation.get_language(), code))
        return code.upper()

    for language in ("de", "fr", "de"):
        with translation.override(language):
            assert words("a") == "A"

    assert asked == [("de", "a"), ("fr", "a")]


@pytest.mark.parametrize(
    ("language", "day", "short"),
    [
        ("en", "Tuesday 17 November", "Tue 17 Nov"),
        ("de", "Dienstag, 17. November", "Di, 17. Nov"),
        ("fr", "mardi 17 novembre", "mar 17 nov"),
        ("es", "martes, 17 de noviembre", "mar 17 nov"),
        ("it", "martedì 17 novembre", "mar 17 nov"),
        ("pl", "wtorek 17 listopada", "wt. 17 lis"),
        ("el", "Τρίτη 17 Νοεμβρίου", "Τρί 17 Νοε"),
        ("ar", "الثلاثاء 17 نوفمبر", "الثلاثاء 17 نوفمبر"),
    ],
)
def test_a_day_is_written_as_its_language_writes_it(language, day, short):
    with translation.override(language):
        assert (day_words(TUESDAY, TODAY), short_day(TUESDAY, TODAY)) == (day, short)


@in_each_language
def test_every_way_to_write_a_day_names_it_and_keeps_western_digits(language):
    with translation.override(language):
        last_year = [day_words(date(2025, 11, 17), TODAY), short_day(date(2025, 11, 17), TODAY)]
        ways = [*last_year, in_month(TUESDAY), short_day(TUESDAY, TODAY)]

    assert all("17" in way and way.strip("17 ") for way in ways)
    assert all("2025" in way for way in last_year)


@pytest.mark.parametrize(
    ("language", "count", "words"),
    [
        ("de", 5, "vor 5 Tagen"),
        ("fr", 2, "il y a 2 jours"),
        ("pl", 3, "3 dni temu"),
        ("pl", 22, "22 dni temu"),
        ("ar", 3, "قبل 3 أيام"),
        ("ar", 11, "قبل 11 يومًا"),
    ],
)
def test_counts_take_the_form_their_language_wants(language, count, words):
    with translation.override(language):
        assert days_ago(count) == words


@pytest.mark.parametrize(
    ("asked", "accepted", "brand", "shown"),
    [
        ("?lang=fr", "de", "it", "fr"),
        ("?lang=DE-at", "fr", "it", "de"),
        ("?lang=xx", "de", "it", "de"),
        ("", "pt;q=0.9, pl;q=0.8, de;q=0.1", "it", "pl"),
        ("", "", "it", "it"),
        ("", "pt", "", "en"),
    ],
)
def test_the_address_goes_before_the_browser_and_the_browser_before_the_brand(
    client, shipment, asked, accepted, brand, shown
):
    Brand.objects.create(
        merchant=shipment.merchant, slug="acme", name="Acme", is_default=True, language=brand
    )

    answer = client.get(f"/t/{shipment.token}/{asked}", HTTP_ACCEPT_LANGUAGE=accepted)

    assert language_of(answer) == (shown, "ltr")
    assert answer.headers["Content-Language"] == shown
    assert "Accept-Language" in answer.headers["Vary"]


HOSTILE = [
    "",
    "..%2f..%2fetc",
    "%00",
    "de%00",
    "%ed%a0%80",
    "%ff%fe",
    "zh-hant-" + "x" * 600,
    "-".join(["de"] * 5),
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "de%0d%0aSet-Cookie:a=b",
    "C",
    "*",
    "de&lang=",
    "__proto__",
]


@pytest.mark.parametrize("asked", HOSTILE)
@pytest.mark.parametrize("path", ["/", "/t/{token}/", "/nothing/here/"])
def test_a_language_that_is_none_changes_nothing(client, shipment, path, asked):
    path = path.format(token=shipment.token)

    odd, plain = client.get(f"{path}?lang={asked}"), client.get(path)

    assert odd.status_code == plain.status_code
    assert language_of(odd) in (("en", "ltr"), ("de", "ltr"))
    assert "script>alert" not in odd.text


def test_a_hostile_list_of_languages_changes_nothing(client, shipment):
    for header in ("de" * 5000, "\x00", "*;q=-1", "de;q=" + "9" * 400, "é, \ud800"):
        answer = client.get(f"/t/{shipment.token}/", HTTP_ACCEPT_LANGUAGE=header)

        assert answer.status_code == 200


@in_each_language
@pytest.mark.parametrize("path", ["/", "/t/{token}/", "/nothing/here/"])
def test_every_page_offers_each_language_at_its_own_address(client, shipment, path, language):
    answer = client.get(path.format(token=shipment.token), {"lang": language})

    links = read(answer.text).one("nav", class_="languages").all("a")

    assert [link["href"] for link in links] == [f"?lang={code}" for code in CODES]
    assert [(link["lang"], link["hreflang"], link.text) for link in links] == [
        (code, code, name) for code, name in settings.LANGUAGES
    ]
    assert [link["lang"] for link in links if link.get("aria-current")] == [language]
    assert language_of(answer) == (language, "rtl" if language == "ar" else "ltr")


def test_a_frame_keeps_how_it_was_asked_for_in_every_language(client, db):
    merchant = make_merchant()
    Brand.objects.create(merchant=merchant, slug="acme", name="Acme")
    token = make_shipment(merchant).token

    answer = client.get(f"/e/acme/{token}/?lang=de&theme=dark&hide=map%22%3E&other=1")

    link = read(answer.text).one("nav", class_="languages").one("a", lang="ar")
    assert link["href"] == "?lang=ar&theme=dark&hide=map%22%3E"
    assert not link.get("target")
    assert read(client.get(f"/e/acme/{token}/{link['href']}").text).one("html")["dir"] == "rtl"


def test_an_error_is_told_in_the_language_asked_for(client, db):
    browser = client.get("/nothing/here/", HTTP_ACCEPT_LANGUAGE="fr")
    address = client.get("/nothing/here/?lang=de", HTTP_ACCEPT_LANGUAGE="fr")

    assert (language_of(browser)[0], language_of(address)[0]) == ("fr", "de")
    assert browser.status_code == address.status_code == 404
    assert "cookie" not in address.headers["Vary"].lower()


def test_a_forged_host_is_refused_in_the_language_asked_for(client, db):
    answer = client.get("/?lang=de", headers={"Host": "evil.example"})

    assert (answer.status_code, language_of(answer)[0]) == (400, "de")


@pytest.mark.parametrize(("view", "status"), [(errors.failed, 500), (errors.forbidden, 403)])
def test_what_we_cannot_show_is_told_in_the_language_asked_for(rf, view, status):
    request = rf.get("/?lang=ar")

    answer = view(request) if view is errors.failed else view(request, PermissionDenied())

    assert (answer.status_code, language_of(answer)) == (status, ("ar", "rtl"))


def test_an_address_with_too_many_parts_is_refused_in_words(client, db):
    answer = client.get("/nothing/here/?" + "&".join(f"a{n}=1" for n in range(2000)))
    page_of_parcel = client.get("/?" + "&".join(f"a{n}=1" for n in range(2000)))

    assert (answer.status_code, page_of_parcel.status_code) == (404, 400)


def test_staff_are_spoken_to_in_english(client, db):
    answer = client.get(
        "/admin/login/", HTTP_ACCEPT_LANGUAGE="de", headers={"Cookie": "django_language=de"}
    )

    assert read(answer.text).one("html")["lang"] == "en"
    assert "Password" in answer.text


def test_the_choice_is_marked_in_its_own_language_only():
    with translation.override("el"):
        assert [choice.name for choice in choices() if choice.is_current] == ["Ελληνικά"]


@pytest.fixture(scope="module")
def borrowed():
    """Return the words that Greek writes in Latin letters."""
    return {w for entry in catalogue("el") for text in said(entry) for w in LATIN.findall(text)}


def words_in_latin(texts):
    return {word for text in texts for word in LATIN.findall(text)}


@pytest.mark.parametrize("name", STATES)
def test_no_state_leaves_a_word_of_ours_in_english(name, borrowed):
    """Greek has letters of its own, so a word in Latin ones was not translated."""
    case = STATES[name]
    seen = [seen_at(journey, Level.LINK) for journey in case.journeys]

    with translation.override("el"):
        shown = page(*seen, now=case.now, reader=case.reader)

    assert words_in_latin(our_words(shown)) - borrowed - GIVEN == set()


@pytest.mark.parametrize("path", ["/", "/b/acme/", "/e/acme/", "/t/{token}/", "/t/{token}/print"])
def test_no_page_leaves_a_word_of_ours_in_english(client, shipment, path, borrowed):
    Brand.objects.create(merchant=shipment.merchant, slug="acme", name="Acme")

    answer = client.get(path.format(token=shipment.token), {"lang": "el"})

    assert words_in_latin(our_words(read(answer.text))) - borrowed - GIVEN == set()


@pytest.mark.parametrize("status", [400, 403, 404, 500])
def test_no_error_leaves_a_word_of_ours_in_english(status, borrowed):
    with translation.override("el"):
        shown = read(render_to_string(f"{status}.html"))

    assert words_in_latin(our_words(shown)) - borrowed - GIVEN == set()


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Greece"), ("de", "Griechenland"), ("ar", "اليونان")]
)
def test_a_country_has_its_name_in_the_readers_language(language, words):
    with translation.override(language):
        assert country_words("GR") == words


def test_a_country_nobody_knows_stays_as_it_was_given():
    assert country_words("ZZ") == "ZZ"


@pytest.mark.parametrize(("language", "line"), [("de", "Leeds, 14:20"), ("ar", "Leeds، 14:20")])
def test_the_parts_of_a_line_are_parted_as_the_language_does(language, line):
    with translation.override(language):
        assert listed("Leeds", "", "14:20") == line
