"""A shop's receiver of webhooks, a process of its own: `python shop.py PORT FOLDER`.

It verifies each message with the secret in the folder, writes it down for good and only then,
a moment later, says that it took it: whoever is killed meanwhile does not know.
"""

import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from standardwebhooks import Webhook, WebhookVerificationError

MOMENT = 0.4


class Handler(BaseHTTPRequestHandler):
    folder: Path

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            told = Webhook((self.folder / "secret").read_text()).verify(body, dict(self.headers))
        except WebhookVerificationError:
            self.answer(400)
            return
        write_down(self.folder / "heard", {"id": self.headers["webhook-id"], "told": told})
        time.sleep(MOMENT)
        self.answer(200)

    def answer(self, status):
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()


def write_down(file, line):
    with file.open("a") as lines:
        lines.write(json.dumps(line) + "\n")
        lines.flush()
        os.fsync(lines.fileno())


if __name__ == "__main__":
    Handler.folder = Path(sys.argv[2])
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
