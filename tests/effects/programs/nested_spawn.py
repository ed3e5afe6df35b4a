# mypy: ignore-errors
"""Tasks that spawn tasks; one of the innermost fails."""

from sandstep.effects import Ask, Gather, Spawn, do, run


@do
def leaf_worker(name):
    yield Ask("data")
    if name == "1-2":
        raise RuntimeError(f"corrupt data for item {name}")


@do
def batch_worker(batch):
    tasks = []
    for index in range(3):
        tasks.append((yield Spawn(leaf_worker(f"{batch}-{index}"))))
    return (yield Gather(*tasks))


@do
def orchestrator():
    batches = []
    for batch in range(2):
        batches.append((yield Spawn(batch_worker(batch))))
    return (yield Gather(*batches))


if __name__ == "__main__":
    run(orchestrator(), env={"data": b""})
