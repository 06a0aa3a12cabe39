# The tools of a virtual environment that has the extra "dev": make BIN=/some/venv/bin check
BIN ?= .venv/bin

.PHONY: check fix test engine docs new bench benchmarks

check:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/lint-imports --no-logo

fix:
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

test:
	$(BIN)/pytest -n auto

# Builds images in the engine lab: needs root and the registries of a Debian machine
engine:
	$(BIN)/pytest -m engine tests/engine

docs:
	$(BIN)/python -m dfopt.docs fixtures docs/transforms

new:
	$(BIN)/python -m dfopt.scaffold "$(ID)" transforms/dfopt_transforms fixtures

bench:
	$(BIN)/python -m tests.bench $(FOLDER)

# Builds every project under fixtures/projects and writes docs/benchmarks.md
benchmarks:
	$(BIN)/python -m tests.bench.projects
