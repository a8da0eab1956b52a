"""The other end of the compression tests: an echo server, or a client that sends what it is given."""

import asyncio
import json
import sys

import websockets

MAX_SIZE = 4 * 1024 * 1024


async def client(url):
    messages = json.loads(sys.stdin.readline())
    async with websockets.connect(url, max_size=MAX_SIZE) as socket:
        print(repr(socket.extensions), flush=True)
        echoed = []
        for message in messages:
            await socket.send(message)
            echoed.append(await socket.recv())
        print(json.dumps(echoed), flush=True)


async def server():
    async def echo(socket, *_):
        async for message in socket:
            await socket.send(message)

    async with websockets.serve(echo, "127.0.0.1", 0, max_size=MAX_SIZE) as running:
        print(running.sockets[0].getsockname()[1], flush=True)
        await asyncio.Future()


asyncio.run(client(sys.argv[2]) if sys.argv[1] == "client" else server())
