"""Talks to an echo server with python3-websockets and prints what it saw, one JSON value a line."""

import asyncio
import json
import sys

import websockets


def report(name, value):
    print(json.dumps([name, value]), flush=True)


async def talk(url):
    async with websockets.connect(url, compression=None, max_size=None) as socket:
        await socket.send("grüße 👋")
        report("text", await socket.recv())
        await socket.send(bytes(range(256)))
        report("binary", list(await socket.recv()))
        await socket.send("")
        report("empty", await socket.recv())
        large = bytes(i % 251 for i in range(1024 * 1024))
        await socket.send(large)
        report("large", await socket.recv() == large)
        long_text = "é" * (512 * 1024)
        await socket.send(long_text)
        report("long text", await socket.recv() == long_text)
        await socket.send(["one ", "two ", "three"])
        report("fragments", await socket.recv())
        await socket.send(part for part in [b"\x00" * 70000, b"\x01" * 70000])
        report("binary fragments", await socket.recv() == b"\x00" * 70000 + b"\x01" * 70000)
        await asyncio.wait_for(await socket.ping(b"payload"), 10)
        report("pong", True)
        await socket.close(3001, "done")
        report("close", [socket.close_code, socket.close_reason])


async def closed_by_server(url):
    async with websockets.connect(url) as socket:
        try:
            await socket.recv()
        except websockets.ConnectionClosed as closed:
            report("closed by server", [closed.rcvd.code, closed.rcvd.reason])


async def refused(url):
    try:
        async with websockets.connect(url):
            report("refused", None)
    except websockets.InvalidStatusCode as error:
        report("refused", error.status_code)


async def subprotocol(url):
    async with websockets.connect(url, subprotocols=["x", "chat"]) as socket:
        report("subprotocol", socket.subprotocol)


async def main(base):
    await talk(base + "/echo")
    await closed_by_server(base + "/bye")
    await refused(base + "/nowhere")
    await subprotocol(base + "/echo")


asyncio.run(main(sys.argv[1]))
