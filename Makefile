# A thin face over pip and the console script; every line can be typed by hand.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: demo test lint clean

demo: $(VENV)/.installed
	@$(BIN)/verifier ask "Why does vinegar keep food from spoiling?"
	@echo
	@$(BIN)/verifier ask "Can the Great Wall of China be seen from the Moon?"
	@echo
	@$(BIN)/verifier batch notebooks/claims.txt --format table

test: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

# torch first and pinned: a range would bring the newest build with its gigabytes of CUDA.
$(VENV)/.installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) torch
	$(PIP) --editable .
	@touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	$(PIP) --editable ".[test,train]"
	@touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache
