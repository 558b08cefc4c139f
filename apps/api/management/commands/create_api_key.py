from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.api.models import CARRIER_SCOPES, MERCHANT_SCOPES, ApiKey, Scope
from apps.api.rotating import OVERLAP, Unrotatable, rotate
from apps.shipments.models import Carrier, Merchant


class Command(BaseCommand):
    help = "Make an API key for a merchant or a carrier and print it. It is shown only this once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        owner = parser.add_mutually_exclusive_group(required=True)
        owner.add_argument("--merchant", metavar="SLUG")
        owner.add_argument("--carrier", metavar="CODE")
        owner.add_argument(
            "--rotate", metavar="PREFIX", help="Make a key like the one that begins so."
        )
        parser.add_argument(
            "--overlap-hours",
            type=int,
            default=OVERLAP // timedelta(hours=1),
            help="How long the key that is rotated goes on; 24 if unsaid, 168 at most.",
        )
        parser.add_argument("--name", default="", help="For people to know the key by.")
        parser.add_argument("--scopes", nargs="+", choices=Scope.values, default=[])

    def handle(self, *args: Any, **options: Any) -> None:
        if options["rotate"]:
            self.stdout.write(rotated(options["rotate"], options["overlap_hours"]))
            return
        owner = owner_of(options["merchant"], options["carrier"])
        kind = "merchant" if isinstance(owner, Merchant) else "carrier"
        scopes = options["scopes"] or (MERCHANT_SCOPES if kind == "merchant" else CARRIER_SCOPES)
        key = ApiKey(name=(options["name"] or str(owner))[:50], scopes=scopes, **{kind: owner})
        letters = ApiKey.objects.assign_key(key)
        try:
            key.full_clean()
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        key.save()
        self.stdout.write(letters)


def rotated(prefix: str, hours: int) -> str:
    """Return the letters of a key in another's place."""
    try:
        key = ApiKey.objects.get(prefix=prefix.partition(".")[0])
        return rotate(key.pk, timezone.now(), timedelta(hours=hours))[1]
    except ApiKey.DoesNotExist as error:
        raise CommandError(f"No key begins with {prefix[:8]!r}.") from error
    except (Unrotatable, OverflowError) as error:
        raise CommandError(str(error)) from error


def owner_of(slug: str | None, code: str | None) -> Merchant | Carrier:
    try:
        return Merchant.objects.get(slug=slug) if slug else Carrier.objects.get(code=code)
    except (Merchant.DoesNotExist, Carrier.DoesNotExist) as error:
        raise CommandError(f"Nobody goes by {slug or code!r}.") from error
