"""A shop's site on an origin of its own, serving whatever a test puts there."""

from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

EMPTY = "<!doctype html><html lang=en><title>Shop</title><meta charset=utf-8>"


class Shop:
    """`pages` maps a path to the HTML that is served there."""

    def __init__(self, port):
        self.port = port
        self.pages = {}

    @property
    def origin(self):
        # The site under test answers at 127.0.0.1 or localhost; a name apart makes it a foreign one.
        return f"http://shop.localhost:{self.port}"

    def put(self, path, body, head=""):
        self.pages[path] = f"{EMPTY}{head}<body>{body}"
        return self.origin + path


@contextmanager
def shop():
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            html = one.pages.get(self.path.split("?")[0])
            self.send_response(404 if html is None else 200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write((html or "").encode())

        def log_message(self, *words):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    one = Shop(server.server_address[1])
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield one
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
