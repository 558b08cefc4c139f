"""Draft, publish, and back again: nothing that somebody typed gets lost."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError

from apps.branding import drafts
from apps.branding.models import Asset, Brand, Draft
from tests.builders import make_merchant

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def brand():
    return Brand.objects.create(merchant=make_merchant(), slug="acme", name="Acme")


@pytest.fixture
def ann():
    return User.objects.create_user("ann")


@pytest.fixture
def ben():
    return User.objects.create_user("ben")


def keep(brand, user, seen=None, **changes):
    """Save what a form would that shows the draft as it is, or `seen`."""
    seen = seen or shown(brand)
    is_over = changes.pop("is_over", False)
    return drafts.keep(brand.pk, seen, seen | changes, user, NOW, is_over=is_over)


def shown(brand):
    fresh = Brand.objects.get(pk=brand.pk)
    return drafts.values_of(drafts.drafted(fresh, drafts.draft_of(fresh)))


def published(brand, name):
    return Brand.objects.values_list(name, flat=True).get(pk=brand.pk)


def test_a_draft_changes_nothing_that_customers_see(brand, ann):
    keep(brand, ann, accent="#112233")

    assert (published(brand, "accent"), published(brand, "version")) == ("", 1)
    assert shown(brand)["accent"] == "#112233"
    draft = drafts.draft_of(brand)
    assert (draft.changed_by, draft.changed_at) == (ann, NOW)


def test_publishing_makes_the_draft_a_new_version(brand, ann):
    keep(brand, ann, accent="#112233", hidden=["map"])

    changes = drafts.publish(brand.pk, ann)

    assert [(one.name, one.before, one.after) for one in changes] == [
        ("accent", "", "#112233"),
        ("hidden", [], ["map"]),
    ]
    assert (published(brand, "accent"), published(brand, "version")) == ("#112233", 2)
    assert drafts.draft_of(brand) is None
    assert brand.history.first().history_user == ann


def test_publishing_nothing_changes_nothing(brand, ann):
    assert drafts.publish(brand.pk, ann) == ()
    assert published(brand, "version") == 1 and brand.history.count() == 1


def test_every_kind_of_field_comes_through(brand, ann):
    logo = Asset.objects.create(
        merchant=brand.merchant, digest="a" * 64, kind="logo", mime="image/webp", data=b"x",
        width=10, height=10, made_at=NOW,
    )  # fmt: skip
    wanted = {
        "slot_from": "2026-03-02T12:00:00+00:00",
        "logo": logo.pk,
        "texts": {"de": {"delivered": "Angekommen."}},
        "radius": 4,
        "opens_by_number": True,
    }

    keep(brand, ann, **wanted)
    drafts.publish(brand.pk, ann)

    found = Brand.objects.get(pk=brand.pk)
    assert (found.slot_from, found.logo, found.radius) == (NOW, logo, 4)
    assert (found.texts, found.opens_by_number) == (wanted["texts"], True)


def test_discarding_leaves_what_is_published(brand, ann):
    keep(brand, ann, name="Other")

    held = drafts.discard(brand.pk)

    assert [(one.before, one.after) for one in held] == [("Acme", "Other")]
    assert shown(brand)["name"] == "Acme" and drafts.discard(brand.pk) == ()


def test_a_draft_that_is_changed_back_is_none(brand, ann):
    keep(brand, ann, name="Other")
    keep(brand, ann, name="Acme")

    assert not Draft.objects.exists()


def test_two_who_change_different_fields_are_put_together(brand, ann, ben):
    seen = shown(brand)
    keep(brand, ann, seen, name="Ann's")

    keep(brand, ben, seen, accent="#112233")

    assert (shown(brand)["name"], shown(brand)["accent"]) == ("Ann's", "#112233")


def test_two_who_change_the_same_field_are_told(brand, ann, ben):
    seen = shown(brand)
    keep(brand, ann, seen, name="Ann's")

    with pytest.raises(drafts.Clashed) as told:
        keep(brand, ben, seen, name="Ben's")

    (change,) = told.value.changes
    assert (change.label, change.before, change.after) == ("Name", "Ann's", "Ben's")
    assert shown(brand)["name"] == "Ann's"


def test_who_was_told_may_take_their_own(brand, ann, ben):
    seen = shown(brand)
    keep(brand, ann, seen, name="Ann's")

    keep(brand, ben, seen, name="Ben's", is_over=True)

    assert shown(brand)["name"] == "Ben's"


def test_a_change_that_was_published_meanwhile_is_told_before_it_is_lost(brand, ann, ben):
    keep(brand, ann, name="Ann's", accent="#112233")
    elsewhere = Brand.objects.get(pk=brand.pk)
    elsewhere.name, elsewhere.radius = "Elsewhere", 2
    elsewhere.save()

    with pytest.raises(drafts.Clashed):
        drafts.publish(brand.pk, ann)
    assert published(brand, "name") == "Elsewhere" and drafts.draft_of(brand)

    drafts.publish(brand.pk, ann, is_over=True)

    assert (published(brand, "name"), published(brand, "radius")) == ("Ann's", 2)


def test_a_change_elsewhere_in_other_fields_stays(brand, ann):
    keep(brand, ann, accent="#112233")
    Brand.objects.filter(pk=brand.pk).update(radius=2)

    drafts.publish(brand.pk, ann)

    assert (published(brand, "radius"), published(brand, "accent")) == (2, "#112233")


def test_a_form_that_shows_an_older_version_does_not_bring_it_back(brand, ann, ben):
    seen = shown(brand)
    keep(brand, ann, name="Ann's")
    drafts.publish(brand.pk, ann)

    keep(brand, ben, seen, radius=3)

    assert (shown(brand)["name"], shown(brand)["radius"]) == ("Ann's", 3)


def test_what_is_not_right_any_more_is_not_published(brand, ann):
    Brand.objects.create(
        merchant=brand.merchant, slug="b", name="B", is_default=False, domain="t.shop.example"
    )
    keep(brand, ann, domain="t.shop.example")

    with pytest.raises(ValidationError, match="Another brand"):
        drafts.publish(brand.pk, ann)

    assert drafts.draft_of(brand) and published(brand, "version") == 1


def test_the_history_tells_who_changed_what_and_when(brand, ann, django_assert_num_queries):
    for name in ("One", "Two"):
        keep(brand, ann, name=name)
        drafts.publish(brand.pk, ann)

    with django_assert_num_queries(1):
        told = drafts.versions(brand)

    assert [(one.number, one.by) for one in told] == [(3, "ann"), (2, "ann"), (1, "")]
    assert [(one.before, one.after) for one in told[0].changes] == [("One", "Two")]
    assert told[2].is_first and told[2].changes == ()


def test_the_history_is_capped(brand, ann):
    for _number in range(4):
        Brand.objects.get(pk=brand.pk).save()

    told = drafts.versions(brand, most=3)

    assert [one.number for one in told] == [5, 4, 3] and not any(one.is_first for one in told)


def test_an_earlier_version_comes_back_as_a_new_one(brand, ann, ben):
    keep(brand, ann, name="Two", accent="#112233")
    drafts.publish(brand.pk, ann)
    first = drafts.versions(brand)[-1]

    drafts.return_to(brand.pk, first.key, ben)

    assert (published(brand, "name"), published(brand, "version")) == ("Acme", 3)
    assert drafts.versions(brand)[0].by == "ben"


def test_a_draft_stays_when_an_earlier_version_comes_back(brand, ann):
    keep(brand, ann, name="Two")
    drafts.publish(brand.pk, ann)
    keep(brand, ann, radius=3)

    drafts.return_to(brand.pk, drafts.versions(brand)[-1].key, ann)

    assert (shown(brand)["name"], shown(brand)["radius"]) == ("Acme", 3)


def test_another_brands_version_is_none(brand, ann):
    other = Brand.objects.create(merchant=make_merchant("Other"), slug="o", name="Other")

    with pytest.raises(Brand.history.model.DoesNotExist):
        drafts.return_to(brand.pk, other.history.get().pk, ann)


def test_a_file_that_is_gone_does_not_come_back(brand, ann):
    brand.history.update(logo_id=987654, name="Old")

    drafts.return_to(brand.pk, brand.history.get().pk, ann)

    assert (published(brand, "logo"), published(brand, "name")) == (None, "Old")


def test_fields_that_brands_no_longer_have_are_left_out(brand, ann):
    Draft.objects.create(
        brand=brand, fields={"sparkle": [0, 9], "name": ["Acme", "New"]}, changed_at=NOW
    )

    drafts.publish(brand.pk, ann)

    assert published(brand, "name") == "New"
