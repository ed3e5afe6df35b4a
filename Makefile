# Everything is set up on first use: a virtual environment in .venv, and the sandbox's image in the user's cache.
PYTHON ?= python3
BIN := .venv/bin

PYTHON_SOURCES := adapter/sandstep sandbox/sandstep tools tests

.PHONY: demo picture test bench check check-vscode image vsix screenshots test-vscode clean
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

# As pip leaves what it installs: it compiles nothing of a checkout, which then would be compiled at each start.
image: .venv/ready
	@$(BIN)/python -m compileall -q adapter sandbox
	@$(BIN)/sandstep image build --quiet

.venv/ready: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Sandstep needs Python 3.11 or later: make PYTHON=python3.12")'
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "This Python cannot make virtual environments: on Debian, apt install python3-venv"; exit 1; }
	@echo "Installing what Sandstep needs into .venv …"
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

# The TypeScript of the extension and of its tests, which need the tools that tests/vscode/install.sh installs.
check-vscode: editors/vscode/node_modules/.package-lock.json
	@cd editors/vscode && npm run --silent check
	@tests/vscode/check.sh

# The extension, with the package that it installs in it.
vsix: .venv/ready editors/vscode/node_modules/.package-lock.json
	@rm -rf editors/vscode/wheel && cp LICENSE editors/vscode/
	@echo "Building the package that the extension brings …"
	@$(BIN)/pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir editors/vscode/wheel .
	@cd editors/vscode && npm run --silent build && mkdir -p ../../dist && npm run --silent package

editors/vscode/node_modules/.package-lock.json: editors/vscode/package-lock.json
	@cd editors/vscode && npm ci --no-audit --no-fund --loglevel=error

# The tests in a real VS Code; tests/vscode/install.sh installs one.
test-vscode: image vsix
	@tests/vscode/run.sh

# The README's pictures, as the tests in VS Code see them.
screenshots: image vsix
	@SANDSTEP_SCREENSHOTS=docs tests/vscode/run.sh pictures.test.ts

clean:
	rm -rf .venv build dist editors/vscode/dist editors/vscode/wheel
