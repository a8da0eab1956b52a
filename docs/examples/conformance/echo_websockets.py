# An echo of websockets on the port that the suite names.
import asyncio, contextlib, os, websockets

async def echo(connection, _path=None):
    with contextlib.suppress(websockets.ConnectionClosed):
        async for message in connection:
            await connection.send(message)

async def main():
    async with websockets.serve(echo, "127.0.0.1", int(os.environ["PORT"])):
        await asyncio.Future()

asyncio.run(main())
