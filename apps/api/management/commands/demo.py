import json
import os

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.api import demonstration
from apps.shipments.models import Merchant

DEFAULT = "http://127.0.0.1:8000"


class Command(BaseCommand):
    help = "Load the demo shop, or describe where everything of it is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--describe", action="store_true", help="print one JSON object with addresses and keys"
        )

    def handle(self, *, describe: bool, **options: object) -> None:
        if describe:
            self._describe()
            return
        if demonstration.is_loaded():
            self.stdout.write("The demo is loaded already.")
        else:
            self._load()
        demonstration.remember(address() or DEFAULT)

    def _load(self) -> None:
        if Merchant.objects.exclude(slug=demonstration.SHOP).exists():
            raise CommandError("This installation has shops of its own; the demo stays out of it.")
        demonstration.load(timezone.now())
        self.stdout.write("The demo is loaded.")

    def _describe(self) -> None:
        demo = demonstration.kept()
        if demo is None:
            raise CommandError("The demo is not loaded: run `manage.py demo` first.")
        demo["url"] = address() or demo.get("url", DEFAULT)
        self.stdout.write(json.dumps(demonstration.describe(demo), indent=2, ensure_ascii=False))


def address() -> str:
    """Return where the environment says the site is, empty when it does not."""
    port = os.environ.get("PORT")
    return settings.PUBLIC_URL or (f"http://127.0.0.1:{port}" if port else "")
