"""The carrier of the sync bench: the sandbox in a process of its own, so that it has its own core.

Prints its port, then its counts as JSON for every line it is sent; ends with its input.
"""

import argparse
import json
import ssl
import sys
import time

from apps.sandbox.server import serve


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--latency", type=float, default=0.0)
    parser.add_argument("--tls", default="", help="a file with key and certificate")
    options = parser.parse_args()
    context = None
    if options.tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options.tls)
    # At this speed every journey is over before the first question about it.
    server = serve(latency=options.latency, speed=1e9, ssl_context=context)
    with server:
        print(server.port, flush=True)
        for _ in sys.stdin:
            used = time.process_time()
            counts = {"accepted": server.accepted, "requests": server.requests, "cpu": used}
            print(json.dumps(counts), flush=True)


main()
