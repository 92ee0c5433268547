# Everything in .venv; `make run` and `make test` do all set-up themselves. PYTHON chooses the interpreter.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
JOBS ?= 2
READY := $(VENV)/.ready-run
READY_DEV := $(VENV)/.ready-dev
PYTEST := $(BIN)/python -m pytest
.DEFAULT_GOAL := help

help: ## what can be made
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "judge needs Python 3.11 or newer, this is " + sys.version.split()[0] + ": make PYTHON=/path/to/python3.11 …" or 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt pip
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[jax,isolation,notebook,store,watch]'
	@touch $@

$(READY_DEV): $(READY)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --group dev
	@touch $@

setup: $(READY) ## make .venv, enough to judge

run: $(READY) ## judge the sample submissions
	$(BIN)/judge run submissions/*/examples --jobs $(JOBS) --exit-zero

lint: $(READY_DEV) ## style, types, layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint ## linters, types, layers and the quick tests (at most 10 minutes)
	$(PYTEST) -m 'not more' -n $(JOBS) --dist loadgroup

quick: lint ## linters, types, layers and the tests that start no process (at most 45 seconds)
	$(PYTEST) -q -m 'not more and not process' -n $(JOBS) --dist loadfile

test-more: $(READY_DEV) ## the tests that take longer (at most 45 minutes)
	$(PYTEST) -m 'more and not soak' -n $(JOBS) --dist loadgroup

matrix: ## the diagnosis tests on each Python found, and on the oldest and newest JAX allowed
	$(PYTHON) bench/pythons.py

soak: $(READY_DEV) ## long runs, by hand
	$(PYTEST) -m soak -n $(JOBS) --dist loadgroup
	$(BIN)/python bench/soak.py

bench: $(READY_DEV) ## measurements: speed against its targets, the share of tracing, margins of the cases
	$(BIN)/python bench/speed.py
	$(BIN)/python bench/share.py
	$(BIN)/python bench/forged.py
	$(BIN)/python bench/margins.py
	$(BIN)/python bench/entropies.py
	$(BIN)/python bench/stored.py
	$(BIN)/python bench/stored_runs.py
	$(BIN)/python bench/cluster_runs.py
	$(BIN)/python bench/cluster_scale.py

picture: $(READY_DEV) ## the README's picture of a learner's page (needs Chromium: make system-deps)
	$(BIN)/python bench/picture.py

lock: ## write constraints.txt anew from what pyproject.toml allows today
	rm -rf build/lock && $(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip install --quiet --upgrade pip
	build/lock/bin/python -m pip install --quiet '.[jax,isolation,notebook,store,watch]' --group dev
	build/lock/bin/python -m pip freeze --all --exclude numerics-judge | grep -v '^-e' > constraints.txt

system-deps: ## what some tests need from the distribution (Debian and Ubuntu, as root)
	apt-get update -qq
	apt-get install -y -qq --no-install-recommends bubblewrap postgresql
	@if [ -n "$$(apt-cache madison chromium)" ]; then apt-get install -y -qq --no-install-recommends chromium; \
	else echo "no package chromium here: without another Chromium the tests of the pages skip"; fi

clean: ## remove what was made
	rm -rf $(VENV) build .pytest_cache .mypy_cache .ruff_cache .hypothesis

.PHONY: help setup run lint quick test test-more matrix soak bench picture lock system-deps clean
