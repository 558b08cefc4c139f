"""One connection: HTTP/1.1 in and out, and the ways to break it.

A request is read whole before it is answered, and an answer leaves in one piece, header and
body together. Requests sent ahead wait for their turn.
"""

import asyncio
import socket
import struct
from http import HTTPStatus
from typing import Protocol, cast

from apps.sandbox.messages import Manner, Question, Reply

LONGEST_HEAD = 32 * 1024
LONGEST_BODY = 1024 * 1024
DRIP_SECONDS = 0.5
# Nothing lingers: closing sends RST in place of FIN.
NO_LINGER = struct.pack("ii", 1, 0)

REASONS = {status.value: status.phrase for status in HTTPStatus}
NO_BODY = frozenset((204, 304))


class Garbled(Exception):
    """Bytes that are no request we can take, and the HTTP status that says so."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Hub(Protocol):
    """What connections have in common. `latency` is in seconds."""

    latency: float
    connections: "set[Connection]"

    def opened(self, connection: "Connection") -> None: ...

    def answer(self, question: Question) -> Reply: ...


class Connection(asyncio.Protocol):
    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.loop = asyncio.get_running_loop()
        self.buffer = bytearray()
        self.is_busy = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.hub.opened(self)

    def connection_lost(self, error: Exception | None) -> None:
        self.hub.connections.discard(self)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if not self.is_busy:
            self._next()
        elif len(self.buffer) > LONGEST_HEAD + LONGEST_BODY:
            self.transport.abort()

    def _next(self) -> None:
        """Take the next request of the buffer, if it is all there."""
        try:
            found = parsed(self.buffer)
        except Garbled as garbled:
            self.transport.write(bytes_of(Reply(garbled.status), is_last=True))
            self.transport.close()
            return
        if found:
            question, used = found
            del self.buffer[:used]
            self.is_busy = True
            reply = self.hub.answer(question)
            self.loop.call_later(self.hub.latency, self._send, reply, question.is_last)

    def _send(self, reply: Reply, is_last: bool) -> None:
        if self.transport.is_closing() or reply.manner is Manner.SILENT:
            return
        if reply.manner is not Manner.WHOLE:
            self._break(reply)
            return
        self.transport.write(bytes_of(reply, is_last=is_last))
        if is_last:
            self.transport.close()
            return
        self.is_busy = False
        if self.buffer:
            self._next()

    def _break(self, reply: Reply) -> None:
        whole = bytes_of(reply, is_last=True)
        head = len(whole) - len(reply.body)
        if reply.manner is Manner.DRIPPED:
            self.transport.write(whole[:head])
            self._drip(reply.body)
        elif reply.manner is Manner.SHORT:
            self.transport.write(whole[: head + len(reply.body) // 2])
            self.transport.close()
        else:
            plain = self.transport.get_extra_info("socket")
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
            self.transport.abort()

    def _drip(self, body: bytes) -> None:
        if self.transport.is_closing():
            return
        self.transport.write(body[:1])
        if len(body) > 1:
            self.loop.call_later(DRIP_SECONDS, self._drip, body[1:])
        else:
            self.transport.close()


def parsed(buffer: bytearray) -> tuple[Question, int] | None:
    """Return the first request and its length, None while there is more to come.

    A body is skipped: nothing here reads one. Raises `Garbled`.
    """
    end = buffer.find(b"\r\n\r\n", 0, LONGEST_HEAD)
    if end < 0:
        if len(buffer) >= LONGEST_HEAD:
            raise Garbled(431)
        return None
    first, *lines = buffer[:end].decode("latin-1").split("\r\n")
    headers = dict(map(header, lines))
    used = end + 4 + body_length(headers)
    return (question_of(first, headers), used) if len(buffer) >= used else None


def header(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon:
        raise Garbled(400)
    return name.lower(), value.strip()


def body_length(headers: dict[str, str]) -> int:
    if "transfer-encoding" in headers:
        raise Garbled(411)
    text = headers.get("content-length", "0")
    if not (text.isascii() and text.isdigit()):
        raise Garbled(400)
    if len(text) > 9 or int(text) > LONGEST_BODY:
        raise Garbled(413)
    return int(text)


def question_of(first: str, headers: dict[str, str]) -> Question:
    words = first.split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1.") or not words[1].startswith("/"):
        raise Garbled(400)
    method, target, version = words
    path, _, query = target.partition("?")
    wish = headers.get("connection", "").lower()
    is_last = wish == "close" or (version == "HTTP/1.0" and wish != "keep-alive")
    return Question(method, target, path, query, headers, is_last)


def bytes_of(reply: Reply, *, is_last: bool) -> bytes:
    """Return a reply as it goes over the wire, JSON unless its headers say otherwise."""
    lines = [f"HTTP/1.1 {reply.status} {REASONS.get(reply.status, '')}"]
    names = {name for name, _ in reply.headers}
    if reply.body and "Content-Type" not in names:
        lines.append("Content-Type: application/json")
    if reply.status not in NO_BODY:
        lines.append(f"Content-Length: {len(reply.body)}")
    if is_last:
        lines.append("Connection: close")
    lines += [f"{name}: {value}" for name, value in reply.headers]
    return "\r\n".join((*lines, "", "")).encode("latin-1") + reply.body
