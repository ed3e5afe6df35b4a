# mypy: ignore-errors
"""A handler that performs effects of its own; one of those fails."""

from sandstep.effects import Ask, Get, Pass, Resume, WithHandler, do, run


@do
def look_up(key):
    url = yield Ask("cache_url")
    return f"{url}/{key}"


def caching_handler(effect: Get, k):
    if effect.key.startswith("cache:"):
        return (yield Pass())
    cached = yield Get(f"cache:{effect.key}")
    if cached is None:
        cached = yield look_up(effect.key)
    return (yield Resume(k, cached))


@do
def main():
    return (yield Get("user"))


if __name__ == "__main__":
    run(WithHandler(caching_handler, main()))
