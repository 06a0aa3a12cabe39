"""What ``dfopt rewrite`` does: from paths and options to reports and an exit code."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Generator, Iterable, Sequence
from contextlib import closing
from functools import partial

import msgspec

from dfopt import api
from dfopt.cli.options import Exit, Format, Mode
from dfopt.cli.output import Options, messages, report_file, reporter
from dfopt.cli.streams import standard_error, standard_input, standard_output
from dfopt.config import Config
from dfopt.discovery import Found, Target, discover
from dfopt.errors import ConfigError, SettingError
from dfopt.paths import place_of_diff, quoted
from dfopt.report.messages import Messages
from dfopt.report.outcome import Outcome, Totals
from dfopt.report.progress import Bar
from dfopt.settings import Effective, Settings
from dfopt.source import Source
from dfopt.work import LIMIT, Prove, Wanted, failed, lost, perform, rewritten

FEW = 32
"""So many files are rewritten by this process: others would take longer to start."""
STDIN = "<stdin>"


def _keep_inputs(targets: Sequence[Target], output: str | None) -> None:
    """Raises ConfigError if the report would be written over a file that it is about."""
    if output is None or not os.path.exists(output):
        return
    for target in targets:
        if os.path.exists(target.path) and os.path.samefile(target.path, output):
            raise ConfigError(f"--output-file: the report would overwrite {target.path}")


def rewrite_files(paths: Sequence[str], settings: Settings, options: Options) -> Exit:
    """Rewrites what the paths stand for.

    Raises ConfigError, before anything is written, for settings that cannot be used.
    """
    if "" in paths:
        raise ConfigError("a path is empty")
    found = discover(paths)
    folders = dict.fromkeys(os.path.dirname(each.path) for each in found.targets) or {"": None}
    effective = {folder: settings.of(folder) for folder in folders}
    check({id(each): each for each in effective.values()}.values())
    configs = {folder: _config(each, options) for folder, each in effective.items()}
    _keep_inputs(found.targets, options.output_file)
    gc.freeze()  # what is loaded stays
    bar = Bar(len(found.targets), shown=sys.stderr.isatty() and not options.quiet)
    notes = messages(options, bar)
    prove = _prover(options, notes)
    for path, reason in found.problems:
        notes.error(f"{path}: {reason}")
    for folder in found.empty:
        notes.warning(f"{quoted(folder)}: there are no Dockerfiles below it")
    place = _place(found.targets, notes) if options.diff else ""
    wanted = Wanted(
        configs,
        write=options.mode is Mode.WRITE,
        diff=options.diff,
        folder=os.path.realpath(paths[0]) if len(paths) == 1 and os.path.isdir(paths[0]) else "",
        place=place,
        traceback=options.verbose,
        prove=prove,
    )
    totals = Totals()
    with (
        report_file(options.output_file) as file,
        closing(_outcomes(found.targets, options, wanted)) as outcomes,
    ):
        report = reporter(file, options, bar, written=options.mode is Mode.WRITE)
        try:
            for outcome in outcomes:
                totals.add(outcome.report)
                notes.about(outcome.report)
                report.file(outcome)
                bar.advance()
        finally:
            bar.hide()
        report.end(found, totals.summary())
        file.flush()
    return _exit(totals, written=options.mode is Mode.WRITE, problems=bool(found.problems))


def rewrite_stdin(settings: Settings, options: Options) -> Exit:
    """Rewrites what comes in. The result goes out, unless only a check or a report on standard output was asked for.

    Raises ConfigError for settings that cannot be used.
    """
    effective = settings.of(".")
    check([effective])
    config = _config(effective, options)
    data = standard_input().read(LIMIT + 1)
    after: bytes | None = None
    try:
        wanted = Wanted({}, diff=options.format is not Format.TEXT)
        outcome, after, _ = rewritten(data, STDIN, config, wanted)
    except Exception as error:  # noqa: BLE001  as for a file, the outcome tells what it was
        outcome = failed(STDIN, error, traceback=options.verbose)
    totals = Totals()
    totals.add(outcome.report)
    messages(options).about(outcome.report)
    reported = options.output_file is None and options.format is not Format.TEXT
    written = options.mode is not Mode.CHECK and not reported
    with report_file(options.output_file, standard_output() if reported else standard_error()) as file:
        report = reporter(file, options, written=written)
        report.file(outcome)
        report.end(Found((), (), (), ()), totals.summary())
        file.flush()
    if written and after is not None:
        out = standard_output()
        out.write(after)
        out.flush()
    return _exit(totals, written=written, problems=False)


def _prover(options: Options, notes: Messages) -> Prove | None:
    """What builds each rewritten file. Raises EngineError, before anything is written, if there is no engine."""
    if options.prove is None:
        return None
    from dfopt.cli.prove import prover

    return prover(options.prove, notes.tell)


def check(settings: Iterable[Effective]) -> None:
    """Tries settings on the smallest Dockerfile, so that nothing goes wrong with them halfway.

    Raises ConfigError, which names the file. It also loads all that is needed, once and for the worker processes too.
    """
    for effective in settings:
        try:
            api.rewrite(Source("FROM scratch\n", "<settings>"), effective.config)
        except SettingError as error:
            raise ConfigError(f"{effective.origins[error.key]}: {error}") from error


def _config(effective: Effective, options: Options) -> Config:
    return msgspec.structs.replace(effective.config, target=options.target)


def _place(targets: Sequence[Target], notes: Messages) -> str:
    """From where all names in the diff are seen; told if it is not the current folder."""
    place = place_of_diff(target.real for target in targets)
    if targets and place != os.path.realpath(os.curdir):
        notes.tell(f"the names in the diff are seen from {quoted(place)}: apply it there")
    return place


def _outcomes(targets: Sequence[Target], options: Options, wanted: Wanted) -> Generator[Outcome, None, None]:
    work = partial(perform, wanted=wanted)
    if len(targets) <= FEW or options.jobs == 1 or wanted.prove is not None:
        yield from map(work, targets)
    else:
        from dfopt import batch

        yield from batch.run(targets, work, lost, min(options.jobs or batch.cores(), len(targets)))


def _exit(totals: Totals, *, written: bool, problems: bool) -> Exit:
    """The gravest of what happened."""
    summary = totals.summary()
    if totals.internal:
        return Exit.BROKEN
    if summary.errors or summary.failures or summary.withdrawn or problems:
        return Exit.SOME_FAILED
    return Exit.PENDING if summary.changed and not written else Exit.CLEAN
