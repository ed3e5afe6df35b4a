"""A program of doeff: orders are priced by tasks that share state, read an environment and write a log.

On a host: pip install doeff doeff-core-effects. In the sandbox: sandstep run --packages DIR doeff_orders.py, where DIR holds
the unmodified packages, put there by `pip install --no-deps --target DIR doeff==0.8.0 doeff-core-effects==0.8.0`.
"""

from dataclasses import dataclass

from doeff import Ask, EffectBase, Gather, Get, Pass, Put, Resume, Spawn, Tell, Try, do, handler, run, with_handlers
from doeff_core_effects.handlers import reader, state, try_handler, writer, writer_log
from doeff_core_effects.scheduler import scheduled


@dataclass(frozen=True)
class Price(EffectBase):
    """The price of an article, in cents."""

    article: str


@handler
def catalogue(effect: Price, k):
    prices = yield Ask("prices")
    if effect.article not in prices:
        raise LookupError(f"no price for {effect.article}")
    return (yield Resume(k, prices[effect.article]))


@handler
def discount(effect: Price, k):
    """Takes a tenth off what the catalogue says about tea; leaves the rest alone."""
    if effect.article != "tea":
        yield Pass(effect, k)
    price = yield effect
    return (yield Resume(k, price * 9 // 10))


@do
def order(customer, articles):
    total = 0
    for article in articles:
        total += yield Price(article)
    yield Tell(f"{customer} owes {total}")
    yield Put("total", (yield Get("total")) + total)
    return total


@do
def main():
    orders = {"Ada": ["tea", "cake"], "Bob": ["coffee"], "Cyd": ["soup"]}
    tasks = []
    for customer, articles in orders.items():
        tasks.append((yield Spawn(order(customer, articles))))
    results = yield Gather(*tasks[:2])
    failed = yield Try(Gather(tasks[2]))
    return results, failed, (yield Get("total")), (yield writer_log())


if __name__ == "__main__":
    prices = {"tea": 300, "cake": 250, "coffee": 280}
    handlers = [reader(env={"prices": prices}), state(initial={"total": 0}), writer, try_handler, catalogue, discount]
    print(run(scheduled(with_handlers(handlers, main()))))
