"""A merchant's receiver: a real server that keeps what it was sent and answers as it is told."""

import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks import Webhook


class Receiver:
    """`answers` are statuses, or functions of the handler; the last one repeats."""

    def __init__(self, *answers):
        self.answers = list(answers or (200,))
        self.got, self.times = [], []
        self.lock = threading.Lock()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"

    def _handler(self):
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver._take(self, body)

            def log_message(self, *_):
                """Say nothing."""

        return Handler

    def _take(self, handler, body):
        with self.lock:
            self.got.append((dict(handler.headers), body.decode()))
            self.times.append(datetime.now(UTC))
            answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if callable(answer):
            answer(handler)
            return
        status, headers = answer if isinstance(answer, tuple) else (answer, {})
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    def verified(self, secret):
        """Return what was sent, every message verified by the library's own verifier."""
        return [Webhook(secret).verify(body, headers) for headers, body in self.got]

    @property
    def ids(self):
        return [headers["webhook-id"] for headers, _ in self.got]


@contextmanager
def receiving(*answers):
    receiver = Receiver(*answers)
    thread = threading.Thread(target=receiver.server.serve_forever, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.server.shutdown()
        receiver.server.server_close()
        thread.join()
