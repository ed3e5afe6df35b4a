"""Batches of requests as effects: tasks that spawn tasks, a cache as a handler, and one request that fails."""

from dataclasses import dataclass

from sandstep.effects import Ask, Effect, Gather, Get, Modify, Pass, Put, Resume, Spawn, Tell, WithHandler, Yield, do, run


@dataclass(frozen=True)
class Fetch(Effect[str]):
    """The text behind a URL."""

    url: str


def network(effect: Fetch, k):
    """Answers `Fetch` without any network."""
    yield Tell(f"GET {effect.url}")
    yield Yield()
    if effect.url.endswith("/1/2"):
        raise ConnectionError(f"{effect.url} answered 503")
    return (yield Resume(k, f"text of {effect.url}"))


def cache(effect: Fetch, k):
    """Remembers what was fetched; what it does not know it leaves to the handler outside."""
    known = yield Get(effect.url)
    if known is None:
        return (yield Pass())
    return (yield Resume(k, known))


@do
def fetch_item(batch, item):
    base = yield Ask("base_url")
    url = f"{base}/{batch}/{item}"
    text = yield Fetch(url)
    yield Put(url, text)
    yield Modify("fetched", lambda count: (count or 0) + 1)
    return text


@do
def fetch_batch(batch):
    tasks = []
    for item in range(3):
        tasks.append((yield Spawn(fetch_item(batch, item), name=f"item {batch}/{item}")))
    return (yield Gather(*tasks))


@do
def main():
    tasks = []
    for batch in range(2):
        tasks.append((yield Spawn(fetch_batch(batch), name=f"batch {batch}")))
    return (yield Gather(*tasks))


if __name__ == "__main__":
    run(WithHandler(network, WithHandler(cache, main())), env={"base_url": "https://example.com"})
