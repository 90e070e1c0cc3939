# One command each: `make run`, `make test`. Everything they need is set up by them.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
# Where the article is at hand, its fingerprints are proved too: make check ARTICLE=path/to/article.txt
ARTICLE ?=
# How much of each fault, and which alone: make chaos SIZE=0.1 ONLY="killed disk"; make mutation ONLY=decide/tables.py
SIZE ?= 1
ONLY ?=
# Every file that is installed is compared with its hash. The engine alone is compiled here, by a setuptools that was
# compared too: without isolation, or pip would fetch another one for it that nobody has seen (docs/supply.md).
INSTALL := -m pip install --quiet --disable-pip-version-check --require-hashes
BUILD := --no-build-isolation --use-pep517

.PHONY: help setup run test check browser screenshots bench bench-long chaos mutation docs lock sbom clean
.DEFAULT_GOAL := help

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/run.stamp  ## make the virtual environment with what the site needs

run: setup  ## serve the questionnaire at http://127.0.0.1:8000 (PORT=8000)
	@echo "The questionnaire: http://127.0.0.1:$(PORT)  (stop with Ctrl-C)"
	@$(BIN)/python -m questionnaire.serve --interface rsgi --http 1 --host 127.0.0.1 --port $(PORT) --no-ws --workers 2 --respawn-failed-workers --backpressure 1024 --http1-header-read-timeout 5000 --workers-kill-timeout 5 wsgi:door

test: $(VENV)/dev.stamp browser  ## set everything up and run every test
	@$(BIN)/python -m pytest

check: $(VENV)/dev.stamp  ## style, types and rule files
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/flask rules check $(if $(ARTICLE),--document $(ARTICLE))

browser: | $(VENV)/bin/python
	@tests/install-browser
	@tests/install-vnu $(VENV)/vnu

screenshots: $(VENV)/dev.stamp browser  ## take every picture in docs/screenshots anew
	@$(BIN)/python docs/screenshots/take.py

bench: $(VENV)/bench.stamp  ## measure against peers: deciding, growth, start-up, pages, a crowd, two nodes (six minutes)
	@results=$$(mktemp); trap 'rm -f $$results' EXIT; \
	for part in decide growth startup pages crowd nodes; do \
		PYTHONPATH=. $(BIN)/python benchmarks/$$part.py --results $$results || exit; \
	done; $(BIN)/python benchmarks/table.py $$results

bench-long: $(VENV)/bench.stamp  # a crowd of 100,000 journeys, 5,000 past two nodes, and what one core serves
	@PYTHONPATH=. $(BIN)/python benchmarks/crowd.py --journeys 100000 --plot
	@PYTHONPATH=. $(BIN)/python benchmarks/nodes.py --journeys 5000
	@PYTHONPATH=. $(BIN)/python benchmarks/capacity.py

chaos: $(VENV)/dev.stamp  ## put the site through faults and say what visitors see of them (ten minutes; SIZE=10: ten times as much)
	@PYTHONPATH=.:benchmarks $(BIN)/python chaos/run.py --size $(SIZE) $(if $(ONLY),--only $(ONLY))

mutation: $(VENV)/dev.stamp $(VENV)/mutation.stamp  ## change the code that decides, one place at a time, and count what the tests notice (20 minutes; ONLY=decide/tables.py)
	@PYTHONHASHSEED=0 $(BIN)/python mutation/run.py $(VENV)/mutation/bin/python $(ONLY)

docs: setup  ## write docs/checks.md, docs/security.md, the schemas and the catalogue anew
	@$(BIN)/flask rules docs

lock: $(VENV)/tools.stamp  ## write requirements*.lock, with hashes, anew from requirements*.txt
	@$(BIN)/python -m deploy.lock $(VENV)/tools/bin/uv

sbom: setup $(VENV)/tools.stamp  ## write sbom.json: all that the site runs with, with versions and licences
	@$(VENV)/tools/bin/python -m deploy.sbom $(BIN)/python sbom.json

clean:  ## remove the virtual environment and caches
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11, 3.12 or 3.13 is needed; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.11 ...") if not (3, 11) <= sys.version_info[:2] <= (3, 13) else None'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: requirements.txt requirements.lock requirements-build.lock | $(VENV)/bin/python
	@echo "Setting up; the first time takes a while ..."
	@command -v cc >/dev/null || command -v gcc >/dev/null || { echo "A C compiler is needed (Debian: apt-get install gcc libc6-dev)"; exit 1; }
	@$(BIN)/python -m deploy.lock --check
	@$(BIN)/python $(INSTALL) -r requirements-build.lock
	@$(BIN)/python $(INSTALL) $(BUILD) -r requirements.lock
	@touch $@

$(VENV)/dev.stamp: requirements-dev.txt requirements-dev.lock requirements.txt requirements.lock requirements-build.lock | $(VENV)/bin/python
	@echo "Setting up for tests; the first time takes a while ..."
	@$(BIN)/python -m deploy.lock --check
	@$(BIN)/python $(INSTALL) -r requirements-build.lock
	@$(BIN)/python $(INSTALL) $(BUILD) -r requirements-dev.lock
	@touch $@ $(VENV)/run.stamp

$(VENV)/bench.stamp: requirements-bench.txt $(VENV)/dev.stamp
	@echo "Setting up the rule engines to measure against ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-bench.txt
	@touch $@

$(VENV)/mutation.stamp: requirements-mutation.lock | $(VENV)/bin/python
	@echo "Setting up the tool that makes mutants ..."
	@$(PYTHON) -m venv $(VENV)/mutation
	@$(VENV)/mutation/bin/python $(INSTALL) -r requirements-mutation.lock
	@touch $@

$(VENV)/tools.stamp: requirements-tools.lock | $(VENV)/bin/python
	@echo "Setting up the tools for hashes and licences ..."
	@$(PYTHON) -m venv $(VENV)/tools
	@$(VENV)/tools/bin/python $(INSTALL) -r requirements-tools.lock
	@touch $@
