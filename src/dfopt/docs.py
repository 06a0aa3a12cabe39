"""The pages about transforms, made from what their modules and a fixture of each say.

    python -m dfopt.docs FIXTURES FOLDER

writes one page for each transform that has fixtures, and an index; other pages there are removed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from difflib import unified_diff
from pathlib import Path

from dfopt.edits import Safety
from dfopt.presets import PRESETS
from dfopt.registry import load
from dfopt.testing import Case, cases
from dfopt.transform import Option, Transform

INDEX = "README.md"
EXAMPLE = "example"
"""The case to show; without one of this name it is the first that rewrites."""
MEANING = {
    Safety.SAFE: "**safe**: the image stays the same up to what is declared, which every run proves anew",
    Safety.UNSAFE: "**unsafe**: the image differs on purpose; runs with `--unsafe` or when it is selected by name",
    Safety.REPORT: "**report**: shown, never written",
}


def pages(transforms: Iterable[Transform], fixtures: Sequence[Case]) -> dict[str, str]:
    """The text of each page by its file name, the index included."""
    documented = list(transforms)
    written = {f"{transform.id}.md": page(transform, fixtures) for transform in documented}
    return {INDEX: _index(documented), **written}


def page(transform: Transform, fixtures: Sequence[Case]) -> str:
    """What the docstring says, an example from a fixture that rewrites, the options and the links."""
    body = transform.doc.partition("\n")[2].strip("\n")
    meaning = MEANING[transform.safety] + ("; without that it reports what it would do" if transform.reports else "")
    sections = [f"# {transform.id}", transform.summary, f"Safety: {meaning}.", body]
    rewriting = [case for case in fixtures if case.transform == transform.id and case.rewrites]
    if rewriting:
        named = [case for case in rewriting if case.name == EXAMPLE]
        sections.append(_example((named or rewriting)[0]))
    if transform.options:
        sections.append(_options(transform))
    if transform.links:
        sections += ["## Read more", "\n".join(f"- <{link}>" for link in transform.links)]
    return "\n\n".join(section for section in sections if section) + "\n"


def _example(case: Case) -> str:
    written = ["## Example", ""]
    if case.after is not None:
        written += ["```diff", *_diff(case.before, case.after), "```"]
    else:
        written += ["```dockerfile", *_lines(case.before), "```"]
    for path, content in case.context_after.items():
        old = case.context / path if case.context else None
        before = old.read_bytes() if old and old.is_file() else b""
        written += ["", f"`{path}`:", "", "```diff", *_diff(before, content), "```"]
    return "\n".join(written)


def _diff(before: bytes, after: bytes) -> list[str]:
    """The whole file with its changes."""
    old, new = (_lines(content) if content else [] for content in (before, after))
    return list(unified_diff(old, new, n=max(len(old), len(new)), lineterm=""))[3:]


def _lines(content: bytes) -> list[str]:
    return content.decode("utf-8", "replace").replace("\r", "").removesuffix("\n").split("\n")


def _options(transform: Transform) -> str:
    rows = [f"| `{option.name}` | {_choices(option)} | {option.meaning} |" for option in transform.options]
    return "\n".join(("## Options", "", "| Option | Values, the default first | Meaning |", "|---|---|---|", *rows))


def _choices(option: Option) -> str:
    choices = ", ".join(f"`{choice}`" for choice in option.choices)
    return f"{choices}, or what fits `{option.pattern}`" if option.pattern else choices


def _index(transforms: Sequence[Transform]) -> str:
    rows = [
        f"| [{each.id}]({each.id}.md) | {each.safety.value} | {', '.join(_presets(each))} | {each.summary} |"
        for each in transforms
    ]
    head = (
        "# Transforms",
        "",
        "In the order in which they run. The preset `all` runs every one of them.",
        "",
        "| Transform | Safety | Presets | What it does |",
        "|---|---|---|---|",
    )
    return "\n".join((*head, *rows)) + "\n"


def _presets(transform: Transform) -> list[str]:
    return [name for name, preset in PRESETS.items() if name != "all" and preset.of([transform])]


def write(fixtures: Path, folder: Path) -> None:
    """Brings the pages in a folder up to date."""
    found = cases(fixtures)
    names = {case.transform for case in found}
    current = pages((each for each in load().values() if each.id in names), found)
    folder.mkdir(parents=True, exist_ok=True)
    for stale in folder.glob("*.md"):
        if stale.name not in current:
            stale.unlink()
    for name, text in current.items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python -m dfopt.docs FIXTURES FOLDER")
    write(Path(sys.argv[1]), Path(sys.argv[2]))
