from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.branding.framing import origin_of
from apps.branding.models import Brand
from apps.shipments.models import Merchant

SHOP = "fern-and-field"


class Command(BaseCommand):
    help = "Give the demo shop its looks, and let its site frame the pages."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--shop", required=True, help="such as http://localhost:8002")

    def handle(self, *, shop: str, **options: Any) -> None:
        try:
            origin = origin_of(shop)
        except ValidationError as error:
            raise CommandError(error.messages[0]) from error
        merchant = Merchant.objects.filter(slug=SHOP).first()
        if merchant is None:
            raise CommandError("The demo is not loaded: run `manage.py demo` first.")
        Brand.objects.update_or_create(
            slug=SHOP, defaults={"merchant": merchant, **looks(merchant.name, origin)}
        )
        self.stdout.write(f"{merchant.name} may frame its pages at {origin}.")


def looks(name: str, origin: str) -> dict[str, Any]:
    """Return the fields of the demo's brand, whose site is at an origin."""
    return {
        "name": name,
        "accent": "#1f7a4d",
        "shop_url": f"{origin}/",
        "support_url": f"{origin}/help",
        "returns_url": f"{origin}/returns",
        "faq_url": f"{origin}/help",
        "privacy_url": f"{origin}/privacy",
        "frame_origins": [origin],
        "slot_heading": "Spring bulbs are here",
        "slot_text": "Plant them now, and have colour in March.",
        "slot_url": f"{origin}/bulbs",
    }
