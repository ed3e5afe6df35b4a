"""A million task switches, timed by the program itself."""

import asyncio
import time

SWITCHES = 1_000_000
TASKS = 10


async def switcher(turns: int) -> None:
    for _ in range(turns):
        await asyncio.sleep(0)


async def main() -> float:
    began = time.perf_counter()
    await asyncio.gather(*(switcher(SWITCHES // TASKS) for _ in range(TASKS)))
    return time.perf_counter() - began


print(asyncio.run(main()))
