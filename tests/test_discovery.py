"""Which files a run is about."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

from dfopt.discovery import Found, Kind, Target, discover, kind_of, may_be


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture(params=["git", "walk"])
def either_way(request: pytest.FixtureRequest) -> None:
    """Once in a repository, once without: what is found must be the same."""
    if request.param == "git":
        git("init", "-q")


def git(*arguments: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "protocol.file.allow=always")
    subprocess.run(["git", *identity, *arguments], check=True, capture_output=True)


def make(*names: str) -> None:
    for name in names:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text("FROM a\n", encoding="utf-8")


def paths(found: Found) -> list[str]:
    return [target.path for target in found.targets]


@pytest.mark.parametrize(
    "name",
    [
        "Dockerfile",
        "dockerfile",
        "Containerfile",
        "containerfile",
        "Dockerfile.dev",
        "dockerfile.dev",
        "a.Dockerfile",
        "a.dockerfile",
        ".Dockerfile",
        "Dockerfile.with space",
        "Dockerfile.a.b",
        "Dockerfile.a\nb",
    ],
)
def test_names_of_dockerfiles(name: str) -> None:
    assert kind_of(name) is Kind.DOCKERFILE


@pytest.mark.parametrize(
    "name",
    [
        "Dockerfile.j2",
        "Dockerfile.dev.erb",
        "Dockerfile.tmpl",
        "Dockerfile.in",
        "Containerfile.in",
        "a.Dockerfile.j2",
        "Dockerfile.template",
    ],
)
def test_names_of_templates(name: str) -> None:
    assert kind_of(name) is Kind.TEMPLATE


@pytest.mark.parametrize(
    "name",
    [
        *("Dockerfile.dockerignore", "Dockerfile.md", "Dockerfile.txt", "Dockerfile.bak", "Dockerfile.orig"),
        *("DOCKERFILE", "MyDockerfile", "Dockerfile-dev", "Dockerfile~", "Dockerfile.", "compose.yaml"),
        *("a.j2", ".in", "Dockerfile.md.j2"),
    ],
)
def test_other_names(name: str) -> None:
    assert kind_of(name) is None


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *((name, Kind.DOCKERFILE) for name in ("Dockerfile", "Dockerfile-test", "Dockerfile_test", "MyDockerfile")),
        *((name, Kind.DOCKERFILE) for name in ("DOCKERFILE.ci", "web.containerfile", "web.docker", "dockerfile.py")),
        *((name, Kind.TEMPLATE) for name in ("Dockerfile-test.j2", "Dockerfile.in")),
        *((name, None) for name in ("Dockerfile-test.md", "Dockerfile.dockerignore", "compose.yaml", "docker.sh")),
    ],
)
def test_names_of_what_may_be_built(name: str, kind: Kind | None) -> None:
    assert may_be(name) is kind


@pytest.mark.usefixtures("either_way")
def test_a_folder_is_searched_in_order() -> None:
    make("b/Dockerfile", "Dockerfile", "a/x.Dockerfile", "a/README.md", "c/Dockerfile.j2", "c/Dockerfile.bak")
    found = discover(["."])
    assert paths(found) == ["Dockerfile", "a/x.Dockerfile", "b/Dockerfile"]
    assert found.templates == ("c/Dockerfile.j2",)
    assert (found.problems, found.empty) == ((), ())
    make("d/Dockerfile-test", "d/Dockerfile-test.md", "d/Dockerfile_a.j2")
    wide = discover(["d"], may_be)
    assert (paths(wide), wide.templates) == (["d/Dockerfile-test"], ("d/Dockerfile_a.j2",))


@pytest.mark.usefixtures("either_way")
def test_paths_are_shown_as_they_were_given(tmp_path: Path) -> None:
    make("a/b/Dockerfile")
    assert paths(discover(["a"])) == ["a/b/Dockerfile"]
    assert paths(discover(["./a/"])) == ["a/b/Dockerfile"]
    assert paths(discover([str(tmp_path / "a")])) == [str(tmp_path / "a/b/Dockerfile")]


@pytest.mark.usefixtures("either_way")
def test_what_is_ignored_is_left_out() -> None:
    make("Dockerfile", "build/Dockerfile", "sub/Dockerfile", "sub/keep/Dockerfile", "sub/Dockerfile.gen")
    Path(".gitignore").write_text("/build\n*.gen\nkeep/*\n", encoding="utf-8")
    Path("sub/.gitignore").write_text("/Dockerfile\n!keep/Dockerfile\n", encoding="utf-8")
    assert paths(discover(["."])) == ["Dockerfile", "sub/keep/Dockerfile"]


@pytest.mark.usefixtures("either_way")
def test_what_is_ignored_counts_when_given_by_name() -> None:
    make("build/Dockerfile")
    Path(".gitignore").write_text("build\n", encoding="utf-8")
    assert discover(["."]).empty == (".",)
    assert paths(discover(["build/Dockerfile"])) == ["build/Dockerfile"]
    assert paths(discover(["build"])) == ["build/Dockerfile"]


def test_tracked_files_count_even_if_they_are_ignored() -> None:
    git("init", "-q")
    make("Dockerfile")
    git("add", "Dockerfile")
    Path(".gitignore").write_text("Dockerfile\n", encoding="utf-8")
    assert paths(discover(["."])) == ["Dockerfile"]


def test_tracked_files_that_are_gone_do_not_count() -> None:
    git("init", "-q")
    make("Dockerfile", "a/Dockerfile")
    git("add", ".")
    Path("Dockerfile").unlink()
    assert paths(discover(["."])) == ["a/Dockerfile"]


def test_repositories_inside_a_repository_are_searched() -> None:
    make("module/Dockerfile", "module/build/Dockerfile", "loose/x/Dockerfile", "Dockerfile")
    Path("module/.gitignore").write_text("build\n", encoding="utf-8")
    git("init", "-q", "module")
    git("-C", "module", "add", "Dockerfile")
    git("-C", "module", "commit", "-qm", "one")
    git("init", "-q")
    git("submodule", "add", "./module", "module")
    git("init", "-q", "loose")
    assert paths(discover(["."])) == ["Dockerfile", "loose/x/Dockerfile", "module/Dockerfile"]


def test_a_hook_does_not_mislead_git(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    git("init", "-q")
    make("Dockerfile", "build/Dockerfile")
    Path(".gitignore").write_text("build\n", encoding="utf-8")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    assert paths(discover(["."])) == ["Dockerfile"]


def test_a_repository_cannot_make_git_run_a_program(tmp_path: Path) -> None:
    git("init", "-q")
    make("Dockerfile")
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n", encoding="utf-8")
    program.chmod(0o755)
    git("config", "core.fsmonitor", str(program))
    assert paths(discover(["."])) == ["Dockerfile"]
    assert not (tmp_path / "ran").exists()


def test_without_git_the_folder_is_walked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    make("Dockerfile", "build/Dockerfile", ".git/Dockerfile")
    Path(".gitignore").write_text("build\n", encoding="utf-8")
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    assert paths(discover(["."])) == ["Dockerfile"]


@pytest.mark.usefixtures("either_way")
def test_links_to_folders_are_not_followed() -> None:
    make("a/Dockerfile")
    Path("a/loop").symlink_to("..", target_is_directory=True)
    Path("b").symlink_to("a", target_is_directory=True)
    assert paths(discover(["."])) == ["a/Dockerfile"]


@pytest.mark.usefixtures("either_way")
def test_a_link_to_a_file_stands_for_that_file(tmp_path: Path) -> None:
    make("other/build.file")
    Path("Dockerfile").symlink_to("other/build.file")
    assert discover(["."]).targets == (Target("Dockerfile", str(tmp_path / "other/build.file")),)


@pytest.mark.usefixtures("either_way")
def test_a_file_and_its_links_count_once(tmp_path: Path) -> None:
    make("z/Dockerfile")
    Path("Dockerfile").symlink_to("z/Dockerfile")
    assert discover(["."]).targets == (Target("z/Dockerfile", str(tmp_path / "z/Dockerfile")),)


@pytest.mark.usefixtures("either_way")
def test_a_link_to_nothing_is_worth_a_message_later() -> None:
    Path("Dockerfile").symlink_to("missing")
    assert paths(discover(["."])) == ["Dockerfile"]


@pytest.mark.usefixtures("either_way")
def test_folders_and_pipes_with_such_names_do_not_count() -> None:
    make("Dockerfile/x.Dockerfile")
    os.mkfifo("Containerfile")
    assert paths(discover(["."])) == ["Dockerfile/x.Dockerfile"]


def test_the_same_file_given_twice_counts_once(tmp_path: Path) -> None:
    make("a/Dockerfile")
    given: Iterable[str] = ["a/Dockerfile", "./a/Dockerfile", str(tmp_path / "a" / "Dockerfile"), "a", "."]
    assert len(discover(given).targets) == 1


def test_a_file_given_by_name_counts_whatever_its_name_is() -> None:
    make("build.txt", "Dockerfile.j2")
    found = discover(["build.txt", "Dockerfile.j2"])
    assert paths(found) == ["Dockerfile.j2", "build.txt"]
    assert found.templates == ()


def test_a_way_up_through_a_link_stays_as_it_is(tmp_path: Path) -> None:
    make("far/deep/x", "far/Dockerfile", "Dockerfile")
    Path("link").symlink_to("far/deep", target_is_directory=True)
    assert discover(["link/../Dockerfile"]).targets == (Target("link/../Dockerfile", str(tmp_path / "far/Dockerfile")),)


def test_a_missing_file_is_left_to_the_reader() -> None:
    assert paths(discover(["missing"])) == ["missing"]


def test_globs_that_no_shell_has_expanded() -> None:
    make("a/Dockerfile", "b/c/Dockerfile", "b/c/other", "d/Dockerfile.j2")
    assert paths(discover(["*/Dockerfile"])) == ["a/Dockerfile"]
    assert paths(discover(["**/Dockerfile"])) == ["a/Dockerfile", "b/c/Dockerfile"]
    assert paths(discover(["[ab]"])) == ["a/Dockerfile", "b/c/Dockerfile"]
    assert discover(["*.none"]).problems == (("*.none", "no file matches"),)


def test_a_name_that_looks_like_a_glob_is_that_file() -> None:
    make("Dockerfile[1]", "Dockerfile1")
    assert paths(discover(["Dockerfile[1]"])) == ["Dockerfile[1]"]


@pytest.mark.usefixtures("either_way")
def test_a_folder_without_dockerfiles_is_told() -> None:
    make("a/README.md", "b/Dockerfile.j2")
    assert discover(["a", "b"]).empty == ("a",)


def test_names_that_are_not_utf8(tmp_path: Path) -> None:
    name = os.fsdecode(b"\xff.Dockerfile")
    make(name)
    assert discover(["."]).targets == (Target(name, str(tmp_path / name)),)


def test_a_folder_that_cannot_be_read_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    make("a/Dockerfile", "Dockerfile")
    scandir = os.scandir

    def guarded(path: str) -> object:
        if path == "./a":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", guarded)
    found = discover(["."])
    assert paths(found) == ["Dockerfile"]
    assert found.problems == (("./a", "Permission denied"),)
