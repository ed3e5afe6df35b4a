"""A pipeline of asynchronous generators: read, parse, group; each step asks the one before it."""

import asyncio


async def lines(source):
    for line in source:
        await asyncio.sleep(0)  # @read!
        yield line  # @line


async def numbers(source):
    async for line in lines(source):  # @lines
        yield int(line)  # @number


async def pairs(source):
    held = None
    async for number in numbers(source):  # @numbers
        if held is None:
            held = number
        else:
            yield held, number  # @pair
            held = None


async def total(source):  # @total
    result = 0
    async for first, second in pairs(source):  # @pairs
        result += first * second  # @product!
    return result


async def main():
    totals = await asyncio.gather(total("123456"), total("2468"))  # @gather
    print(totals)


asyncio.run(main())  # @run
