"""The whole house as processes: carrier sandbox, worker and web server on one folder."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from run import ROOT, free_port, web_command

PATIENCE_SECONDS = 60


class House:
    """Processes that share a database. Each can be killed and started again."""

    def __init__(self, folder, first_port=8300, speed=1):
        self.folder, self.speed = folder, speed
        self.port, self.sandbox_port = free_port(first_port), free_port(first_port + 10)
        self.processes = {}
        self.env = {name: word for name, word in os.environ.items() if name != "DATABASE_URL"} | {
            "VAR_DIR": str(folder),
            "DJANGO_SETTINGS_MODULE": "tracking_site.settings",
            "SANDBOX": "on",
            "SANDBOX_URL": f"http://127.0.0.1:{self.sandbox_port}",
            "OUTBOUND_ALLOWED_NETWORKS": "127.0.0.0/8",
            "SYNC_GAP_SCALE": "0.0005",
            "LIVE_PACE_SCALE": "0.02",
            "SYNC_LEASE_SECONDS": "5",
            "JOBS_URL": "",
        }

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def manage(self, *words):
        """Run a command of Django's and return what it printed."""
        command = [sys.executable, str(ROOT / "manage.py"), *words]
        done = subprocess.run(command, cwd=ROOT, env=self.env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def ask(self, statement):
        """Return what a line of Python in the house's own shell prints, as JSON."""
        return json.loads(self.manage("shell", "-v", "0", "-c", statement).splitlines()[-1])

    @property
    def commands(self):
        """What is run for each process, by its name."""
        manage = [sys.executable, str(ROOT / "manage.py")]
        state = ["--state", str(self.folder / "sandbox.jsonl")]
        return {
            "web": [sys.executable, *web_command(self.port)[1:]],
            "worker": [*manage, "worker", "--threads", "4"],
            "sandbox": [*manage, *self.carrier, *state],
        }

    @property
    def carrier(self):
        port, speed = str(self.sandbox_port), str(self.speed)
        return ["carrier_sandbox", "--port", port, "--speed", speed]

    def collect(self):
        """Have the static files, which are the same in every house and slow to make."""
        (self.folder / "static").symlink_to(collected() / "static")

    def start(self, name):
        with (self.folder / f"{name}.log").open("a") as log:
            self.processes[name] = subprocess.Popen(
                self.commands[name], cwd=ROOT, env=self.env, stdout=log, stderr=log, process_group=0
            )

    def kill(self, name, number=signal.SIGKILL):
        process = self.processes.pop(name)
        os.killpg(process.pid, number)
        process.wait()

    def is_up(self):
        try:
            with urllib.request.urlopen(f"{self.url}/health/live", timeout=2) as answer:
                return answer.status == 200
        except OSError:
            return False


@cache
def collected():
    """Return a folder with the static files, which lives as long as this process."""
    folder = tempfile.TemporaryDirectory()
    collected.kept = folder
    House(Path(folder.name)).manage("collectstatic", "--noinput", "-v", "0")
    return Path(folder.name)


@contextmanager
def house(folder, speed=1):
    """Set a house up with the demo's shop and parcels, and tear it down.

    `speed` is how much faster than usual the carrier's parcels go.
    """
    one = House(folder, speed=speed)
    try:
        one.manage("migrate", "-v", "0")
        one.manage("demo")
        one.collect()
        one.start("sandbox")
        one.start("web")
        until(one.is_up)
        yield one
    finally:
        for name in list(one.processes):
            one.kill(name)


def until(condition, seconds=PATIENCE_SECONDS):
    """Wait for something that other processes bring about, and return it."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "It did not come about."
        time.sleep(0.1)
    return found
