# Everything a change has to pass; `make check` is what the continuous integration runs.

PYTHON ?= python

.PHONY: check lint types test fast install soak soak-documents soak-read soak-runs

check: lint types test

install:
	$(PYTHON) -m pip install -e '.[dev,ray]'

lint:
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .

types:
	$(PYTHON) -m mypy

# Two at a time, a file by one of them: what its tests share is made once.
WORKERS ?= 2
TESTS = $(PYTHON) -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

test:
	$(TESTS)

fast:
	$(TESTS) -m "not slow and not browser and not ray and not engines"

# In parts of an hour or less, none of them part of check: ten thousand damaged documents decoded; a thousand of them
# read to the end (FIRST=30000, 31000, ... for the next thousand); killed runs, full disks, a clock that jumps.
FIRST ?= 30000

soak: soak-documents soak-read soak-runs

soak-documents:
	$(PYTHON) scripts/soak.py --count 10000

soak-read:
	$(PYTHON) scripts/soak.py --pipeline --first-seed $(FIRST) --count 1000

soak-runs:
	$(PYTHON) scripts/soak_runs.py
