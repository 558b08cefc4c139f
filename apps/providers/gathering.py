"""The replies to one watch's calls, put together once all are there."""

from msgspec import Struct

from apps.providers.answers import Body
from apps.providers.asking import Answer, Ask, Problem, Trouble
from apps.providers.keeping import Told
from apps.providers.models import Watch
from apps.shipments.reports import Report


class Out(Struct):
    """A watch whose answers are on their way."""

    watch: Watch
    ask: Ask
    expected: int
    told: dict[int, list[Answer]]  # by the call's ticket
    heard: dict[int, Body]  # the same calls' replies

    @property
    def answers(self) -> list[Answer]:
        """Return what was told in the order of the calls: the last one to arrive is no newer."""
        return [answer for ticket in sorted(self.told) for answer in self.told[ticket]]


def told(out: Out) -> Told:
    """Return what all the answers to a watch come to."""
    reports = [answer.told for answer in out.answers if isinstance(answer.told, Report)]
    problems = [answer.told for answer in out.answers if isinstance(answer.told, Problem)]
    missing = Problem(Trouble.PARTIAL, "not among the answers")
    problem = None if reports else next(iter(problems), missing)
    heard = tuple(out.heard[ticket] for ticket in sorted(out.heard))
    return Told(out.watch, reports, problem, _unread(out), heard)


def _unread(out: Out) -> bytes:
    """Return the first body that was not what was agreed, empty for none."""
    unread = (t for t in sorted(out.told) if any(map(_is_malformed, out.told[t])))
    return next((out.heard[ticket].text for ticket in unread), b"")


def _is_malformed(answer: Answer) -> bool:
    return isinstance(answer.told, Problem) and answer.told.trouble == Trouble.MALFORMED
