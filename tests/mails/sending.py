"""Parcels that somebody hears of, what happens to them, and mails sent at a time of the test's."""

from contextlib import contextmanager
from datetime import timedelta

from apps.branding.looks import Look
from apps.mails import picking, posting
from apps.mails.models import Letter, Subscription
from apps.mails.writing import Written
from apps.shipments import recording
from apps.shipments.models import Promise, Recipient
from tests.builders import NOW, make_merchant, make_shipment, report, sighting
from tests.mails.servers import serving
from tests.mails.subscribing import make_subscription

ADA = "ada@example.com"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Noon on a Monday, in Britain too.
RECENTLY = "2026-03-02T10:00:00+00:00"


def listened_to(email=ADA, *, topics=(), merchant=None, **fields):
    """Return a parcel to Britain that somebody hears of, with changes read up to now."""
    told = {"destination_country": "GB"} | fields
    shipment = make_shipment(merchant or make_merchant(), **told)
    make_subscription(shipment, email, topics=topics, now=NOW)
    picking.pick(NOW)
    return shipment


def happens(shipment, code, time=RECENTLY, *, now=NOW, **fields):
    recording.record(shipment.pk, report(sighting(code, time, **fields)), now=now)


def pick(now=NOW):
    return picking.pick(now)


def kinds(state=None):
    found = Letter.objects.order_by("pk")
    return [one.kind for one in (found.filter(state=state) if state else found)]


def waiting():
    return kinds(Letter.State.WAITING)


def plain(letter, journey, now):
    """Write a mail in a few words."""
    return Written(
        subject=f"{letter.kind} of {journey.order_reference if journey else 'a webhook'}",
        text="It comes.",
        html="<p>It comes.",
        from_name="Café Acme",
        reply_to="help@acme.example",
        language=letter.language,
    )


def post(now=NOW, write=plain):
    return dict(posting.post(lambda: now, write))


def make_recipient(shipment, **fields):
    return Recipient.objects.create(shipment=shipment, **fields)


@contextmanager
def mail_server(settings, **answers):
    """Let mail go to a real server for a while."""
    with serving(**answers) as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server


def make_unreadable(shipment):
    """Spoil a row of a parcel, as no writer of ours would."""
    Promise.objects.create(
        shipment=shipment, until={"nonsense": 1}, until_at=NOW, given_by="carrier", said_at=NOW
    )


def look(**fields):
    return Look(slug="acme", name="Acme", merchant="acme", **fields)


def subscription():
    return Subscription.objects.get()
