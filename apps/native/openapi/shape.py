"""What all shapes have in common: no member that is not listed, and times written as text."""

from typing import Annotated

from msgspec import Meta, Struct

Time = Annotated[
    str,
    Meta(
        description="RFC 3339, with the offset of the place where it is known.",
        examples=["2026-05-14T11:40:00+02:00"],
    ),
]
InUtc = Annotated[str, Meta(description="RFC 3339 in UTC.", examples=["2026-05-14T09:42:00Z"])]


class Shape(Struct, forbid_unknown_fields=True, frozen=True):
    """A JSON object with the members that are listed and no others."""
