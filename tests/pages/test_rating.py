"""What a customer says of a delivery is kept once, and read by staff only."""

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from apps.pages.models import Rating
from apps.pages.rating import REASONS, STARS
from tests.builders import make_merchant
from tests.pages.doors import make_brand, make_parcel, page_of, ticket_of
from tests.pages.markup import read


@pytest.fixture
def parcel(db):
    return make_parcel(code="delivered", now=timezone.now())


def rate(client, parcel, headers=None, **fields):
    page = page_of(parcel)
    given = {"ticket": ticket_of(client, page, "rating"), "stars": "4"} | fields
    return client.post(f"{page}rating?lang=en", given, headers=headers)


def form_of(client, parcel):
    return read(client.get(page_of(parcel)).text).all(id="rating")


def test_the_form_has_five_labelled_stars_reasons_and_words(client, parcel):
    (form,) = form_of(client, parcel)

    stars = [label.text for label in form.all("label") if label.all("input", type="radio")]
    reasons = [label.text for label in form.all("label") if label.all("input", type="checkbox")]
    assert stars == ["Very good", "Good", "All right", "Bad", "Very bad"]
    assert len(reasons) == len(REASONS)
    assert [one.text for one in form.all("legend")] == ["All in all", "Why? Choose all that fit"]
    assert form.one("textarea")["maxlength"] == "500"


@pytest.mark.parametrize("stars", STARS)
def test_a_rating_is_kept_and_thanked_for(client, parcel, stars):
    answer = rate(client, parcel, stars=stars, reasons=["late", "friendly"], words=" Fine!\r\n ")

    kept = Rating.objects.get()
    assert (answer.status_code, answer["Location"]) == (
        303,
        f"{page_of(parcel)}?lang=en&rated=1#rating",
    )
    assert (kept.shipment_id, kept.stars, kept.words) == (parcel.pk, stars, "Fine!")
    assert kept.reasons == ["late", "friendly"]
    assert "Thank you" in read(client.get(answer["Location"]).text).one(id="rating").text


def test_rating_again_replaces_the_rating(client, parcel):
    rate(client, parcel, stars=1, words="Awful", reasons=["late"])
    rate(client, parcel, stars=5)

    kept = Rating.objects.get()
    assert (kept.stars, kept.words, kept.reasons) == (5, "", [])


@pytest.mark.parametrize("code", ["delivered.partial", "in_transit", "exception.lost", "cancelled"])
def test_what_has_not_arrived_cannot_be_rated(client, db, code):
    parcel = make_parcel(code=code, now=timezone.now())

    assert form_of(client, parcel) == []
    assert client.post(f"{page_of(parcel)}rating", {"stars": 5}).status_code == 404
    assert not Rating.objects.exists()


@pytest.mark.parametrize("code", ["delivered", "delivered.neighbour", "returned"])
def test_what_arrived_here_or_back_can_be_rated(client, db, code):
    assert form_of(client, make_parcel(code=code, now=timezone.now()))


def test_a_brand_may_ask_for_no_rating(client, parcel):
    make_brand(parcel.merchant, hidden=["rating"])

    assert form_of(client, parcel) == []
    assert client.post(f"{page_of(parcel)}rating", {"stars": 5}).status_code == 404


UNFIT = {
    "no stars": {"stars": ""},
    "no number": {"stars": "five"},
    "none of the stars": {"stars": "6"},
    "a fraction": {"stars": "4.5"},
    "other digits": {"stars": "٤"},
    "too many words": {"words": "x" * 501},
    "far too many words": {"words": "x" * 100_000},
    "an old ticket": {"ticket": "x"},
}


@pytest.mark.parametrize("fields", UNFIT.values(), ids=UNFIT)
def test_an_unfit_rating_is_told_and_not_kept(client, parcel, fields):
    answer = rate(client, parcel, **fields)

    problem = read(answer.text).one("div", role="alert")
    assert answer.status_code == 400
    assert "autofocus" in problem.attributes and problem.text
    assert answer["Cache-Control"] == "no-store"
    assert not Rating.objects.exists()


def test_what_was_chosen_is_kept_after_an_error(client, parcel):
    answer = rate(client, parcel, stars="", reasons=["late"], words="</textarea><script>x")

    form = read(answer.text).one(id="rating")
    assert [one["value"] for one in form.all("input") if "checked" in one.attributes] == ["late"]
    assert form.one("textarea").text == "</textarea><script>x"


def test_hostile_words_are_kept_as_text_and_strange_reasons_are_not(client, parcel):
    rate(client, parcel, words="a\x00b\x07 ‮<b>", reasons=["late", "x", "\x00", "late"])

    kept = Rating.objects.get()
    assert (kept.words, kept.reasons) == ("ab ‮<b>", ["late"])


def test_a_form_of_another_site_is_not_taken(client, parcel):
    assert rate(client, parcel, headers={"Origin": "https://evil.example"}).status_code == 400
    assert not Rating.objects.exists()


def test_a_ticket_is_for_one_parcel(client, parcel):
    other = make_parcel(parcel.merchant, "OTHER1", code="delivered", now=timezone.now())
    ticket = ticket_of(client, page_of(other), "rating")

    assert rate(client, parcel, ticket=ticket).status_code == 400


def test_rating_sets_no_cookie(client, parcel):
    answer = rate(client, parcel)

    assert not answer.cookies
    assert answer["Cache-Control"] == "no-store"


def test_a_rating_goes_with_its_parcel(client, parcel):
    rate(client, parcel)

    parcel.delete()

    assert not Rating.objects.exists()


@pytest.fixture
def staff(admin_user, client):
    client.force_login(admin_user)
    return client


def test_staff_read_ratings_in_a_constant_number_of_queries(
    staff, db, django_assert_max_num_queries
):
    merchant = make_merchant()
    for number in range(10):
        parcel = make_parcel(merchant, f"N{number}")
        Rating.objects.create(
            shipment=parcel, stars=5, reasons=["late", "gone"], words="<i>", rated_at=timezone.now()
        )

    with django_assert_max_num_queries(11):
        answer = staff.get("/admin/pages/rating/")

    assert "It came late" in answer.text
    assert "<i>" not in answer.text


def test_staff_change_no_rating(staff, parcel):
    Rating.objects.create(shipment=parcel, stars=5, rated_at=timezone.now())

    assert staff.get("/admin/pages/rating/add/").status_code == 403
    assert staff.post(f"/admin/pages/rating/{parcel.pk}/change/", {"stars": 1}).status_code == 403
    assert staff.post(f"/admin/pages/rating/{parcel.pk}/delete/").status_code == 403
    assert get_user_model().objects.count() == 1
