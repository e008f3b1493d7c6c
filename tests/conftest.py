"""Settings of all tests: property tests take the time they take, and the same examples on every machine."""

from hypothesis import settings

settings.register_profile("same everywhere", deadline=None, derandomize=True)
settings.load_profile("same everywhere")
