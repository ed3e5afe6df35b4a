# mypy: ignore-errors
"""A task that fails while its parent gathers."""

from sandstep.effects import Ask, Await, Gather, Spawn, do, run


async def http_get(url):
    return 500 if url.endswith("3") else 200


@do
def fetch_data(url):
    status = yield Await(http_get(url))
    if status != 200:
        raise ConnectionError(f"{url} answered {status}")
    return status


@do
def process_batch(items):
    tasks = []
    for item in items:
        tasks.append((yield Spawn(fetch_data(item))))
    return (yield Gather(*tasks))


@do
def main():
    items = yield Ask("items")
    yield process_batch(items)


if __name__ == "__main__":
    run(main(), env={"items": [f"https://api.example.com/item/{number}" for number in range(5)]})
