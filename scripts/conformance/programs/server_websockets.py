"""The server of Python's websockets as an echo. Limits are as high as group 9 needs them."""

import asyncio
import contextlib
import logging
import os

import websockets

logging.getLogger("websockets").setLevel(logging.CRITICAL)


async def echo(connection, _path=None):
    with contextlib.suppress(websockets.ConnectionClosed):
        async for message in connection:
            await connection.send(message)


async def main():
    port = int(os.environ["PORT"])
    async with websockets.serve(echo, "127.0.0.1", port, max_size=None, ping_interval=None):
        await asyncio.Future()


asyncio.run(main())
