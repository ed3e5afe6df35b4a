"""A batch of requests, two at a time; what fails is tried again."""

import asyncio


class Busy(ConnectionError):
    def __init__(self, seconds):
        super().__init__(f"try again in {seconds} s")
        self.seconds = seconds


class Flaky:
    def __init__(self):
        self.calls = 0

    async def get(self, item):
        self.calls += 1
        await asyncio.sleep(0.01)
        if item % 3 == 2:
            raise Busy(item / 5)  # @fails
        return item * 10


async def with_retries(call, item, tries=2):
    for attempt in range(tries):
        try:
            return await call(item)
        except Busy as busy:
            if attempt + 1 == tries:
                return None  # @given_up!
            await asyncio.sleep(busy.seconds)  # @again
    return None


async def limited(limit, call, item):
    async with limit:  # @limit
        return await with_retries(call, item)  # @inside


async def main():
    service, limit = Flaky(), asyncio.Semaphore(2)
    jobs = [asyncio.create_task(limited(limit, service.get, item)) for item in range(8)]  # @spawn
    for job in asyncio.as_completed(jobs):
        await job  # @next
    print([job.result() for job in jobs], service.calls)


asyncio.run(main())  # @run
