#!/usr/bin/env python3
"""Run the demo or the tests on a machine that has Python and nothing else.

python3 run.py demo                      prepare, fill with demo data, serve
python3 run.py test [pytest arguments]   every check, then the tests
python3 run.py test --only NAME          one of them: format, lint, …, pytest
python3 run.py messages [LANGUAGE …]     bring the catalogues in locale/ up to date
python3 run.py manage …                  Django's own commands, same environment
"""

import fcntl
import hashlib
import http.client
import importlib.util
import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urljoin, urlsplit

# No installer has looked at the version yet: this file is the first thing that runs.
if sys.version_info < (3, 11):  # noqa: UP036
    sys.exit("Python 3.11 or newer is needed; this is " + sys.version.split()[0] + ".")

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = str(VENV / "bin" / "python")
MANAGE = (PYTHON, str(ROOT / "manage.py"))

# What each command needs installed; every file is pinned and hashed.
RUNTIME, SCALE, DEV = (ROOT / f"requirements/{name}.txt" for name in ("runtime", "scale", "dev"))
SETS = {"runtime": (RUNTIME,), "scale": (RUNTIME, SCALE), "dev": (RUNTIME, SCALE, DEV)}
# Wheels only, so that nothing is compiled; this one is published as source alone.
SOURCE_ONLY = "fuuid"

WEB_WORKERS, WEB_THREADS = 2, 4
START_SECONDS, GRACE_SECONDS = 60, 10
# Seconds before a child is started again after its first, second, … death in a row. One that
# lived longer than STEADY_SECONDS had a good start: its next death counts as the first.
PAUSES = (1, 2, 5, 15, 30)
STEADY_SECONDS = 60

Environment = Mapping[str, str]
Process = subprocess.Popen[bytes]


class Stop(Exception):
    """The end, for a reason that fits in a line or two."""


def say(line: str = "") -> None:
    print(line, flush=True)


def environment(**ours: str) -> dict[str, str]:
    """Return what children see: the caller's variables, less what would mix in another Python."""
    strangers = ("PYTHONHOME", "PYTHONPATH")
    return {key: text for key, text in os.environ.items() if key not in strangers} | ours


def var_dir(default: str) -> str:
    """Return the absolute folder for the database, secrets and static files."""
    return os.path.abspath(os.environ.get("VAR_DIR") or ROOT / "var" / default)


def digest(files: Iterable[Path]) -> str:
    """Return one word for this Python and these files, names and contents."""
    total = hashlib.sha256(sys.version.encode())
    for file in files:
        total.update(f"\n{file.name}\n".encode() + file.read_bytes())
    return total.hexdigest()


def stamp(kind: str) -> Path:
    return VENV / f"installed-{kind}"


def is_installed(kind: str) -> bool:
    with suppress(OSError):
        return Path(PYTHON).exists() and stamp(kind).read_text() == digest(SETS[kind])
    return False


def is_sound() -> bool:
    """Tell whether .venv holds this very Python and a pip, and was not left half made."""
    ask = [PYTHON, "-c", "import pip, sys; print(sys.version)"]
    with suppress(OSError):
        found = subprocess.run(ask, capture_output=True, text=True, env=environment())
        return found.returncode == 0 and found.stdout.strip() == sys.version
    return False


@contextmanager
def alone() -> Iterator[None]:
    """Keep a second run.py in this folder waiting while this one installs."""
    (ROOT / "var").mkdir(exist_ok=True)
    with (ROOT / "var/install.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def prepare(kind: str) -> None:
    """Make .venv and install a set into it, unless that was done for these very pins."""
    with alone():
        if is_installed(kind):
            return
        if not is_sound():
            make_environment()
        install(kind)


def make_environment() -> None:
    if not all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")):
        raise Stop("Python's venv module is missing: install the Debian package python3-venv.")
    # The Python below, should this one live in the folder that is about to be emptied.
    below = getattr(sys, "_base_executable", sys.executable)
    phase("Making an environment in .venv", [below, "-m", "venv", "--clear", str(VENV)])


def install(kind: str) -> None:
    for known in SETS:
        stamp(known).unlink(missing_ok=True)
    pip = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    wheels = ["--require-hashes", "--only-binary", ":all:", "--no-binary", SOURCE_ONLY]
    files = [word for file in SETS[kind] for word in ("-r", str(file))]
    phase(f"Installing the {kind} packages", [*pip, *wheels, *files])
    for known in SETS:
        if set(SETS[known]) <= set(SETS[kind]):
            stamp(known).write_text(digest(SETS[known]))


def phase(title: str, command: Sequence[str], env: Environment | None = None) -> str:
    """Run a command out of sight and return what it printed; Stop with its last lines."""
    started = time.monotonic()
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        process = start(command, env or environment(), stdout=output, stderr=errors)
        try:
            watch(title, process, started)
        finally:
            end([process])
        output.seek(0)
        errors.seek(0)
        printed, complaint = output.read(), errors.read()
    if process.returncode:
        lines = (printed + complaint).strip().splitlines()[-20:]
        raise Stop("\n".join([f"{title}: failed.", *lines]))
    say(f"{title}: {time.monotonic() - started:.1f} s")
    return printed


def watch(title: str, process: Process, started: float) -> None:
    """Wait for a process; on a terminal, count the seconds on one line meanwhile."""
    is_terminal = sys.stdout.isatty()
    if not is_terminal:
        say(f"{title} …")
    while process.poll() is None:
        if is_terminal:
            print(f"\r{title} … {time.monotonic() - started:.0f} s", end="", flush=True)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.25)
    if is_terminal:
        print("\r\033[K", end="", flush=True)


def start(command: Sequence[str], env: Environment, **streams: Any) -> Process:
    """Start a command in a process group of its own, so that all it starts can be ended."""
    return subprocess.Popen(
        command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, process_group=0, **streams
    )


def end(processes: Sequence[Process]) -> None:
    """Ask all processes to stop, wait, then kill what is left of their groups."""
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + GRACE_SECONDS
    for process in processes:
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=max(0.0, deadline - time.monotonic()))
        kill_group(process)
        process.wait()


def kill_group(process: Process) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def pause_after(deaths: int) -> int:
    return PAUSES[min(deaths, len(PAUSES)) - 1]


@dataclass
class Child:
    """A process that ought to run as long as the demo does."""

    name: str
    command: Sequence[str]
    env: Environment
    process: Process | None = None
    started_at: float = 0.0
    again_at: float = 0.0
    deaths: int = 0

    def tend(self, now: float) -> None:
        """Start it when it is due; when it died, say so and set the time of the next start."""
        if self.process is None:
            if now >= self.again_at:
                self.process, self.started_at = start(self.command, self.env), now
        elif self.process.poll() is not None:
            self.bury(self.process, now)

    def bury(self, process: Process, now: float) -> None:
        kill_group(process)
        was_steady = now - self.started_at >= STEADY_SECONDS
        self.deaths = 1 if was_steady else self.deaths + 1
        pause = pause_after(self.deaths)
        self.process, self.again_at = None, now + pause
        say(f"{self.name} ended ({process.returncode}); starting it again in {pause} s.")


class Supervisor:
    """Keeps children running until a signal says to stop."""

    def __init__(self, children: Sequence[Child]) -> None:
        self.children = children
        self.is_stopping = False

    def run(self, *, is_ready: Callable[[], bool], welcome: str) -> int:
        """Start the children, print the welcome once they answer, stay; return the exit code."""
        on_signals(self.stop)
        try:
            if self.stay(until=is_ready, seconds=START_SECONDS):
                say(welcome)
                self.stay()
            elif not self.is_stopping:
                raise Stop("The site does not answer; see the lines above.")
        finally:
            say("\nStopping …")
            end([child.process for child in self.children if child.process])
        return 0

    def stop(self, *_signal: object) -> None:
        self.is_stopping = True

    def stay(
        self, *, until: Callable[[], bool] = lambda: False, seconds: float = float("inf")
    ) -> bool:
        """Tend the children until something holds, a signal comes or the time is over."""
        deadline = time.monotonic() + seconds
        while not self.is_stopping and time.monotonic() < deadline:
            for child in self.children:
                child.tend(time.monotonic())
            if until():
                return True
            time.sleep(0.2)
        return False


def on_signals(react: Callable[..., None]) -> None:
    signal.signal(signal.SIGINT, react)
    signal.signal(signal.SIGTERM, react)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, react)


def interrupt(*_signal: object) -> None:
    raise KeyboardInterrupt


def chosen_port(text: str) -> int:
    """Return the port to serve on; Stop when it cannot be one or somebody has it."""
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise Stop(f"PORT must be a number from 1 to 65535, not {text!r}.")
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", int(text)))
        except OSError as error:
            raise Stop(f"Port {text} cannot be used ({error.strerror}): set PORT.") from error
    return int(text)


def answers(port: int) -> bool:
    """Tell whether the start page is served without an error."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def web_command(port: int) -> list[str]:
    # Threads left unset allow 512 a worker, which would only queue on the database.
    sizes = ["--workers", str(WEB_WORKERS), "--blocking-threads", str(WEB_THREADS)]
    address = ["--interface", "wsgi", "--no-ws", "--host", "127.0.0.1", "--port", str(port)]
    manners = ["--log-level", "warning", "--workers-kill-timeout", "5"]
    application = "tracking_site.wsgi:application"
    return [PYTHON, "-m", "granian", *address, *sizes, *manners, application]


def demo_environment(folder: str, port: int, sandbox_port: int) -> dict[str, str]:
    """Return what the demo's processes see: a carrier to play with, and a world in a hurry.

    Demo data, a known password and demo jobs never go into somebody's real database or queue,
    and demo mail is printed.
    """
    env = environment(
        VAR_DIR=folder,
        PORT=str(port),
        SANDBOX="on",
        SANDBOX_URL=f"http://127.0.0.1:{sandbox_port}",
        OUTBOUND_ALLOWED_NETWORKS="127.0.0.0/8",
        SYNC_GAP_SCALE="0.001",
        LIVE_PACE_SCALE="0.015",
        PUBLIC_URL=f"http://127.0.0.1:{port}",
        EMAIL_URL="consolemail://",
        MAIL_FROM="parcels@demo.example",
    )
    for real in ("DATABASE_URL", "JOBS_URL", "MAIL_PROVIDER"):
        env.pop(real, None)
    return env


def free_port(wish: int) -> int:
    """Return the port wished for, or any other when it is taken."""
    for port in (wish, 0):
        with suppress(OSError, OverflowError), socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(("127.0.0.1", port))
            return int(trial.getsockname()[1])
    raise Stop("No port is free for the sandbox.")


def shop_address(port: int) -> str:
    """Return where the demo's shop is: to browsers localhost is another site than 127.0.0.1."""
    return f"http://localhost:{port}"


def shop_command(port: int, site_port: int) -> list[str]:
    site = f"http://127.0.0.1:{site_port}"
    return [*MANAGE, "demo_shop", "-v", "0", "--port", str(port), "--site", site]


def demo_children(port: int, sandbox_port: int, shop_port: int, env: Environment) -> list[Child]:
    # What has begun goes on where it was when the sandbox is started again.
    kept = ["--state", str(Path(env["VAR_DIR"]) / "sandbox.jsonl")]
    sandbox = [*MANAGE, "carrier_sandbox", "-v", "0", "--port", str(sandbox_port), *kept]
    return [
        Child("The web server", web_command(port), env),
        Child("The carrier sandbox", sandbox, env),
        Child("The shop", shop_command(shop_port, port), env),
        Child("The worker", [*MANAGE, "worker"], env),
    ]


# One call for each API that is served: its name, what stands before the key, the address.
SHIPSTATION = "/v1/tracking?carrier_code={carrier_code}&tracking_number={tracking_number}"
SAMPLES = (
    ("Our own", "Authorization: Bearer", "/api/shipments"),
    ("SortedPRO v2", "x-api-key:", "/pro/tracking/{sorted_v2}"),
    ("SortedPRO v1", "ocp-apim-subscription-key:", "/tracking/{sorted_v1}"),
    ("ShipStation", "API-Key:", SHIPSTATION),
    ("Shiplemon", "x-api-key:", "/public/v1/shipments/{shiplemon}/tracking"),
)


def sample_calls(facts: Mapping[str, Any], base: str) -> Iterator[str]:
    """Yield a line to paste into a shell for each API."""
    named = {**facts["shipments"], **facts["shipments"]["shipstation"]}
    words = {name: quote(word, safe="") for name, word in named.items() if isinstance(word, str)}
    for name, before, path in SAMPLES:
        header = f"{before} {facts['keys']['merchant']}"
        call = ["curl", "-H", header, base + path.format(**words)]
        yield f"  {name:13} {shlex.join(call)}"


def with_shop(pages: Mapping[str, str], shop: str) -> dict[str, str]:
    """Return the pages by name, with the shop's page that has the first of them in a frame."""
    token = next(iter(pages.values())).strip("/").rpartition("/")[2]
    return {**pages, "in a shop's page": f"{shop}/?t={token}"}


def welcome(facts: Mapping[str, Any], base: str, folder: str) -> str:
    """Return the addresses to try, from what `manage.py demo --describe` says."""
    admin = facts["admin"]
    width = max(map(len, facts["pages"]), default=0)
    pages = (f"  {name:{width}}  {urljoin(base, path)}" for name, path in facts["pages"].items())
    lines = [f"\nParcel tracking is running: {base}/", "\nPages", *pages, "\nStaff"]
    lines += [f"  {urljoin(base, admin['url'])}  {admin['username']} / {admin['password']}"]
    lines += [f"\nAPIs (all of them at {base}/api/docs/)", *sample_calls(facts, base)]
    return "\n".join([*lines, f"\nThe data is in {folder}. Ctrl-C stops."])


def demo(_arguments: Sequence[str]) -> int:
    """Serve the site with demo data from a database of its own until told to stop."""
    port = chosen_port(os.environ.get("PORT") or "8000")
    prepare("runtime")
    folder, sandbox_port = var_dir("demo"), free_port(port + 1)
    shop_port = free_port(sandbox_port + 1)
    env = demo_environment(folder, port, sandbox_port)
    phase("Setting up the database", [*MANAGE, "migrate", "--verbosity", "0"], env)
    phase("Loading the demo data", [*MANAGE, "demo"], env)
    collect_static(Path(folder), env)
    moving = phase("Registering parcels that move", [*MANAGE, "demo_accounts"], env)
    facts = json.loads(phase("Looking up addresses", [*MANAGE, "demo", "--describe"], env))
    shop = ["--shop", shop_address(shop_port)]
    phase("Letting the shop frame the pages", [*MANAGE, "demo_brand", *shop], env)
    facts["pages"] |= with_shop(json.loads(moving), shop_address(shop_port))
    text = welcome(facts, f"http://127.0.0.1:{port}", folder)
    supervisor = Supervisor(demo_children(port, sandbox_port, shop_port, env))
    return supervisor.run(is_ready=lambda: answers(port), welcome=text)


def collect_static(folder: Path, env: Environment) -> None:
    """Collect static files, unless these are collected already: compressing them takes long."""
    ours = (path for path in sorted((ROOT / "static").rglob("*")) if path.is_file())
    wanted, mark = digest([*SETS["runtime"], *ours]), folder / "static-collected"
    if mark.exists() and mark.read_text() == wanted and (folder / "static").is_dir():
        return
    phase("Collecting static files", [*MANAGE, "collectstatic", "--noinput", "-v", "0"], env)
    mark.write_text(wanted)


def checks() -> dict[str, list[str]]:
    """Return the command of every check by name, in the order they run."""
    templates = sorted(str(path) for path in (ROOT / "templates").rglob("*.html"))
    sources = ["apps", "tracking_site", "tests", "run.py", "manage.py"]
    return {
        "format": [PYTHON, "-m", "ruff", "format", "--check", "."],
        "lint": [PYTHON, "-m", "ruff", "check", "."],
        "templates": [str(VENV / "bin/djade"), "--check", "--target-version=5.2", *templates],
        "types": [PYTHON, "-m", "mypy"],
        "migrations": [*MANAGE, "makemigrations", "--check", "--dry-run"],
        "deployment": [*MANAGE, "check", "--deploy", "--fail-level", "ERROR"],
        "compile": [PYTHON, "-W", "error", "-m", "compileall", "-q", "-f", *sources],
        "pytest": [PYTHON, "-m", "pytest"],
    }


def database_answers() -> bool:
    """Tell whether the PostgreSQL of DATABASE_URL can be reached; a file or socket always can."""
    url = urlsplit(os.environ.get("DATABASE_URL", ""))
    if not url.scheme.startswith("postgres") or not url.hostname or "%" in url.hostname:
        return True
    return listens(url.hostname, url.port or 5432)


def listens(host: str, port: int) -> bool:
    with suppress(OSError), socket.create_connection((host, port), timeout=3):
        return True
    return False


class Need(NamedTuple):
    """Something beyond Python that some tests use, and where Debian has it."""

    what: str
    package: str
    tests: str
    is_here: Callable[[], bool]


NEEDS = (
    Need("PostgreSQL at DATABASE_URL", "postgresql", "tests", database_answers),
    Need("Redis on port 6379", "redis-server", "tests/jobs", lambda: listens("127.0.0.1", 6379)),
    Need(
        "RabbitMQ on port 5672", "rabbitmq-server", "tests/jobs", lambda: listens("127.0.0.1", 5672)
    ),
    Need("Chromium", "chromium", "tests/browser", lambda: bool(shutil.which("chromium"))),
)


def lacking() -> list[Need]:
    return [need for need in NEEDS if (ROOT / need.tests).is_dir() and not need.is_here()]


def chosen(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the names of the checks to run and what pytest is given besides."""
    names = list(checks())
    if not arguments or arguments[0] != "--only":
        return names, list(arguments)
    if len(arguments) < 2 or arguments[1] not in names:
        raise Stop(f"--only takes one of: {', '.join(names)}.")
    return [arguments[1]], list(arguments[2:])


def test(arguments: Sequence[str]) -> int:
    """Run the checks and the tests; return 1 when any failed."""
    names, extra = chosen(arguments)
    prepare("dev")
    env = environment(VAR_DIR=var_dir("test"), SANDBOX="on")
    commands, lacks = checks(), []
    if "pytest" in names:
        lacks = lacking()
        commands["pytest"] += [*(f"--ignore={need.tests}" for need in lacks), *extra]
    failed = [name for name in names if not passes(name, commands[name], env)]
    return report(names, failed, lacks)


def passes(name: str, command: Sequence[str], env: Environment) -> bool:
    say(f"\n— {name} —")
    return subprocess.call(command, cwd=ROOT, env=env) == 0


def report(names: Sequence[str], failed: Sequence[str], lacks: Sequence[Need]) -> int:
    """Print how it went; what could not run is a failure on a machine meant to run it all."""
    say()
    for need in lacks:
        say(f"{need.what} is missing, so {need.tests} did not run: Debian package {need.package}.")
    say(f"Failed: {', '.join(failed)}" if failed else f"Passed: {', '.join(names)}")
    return int(bool(failed) or bool(lacks and os.environ.get("CI") == "true"))


def manage(arguments: Sequence[str]) -> int:
    prepare("scale" if os.environ.get("JOBS_URL") else "runtime")
    # By its full path: a bare name would not find its way back to .venv.
    os.execve(PYTHON, [*MANAGE, *arguments], environment())


def messages(arguments: Sequence[str]) -> int:
    """Collect our words for the translators and compile what they wrote."""
    prepare("dev")
    return subprocess.call([PYTHON, "-m", "tests.messages", *arguments], cwd=ROOT)


COMMANDS = {"demo": demo, "test": test, "messages": messages, "manage": manage}


def main(arguments: Sequence[str]) -> int:
    if not arguments or arguments[0] not in COMMANDS:
        say((__doc__ or "").strip())
        return 2
    on_signals(interrupt)
    try:
        return COMMANDS[arguments[0]](arguments[1:])
    except Stop as stop:
        say(str(stop))
        return 1
    except KeyboardInterrupt:
        say("\nStopped.")
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
