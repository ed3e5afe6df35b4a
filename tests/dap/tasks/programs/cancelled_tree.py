"""A tree of tasks that is cancelled from its root: what runs while it comes down."""

import asyncio


async def stream(number):
    try:
        await asyncio.sleep(10)  # @idle
    finally:
        await asyncio.sleep(0)  # @flush
        print("flushed", number)  # @flushed!


async def session(number):
    async with asyncio.TaskGroup() as group:  # @streams
        group.create_task(stream(number), name=f"stream {number}")  # @spawn_stream


async def server():
    try:
        await asyncio.gather(session(1), session(2))  # @sessions
    except asyncio.CancelledError:
        print("server is down")  # @down!
        raise


async def main():
    serving = asyncio.create_task(server(), name="server")  # @serve
    await asyncio.sleep(0.02)
    serving.cancel()  # @cancel!
    try:
        await serving  # @wait
    except asyncio.CancelledError:
        print("stopped")


asyncio.run(main())  # @run
