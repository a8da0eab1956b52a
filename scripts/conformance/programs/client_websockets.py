"""The client of Python's websockets as an echo; takes the arguments that drive.js describes. Limits are off for group 9."""

import asyncio
import logging
import sys
from urllib.parse import quote

import websockets

logging.getLogger("websockets").setLevel(logging.CRITICAL)


async def echo(url):
    try:
        async with websockets.connect(url, max_size=None, ping_interval=None, open_timeout=60) as connection:
            async for message in connection:
                await connection.send(message)
    except (websockets.WebSocketException, OSError, ValueError, EOFError, asyncio.TimeoutError):
        pass  # Refused by one of both, as a case may want.


async def main():
    origin, agent, ranges, parallel = sys.argv[1:]
    numbers = []
    for part in ranges.split(","):
        first, _, last = part.partition("-")
        numbers.extend(range(int(first), int(last or first) + 1))
    waiting = iter(numbers)

    async def work():
        for number in waiting:
            await echo(f"{origin}/runCase?case={number}&agent={quote(agent)}")

    await asyncio.gather(*(work() for _ in range(int(parallel))))


asyncio.run(main())
