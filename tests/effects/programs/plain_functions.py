# mypy: ignore-errors
"""Plain functions between a program and the error."""

from sandstep.effects import Get, do, run


def parse(text):
    return convert(text)


def convert(text):
    return int(text)


@do
def main():
    yield Get("text")
    return parse("twelve")


if __name__ == "__main__":
    run(main())
