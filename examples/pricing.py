"""What an order costs: its lines, the coupons, the shipping. All amounts are cents."""

from dataclasses import dataclass

PERCENT_OFF = {"WELCOME10": 10, "SPRING20": 20, "FRIENDS25": 25}
SHIPPING = 490
FREE_SHIPPING_FROM = 5000


@dataclass(frozen=True)
class Line:
    article: str
    quantity: int
    price: int


@dataclass(frozen=True)
class Order:
    number: int
    customer: str
    lines: list[Line]
    coupons: list[str]


def subtotal(order: Order) -> int:
    return sum(line.quantity * line.price for line in order.lines)


def discount(order: Order) -> int:
    """Percent off: every coupon counts once, however often it is given."""
    percent = 0
    for code in sorted(set(order.coupons)):
        percent += PERCENT_OFF[code.strip().upper()]
    return percent


def total(order: Order) -> int:
    before = subtotal(order)
    percent = discount(order)
    after = before - before * percent // 100
    shipping = 0 if after >= FREE_SHIPPING_FROM else SHIPPING
    return after + shipping
