"""A day at a small shop: prices every order and checks the books. One order is wrong; find out which, and why."""

import random
import sys
from collections.abc import Iterator

from pricing import Line, Order, subtotal, total

ARTICLES = {"lamp": 3490, "chair": 7900, "book": 1850, "mug": 995, "poster": 1200}
CUSTOMERS = ["Ada", "Edsger", "Grace", "Barbara", "Donald", "Tony"]
COUPONS = ["WELCOME10", "SPRING20", "FRIENDS25"]
MOST_PERCENT_OFF = 30


def typed_coupons(dice: random.Random) -> list[str]:
    """What a customer typed into the form: mostly nothing, sometimes a coupon, now and then twice."""
    if dice.random() < 0.7:
        return []
    code = dice.choice(COUPONS)
    again = [dice.choice([code, code.lower()])] if dice.random() < 0.05 else []
    return [code, *again]


def orders_of_the_day(count: int, seed: int) -> Iterator[Order]:
    dice = random.Random(seed)
    for number in range(1, count + 1):
        lines = [Line(article, dice.randint(1, 3), ARTICLES[article]) for article in dice.sample(list(ARTICLES), dice.randint(1, 3))]
        yield Order(number, dice.choice(CUSTOMERS), lines, typed_coupons(dice))


def main() -> int:
    revenue = 0
    too_cheap = 0
    for order in orders_of_the_day(200, seed=38):
        price = total(order)
        revenue += price
        if price < subtotal(order) * (100 - MOST_PERCENT_OFF) // 100:
            too_cheap += 1
    print(f"revenue: {revenue / 100:.2f}")
    print(f"orders with more than {MOST_PERCENT_OFF} % off: {too_cheap}")
    return 1 if too_cheap else 0


if __name__ == "__main__":
    sys.exit(main())
