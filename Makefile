# The commands to remember. Everything is installed into .venv from the lock files; nothing else is assumed.

PYTHON ?= $(firstword $(foreach p,python3 python3.13 python3.12 python3.11,\
	$(shell $(p) -c 'import sys, venv, ensurepip; (3,11) <= sys.version_info < (3,14) and print("$(p)")' 2>/dev/null)))
BIN := .venv/bin

.PHONY: demo test test-runs lint real bench soak ui test-browser clean models

demo: .venv/installed models  ## a fictional council's dashboard, in ./demo
	rm -rf demo demo.key
	$(BIN)/practice-metrics demo --home demo

test: .venv/installed-dev models  ## the default suite, a file of tests to each core in turn
	$(BIN)/python -m pytest --numprocesses logical --maxprocesses 4 --dist loadscope --no-loadscope-reorder
	@echo "The pages in a browser were left out: make test-browser, which needs Chromium."

test-runs: .venv/installed-dev models  ## the stories of several whole runs: killed, repeated, held, from the interface
	$(BIN)/python -m pytest -m whole_runs --numprocesses logical --maxprocesses 4 --dist loadscope --no-loadscope-reorder

lint: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python tests/lint_sql.py

real: .venv/installed-dev  ## the suite over real export files, where they are there (PRACTICE_METRICS_REAL_FILES)
	@if [ -d "$${PRACTICE_METRICS_REAL_FILES:-../shared/data}" ]; then $(BIN)/python -m pytest -m real; \
	else echo "No real files at $${PRACTICE_METRICS_REAL_FILES:-../shared/data}: nothing was tested."; fi

test-browser: .venv/installed-dev  ## needs Chromium
	$(BIN)/python -m pytest -m browser

bench: .venv/installed-dev  ## how long it takes, beside bare DuckDB; one alone: make bench BENCH=ingest
	$(BIN)/python -m tests.bench $(BENCH)

soak: .venv/installed-dev  ## kills runs at random moments and counts the differences; a minute a kill: make soak KILLS=5
	$(BIN)/python tests/soak.py $(KILLS)

KILLS ?= 200

ui: .venv/installed  ## Dagster's web interface over a home: make ui HOME_DIR=demo
	PRACTICE_METRICS_HOME=$(abspath $(HOME_DIR)) DAGSTER_DISABLE_TELEMETRY=1 $(BIN)/python -m dagster_project.ui

HOME_DIR ?= demo

.venv/installed: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 with venv is needed; none was found."; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/python -m dagster_project.parsed_models
	touch $@

.venv/installed-dev: .venv/installed requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.lock
	touch $@

models: .venv/installed  ## the models as dbt reads them: done by the install, and again after a change of the code
	$(BIN)/python -m dagster_project.parsed_models

clean:
	rm -rf .venv demo demo.key dbt/target
