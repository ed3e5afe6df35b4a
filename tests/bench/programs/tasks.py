"""Ten thousand tasks wait; before that a million switches, timed by the program itself."""

import asyncio
import time

SWITCHES = 1_000_000
TASKS = 10_000


async def switcher(turns: int) -> None:
    for _ in range(turns):
        await asyncio.sleep(0)


async def switch() -> float:
    began = time.perf_counter()
    await asyncio.gather(*(switcher(SWITCHES // 10) for _ in range(10)))
    return time.perf_counter() - began


async def waiter(number: int, gate: asyncio.Event) -> int:
    await gate.wait()
    return number


async def hold() -> None:
    gate = asyncio.Event()
    tasks = [asyncio.create_task(waiter(number, gate)) for number in range(TASKS)]
    await asyncio.sleep(0)
    gate.set()  # @here
    await asyncio.gather(*tasks)


print(asyncio.run(switch()), flush=True)
asyncio.run(hold())
