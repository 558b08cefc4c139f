"""Every page of the admin, asked for by everybody.

`rights` names each admin and each address. One that is not named fails.
"""

import re

import pytest
from django.apps import apps
from django.contrib import admin
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.urls import NoReverseMatch, reverse

from apps.desk.models import Membership, Role
from apps.desk.scopes import SCOPES
from tests.desk.rights import ADMINS, OWN_ADDRESSES, OWNED, RIGHTS, SEATS, STANDARD
from tests.desk.world import OURS, PEOPLE, THEIRS


def may(who, label, letter):
    if who == "stranger":
        who = "operator"
    return who in SEATS and letter in RIGHTS[label][SEATS.index(who)]


def address(label, view, row=None):
    name = f"admin:{label.replace('.', '_')}_{view}"
    return reverse(name, args=[row.pk] if row is not None else [])


def model_admin(label):
    return admin.site.get_model_admin(apps.get_model(label))


def tells(answer, mark):
    """Tell whether a page holds a word of a merchant's rows, but for what was asked for."""
    text = re.sub(r"name=\"q\" value=\"[^\"]*\"|[?&](amp;)?q=[^\"&]*|q%3D\w+", "", answer.text)
    return mark in text.lower()


def expect(answer, who, is_allowed):
    place = (answer.request["PATH_INFO"], who)
    if who == "anonymous":
        assert (*place, answer.status_code) == (*place, 302)
        assert answer.headers["Location"].startswith("/admin/login/")
    else:
        assert (*place, answer.status_code) == (*place, 200 if is_allowed else 403)


def test_every_admin_is_in_the_tables():
    registered = {model._meta.label_lower for model in admin.site._registry}

    assert registered == set(RIGHTS)
    assert registered <= set(SCOPES)
    assert {label for label in registered if SCOPES[label] not in ("platform", "everybody")} == (
        OWNED
    )


def test_every_address_of_an_admin_is_in_the_tables():
    reverse("admin:index")
    own = {
        url.name
        for one in admin.site._registry.values()
        for url in one.get_urls()
        if url.name and not re.search(rf"_({'|'.join(STANDARD)})$", url.name)
    }
    own |= {
        url.name
        for one in admin.site._registry.values()
        for url in one.get_urls()
        if url.name and url.name.endswith("password_change")
    }

    assert own == set(OWN_ADDRESSES)


def test_a_table_without_an_owner_cannot_be_registered():
    class Orphan(models.Model):  # noqa: DJ008
        class Meta:
            app_label = "desk"
            managed = False

    with pytest.raises(
        ImproperlyConfigured, match=r"scopes\.py does not say whose rows desk\.orph"
    ):
        admin.site.register(Orphan)

    del apps.all_models["desk"]["orphan"]
    apps.clear_cache()


def test_a_list_shows_ones_own_rows_only(enter, rows):
    for label in ADMINS:
        for who in PEOPLE:
            answer = enter(who).get(address(label, "changelist"))

            expect(answer, who, may(who, label, "l"))
            if answer.status_code == 200 and label in OWNED:
                assert _shown(answer) == _within(rows, label, who)
                assert not tells(answer, OURS) or who != "stranger"
                assert not tells(answer, THEIRS) or who in ("stranger", "platform")


def test_a_search_and_a_count_know_ones_own_rows_only(enter, rows):
    for label in sorted(OWNED):
        for who in ("viewer", "operator"):
            client = enter(who)
            everything = client.get(address(label, "changelist")).context["cl"]
            found = client.get(address(label, "changelist"), {"q": THEIRS}, follow=True)

            assert everything.result_count == _own(rows, label).count()
            assert not tells(found, THEIRS)


def _shown(answer):
    return {row.pk for row in answer.context["cl"].result_list}


def _own(rows, label, side="ours"):
    model = apps.get_model(label)
    if label == "admin.logentry":
        return model.objects.filter(change_message__startswith=OURS if side == "ours" else THEIRS)
    return model.objects.filter(**{SCOPES[label]: rows[side]["shipments.merchant"].pk})


def _within(rows, label, who):
    sides = {"platform": ("ours", "theirs"), "stranger": ("theirs",)}.get(who, ("ours",))
    return {row.pk for side in sides for row in _own(rows, label, side)}


def test_no_filter_reaches_another_merchants_rows(enter, rows):
    for label in sorted(OWNED):
        theirs = rows["theirs"][label]
        for who in ("viewer", "operator"):
            for name in ("pk__exact", "id__exact", "merchant__id__exact", "merchant__name", "all"):
                answer = enter(who).get(
                    address(label, "changelist"), {name: theirs.pk}, follow=True
                )

                assert answer.status_code in (200, 400)
                assert not tells(answer, THEIRS)


def test_who_may_add_gets_a_form_without_others_choices(enter, rows):
    for label in ADMINS:
        for who in PEOPLE:
            answer = enter(who).get(address(label, "add"))

            expect(answer, who, may(who, label, "a"))
            if who != "platform":
                assert not tells(answer, THEIRS) or who == "stranger"


@pytest.mark.parametrize("view", ["change", "history", "delete"])
def test_a_row_of_ones_own_is_opened_by_right(enter, rows, view):
    for label in ADMINS:
        letter = "d" if view == "delete" else "l"
        for who in PEOPLE:
            answer = enter(who).get(address(label, view, rows["ours"][label]))

            if who == "stranger" and label in OWNED:
                assert answer.status_code in (302, 403)
                assert not tells(answer, OURS)
            else:
                if view == "history" and answer.status_code == 302 and not may(who, label, letter):
                    assert answer.headers["Location"].startswith("/admin/")
                else:
                    expect(answer, who, may(who, label, letter))
                assert who in ("platform", "stranger") or not tells(answer, THEIRS)


@pytest.mark.parametrize("view", ["change", "history", "delete"])
def test_another_merchants_row_is_answered_as_if_it_did_not_exist(enter, rows, view):
    for label in sorted(OWNED):
        theirs = rows["theirs"][label]
        nothing = type(theirs)(pk=999_999_999)
        for who in ("viewer", "operator"):
            for method in ("get", "post"):
                client = enter(who)
                there = getattr(client, method)(address(label, view, theirs))
                nowhere = getattr(client, method)(address(label, view, nothing))

                assert there.status_code == nowhere.status_code in (302, 403, 404)
                assert there.headers.get("Location") == nowhere.headers.get("Location")
                assert not tells(client.get("/admin/second-factor/"), THEIRS)


def test_nobody_changes_or_deletes_what_is_not_theirs(enter, rows):
    for label in sorted(OWNED):
        model, theirs = apps.get_model(label), rows["theirs"][label]
        before = model.objects.filter(pk=theirs.pk).values().get()
        actions = [*(model_admin(label).actions or ()), "delete_selected"]
        for who in ("seatless", "viewer", "editor", "operator"):
            client = enter(who)
            for action in actions:
                said = {"action": action, "_selected_action": [theirs.pk], "post": "yes"}
                client.post(address(label, "changelist"), said)
                client.post(address(label, "changelist"), {**said, "select_across": "1"})

        assert model.objects.filter(pk=theirs.pk).values().get() == before


def test_who_may_only_look_changes_nothing_of_their_own(enter, rows):
    for label in sorted(OWNED):
        model, ours = apps.get_model(label), rows["ours"][label]
        before = model.objects.filter(pk=ours.pk).values().get()
        actions = [*(model_admin(label).actions or ()), "delete_selected"]
        client = enter("viewer")

        for action in actions:
            said = {"action": action, "_selected_action": [ours.pk], "post": "yes"}
            client.post(address(label, "changelist"), said)
        client.post(address(label, "change", ours), {"name": "x"})
        client.post(address(label, "delete", ours), {"post": "yes"})

        assert model.objects.filter(pk=ours.pk).values().get() == before


def _sources():
    """Return a field that points to each table, through which its rows can be searched for."""
    found = {}
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if field.is_relation and not field.auto_created and field.related_model:
                place = (model._meta.app_label, model._meta.model_name, field.name)
                found.setdefault(field.related_model, place)
    return sorted(found.values())


@pytest.mark.parametrize("who", PEOPLE)
def test_no_completion_offers_another_merchants_row(enter, rows, who):
    client, mark = enter(who), OURS if who == "stranger" else THEIRS
    for app, model, field in _sources():
        for term in ("", mark):
            said = {"app_label": app, "model_name": model, "field_name": field, "term": term}
            answer = client.get("/admin/autocomplete/", said)

            assert answer.status_code in ((302,) if who == "anonymous" else (200, 403, 404))
            assert who == "platform" or mark not in answer.text


@pytest.mark.parametrize("name", sorted(OWN_ADDRESSES))
def test_an_admins_own_address_is_opened_by_right(enter, rows, name):
    label, allowed = OWN_ADDRESSES[name]
    for who in PEOPLE:
        client = enter(who)
        answer = client.get(reverse(f"admin:{name}", args=[rows["ours"][label].pk]))
        other = client.get(reverse(f"admin:{name}", args=[rows["theirs"][label].pk]))

        if who in allowed:
            assert answer.status_code in (200, 404)
        else:
            assert answer.status_code in (302, 403, 404)
        if label in OWNED and who != "platform" and who != "stranger":
            assert other.status_code in (302, 403, 404)
            assert not tells(other, THEIRS)


def test_a_row_cannot_be_moved_to_another_merchant(enter, rows):
    brand, theirs = rows["ours"]["branding.brand"], rows["theirs"]["shipments.merchant"]
    client = enter("operator")
    page = client.get(address("branding.brand", "change", brand))
    form = page.context["adminform"].form
    said = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    said = {key: value for key, value in said.items() if value not in (None, False)}

    answer = client.post(
        address("branding.brand", "change", brand), {**said, "merchant": theirs.pk}
    )

    brand.refresh_from_db()
    assert brand.merchant == rows["ours"]["shipments.merchant"]
    assert "merchant" in answer.context["adminform"].form.errors


def test_an_account_cannot_be_begun_at_another_merchant(enter, rows):
    theirs = rows["theirs"]["shipments.merchant"]

    answer = enter("operator").get(
        address("providers.account", "add"), {"merchant": theirs.pk, "kind": "shipstation"}
    )

    assert not tells(answer, THEIRS)
    assert answer.context["form"].errors


def test_a_key_is_made_for_ones_own_merchant_only(enter, rows):
    theirs, carrier = rows["theirs"]["shipments.merchant"], rows["ours"]["shipments.carrier"]
    client = enter("operator")
    said = {"name": "mine", "scopes": ["read"]}

    client.post(address("api.apikey", "add"), {**said, "merchant": theirs.pk})
    client.post(address("api.apikey", "add"), {**said, "carrier": carrier.pk})
    client.post(address("api.apikey", "add"), {**said, "merchant": ""})

    assert not apps.get_model("api.apikey").objects.filter(name="mine").exists()


def test_secrets_are_not_guessed_through_filters(enter, rows):
    client = enter("operator")
    for label, field in (("api.apikey", "hashed_key"), ("providers.account", "hook_token")):
        answer = client.get(address(label, "changelist"), {f"{field}__startswith": "a"})

        assert answer.status_code == 400


def test_two_roles_do_not_mix(enter, rows):
    """Whoever is operator of one merchant and viewer of another changes nothing there."""
    theirs = rows["theirs"]
    Membership.objects.create(
        user=rows["people"]["operator"], merchant=theirs["shipments.merchant"], role=Role.VIEWER
    )
    client, brand = enter("operator"), theirs["branding.brand"]

    looked = client.get(address("branding.brand", "change", brand))
    changed = client.post(address("branding.brand", "change", brand), {"name": "x"})
    deleted = client.post(address("branding.brand", "delete", brand), {"post": "yes"})
    said = {"action": "delete_selected", "_selected_action": [brand.pk], "post": "yes"}
    client.post(address("branding.brand", "changelist"), said)

    assert looked.status_code == 200
    assert changed.status_code == deleted.status_code == 403
    assert apps.get_model("branding.brand").objects.filter(pk=brand.pk).exists()
    choices = client.get(address("branding.brand", "add")).context["adminform"].form
    assert list(choices.fields["merchant"].queryset) == [rows["ours"]["shipments.merchant"]]


def test_nobody_learns_from_the_shortcut_which_rows_exist():
    with pytest.raises(NoReverseMatch):
        reverse("admin:view_on_site", args=[1, 1])


def test_no_page_holds_scripts_or_styles_of_its_own(enter, rows):
    for label in ADMINS:
        client, row = enter("platform"), rows["ours"][label]
        views = [address(label, "changelist"), *(address(label, v, row) for v in STANDARD[2:])]
        for page in [*views, address(label, "add"), "/admin/", "/admin/second-factor/"]:
            text = client.get(page).text

            assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|javascript:", text), page
            assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text)), page
