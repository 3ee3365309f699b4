# The commands of the project. `make` alone lists them.
SHELL := /bin/bash
PY := .venv/bin/python
# One worker more than cores: browsers and killed servers spend half of their time waiting. Tests of one group (private servers,
# two lanes of browser tests) stay on one worker, so no more than two browsers run at once: tests/groups.py.
WORKERS ?= $(shell $(PY) -c 'import os; print(os.cpu_count() + 1)' 2>/dev/null || echo auto)
XDIST := -n $(WORKERS) --dist loadgroup --durations=20 --durations-min=1
# Where Python is told to write no bytecode, every process of the tests and every server they start compiles all of it again:
# 19 seconds of one core a process instead of 9 (2026-11-30).
unexport PYTHONDONTWRITEBYTECODE
COVERAGE := --cov --cov-report=json:build/coverage.json
# The floors hold for the whole suite only: ARGS may choose a part of it.
FLOORS ?= $(if $(ARGS),no,yes)

.PHONY: help demo test test-fast soak check format bench screenshots openapi backup restore venv venv-dev browser
help:  ## What there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */\t/' | expand -t 14

venv:
	@scripts/environment.sh run

venv-dev:
	@scripts/environment.sh dev

browser:
	@scripts/browser.sh

demo: venv  ## The whole desk with the sample story, in one terminal (PORT=8010 for another port)
	@exec $(PY) manage.py demo

test: venv-dev browser  ## Every test at CI size
	$(PY) -m pytest $(XDIST) $(COVERAGE) -m "not (soak or screenshots)" $(ARGS)
	@[ $(FLOORS) = no ] || $(PY) scripts/coverage_floors.py

test-fast: venv-dev  ## No browser, load or fault tests: three to four minutes on two cores
	$(PY) -m pytest $(XDIST) --ignore=tests/e2e -m "not (e2e or load or fault or soak or screenshots)" $(ARGS)

soak: venv-dev browser  ## Load, fault and property tests at full size, pages in every look
	FACTCHECK_SOAK=1 $(PY) -m pytest -m "soak or looks or load or fault" --durations=10 $(ARGS)

check: venv-dev  ## Lint, types, import contracts, migrations, deploy checks, API difference, compose file
	@scripts/check.sh $(STEPS)

format: venv-dev  ## Format Python, JavaScript and CSS, and mend what the linters can mend
	.venv/bin/ruff check --fix . ; .venv/bin/ruff format .
	find templates -name '*.html' -print0 | xargs -0 .venv/bin/djade --target-version 6.0 || true  # it says 1 where it mended
	npx --yes "$$(sed -n 's/^BIOME=//p' scripts/check.sh)" check --write --colors=off static

bench: venv-dev  ## Benchmarks; SECTION=name for one
	$(PY) -m bench $(SECTION)

screenshots: venv-dev browser  ## Photograph every screen into build/screens/
	$(PY) -m pytest -m screenshots tests/e2e $(ARGS)

openapi: venv-dev  ## Write docs/openapi.json from the code
	DEBUG=1 $(PY) manage.py spectacular --format openapi-json --validate --file docs/openapi.json

# Beside the servers of `make demo`, or those that DATABASE_URL, MIGRATE_DATABASE_URL and REDIS_URL name.
backup: venv  ## Database, stored files and audit anchors into a new folder: make backup TO=folder
	@test -n "$(TO)" || { echo "Say where: make backup TO=folder"; exit 2; }
	$(PY) -m factcheck.local run -- $(PY) manage.py backup $(TO)

restore: venv  ## A backup into an empty database, its audit trail proved: make restore FROM=folder
	@test -n "$(FROM)" || { echo "Say from where: make restore FROM=folder"; exit 2; }
	$(PY) -m factcheck.local run -- $(PY) manage.py restore $(FROM)
