PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/installed
SCHEMA := $(BIN)/check-jsonschema --quiet --builtin-schema

# Where `make build` writes the dataset.
export TFDS_DATA_DIR ?= $(CURDIR)/data

.DEFAULT_GOAL := build
.PHONY: help build test test-all test-oldest test-wheel fuzz lint audit format digests reliability \
  architecture card picture notebook archive docs bench dist check-tag release-check frameworks clean

help:  ## Lists the commands.
	@sed -n 's/^\([a-z-]*\):.*  ## /\1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 14

build: $(INSTALLED)  ## Installs the package, builds the sample dataset and shows some of it.
	$(BIN)/imdb-keras build sample --overwrite
	@# TensorFlow tells of the machine on standard error, which is shown only if something fails.
	$(BIN)/python examples/first_look.py 2> .venv/first_look.log || { cat .venv/first_look.log >&2; exit 1; }

test: $(INSTALLED)  ## Runs all tests; those on the real data where IMDB_KERAS_ARCHIVE names it.
	$(BIN)/pip check
	$(BIN)/python -m pytest --numprocesses=2 --dist=worksteal
	$(BIN)/nox --session wheel

test-all: $(INSTALLED)  ## Runs the tests of the sample on every Python from 3.10 to 3.13 that is here.
	$(BIN)/nox --session sample

test-oldest: $(INSTALLED)  ## Runs them with the lowest versions of the dependencies.
	$(BIN)/nox --session oldest

test-wheel: $(INSTALLED)  ## Runs some of them against the built wheel and sdist, away from the checkout.
	$(BIN)/nox --session wheel sdist

fuzz: $(INSTALLED)  ## Runs the fuzzers for IMDB_KERAS_FUZZ (20) times as long as the tests do.
	IMDB_KERAS_FUZZ=$${IMDB_KERAS_FUZZ:-20} $(BIN)/python -m pytest -m fuzz

lint: $(INSTALLED)  ## Checks format, style, types, who imports whom, and what GitHub reads.
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy imdb_keras_tfds imdb_keras_script.py benchmarks examples tests tools noxfile.py
	$(BIN)/lint-imports
	$(BIN)/zizmor --offline --quiet --no-progress --strict-collection --pedantic .
	$(SCHEMA) vendor.github-workflows .github/workflows/*.yml
	$(SCHEMA) vendor.dependabot .github/dependabot.yml
	$(SCHEMA) vendor.github-issue-config .github/ISSUE_TEMPLATE/config.yml
	$(SCHEMA) vendor.github-issue-forms $(filter-out %/config.yml,$(wildcard .github/ISSUE_TEMPLATE/*.yml))
	$(SCHEMA) vendor.citation-file-format CITATION.cff

audit: $(INSTALLED)  ## Looks for known faults of what is installed, where their list can be reached.
	$(BIN)/python -m pip install --quiet pip-audit
	$(BIN)/python tools/audit.py

format: $(INSTALLED)  ## Puts the code in order.
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

digests: $(INSTALLED)  ## Writes the reference digests anew, from the archive of IMDB_KERAS_ARCHIVE.
	$(BIN)/python tools/reference_digests.py

reliability: $(INSTALLED)  ## Tries every fault, and writes docs/explanation/reliability.md.
	$(BIN)/python tools/reliability.py

architecture: $(INSTALLED)  ## Draws docs/pictures/architecture.svg anew.
	$(BIN)/python -m tools.architecture

card: $(INSTALLED)  ## Writes docs/explanation/card.md anew, from the archive of IMDB_KERAS_ARCHIVE.
	$(BIN)/python -m tools.card

picture: $(INSTALLED)  ## Takes the pictures of the pages anew, from the archive of IMDB_KERAS_ARCHIVE.
	$(BIN)/python -m tools.report_picture
	$(BIN)/python -m tools.leak_picture

docs: $(INSTALLED)  ## Builds the documentation, in docs/_build/html; a warning is an error.
	$(BIN)/sphinx-build -M html docs docs/_build --fail-on-warning --keep-going --quiet

notebook: $(INSTALLED)  ## Makes examples/quickstart.ipynb anew, from quickstart.md.
	$(BIN)/python -m tools.notebook

archive: $(INSTALLED)  ## Downloads the Stanford archive to data/, for IMDB_KERAS_ARCHIVE.
	$(BIN)/python -m tools.archive

bench: $(INSTALLED)  ## Measures beside the peers, on the archive of IMDB_KERAS_ARCHIVE.
	$(BIN)/python -m pip install --quiet --requirement benchmarks/requirements.txt
	$(BIN)/python -m benchmarks

dist: $(INSTALLED)  ## Makes the wheel and the sdist in dist/, of the same bytes each time.
	rm -rf dist
	$(BIN)/python -m tools.dist
	$(BIN)/twine check --strict dist/*

check-tag: $(INSTALLED)  ## Checks that TAG is that of the version which is here.
	$(BIN)/python -m tools.tag "$(TAG)"

release-check: $(INSTALLED)  ## Runs all that must hold before a release is tagged, and prints a table.
	$(BIN)/python -m tools.release_check

frameworks: $(INSTALLED)  ## Installs PyTorch and JAX, for the tests of how they read a dataset.
	$(BIN)/python -m pip install --quiet --editable '.[frameworks]'

clean:  ## Removes what the other commands made.
	rm -rf .venv .nox build data dist *.egg-info .hypothesis .mypy_cache .pytest_cache .ruff_cache

$(INSTALLED): setup.cfg pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@
