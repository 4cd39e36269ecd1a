# Two commands on a fresh machine: `make run` and `make test`. Each builds what it needs first.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.installed
# Processes on which the tests are spread.
JOBS ?= 3
FUZZ_SECONDS ?= 60
ROWS ?= 50000
KILLS ?= 3
SIZES ?= 1000,10000

.PHONY: run demo test test-long test-long-postgres check unit states inventory test-postgres canary fuzz bench bench-delivery histories screenshots policy-schema lock clean

run: $(READY)
	@$(BIN)/python cli.py run

# The journeys that practitioners told, played through to the erasure; asks nothing and ends by itself.
demo: $(READY)
	@$(BIN)/python -m storybook

# Style, types, import contracts, coverage of the rules, and all tests but the longest (test-long).
test: $(READY) check unit
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile -m "not canary and not long" --ignore=tests/unit

# What takes longest: workers killed at every moment, long outages, some people searched for once they are erased.
test-long: $(READY)
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile -m "long" tests

check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy .
	$(BIN)/lint-imports

unit: $(READY)
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n $(JOBS) tests/unit
	$(BIN)/coverage combine -q
	$(BIN)/coverage report --fail-under=100

# docs/states.md and the tables of what each situation answers, worked out anew from the rules; read the difference.
states: $(READY)
	$(BIN)/python -m tests.states_document

# docs/data-inventory.md, docs/processing-register.md and docs/dpia-annex.md, worked out anew; read what changed.
inventory: $(READY)
	$(BIN)/python -m tests.privacy_documents

# The suite that touches a database, once more on PostgreSQL (its server programs must be on this machine).
test-postgres: $(READY)
	$(BIN)/python -m tests.postgres -- $(BIN)/python -m pytest -n $(JOBS) -m "not canary and not browser and not long" tests/adapters tests/web tests/journeys

# The same for what takes longest and touches a database.
test-long-postgres: $(READY)
	$(BIN)/python -m tests.postgres -- $(BIN)/python -m pytest -n $(JOBS) --dist loadfile -m "long" -k postgresql tests/adapters tests/canary

# 200 people with every outcome, searched for before and after they are erased, on both databases; each port failing.
canary: $(READY)
	$(BIN)/python -m tests.postgres -- $(BIN)/python -m pytest -n $(JOBS) --dist loadscope -m canary tests

# Whatever bytes a partner sends: led by the lines it reaches, for so many seconds, or with FUZZ_RUNS for so many inputs
# that are the same each time (Linux on x86-64).
fuzz: $(READY)
	$(BIN)/python -m tests.fuzz.readers $(if $(FUZZ_RUNS),--runs $(FUZZ_RUNS),--seconds $(FUZZ_SECONDS))

# Plays the journeys of tests/replay/journeys.py and records the histories that `make test` replays; takes minutes.
histories: $(READY)
	$(BIN)/python -m tests.replay.record

# docs/screenshots/, taken anew from days that are played in a browser (needs Chromium); look at what changed.
screenshots: $(READY)
	$(BIN)/python -m screenshots

# After a change of what a policy file may say: the schema by which an editor helps whoever writes one.
policy-schema: $(READY)
	$(BIN)/python -m adapters.policy_schema

# SIZES: with how many open cases pages are opened; 1000,10000,100000 takes half an hour.
bench: $(READY)
	$(BIN)/python -m bench --cases $(SIZES)

# One large delivery, straight through and with its worker killed; how fast, in how much memory, and whether both end the
# same (Linux; docs/speed.md).
bench-delivery: $(READY)
	$(BIN)/python -m bench.big_delivery --rows $(ROWS) --kills $(KILLS)

# After a change of the dependencies in pyproject.toml; those of the pages are in frontend/package.json (`npm install`
# there), and the node that fetches them where there is none in frontend/node.in.
lock: $(READY)
	$(BIN)/uv pip compile -q --universal --generate-hashes --extra dev pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --universal --generate-hashes frontend/node.in -o frontend/node.lock

clean:
	rm -rf $(VENV) .data frontend/node_modules web/static/vendor

$(READY): requirements.lock frontend/package-lock.json frontend/build.py
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Signaalreis needs Python 3.11 or newer; this is $$($(PYTHON) --version 2>&1). Name another with PYTHON=python3.12."; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
		{ echo "This Python cannot make virtual environments: install its venv package (Debian: python3-venv)."; exit 1; }
	@echo "Building the environment in $(VENV) (about a minute the first time) ..."
	@$(PYTHON) -m venv --clear $(VENV)
	@pip="$(BIN)/python -m pip install --disable-pip-version-check --require-hashes --progress-bar on -r requirements.lock"; \
	if command -v npm >/dev/null; then \
		$(BIN)/python frontend/build.py & built=$$!; $$pip && wait $$built; \
	else $$pip && $(BIN)/python frontend/build.py; fi
	@touch $@
