// The programs that are debugged. A comment `# @name` marks a line.
const PLAIN = `def total(prices):
    amount = 0
    for price in prices:
        amount += price  # @here
    return amount


items = {"lamp": 30, "chair": 70}
print("total:", total(items.values()))  # @print
`;

const TASKS = `import asyncio


async def fetch(name, seconds):  # @fetch
    size = len(name)
    await asyncio.sleep(seconds)  # @sleep
    return size  # @fetched


async def main():  # @main
    tasks = [asyncio.create_task(fetch(name, 0.05), name=f"fetch {name}") for name in ("tea", "coffee")]
    await asyncio.sleep(0.01)  # @pause
    print("both are on their way")  # @both
    sizes = await asyncio.gather(*tasks)  # @gather
    print("sizes:", sizes)  # @sizes


asyncio.run(main())
`;

const FAILS = `def ratio(part, whole):
    return part / whole  # @raise


def report(rows):
    for part, whole in rows:
        print(f"{ratio(part, whole):.2f}")  # @report


report([(1, 2), (3, 0)])  # @last
`;

const EFFECTS = `from dataclasses import dataclass

from sandstep.effects import Ask, Effect, Gather, Pass, Resume, Spawn, WithHandler, do, run


@dataclass(frozen=True)
class Price(Effect[int]):
    article: str


def catalogue(effect: Price, k):
    prices = yield Ask("prices")  # @handler
    if effect.article not in prices:
        raise LookupError(f"no price for {effect.article}")  # @lookup
    return (yield Resume(k, prices[effect.article]))


def discount(effect: Price, k):
    if effect.article != "tea":  # @discounts
        return (yield Pass())
    return (yield Resume(k, 270))


@do
def order(customer, articles):
    total = 0
    for article in articles:
        total += yield Price(article)  # @price
    return total


@do
def main():
    first = yield Spawn(order("Ada", ["tea", "cake"]), name="Ada's order")  # @spawn
    second = yield Spawn(order("Bob", ["soup"]), name="Bob's order")
    return (yield Gather(first, second))  # @wait


print(run(WithHandler(catalogue, WithHandler(discount, main())), env={"prices": {"tea": 300, "cake": 250}}))
`;

const ASKS = `name = input("Who is there? ")
print(f"Hello, {name}!")  # @hello
`;

const FLOOD = `for number in range(30_000):
    print("line", number)
print("the flood is over")  # @over
`;

const SPINS = `print("spinning")
rounds = 0
while True:
    rounds += 1  # @spin
`;

const BUSY = `def double(number):
    return 2 * number  # @double


def work(rounds):
    total = 0
    for number in range(rounds):
        total += double(number)  # @call
    return total


print(work(200_000))
`;

const MANY = `import asyncio


async def waiter(gate):
    await gate.wait()  # @wait


async def fails():
    raise ValueError("no luck")  # @luck


async def main():
    gate = asyncio.Event()
    waiters = [asyncio.create_task(waiter(gate)) for _ in range(10_000)]
    bad = asyncio.create_task(fails(), name="bad")
    late = asyncio.create_task(asyncio.sleep(3600), name="late")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    gate.set()  # @open
    await asyncio.gather(*waiters, late)  # @all


asyncio.run(main())
`;

const HARBOUR = `from sandstep.effects import CompletePromise, CreatePromise, Spawn, Try, Wait, Yield, do, run


@do
def boat(name, gate):
    yield Wait(gate)  # @gate
    print(name, "sails")  # @sails


@do
def harbour():
    gate = yield CreatePromise()
    boats = []
    for name in ("Argo", "Beagle", "Calypso"):
        boats.append((yield Spawn(boat(name, gate), name=name)))  # @boat
    yield Yield()
    print("all wait")  # @lie
    yield CompletePromise(gate, None)
    for each in boats:
        yield Try(Wait(each))
    print("the harbour is empty")


run(harbour())
`;

const HOST = `import time

from sandstep.sandbox import callback


@callback
def weigh(article: str) -> int:
    print("weighs", article)
    time.sleep(0.3)
    return 300


@callback
def sell(article: str) -> int:
    raise PermissionError(f"{article} is not for sale")
`;

const SHOP = `import asyncio

from sandstep.effects import Ask, do, run


@do
def priced(article):
    base = yield Ask("base")  # @ask
    return base + len(article)


async def main():
    weighing = asyncio.create_task(weigh("tea"), name="weighing")
    await asyncio.sleep(0.05)
    print("the host is asked")  # @asked
    print("weight:", await weighing)
    await sell("tea")  # @sell


print("price:", run(priced("tea"), env={"base": 7}))
asyncio.run(main())
`;

const FILLS = `rows = []
while True:
    rows.append("x" * 1_000_000)  # @fill
`;

const SOURCES = {
  "plain.py": PLAIN,
  "tasks.py": TASKS,
  "fails.py": FAILS,
  "deep/prices.py": EFFECTS,
  "asks.py": ASKS,
  "flood.py": FLOOD,
  "spins.py": SPINS,
  "busy.py": BUSY,
  "many.py": MANY,
  "harbour.py": HARBOUR,
  "host.py": HOST,
  "shop.py": SHOP,
  "fills.py": FILLS,
} as const;

/** The workspace. */
export const FILES: Readonly<Record<string, string>> = SOURCES;

/** The line that a mark stands in. */
export function line(file: keyof typeof SOURCES, mark: string): number {
  const index = SOURCES[file].split("\n").findIndex((text) => text.endsWith(`# @${mark}`));
  if (index < 0) throw new Error(`${file} has no mark ${mark}`);
  return index + 1;
}
