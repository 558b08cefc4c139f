"""Carriers without an API: they, or a script of the shop's, push events in our own language."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from apps.dialects import generic
from apps.providers.asking import Answer, Ask, Push, Request
from apps.providers.authority import Authority
from apps.providers.base import Client, Field, Limits
from apps.providers.proofs import Proof, StandardWebhook


class Generic(Client):
    """Is never asked; hears signed pushes."""

    kind: ClassVar[str] = generic.SOURCE
    title: ClassVar[str] = "Events pushed in our own format"
    base: ClassVar[str] = ""
    fields: ClassVar[tuple[Field, ...]] = (
        Field(
            "webhook_secret",
            "Signing secret",
            "whsec_ and 24 to 64 random bytes in base64, as Standard Webhooks has it.",
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
        return Push(tuple(Answer(name, report) for name, report in generic.read(body)))
