"""A provider on this machine that answers what a test laid down, over real HTTP."""

import threading
import time
from collections import defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import urlsplit


class Asked(NamedTuple):
    method: str
    path: str
    query: str
    headers: dict
    body: bytes


class Laid(NamedTuple):
    status: int
    body: bytes
    headers: dict
    seconds: float = 0


class Replay:
    """Answers each path with its replies in turn, the last one for ever; 404 for the others."""

    def __init__(self):
        self.laid = defaultdict(list)
        self.asked = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))
        self.thread.start()

    def lay(self, path, body=b"{}", status=200, seconds=0, **headers):
        """Lay a reply down, which is given so many seconds after the question."""
        body = body if isinstance(body, bytes) else body.encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.laid[path].append(Laid(status, body, named, seconds))

    def paths(self):
        return [asked.path for asked in self.asked]

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def answer(self, asked):
        self.asked.append(asked)
        replies = self.laid.get(asked.path) or [Laid(404, b"{}", {})]
        return replies.pop(0) if len(replies) > 1 else replies[0]

    def _handler(replay):
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                url = urlsplit(self.path)
                size = int(self.headers.get("content-length") or 0)
                headers = {name.lower(): value for name, value in self.headers.items()}
                asked = Asked(self.command, url.path, url.query, headers, self.rfile.read(size))
                reply = replay.answer(asked)
                time.sleep(reply.seconds)
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body)

            do_POST = do_GET

            def log_message(self, *args):
                return None

        return Handler
