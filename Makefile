PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/installed

# Where `make build` writes the dataset.
export TFDS_DATA_DIR ?= $(CURDIR)/data

.PHONY: build test lint format digests reliability picture bench clean

build: $(INSTALLED)  ## Installs the package, builds the sample dataset and shows some of it.
	$(BIN)/tfds build imdb_keras/sample --imports imdb_keras_tfds --overwrite
	$(BIN)/python examples/first_look.py

test: $(INSTALLED)  ## Runs all tests; those on the real data where IMDB_KERAS_ARCHIVE names it.
	$(BIN)/pip check
	$(BIN)/python -m pytest --numprocesses=2 --dist=worksteal

lint: $(INSTALLED)  ## Checks format, style and types.
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy imdb_keras_tfds benchmarks examples tests tools

format: $(INSTALLED)  ## Puts the code in order.
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

digests: $(INSTALLED)  ## Writes the reference digests anew, from the archive of IMDB_KERAS_ARCHIVE.
	$(BIN)/python tools/reference_digests.py

reliability: $(INSTALLED)  ## Tries every fault, and writes docs/reliability.md from the results.
	$(BIN)/python tools/reliability.py

picture: $(INSTALLED)  ## Takes docs/report.png anew in Chromium, from the archive of IMDB_KERAS_ARCHIVE.
	$(BIN)/python -m tools.report_picture

bench: $(INSTALLED)  ## Measures beside the peers, on the archive of IMDB_KERAS_ARCHIVE.
	$(BIN)/python -m pip install --quiet --requirement benchmarks/requirements.txt
	$(BIN)/python -m benchmarks

clean:  ## Removes what the other commands made.
	rm -rf .venv build data dist *.egg-info .hypothesis .mypy_cache .pytest_cache .ruff_cache

$(INSTALLED): setup.cfg pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@
