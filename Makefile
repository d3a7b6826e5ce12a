# make help lists the targets. Every target sets up by itself what it needs, once.

GATE    ?= all
WORKERS ?= 2
ARGS    ?=
LOAD_ARGS ?=

# A test that hangs shows where, and ends.
UNSTUCK := -o faulthandler_timeout=300 -o faulthandler_exit_on_timeout=true

# An interpreter of your choice gets an environment of its own: make verify PYTHON=python3.13
PYTHON ?=
VENV   ?= .venv$(if $(PYTHON),-$(notdir $(PYTHON)))
BIN    := $(VENV)/bin
export PYTHON

# Without a home that can be written to, caches live here.
ifneq ($(shell test -d "$$HOME" && test -w "$$HOME" && echo yes),yes)
export XDG_CACHE_HOME   := $(CURDIR)/.cache
export npm_config_cache := $(CURDIR)/.cache/npm
endif

.DEFAULT_GOAL := help
.PHONY: help setup ready verify test lint fix prove report bench bench-judge bench-load lock clean

help: ## this list
	@echo "usage: make TARGET [PYTHON=python3.13] [GATE=$(GATE)] [WORKERS=$(WORKERS)] [ARGS=...]"
	@echo
	@sed -nE 's/^([a-z-]+):.*## (.*)/\1\t\2/p' Makefile | while IFS="$$(printf '\t')" read -r name text; do \
		printf '  %-11s %s\n' "$$name" "$$text"; done

setup: ## make the virtual environment and a browser ready; says which optional part is missing
	@tools/setup --venv "$(VENV)" --again

ready:
	@tools/setup --venv "$(VENV)"

verify: ready ## run the gate GATE against the hermetic environment and print its verdict
	@$(BIN)/python -m gonogo gate $(GATE) --env=hermetic -n $(WORKERS) $(ARGS)

# Many tests wait for processes: on two cores three workers need a fifth less time than two. A gate gains nothing so.
test: WORKERS = 3
test: ready ## run the tests of the suite itself
	@$(BIN)/python -m pytest tests -q -n $(WORKERS) --dist worksteal $(UNSTUCK) $(ARGS)

lint: ready ## check style, types and the direction of imports; changes nothing
	@status=0; for check in 'ruff check' 'ruff format --check' 'mypy' 'lint-imports --no-logo'; do \
		echo "$$check"; $(BIN)/$$check || status=1; done; exit $$status

fix: ready ## mend what the style checks can mend
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

prove: ready ## plant every fault and show which criteria catch it
	@$(BIN)/python -m gonogo prove $(ARGS)

report: ready ## render the last run: one page, and Allure's HTML where Node is there
	@if command -v npm > /dev/null && ! test -x node_modules/.bin/allure; then npm ci --silent || true; fi
	@$(BIN)/python -m gonogo report $(ARGS)

bench: ready ## measure the engine beside plain pytest, pytest-bdd and behave (ARGS), then the load gate (LOAD_ARGS)
	@status=0; $(BIN)/python -m bench $(ARGS) || status=$$?; echo; \
		$(BIN)/python -m bench.load $(LOAD_ARGS) || { last=$$?; [ $$status -ge $$last ] || status=$$last; }; exit $$status

bench-load: ready ## measure the load gate beside locust and wrk (some 7 minutes; ARGS="--quick --only a,c")
	@$(BIN)/python -m bench.load $(ARGS)

bench-judge: ready ## simulate canaries: false alarms and delays of the judge beside other rules (about ten minutes of CPU)
	@$(BIN)/python -m bench.judge $(ARGS)

lock: ## resolve pyproject.toml into requirements.lock again (needs uv; UPGRADE=--upgrade takes newer versions)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --all-extras --no-emit-index-url \
		--no-emit-find-links --custom-compile-command "make lock" $(UPGRADE) pyproject.toml -o requirements.lock

clean: ## remove what set-up and runs have made
	rm -rf .venv .venv-* .cache node_modules runs reports allure-report \
		.hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
