"""An echo server on python3-websockets. Prints its port; `close CODE REASON` as a message makes it close so."""

import asyncio
import contextlib

import websockets


async def answer(connection, message):
    if isinstance(message, str) and message.startswith("close "):
        _, code, reason = message.split(" ", 2)
        await connection.close(int(code), reason)
    elif message == "fragments":
        await connection.send(["frag", "men", "", "ts"])
    elif message == "ping":
        await asyncio.wait_for(await connection.ping(b"payload"), 10)
        await connection.send("ponged")
    else:
        await connection.send(message)


async def echo(connection, _path=None):
    # A close with another code than 1000 and 1001 ends the loop as an exception.
    with contextlib.suppress(websockets.ConnectionClosed):
        async for message in connection:
            await answer(connection, message)


async def main():
    options = {"subprotocols": ["echo.v1"], "compression": "deflate", "max_size": 4 << 20}
    async with websockets.serve(echo, "127.0.0.1", 0, **options) as server:
        print(server.sockets[0].getsockname()[1], flush=True)
        await asyncio.Future()


asyncio.run(main())
