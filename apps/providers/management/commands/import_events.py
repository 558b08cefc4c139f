from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from apps.dialects.payloads import Refused
from apps.providers import uploading
from apps.providers.management.commands.sync import Bar
from apps.providers.uploading import MOST_BYTES, TOO_LARGE, Upload

LEFT_OUT = 2


class Command(BaseCommand):
    help = (
        "Record a table of events (CSV, see docs/providers.md) for an account of our own format. "
        f"Exits with {LEFT_OUT} when lines were left out, with 1 when it failed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--account", type=int, required=True, metavar="ID")
        parser.add_argument("--dry-run", action="store_true", help="only say what would be done")

    def handle(self, *args: Any, **options: Any) -> None:
        upload = _opened(options["account"], options["file"])
        is_dry, now = options["dry_run"], timezone.now()
        bar = Bar(self.stdout, len(upload.batches))
        try:
            (upload.check if is_dry else upload.record)(now, bar.step)
        except (InterfaceError, OperationalError) as error:
            text = "The database gave up. Run it again: nothing is recorded twice."
            raise CommandError(text) from error
        self._tell(upload, "can be recorded" if is_dry else "recorded")

    def _tell(self, upload: Upload, done: str) -> None:
        for fault in upload.faults:
            self.stderr.write(f"{fault.path}: {fault.reason}")
        taken, parcels = upload.taken, len(upload.shipments)
        self.stdout.write(f"{taken} of {upload.rows} lines {done}, for {parcels} shipments.")
        if taken < upload.rows:
            raise CommandError(f"{upload.rows - taken} lines left out.", returncode=LEFT_OUT)


def _opened(account_id: int, name: str) -> Upload:
    account = uploading.accounts().filter(pk=account_id).first()
    if account is None:
        raise CommandError(f"There is no account {account_id} of our own format, switched on.")
    try:
        return Upload(account, _read(name))
    except Refused as refusal:
        told = "\n".join(f"{fault.path}: {fault.reason}" for fault in refusal.faults)
        raise CommandError(told) from refusal


def _read(name: str) -> bytes:
    try:
        with open(name, "rb") as file:
            payload = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise CommandError(f"{name}: {error.strerror}.") from error
    if len(payload) > MOST_BYTES:
        raise CommandError(TOO_LARGE)
    return payload
