"""A crawler: a queue of pages, three workers, and a site that is not there."""

import asyncio

SITE = {"/": ["/a", "/b"], "/a": ["/c", "/"], "/b": ["/c", "/d"], "/c": [], "/d": ["/missing"]}


async def fetch(url):
    await asyncio.sleep(0.01 * (1 + len(url)))
    if url not in SITE:
        raise LookupError(url)  # @missing!
    return SITE[url]  # @fetched


async def worker(queue, seen):
    while True:
        url = await queue.get()  # @get
        try:
            for link in await fetch(url):  # @fetch
                if link not in seen:
                    seen.add(link)
                    queue.put_nowait(link)
        except LookupError:
            pass
        finally:
            queue.task_done()


async def crawl():
    queue, seen = asyncio.Queue(), {"/"}
    queue.put_nowait("/")
    workers = [asyncio.create_task(worker(queue, seen), name=f"worker {n}") for n in range(3)]  # @spawn
    await queue.join()  # @join
    for each in workers:
        each.cancel()
    return seen


print(sorted(asyncio.run(crawl())))  # @run
