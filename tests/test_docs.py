"""What the documentation says is what the project does."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import msgspec
import pytest

from dfopt import docs, registry, testing
from dfopt.api import rewrite
from dfopt.config import ConfigFile
from dfopt.edits import Safety
from dfopt.source import Source
from dfopt.transform import Option, Transform

ROOT = Path(__file__).parent.parent
FIXTURES = ROOT / "fixtures"
PAGES = ROOT / "docs" / "transforms"
WRITTEN = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
DFOPT = "import sys; from dfopt.cli.app import main; sys.exit(main())"

every_document = pytest.mark.parametrize("document", WRITTEN, ids=lambda path: str(path.relative_to(ROOT)))


def blocks(document: Path, kind: str) -> list[str]:
    """The fenced blocks of a kind."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", document.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def dfopt(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", DFOPT, *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False)


def test_the_readme_shows_what_the_tool_prints() -> None:
    (example,) = blocks(ROOT / "README.md", "console")
    command, _, expected = example.partition("\n")
    assert command == "$ dfopt rewrite docs/example/Dockerfile"
    done = dfopt(*command.split()[2:])
    assert done.returncode == 1, "something would change"
    assert [line.rstrip(" ") for line in (done.stdout + done.stderr).split("\n")] == expected.split("\n")


def test_the_example_is_quiet_after_it_was_rewritten(tmp_path: Path) -> None:
    copy = tmp_path / "Dockerfile"
    copy.write_bytes((ROOT / "docs/example/Dockerfile").read_bytes())
    assert dfopt("rewrite", "--in-place", str(copy)).returncode == 0
    assert copy.read_bytes() != (ROOT / "docs/example/Dockerfile").read_bytes()
    assert dfopt("rewrite", "--check", str(copy)).returncode == 0


def test_the_pages_about_transforms_are_current() -> None:
    own = [each for each in registry.load().values() if each.run.__module__.startswith(registry.BUILTIN)]
    expected = docs.pages(own, testing.cases(FIXTURES))
    assert {path.name: path.read_text(encoding="utf-8") for path in PAGES.iterdir()} == expected, "run: make docs"


@every_document
def test_links_lead_somewhere(document: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", document.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text):
        assert target.startswith("https://") or (document.parent / target).exists(), target


@every_document
def test_links_within_a_page_lead_to_a_heading(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    headings = {
        re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    }
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= headings


@every_document
def test_commands_have_the_options_that_are_shown(document: Path) -> None:
    for line in "".join(blocks(document, "sh")).split("\n"):
        called = re.search(r"(?:^|/)dfopt (\w+)(.*)", line)
        if called:
            shown = dfopt(called[1], "--help")
            assert shown.returncode == 0, line
            for option in re.findall(r" (--[a-z-]+)", called[2]):
                assert option in shown.stdout, line


@every_document
def test_configuration_that_is_shown_can_be_read(document: Path) -> None:
    for block in blocks(document, "toml"):
        msgspec.convert(tomllib.loads(block), ConfigFile)


@every_document
def test_transforms_that_are_named_exist(document: Path) -> None:
    for line in "".join(blocks(document, "(?:sh|toml|dockerfile)")).split("\n"):
        for names in re.findall(
            r"(?:explain|--select|--ignore) ([a-z-]+)|ignore\[([a-z, -]+)\]|(?:select|ignore) = \[(.+)\]", line
        ):
            for name in re.findall(r"[a-z-]+", "".join(names)):
                assert name in registry.load(), line


def test_the_comments_that_are_shown_keep_transforms_away() -> None:
    examples = blocks(ROOT / "docs/how-to.md", "dockerfile")
    assert len(examples) == 3
    for example in examples:
        text = f"FROM debian:bookworm-slim\n{example}"
        assert not rewrite(Source(text)).changed
        assert rewrite(Source(text.replace("# dfopt:", "# not for dfopt:"))).changed


def test_the_guide_shows_the_plug_in_that_the_tests_install() -> None:
    shown = blocks(ROOT / "docs/writing-a-transform.md", "python")
    plugin = ROOT / "tests/plugin"
    files = (plugin / "src/dfopt_upper_case/upper_case_keywords.py", plugin / "tests/test_fixtures.py")
    assert shown == [file.read_text(encoding="utf-8") for file in files]


def test_the_example_in_python_runs(capsys: pytest.CaptureFixture[str]) -> None:
    (example,) = blocks(ROOT / "docs/how-to.md", "python")
    exec(compile(example, "docs/how-to.md", "exec"), {})
    assert capsys.readouterr().out.startswith("FROM debian:bookworm-slim\nRUN echo a")


TRANSFORM = Transform(
    id="join-words",
    run=lambda _: iter(()),
    safety=Safety.UNSAFE,
    links=("https://example.com/words",),
    options=(Option("style", "how they are joined", ("short", "long")),),
    doc="Joins words.\n\n## Why\n\nSpace.\n\n## Leaves alone\n\nNothing.\n\n## Safety\n\nNone.",
)


def case(name: str, before: bytes, after: bytes | None) -> testing.Case:
    return testing.Case(transform="join-words", name=name, before=before, after=after)


def test_a_page_holds_all_that_the_module_says() -> None:
    refusing, rewriting = case("a", b"FROM a\n", None), case("b", b"FROM a\r\nRUN b\r\n", b"FROM a\r\nRUN c\r\n")
    assert docs.page(TRANSFORM, [refusing, rewriting]) == (
        "# join-words\n\nJoins words.\n\n"
        "Safety: **unsafe**: the image differs on purpose; runs with `--unsafe` or when it is selected by name.\n\n"
        "## Why\n\nSpace.\n\n## Leaves alone\n\nNothing.\n\n## Safety\n\nNone.\n\n"
        "## Example\n\n```diff\n FROM a\n-RUN b\n+RUN c\n```\n\n"
        "## Options\n\n| Option | Values, the default first | Meaning |\n|---|---|---|\n"
        "| `style` | `short`, `long` | how they are joined |\n\n"
        "## Read more\n\n- <https://example.com/words>\n"
    )


def test_the_case_named_example_is_the_one_to_show() -> None:
    first, named = case("a", b"FROM a\n", b"FROM b\n"), case("example", b"FROM x\n", b"FROM y\n")
    assert "-FROM x\n+FROM y" in docs.page(TRANSFORM, [first, named])
    assert "-FROM a\n+FROM b" in docs.page(TRANSFORM, [first])


def test_writing_removes_pages_of_transforms_that_are_gone(tmp_path: Path) -> None:
    (tmp_path / "gone.md").write_text("old")
    docs.write(FIXTURES, tmp_path)
    assert "gone.md" not in {path.name for path in tmp_path.iterdir()}
    assert {path.name for path in tmp_path.iterdir()} == {path.name for path in PAGES.iterdir()}
