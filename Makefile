# The tools of a virtual environment that has the extra "dev": make BIN=/some/venv/bin check
BIN ?= .venv/bin

.PHONY: check fix test docs new bench

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

docs:
	$(BIN)/python -m dfopt.docs fixtures docs/transforms

new:
	$(BIN)/python -m dfopt.scaffold "$(ID)" transforms/dfopt_transforms fixtures

bench:
	$(BIN)/python -m tests.bench $(FOLDER)
