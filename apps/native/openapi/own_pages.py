"""Answers of our own API that are lists of what has its own shape."""

from apps.native.brand_words import BrandAnswer
from apps.native.openapi.shape import Shape
from apps.native.subscriptions import SubscriptionAnswer
from apps.native.webhook_words import DeliveryAnswer, WebhookAnswer


class WebhookPage(Shape, frozen=True):
    data: list[WebhookAnswer]
    next_cursor: str | None


class DeliveryPage(Shape, frozen=True):
    data: list[DeliveryAnswer]
    next_cursor: str | None


class SubscriptionPage(Shape, frozen=True):
    data: list[SubscriptionAnswer]
    next_cursor: str | None


class BrandPage(Shape, frozen=True):
    data: list[BrandAnswer]  # type: ignore[valid-type]
    next_cursor: str | None
