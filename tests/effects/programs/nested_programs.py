# mypy: ignore-errors
"""A program that calls programs; the third item fails."""

from sandstep.effects import Ask, Put, do, run


@do
def fetch_config(service):
    yield Ask("base_url")
    timeout = yield Ask("timeout")
    return {"service": service, "timeout": timeout}


@do
def process_item(item_id):
    config = yield fetch_config("items")
    if item_id == 2:
        raise RuntimeError(f"Connection refused after {config['timeout']} s")
    return item_id


@do
def batch():
    yield Put("processed", 0)
    for item_id in range(5):
        yield process_item(item_id)


if __name__ == "__main__":
    run(batch(), env={"base_url": "https://api.example.com", "timeout": 30})
