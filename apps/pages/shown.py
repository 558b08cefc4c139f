"""What the values that a template shows have in common."""

from msgspec import Struct


class Shown(Struct, frozen=True):
    """A value for templates, which can be asked for its fields by key too.

    Templates try a name as a key before they try it as an attribute; a value that answers
    at once spares them an error for each of some hundred lookups a page.
    """

    __getitem__ = Struct.__getattribute__
