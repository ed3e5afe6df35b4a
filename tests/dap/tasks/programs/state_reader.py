"""An effect program with state, an environment, and handlers in handlers."""

from dataclasses import dataclass

from sandstep.effects import Ask, Effect, Get, Local, Pass, Put, Resume, WithHandler, do, run


@dataclass(frozen=True)
class Price(Effect[float]):
    item: str


def catalogue(effect: Price, k):
    found = {"tea": 4.0, "cake": 3.0}.get(effect.item)
    if found is None:
        return (yield Pass())
    return (yield Resume(k, found))


def with_tax(effect: Price, k):
    price = yield Price(effect.item)  # @outward
    rate = yield Ask("tax")
    taxed = round(price * (1 + rate), 2)  # @taxed!
    total = yield Resume(k, taxed)  # @resume
    return total


@do
def add(item):
    price = yield Price(item)  # @price
    paid = yield Get("paid")
    yield Put("paid", (paid or 0) + price)  # @put!
    return price


@do
def order(items):
    for item in items:
        yield add(item)  # @add
    return (yield Get("paid"))


@do
def abroad(items):
    return (yield Local({"tax": 0.0}, order(items)))  # @local


@do
def main():
    first = yield order(["tea"])  # @order
    second = yield abroad(["cake"])  # @abroad
    return first, second


print(run(WithHandler(catalogue, WithHandler(with_tax, main())), env={"tax": 0.25}))  # @run
