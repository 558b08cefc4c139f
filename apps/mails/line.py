"""The connection that mail goes through, and what it says of each mail."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.core.mail import EmailMultiAlternatives, get_connection

from apps.mails.failing import Failure, failure_of, failure_to_connect, is_of_connection


class Refused(Exception):
    """A mail was not taken."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.said)
        self.failure = failure


class Line:
    """The connection mail goes through: opened when it is needed, and again after it broke."""

    def __init__(self) -> None:
        self.backend = get_connection()
        self.is_open = False
        # How often it broke since a mail was taken or refused.
        self.breaks = 0

    def send(self, message: EmailMultiAlternatives) -> str:
        """Send a mail; return what the provider calls it, empty for nothing. Raises `Refused`."""
        self._open()
        try:
            self.backend.send_messages([message])
        except Exception as error:
            self._note(is_of_connection(error))
            raise Refused(failure_of(error)) from error
        self._note(has_broken=False)
        status = getattr(message, "anymail_status", None)
        return str(status.message_id or "") if status else ""

    def _open(self) -> None:
        if self.is_open:
            return
        try:
            self.backend.open()
        except Exception as error:
            self.close()
            raise Refused(failure_to_connect(error)) from error
        self.is_open = True

    def _note(self, has_broken: bool) -> None:
        self.breaks = self.breaks + 1 if has_broken else 0
        if has_broken:
            self.close()

    def close(self) -> None:
        self.is_open = False
        # It is of no use any more, whatever it says to that.
        with suppress(Exception):
            self.backend.close()


@contextmanager
def connected() -> Iterator[Line]:
    line = Line()
    try:
        yield line
    finally:
        line.close()
