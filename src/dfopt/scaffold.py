"""The skeleton of a new transform: a module and a fixture folder, ready to be filled in.

    python -m dfopt.scaffold ID PACKAGE FIXTURES

makes ``PACKAGE/<id with underscores>.py`` and two cases under ``FIXTURES/<id>/``.
"""

from __future__ import annotations

import keyword
import re
import sys
from pathlib import Path

from dfopt.errors import DfoptError

MODULE = '''"""One sentence about what this module holds and where its knowledge comes from."""

from __future__ import annotations

from collections.abc import Iterator

from dfopt.transform import Context, Patch, Safety, Skip, transform


@transform(safety=Safety.SAFE, links=[])
def {function}(ctx: Context) -> Iterator[Patch | Skip]:
    """What the Dockerfile looks like afterwards, in one sentence.

    ## Why

    What becomes smaller, faster or safer.

    ## Leaves alone

    What it cannot prove, and why.
    """
    for instruction in ctx.dockerfile.instructions:
        yield Skip(instruction.span, "a fixed sentence that says why this place is left alone")
'''
DOCKERFILE = "FROM debian:bookworm-slim\n"


_USED = ("transform",)
"""Names that the module itself imports."""


class ScaffoldError(DfoptError):
    """The skeleton cannot be made."""


def create(transform: str, package: Path, fixtures: Path) -> list[Path]:
    """The files of a new transform, written.

    Raises ScaffoldError if the id is not made of lower-case words and dashes, is a word of Python's own, or is taken.
    """
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", transform):
        raise ScaffoldError(f"{transform!r} is no id: lower-case words joined by dashes, such as copy-over-add")
    if keyword.iskeyword(transform) or transform in _USED:
        raise ScaffoldError(f"{transform!r} cannot name a function; say what the file looks like afterwards")
    module = package / f"{transform.replace('-', '_')}.py"
    cases = fixtures / transform
    for taken in (module, cases):
        if taken.exists():
            raise ScaffoldError(f"{taken} exists")
    content = {
        module: MODULE.format(function=module.stem),
        cases / "example" / "before.Dockerfile": DOCKERFILE,
        cases / "example" / "after.Dockerfile": DOCKERFILE,
        cases / "refuses" / "before.Dockerfile": DOCKERFILE,
    }
    for path, text in content.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return list(content)


def main(arguments: list[str]) -> int:
    if len(arguments) != 3:
        sys.stderr.write("usage: python -m dfopt.scaffold ID PACKAGE FIXTURES\n")
        return 2
    transform, package, fixtures = arguments
    try:
        for path in create(transform, Path(package), Path(fixtures)):
            sys.stdout.write(f"{path}\n")
    except ScaffoldError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
