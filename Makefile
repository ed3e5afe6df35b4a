# Everything is set up on first use: a virtual environment in .venv, and the sandbox's image in the user's cache.
PYTHON ?= python3
BIN := .venv/bin

PYTHON_SOURCES := adapter/sandstep sandbox/sandstep tools tests

.PHONY: demo picture test bench check image clean
.DEFAULT_GOAL := demo

demo: image
	@$(BIN)/python -m tools.demo

picture: image
	@$(BIN)/python -m tools.demo --svg docs/demo.svg

test: image
	@$(BIN)/python -m pytest -n auto

bench: image
	@$(BIN)/python -m tests.bench

check: .venv/ready
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy $(PYTHON_SOURCES)
	@$(BIN)/mypy --python-version 3.14 --config-file tools/mypy_guest.ini

image: .venv/ready
	@$(BIN)/sandstep image build --quiet

.venv/ready: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Sandstep needs Python 3.11 or later: make PYTHON=python3.12")'
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "This Python cannot make virtual environments: on Debian, apt install python3-venv"; exit 1; }
	@echo "Installing what Sandstep needs into .venv …"
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

clean:
	rm -rf .venv build dist
