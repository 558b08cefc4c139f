"""The sandbox as people start it: a process of its own."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from apps.sandbox.faults import FAULTS
from apps.sandbox.management.commands.carrier_sandbox import Command
from apps.sandbox.scripts import SCRIPTS
from tests.sandbox.callers import ASKED, Caller

ROOT = Path(__file__).parents[2]


@pytest.fixture
def process(tmp_path):
    command = [sys.executable, str(ROOT / "manage.py"), "carrier_sandbox", "--port", "0"]
    env = {**os.environ, "SANDBOX": "on", "VAR_DIR": str(tmp_path)}
    more = {"stdout": subprocess.PIPE, "text": True, "env": env}
    command += ["--speed", "5", "--latency", "0.01"]
    with subprocess.Popen(command, **more) as started:  # noqa: S603
        yield started
        started.kill()


def test_it_says_where_it_is_and_what_it_plays_and_stops_when_told(process):
    first = process.stdout.readline()
    lines = [process.stdout.readline() for _ in range(len(SCRIPTS) + len(FAULTS))]
    port = int(first.split("127.0.0.1:")[1].split(",")[0])

    with Caller(SimpleNamespace(port=port)) as caller:
        status = caller.ask(ASKED["shiplemon"].format("SBX-DELIVERED-1"))[0]
    process.send_signal(signal.SIGINT)
    last = process.stdout.read()

    assert status == 200
    assert [line.split("-")[1] for line in lines] == [*SCRIPTS, *FAULTS]
    assert (last, process.wait()) == ("Stopped.\n", 0)


def test_a_port_that_is_taken_is_told(sandbox):
    with pytest.raises(CommandError, match="Cannot serve at 127.0.0.1"):
        call_command(Command(), port=sandbox.port)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--latency", "-1"),
        ("--latency", "61"),
        ("--speed", "0"),
        ("--speed", "nan"),
        ("--port", "x"),
    ],
)
def test_nonsense_is_refused(arguments):
    with pytest.raises(CommandError):
        call_command(Command(), *arguments)
