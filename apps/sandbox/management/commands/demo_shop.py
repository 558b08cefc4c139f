from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.sandbox.shop import serve


class Command(BaseCommand):
    help = "Play a shop: a page on another origin that has our frame in it."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8002, help="0 takes a free one")
        parser.add_argument("--site", default="http://127.0.0.1:8000", help="the tracking site")
        parser.add_argument("--brand", default="fern-and-field")

    def handle(self, *, host: str, port: int, site: str, brand: str, **options: Any) -> None:
        try:
            server = serve(host, port, site.rstrip("/"), brand)
        except (OSError, OverflowError) as error:
            raise CommandError(f"Cannot serve at {host}:{port}: {error}") from error
        with server:
            self._serve(server, options["verbosity"])

    def _serve(self, server: Any, verbosity: int) -> None:
        if verbosity:
            self.stdout.write(f"A shop to play with at http://localhost:{server.server_port}/")
            self.stdout.flush()
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            self.stdout.write("Stopped.")
