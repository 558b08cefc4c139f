"""The house as it stands keeps the law, and the law catches planted breaches."""

from pathlib import Path

import pytest
from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

from tests.law import (
    ROOMS,
    RULES,
    foreign_rooms,
    key_breaches,
    mutual,
    rooms_imported,
    source,
)

ROOT = Path(__file__).resolve().parent.parent

MODULES = [
    source(str(path.relative_to(ROOT / "apps")), path.read_text())
    for path in sorted((ROOT / "apps").glob("*/**/*.py"))
]


@pytest.mark.parametrize("rule", RULES)
def test_the_house(rule):
    breaches = {one.where: found for one in MODULES if (found := RULES[rule](one))}

    assert breaches == {}


def test_no_two_rooms_know_each_other():
    law = {(room, known) for room, below in ROOMS.items() for known in below}
    built = {(one.room, room) for one in MODULES for room, _ in foreign_rooms(one)}

    assert mutual(law | built) == []


def test_every_room_is_in_the_law():
    assert {one.room for one in MODULES} <= set(ROOMS)


def test_the_front_plan_names_rooms_as_strings_only():
    texts = [path.read_text() for path in (ROOT / "tracking_site").rglob("*.py")]

    assert [name for text in texts for name in rooms_imported(text)] == []


def test_a_front_plan_that_imports_a_room_is_caught():
    assert rooms_imported("def app():\n    from apps.api import views") == ["apps.api.views"]
    assert rooms_imported("APPS = ['apps.api']\nimport os") == []


def test_every_app_is_labelled_by_its_room():
    ours = [config for config in apps.get_app_configs() if config.name.startswith("apps.")]

    assert [config.label for config in ours] == [config.name.split(".")[1] for config in ours]


def test_foreign_keys_obey_the_arrows():
    assert list(key_breaches(apps.get_models())) == []


PLANTS = {
    "knows only the rooms below it": [
        ("api/a.py", "from apps.providers import sync"),
        ("api/a.py", "def view():\n    import apps.pages.links"),
        ("shipments/a.py", "from apps import api"),
        ("dialects/a.py", "import_module('apps.branding.theme')"),
        ("pages/a.py", "registry.get_model('providers', 'Account')"),
        ("shipments/migrations/0001.py", "from apps.api.models import ApiKey"),
    ],
    "does not know the front plan": [("pages/a.py", "from tracking_site import settings")],
    "imports by full name": [("api/a.py", "from . import keys"), ("api/a.py", "from .a import b")],
    "has no signals": [
        ("api/a.py", "from django.db.models.signals import post_save"),
        ("api/a.py", "from django.dispatch import receiver"),
        ("api/a.py", "from django.db import models\nmodels.signals.post_save.connect(f)"),
        ("api/a.py", "from apps.api import signals"),
        ("mails/a.py", "from anymail.signals import tracking"),
        ("mails/tracking.py", "from django.db.models.signals import post_save"),
    ],
    "leaves the network to outbound": [
        ("providers/a.py", "import requests"),
        ("branding/a.py", "from http import client"),
        ("api/a.py", "def view():\n    from urllib.request import urlopen"),
        ("pages/a.py", "import urllib3.util"),
        ("api/a.py", "importlib.import_module('requests')"),
    ],
    "keeps HTTP, JSON and templates out of the vault": [
        ("shipments/a.py", "from django.http import HttpResponse"),
        ("shipments/a.py", "from rest_framework.serializers import Serializer"),
        ("shipments/a.py", "from msgspec import json"),
    ],
    "keeps frameworks out of dialects": [
        ("dialects/a.py", "from django.utils.timezone import now"),
        ("dialects/a.py", "import rest_framework"),
    ],
    "gives dialects values only": [
        ("dialects/a.py", "from apps.shipments.models import Shipment"),
        ("dialects/a.py", "from apps.shipments import recording"),
    ],
    "gives dialects no clock and no query": [
        ("dialects/a.py", "def read(payload):\n    return datetime.now(UTC)"),
        ("dialects/a.py", "clock = date.today"),
        ("dialects/a.py", "from time import time"),
        ("dialects/a.py", "shipment.objects.first()"),
    ],
    "has no drawers": [("api/utils.py", ""), ("pages/helpers/links.py", "")],
    "writes to the vault through recording": [
        ("api/a.py", "from apps.shipments import saving"),
        ("shipments/admin.py", "from apps.shipments.merging import insert"),
        ("pages/a.py", "from apps.shipments.recording import record"),
    ],
    "writes events in recording only": [
        ("api/a.py", "from apps.shipments.models import Event\nEvent.objects.create()"),
        ("api/a.py", "from apps.shipments.models import Event as E\nE.objects.bulk_create(rows)"),
        ("pages/a.py", "from apps.shipments import models\nmodels.Event(code='x').save()"),
        ("shipments/admin.py", "shipment.events.filter(item=1).update(code='x')"),
        (
            "shipments/reading.py",
            "from apps.shipments.models import Event\nrow = Event.objects.get()\nrow.save()",
        ),
        ("pages/a.py", "def f(shipment):\n    rows = shipment.events.all()\n    rows.delete()"),
        (
            "shipments/reading.py",
            "from apps.shipments.models import Event\ndef f(one: Event):\n    one.save()",
        ),
        (
            "shipments/reading.py",
            "from apps.shipments.models import Event\nfor e in Event.objects.all():\n    e.delete()",
        ),
        ("shipments/models.py", "class Event(Model):\n    pass\nEvent.objects.all().delete()"),
        ("api/a.py", "cursor.execute('INSERT INTO shipments_event VALUES (1)')"),
        ("api/a.py", "from apps.shipments import models\ntable = models.Event._meta.db_table"),
    ],
}


@pytest.mark.parametrize(
    ("rule", "where", "text"),
    [(rule, where, text) for rule, plants in PLANTS.items() for where, text in plants],
)
def test_a_planted_breach_is_caught(rule, where, text):
    assert RULES[rule](source(where, text))


def test_every_rule_has_a_planted_breach():
    assert set(PLANTS) == set(RULES)


HARMLESS = [
    ("api/a.py", "from apps.dialects import sorted_v2\nfrom apps.shipments import reading"),
    ("outbound/gate.py", "import requests"),
    ("pages/a.py", "from http import HTTPStatus\nfrom apps.branding.theme import css"),
    ("shipments/admin.py", "from django.http import HttpRequest"),
    ("dialects/a.py", "from apps.shipments.reports import Report\nfrom datetime import datetime"),
    ("dialects/apps.py", "from django.apps import AppConfig"),
    ("api/a.py", "from apps.shipments.models import Event\nEvent.objects.filter(leg=1).count()"),
    ("api/a.py", "answer = {'a': [e for e in journey.events]}\nanswer.update(events=[])"),
    ("shipments/recording.py", "from apps.shipments.models import Event\nEvent.objects.create()"),
    ("mails/tracking.py", "from anymail.signals import tracking\ntracking.connect(hear)"),
]


@pytest.mark.parametrize(("where", "text"), HARMLESS)
def test_what_the_law_allows_is_let_through(where, text):
    assert [rule for rule, breaks in RULES.items() if breaks(source(where, text))] == []


def test_rooms_that_know_each_other_are_caught():
    assert mutual({("api", "pages"), ("pages", "api"), ("pages", "branding")}) == [("api", "pages")]


def model(name, room, **fields):
    meta = type("Meta", (), {"app_label": room})
    return type(name, (models.Model,), {"__module__": __name__, "Meta": meta, **fields})


@isolate_apps("apps.shipments", "apps.api")
def test_a_key_that_goes_up_is_caught_even_as_a_string():
    upward = models.ForeignKey("api.Key", models.CASCADE, related_name="+")

    rows = [model("Key", "api"), model("Parcel", "shipments", key=upward)]

    assert list(key_breaches(rows)) == ["shipments.Parcel.key goes up to api"]


@isolate_apps("apps.shipments", "apps.api")
def test_a_key_that_shows_itself_below_is_caught():
    parcel = model("Parcel", "shipments")
    shown = models.ForeignKey(parcel, models.CASCADE, related_name="keys")

    rows = [parcel, model("Key", "api", parcel=shown)]

    assert list(key_breaches(rows)) == ["api.Key.parcel needs related_name='+'"]
