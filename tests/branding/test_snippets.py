"""What a shop is given to paste: as the documents have it, and nothing for the doctor to find."""

import pytest

from apps.branding import snippets
from apps.branding.doctor import Sheet, examine
from apps.branding.embeds import Site
from apps.branding.findings import Severity
from apps.branding.looks import Look
from run import ROOT

SITE = "https://track.example"
PLACE = snippets.Place(SITE, "acme")
PARCEL = snippets.Place(SITE, "acme", token="aB3_" * 6)
DOCS = (ROOT / "docs/embedding.md").read_text()
LOOK = Look(slug="acme", name="Acme", merchant="acme", frame_origins=("https://shop.example",))


def flat(text):
    return " ".join(text.split())


@pytest.mark.parametrize(
    "text", [snippets.script(SITE), snippets.frame(PLACE), snippets.policy(SITE)]
)
def test_a_snippet_stands_in_the_documents_word_for_word(text):
    assert flat(text) in flat(DOCS)


def test_the_element_asks_for_a_number_where_no_parcel_is_named():
    text = snippets.element(PLACE)

    assert 'merchant="acme" token-param="t"' in text
    assert f'href="{SITE}/b/acme/"' in text


def test_a_parcels_snippets_hold_its_secret():
    texts = {one.name: one.text for one in snippets.snippets_of(PARCEL)}

    assert f'token="{PARCEL.token}"' in texts["element"]
    assert f"/e/acme/{PARCEL.token}/" in texts["frame"]
    assert f"/t/{PARCEL.token}/" in texts["link"] and f"/t/{PARCEL.token}/" in texts["oembed"]


@pytest.mark.parametrize("name", ["element", "frame", "link"])
@pytest.mark.parametrize("place", [PLACE, PARCEL], ids=["brand", "parcel"])
def test_the_doctor_finds_nothing_to_mend_in_a_snippet(place, name):
    text = next(one.text for one in snippets.snippets_of(place) if one.name == name)

    found = examine(Sheet(text, "https://shop.example/parcel"), LOOK, Site(SITE))

    assert {one.severity for one in found} <= {Severity.FINE, Severity.HINT}


def test_a_title_cannot_break_out_of_its_attribute():
    place = snippets.Place(SITE, "acme", title='"><script>alert(1)</script>')

    assert all("<script>alert" not in one.text for one in snippets.snippets_of(place))


@pytest.mark.django_db
def test_the_programs_address_answers_with_the_frame(client):
    from apps.branding.models import Brand
    from tests.builders import make_merchant

    Brand.objects.create(
        merchant=make_merchant(), slug="acme", name="Acme", frame_origins=["https://shop.example"]
    )
    here = snippets.Place("http://testserver", "acme")

    answer = client.get(snippets.oembed(here).removeprefix("http://testserver"))

    assert here.framed in answer.json()["html"]
