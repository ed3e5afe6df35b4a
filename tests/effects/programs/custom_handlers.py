# mypy: ignore-errors
"""Two handlers of the user's own inside the standard ones."""

from sandstep.effects import Ask, Pass, Resume, WithHandler, do, run


def auth_handler(effect: Ask, k):
    if effect.key == "token":
        return (yield Resume(k, "Bearer sk-1234"))
    return (yield Pass())


def rate_limiter(effect: Ask, k):
    if effect.key == "rate_limit":
        return (yield Resume(k, 100))
    return (yield Pass())


@do
def call_api():
    yield Ask("token")
    yield Ask("rate_limit")
    raise ConnectionError("timeout")


if __name__ == "__main__":
    run(WithHandler(auth_handler, WithHandler(rate_limiter, call_api())))
