"""Mails as they are sent: each kind, in every language, as a page and as text."""

import json
import re
from html import unescape

import polib
import pytest
from django.conf import settings
from django.utils import translation
from msgspec.structs import replace

from apps.branding.looks import Picture
from apps.mails import samples
from apps.mails.links import site_of
from apps.mails.models import Letter, Subscription
from apps.mails.writing import reader_of, write, write_as
from apps.pages.codes import code_of
from apps.pages.sample_parts import LOOK, NOW, day, promise
from apps.pages.samples import JUMPER, LABEL, ON_THE_WAY, all_samples, no_scan, parcel
from apps.shipments.status import STATUSES
from tests import messages
from tests.mails.writers import SITE, each_mail, written
from tests.pages.markup import read
from tests.pages.states import PERSONAL
from tests.pages.test_hostile_texts import HOSTILE, everything_says

LANGUAGES = [code for code, _name in settings.LANGUAGES]
NAMES = samples.names()
NEWS = samples.news_names()
SMALL = 40 * 1024

in_each_language = pytest.mark.parametrize("language", LANGUAGES)
of_each_kind = pytest.mark.parametrize("name", NAMES)


def news(journey, *, kind="in_transit", look=LOOK, language="en", now=NOW, **fields):
    """Return the mail of a parcel to a subscriber."""
    subscription = Subscription(token="a" * 32, language=language, **fields)
    letter = Letter(kind=kind, language=language, subscription=subscription)
    return write_as(letter, journey, reader_of(language, look, SITE), now)


def squeezed(text):
    return re.sub(r"\s+", " ", text)


def links_in(html):
    return [unescape(url) for url in re.findall(r'href="([^"]*)"', html)]


@in_each_language
def test_every_kind_is_a_small_page_without_pictures_and_scripts(language):
    for name, mail in each_mail(language):
        page = read(mail.html)
        root = page.one("html")
        told = "en" if name == "paused" else language
        assert root["lang"] == told and root["dir"] == ("rtl" if told == "ar" else "ltr"), name
        assert len(mail.html.encode()) < SMALL, name
        assert len(page.all("h1")) == 1 and page.all("img") == [], name
        assert {one["type"] for one in page.all("script")} <= {"application/ld+json"}, name
        assert page.all("link") == page.all("iframe") == page.all("form") == [], name
        assert {one["role"] for one in page.all("table")} <= {"presentation"}, name


@in_each_language
def test_no_mail_holds_anything_personal(language):
    for name, mail in each_mail(language):
        told = f"{mail.subject} {mail.text} {mail.html}"
        assert [text for text in PERSONAL if text in told] == [], name


@in_each_language
def test_the_text_says_what_the_page_says(language):
    for name, mail in each_mail(language):
        page, text = read(mail.html), squeezed(mail.text)
        said = [one.text for tag in ("h1", "h2", "p") for one in page.all(tag)]
        assert [words for words in said if squeezed(words) not in text] == [], name


@in_each_language
def test_links_are_whole_and_stand_in_the_text_too(language):
    for name, mail in each_mail(language):
        for url in links_in(mail.html):
            assert url.startswith(("https://", "mailto:", "tel:")), (name, url)
            assert url in mail.text, (name, url)


@in_each_language
def test_a_subject_is_one_short_line(language):
    for name, mail in each_mail(language):
        assert 0 < len(mail.subject) <= 78 and mail.subject.isprintable(), name
        assert mail.subject in unescape(mail.html), name


@in_each_language
def test_lines_of_the_text_are_short_but_for_addresses(language):
    for name, mail in each_mail(language):
        long = [line for line in mail.text.splitlines() if len(line) > 72 and "://" not in line]
        assert long == [], name


@pytest.mark.parametrize("language", messages.languages())
def test_no_english_sentence_remains(language):
    entries = polib.pofile(str(messages.file_of(language)))
    english = {e.msgid for e in entries if len(e.msgid.split()) > 2 and e.msgid != e.msgstr}
    for name, mail in each_mail(language):
        text = squeezed(mail.text) if name != "paused" else ""
        assert [words for words in english if words in text] == [], name


@pytest.mark.parametrize("name", NEWS)
def test_news_say_the_heading_of_the_page_and_lead_there(name):
    mail = written(name)

    page = read(mail.html)
    assert page.one("h1").text in mail.subject and "10432" in mail.subject
    assert f"{SITE}/t/{'a' * 22}/?lang=en" in links_in(mail.html)


@pytest.mark.parametrize("name", NEWS)
def test_news_end_with_how_to_choose_and_how_to_stop(name):
    token = "sample" * 5

    assert f"{SITE}/m/{token}/" in links_in(written(name).html)
    assert f"{SITE}/m/{token}/stop" in links_in(written(name).html)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("problem", "Tell the shop the full address."),
        ("customs", "Pay only on the carrier's own site"),
        ("attempted", "The card says where the parcel is"),
        ("lost", "a new parcel or your money back"),
        ("coming_back", "Ask the shop about a new delivery"),
        ("silent", "Ask the shop now"),
        ("ready_to_collect", "Corner News, Leeds"),
    ],
)
def test_a_problem_is_told_with_the_next_step(name, words):
    mail = written(name)

    assert words in squeezed(mail.text)
    assert "https://shop.example/help" in links_in(mail.html)


@pytest.mark.parametrize("name", NEWS)
def test_no_mail_advertises(name):
    assert "Rain jackets" not in written(name).text and "Rain jackets" not in written(name).html


@pytest.mark.parametrize("name", NAMES)
def test_days_are_told_by_their_dates(name):
    assert not re.search(r"\b(today|tomorrow|yesterday|ago)\b", written(name).text, re.IGNORECASE)


def test_a_window_that_moved_is_told_with_the_former_one_and_who_said_so():
    mail = news(all_samples()["late"].journeys[0])

    assert "Expected: by Fri 15 May" in mail.text
    assert "Before: Wed 13 May · Storm" in mail.text
    assert "Date from the carrier\n" in mail.text


def test_a_window_that_is_over_has_no_calendar():
    missed = promise(day("2026-05-12"), said="2026-05-11T09:00")

    mail = news(parcel("in_transit.local_depot", *ON_THE_WAY, promises=(missed,)))

    assert "Was due: Tue 12 May" in mail.text and "calendar.ics" not in mail.text


def test_a_window_to_come_leads_to_a_calendar():
    assert f"{SITE}/t/{'a' * 22}/calendar.ics?lang=de" in links_in(written("in_transit", "de").html)


def test_a_parcel_that_nobody_scanned_is_told_as_that():
    sample = no_scan()
    later = NOW.replace(day=25)

    mail = news(sample.journeys[0], kind="silent", now=later)

    assert mail.subject.startswith("Not scanned by the carrier yet – Order 10432")
    assert "Ask the shop whether the parcel was sent." in mail.text


@pytest.mark.parametrize("name", ["customs", "problem"])
def test_whoever_is_to_pay_finds_no_link_to_the_carrier(name):
    due = parcel("exception.payment", replace(LABEL, code="exception.payment"))
    mail = written(name) if name == "customs" else news(due, kind="exception")

    assert "dhl.example" not in mail.html and "dhl.example" not in mail.text


def test_programs_read_the_parcel_as_json_ld():
    (script,) = read(written("out_for_delivery").html).all("script")
    data = json.loads("".join(script.children))

    assert data["@type"] == "ParcelDelivery"
    assert data["trackingUrl"] == f"{SITE}/t/{'a' * 22}/"
    assert data["partOfOrder"]["orderNumber"] == "10432"
    assert data["expectedArrivalUntil"].startswith("2026-05-14T14:20")


def test_a_hidden_carrier_is_named_nowhere():
    mail = news(all_samples()["attempted"].journeys[0], look=hiding("carrier"))

    assert not re.search(r"dhl", f"{mail.subject} {mail.text} {mail.html}", re.IGNORECASE)


def hiding(*parts):
    return replace(LOOK, hidden=frozenset(parts))


@pytest.mark.parametrize(
    ("part", "words"),
    [("items", "Blue jumper"), ("details", "JD0146"), ("help", "More answers")],
)
def test_what_a_brand_leaves_out_is_left_out(part, words):
    journey = all_samples()["in_transit"].journeys[0]

    shown, less = news(journey), news(journey, look=hiding(part))

    assert words in shown.text and words in shown.html
    carriers_page = "https://dhl.example/JD0146"
    assert words not in less.text.replace(carriers_page, "")
    assert words not in less.html.replace(carriers_page, "")


def test_what_comes_from_outside_is_escaped_and_cannot_turn_the_text():
    bad = '</script><img src=x onerror="1">\u202egnp.exe\x00'
    items = (replace(JUMPER, description=bad),)
    look = replace(LOOK, name=bad, texts={"en": {"in_transit": bad, "foot": bad}})

    mail = news(parcel("in_transit", *ON_THE_WAY, items=items, order_reference=bad), look=look)

    read(mail.html)
    assert "<img" not in mail.html and "\u202e" not in mail.html + mail.text + mail.subject
    assert "&lt;img src=x" in mail.html and "\x00" not in mail.html + mail.text
    assert mail.html.count("</script>") == 1


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_a_parcel_says_is_text_and_nothing_else(text):
    harmless, hostile = (read(news(everything_says(words)).html) for words in ("words", text))

    assert [one.tag for one in hostile.elements] == [one.tag for one in harmless.elements]
    assert [sorted(one.attributes) for one in hostile.elements if one.tag != "html"] == [
        sorted(one.attributes) for one in harmless.elements if one.tag != "html"
    ]


@pytest.mark.parametrize("language", ["en", "pl", "ar"])
def test_every_code_there_is_can_be_told(language):
    for code in (*STATUSES, "", "nonsense.code"):
        mail = news(parcel(code, replace(LABEL, code=code)), language=language)
        assert read(mail.html).one("h1").text in unescape(mail.html), code
        assert mail.subject and mail.text, code


@pytest.mark.parametrize("year", ["0001", "9999"])
def test_days_at_the_ends_of_the_calendar_are_told(year):
    window = promise(day(f"{year}-12-30"), day(f"{year}-01-02"), said="2026-05-11T09:00")

    mail = news(parcel("in_transit.local_depot", *ON_THE_WAY, promises=(window,)))

    assert ("Was due" if year == "0001" else "Expected") in mail.text


def test_a_parcel_of_which_nothing_is_known_is_told_of():
    bare = replace(parcel("unknown"), legs=(), numbers=(), items=(), order_reference="")

    mail = news(bare, kind="unknown")

    assert mail.subject == "No information – Harbour & Pine"


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\x0b", "\u2028", "\x85"])
def test_no_header_can_be_made_of_a_name(end):
    bad = f"Harbour{end}Bcc: all@example.com"
    look = replace(LOOK, name=bad, support_email=bad)

    mail = news(parcel("in_transit", *ON_THE_WAY, order_reference=bad), look=look)

    assert mail.subject.isprintable() and mail.from_name.isprintable() and mail.reply_to == ""


@pytest.mark.parametrize("email", ["help@shop.example", "", "none", "a@b@c", "a@b.example\n"])
def test_answers_go_to_the_shop_where_it_gave_an_address(email):
    mail = news(parcel("in_transit", *ON_THE_WAY), look=replace(LOOK, support_email=email))

    assert mail.reply_to == (email if email == "help@shop.example" else "")


def test_a_long_list_of_long_names_is_cut():
    items = tuple(replace(JUMPER, position=n, description="Jumper " * 200) for n in range(1, 901))

    mail = news(parcel("in_transit", *ON_THE_WAY, items=items))

    assert "and 880 more" in mail.text and len(mail.html.encode()) < SMALL


def test_a_name_that_runs_the_other_way_is_kept_apart():
    items = (replace(JUMPER, description="قميص أزرق"),)

    mail = news(parcel("in_transit", *ON_THE_WAY, items=items))

    assert "\u2068قميص أزرق\u2069" in mail.text and "\u2068قميص أزرق\u2069" in mail.html
    assert "\u2068" not in news(parcel("in_transit", *ON_THE_WAY)).html


def test_the_shops_own_words_are_used_as_on_its_pages():
    look = replace(
        LOOK,
        texts={"en": {"in_transit": "Packed with love.", "foot": "Harbour & Pine Ltd, Bristol"}},
        privacy_url="https://shop.example/privacy",
    )

    mail = news(parcel("in_transit", *ON_THE_WAY), look=look)

    assert "Packed with love." in mail.text and "Packed with love." in mail.html
    assert "Harbour &amp; Pine Ltd, Bristol" in mail.html
    assert "https://shop.example/privacy" in links_in(mail.html)


def test_who_never_asked_is_told_that_the_shop_did():
    mail = news(parcel("in_transit", *ON_THE_WAY), origin=Subscription.Origin.MERCHANT)

    assert "because Harbour & Pine sends you news" in squeezed(mail.text)


def test_a_logo_comes_from_us_at_its_size_and_with_its_name():
    picture = Picture("/theme/harbour/0.webp", 600, 200)

    one = news(parcel("in_transit"), look=replace(LOOK, logo=picture))
    two = news(parcel("in_transit"), look=replace(LOOK, logo=picture, logo_dark=picture))

    (logo,) = read(one.html).all("img")
    assert logo["src"] == f"{SITE}/theme/harbour/0.webp" and logo["alt"] == "Harbour & Pine"
    assert (logo["width"], logo["height"]) == ("132", "44")
    assert len(read(two.html).all("img")) == 2


def test_to_confirm_tells_nothing_of_the_parcel():
    mail = written("confirm")

    told = mail.subject + mail.text + mail.html
    assert f"{SITE}/m/{'sample' * 5}/confirm" in links_in(mail.html)
    assert "a" * 22 not in told and "10432" not in told and "Blue jumper" not in told
    assert "/stop" not in told and "JD0146" not in told


def test_a_new_link_is_not_the_old_one():
    mail = written("link")

    (opens,) = [url for url in links_in(mail.html) if url.startswith(SITE)]
    assert "a" * 22 not in opens and "Blue jumper" not in mail.text


def test_a_code_is_in_the_mail_and_not_in_its_subject():
    mail = written("code")

    assert samples.CODE in mail.text and read(mail.html).one(class_="code").text == samples.CODE
    assert samples.CODE not in mail.subject


def test_a_letter_with_a_code_brings_the_one_that_the_form_takes():
    letter = Letter(kind="code", language="en", created_at=NOW)
    journey = parcel("delivered")

    mail = write_as(letter, journey, reader_of("en", LOOK, SITE), NOW)

    assert code_of(journey.token, NOW) in mail.text


def test_a_paused_webhook_is_named_by_its_host_alone():
    sample = samples.sample_letters(NOW, "de")["paused"]
    sample.letter.endpoint.url = "https://hooks.shop.example:8443/T0/secret?key=secret"

    mail = write(sample.letter, None, NOW)

    assert mail.language == "en" and "hooks.shop.example" in mail.text
    assert "Nothing was taken for five days." in mail.text
    assert "/admin/notifications/endpoint/7/change/" in mail.text
    assert "secret" not in mail.text + mail.html + mail.subject


def test_a_webhook_that_was_paused_without_a_reason_is_told_of_too():
    sample = samples.sample_letters(NOW, "en")["paused"]
    sample.letter.endpoint.paused_at, sample.letter.endpoint.pause_reason = None, ""

    assert "no reason was kept" in write(sample.letter, None, NOW).text


def test_a_letter_about_a_parcel_needs_it():
    with pytest.raises(ValueError, match="about a parcel"):
        write(Letter(kind="delivered", language="en"), None, NOW)


def test_a_letter_about_a_webhook_needs_it():
    with pytest.raises(ValueError, match="webhook"):
        write(Letter(kind="paused", language="en"), None, NOW)


@pytest.mark.parametrize("language", ["tlh", "", "x" * 50, "de-AT"])
def test_a_language_that_we_do_not_speak_becomes_the_brands(language):
    look = replace(LOOK, language="fr")

    mail = news(parcel("in_transit", *ON_THE_WAY), language=language, look=look)

    assert mail.language == ("de" if language == "de-AT" else "fr")
    assert translation.get_language() == settings.LANGUAGE_CODE


@pytest.mark.django_db
def test_writing_asks_the_database_for_the_brand_alone(django_assert_num_queries):
    sample = samples.sample_letters(NOW, "de")["delivered"]

    with django_assert_num_queries(1):
        mail = write(sample.letter, sample.journey, sample.now)
    with django_assert_num_queries(0):
        write_as(sample.letter, sample.journey, reader_of("de", LOOK, SITE), sample.now)

    assert mail.language == "de" and mail.from_name == "Harbour & Pine"


def test_a_brand_with_a_domain_of_its_own_leads_there():
    look = replace(LOOK, domain="track.shop.example")
    letter = samples.sample_letters(NOW, "en")["delivered"].letter
    reader = reader_of("en", look, site_of(look))

    mail = write_as(letter, parcel("delivered"), reader, NOW)

    assert f"https://track.shop.example/t/{'a' * 22}/?lang=en" in links_in(mail.html)
