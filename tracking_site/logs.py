"""How we log: a request's or a job's id on every line, and nobody's data.

No query strings, no secrets of links and hooks, no messages of exceptions: a message repeats
what a stranger sent, while its type and the lines it came through do not.
"""

import re
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from types import TracebackType
from typing import Any

import structlog
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.log import log_response
from django_structlog.middlewares import RequestMiddleware
from structlog.contextvars import merge_contextvars

Line = MutableMapping[str, Any]

SECRET_PATH = re.compile(r"(/(?:t|s|m|hooks|e/[^/\s]+|b/[^/\s]+/n)/[^/\s?#\"']{6})[^/\s?#\"']+")
QUERY = re.compile(r"((?:^|[\s\"'(])(?:https?:/)?/[^\s?\"']*)\?[^\s\"')]*")
# What these say is about us, not about a parcel.
TELLING = (OperationalError, ImportError, AttributeError, NameError)
# What a stranger could draw a line of his own with.
CONTROLS = {one: f"\\x{one:02x}" for one in (*range(32), *range(127, 160), 0x2028, 0x2029)}
# What the libraries bind to a line and we do not keep.
LEFT_OUT = {"ip", "user_agent", "user_id"}


def cut(text: str) -> str:
    """Return a text without query strings, and with the secrets in paths cut to six characters."""
    return QUERY.sub(r"\1", SECRET_PATH.sub(r"\1...", text))


def without_secrets(_logger: object, _method: str, line: Line) -> Line:
    return {
        name: cut(word) if isinstance(word, str) else word
        for name, word in line.items()
        if name not in LEFT_OUT
    }


def outline(error: BaseException) -> str:
    """Return an exception, and what caused it, as types and lines of code."""
    return "\n".join(part for one in causes(error) for part in drawn(one))


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield what came first first, each once."""
    chain: list[BaseException] = []
    while error is not None and error not in chain:
        chain.append(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    yield from reversed(chain)


def drawn(error: BaseException) -> Iterator[str]:
    for frame in traceback.extract_tb(error.__traceback__):
        yield f"  {where(frame.filename)}:{frame.lineno} {frame.name}"
    kind = type(error)
    message = f": {error}" if isinstance(error, TELLING) else ""
    yield f"{kind.__module__}.{kind.__qualname__}{message}"


def where(filename: str) -> str:
    """Return a file's path from the folder it is imported from."""
    path = Path(filename)
    known = [Path(folder) for folder in sys.path if folder and path.is_relative_to(folder)]
    return str(path.relative_to(max(known, key=lambda one: len(one.parts)))) if known else path.name


def with_outline(_logger: object, _method: str, line: Line) -> Line:
    error = raised(line.pop("exc_info", None))
    if error is not None:
        line["exception"] = outline(error)
    return line


Raised = (
    bool | BaseException | tuple[type[BaseException], BaseException, TracebackType | None] | None
)


def raised(given: Raised | tuple[None, None, None]) -> BaseException | None:
    match given:
        case BaseException():
            return given
        case (_, error, _):
            return error
        case True:
            return sys.exception()
    return None


def as_one_line(_logger: object, _method: str, line: Line) -> str:
    """Return a line for people: when, how bad, who, what, then the rest."""
    exception = line.pop("exception", "")
    words = [str(line.pop(name)) for name in ("timestamp", "level", "logger", "event")]
    words += [f"{name}={word}" for name, word in sorted(line.items())]
    return " ".join(words).translate(CONTROLS) + (f"\n{exception}" if exception else "")


FORMATS: dict[str, structlog.typing.Processor] = {
    "plain": as_one_line,
    "json": structlog.processors.JSONRenderer(),
}
BOUND: list[structlog.typing.Processor] = [
    merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso"),
]


def configuration(form: str, level: str) -> dict[str, Any]:
    """Return Django's LOGGING; KeyError for a form there is none of."""
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": BOUND,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            with_outline,
            without_secrets,
            FORMATS[form],
        ],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": formatter},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level},
        # Instead of handlers of Django's own, one of which mails whole requests. At DEBUG it
        # would show the values in our queries.
        "loggers": {
            "django": {"handlers": [], "level": "INFO"},
            "django.server": {"handlers": [], "propagate": True},
        },
    }


structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        *BOUND,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)


class RequestLog(RequestMiddleware):
    """Gives every request an id. Django itself logs what went wrong, with that id."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {request.path}"

    def process_got_request_exception(
        self, sender: type[Any], request: HttpRequest, **more: Any
    ) -> None:
        """Do not log it a second time."""

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        """Have Django log an error now; when it would by itself, the id is gone."""
        if response.status_code >= 400:
            words = (response.reason_phrase, request.path)
            log_response("%s: %s", *words, response=response, request=request)
        super().handle_response(request, response)
