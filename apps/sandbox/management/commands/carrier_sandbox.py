import signal
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.sandbox.faults import FAULTS
from apps.sandbox.scripts import SCRIPTS
from apps.sandbox.server import Server, serve


class Command(BaseCommand):
    help = "Play a carrier: four tracking APIs whose parcels do what their numbers say."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8001, help="0 takes a free one")
        parser.add_argument("--latency", type=seconds, default=0, help="seconds every answer takes")
        parser.add_argument(
            "--speed", type=pace, default=1, help="how much faster than written journeys go"
        )
        parser.add_argument(
            "--state", type=Path, help="file that keeps when journeys began over a restart"
        )

    def handle(
        self,
        *,
        host: str,
        port: int,
        latency: float,
        speed: float,
        state: Path | None,
        **options: Any,
    ) -> None:
        # A shell that starts us in the background has us ignore it.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            server = serve(host, port, latency=latency, speed=speed, state=state)
            server.run(lambda: self._describe(server, options["verbosity"]))
        except OSError as error:
            raise CommandError(f"Cannot serve at {host}:{port}: {error}") from error
        except KeyboardInterrupt:
            self.stdout.write("Stopped.")

    def _describe(self, server: Server, verbosity: int) -> None:
        if not verbosity:
            return
        self.stdout.write(f"A carrier to play with at {server.url}, with any key but `bad`:")
        for word, script in SCRIPTS.items():
            self.stdout.write(f"  SBX-{word}-1".ljust(20) + script.about)
        for word, fault in FAULTS.items():
            self.stdout.write(f"  SBX-{word}-1".ljust(20) + fault.about)
        self.stdout.flush()


def seconds(text: str) -> float:
    return within(text, 0, 60)


def pace(text: str) -> float:
    return within(text, 0.001, 1000)


def within(text: str, least: float, most: float) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1
    if not least <= value <= most:
        raise ArgumentTypeError(f"{text!r} is no number from {least:g} to {most:g}")
    return value
