"""The tests; helpers in here are imported as ``tests.…``."""
