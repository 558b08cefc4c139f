"""The feed of an order: an entry for each scan."""

from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from msgspec.structs import replace

from apps.branding.looks import Look
from apps.pages.feed import feed_of
from apps.pages.presenting import present
from apps.pages.readers import Reader
from tests.pages.journeys import NOW, day, event, item, journey, leg
from tests.pages.markup import read
from tests.pages.test_hostile_texts import HOSTILE, everything_says

ADDRESS = "https://parcels.example/t/aaaaaaaaaaaaaaaaaaaaaa/"
ATOM = "{http://www.w3.org/2005/Atom}"


def written(*journeys, reader=None, now=NOW):
    return feed_of(present(journeys, now, reader), NOW, ADDRESS)


def parsed(*journeys, **more):
    return ElementTree.fromstring(written(*journeys, **more).encode())  # noqa: S314


def entries(*journeys, **more):
    return parsed(*journeys, **more).findall(f"{ATOM}entry")


def words(element, name):
    return element.findtext(f"{ATOM}{name}")


def test_every_scan_is_an_entry_newest_first():
    told = [
        event("in_transit", f"2026-05-{14 - n:02d}T10:00", place=f"Place {n}") for n in range(9)
    ]

    titles = [words(entry, "title") for entry in entries(journey(*told))]

    assert titles == [f"On its way – Place {n}" for n in range(9)]


def test_scans_of_items_and_of_other_parcels_are_entries_too():
    items = (item(1, "Jumper"), item(2, "Mug"))
    first = journey(event("delivered", item=1), items=items)
    second = journey(event("in_transit", "2026-05-14T11:00"), reference="sp_2")

    titles = [words(entry, "title") for entry in entries(first, second)]

    assert titles == ["Parcel 2 of 2 – On its way", "Parcel 1 of 2 – Jumper – Delivered"]


def test_an_entry_keeps_its_name():
    told = event("in_transit")
    before, after = journey(told), journey(event("delivered"), told, token="b" * 22, version=9)

    assert words(entries(before)[0], "id") == words(entries(after)[1], "id")


def test_no_name_holds_the_secret():
    feed = parsed(journey(event("in_transit")))

    names = [element.text for element in feed.iter(f"{ATOM}id")]
    assert len(set(names)) == 2
    assert all(name.startswith("tag:parcels.example,") for name in names)
    assert not any("aaaa" in name for name in names)


def test_an_entry_tells_when_and_in_whose_words():
    legs = (leg(1, "DHL"), leg(2, "Royal Mail"))
    told = event("in_transit", "2026-05-13T17:42", 120, description="Ankunft", leg=1)

    (entry,) = entries(journey(told, legs=legs))
    summary = read(words(entry, "summary"))

    assert datetime.fromisoformat(words(entry, "published")) == datetime(
        2026, 5, 13, 15, 42, tzinfo=UTC
    )
    assert [part.text for part in summary.all("p")] == ["Wed 13 May 17:42 UTC+2", "DHL: Ankunft"]
    assert (summary.one("q")["lang"], summary.one("q")["dir"]) == ("", "auto")


def test_a_date_alone_shows_no_midnight():
    (entry,) = entries(journey(event("accepted", moment=day("2026-05-12"))))

    assert "00:00" not in words(entry, "summary")


def test_a_feed_without_scans_says_when_it_changed():
    assert datetime.fromisoformat(words(parsed(journey()), "updated")) == NOW


def test_a_feed_leads_to_the_page_and_to_itself():
    links = {link.get("rel"): link.get("href") for link in parsed(journey()).findall(f"{ATOM}link")}

    assert links == {"alternate": ADDRESS, "self": f"{ADDRESS}feed.atom"}


def test_a_hidden_journey_is_not_in_the_feed():
    look = Look("harbour", "Harbour", "harbour", hidden=frozenset(("journey",)))

    assert entries(journey(event("in_transit")), reader=Reader(look=look)) == []


TRICKS = [*HOSTILE, "]]>", "<![CDATA[x]]>", "&lol;", "\x00\x08\x1b[31m\ufffe\ud800", "a\u2028b"]


@pytest.mark.parametrize("text", TRICKS)
def test_no_text_makes_elements_in_a_feed(text):
    harmless, hostile = (parsed(everything_says(one)) for one in ("words", text))

    assert [element.tag for element in hostile.iter()] == [e.tag for e in harmless.iter()]
    for entry, plain in zip(
        hostile.iter(f"{ATOM}entry"), harmless.iter(f"{ATOM}entry"), strict=True
    ):
        shown, meant = read(words(entry, "summary")), read(words(plain, "summary"))
        assert [e.tag for e in shown.elements] == [e.tag for e in meant.elements]


@pytest.mark.parametrize("hidden", ["\u202e", "\u2066", "\u200b", "\x85", "\ufeff"])
def test_no_text_turns_or_hides_a_feed(hidden):
    assert hidden not in written(replace(everything_says(f"gp{hidden}j.exe"), token=""))
