"""Shiplemon: shipments by its own id, asked at five and thirty-five past the hour only."""

from collections.abc import Mapping, Sequence
from typing import ClassVar
from urllib.parse import quote

from apps.dialects import shiplemon
from apps.providers.asking import Answer, Ask, Request
from apps.providers.authority import Authority, Header
from apps.providers.base import AsksBy, Client, Field, Limits


class Shiplemon(Client):
    """Asks by Shiplemon's shipment id, which the shop keeps as its custom reference."""

    kind: ClassVar[str] = shiplemon.SOURCE
    title: ClassVar[str] = "Shiplemon"
    base: ClassVar[str] = "https://api.shiplemon.com"
    test_base: ClassVar[str] = "https://api-sandbox.shiplemon.com"
    fields: ClassVar[tuple[Field, ...]] = (Field("api_key", "API key"),)
    authority: ClassVar[Authority] = Header({"x-api-key": "api_key"})
    limits: ClassVar[Limits] = Limits(in_flight=4)
    asks_by: ClassVar[AsksBy] = AsksBy.REFERENCE
    minutes: ClassVar[tuple[int, ...]] = (5, 35)
    looks_again: ClassVar[bool] = False

    def requests(self, asks: Sequence[Ask], options: Mapping[str, str]) -> list[Request]:
        (ask,) = asks
        return [Request((ask,), f"/public/v1/shipments/{quote(ask.name, safe='')}/tracking")]

    def read(self, request: Request, body: bytes) -> list[Answer]:
        # The answer does not repeat the id it was asked by.
        (ask,) = request.asks
        return [Answer(ask.name, shiplemon.read(body))]
