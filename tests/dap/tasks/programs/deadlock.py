"""Two transfers that take two locks in opposite order, and a watchdog that notices."""

import asyncio


class Account:
    def __init__(self, name, money):
        self.name, self.money, self.lock = name, money, asyncio.Lock()


async def transfer(source, target, money):
    async with source.lock:
        await asyncio.sleep(0.01)
        async with target.lock:  # @second
            source.money -= money
            target.money += money


async def watchdog(tasks, seconds):
    _, pending = await asyncio.wait(tasks, timeout=seconds)  # @watch
    print(len(pending), "transfers are stuck")  # @stuck!
    for task in pending:
        task.cancel()
    return len(pending)


async def main():
    alice, bob = Account("alice", 10), Account("bob", 20)
    tasks = [
        asyncio.create_task(transfer(alice, bob, 5), name="alice to bob"),  # @there
        asyncio.create_task(transfer(bob, alice, 7), name="bob to alice"),  # @back
    ]
    print(await asyncio.create_task(watchdog(tasks, 0.1)))  # @main


asyncio.run(main())  # @run
