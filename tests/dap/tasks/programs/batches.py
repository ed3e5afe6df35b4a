"""Batches that spawn items that spawn attempts: each waits for those that it spawned."""

from sandstep.effects import Gather, Spawn, Wait, Yield, do, run


@do
def attempt(item, number):
    for _ in range(number + 2):
        yield Yield()  # @turn
    return item * 100 + number  # @attempted!


@do
def item(number):
    tries = []
    for each in range(2):
        tries.append((yield Spawn(attempt(number, each))))  # @spawn_attempt
    return (yield Gather(*tries))  # @tries


@do
def batch(first):
    items = []
    for number in range(first, first + 2):
        items.append((yield Spawn(item(number), name=f"item {number}")))  # @spawn_item
    return (yield Gather(*items))  # @items


@do
def main():
    results = []
    for number in range(2):
        task = yield Spawn(batch(number * 2), name=f"batch {number}")  # @spawn_batch
        results.append((yield Wait(task)))  # @wait
    return results


print(run(main()))  # @run
