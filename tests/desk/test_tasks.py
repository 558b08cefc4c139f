"""What the desk tidies up by itself."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from apps.branding.models import Asset
from apps.branding.uploads import kept
from apps.desk import tasks
from apps.desk.models import Case, Note
from apps.pages.models import Rating
from apps.providers.models import Answer
from apps.shipments.persons import erase
from tests.branding.uploaded import picture
from tests.builders import make_merchant, make_shipment
from tests.providers.making import make_account, make_watch, shipment_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_sessions_that_ran_out_are_forgotten():
    now = timezone.now()
    Session.objects.create(session_key="old", expire_date=now - DAY)
    Session.objects.create(session_key="new", expire_date=now + DAY)

    tasks.forget_sessions.call()

    assert Session.objects.get().session_key == "new"


def test_files_that_nothing_names_are_cleared():
    then = timezone.now() - 30 * DAY
    kept(make_merchant(), Asset.Kind.LOGO, picture(), then)

    tasks.clear_files.call()

    assert not Asset.objects.exists()


def test_what_is_held_of_persons_that_a_program_had_erased_goes_too():
    now = timezone.now()
    watch = make_watch(make_account())
    shipment = shipment_of(watch)
    case = Case.objects.create(shipment=shipment, opened_at=now)
    for ago, text in ((2, "Mr Jones called"), (0, "It was erased, as he asked")):
        Note.objects.create(case=case, text=text, made_at=now - ago * DAY)
    Rating.objects.create(shipment=shipment, stars=5, words="P. Jones", rated_at=now - 2 * DAY)
    Answer.objects.create(watch=watch, digest=b"1", received_at=now, body=b"P. Jones")
    erase([shipment.pk], now=now - DAY)

    tasks.forget_erased.call()

    notes = list(Note.objects.order_by("pk").values_list("text", flat=True))
    assert notes == ["Erased on request.", "It was erased, as he asked"]
    assert Rating.objects.get().words == ""
    assert not Answer.objects.exists()


def test_what_was_not_erased_stays_and_long_ago_is_not_gone_through_again():
    now = timezone.now()
    kept, old = make_shipment(make_merchant()), make_shipment(make_merchant("Old"))
    for shipment in (kept, old):
        Rating.objects.create(shipment=shipment, stars=5, words="P.", rated_at=now - 99 * DAY)
    erase([old.pk], now=now - 30 * DAY)

    tasks.forget_erased.call()

    assert Rating.objects.filter(words="P.").count() == 2
