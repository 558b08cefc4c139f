"""What docs/api.md shows works: every command and every program in it is run."""

import importlib.util
import io
import json
import os
import re
import shlex
import subprocess
import sys

import pytest
from django.core.management import call_command

from apps.dialects.native_errors import error
from apps.native.housekeeping import REMEMBERED
from apps.notifications.models import Endpoint
from apps.shipments.models import Event, Shipment
from apps.shipments.reports import Fault
from tests.builders import RECORDED, make_merchant

DOCS = RECORDED.parent.parent / "docs"
GUIDE = (DOCS / "api.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", GUIDE, re.M | re.S)
# An answer that is an error ends the script, and its body is shown.
STRICT = 'set -euo pipefail; curl() { command curl --fail-with-body "$@"; echo; }\n'

live = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def blocks(kind):
    return [code for found, code in BLOCKS if found == kind]


@pytest.fixture
def caller(live_server, monkeypatch):
    """The site and a key made by the guide's own command, where its programs look for them."""
    make_merchant("Lindenhof")
    said = io.StringIO()
    program, manage, command, *arguments = shlex.split(blocks("console")[0])[1:]
    assert (program, manage) == ("run.py", "manage")
    call_command(command, *arguments, stdout=said)
    monkeypatch.setenv("SITE", live_server.url)
    monkeypatch.setenv("KEY", re.search(r"\w{8}\.\w{32}", said.getvalue())[0])
    monkeypatch.setenv("NO_PROXY", "*")


def run(program):
    done = subprocess.run(  # noqa: S603
        ["/bin/bash", "-c", STRICT + program],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return [json.loads(line) for line in done.stdout.splitlines() if line]


@live
def test_every_command_of_the_guide_is_answered(caller):
    answers = run("\n".join(blocks("sh")))

    key, registered, batch, found, under_way, changes, webhook, told, changed, numbers = answers
    assert key["scopes"] == ["read", "write", "manage"]
    assert registered["links"]["tracking_page"]
    assert [one["status"] for one in batch["data"]] == ["created", "refused"]
    assert found["data"][0]["reference"] == registered["reference"]
    assert under_way["data"] == []
    assert {one["reference"] for one in changes["data"]} >= {registered["reference"]}
    assert webhook["webhook"]["id"] == Endpoint.objects.get().pk
    assert told["data"][0]["status"] == "recorded"
    assert changed["order_reference"] == "order-1042-B"
    assert numbers["data"][0]["tracking_number"] == "00340434161094015902"
    assert Event.objects.get().code == "in_transit.departed"


@live
def test_the_program_of_the_guide_runs(caller, monkeypatch, capsys):
    monkeypatch.syspath_prepend(DOCS / "examples")
    monkeypatch.delitem(sys.modules, "tracking_client", raising=False)

    exec(blocks("python")[0], {})  # noqa: S102

    reference = Shipment.objects.get().reference
    assert capsys.readouterr().out.splitlines() == [
        f"{reference} Waiting for first scan",
        "recorded",
        "order-1045-1 out_for_delivery",
        f"{reference} {Shipment.objects.get().version}",
        "invalid {'/destination_country': 'is not the two letters of a country'}",
    ]


def test_the_problem_in_the_guide_is_what_is_answered():
    shown = json.loads(blocks("json")[0])
    fault = Fault("$.destination_country", "is not the two letters of a country")

    told = error(
        422, request_id=shown["request_id"], message="The body cannot be taken.", faults=[fault]
    )

    assert told == shown


def test_the_guide_knows_how_long_keys_of_requests_are_known():
    assert f"known for {REMEMBERED.total_seconds() / 3600:.0f} hours" in GUIDE


def test_every_page_the_guide_links_to_is_there():
    linked = re.findall(r"\]\(([^)]+)\)", GUIDE)

    assert [name for name in linked if not (DOCS / name).is_file()] == []


def test_the_guide_stays_short():
    assert len(GUIDE.splitlines()) <= 250


@pytest.fixture
def example():
    """The typed client, as a module."""
    spec = importlib.util.spec_from_file_location(
        "tracking_client", DOCS / "examples/tracking_client.py"
    )
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


@live
def test_the_client_asks_for_one_page_after_another(caller, example):
    client = example.Client(os.environ["SITE"], os.environ["KEY"])
    made = client.register_many([{"custom_reference": f"C-{row}"} for row in range(5)])

    found = list(client.shipments(limit="2"))

    assert [one["status"] for one in made] == ["created"] * 5
    assert {one.custom_reference for one in found} == {f"C-{row}" for row in range(5)}
    assert client.shipment(found[0].reference) == found[0]


@live
def test_the_client_does_the_same_once(caller, example):
    client = example.Client(os.environ["SITE"], os.environ["KEY"])

    first = client.register({"custom_reference": "C-1"}, once="C-1")
    second = client.register({"custom_reference": "C-1"}, once="C-1")

    assert first == second
    assert Shipment.objects.count() == 1


@live
def test_the_client_waits_when_it_is_told_to_and_then_tells(caller, example, settings):
    settings.API_REQUESTS_A_MINUTE = 1
    site, key, waits = os.environ["SITE"], os.environ["KEY"], []
    client = example.Client(site, key, tries=2, sleep=waits.append)
    client.register({})

    with pytest.raises(example.Problem) as refused:
        client.shipment("sp_1")

    assert (refused.value.status, refused.value.code) == (429, "too_many_requests")
    assert len(waits) == 1 and 0 < waits[0] <= 60
