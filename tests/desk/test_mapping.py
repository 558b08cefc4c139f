"""Unknown words: listed, looked at, tried, given a meaning in the background, and undone."""

import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.desk import remapping, runs
from apps.desk.guesses import guesses
from apps.desk.models import Role, Run
from apps.shipments import interpreting, recording, vocabulary
from apps.shipments.models import Meaning, Outbox, Shipment, UnknownWord
from tests.builders import NOW, make_merchant, make_shipment, report, sighting
from tests.desk.seating import seat

pytestmark = pytest.mark.django_db
LIST = "/admin/mapping/"
WORD = "ZUGEST_NB"


@pytest.fixture(autouse=True)
def nothing_is_known():
    interpreting.forget()
    yield
    interpreting.forget()


@pytest.fixture
def chief(client):
    user = User.objects.create_superuser("chief")
    client.force_login(user)
    return user


@pytest.fixture
def shipment():
    return told(make_merchant())


def told(merchant, word=WORD, description="Left with Frau Muster", **fields):
    seen = sighting("unknown.unmapped", word=word, description=description)
    return make_shipment(merchant, report(seen), **fields)


def word_of(text=WORD):
    return UnknownWord.objects.get(word=text)


def page_of(word):
    return f"{LIST}{word.pk}/"


def carried_on(run, minutes=1):
    """Work on a run as workers do, until there is no more to do."""
    for number in range(10):
        runs.work(run.pk, lambda: NOW + timedelta(minutes=minutes + number), 60)  # noqa: B023
    run.refresh_from_db()
    return run


def tried(client, word, code):
    """Have a meaning tried on its page; return the run, checked."""
    client.post(page_of(word), {"code": code})
    return carried_on(Run.objects.latest("pk"))


def decide(client, run, action):
    client.post(f"{LIST}runs/{run.pk}/", {"action": action})
    return carried_on(Run.objects.latest("pk"), minutes=20)


def code_of(shipment):
    return Shipment.objects.values_list("code", flat=True).get(pk=shipment.pk)


def test_words_are_listed_the_most_frequent_first(client, chief):
    merchant = make_merchant()
    told(merchant, "RARE")
    for _ in range(3):
        told(merchant, "OFTEN")

    page = client.get(LIST).text

    assert page.index("OFTEN") < page.index("RARE")
    assert "3 times" in page


def test_no_words_are_good_news(client, chief):
    assert "Every word is understood" in client.get(LIST).text


@pytest.mark.parametrize("role", list(Role))
def test_words_are_shared_so_merchants_staff_do_not_see_them(client, shipment, role):
    client.force_login(seat(shipment.merchant, role=role))

    answers = [client.get(LIST).status_code, client.post(page_of(word_of())).status_code]

    assert answers == [403, 403]


def test_a_word_shows_what_came_with_it(client, chief, shipment):
    page = client.get(page_of(word_of())).text

    assert "Left with Frau Muster" in page
    assert shipment.reference in page


def test_a_word_that_looks_like_a_known_one_is_guessed(client, chief):
    told(make_merchant(), "OUT_FOR_DELIVERYY")

    page = client.get(LIST).text

    assert "Perhaps" in page
    assert "Out for delivery" in page


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("delivery_failed_card_lft", "attempted.card_left"),
        ("CLEARED-THROUGH-CUSTOM", "in_transit.customs_cleared"),
        ("Damaged.", "exception.damaged"),
    ],
)
def test_a_guess_is_the_meaning_of_the_most_similar_word(word, code):
    assert guesses(word)[0] == code


@pytest.mark.parametrize("word", ["", "QX7", "\0", "ß" * 5000, "9" * 50])
def test_what_resembles_nothing_is_not_guessed_at(word):
    assert guesses(word) == ()


def test_a_meaning_is_tried_before_anything_changes(client, chief, shipment):
    run = tried(client, word_of(), "delivered.neighbour")

    page = client.get(f"{LIST}runs/{run.pk}/").text
    assert run.state == Run.State.CHECKED
    assert "1 event of 1 shipment would change" in page
    assert re.search(r"Waiting for first scan.*→.*Left with a neighbour", page, re.S)
    assert code_of(shipment) == "unknown.no_scans"
    assert not Meaning.objects.exists()
    assert vocabulary.meanings() == {}
    assert Outbox.objects.filter(shipment=shipment).count() == 1


def test_what_is_applied_changes_its_shipments_and_what_comes_in_later(client, chief, shipment):
    run = decide(client, tried(client, word_of(), "delivered.neighbour"), "apply")

    later = told(shipment.merchant)
    assert (run.state, run.done) == (Run.State.DONE, 1)
    assert code_of(shipment) == "delivered.neighbour"
    assert code_of(later) == "delivered.neighbour"
    assert Outbox.objects.filter(shipment=shipment).count() == 2


def test_what_was_applied_can_be_undone(client, chief, shipment):
    done = decide(client, tried(client, word_of(), "delivered.neighbour"), "apply")

    undoing = decide(client, done, "undo")
    undone = decide(client, undoing, "apply")

    assert undone.state == Run.State.DONE
    assert code_of(shipment) == "unknown.no_scans"
    assert not Meaning.objects.exists()


def test_what_is_dropped_changes_nothing(client, chief, shipment):
    run = decide(client, tried(client, word_of(), "delivered.neighbour"), "drop")

    assert run.state == Run.State.DROPPED
    assert code_of(shipment) == "unknown.no_scans"
    assert "Dropped" in client.get(f"{LIST}runs/{run.pk}/").text


def test_more_events_than_a_step_takes_are_all_changed(client, chief, shipment, monkeypatch):
    monkeypatch.setattr(remapping, "A_STEP", 2)
    others = [told(shipment.merchant) for _ in range(6)]

    run = decide(client, tried(client, word_of(), "in_transit"), "apply")

    assert run.done == 7
    assert {code_of(one) for one in others} == {"in_transit"}


def test_what_another_process_wrote_meanwhile_is_taken_in(client, chief, shipment):
    run = tried(client, word_of(), "in_transit")
    client.post(f"{LIST}runs/{run.pk}/", {"action": "apply"})
    runs.work(run.pk, lambda: NOW + timedelta(minutes=30), 60)
    # It believed for a second that the word means nothing.
    vocabulary.unlearn("test", WORD)
    late = told(shipment.merchant)
    vocabulary.teach("test", WORD, "in_transit", now=NOW)
    before = code_of(late)

    carried_on(run, minutes=40)

    assert (before, code_of(late)) == ("unknown.no_scans", "in_transit")


def test_who_gave_a_word_which_meaning_is_logged(client, chief, shipment):
    decide(client, tried(client, word_of(), "in_transit"), "apply")

    entry = LogEntry.objects.get()

    assert entry.change_message.casefold() == "changed: meaning: nothing → “in_transit”."
    assert (entry.user, entry.object_id) == (chief, str(word_of().pk))


def test_applying_twice_is_applying_once(client, chief, shipment):
    run = decide(client, tried(client, word_of(), "in_transit"), "apply")
    versions = Shipment.objects.values_list("version", flat=True).get(pk=shipment.pk)

    decide(client, run, "apply")

    assert Shipment.objects.values_list("version", flat=True).get(pk=shipment.pk) == versions
    assert LogEntry.objects.count() == 1


def test_a_taught_word_moves_to_the_taught(client, chief, shipment):
    decide(client, tried(client, word_of(), "in_transit"), "apply")

    pages = [client.get(LIST).text, client.get(LIST, {"only": "taught"}).text]

    assert [WORD in page for page in pages] == [False, True]


@pytest.mark.parametrize("code", ["unknown.unmapped", "nonsense", "in_transit\0", "x" * 5000])
def test_a_code_that_does_not_exist_is_refused_in_words(client, chief, shipment, code):
    answer = client.post(page_of(word_of()), {"code": code}, follow=True)

    assert "Choose one of the statuses." in answer.text
    assert not Run.objects.exists()


def test_a_hostile_word_is_shown_as_text(client, chief):
    told(make_merchant(), "<script>x</script>", "<b>bold</b>")

    pages = client.get(LIST).text + client.get(page_of(word_of("<script>x</script>"))).text

    assert "<script>x" not in pages
    assert "<b>bold" not in pages


def test_progress_is_told_as_a_part_of_the_page(client, chief, shipment):
    client.post(page_of(word_of()), {"code": "in_transit"})
    address = f"{LIST}runs/{Run.objects.get().pk}/"

    Run.objects.update(state=Run.State.APPLYING, total=40, done=10)
    part = client.get(address, headers={"HX-Request": "true"}).text
    whole = client.get(address).text

    assert '<progress aria-label="Events changed" value="10" max="40">' in part
    assert "<html" not in part
    assert part.strip() in whole


def test_a_part_that_is_over_asks_no_more(client, chief, shipment):
    run = decide(client, tried(client, word_of(), "in_transit"), "apply")

    page = client.get(f"{LIST}runs/{run.pk}/").text

    assert "hx-get" not in page
    assert "htmx" not in page


def test_runs_of_other_kinds_are_not_shown_here(client, chief):
    run = Run.objects.create(kind=Run.Kind.IMPORT, made_at=NOW, changed_at=NOW)

    assert client.get(f"{LIST}runs/{run.pk}/").status_code == 404


def test_the_list_costs_the_same_however_long(client, chief):
    merchant = make_merchant()
    told(merchant, "ONE")
    client.get(LIST)
    with CaptureQueriesContext(connection) as one:
        client.get(LIST)
    for number in range(20):
        told(merchant, f"WORD_{number}")

    with CaptureQueriesContext(connection) as many:
        client.get(LIST)

    assert len(many) == len(one) <= 8


def test_a_words_page_costs_the_same_however_often_it_was_seen(client, chief, shipment):
    address = page_of(word_of())
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    for _ in range(8):
        told(shipment.merchant)

    with CaptureQueriesContext(connection) as many:
        client.get(address)

    assert len(many) == len(one) <= 10


def test_the_pages_have_no_inline_script_or_style(client, chief, shipment):
    run = tried(client, word_of(), "in_transit")

    pages = [client.get(a).text for a in (LIST, page_of(word_of()), f"{LIST}runs/{run.pk}/")]

    for page in pages:
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", page)


def test_reworded_history_stays_with_what_its_source_says(client, chief, shipment):
    better = sighting("in_transit", "2026-03-01T11:00:00+00:00", word="KNOWN")
    recording.record(shipment.pk, report(better), now=NOW)

    decide(client, tried(client, word_of(), "info"), "apply")

    assert code_of(shipment) == "in_transit"
