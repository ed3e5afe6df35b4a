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

const SOURCES = {
  "plain.py": PLAIN,
  "tasks.py": TASKS,
  "fails.py": FAILS,
  "deep/prices.py": EFFECTS,
  "asks.py": ASKS,
  "flood.py": FLOOD,
  "spins.py": SPINS,
  "busy.py": BUSY,
} as const;

/** The workspace. */
export const FILES: Readonly<Record<string, string>> = SOURCES;

/** The line that a mark stands in. */
export function line(file: keyof typeof SOURCES, mark: string): number {
  const index = SOURCES[file].split("\n").findIndex((text) => text.endsWith(`# @${mark}`));
  if (index < 0) throw new Error(`${file} has no mark ${mark}`);
  return index + 1;
}
