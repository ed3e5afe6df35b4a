"""A timeout around a gather: one of the services is slow."""

import asyncio


async def ask(service, seconds):
    try:
        await asyncio.sleep(seconds)  # @ask
    except asyncio.CancelledError:
        print("gave up on", service)  # @cancelled!
        raise
    return service  # @answered!


async def ask_all():
    return await asyncio.gather(ask("users", 0), ask("orders", 0.3), ask("stock", 30))  # @gather


async def main():
    try:
        async with asyncio.timeout(0.8):
            print(await ask_all())  # @wait
    except TimeoutError:
        print("too slow")  # @late!


asyncio.run(main())  # @run
