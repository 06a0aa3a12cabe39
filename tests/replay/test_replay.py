"""What a history costs under two Dockerfiles; tests/engine/test_replay.py compares with a real engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from dfopt.context.history import HistoryError
from dfopt.errors import ConfigError, TargetError
from dfopt.facts.facts import Facts
from dfopt.model.build_files import FilesOf
from dfopt.replay.costs import Table
from dfopt.replay.replay import Replayed, Rewriter, figures, replay
from dfopt.replay.report import lines, report
from dfopt.replay.vertices import vertices
from dfopt.results import Rewrite
from dfopt.source import Source
from dfopt.syntax.parser import parse
from tests.replay.repository import commit, git, start

NAIVE = "FROM node:18\nWORKDIR /app\nCOPY . .\nRUN npm ci\nCMD node a.js\n"
SPLIT = "FROM node:18\nWORKDIR /app\nCOPY package.json ./\nRUN npm ci\nCOPY . .\nCMD node a.js\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = start(tmp_path)
    commit(root, {"Dockerfile": NAIVE, "package.json": "{}", "a.js": "1"})
    commit(root, {"a.js": "2"})
    commit(root, {"a.js": "3"})
    commit(root, {"package.json": "{1}"})
    commit(root, {"a.js": "2", "package.json": "{}"})
    return root


def to(after: str) -> Rewriter:
    def rewrite(source: Source, files: FilesOf) -> Rewrite:
        del files
        return Rewrite(source.path, source.text, after or source.text, (), (), ())

    return rewrite


def run(root: Path, after: str = SPLIT, target: str = "") -> Replayed:
    return replay(root / "Dockerfile", root, 100, to(after), target=target)


def test_what_is_built_anew(root: Path) -> None:
    found = run(root)
    missed = [[each.text for each in row.before.missed] for row in found.rows]
    assert missed == [["COPY . .", "RUN npm ci"]] * 3 + [[]]
    missed = [[each.text for each in row.after.missed] for row in found.rows]
    assert missed == [["COPY . ."], ["COPY . ."], ["COPY package.json ./", "RUN npm ci", "COPY . ."], []]
    assert figures([row.before for row in found.rows]).median == pytest.approx(25.3)
    assert found.cold_before == pytest.approx(25.3)
    assert found.cold_after == pytest.approx(25.6)
    assert found.once == pytest.approx(25.6)


def test_what_is_ignored_builds_nothing(root: Path) -> None:
    commit(root, {".dockerignore": "docs\n.dockerignore\n", "docs/a": "1"})
    commit(root, {"docs/a": "2"})
    assert run(root).rows[-1].before.missed == ()


def test_the_dockerfile_of_each_commit_is_built(root: Path) -> None:
    commit(root, {"Dockerfile": NAIVE.replace("npm ci", "npm install")})
    found = replay(root / "Dockerfile", root, 100, to(""))
    assert [each.text for each in found.rows[-1].before.missed] == ["COPY . .", "RUN npm install"]
    assert found.once == 0


def test_commits_without_a_dockerfile_are_counted(root: Path) -> None:
    commit(root, {"Dockerfile": "NONSENSE\n"})
    commit(root, {"Dockerfile": NAIVE})
    assert run(root).skipped == 1
    commit(root, {"Dockerfile": None})
    with pytest.raises(HistoryError, match="no Dockerfile in the last commit"):
        run(root)


def test_what_comes_from_a_stage_has_two_bounds(root: Path) -> None:
    text = "FROM a AS b\nCOPY a.js /\nRUN make\nFROM c\nCOPY --from=b /out /\nRUN npm ci\n"
    found = run(root, text)
    assert found.rows[0].after.seconds == pytest.approx(45.6)
    assert found.rows[0].after.least == pytest.approx(20.3)


def test_only_the_stages_of_the_target_count(root: Path) -> None:
    text = "FROM a AS b\nCOPY package.json /\nFROM c\nCOPY . /\n"
    commit(root, {"Dockerfile": text})
    commit(root, {"a.js": "9"})
    assert run(root, text, target="b").rows[-1].after.missed == ()
    assert run(root, text).rows[-1].after.missed != ()


def test_another_cost(root: Path) -> None:
    table = Table().with_seconds("Node packages", 100)
    found = replay(root / "Dockerfile", root, 100, to(SPLIT), table=table)
    assert found.cold_before == pytest.approx(100.3)
    with pytest.raises(ConfigError, match="there is no cost 'x'"):
        Table().with_seconds("x", 1)


@pytest.mark.parametrize("number", [-1, float("nan"), float("inf")])
def test_a_cost_is_a_number_of_seconds(number: float) -> None:
    with pytest.raises(ConfigError, match="is no number of seconds"):
        Table().with_seconds("Node packages", number)


def test_each_call_of_a_tool_costs(root: Path) -> None:
    apart = "FROM python:3.12\nRUN pip install a\nRUN pip install b\n"
    assert seconds(root, apart)[0] == 40 == seconds(root, apart.replace("\nRUN pip install b", " && pip install b"))[0]
    mounted = apart.replace("RUN", "RUN --mount=type=cache,target=/root/.cache")
    assert seconds(root, mounted)[0] == 34
    together = "FROM python:3.12\nRUN --mount=type=cache,target=/root/.cache pip install a; \\\n  pip install b\n"
    assert seconds(root, together)[0] == 34


def test_a_step_that_moved_is_one_step(root: Path) -> None:
    commit(root, {"Dockerfile": f"# anew\n{NAIVE}"})
    commit(root, {"a.js": "9"})
    steps = report("Dockerfile", run(root), Table()).steps
    assert [(step.text, step.times, step.line) for step in steps] == [("RUN npm ci", 5, 5), ("COPY . .", 5, 4)]


def test_a_shallow_clone_says_so(root: Path, tmp_path: Path) -> None:
    git(root, "clone", "--quiet", "--depth", "1", f"file://{root}", str(tmp_path / "cut"))
    (line,) = (each for each in lines(report("Dockerfile", run(tmp_path / "cut"), Table())) if "shallow" in each)
    assert "--unshallow" in line
    assert not any("shallow" in each for each in lines(report("Dockerfile", run(root), Table())))


def test_a_dockerfile_outside_its_context(root: Path) -> None:
    (root / "sub").mkdir()
    with pytest.raises(HistoryError, match="not in the build context"):
        replay(root / "Dockerfile", root / "sub", 10, to(SPLIT))


def go(*runs: str) -> str:
    lines = "".join(f"RUN {run}\n" for run in runs)
    return f"FROM golang:1.22 AS build\nWORKDIR /app\n{lines}"


def seconds(root: Path, text: str) -> list[float]:
    """What each commit costs under a Dockerfile, from the first one on."""
    found = run(root, text)
    return [round(found.cold_after, 1), *(round(row.after.seconds, 1) for row in found.rows)]


def test_a_build_pays_for_the_download_where_no_run_above_it_does(root: Path) -> None:
    copy = "COPY . .\n"
    assert seconds(root, go("true") + copy + "RUN go build\n") == [31.3, 30.3, 30.3, 30.3, 0]
    assert seconds(root, go("go mod download") + copy + "RUN go build\n") == [30.3, 20.3, 20.3, 20.3, 0]
    assert seconds(root, go("true") + copy + "RUN go mod download && go build\n")[1] == 30.3
    assert seconds(root, go("go mod download") + f"FROM build\n{copy}RUN go build\n")[1] == 20.3
    assert seconds(root, go("true") + copy + "RUN go build ./a\nRUN go build ./b\n")[1] == 50.3
    assert seconds(root, go("true") + copy + "RUN go build -mod=vendor\n")[1] == 20.3
    assert seconds(root, go("true") + copy + "RUN mvn package\n")[1] == 80.3
    assert seconds(root, go("php composer-setup.php --install-dir=/bin") + copy + "RUN composer install\n")[1] == 15.3
    assert seconds(root, go("composer install --no-autoloader") + copy + "RUN composer install\n")[1] == 3.3
    assert seconds(root, go("mvn -B dependency:go-offline") + copy + "RUN mvn package\n")[1] == 40.3


def test_a_filled_cache_mount_makes_the_next_build_cheaper(root: Path) -> None:
    both = "--mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build"
    assert seconds(root, go("true") + f"COPY . .\nRUN {both} go build\n") == [31.3, 6.3, 6.3, 6.3, 0]
    one = "--mount=type=cache,id=x,target=/root/.cache/go-build/"
    assert seconds(root, go("true") + f"COPY . .\nRUN {one} go build\n")[1] == 15.3
    text = go("true") + f"COPY . .\nRUN {one} go build ./a\nRUN {one} go build ./b\n"
    assert seconds(root, text)[:2] == [36.3, 20.3], "the second one in the same build finds it filled"
    assert seconds(root, go("true") + f"COPY . .\nRUN {both} go build -a -o /a\n")[1] == 21.3, "-a builds all anew"
    other = "--mount=type=tmpfs,target=/go/pkg/mod --mount=type=cache,target=/data"
    assert seconds(root, go("true") + f"COPY . .\nRUN {other} go build\n")[1] == 30.3


def test_the_first_build_of_the_rewrite_finds_what_is_filled(root: Path) -> None:
    mount = "--mount=type=cache,target=/root/.npm"
    commit(root, {"Dockerfile": NAIVE.replace("RUN npm", f"RUN {mount} npm")})
    found = run(root, NAIVE.replace("RUN npm", f"RUN {mount} npm").replace("COPY . .", "COPY . /app"))
    assert found.once == pytest.approx(20.3)
    assert found.cold_before == pytest.approx(25.3)


def test_another_cost_of_a_filled_cache_mount() -> None:
    table = Table().with_seconds("Go build (warm)", 2).with_seconds("Go build", 9)
    assert table.seconds()["Go build (warm)"] == 2
    assert table.seconds()["Go build"] == 9
    with pytest.raises(ConfigError, match="there is no cost 'Go build \\(cold\\)'"):
        table.with_seconds("Go build (cold)", 1)
    with pytest.raises(ConfigError, match="Maven build, "):
        table.with_seconds("Maven build (warm)", 1)


def test_bytes_of_layers_that_are_made_anew(root: Path) -> None:
    commit(root, {"big/x": "x" * 1000, "src/y": "1"})
    before, after = ("FROM node:18\nCOPY . /app\n", "FROM node:18\nCOPY big /app/big/\nCOPY src /app/src/\n")
    commit(root, {"Dockerfile": before})
    for number in range(3):
        commit(root, {"src/y": f"{number}{number}"})
    found = run(root, after)
    assert [row.after.copied for row in found.rows[-3:]] == [2, 2, 2]
    assert [row.before.copied > 1000 for row in found.rows[-3:]] == [True, True, True]
    assert any(line.startswith("copied anew, mean") for line in lines(report("x", found, Table())))


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("apt-get install -y make g++ yarn gradle && ./build", ["system packages"]),
        ("make -j4 && make install", ["C build"]),
        ("cd a; CFLAGS=-O2 make", ["C build"]),
        ("if true; then ./gradlew build; fi", ["Gradle build"]),
        ("sh mvnw -B package", ["Maven build"]),
        ("./mvnw -B dependency:go-offline", ["Maven dependencies"]),
        ("npm install -g yarn && yarn --frozen-lockfile", ["Node packages"]),
        ("yarn build", ["front-end build"]),
        ("NODE_ENV=production yarn", ["Node packages"]),
        ("npm i webpack", ["Node packages"]),
        ("npx webpack", ["front-end build"]),
    ],
)
def test_what_a_script_pays_for(script: str, expected: list[str]) -> None:
    assert [cost.name for cost in Table().rows(script)] == expected


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("npm install", 25),
        ('["npm", "install"]', 25),
        ('["/bin/sh", "-c", "yarn --frozen-lockfile && make"]', 45),
        ('["./start"]', 1),
    ],
)
def test_an_exec_form_costs_what_it_calls(written: str, seconds: float) -> None:
    facts = Facts(parse(Source(f"FROM node:18\nRUN {written}\n")))
    (run,) = (each for each in vertices(facts, "", Table()) if each.text.startswith("RUN"))
    assert sum(charge.seconds for charge in run.charges) == seconds


def misses(root: Path, *texts: str) -> list[list[str]]:
    """What each Dockerfile, committed behind the one before, builds anew."""
    for text in texts:
        commit(root, {"Dockerfile": text})
    found = run(root, "")
    return [[each.text for each in row.before.missed] for row in found.rows[-len(texts) + 1 :]]


GLOBAL = "ARG V=1\nFROM node:$V\nARG V\nRUN a\n"


@pytest.mark.parametrize(
    ("text", "old", "new", "expected"),
    [
        (GLOBAL, "ARG V=1", "ARG V=2", ["RUN a"]),
        (GLOBAL.replace(":$V", ""), "ARG V=1", "ARG V=2", ["RUN a"]),
        (GLOBAL.replace(":$V", "").replace("\nARG V\n", "\n"), "ARG V=1", "ARG V=2", []),
        ("FROM a\nENV A=1\nRUN a\n", "A=1", 'A="1"', []),
        ("FROM a\nENV A=1\nRUN a\n", "A=1", "A=2", ["RUN a"]),
        ("FROM a\nENV A=1\nRUN a\n", "ENV A=1", "ENV A=2\nENV A=1", []),
        ("FROM a\nENV A=1 B=2\nRUN a\n", "A=1 B=2", "B=2 A=1", ["RUN a"]),
        ("FROM debian:12\nWORKDIR /app\nRUN a\n", "/app", "app", []),
        ("FROM debian:12\nWORKDIR /app\nRUN a\n", "/app", "/srv", ["RUN a"]),
        ("FROM a\nRUN --mount=type=cache,id=a,target=/x a\n", "id=a", "id=b", []),
        ("FROM a\nRUN --mount=type=cache,target=/x a\n", "type=cache,target=/x", "dst=/x,type=cache", []),
        (
            "FROM a\nRUN --mount=type=secret,id=a,target=/x a\n",
            "id=a",
            "id=b",
            ["RUN --mount=type=secret,id=b,target=/x a"],
        ),
        ("FROM a\nARG A=1\nRUN a\n", "A=1", "A=2", ["RUN a"]),
        ("FROM a\nCOPY a.js ./x\nRUN a\n", "./x", "x", []),
        ("FROM a\nCOPY a.js x\nRUN a\n", "js x", "js x/", ["COPY a.js x/", "RUN a"]),
        ("FROM debian:12\nWORKDIR /app\nCOPY a.js .\nRUN a\n", "js .", "js ./", []),
        ("FROM debian:12\nWORKDIR /app\nCOPY a.js .\nRUN a\n", "js .", "js /app/", []),
        ("FROM debian:12\nWORKDIR /app\nCOPY a.js .\nRUN a\n", "js .", "js /app", ["COPY a.js /app", "RUN a"]),
        ('FROM a\nRUN ["echo", "a"]\n', '"echo", ', '"echo",', []),
        ('FROM a\nRUN ["echo", "a"]\n', "RUN", 'SHELL ["/bin/bash", "-c"]\nRUN', []),
        ("FROM a\nRUN echo a\n", "RUN", 'SHELL ["/bin/bash", "-c"]\nRUN', ["RUN echo a"]),
    ],
)
def test_what_enters_the_key(text: str, old: str, new: str, expected: list[str], root: Path) -> None:
    assert misses(root, text, text.replace(old, new, 1)) == [expected]


def test_a_source_that_is_a_link_is_followed(root: Path) -> None:
    (root / "link").symlink_to("folder/b.txt")
    (root / "around").symlink_to("folder")
    text = "FROM node:18\nCOPY link /x\nCOPY around/c.txt /y\n"
    commit(root, {"folder/b.txt": "1", "folder/c.txt": "1", "Dockerfile": text})
    commit(root, {"folder/b.txt": "2"})
    commit(root, {"folder/c.txt": "2"})
    commit(root, {"folder/d.txt": "2"})
    found = run(root, "")
    missed = [[each.text for each in row.before.missed] for row in found.rows[-3:]]
    assert missed == [["COPY link /x", "COPY around/c.txt /y"], ["COPY around/c.txt /y"], []]


def test_a_submodule_that_moves(root: Path) -> None:
    commit(root, {"Dockerfile": "FROM a\nCOPY lib /l\n"})
    for number in (1, 2):
        git(root, "update-index", "--add", "--cacheinfo", f"160000,{str(number) * 40},lib")
        git(root, "commit", "--quiet", "--message", "x")
    assert [each.text for each in run(root, "").rows[-1].before.missed] == ["COPY lib /l"]


def test_a_commit_whose_sources_no_builder_reads_is_skipped(root: Path) -> None:
    commit(root, {"Dockerfile": "FROM a\nCOPY [a- /x\n"})
    commit(root, {"Dockerfile": "FROM a\nCOPY a.js /x\n"})
    assert run(root, "").skipped == 1


def test_a_target_that_is_not_there(root: Path) -> None:
    with pytest.raises(TargetError, match="nosuch"):
        run(root, "", target="nosuch")
