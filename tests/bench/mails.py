"""Mails: how many go out a second through a mail server on this machine, and how long one waits."""

import smtplib
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.mails import picking, posting
from apps.mails.models import Letter
from apps.shipments import recording
from run import free_port
from tests.bench.rounds import Figure, is_noisy, ratio, run
from tests.builders import make_merchant, make_shipment, report, sighting
from tests.mails.subscribing import make_subscription

MERCHANTS, PATIENCE_SECONDS = 20, 20
# By day everywhere in Britain.
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def measure(quick: bool) -> tuple[list[Figure], bool]:
    """Return mails a second against the same mails sent bare, and statements a mail."""
    count, rounds = (200, 3) if quick else (1000, 5)
    with _mail_server() as port:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        settings.MAIL_FROM, settings.PUBLIC_URL = "p@shop.example", "https://parcels.example"
        _letters(count)
        bare = _bare_mails(count)
        jobs = {
            "ours": lambda: _post(count),
            "bare": lambda: _send(bare, port),
            "bare again": lambda: _send(bare, port),
        }
        rates = run(jobs, rounds)
        statements = _statements(count)
    ours = sorted(rates["ours"])
    figures = [
        ratio("M1", rates, "ours", "bare"),
        Figure("M1-rate", ours[len(ours) // 2], ours),
        Figure("M2", statements, []),
    ]
    return figures, is_noisy(rates, "bare", "bare again")


@contextmanager
def _mail_server():
    """Run a server that takes every mail and keeps none, in a process of its own."""
    port = free_port(0)
    sink = ["-c", "aiosmtpd.handlers.Sink", "-l", f"127.0.0.1:{port}"]
    process = subprocess.Popen([sys.executable, "-m", "aiosmtpd", "-n", *sink])
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def _wait_for(port):
    ends = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            smtplib.SMTP("127.0.0.1", port, timeout=5).quit()
            return
        except OSError:
            if time.monotonic() > ends:
                raise
            time.sleep(0.1)


def _letters(count):
    """Make parcels of several merchants that somebody hears of, and a letter about each."""
    merchants = [make_merchant(f"Shop {number}") for number in range(MERCHANTS)]
    picking.pick(NOON)
    for number in range(count):
        shipment = make_shipment(merchants[number % MERCHANTS], destination_country="GB")
        make_subscription(shipment, f"a{number}@example.com", now=NOON)
        told = report(
            sighting("in_transit", "2026-03-01T10:00:00+00:00"),
            sighting("out_for_delivery", "2026-03-02T08:00:00+00:00"),
        )
        recording.record(shipment.pk, told, now=NOON)
    while picking.pick(NOON):
        """Go on: a part at a time."""


def _post(count):
    """Send all letters, and return how many went out a second."""
    Letter.objects.update(state="waiting", tries=0, due_at=NOON, claimed_until=None)
    begun, sent = time.perf_counter(), 0
    while counted := posting.post(lambda: NOON):
        sent += counted["sent"]
    if sent != count:
        raise RuntimeError(f"{count - sent} letters were not sent.")
    return count / (time.perf_counter() - begun)


def _statements(count):
    """Return how many statements one mail takes."""
    with CaptureQueriesContext(connection) as captured:
        _post(count)
    return len(captured) / count


def _bare_mails(count):
    """Return mails as large as ours, ready as bytes."""
    text, page = "It comes. " * 100, "<p>It comes today.</p>" * 600
    made = []
    for number in range(count):
        to = f"a{number}@example.com"
        mail = EmailMultiAlternatives("Out for delivery", text, "p@shop.example", [to])
        mail.attach_alternative(page, "text/html")
        made.append((to, mail.message().as_bytes(linesep="\r\n")))
    return made


def _send(mails, port):
    """Send mails through as many connections as ours take, and return how many a second."""
    begun = time.perf_counter()
    for first in range(0, len(mails), 50):
        server = smtplib.SMTP("127.0.0.1", port, timeout=10)
        for to, content in mails[first : first + 50]:
            server.sendmail("p@shop.example", [to], content)
        server.quit()
    return len(mails) / (time.perf_counter() - begun)
