"""What ``dfopt verify`` does: from options to a report and an exit code."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path

import msgspec

from dfopt import api
from dfopt.cli.options import Exit
from dfopt.cli.output import Building, report_file
from dfopt.context.place import files_of
from dfopt.paths import quoted
from dfopt.report.json import document
from dfopt.settings import Settings
from dfopt.source import Source
from dfopt.verify import report
from dfopt.verify.engines import find
from dfopt.verify.proof import Rewritten, what_is_written
from dfopt.verify.verification import Request, SideFailedError, Verified, verify
from dfopt.work import named_context, named_dockerfile, read


class VerifyFormat(StrEnum):
    """The form of the report."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"


class VerifyOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What a verification is asked for, as the command line has it."""

    building: Building = Building()
    context: str | None = None
    rewritten: str | None = None
    format: VerifyFormat = VerifyFormat.TEXT
    output_file: str | None = None
    health: bool = False
    calibrate: bool = False
    measure: bool = False
    touch: str | None = None
    allow: tuple[str, ...] = ()
    target: str | None = None
    quiet: bool = False


def verify_file(path: str, settings: Settings, options: VerifyOptions) -> Exit:
    """Builds a Dockerfile and its rewrite, and says in what they differ.

    Raises ConfigError for what cannot be verified, EngineError if there is no engine or it fails.
    """
    dockerfile = named_dockerfile(path)
    before, _ = read(str(dockerfile))
    given = options.context or settings.of(str(dockerfile.parent)).config.context or None
    context = named_context(given, dockerfile)
    rewrite = _rewritten(dockerfile, context, before, settings, options)
    if rewrite.after == before and rewrite.ignore is None:
        _say(f"{quoted(str(dockerfile))}: nothing to verify, the file stays as it is")
        return Exit.CLEAN
    request = Request(
        dockerfile=dockerfile,
        before=before,
        after=rewrite.after,
        context=context,
        ignore=rewrite.ignore,
        deltas=rewrite.deltas,
        allow=options.allow,
        target=options.target,
        health=options.health,
        calibrate=options.calibrate,
        measure=options.measure,
        touch=options.touch,
    )
    engine = find(options.building.engine)
    try:
        verified = verify(engine, options.building.of(request), _quiet if options.quiet else _say)
    except SideFailedError as error:
        _say(f"error: {quoted(str(dockerfile))}: {error}")
        for line in error.lines:
            _say(f"  | {line}")
        return Exit.SOME_FAILED
    _write(str(dockerfile), verified, options)
    return Exit.PENDING if verified.undeclared else Exit.CLEAN


def _rewritten(dockerfile: Path, context: Path, before: bytes, settings: Settings, options: VerifyOptions) -> Rewritten:
    """What a run would write; nothing is declared if the user gives the file."""
    if options.rewritten is not None:
        return Rewritten(read(options.rewritten)[0])
    config = settings.of(str(dockerfile.parent)).config
    source = Source.from_bytes(before, str(dockerfile))
    result = api.rewrite(source, config, files=files_of(dockerfile, str(context)))
    for failure in result.failures:
        _say(f"warning: what {failure.transform} would do was left out: {failure.reason}")
    return what_is_written(result, before)


def _write(path: str, verified: Verified, options: VerifyOptions) -> None:
    if options.format is VerifyFormat.HTML:
        from dfopt.verify.page import page

        data = page(path, verified)
    elif options.format is VerifyFormat.JSON:
        data = document(report.report(path, verified))
    else:
        data = report.text(path, verified)
    with report_file(options.output_file) as file:
        file.write(data.encode("utf-8", "backslashreplace"))
        file.flush()


def _say(message: str) -> None:
    sys.stderr.write(message.encode("utf-8", "backslashreplace").decode() + "\n")
    sys.stderr.flush()


def _quiet(message: str) -> None:
    del message
