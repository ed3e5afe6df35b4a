# mypy: ignore-errors
"""A handler that raises; the error appears where the effect was performed."""

from sandstep.effects import Ask, Pass, Put, WithHandler, do, run


def strict_handler(effect: Put, k):
    if not isinstance(effect.value, int):
        raise TypeError(f"expected int, got {type(effect.value).__name__}")
    return (yield Pass())


@do
def main():
    config = yield Ask("config")
    yield Put("result", config)


if __name__ == "__main__":
    run(WithHandler(strict_handler, main()), env={"config": "not-an-int"})
