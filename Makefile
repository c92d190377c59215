# Each target sets up what it needs: see bootstrap.py, which also serves where there is no make.
PYTHON ?= python3

.PHONY: app test setup lint

app:
	$(PYTHON) bootstrap.py app

test:
	$(PYTHON) bootstrap.py test

setup:
	$(PYTHON) bootstrap.py setup

lint: setup
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
