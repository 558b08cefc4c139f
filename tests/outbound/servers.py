"""Servers on this machine that answer as they are told, byte by byte."""

import socket
import struct
from contextlib import contextmanager, suppress
from itertools import count
from threading import Event, Lock, Thread

LOST = struct.pack("ii", 1, 0)  # closing loses what was not yet sent, with a reset


class HangUp(Exception):
    """Raised in an answer to close the connection."""


class Reset(Exception):
    """Raised in an answer to break the connection."""


class Request(bytes):
    """Head and body as they came; `over` is set when the server closes."""

    over: Event


class Server:
    """Listens on 127.0.0.1 and sends the pieces that `answer(request)` yields.

    Connections are kept until an answer raises.
    """

    def __init__(self, answer, tls=None):
        self.requests, self.accepts = [], 0
        self._answer, self._tls, self._lock = answer, tls, Lock()
        self._open, self._over = [], Event()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = self._listener.getsockname()[1]
        self._threads = [Thread(target=self._accept)]
        self._threads[0].start()

    def url(self, path="/", scheme="http", host="127.0.0.1"):
        return f"{scheme}://{host}:{self.port}{path}"

    def see_callers_off(self):
        """Wait until the server has closed every connection there was."""
        for thread in self._threads[1:]:
            thread.join()

    def close(self):
        self._over.set()
        with suppress(OSError):  # wakes the thread that waits for a caller
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._threads[0].join()
        for connection in self._open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.see_callers_off()

    def _accept(self):
        while not self._over.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.accepts += 1
            self._open.append(connection)
            self._threads.append(Thread(target=self._serve, args=(connection,)))
            self._threads[-1].start()

    def _serve(self, raw):
        connection = raw
        try:
            if self._tls:
                connection = self._tls.wrap_socket(raw, server_side=True)
                with self._lock:
                    self._open.append(connection)
            self._converse(connection)
        except Reset:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LOST)
        except (HangUp, OSError):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        finally:
            connection.close()

    def _converse(self, connection):
        with connection.makefile("rb") as file:
            while request := read_request(file):
                request.over = self._over
                with self._lock:
                    self.requests.append(request)
                for piece in self._answer(request):
                    connection.sendall(piece)


def read_request(file):
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        line = file.readline()
        if not line:
            return Request()
        head += line
    length = [line[15:] for line in head.lower().splitlines() if line[:15] == b"content-length:"]
    return Request(head + file.read(int(length[0]) if length else 0))


@contextmanager
def serving(answer, tls=None):
    server = Server(answer, tls)
    try:
        yield server
    finally:
        server.close()


def whole(body=b"{}", status="200 OK", **headers):
    """Return the bytes of a proper answer; `content_type` writes the header Content-Type."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-').title()}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def always(*pieces):
    return lambda request: iter(pieces)


def then_hang_up(*pieces):
    def answer(request):
        yield from pieces
        raise HangUp

    return answer


def in_turn(*answers):
    """Answer the first request with the first answer, and so on; the last one stays."""
    turns = count()

    return lambda request: answers[min(next(turns), len(answers) - 1)](request)
