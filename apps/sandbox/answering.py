"""From a question to an answer: who asks, about which number, and what goes wrong with it."""

import uuid
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import parse_qs, unquote

import msgspec
from msgspec.structs import replace

from apps.sandbox.addresses import Address, Language, Writer, address_of, encode, language_of
from apps.sandbox.faults import FAULTS, NO_FAULT, Fault, Headers
from apps.sandbox.ledger import Ledger
from apps.sandbox.messages import Question, Reply
from apps.sandbox.numbers import Number
from apps.sandbox.scripts import SCRIPTS, newest_second
from apps.sandbox.telling import Playing, journey_of, script_of

# Any other key is as good as the next.
BAD_KEY, LIMITED_KEY = "bad", "limited"
LIMIT, LIMIT_PERIOD = 5, timedelta(seconds=1)

# Whom an answer about another parcel is about; nobody can ask for it.
ANOTHER = "ANOTHER"
NOTHING_HERE = Reply(404, b"Nothing is served here.\n", (("Content-Type", "text/plain"),))


class Refusal(Exception):
    """An HTTP status to answer with, in the words of the language it was asked in."""

    def __init__(self, status: int, headers: Headers = ()) -> None:
        super().__init__(status)
        self.status = status
        self.headers = headers


class Carrier:
    """All that the sandbox knows.

    `speed` is how many of a script's seconds pass in one, `clock` returns the time, aware,
    `scheme` is `http` or `https`.
    """

    def __init__(
        self, ledger: Ledger, *, speed: float, clock: Callable[[], datetime], scheme: str
    ) -> None:
        self.ledger = ledger
        self.speed = speed
        self.clock = clock
        self.scheme = scheme
        self._recent: deque[datetime] = deque(maxlen=LIMIT)

    def answer(self, question: Question) -> Reply:
        """Return what goes back, whatever was asked."""
        language = language_of(question.path)
        if language is None:
            return NOTHING_HERE
        name = str(uuid.uuid4())
        try:
            reply = self._answer(question, language)
        except Refusal as refusal:
            body = encode(language.error(refusal.status, name))
            reply = Reply(refusal.status, body, refusal.headers)
        return replace(reply, headers=((language.id_header, name), *reply.headers))

    def _answer(self, question: Question, language: Language) -> Reply:
        now = self.clock()
        self._check(question.headers.get(language.key_header, ""), now)
        address, name = asked(question)
        number = self._begun(name, now)
        if address.write is None:
            return Reply(204)
        if number is None:
            raise Refusal(404)
        return self._told(question, number, address.write, now)

    def _check(self, key: str, now: datetime) -> None:
        if not key or key == BAD_KEY:
            raise Refusal(401)
        if key == LIMITED_KEY:
            if len(self._recent) == LIMIT and now - self._recent[0] < LIMIT_PERIOD:
                raise Refusal(429, (("Retry-After", "1"),))
            self._recent.append(now)

    def _begun(self, name: str, now: datetime) -> Number | None:
        """Return the number a name means, its journey begun; None when no such thing is played."""
        number = self.ledger.named(name)
        if number is None or not (number.word in SCRIPTS or number.word in FAULTS):
            return None
        self.ledger.begin(number, now)
        return number

    def _told(self, question: Question, number: Number, write: Writer, now: datetime) -> Reply:
        fault, call = self._fault_of(number)
        headers = fault.headers(question.target, now) if fault.headers else ()
        if fault.status >= 400:
            raise Refusal(fault.status, headers)
        if fault.status != 200:
            return Reply(fault.status, b"", headers)
        base = f"{self.scheme}://{question.headers.get('host', '')}"
        playing = self._playing(number, now, fault)
        body = written(write, playing, replace(playing.number, part=number.part), base)
        if body is None:
            raise Refusal(404)
        return Reply(200, spoilt(body, fault, call), headers, fault.manner)

    def _fault_of(self, number: Number) -> tuple[Fault, int]:
        """Return what goes wrong this time, and how often the number was asked about."""
        fault = FAULTS.get(number.word)
        if fault is None:
            return NO_FAULT, 0
        call = self.ledger.count(number)
        return (NO_FAULT if call % fault.every else fault), call

    def _playing(self, number: Number, now: datetime, fault: Fault) -> Playing:
        start = self.ledger.begin(number, now)
        elapsed = (now - start).total_seconds() * self.speed
        second = newest_second(script_of(number), elapsed)
        word = ANOTHER if fault.is_about_another else number.word
        return Playing(replace(number, word=word, part=""), start, self.speed, second)


def asked(question: Question) -> tuple[Address, str]:
    """Return the address and the number or reference that is asked about; raise a `Refusal`."""
    found = address_of(question.path)
    if found is None:
        raise Refusal(404)
    address, quoted = found
    if question.method != address.method:
        raise Refusal(405, (("Allow", address.method),))
    if quoted:
        return address, unquote(quoted)
    query = parse_qs(question.query)
    numbers, carriers = query.get("tracking_number"), query.get("carrier_code")
    if not numbers or not (carriers or query.get("carrier_id")):
        raise Refusal(400)
    return address, numbers[0]


@lru_cache(maxsize=8192)
def written(write: Writer, playing: Playing, number: Number, base: str) -> bytes | None:
    """Return an answer's body; kept, since all is told alike until the next step."""
    content = write(journey_of(playing), number, base)
    return None if content is None else encode(content)


def spoilt(body: bytes, fault: Fault, call: int) -> bytes:
    """Return the body as a fault has it."""
    if fault.change:
        body = encode(fault.change(msgspec.json.decode(body), call))
    return fault.replace(body) if fault.replace else body
