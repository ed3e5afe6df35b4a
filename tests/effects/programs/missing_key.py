# mypy: ignore-errors
"""A key that no environment holds."""

from sandstep.effects import Ask, do, run


@do
def needs_db():
    url = yield Ask("database_url")
    return f"connected to {url}"


if __name__ == "__main__":
    run(needs_db())
