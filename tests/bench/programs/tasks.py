"""Ten thousand tasks wait."""

import asyncio

TASKS = 10_000


async def waiter(number: int, gate: asyncio.Event) -> int:
    await gate.wait()
    return number


async def main() -> None:
    gate = asyncio.Event()
    tasks = [asyncio.create_task(waiter(number, gate)) for number in range(TASKS)]
    await asyncio.sleep(0)
    gate.set()  # @here!
    await asyncio.gather(*tasks)


asyncio.run(main())
