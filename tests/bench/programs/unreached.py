"""Ordinary code: calls, a loop, a dict, a generator. Prints the seconds of a round, the best of those that half a second allows."""

import time


def never() -> int:
    return 1  # @elsewhere


def collatz(n: int) -> int:
    steps = 0
    while n != 1:
        n = 3 * n + 1 if n % 2 else n // 2
        if steps < 0:
            steps = never()  # @beside
        steps += 1
    return steps


def work() -> int:
    seen: dict[int, int] = {}
    for n in range(1, 2000):
        length = collatz(n)
        seen[length] = seen.get(length, 0) + 1
    return sum(length * count for length, count in sorted(seen.items()))


def once() -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


rounds = [once(), once()]
while sum(rounds) < 0.5:
    rounds.append(once())
print(min(rounds))
