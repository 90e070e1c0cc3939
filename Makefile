# One command each: `make run`, `make test`. Everything they need is set up by them.
PYTHON ?= python3
PORT ?= 8000
DESK_PORT ?= 8001
# Passkeys are bound to the address; the settings give it, but for another port.
DESK_AT = $(if $(filter-out 8001,$(DESK_PORT)),FLASK_DESK_ADDRESS=http://localhost:$(DESK_PORT))
VENV := .venv
BIN := $(VENV)/bin
# Where the article is at hand, its fingerprints are proved too: make check ARTICLE=path/to/article.txt
ARTICLE ?=
# Every file that is installed is compared with its hash. The engine alone is compiled here, by a setuptools that was
# compared too: without isolation, or pip would fetch another one for it that nobody has seen (docs/supply.md).
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-build-isolation
LOCK := $(BIN)/uv pip compile --quiet --no-config --default-index https://pypi.org/simple --universal --python-version 3.11 \
	--fork-strategy fewest --generate-hashes --no-annotate --custom-compile-command "make lock" \
	--only-binary :all: --no-binary durable-rules
# What pip is told besides: what may be compiled, and for Python 3.13 what [tool.uv] in pyproject.toml says to uv.
ENGINE := --config-settings="--global-option=build_clib build_ext --define=PyEval_CallObject=PyObject_CallObject//"
FOR_PIP := -e '2a --only-binary :all:\n--no-binary durable-rules' -e 's|^durable-rules==[^ ]*|& $(ENGINE)|'

.PHONY: help setup run desk test check docs screenshots lock bench faults judges mutation clean browser
.DEFAULT_GOAL := help

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: setup  ## serve the questionnaire at http://127.0.0.1:8000 (PORT=8000)
	@echo "The questionnaire: http://127.0.0.1:$(PORT)  (stop with Ctrl-C)"
	@PORT=$(PORT) exec $(BIN)/gunicorn

desk: setup  ## serve the desk, where staff work, at http://localhost:8001 (DESK_PORT=8001)
	@$(DESK_AT) $(BIN)/flask desk welcome
	@$(DESK_AT) DESK_PORT=$(DESK_PORT) exec $(BIN)/gunicorn --config desk.conf.py

test: $(VENV)/dev.stamp browser  ## set everything up and run every test
	@$(BIN)/python -m pytest

check: $(VENV)/dev.stamp  ## style, types and rule files
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy
	@$(BIN)/flask rules check $(if $(ARTICLE),--document $(ARTICLE))

setup: $(VENV)/run.stamp  # make the virtual environment with what the site needs

docs: setup  ## write docs/checks.md, docs/security.md, the schemas and the catalogue anew
	@$(BIN)/flask rules docs
	@$(BIN)/python docs/make_security_page.py

screenshots: $(VENV)/dev.stamp browser  # take every picture in docs/screenshots anew
	@$(BIN)/python docs/screenshots/take.py && $(BIN)/python docs/screenshots/desk.py

lock: $(VENV)/dev.stamp  # write requirements*.txt anew from pyproject.toml, with hashes
	@sed -i 's| --config-settings="[^"]*"||' requirements.txt requirements-dev.txt  # uv can't read it
	@$(LOCK) --group build --output-file requirements-build.txt
	@$(LOCK) pyproject.toml --output-file requirements.txt
	@$(LOCK) pyproject.toml --group dev --group bench --group judges --group tools \
		--constraints requirements.txt \
		--output-file requirements-dev.txt
	@sed -i $(FOR_PIP) requirements*.txt

bench: $(VENV)/dev.stamp  ## measure the site against peers
	@$(BIN)/python -m benchmarks

faults: $(VENV)/dev.stamp  ## put the site through faults, and say what visitors see of them
	@$(BIN)/python -m faults

judges: $(VENV)/dev.stamp browser judges/node_modules  ## let programs of others read every export, and compare each row
	@$(BIN)/python -m judges

judges/node_modules: judges/package-lock.json
	@npm --prefix judges ci --loglevel error && touch $@

mutation: $(VENV)/dev.stamp  ## change the code that decides, one place at a time; see what the tests notice
	@$(BIN)/mutmut run

browser: | $(BIN)/python
	@tests/install-browser
	@tests/install-vnu $(VENV)/vnu

clean:  # remove the virtual environment and caches
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis mutants

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11, 3.12 or 3.13 is needed; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.11 ...") if not (3, 11) <= sys.version_info[:2] <= (3, 13) else None'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: requirements.txt requirements-build.txt | $(BIN)/python
	@echo "Setting up; the first time takes a while ..."
	@command -v cc >/dev/null || command -v gcc >/dev/null || { echo "A C compiler is needed (Debian: apt-get install gcc libc6-dev)"; exit 1; }
	@$(INSTALL) -r requirements-build.txt
	@$(INSTALL) -r requirements.txt
	@touch $@

$(VENV)/dev.stamp: requirements-dev.txt $(VENV)/run.stamp
	@echo "Setting up for tests; the first time takes a while ..."
	@$(INSTALL) -r requirements-dev.txt
	@touch $@
