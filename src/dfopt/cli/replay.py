"""What ``dfopt replay`` does: the history of a repository under the Dockerfile as it is and as rewritten."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from dfopt import api
from dfopt.cli.options import Exit
from dfopt.cli.output import report_file
from dfopt.errors import ConfigError
from dfopt.model.build_files import FilesOf
from dfopt.paths import visible
from dfopt.replay.costs import Table
from dfopt.replay.replay import replay
from dfopt.replay.report import lines, report
from dfopt.report.json import document
from dfopt.results import Rewrite
from dfopt.settings import Settings
from dfopt.source import Source
from dfopt.work import named_context, named_dockerfile


class ReplayOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What a replay is asked for, as the command line has it."""

    context: str | None = None
    commits: int = 1000
    target: str = ""
    costs: tuple[str, ...] = ()
    format: str = "text"
    """``text``, ``json`` or ``html``."""
    output_file: str | None = None


def show_replay(path: str, settings: Settings, options: ReplayOptions) -> Exit:
    """Prints the report of a replay.

    Raises ConfigError for what is no Dockerfile, folder or cost, HistoryError if there is no history.
    """
    if options.format not in ("text", "json", "html"):
        raise ConfigError(f"a replay is reported as text, json or html, not as {options.format!r}")
    dockerfile = named_dockerfile(path)
    config = settings.of(str(dockerfile.parent)).config
    context = named_context(options.context or config.context or None, dockerfile)
    table = _table(options.costs)

    def rewritten(source: Source, files: FilesOf) -> Rewrite:
        return api.rewrite(source, config, files=files)

    found = replay(dockerfile, context, options.commits, rewritten, target=options.target, table=table)
    values = report(str(dockerfile), found, table)
    if options.format == "html":
        from dfopt.replay.page import page

        text = page(values)
    elif options.format == "json":
        text = document(values)
    else:
        text = "".join(f"{visible(line)}\n" for line in lines(values))
    with report_file(options.output_file) as file:
        file.write(text.encode("utf-8", "backslashreplace"))
        file.flush()
    return Exit.CLEAN


def _table(given: Sequence[str]) -> Table:
    table = Table()
    for each in given:
        name, _, seconds = each.rpartition("=")
        try:
            number = float(seconds)
        except ValueError:
            raise ConfigError(f"--cost takes NAME=SECONDS, not {each!r}") from None
        table = table.with_seconds(name, number)
    return table
