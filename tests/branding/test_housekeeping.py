"""Files of brands that nothing names any more go; all others stay."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.branding import housekeeping
from apps.branding.housekeeping import UNUSED_FOR, clear_files
from apps.branding.models import Asset, Brand, Draft
from apps.branding.uploads import kept
from tests.branding.uploaded import picture
from tests.builders import NOW, make_merchant

pytestmark = pytest.mark.django_db
LATER = NOW + UNUSED_FOR + timedelta(hours=1)


@pytest.fixture
def merchant():
    return make_merchant()


def logo(merchant, colour="#112233", now=NOW):
    return kept(merchant, Asset.Kind.LOGO, picture(colour=colour), now)


def brand_with(merchant, **fields):
    return Brand.objects.create(merchant=merchant, slug="b", name="B", **fields)


def test_a_file_that_nothing_names_goes(merchant):
    logo(merchant)

    assert clear_files(LATER) == 1
    assert not Asset.objects.exists()


def test_a_file_of_this_week_stays_for_the_brand_that_is_about_to_be_saved(merchant):
    logo(merchant)

    assert clear_files(NOW + UNUSED_FOR) == 0


@pytest.mark.parametrize("name", ["logo", "logo_dark", "favicon", "font_file"])
def test_a_brands_file_stays(merchant, name):
    brand_with(merchant, **{name: logo(merchant)})

    assert clear_files(LATER) == 0


def test_a_file_of_an_earlier_version_stays(merchant):
    brand = brand_with(merchant, logo=logo(merchant))
    brand.logo = logo(merchant, "#445566")
    brand.save()

    assert clear_files(LATER) == 0
    brand.history.all().delete()
    assert clear_files(LATER) == 1
    assert Asset.objects.get() == brand.logo


def test_a_file_that_a_draft_puts_in_stays(merchant):
    drafted = logo(merchant)
    Draft.objects.create(
        brand=brand_with(merchant), fields={"logo": [None, drafted.pk]}, changed_at=NOW
    )

    assert clear_files(LATER) == 0


def test_a_file_that_is_uploaded_again_stays_another_week(merchant):
    first = logo(merchant)

    assert logo(merchant, now=LATER) == first
    assert clear_files(LATER) == 0


def test_a_file_that_was_cleared_is_stored_again(merchant):
    first = logo(merchant)
    clear_files(LATER)

    again = logo(merchant, now=LATER)

    assert (again.digest, again.made_at) == (first.digest, LATER)


def test_many_go_a_batch_at_a_time_without_being_read(merchant, monkeypatch):
    monkeypatch.setattr(housekeeping, "BATCH", 2)
    for number in range(5):
        logo(merchant, f"#00000{number}")

    with CaptureQueriesContext(connection) as queries:
        assert clear_files(LATER) == 5

    assert not any('"data"' in query["sql"] for query in queries)
