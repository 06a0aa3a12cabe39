"""What compose files start in an image counts as if the Dockerfile said it."""

from __future__ import annotations

from pathlib import Path

import pytest

from dfopt.api import rewrite
from dfopt.config import Config
from dfopt.context.place import files_of
from dfopt.results import Rewrite
from dfopt.source import Source

GO = "FROM golang:1.22\nWORKDIR /src\nCOPY . .\nRUN go build -o /usr/local/bin/app\nCMD app\n"
NODE = (
    "FROM node:18\nRUN npm install -g nodemon\nWORKDIR /app\nCOPY . .\nRUN npm install --omit=dev\n"
    'CMD ["node", "main.js"]\n'
)


def converted(folder: Path, text: str, service: str) -> Rewrite:
    (folder / ".git").mkdir()
    (folder / "main.go").write_text("package main\n\nfunc main() {}\n")
    (folder / "main.js").write_text("console.log(1)\n")
    (folder / "package.json").write_text('{"name": "a", "dependencies": {"ms": "2"}}\n')
    (folder / "compose.yaml").write_text(f"services:\n  app:\n    build: .\n{service}")
    path = folder / "Dockerfile"
    path.write_text(text)
    return rewrite(Source(text, str(path)), Config(select=("multi-stage",)), files=files_of(path))


def test_a_service_that_starts_nothing_itself(tmp_path: Path) -> None:
    assert converted(tmp_path, GO, "    ports: ['80:80']\n").changed


@pytest.mark.parametrize(
    "service",
    ["    command: go run .\n", "    command: [go, run, .]\n", "    entrypoint: sh -c 'go run .'\n"],
)
def test_the_tool_chain(tmp_path: Path, service: str) -> None:
    found = converted(tmp_path, GO, service)
    assert [refusal.reason for refusal in found.refusals] == ["a container starts the tool chain"]


def test_the_tool_chain_in_another_service_with_the_same_image(tmp_path: Path) -> None:
    service = "    image: example/app\n  tests:\n    image: example/app\n    command: go test ./...\n"
    found = converted(tmp_path, GO, service)
    assert [refusal.reason for refusal in found.refusals] == ["a container starts the tool chain"]


def test_another_service_with_another_image(tmp_path: Path) -> None:
    service = "    image: example/app\n  tests:\n    image: golang:1.22\n    command: go test ./...\n"
    assert converted(tmp_path, GO, service).changed


def test_a_health_check_gets_its_program(tmp_path: Path) -> None:
    found = converted(tmp_path, GO, "    healthcheck:\n      test: [CMD, curl, -f, 'http://localhost']\n")
    assert "ca-certificates curl" in found.after


def test_a_program_that_only_a_service_starts(tmp_path: Path) -> None:
    assert converted(tmp_path, NODE, "    command: nodemon main.js\n").after.count("RUN npm install -g nodemon") == 2


def test_a_program_that_nobody_starts(tmp_path: Path) -> None:
    assert converted(tmp_path, NODE, "").after.count("RUN npm install -g nodemon") == 1


def test_arguments_of_the_entrypoint(tmp_path: Path) -> None:
    text = GO.replace("CMD app", 'ENTRYPOINT ["app"]')
    assert converted(tmp_path, text, "    command: --port 80\n").changed


def test_another_entrypoint(tmp_path: Path) -> None:
    text = GO.replace("CMD app", 'ENTRYPOINT ["app"]')
    found = converted(tmp_path, text, "    entrypoint: go test ./...\n")
    assert [refusal.reason for refusal in found.refusals] == ["a container starts the tool chain"]
