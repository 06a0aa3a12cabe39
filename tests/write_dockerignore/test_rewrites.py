"""What is left out, and what something may need."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dfopt import api
from dfopt.config import Config
from dfopt.context.place import files_of
from dfopt.edits import Safety
from dfopt.model.ignore import read
from dfopt.source import Source
from tests.write_dockerignore.trees import GIT, TRANSFORM, reasons, rewrite, rules, write

NODE = "FROM node:18\nCOPY . /srv\nRUN cd /srv && npm ci\n"
LARGE = "x" * 4096
"""As much as is worth a rule."""
PEM = "-----BEGIN {0}-----\nMA==\n-----END {0}-----\n"


def test_what_no_instruction_takes_leaves_by_a_safe_patch(tmp_path: Path) -> None:
    result = rewrite(tmp_path, "FROM debian:12\nCOPY a /a\n", {**GIT, "a": "1", ".idea/b": "22"}, unsafe=False)
    assert rules(result) == [".git", ".idea"]
    (patch,) = (each for each in result.applied if each.transform == TRANSFORM)
    assert (patch.safety, patch.delta.left_out, patch.saving.image) == (Safety.SAFE, (), 0)
    assert patch.saving.context == sum(map(len, GIT.values())) + 2
    assert patch.files == (".dockerignore",)


def test_a_second_run_is_quiet(tmp_path: Path) -> None:
    first = rewrite(tmp_path, NODE, {**GIT, "package.json": "{}", ".idea/b": "22", ".env": "A=1"})
    assert rules(first) == [".git", "**/node_modules", ".idea", ".env", "Dockerfile", ".dockerignore"]
    write(tmp_path, {".dockerignore": first.files[0].after})
    again = rewrite(tmp_path, NODE, {})
    assert (again.changed, rules(again)) == (False, [])


def test_bytes_are_those_of_the_files(tmp_path: Path) -> None:
    dockerfile = "FROM debian:12 AS a\nCOPY . /b\nFROM debian:12\nCOPY lib /lib1\nCOPY lib /lib2\n"
    result = rewrite(tmp_path, dockerfile, {".idea/b": "22", "lib/x.log": "333", "lib/a": "1"})
    (patch,) = result.applied
    assert (patch.saving.context, patch.saving.image) == (5, 6), "of the image, what its last stage copies, twice"


def test_an_unknown_base_may_have_triggers(tmp_path: Path) -> None:
    result = rewrite(tmp_path, "FROM example/app\nCOPY a /a\n", {"a": "1", ".idea/b": "22"}, unsafe=False)
    (report,) = (each for each in result.applied if each.transform == TRANSFORM)
    assert report.safety is Safety.REPORT
    assert "ONBUILD" in report.risk
    assert not result.files
    assert rules(rewrite(tmp_path, "FROM example/app\nCOPY a /a\n", {})) == [".idea"]


@pytest.mark.parametrize(
    ("dockerfile", "files"),
    [
        ("FROM debian:12\nCOPY . /a\nRUN git -C /a describe --tags > /v\n", {}),
        ("FROM debian:12\nCOPY . /a\nRUN cd /a && make\n", {"Makefile": "V := $(shell git rev-parse HEAD)\n"}),
        ("FROM python:3.11\nCOPY . /a\nRUN pip install /a\n", {"pyproject.toml": 'requires = ["setuptools_scm"]\n'}),
        ("FROM python:3.11\nCOPY . /a\nRUN pip install /a\n", {"setup.py": "import versioneer\n"}),
        ("FROM golang:1.21\nCOPY . /a\nRUN cd /a && go build -o /b .\n", {}),
        ("FROM golang:1.21 AS a\nCOPY . /a\nFROM a\nRUN go install ./...\n", {}),
        ("FROM mcr.microsoft.com/dotnet/sdk:8.0\nCOPY . /a\nRUN dotnet publish /a\n", {}),
        ("FROM node:18\nCOPY . /a\nRUN npm ci\n", {"package.json": '{"scripts": {"prepare": "husky install"}}'}),
        ("FROM ruby:3.2\nCOPY . /a\nRUN bundle\n", {"a.gemspec": "s.files = `git ls-files -z`.split\n"}),
        ("FROM node:18\nCOPY . /a\nRUN npm run b\n", {"b.js": "execFileSync('git', ['rev-parse', 'HEAD'])\n"}),
        ("FROM debian:12\nRUN --mount=type=bind,target=/a cat /a/.git/HEAD > /v\n", {}),
        ("FROM debian:12\nCOPY . /a\nRUN rm -rf /a/.git\n", {}),
        ("FROM debian:12\nCOPY .git /a/.git\n", {}),
        ("FROM debian:12\nCOPY .git/HEAD /a/HEAD\n", {}),
    ],
)
def test_git_stays_where_something_may_ask_it(dockerfile: str, files: dict[str, str], tmp_path: Path) -> None:
    result = rewrite(tmp_path, dockerfile, {**GIT, **files, ".idea/b": "1"})
    assert ".git" not in rules(result)
    assert reasons(result)


@pytest.mark.parametrize(
    ("dockerfile", "files"),
    [
        ("FROM golang:1.21\nCOPY . /a\nRUN go build -buildvcs=false -o /b .\n", {}),
        ("FROM debian:12\nRUN apt-get update && apt-get install -y git\nCOPY . /a\n", {}),
        ("FROM debian:12\nCOPY . /a\nRUN git clone https://example.org/b.git /b\n", {}),
        ("FROM debian:12\nCOPY . /a\n", {"README.md": "git log\n", "a.py": "url = 'https://example.org/b.git'\n"}),
        ("FROM golang:1.21 AS a\nRUN go install example.org/b@v1\nFROM debian:12\nCOPY . /a\n", {}),
    ],
)
def test_git_goes_where_nothing_does(dockerfile: str, files: dict[str, str], tmp_path: Path) -> None:
    assert ".git" in rules(rewrite(tmp_path, dockerfile, {**GIT, **files}))


@pytest.mark.parametrize(
    ("dockerfile", "stays"),
    [
        ("FROM node:18\nCOPY . /a\nRUN npm ci\n", False),
        ("FROM node:18\nCOPY . /a\nRUN yarn --frozen-lockfile && yarn build\n", False),
        ("FROM node:18\nCOPY . /a\nRUN yarn build\n", True),
        ("FROM node:18 AS a\nRUN npm ci\nFROM node:18\nCOPY . /a\n", True),
        ("FROM node:18 AS a\nRUN npm ci\nFROM a\nCOPY . /a\n", False),
        ("FROM node:18 AS a\nCOPY . /a\nFROM a\nRUN npm ci\n", False),
        ("FROM node:18\nCOPY node_modules /a/node_modules\nRUN npm ci\n", True),
        ("FROM node:18\nCOPY node_mod* /a/\nRUN npm ci\n", True),
        ("FROM node:18\nCOPY * /a/\nRUN npm ci\n", False),
    ],
)
def test_installed_packages_go_only_if_the_stage_installs_them(dockerfile: str, stays: bool, tmp_path: Path) -> None:
    result = rewrite(tmp_path, dockerfile, {"package.json": "{}", "node_modules/a/b.js": "1", "c.js": "2"})
    assert ("node_modules" not in rules(result)) is stays


@pytest.mark.parametrize(
    ("source", "stays"),
    [
        ("target/app.jar", True),
        ("target/*.jar", True),
        ("a/target/app.jar", True),
        ("*/target/app.jar", True),
        ("targets/app.jar", False),
    ],
)
def test_outputs_that_an_instruction_takes_stay_before_they_are_there(source: str, stays: bool, tmp_path: Path) -> None:
    dockerfile = f"FROM maven AS a\nCOPY . .\nRUN mvn package\nFROM debian:12\nCOPY {source} /a.jar\n"
    found = rules(rewrite(tmp_path, dockerfile, {"pom.xml": "", ".idea/a": ""}))
    assert (".idea" in found, "**/target" not in found) == (True, stays)


def test_outputs_that_an_instruction_takes_stay(tmp_path: Path) -> None:
    files = {"Cargo.toml": "", "target/release/app": "1", "src/main.rs": "", ".idea/a": LARGE}
    taken = rewrite(tmp_path, "FROM debian:12\nCOPY target/release/app /app\n", files)
    assert rules(taken) == [".idea"]
    built = rewrite(tmp_path, "FROM rust:1.63\nCOPY . /a\nRUN cd /a && cargo build --release\n", {})
    assert "target" in rules(built)


@pytest.mark.parametrize(
    ("run", "stays"),
    [
        ("RUN npm run build", True),
        ("RUN php artisan config:cache", True),
        ("RUN ./setup.sh", True),
        ("RUN . ./.env && echo $A", True),
        ("RUN npm ci", False),
        ("RUN apt-get update", False),
    ],
)
def test_settings_stay_where_the_build_may_read_them(run: str, stays: bool, tmp_path: Path) -> None:
    result = rewrite(tmp_path, f"FROM node:18\nWORKDIR /a\nCOPY . .\n{run}\n", {".env": "A=1", "a.js": "1"})
    assert (".env" not in rules(result)) is stays
    told = [each.why for each in result.applied if each.safety is Safety.REPORT]
    assert any(".env (secret) gets into the build by COPY ." in why for why in told) is stays


def test_tokens_of_npm_stay_for_the_install_and_are_reported(tmp_path: Path) -> None:
    files = {"package.json": "{}", ".npmrc": "//registry.example.org/:_authToken=abc\n"}
    result = rewrite(tmp_path, NODE, files)
    assert ".npmrc" not in rules(result)
    assert any(".npmrc" in each.why for each in result.applied if each.safety is Safety.REPORT)
    settings = rewrite(tmp_path, NODE, {**files, ".npmrc": "save-exact=true\n"})
    assert all(".npmrc" not in each.why for each in settings.applied), "they hold no secret"


def test_keys_that_another_file_names_stay(tmp_path: Path) -> None:
    files = {"tls.key": PEM.format("RSA PRIVATE KEY"), "b/old.pem": PEM.format("PRIVATE KEY"), "ca.pem": "CERTIFICATE"}
    result = rewrite(tmp_path, "FROM nginx:1.25\nCOPY . /etc/nginx\n", {**files, "nginx.conf": "key tls.key;\n"})
    assert rules(result) == ["b/old.pem", "Dockerfile", ".dockerignore"]
    assert "b/old.pem" in result.applied[0].risk or "b/old.pem" in result.applied[1].risk
    assert any("tls.key (secret)" in each.why for each in result.applied if each.safety is Safety.REPORT)


def test_folders_that_are_copied_for_their_keys(tmp_path: Path) -> None:
    files = {"certs/a.pem": PEM.format("PRIVATE KEY")}
    assert rules(rewrite(tmp_path, "FROM nginx:1.25\nCOPY certs /etc/ssl\n", files)) == []


def test_names_that_no_rule_can_say_and_names_that_need_care(tmp_path: Path) -> None:
    odd = (
        " .log",
        "a\n.log",
        os.fsdecode(b"\xff.log"),
        "#a.log",
        "!b.log",
        "c[1].log",
        "d*.log",
        "e\\f.log",
        "keep.log",
    )
    exact = ["\\!b.log", "\\#a.log", "c\\[1].log", "d\\*.log", "e\\\\f.log"]
    dockerfile = "FROM debian:12\nCOPY x /x\nCOPY keep.log /y\n"
    assert rules(rewrite(tmp_path, dockerfile, {**dict.fromkeys(odd, LARGE), "x": "1"})) == exact
    text = "FROM debian:12\nCOPY x /x\n"
    assert rules(rewrite(tmp_path, text, {".dockerignore": "z\n!keep.log\n"})) == exact
    assert rules(rewrite(tmp_path, text, {".dockerignore": "z\n"})) == ["*.log"]


def test_what_an_exception_brings_back_stays(tmp_path: Path) -> None:
    files = {"node_modules/own/a.js": "1", "node_modules/b/c.js": "2", "package.json": "{}", "d.js": ""}
    text = "node_modules\n!node_modules/own\n"
    assert "node_modules" not in rules(rewrite(tmp_path, NODE, {**files, ".dockerignore": text}))
    (tmp_path / ".dockerignore").write_text("*\n!**\n")
    assert "node_modules" in rules(rewrite(tmp_path, NODE, {})), "that names nothing"


def test_a_file_that_the_image_has_changes_by_an_unsafe_patch_only(tmp_path: Path) -> None:
    files = {".dockerignore": "x\n", "a/b": "1", ".idea/c": "1"}
    dockerfile = "FROM debian:12\nCOPY a .dockerignore /a/\n"
    assert rules(rewrite(tmp_path, dockerfile, files)) == [], "nothing that is taken is unwanted"
    swept = rewrite(tmp_path, "FROM debian:12\nCOPY . /a\n", {})
    assert rules(swept) == [".idea", ".dockerignore", "Dockerfile"]


def test_an_ignore_file_of_its_own(tmp_path: Path) -> None:
    files = {".idea/a": LARGE, "b": "1", "Dockerfile.dockerignore": "# mine\n", ".dockerignore": "b\n"}
    result = rewrite(tmp_path, "FROM debian:12\nCOPY b /b\n", {**files, "Containerfile": "FROM a\nCOPY .idea /b\n"})
    assert rules(result) == [".idea"]
    assert result.files[0].path.endswith("/Dockerfile.dockerignore")


def test_large_test_data_that_nothing_takes(tmp_path: Path) -> None:
    files = {"tests/data.bin": "x" * 1_000_000, "spec/a": "x", ".idea/a": "1", "b": "1"}
    assert rules(rewrite(tmp_path, "FROM debian:12\nCOPY b /b\n", files)) == [".idea", "tests"]


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({".dockerignore": "a\n!\n"}, "the build context cannot be read"),
        ({"other/Dockerfile": "FROM debian:12\nARG X\nCOPY $X /x\n"}, "a variable or a build argument decides"),
        ({"other/Dockerfile.tmpl": "FROM debian:12\n"}, "a template in its build context"),
        ({"Containerfile": "FROM debian:12\nCOPY a /a\n"}, "another Dockerfile is built from the same context"),
    ],
)
def test_contexts_of_which_too_little_is_known(files: dict[str, str], reason: str, tmp_path: Path) -> None:
    result = rewrite(tmp_path, "FROM debian:12\nCOPY a /a\n", {"a": "1", ".idea/b": "1", **files})
    assert (result.files, result.failures) == ((), ())
    assert any(each.startswith(reason) for each in reasons(result))


def test_an_ignore_file_that_is_a_link(tmp_path: Path) -> None:
    (tmp_path / ".dockerignore").symlink_to("rules")
    result = rewrite(tmp_path, "FROM debian:12\nCOPY a /a\n", {"a": "1", ".idea/b": "1", "rules": "b\n"})
    assert reasons(result) == {"its ignore file is a link"}


def test_a_source_that_no_builder_reads(tmp_path: Path) -> None:
    result = rewrite(tmp_path, "FROM debian:12\nCOPY a[ /a\n", {"a": "1", ".idea/b": "1"})
    assert (len(reasons(result)), result.failures) == (1, ())


def test_a_comment_keeps_it_away(tmp_path: Path) -> None:
    text = f"FROM debian:12\n# dfopt: ignore[{TRANSFORM}] reason=they are wanted\nCOPY . /a\n"
    assert rules(rewrite(tmp_path, text, {"a.log": "1"})) == []


def test_little_that_nothing_takes_is_not_worth_a_rule(tmp_path: Path) -> None:
    dockerfile = "FROM debian:12\nCOPY a /a\n"
    assert rules(rewrite(tmp_path, dockerfile, {"a": "1", "b.log": "22"})) == []
    assert rules(rewrite(tmp_path, dockerfile, {"b.log": LARGE})) == ["*.log"]


def test_one_rule_for_what_lies_in_several_folders_and_in_one_that_goes(tmp_path: Path) -> None:
    files = {".idea/a": "1", "b/.idea/a": "1", "node_modules/c/.idea/a": LARGE, "package.json": "", "a": ""}
    result = rewrite(tmp_path, "FROM debian:12\nCOPY a /a\n", files)
    assert rules(result) == ["node_modules", "**/.idea"]


@pytest.mark.parametrize(
    ("files", "run", "folder"),
    [
        ({"pom.xml": "", "target/a.jar": "1"}, "mvn -B package", "target"),
        (
            {"pom.xml": "<module>web</module>", "web/pom.xml": "", "web/target/a.jar": "1"},
            "./mvnw install",
            "web/target",
        ),
        ({"build.gradle.kts": "", "build/a.jar": "1"}, "./gradlew bootJar", "build"),
        ({"composer.json": "", "vendor/a.php": "1"}, "composer install --no-dev", "vendor"),
        ({"Cargo.toml": "", "pom.xml": "", "target/a": "1"}, "cargo build", "target"),
        ({"mix.exs": "", "deps/a.ex": "1"}, "mix deps.get", "deps"),
    ],
)
def test_outputs_of_builds_go_where_they_are_made(files: dict[str, str], run: str, folder: str, tmp_path: Path) -> None:
    sweeping = "FROM debian:12\nWORKDIR /a\nCOPY . .\n"
    kept = rewrite(tmp_path, sweeping, {**files, "src/a": "1"})
    assert not any(read(rule).leaves_out(folder) for rule in rules(kept))
    made = rewrite(tmp_path, f"{sweeping}RUN {run}\n", {})
    assert any(read(rule).leaves_out(folder) for rule in rules(made))


@pytest.mark.parametrize("name", ["Dockerfile", ".dockerignore", "compose.yaml"])
def test_descriptions_of_the_build_that_are_taken_by_name(name: str, tmp_path: Path) -> None:
    files = {".dockerignore": "x\n", "compose.yaml": "", ".idea/a": "1"}
    result = rewrite(tmp_path, f"FROM debian:12\nCOPY . /a\nCOPY {name} /b/\n", files)
    assert name not in rules(result)
    assert bool(rules(result)) is (name != ".dockerignore")


@pytest.mark.parametrize(
    ("link", "target", "source", "file"),
    [
        ("data", "tests", "data", "tests/a"),
        ("shop.key", "secrets/real.pem", "shop.key", "secrets/real.pem"),
        ("current", ".venv", "current/bin", ".venv/bin/run"),
        ("keys/shop.key", "../private/real.pem", "keys/*.key", "private/real.pem"),
        ("keys", "private", "keys/*.pem", "private/real.pem"),
    ],
)
def test_what_a_source_leads_to_through_links_stays(
    tmp_path: Path, link: str, target: str, source: str, file: str
) -> None:
    content = PEM.format("PRIVATE KEY") if file.endswith(".pem") else "x" * 2_000_000
    write(tmp_path, {file: content, ".idea/b": LARGE})
    (tmp_path / link).parent.mkdir(exist_ok=True)
    (tmp_path / link).symlink_to(target)
    result = rewrite(tmp_path, f"FROM debian:12\nCOPY {source} /x/\n", {})
    assert rules(result) == [".idea"]


def test_an_ignore_file_of_its_own_in_a_folder(tmp_path: Path) -> None:
    text = "FROM debian:12\nCOPY . /a\n"
    files = {".idea/a": LARGE, "docker/Dockerfile": text, "docker/Dockerfile.dockerignore": "b\n"}
    write(tmp_path, files)
    path = tmp_path / "docker" / "Dockerfile"
    result = api.rewrite(Source(text, str(path)), Config(select=(TRANSFORM,)), files=files_of(path, str(tmp_path)))
    assert rules(result) == [".idea", "docker/Dockerfile.dockerignore"]
