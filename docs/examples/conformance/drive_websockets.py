# The client of websockets, driven through every case that the suite at URL has.
import asyncio, os, websockets

async def echo(path):
    last = ""
    try:
        async with websockets.connect(os.environ["URL"] + path) as connection:
            async for last in connection:
                await connection.send(last)
    except (websockets.WebSocketException, OSError, ValueError, EOFError):
        pass  # refused by one of both, as a case may want
    return last

async def main():
    for number in range(1, int(await echo("/getCaseCount")) + 1):
        await echo(f"/runCase?case={number}&agent=websockets")
    await echo("/updateReports?agent=websockets")

asyncio.run(main())
