# `make report`: the pages of both shipped corpora, or of CORPUS=PATH. `make test`: the checks. The rest: `make help`.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
OUT ?= reports
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help report test lint lab fuzz lowest bench validity lock features clean

help: ## what can be made
	@sed -n 's/^\([a-z]*\):.*## /make \1\t/p' Makefile

$(READY): requirements.txt pyproject.toml
	$(PYTHON) -c "import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14) and 'Python 3.11 to 3.13 is needed; found ' + sys.version)"
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $(READY)

report: $(READY) ## offline HTML pages into reports/ (CORPUS=PATH for your own articles, OUT=DIR)
ifdef CORPUS
	$(BIN)/parallax report "$(CORPUS)" --out "$(OUT)/$(notdir $(patsubst %/,%,$(CORPUS)))"
else
	$(BIN)/python scripts/report_shipped.py "$(OUT)"
endif

test: $(READY) lint ## all checks
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

lint: $(READY) ## ruff
	$(BIN)/ruff check . && $(BIN)/ruff format --check .

lab: $(READY) ## JupyterLab on the notebooks
	$(BIN)/jupyter lab notebooks

fuzz: $(READY) ## a minute of mutated articles, tables and lists (SECONDS=600 for more, SEED=N for others)
	$(BIN)/python -W error scripts/fuzz.py $(or $(SECONDS),60) $(or $(SEED),1)

lowest: ## the quick tests on the lowest versions that pyproject.toml allows
	$(PYTHON) -m venv --clear build/lowest && build/lowest/bin/pip install --quiet uv
	build/lowest/bin/uv pip install --quiet --python build/lowest --resolution lowest-direct \
		--requirement pyproject.toml --group dev
	build/lowest/bin/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder \
		$(foreach slow,hostile notebooks report robustness scale,--ignore tests/test_$(slow).py)

validity: $(READY) ## data/validity.csv and docs/validity.md, measured on the annotated sets in ../shared/testdata
	$(BIN)/python scripts/validity.py

bench: $(READY) ## speed and memory beside other tools (installs spaCy, which nothing else needs)
	$(BIN)/python -m pip install --quiet --no-build-isolation --editable '.[ner]'
	$(BIN)/python scripts/bench.py

features: $(READY) ## the committed figures about the five case-study articles, from their texts
	rm -rf data/atacms-2024/parts  # else a finished part is kept, whatever has changed in the code
	$(BIN)/parallax features ../shared/corpus --out data/atacms-2024
	$(BIN)/python scripts/write_case_study.py

lock: ## requirements.txt and environment.yml from pyproject.toml
	$(PYTHON) -m venv --clear build/lock && build/lock/bin/pip install --quiet uv
	build/lock/bin/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
		--no-header --no-annotate --output-file requirements.txt
	$(PYTHON) scripts/write_environment.py

clean: ## what was made here
	rm -rf $(VENV) build dist reports .pytest_cache .ruff_cache
