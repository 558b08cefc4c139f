"""`python -m tests.bench ingest|sync|web|weight|hooks|mails [--db sqlite|postgres] [--quick] [--json FILE]`.

Runs on a database of its own, prints ratios beside their bars and ends with 1 below a bar.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import tomllib
from functools import partial

GOALS = pathlib.Path(__file__).with_name("goals.toml")
POSTGRES = os.environ.get("BENCH_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("what", choices=["ingest", "sync", "web", "weight", "hooks", "mails"])
    parser.add_argument("--db", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--quick", action="store_true", help="fewer rows and rounds")
    parser.add_argument("--scale", action="store_true", help="sync: also on a million shipments")
    parser.add_argument("--kills", action="store_true", help="sync: only with workers killed")
    parser.add_argument("--json", type=pathlib.Path, help="write the figures to this file")
    options = parser.parse_args()
    scratch = tempfile.mkdtemp(prefix="bench-")
    try:
        _set_up(options.db, scratch)
        return _run(options)
    finally:
        _drop(options.db)
        shutil.rmtree(scratch)


def _set_up(db: str, scratch: str) -> None:
    os.environ["VAR_DIR"] = scratch
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"
    os.environ["SANDBOX"] = "on"
    os.environ.pop("DATABASE_URL", None)
    if db == "postgres":
        _drop(db)
        _psql("CREATE DATABASE tracking_bench")
        os.environ["DATABASE_URL"] = POSTGRES.rsplit("/", 1)[0] + "/tracking_bench"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)


def _drop(db: str) -> None:
    if db == "postgres":
        _psql("DROP DATABASE IF EXISTS tracking_bench WITH (FORCE)")


def _psql(statement: str) -> None:
    subprocess.run(
        [sys.executable, "-c", _STATEMENT, POSTGRES, statement], check=True, stdout=subprocess.PIPE
    )


_STATEMENT = (
    "import psycopg, sys; psycopg.connect(sys.argv[1].replace('postgres:', 'postgresql:', 1),"
    " autocommit=True).execute(sys.argv[2])"
)


def _run(options: argparse.Namespace) -> int:
    from tests.bench import hooks, ingest, kills, mails, sync, web, weight

    jobs = {
        "ingest": ingest.measure,
        "sync": kills.measure if options.kills else partial(sync.measure, scale=options.scale),
        "web": web.measure,
        "weight": weight.measure,
        "hooks": hooks.measure,
        "mails": mails.measure,
    }
    figures, is_noisy = jobs[options.what](options.quick)
    goals = tomllib.loads(GOALS.read_text())
    lines = [_line(figure, goals[figure.id]) for figure in figures]
    client = ", bundled client" if options.what == "web" else ""
    print(f"{options.what} on {options.db}{' (quick)' if options.quick else ''}{client}")
    print("\n".join(text for text, _ in lines))
    if options.json:
        found = {figure.id: {"value": figure.value, "rounds": figure.rounds} for figure in figures}
        options.json.write_text(json.dumps(found, indent=2))
    if is_noisy:
        print("noisy: two runs of the same reference differ by more than 10 %, nothing is judged")
        return 0
    return 0 if all(is_met for _, is_met in lines) else 1


def _line(figure, goal):
    bar = goal.get("bar", goal.get("below"))
    is_met = figure.value >= bar if "bar" in goal else figure.value <= bar
    spread = f" ({min(figure.rounds):.2f} to {max(figure.rounds):.2f})" if figure.rounds else ""
    verdict = "ok" if is_met else "BELOW THE BAR"
    text = (
        f"  {figure.id:14} {figure.value:8.2f}{spread:20} bar {bar:<5} {verdict:14} {goal['text']}"
    )
    return text, is_met


sys.exit(main())
