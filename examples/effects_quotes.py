"""Orders in two currencies, a task each; prices come through a handler that caches. One order pays the wrong price."""

from dataclasses import dataclass

from sandstep.effects import Delegate, Effect, Gather, Resume, Spawn, WithHandler, Yield, do, run

PRICES = {("tea", "EUR"): 4.0, ("tea", "JPY"): 640.0, ("cake", "EUR"): 3.0, ("cake", "JPY"): 480.0}


@dataclass(frozen=True)
class Quote(Effect[float]):
    """The price of an item in a currency."""

    item: str
    currency: str


def market(effect: Quote, k):
    """Answers from the table; real ones take their time, so others have their turn."""
    yield Yield()
    return (yield Resume(k, PRICES[effect.item, effect.currency]))


def cache(known):
    """Remembers each answer of the handler outside."""

    def cached(effect: Quote, k):
        if effect.item not in known:
            known[effect.item] = yield Delegate()
        price = known[effect.item]
        return (yield Resume(k, price))

    return cached


@do
def order(number, item, currency):
    price = yield Quote(item, currency)
    return number, item, currency, price


@do
def shop(orders):
    tasks = []
    for number, (item, currency) in enumerate(orders, 1):
        tasks.append((yield Spawn(order(number, item, currency), name=f"{item} {currency}")))
        yield Yield()
    return (yield Gather(*tasks))


@do
def main():
    orders = [("tea", "EUR"), ("cake", "JPY"), ("tea", "JPY"), ("cake", "JPY")]
    task = yield Spawn(shop(orders), name="shop")
    results = yield Gather(task)
    return results[0]


if __name__ == "__main__":
    for row in run(WithHandler(market, WithHandler(cache({}), main()))):
        print(*row)
