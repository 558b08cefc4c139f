"""Carriers without an API: they or the shop push, or staff upload, events in our own language."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from apps.dialects import generic, generic_csv
from apps.providers.asking import Answer, Ask, Push, Request
from apps.providers.authority import Authority
from apps.providers.base import Client, Field, Limits
from apps.providers.proofs import Proof, StandardWebhook
from apps.shipments.reports import Report

TABLE = "text/csv"


class Generic(Client):
    """Is never asked; hears signed pushes, in JSON or as a table."""

    kind: ClassVar[str] = generic.SOURCE
    title: ClassVar[str] = "Events in our own format"
    base: ClassVar[str] = ""
    fields: ClassVar[tuple[Field, ...]] = (
        Field(
            "webhook_secret",
            "Signing secret",
            "whsec_ and 24 to 64 random bytes in base64, as Standard Webhooks has it. "
            "Needed for pushes only.",
            is_required=False,
        ),
    )
    authority: ClassVar[Authority] = Authority()
    limits: ClassVar[Limits] = Limits()
    can_be_asked: ClassVar[bool] = False
    proof: ClassVar[Proof | None] = StandardWebhook()

    def requests(self, asks: Sequence[Ask], options: Mapping[str, str]) -> list[Request]:
        return []

    def read(self, request: Request, body: bytes) -> list[Answer]:
        return list(self.pushed(body).answers)

    def pushed(self, body: bytes) -> Push:
        return _push(generic.read(body))

    def pushed_as(self, media_type: str, body: bytes) -> Push:
        return _push(generic_csv.read(body)) if media_type == TABLE else self.pushed(body)


def _push(told: Sequence[tuple[str, Report]]) -> Push:
    return Push(tuple(Answer(name, report) for name, report in told))
