import argparse
import gc
import logging
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser
from django_tasks import task_backends

from tracking_site.engine import Engine, Unready

logger = logging.getLogger(__name__)


def count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= 256):
        raise argparse.ArgumentTypeError("a number from 1 to 256 is needed")
    return int(text)


class Command(BaseCommand):
    help = "Runs jobs until SIGTERM or SIGINT; then finishes those in hand."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--threads", type=count, default=8, help="jobs at once (default: 8)")
        parser.add_argument(
            "--no-periodic",
            dest="is_periodic",
            action="store_false",
            help="leave the schedule to another worker; one should keep it",
        )

    def handle(self, *, threads: int, is_periodic: bool, **_: Any) -> None:
        engine = task_backends["default"]
        if not isinstance(engine, Engine):
            raise CommandError("TASKS names an engine that needs no worker.")
        try:
            engine.check_server()
        except Unready as reason:
            raise CommandError(str(reason)) from reason
        if settings.OUTBOUND_ALLOWED_NETWORKS:
            allowed = ", ".join(settings.OUTBOUND_ALLOWED_NETWORKS)
            logger.warning("Calls into networks of our own are allowed: %s", allowed)
        # What is loaded by now stays, so that its garbage need not be looked for while asking.
        gc.freeze()
        self.say(f"Starting {threads} threads …")
        engine.work(threads, is_periodic=is_periodic, ready=lambda: self.say("Ready for jobs."))
        self.say("Stopped.")

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
