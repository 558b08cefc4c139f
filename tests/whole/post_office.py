"""A mail server, a process of its own: `python post_office.py PORT FOLDER`.

Each mail is a file in the folder, there for good before the sender hears that it was taken.
"""

import asyncio
import os
import sys
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP

MOMENT = 0.4


class Handler:
    def __init__(self, folder):
        self.folder = folder

    async def handle_DATA(self, server, session, envelope):
        file = self.folder / f"{time.time_ns()}.part"
        with file.open("wb") as mail:
            mail.write(envelope.content)
            mail.flush()
            os.fsync(mail.fileno())
        file.rename(file.with_suffix(".eml"))
        await asyncio.sleep(MOMENT)
        return "250 OK"


async def serve(port, folder):
    loop, handler = asyncio.get_running_loop(), Handler(folder)
    server = await loop.create_server(
        lambda: SMTP(handler, hostname="mail.test", loop=loop), "127.0.0.1", port
    )
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
