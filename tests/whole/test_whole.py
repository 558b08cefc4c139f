"""All of it at once, each part a real process: a shop's program registers parcels, the carrier
moves them, the shop's receiver and the recipient's mailbox hear of it, and the page shows it.

Each part is killed in turn while something is on its way through it.
"""

import json
import os
import re
import sys
import time
import urllib.request
from collections import defaultdict
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default
from urllib.parse import urlsplit

import psycopg
import pytest

from run import free_port
from tests.browser.house import House, until

SHOP = """
import json
from django.core.management import call_command
call_command("migrate", verbosity=0)
from apps.api.models import ApiKey
from apps.branding.models import Brand
from apps.outbound.encryption import Sealed
from apps.providers.models import Account
from apps.shipments.models import Merchant
shop = Merchant.objects.create(name="Fern", slug="fern")
Brand.objects.create(merchant=shop, slug="fern", name="Fern", quiet_from=0, quiet_until=0)
Account.objects.create(merchant=shop, kind="shipstation", name="Carrier", base_url="{carrier}",
                       credentials=Sealed(api_key="demo"))
_, key = ApiKey.objects.create_key(name="shop", merchant=shop, scopes=["read", "write", "manage"])
print(json.dumps(key))
"""
# What the schedule does at each full minute, done now.
MINUTE = """
from apps.mails import tasks as mails
from apps.notifications import tasks as notifications
from apps.providers import tasks as providers
for job in (providers.enrol, providers.claim_due, notifications.relay, mails.pick, mails.send):
    job.enqueue()
print("true")
"""
FACTS = """
import json
from apps.mails.models import Letter
from apps.notifications.models import Delivery
from apps.shipments.models import Event, Outbox
outbox = Outbox.objects.order_by("shipment", "version")
print(json.dumps({
    "changes": list(outbox.values_list("shipment__reference", "version")),
    "events": list(Event.objects.values_list("shipment__reference", "code", "description")),
    "messages": list(Delivery.objects.values_list("message_id", "state")),
    "letters": list(Letter.objects.values_list("message_id", "kind", "state")),
}))
"""
JANE = "jane@example.com"
# Seconds that a journey of a minute may take on a busy machine.
LONG = 180
# It makes a database of its own, on the engine that the other tests use.
pytestmark = pytest.mark.django_db


class Town(House):
    """The house, and the shop and the post office beside it."""

    def __init__(self, folder):
        # Of its own, since this runs on two databases at once.
        first = 10_000 + os.getpid() % 500 * 40
        super().__init__(folder, first)
        self.shop_port, self.mail_port = free_port(first + 20), free_port(first + 30)
        self.env |= {
            "PUBLIC_URL": self.url,
            "EMAIL_URL": f"smtp://127.0.0.1:{self.mail_port}",
            "MAIL_FROM": "parcels@fern.example",
            "RELAY_LEASE_SECONDS": "4",
        }

    @property
    def commands(self):
        beside = {"shop": self.shop_port, "post_office": self.mail_port}
        made = {
            name: [sys.executable, "-m", f"tests.whole.{name}", str(port), str(self.folder)]
            for name, port in beside.items()
        }
        usual = super().commands
        return usual | made | {"worker": [*usual["worker"], "--threads", "16"]}

    def call(self, method, path, body=None):
        """Call our own API as the shop does and return what it answers."""
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)

    def register(self, number, **more):
        numbers = [{"tracking_number": number, "carrier_code": "usps"}]
        return self.call("POST", "/api/shipments", {"tracking_numbers": numbers, **more})

    def heading(self, page):
        with urllib.request.urlopen(page, timeout=20) as answer:
            found = re.search(r"<h1[^>]*>(.*?)</h1>", answer.read().decode(), re.DOTALL)
        return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split())

    def heard(self):
        """Return what the shop took: pairs of a message's id and what it told."""
        file = self.folder / "heard"
        lines = file.read_text().splitlines() if file.exists() else []
        return [(one["id"], one["told"]["data"]) for one in map(json.loads, lines)]

    def hears(self):
        """Wait until the shop is just taking a message that it did not know."""
        known = {message_id for message_id, _ in self.heard()}
        until(lambda: {message_id for message_id, _ in self.heard()} - known)

    def has_delivered(self, *parcels):
        told = {
            told["shipment"]["reference"]
            for _, told in self.heard()
            if told["shipment"]["status"]["code"] == "delivered"
        }
        return told == {parcel["reference"] for parcel in parcels}

    def mails(self):
        """Return the mails that were taken, oldest first."""
        files = sorted(self.folder.glob("*.eml"))
        return [message_from_bytes(file.read_bytes(), policy=default) for file in files]

    def again(self, name):
        """Kill a process and start it again."""
        self.kill(name)
        self.start(name)


@pytest.fixture
def town(tmp_path):
    """A town with everybody at work but the worker."""
    with database() as url:
        one = Town(tmp_path)
        one.env |= {"DATABASE_URL": url} if url else {}
        try:
            carrier = f"http://127.0.0.1:{one.sandbox_port}"
            one.collect()
            one.key = one.ask(SHOP.format(carrier=carrier))
            for name in ("sandbox", "shop", "post_office", "web"):
                one.start(name)
            until(one.is_up)
            yield one
        finally:
            for name in list(one.processes):
                one.kill(name)


@contextmanager
def database():
    """Yield the address of an empty database on PostgreSQL, None for SQLite."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        yield None
        return
    name = f"whole_{os.getpid()}"
    server = urlsplit(url)._replace(scheme="postgresql", path="/postgres").geturl()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield urlsplit(url)._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_nothing_is_lost_or_doubled_though_each_part_is_killed_in_turn(town):
    hook = town.call("POST", "/api/webhooks", {"url": f"http://127.0.0.1:{town.shop_port}/hook"})
    (town.folder / "secret").write_text(hook["secret"])
    wish = {"email": JANE, "topics": ["in_transit", "delivered"]}
    ours = town.register("SBX-DELIVERED-1", order_reference="10432", subscribe=wish)
    other = town.register("SBX-DELIVERED-2")
    page = ours["links"]["tracking_page"]
    before = town.heading(page)
    town.start("worker")
    town.ask(MINUTE)

    town.hears()
    town.again("shop")
    town.hears()
    town.again("worker")
    town.ask(MINUTE)
    until(town.mails, LONG)
    town.again("post_office")
    town.again("web")
    town.ask(MINUTE)
    until(lambda: town.has_delivered(ours, other), LONG)
    until(town.is_up)
    until(lambda: town.heading(page) == "Delivered")

    assert before != "Delivered"
    facts = until(lambda: settled(town), LONG)
    webhooks_are_whole(town.heard(), facts)
    mails_are_whole(town.mails(), facts)
    events = [tuple(event) for event in facts["events"]]
    assert len(events) == len(set(events)) > 8


def settled(town):
    """Return what is in the database once nothing is on its way any more."""
    facts = town.ask(FACTS)
    is_open = any(state == "waiting" for *_, state in facts["messages"] + facts["letters"])
    is_told = any(kind == "delivered" for _, kind, _ in facts["letters"])
    if is_told and not is_open:
        return facts
    time.sleep(0.5)
    return None


def webhooks_are_whole(heard, facts):
    """Every version of each parcel came, in order, under an id of its own, with the same words."""
    told_first, ids = {}, defaultdict(list)
    for message_id, told in heard:
        assert told_first.setdefault(message_id, told) == told
    for message_id, told in told_first.items():
        ids[told["shipment"]["reference"]].append((told["version"], message_id))
    versions = {name: [version for version, _ in pairs] for name, pairs in ids.items()}
    changes = defaultdict(list)
    for reference, version in facts["changes"]:
        changes[reference].append(version)
    assert versions == changes
    assert set(told_first) == {message_id for message_id, _ in facts["messages"]}
    assert {state for _, state in facts["messages"]} == {"delivered"}


def mails_are_whole(mails, facts):
    """Each milestone that was asked for came in one mail, which may have come twice.

    One that was over before its mail went is told by none; the last one always is.
    """
    ids = {mail["Message-ID"].strip("<>").partition("@")[0] for mail in mails}
    sent = {message_id: kind for message_id, kind, state in facts["letters"] if state == "sent"}
    # One that was taken, but whose answer was lost, may have been overtaken by the next.
    assert set(sent) <= ids <= {message_id for message_id, *_ in facts["letters"]}
    assert {state for *_, state in facts["letters"]} <= {"sent", "dropped"}
    kinds = [kind for _, kind, _ in facts["letters"]]
    assert len(kinds) == len(set(kinds)) and set(kinds) <= {"delivered", "in_transit"}
    assert "delivered" in sent.values()
    for mail in mails:
        assert mail["To"] == JANE
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        text, html = (mail.get_body([kind]).get_content() for kind in ("plain", "html"))
        assert "/t/" in text
        assert "<html" in html
