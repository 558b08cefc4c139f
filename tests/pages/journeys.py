"""Journeys made by hand, as `apps.pages.sample_parts` makes them."""

from apps.pages.sample_parts import NOW, day, event, item, journey, leg, moment, number, promise

__all__ = ["NOW", "day", "event", "item", "journey", "leg", "moment", "number", "promise"]
