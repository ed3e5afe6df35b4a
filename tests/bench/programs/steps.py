"""Stops in a function with a few values, and steps."""


class Point:
    def __init__(self, x: int, y: int) -> None:
        self.x = x
        self.y = y


def area(points: list[Point]) -> int:
    total = 0
    names = {"first": points[0], "last": points[-1]}
    text = "a little text"
    for point in points:  # @here!
        total += point.x
        total -= point.y
    return total + len(names) + len(text)


print(area([Point(n, n // 2) for n in range(1000)]))
