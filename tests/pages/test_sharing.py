"""Links to pass on: less than the secret link shows, and only for a while."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from apps.pages.sharing import Shared, offers, seal, unseal
from apps.shipments.models import Shipment
from apps.shipments.privacy import Level
from tests.builders import make_merchant
from tests.pages.doors import make_parcel, page_of
from tests.pages.markup import read

TOKEN = "aB3dE5gH7jK9mN1pQ3sT5v"
TODAY = timezone.now().date()


@pytest.fixture
def parcel(db):
    return make_parcel(order_reference="10432", token=TOKEN)


def shared(level, days=7, token=TOKEN):
    return f"/s/{seal(Shared(token, level, TODAY + timedelta(days=days)))}/"


def test_the_page_offers_two_links(client, parcel):
    links = read(client.get(page_of(parcel)).text).one(id="share").all("a")

    assert [link.text for link in links] == [
        "7 days, status only",
        "30 days, with items and places",
    ]
    assert [unseal(link["href"].split("/")[-2])[1:3] for link in links] == [
        (Level.NUMBER, TODAY + timedelta(days=7)),
        (Level.LINK, TODAY + timedelta(days=30)),
    ]
    assert TOKEN not in "".join(link["href"] for link in links)


def test_offered_links_are_the_same_all_day():
    now = timezone.now()

    assert offers("", TOKEN, now) == offers("", TOKEN, now)


def test_a_link_of_the_state_shows_the_state_alone(client, parcel):
    make_parcel(parcel.merchant, "OTHER1", order_reference="10432")

    answer = client.get(shared(Level.NUMBER))

    assert answer.status_code == 200
    assert read(answer.text).one(id="status")["data-code"] == "in_transit"
    for told in ("jumper", "10432", "OTHER1", "JD01", TOKEN, "/t/"):
        assert told not in answer.text


def test_a_link_with_items_shows_the_page_without_its_doors(client, parcel):
    page = read(client.get(shared(Level.LINK)).text)

    assert page.one(id="items")
    assert not page.all("form") and not page.all(id="share") and not page.all(id="rating")
    assert "until it ends" in page.one("footer").text


def test_a_shared_page_never_shows_the_secret(client, parcel):
    answer = client.get(shared(Level.LINK))

    assert TOKEN not in answer.text + str(answer.headers)
    assert not answer.cookies


@pytest.mark.parametrize("level", [Level.NUMBER, Level.LINK])
def test_a_shared_page_is_not_listed_and_tells_no_other_site(client, parcel, level):
    answer = client.get(shared(level))

    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["Cache-Control"] == "private, no-cache"
    assert read(answer.text).one("meta", name="robots")["content"] == "noindex, nofollow"


@pytest.mark.parametrize("level", [Level.NUMBER, Level.LINK])
def test_a_link_ends_after_its_last_day(client, parcel, level):
    assert client.get(shared(level, days=0)).status_code == 200

    answer = client.get(shared(level, days=-1))

    assert answer.status_code == 410
    assert read(answer.text).one("h1").text == "This link has ended"
    assert "Acme" not in answer.text


def test_a_renewed_secret_ends_what_was_shared(client, parcel):
    Shipment.objects.filter(pk=parcel.pk).update(token="n" * 22)

    assert client.get(shared(Level.LINK)).status_code == 404


@pytest.mark.parametrize(
    "change",
    [str.swapcase, lambda s: s[:-1], lambda s: s + "A", lambda s: "A" + s[1:], lambda s: s[::-1]],
)
def test_an_edited_link_opens_nothing(client, parcel, change):
    sealed = seal(Shared(TOKEN, Level.LINK, TODAY))

    assert client.get(f"/s/{change(sealed)}/").status_code == 404


def test_each_letter_of_a_link_counts():
    sealed = seal(Shared(TOKEN, Level.LINK, TODAY))

    for place, letter in enumerate(sealed):
        edited = sealed[:place] + ("A" if letter != "A" else "B") + sealed[place + 1 :]
        assert unseal(edited) is None


@pytest.mark.parametrize("text", ["", "A" * 60, "A" * 119, "-" * 61, "é" * 60])
def test_what_was_not_sealed_is_nothing(text):
    assert unseal(text) is None


def test_what_was_sealed_comes_out_again():
    given = Shared(TOKEN, Level.NUMBER, date(2026, 11, 28))

    assert unseal(seal(given)) == given


def test_a_link_sealed_with_another_key_is_nothing(settings):
    sealed = seal(Shared(TOKEN, Level.LINK, TODAY))
    settings.SECRET_KEY = "another" * 10

    assert unseal(sealed) is None


def test_an_open_shared_page_gets_its_news(client, parcel):
    page = read(client.get(shared(Level.LINK)).text).one(id="tracking")

    unchanged = client.get(shared(Level.LINK) + page["hx-get"])
    changed = client.get(shared(Level.LINK) + "live?version=1")

    assert unchanged.status_code == 204
    assert read(changed.text).one(id="tracking")
    assert TOKEN not in changed.text


@pytest.mark.parametrize(
    "path", ["prove", "rating", "calendar.ics", "feed.atom", "parcel.txt", "print"]
)
def test_a_shared_link_has_no_other_doors(client, parcel, path):
    assert client.get(shared(Level.LINK) + path).status_code == 404
    assert client.post(shared(Level.LINK) + path).status_code == 404


def test_a_shared_page_links_to_no_door_it_does_not_have(client, parcel):
    page = read(client.get(shared(Level.LINK)).text)

    own = [
        e["href"]
        for e in page.all("a") + page.all("link")
        if not e["href"].startswith(("/static/", "data:", "http", "#"))
    ]
    assert [client.get(shared(Level.LINK) + href).status_code for href in own] == [200] * len(own)


def test_a_shared_page_costs_four_queries(client, parcel, django_assert_max_num_queries):
    client.get(shared(Level.LINK))

    with django_assert_max_num_queries(4):
        client.get(shared(Level.LINK))


def test_a_shared_link_of_another_merchants_order_shows_only_that(client, parcel):
    other = make_parcel(make_merchant("Other"), "OTHER1", order_reference="10432")

    assert "OTHER1" not in client.get(shared(Level.LINK)).text
    assert other.merchant.name not in client.get(shared(Level.LINK)).text
