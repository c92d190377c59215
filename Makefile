# Each target sets up what it needs: see bootstrap.py, which also serves where there is no make.
PYTHON ?= python3

.PHONY: app test setup lint bench bench-photos bench-training

app:
	$(PYTHON) bootstrap.py app

test:
	$(PYTHON) bootstrap.py test

setup:
	$(PYTHON) bootstrap.py setup

lint: setup
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy

# How long a person waits with 60 checkpoints, in the face lab, and among twelve; how many pictures of a camera are seen.
# Needs Chromium and the project's checkpoints.
bench: setup
	.venv/bin/python -m benchmarks.leaderboard
	.venv/bin/python -m benchmarks.face_lab
	.venv/bin/python -m benchmarks.sessions
	.venv/bin/python -m benchmarks.live

# Faces a second of fer predict, and what the face detectors find at which tilt.
bench-photos: setup
	.venv/bin/python -m benchmarks.predict
	.venv/bin/python -m benchmarks.detectors

# Pictures a second of training, on one CPU thread and on a GPU where there is one.
bench-training: setup
	.venv/bin/python -m benchmarks.training
