"""Programs that an installer puts before the ones that a shell remembers: the earlier part needs a subshell."""

from __future__ import annotations

import pytest

from dfopt.api import rewrite
from dfopt.config import Config
from dfopt.facts.facts import Facts
from dfopt.source import Source
from dfopt.syntax.parser import parse
from dfopt.validation.check import difference

SHADOWING = [
    ("continuumio/miniconda3", "conda/envs/e/bin", "pip list", "conda env create -f environment.yml", "pip install x"),
    ("continuumio/miniconda3", "", "git clone a", "conda env update -n base -f environment.yml", "git clone b"),
    ("company/conda", "", "curl a", "conda install r-base", "curl b"),
    ("python:3.12", "/app/.venv/bin", "python gen.py", "uv sync --frozen", "python manage.py x"),
    ("python:3.12", "", "python gen.py", "uv pip sync requirements.txt", "python manage.py x"),
    ("node:18", "/app/node_modules/.bin", "tsc --version", "npm ci", "tsc -p ."),
    ("node:18", "./node_modules/.bin", "tsc --version", "yarn", "tsc -p ."),
    ("node:18", "${HOME_OF_APP}/bin", "tsc --version", "pnpm i", "tsc -p ."),
    ("ruby:3.1", "", "rake prepare", "bundle install --jobs 4", "rake build"),
    ("company/ruby", "", "rake prepare", "bundle", "rake build"),
    ("python:3.12", "", "tox -V", "pip install --requirement=r.txt", "tox -e x"),
    ("python:3.12", "", "tox -V", "pip install --editable=.", "tox -e x"),
    ("python:3.12", "", "tox -V", "pip install -Ur r.txt", "tox -e x"),
    ("golang:1.19", "", "app -v", "go install", "app -v"),
    ("golang:1.19", "", "app -v", "go install -v", "app -v"),
    ("ubuntu:22.04", "/usr/lib/ccache", "gcc --version", "apt-get install -y ccache", "gcc x.c"),
    ("centos:7", "/opt/rh/a/root/usr/bin", "make -v", "yum install -y a", "make"),
    ("centos:7", "/opt/rh/a/root/usr/bin", "git clone x", "sudo yum -y install a", "git clone y"),
]

QUIET = [
    ("ubuntu:22.04", "", "gcc --version", "apt-get install -y ccache", "gcc x.c"),
    ("ubuntu:22.04", "/opt/x/bin", "apt-get update", "apt-get install -y a", "apt-get install -y b"),
    ("ubuntu:22.04", "/opt/x/bin", "git clone a", "apt-get update", "git clone b"),
    ("node:18", "/app/vendor/bundle/bin", "gcc --version", "apt-get install -y a", "gcc x.c"),
    ("golang:1.19", "", "go mod download", "apt-get install -y a", "go build ."),
    ("node:18", "", "tsc --version", "npm ci", "tsc -p ."),
    ("node:18", "/app/node_modules/.bin", "tsc --version", "npm config set a b", "tsc -p ."),
    ("ruby:3.1", "", "rake prepare", "bundle config set a b", "rake build"),
]


def dockerfile(image: str, folder: str, *scripts: str) -> str:
    path = f"ENV PATH={folder}:$PATH\n" if folder else ""
    return f"FROM {image}\n{path}" + "".join(f"RUN {each}\n" for each in scripts)


def merged(text: str) -> str:
    return rewrite(Source(text), Config(select=("merge-runs",))).after


@pytest.mark.parametrize(("image", "folder", "first", "install", "last"), SHADOWING)
def test_the_use_before_an_install_that_may_bring_the_program_is_in_a_subshell(
    image: str, folder: str, first: str, install: str, last: str
) -> None:
    before = dockerfile(image, folder, first, install, last)
    assert f"RUN ( {first} )" in merged(before)
    joined = dockerfile(image, folder, f"{first} && {install} && {last}")
    assert difference(Facts(parse(Source(before))), Facts(parse(Source(joined))), []) is not None


@pytest.mark.parametrize(("image", "folder", "first", "install", "last"), QUIET)
def test_no_subshell_where_nothing_can_come_before_the_program(
    image: str, folder: str, first: str, install: str, last: str
) -> None:
    after = merged(dockerfile(image, folder, first, install, last))
    assert after.count("RUN") == 1
    assert "(" not in after


@pytest.mark.parametrize("path", ["$PATH:/opt/x/bin", "/usr/bin:/bin", "${PATH}:$SOME/bin"])
def test_a_folder_behind_all_others_hides_nothing(path: str) -> None:
    text = f"FROM debian\nENV PATH={path}\nRUN gcc -v\nRUN apt-get install -y a\nRUN gcc a.c\n"
    assert "(" not in merged(text)


@pytest.mark.parametrize("path", ["$PATH:/opt/x/bin:/opt/y/bin", '"${SOME:-/x}/bin:$PATH"', "${PATH#/x}"])
def test_a_folder_that_is_not_the_last_may_hide_something(path: str) -> None:
    text = f"FROM debian\nENV PATH={path}\nRUN gcc -v\nRUN apt-get install -y a\nRUN gcc a.c\n"
    assert "RUN ( gcc -v )" in merged(text)


def test_the_path_of_the_stage_that_a_stage_starts_from_counts() -> None:
    text = "FROM debian AS a\nENV PATH=/opt/x/bin:$PATH\nFROM a\nRUN gcc -v\nRUN apt-get install -y a\nRUN gcc a.c\n"
    assert "RUN ( gcc -v )" in merged(text)
