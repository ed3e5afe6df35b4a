"""A handler that caches: it asks the handler outside it once for each page."""

from dataclasses import dataclass

from sandstep.effects import Delegate, Effect, Gather, Resume, Spawn, WithHandler, Yield, do, run


@dataclass(frozen=True)
class Page(Effect[str]):
    url: str


def cache(pages):
    def cached(effect: Page, k):
        if effect.url not in pages:
            pages[effect.url] = yield Delegate()  # @miss
        text = pages[effect.url]  # @known!
        return (yield Resume(k, text))

    return cached


def network(effect: Page, k):
    yield Yield()  # @network
    return (yield Resume(k, f"text of {effect.url}"))  # @answer!


@do
def title(url):
    page = yield Page(url)  # @page
    return page.title()  # @title!


@do
def main():
    tasks = []
    for url in ("/a", "/b", "/a"):
        tasks.append((yield Spawn(title(url), name=url)))  # @spawn
    return (yield Gather(*tasks))  # @gather


print(run(WithHandler(network, WithHandler(cache({}), main()))))  # @run
