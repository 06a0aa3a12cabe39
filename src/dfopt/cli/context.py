"""What ``dfopt context`` does: reads the build context of a Dockerfile and says what is in it."""

from __future__ import annotations

from collections.abc import Iterator

from dfopt.cli.options import Exit
from dfopt.cli.output import report_file
from dfopt.context.build_context import read_context
from dfopt.context.survey import Place, Sum, Survey, survey
from dfopt.facts.facts import Facts
from dfopt.paths import visible
from dfopt.report.json import document
from dfopt.report.text import counted, size
from dfopt.source import Source
from dfopt.syntax.parser import parse
from dfopt.work import named_context, named_dockerfile, read


def show_context(path: str, root: str | None, *, as_json: bool) -> Exit:
    """Prints the survey of the context of one Dockerfile.

    Raises ConfigError for what is no Dockerfile or no folder, DockerfileError for one that does not parse.
    """
    dockerfile = named_dockerfile(path)
    folder = named_context(root, dockerfile)
    facts = Facts(parse(Source.from_bytes(read(str(dockerfile))[0], str(dockerfile))))
    found = survey(facts, read_context(dockerfile, folder))
    if as_json:
        text = document(found)
    else:
        text = "".join(f"{visible(line)}\n" for line in _lines(found))
    with report_file(None) as file:
        file.write(text.encode("utf-8", "backslashreplace"))
    return Exit.CLEAN


def _lines(found: Survey) -> Iterator[str]:
    ignored = (
        f"{counted(found.patterns, 'pattern')} in {found.ignore_file}" if found.ignore_file else "no .dockerignore"
    )
    yield f"{found.root}: {_sum(found.total)} in the context ({ignored})"
    yield from _places(found.largest)
    for taken in found.taken:
        what = "a variable decides" if taken.sum is None else _sum(taken.sum) if taken.sum.files else "NOTHING"
        yield f"line {taken.line}: {taken.keyword} {taken.source}: {what}"
    if found.unused is not None and found.unused.files:
        yield f"no instruction uses: {_sum(found.unused)}"
        yield from _places(found.largest_unused)
    if found.unwanted:
        yield "should not be in the context:"
        yield from _places(found.unwanted)
    for problem in found.problems:
        yield f"cannot be read, a build would stop: {problem}"


def _places(places: tuple[Place, ...]) -> Iterator[str]:
    for place in places:
        files = "" if place.sum.files == 1 else f"  {counted(place.sum.files, 'file')}"
        what = f"  {place.what}: {place.pattern}" if place.what else ""
        yield f"  {size(place.sum.bytes):>10}  {place.path}{files}{what}"


def _sum(found: Sum) -> str:
    return f"{counted(found.files, 'file')}, {size(found.bytes)}"
