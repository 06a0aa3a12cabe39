"""What the sources of a context name stays, and what asks git; packages go from the folders that an install fills."""

from __future__ import annotations

from pathlib import Path

import pytest

from dfopt.edits import Safety
from dfopt.model.ignore import read
from tests.write_dockerignore.trees import GIT, reasons, rewrite, rules

SWEEP = "FROM debian:12\nWORKDIR /a\nCOPY . .\n"
NAMED = "another file names it"
ELSEWHERE = "the RUN that makes such folders anew runs in another one"


@pytest.mark.parametrize(
    ("log", "source", "text"),
    [
        ("seed.log", "main.go", "//go:embed seed.log\nvar seed string\n"),
        ("seed.log", "main.go", "//go:embed *.log\nvar seeds embed.FS\n"),
        ("data/seed.log", "main.go", "//go:embed data\nvar seeds embed.FS\n"),
        ("data/seed.log", "a.py", "open('data/seed.log')\n"),
        ("data/seed.log", "a.js", 'fs.readdirSync("data").forEach(load)\n'),
        ("data/deep/seed.log", "a.js", 'app.use(express.static("./data/"))\n'),
        ("seed.log", "a.py", 'found = [p for p in os.listdir(".") if p.endswith(".log")]\n'),
        ("seed one.log", "a.py", 'open("seed one.log")\n'),
        ("yarn-error.log", "a.py", 'open("yarn-error.log")\n'),
        ("seed.log", "site.conf", "replay seed.log;\n"),
    ],
)
def test_a_log_that_a_source_reads_stays(log: str, source: str, text: str, tmp_path: Path) -> None:
    result = rewrite(tmp_path, SWEEP, {log: "1", "logs/run.log" if "*" not in text else "b": "2", source: text})
    assert not any(read(rule).leaves_out(log) for rule in rules(result))
    assert NAMED in reasons(result)


def test_a_log_that_no_source_reads_goes_from_beside_one_that_stays(tmp_path: Path) -> None:
    files = {"a.log": "1", "b.log": "2", "logs/c.log": "3", "a.js": 'read("a.log"); mkdir("logs")\n'}
    assert rules(rewrite(tmp_path, SWEEP, files)) == ["b.log", "logs/c.log", "Dockerfile", ".dockerignore"]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (".npmignore", "a.log\n*.log\n"),
        ("README.md", "see a.log\n"),
        ("a.js", 'write("data.log", "data")\n'),
        ("tool.config.js", 'module.exports = { out: "*.log" }\n'),
    ],
)
def test_a_log_that_is_not_read_goes(source: str, text: str, tmp_path: Path) -> None:
    assert "*.log" in rules(rewrite(tmp_path, SWEEP, {"a.log": "1", source: text}))


@pytest.mark.parametrize(
    ("source", "text", "stays"),
    [
        ("a.js", 'require("./coverage")\n', True),
        ("a.ts", "import { rate } from './coverage/rate'\n", True),
        ("a.js", 'app.use(express.static(path.join(__dirname, "coverage")))\n', True),
        ("site.config.js", 'const rate = require("../coverage/rate")\n', True),
        ("site.config.js", 'module.exports = { coverageDirectory: "./coverage" }\n', False),
        ("tsconfig.json", '{"exclude": ["coverage"]}\n', False),
        ("a.js", "// the coverage of it\n", False),
    ],
)
def test_a_report_that_is_a_source(source: str, text: str, stays: bool, tmp_path: Path) -> None:
    files = {"package.json": "{}", "coverage/rate.js": "1", source: text}
    result = rewrite(tmp_path, SWEEP, files)
    assert ("coverage" not in rules(result)) is stays
    assert (NAMED in reasons(result)) is stays


def test_a_key_without_an_ending_that_is_named(tmp_path: Path) -> None:
    result = rewrite(tmp_path, SWEEP, {"id_rsa": "1", "old/id_ed25519": "2", "deploy.py": 'connect(key="id_rsa")\n'})
    assert rules(result) == ["**/id_ed25519", "Dockerfile", ".dockerignore"]
    told = [each.why for each in result.applied if each.safety is Safety.REPORT]
    assert any("id_rsa (secret)" in why for why in told)


def test_too_many_files_to_look_into(tmp_path: Path) -> None:
    files = {f"src/{number}.js": "1" for number in range(4001)}
    result = rewrite(tmp_path, SWEEP, {**files, "a.log": "1"})
    assert "*.log" not in rules(result)
    assert "there are too many files to look for what needs it" in reasons(result)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("CMakeLists.txt", "execute_process(COMMAND ${GIT_EXECUTABLE} describe --tags OUTPUT_VARIABLE V)\n"),
        ("CMakeLists.txt", "FIND_PACKAGE( Git )\n"),
        ("version.cmake", "execute_process(COMMAND /usr/bin/git rev-parse HEAD)\n"),
        ("Makefile", "V = $(shell $(GIT) log -1)\n"),
        ("meson.build", "v = vcs_tag(input: 'v.in', output: 'v.h')\n"),
        ("pyproject.toml", '[tool.pdm.version]\nsource = "scm"\n'),
        ("pyproject.toml", 'requires = ["flit_scm"]\n'),
        ("pyproject.toml", 'requires = ["hatchling", "hatch-vcs"]\n'),
        ("pyproject.toml", 'requires = ["versioningit"]\n'),
        ("pyproject.toml", 'requires = ["poetry-dynamic-versioning"]\n'),
        ("docs/.vitepress/config.mts", "export default { lastUpdated: true }\n"),
        ("docusaurus.config.js", "module.exports = { docs: { showLastUpdateAuthor: true } }\n"),
        ("package.json", '{"devDependencies": {"next-build-id": "3"}}\n'),
        ("package.json", '{"devDependencies": {"git-revision-webpack-plugin": "5"}}\n'),
        ("project/plugins.sbt", 'addSbtPlugin("com.github.sbt" % "sbt-dynver" % "5")\n'),
        ("build.gradle", "plugins { id 'org.ajoberstar.grgit' }\n"),
        ("pom.xml", "<artifactId>jgitver-maven-plugin</artifactId>\n"),
        ("version.json", '{"note": "Nerdbank.GitVersioning"}\n'),
        ("Cargo.toml", '[build-dependencies]\nbuilt = { version = "0.7", features = ["git2"] }\n'),
        ("about.php", "<?php echo Composer\\InstalledVersions::getRootPackage()['reference'];\n"),
        ("composer.json", '{"replace": {"a/b": "self.version"}}\n'),
        ("rebar.config", "{release, {a, {vsn, git}}}\n"),
    ],
)
def test_git_stays_where_a_tool_asks_it(source: str, text: str, tmp_path: Path) -> None:
    result = rewrite(tmp_path, f"{SWEEP}RUN ./configure\n", {**GIT, source: text})
    assert ".git" not in rules(result)
    assert "something in the build may ask git" in reasons(result)


@pytest.mark.parametrize(
    "text",
    [
        "self.version = 1\n",
        "lastUpdated: { type: Date }\n",
        "echo $GIT_SHA\n",
        "describe('git', () => {})\n",
        "find_package(GitHub)\n",
    ],
)
def test_words_that_are_like_those_of_git(text: str, tmp_path: Path) -> None:
    assert ".git" in rules(rewrite(tmp_path, SWEEP, {**GIT, "a.x": text}))


NODE = "FROM node:18\nWORKDIR /a\nCOPY . .\n"


@pytest.mark.parametrize(
    ("run", "goes", "stays"),
    [
        ("RUN npm ci", "node_modules", "web/node_modules"),
        ("RUN cd web && npm ci", "web/node_modules", "node_modules"),
        ("RUN npm ci && npm --prefix web ci", "**/node_modules", ""),
        ("RUN npm ci\nWORKDIR /a/web\nRUN npm ci", "**/node_modules", ""),
        ("WORKDIR web\nRUN npm ci", "web/node_modules", "node_modules"),
        ("RUN npm ci && cd other && npm ci", "node_modules", "web/node_modules"),
    ],
)
def test_packages_go_from_the_folders_that_an_install_fills(run: str, goes: str, stays: str, tmp_path: Path) -> None:
    manifests = {"package.json": "{}", "web/package.json": "{}"}
    modules = {"node_modules/b/c.js": "1", "web/node_modules/b/c.js": "1"}
    result = rewrite(tmp_path, f"{NODE}{run}\n", {**manifests, **modules})
    assert goes in rules(result)
    assert (ELSEWHERE in reasons(result)) is bool(stays)
    assert not stays or not any(read(rule).leaves_out(stays) for rule in rules(result))


@pytest.mark.parametrize(
    ("name", "text", "goes"),
    [
        ("package.json", '{"workspaces": ["web"]}', True),
        ("package.json", '{"workspaces": ["packages/*", "./web"]}', True),
        ("package.json", '{"workspaces": ["docs"]}', False),
        ("pnpm-workspace.yaml", "packages:\n  - '*'\n", True),
        ("pnpm-workspace.yaml", "packages:\n  - docs\n", False),
    ],
)
def test_workspaces_are_filled_from_their_root(name: str, text: str, goes: bool, tmp_path: Path) -> None:
    files = {"package.json": "{}", "web/package.json": "{}", "web/node_modules/b/c.js": "1", name: text}
    result = rewrite(tmp_path, f"{NODE}RUN npm ci\n", files)
    assert ("**/node_modules" in rules(result) or "web/node_modules" in rules(result)) is goes


def test_a_folder_that_is_copied_is_a_root_itself(tmp_path: Path) -> None:
    files = {"web/package.json": "{}", "web/node_modules/b/c.js": "1", "web/a.js": "1"}
    result = rewrite(tmp_path, "FROM node:18\nWORKDIR /a\nCOPY web .\nRUN npm ci\n", files)
    assert "**/node_modules" in rules(result)


def test_what_may_come_up_in_a_folder_that_no_install_fills(tmp_path: Path) -> None:
    result = rewrite(tmp_path, f"{NODE}RUN npm ci\n", {"package.json": "{}", "web/package.json": "{}"})
    assert rules(result)[0] == "node_modules"


@pytest.mark.parametrize(
    ("run", "goes"),
    [
        ("mvn -f web/pom.xml package", "web/target"),
        ("mvn -f pom.xml package", "target"),
    ],
)
def test_options_that_name_the_project(run: str, goes: str, tmp_path: Path) -> None:
    files = {"pom.xml": "", "web/pom.xml": "", "target/a.jar": "1", "web/target/a.jar": "1"}
    found = [rule for rule in rules(rewrite(tmp_path, f"{SWEEP}RUN {run}\n", files)) if "target" in rule]
    assert found == [goes]


def test_a_member_of_a_workspace_fills_the_folder_of_its_root(tmp_path: Path) -> None:
    files = {"Cargo.toml": '[workspace]\nmembers = ["crates/*"]\n', "crates/a/Cargo.toml": "", "target/b": "1"}
    result = rewrite(tmp_path, f"{SWEEP}RUN cd crates/a && cargo build\n", files)
    assert "target" in rules(result)
