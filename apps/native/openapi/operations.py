"""What is said of an API beside its code: rows of tables, one for each operation.

Shapes are types that msgspec can describe. Examples are functions where they are written by
the very code that answers, so that they cannot grow old.
"""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from apps.api.languages import Language

Json = dict[str, Any]
Example = Callable[[], Any] | None


class Parameter(Struct, frozen=True):
    """One thing in the address or a header. `place` is `path`, `query` or `header`."""

    name: str
    words: str
    shape: Any = str
    example: Any = None
    place: str = "query"
    is_required: bool = False


class Header(Struct, frozen=True):
    name: str
    words: str
    example: str = ""


class Body(Struct, frozen=True):
    """What is sent with a request."""

    shape: Any
    example: Callable[[], Any]
    is_required: bool = True


class Answer(Struct, frozen=True):
    """One way an operation ends well. Without a shape there is no body."""

    words: str
    shape: Any = None
    example: Example = None
    status: int = 200
    headers: tuple[Header, ...] = ()
    media_type: str = "application/json"


class Operation(Struct, frozen=True):
    """One method at one address. `refusals` are statuses beside those that all have."""

    name: str
    summary: str
    answers: tuple[Answer, ...]
    tag: str
    words: str = ""
    parameters: tuple[Parameter, ...] = ()
    body: Body | None = None
    refusals: tuple[int, ...] = ()


class Document(Struct, frozen=True):
    """One API. `operations` go by method and path, `named` are the parts of paths by name."""

    name: str
    title: str
    version: str
    words: str
    language: Language
    error_shape: Any
    operations: Mapping[tuple[str, str], Operation]
    named: Mapping[str, Parameter]
    # What else is said at the top, as Markdown.
    more: str = ""


def in_path(name: str, words: str, example: Any, shape: Any = str) -> Parameter:
    return Parameter(name, words, shape, example, "path", is_required=True)


def in_query(name: str, words: str, shape: Any = str, example: Any = None) -> Parameter:
    return Parameter(name, words, shape, example)


def in_header(name: str, words: str, shape: Any = str, example: Any = None) -> Parameter:
    return Parameter(name, words, shape, example, "header")
