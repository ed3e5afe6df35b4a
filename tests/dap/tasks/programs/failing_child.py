"""A task group: one child fails, the others are cancelled and clean up."""

import asyncio


async def download(name, seconds):
    try:
        await asyncio.sleep(seconds)  # @download
        return name
    finally:
        print("closed", name)  # @closed!


async def parse(name):
    await asyncio.sleep(0)
    return int(name)  # @parse!


async def load(name):
    async with asyncio.TaskGroup() as group:  # @group
        group.create_task(download(name, 5), name=f"download {name}")  # @spawn
        parsing = group.create_task(parse(name))  # @spawn_parse
    return parsing.result()


async def main():
    try:
        await load("one")  # @load
    except* ValueError as errors:
        print(errors.exceptions)  # @caught!


asyncio.run(main())  # @run
