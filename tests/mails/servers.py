"""A mail server: a real one on this machine that keeps what it takes and refuses as it is told."""

import asyncio
import threading
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default

from aiosmtpd.smtp import SMTP


class MailServer:
    """`rcpt` and `data` are answers to those commands, or functions that return one.

    The last one repeats. A function is given the server's side of the connection.
    """

    def __init__(self, rcpt=("250 OK",), data=("250 OK",)):
        self.rcpt, self.data = list(rcpt), list(data)
        self.got, self.connections = [], 0
        self.loop = asyncio.new_event_loop()
        self.server = self.loop.run_until_complete(
            self.loop.create_server(self._connected, "127.0.0.1", 0)
        )
        self.port = self.server.sockets[0].getsockname()[1]
        self.thread = threading.Thread(target=self.loop.run_forever)

    def _connected(self):
        self.connections += 1
        return SMTP(self, hostname="mail.test", enable_SMTPUTF8=False, timeout=5, loop=self.loop)

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = await self._next(self.rcpt, server)
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):
        answer = self.data[0]
        is_taken = answer.keeps if callable(answer) else answer.startswith("2")
        if is_taken:
            self.keep(envelope)
        return await self._next(self.data, server)

    async def _next(self, answers, server):
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        return await answer(server) if callable(answer) else answer

    def keep(self, envelope):
        self.got.append(
            (envelope.rcpt_tos[0], message_from_bytes(envelope.content, policy=default))
        )

    @property
    def mails(self):
        return [mail for _, mail in self.got]

    @property
    def addresses(self):
        return [address for address, _ in self.got]

    def stop(self):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.run_until_complete(self._end())
        self.loop.close()

    async def _end(self):
        self.server.close()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        # What is closed says so in the next turn.
        await asyncio.sleep(0.01)


async def hang(server):
    """Say nothing for as long as anybody would wait."""
    await asyncio.sleep(30)


hang.keeps = False


async def drop(server):
    """Break the connection."""
    server.transport.abort()
    await asyncio.sleep(0)
    return "421 gone"


async def take_and_drop(server):
    """Break the connection when the mail was taken and before that is said."""
    return await drop(server)


drop.keeps, take_and_drop.keeps = False, True


@contextmanager
def serving(**answers):
    server = MailServer(**answers)
    server.thread.start()
    try:
        yield server
    finally:
        server.stop()
