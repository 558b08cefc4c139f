"""A merchant's program with a key to our own API."""

from uuid import uuid4

from tests.api.callers import Caller, encoded
from tests.builders import make_key

ALL = ("read", "write", "manage")
HOOK = "https://shop.example/hook"


class Program(Caller):
    """Calls with a key of a merchant or carrier, whose letters it keeps."""

    def __init__(self, merchant=None, scopes=ALL, carrier=None, letters=None):
        self.letters = letters or make_key(merchant, carrier, scopes)
        super().__init__("Authorization", f"Bearer {self.letters}")

    def patch(self, path, body, headers=()):
        return self.send("PATCH", path, body, headers)

    def delete(self, path):
        return self.call("DELETE", path)

    def send(self, method, path, body=None, headers=()):
        data = b"" if body is None else encoded(body)
        return self.call(method, path, data, headers=headers, content_type="application/json")

    def once(self, path, body=None, key=None):
        """Post with an idempotency key, a new one unless one is given."""
        return self.send("POST", path, body, {"Idempotency-Key": key or str(uuid4())})


def pointers(answer):
    return {fault["pointer"] for fault in answer.json().get("errors", [])}
