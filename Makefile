# Everything a change has to pass; `make check` is what the continuous integration runs.

PYTHON ?= python

.PHONY: check lint types test install soak

check: lint types test

install:
	$(PYTHON) -m pip install -e '.[dev,ray]'

lint:
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .

types:
	$(PYTHON) -m mypy

test:
	$(PYTHON) -m pytest

# Ten thousand damaged documents: an hour or so, not part of check.
soak:
	$(PYTHON) scripts/soak.py --count 10000
