"""``curl -o x URL && tar -xzf x && rm x`` becomes ``curl URL | tar -xzf -``."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from dfopt.edits import apply
from dfopt.expression import Expression
from dfopt.facts.downloads import Download, download
from dfopt.facts.script_paths import ScriptPaths, as_glob
from dfopt.knowledge import unpacking as known
from dfopt.shell.argv import argv
from dfopt.shell.getopt import Options, getopt
from dfopt.shell.nodes import Pipeline, Script, Simple, Word
from dfopt.source import Span
from dfopt.syntax.nodes import Run
from dfopt.transform import Context, Delta, Differs, Edit, Patch, Replaced, Skip
from dfopt_transforms._archive_sites import Site, is_strict, sites
from dfopt_transforms._archive_users import Use, first_use, is_forced, later_user, named_by, removers
from dfopt_transforms._commands import in_file

USED = "something else reads the archive"
HEEDED = "set -e does not heed the download, but would heed the pipe"
OPTIONS = "an option of the download or of tar does not fit a pipe"
UNCHECKED = "the end of the download may be missed"
COMMENT = "a comment names the archive, or stands at what would go"

_BUNDLE = Expression(r"-?[a-zA-Z]*f")
_AND = Expression(r"&&")


class _Pair(msgspec.Struct, frozen=True):
    """A download and, right behind it, the tar that unpacks the file."""

    site: Site
    found: Download
    path: str
    tar: Simple
    word: Word


def piped(ctx: Context, run: Run, script: Script) -> Iterator[Patch | Skip]:
    paths = ScriptPaths(ctx.facts, run, script)
    ended = -1
    for site in sites(script):
        pair = _pair(site, paths)
        if pair is None or pair.found.command.span.start < ended:
            continue
        result = _PipeWork(ctx, run, script, paths, pair).result()
        if isinstance(result, Patch):
            ended = site.statement.span.end
        yield result


def _pair(site: Site, paths: ScriptPaths) -> _Pair | None:
    """The pair that begins at a pipeline."""
    pipelines, operators = site.statement.list.pipelines, site.statement.list.operators
    if site.at + 1 >= len(pipelines) or operators[site.at] != "&&" or site.statement.terminator == "&":
        return None
    command, tar = _only(pipelines[site.at]), _only(pipelines[site.at + 1])
    found = download(command, paths) if command is not None else None
    if found is None or tar is None or argv(tar).base not in known.TARS:
        return None
    options = getopt(argv(tar).words, known.TAR)
    files = options.values("f", "file")
    if not options.has(*known.TAR_EXTRACTS) or len(files) != 1 or not found.is_known:
        return None
    path = paths.path(tar, files[0])
    return _Pair(site, found, path, tar, files[0]) if path in found.paths else None


def _only(pipeline: Pipeline) -> Simple | None:
    command = pipeline.commands[0]
    return command if len(pipeline.commands) == 1 and not pipeline.negated and isinstance(command, Simple) else None


def _is_cut(pipeline: Pipeline, cuts: list[Edit]) -> bool:
    return any(cut.span.start <= pipeline.span.start and pipeline.span.end <= cut.span.end for cut in cuts)


def _meet(pipeline: Pipeline, cut: Edit) -> bool:
    return pipeline.span.start < cut.span.end <= pipeline.span.end


class _PipeWork:
    """One pair, and what becomes of it."""

    def __init__(self, ctx: Context, run: Run, script: Script, paths: ScriptPaths, pair: _Pair) -> None:
        self.ctx, self.run, self.script, self.paths, self.pair = ctx, run, script, paths, pair
        assert run.script is not None
        self.joined = run.script

    def result(self) -> Patch | Skip:
        pair = self.pair
        span = self.joined.span(*pair.found.command.span)
        name = pair.path.rpartition("/")[2]
        start, end = pair.site.at, pair.site.at + 1
        pipelines = pair.site.statement.list.pipelines
        use = first_use(self.script, self.paths, pair.path, pipelines[end].span.end)
        removals = self._removals() if use is Use.REMOVED else []
        later = later_user(self.ctx, self.run, pair.path) if use is Use.NONE else ""
        if use is Use.USED or later or removals is None or self._is_named_before():
            return Skip(span, USED, later or name)
        if "||" in pair.site.statement.list.operators:
            return Skip(span, OPTIONS, "||")
        changes = self._changes()
        if changes is None:
            return Skip(span, OPTIONS, name)
        letter = self._compression()
        tar = None if letter is None else self._tar(letter)
        if tar is None:
            return Skip(span, OPTIONS if letter else UNCHECKED, name)
        changes += tar
        if any(name in comment.text for comment in (*self.run.inner_comments, *self.run.comments)):
            return Skip(span, COMMENT, name)
        if any("#" in self.ctx.dockerfile.source.slice(self.joined.span(*cut.span)) for cut in removals):
            return Skip(span, COMMENT, name)
        last = max(
            (at for at, pipeline in enumerate(pipelines) for cut in removals if _meet(pipeline, cut)), default=end
        )
        ends_list = all(_is_cut(pipeline, removals) for pipeline in pipelines[end + 1 :])
        if ends_list and not pair.site.is_last and is_strict(self.ctx, self.run, self.script):
            return Skip(span, HEEDED, name)
        return self._patch(changes + removals, pipelines[start].span.start, pipelines[last].span.end, use)

    def _is_named_before(self) -> bool:
        """True if a command in front of the download names the file: it may be there already."""
        return named_by(self.script, self.paths, self.pair.path, self.pair.found.command.span.start)

    def _removals(self) -> list[Edit] | None:
        """The edits that take the file out of the ``rm`` behind tar; None if one cannot do without it."""
        pipelines, operators = self.pair.site.statement.list.pipelines, self.pair.site.statement.list.operators
        edits: list[Edit] = []
        for command in removers(self.script, self.paths, self.pair.path, self.pair.tar.span.end):
            view = argv(command)
            own = [word for word in view.operands if self.paths.path(command, word) == self.pair.path]
            at = next((at for at, pipeline in enumerate(pipelines) if _only(pipeline) is command), None)
            is_plain = view.name == "rm" and not command.redirects and len(own) == 1 and at is not None
            if at is not None and is_plain and len(view.operands) == 1:
                if operators[at - 1] != "&&" or operators[at : at + 1] == ("||",):
                    return None
                edits.append(Edit(Span(pipelines[at - 1].span.end, pipelines[at].span.end), ""))
            elif is_plain:
                before = command.words[next(at for at, word in enumerate(command.words) if word is own[0]) - 1]
                edits.append(Edit(Span(before.span.end, own[0].span.end), ""))
            elif not is_forced(view):
                return None
        return edits

    def _changes(self) -> list[Edit] | None:
        """The edits of the download, so that it prints the file; None if it cannot be told."""
        command = self.pair.found.command
        view = argv(command)
        grammar = known.CURL if view.base == "curl" else known.WGET
        options = getopt(view.words, grammar)
        if not all(each.name in known.STREAMED_OPTIONS for each in options.given) or len(options.operands) != 1:
            return None
        if view.wrappers or command.redirects or argv(self.pair.tar).wrappers or self.pair.tar.redirects:
            return None
        if not any(word is self.pair.word for word in self.pair.tar.words):
            return None
        edits = _printing_curl(view.words, options) if view.base == "curl" else _printing_wget(view.words, options)
        gap = Span(command.span.end, self.pair.tar.span.start)
        found = list(_AND.finditer(self.joined.text[gap.start : gap.end]))
        if edits is None or len(found) != 1:
            return None
        at = gap.start + found[0].start()
        return [*edits, Edit(Span(at, at + 2), "|")]

    def _compression(self) -> str | None:
        """The letter of the compression that tar is told, or that the name of the file tells; None if there is none."""
        options = getopt(argv(self.pair.tar).words, known.TAR)
        given = [letter for letter in known.CHECKED_STREAMS if options.has(letter)]
        if given:
            return given[0]
        names = (self.pair.path, *(self.paths.text(word.parts) for word in self.pair.found.addresses))
        fits = (
            letter for letter, pattern in known.CHECKED_STREAMS.items() for name in names if re.fullmatch(pattern, name)
        )
        return next(fits, None) if not options.has("use-compress-program", "I", "a", "auto-compress") else None

    def _tar(self, letter: str) -> list[Edit] | None:
        """The edits of tar: its input, and the compression that it does not find out of a pipe."""
        words, file = self.pair.tar.words, Edit(self.pair.word.span, "-")
        if getopt(argv(self.pair.tar).words, known.TAR).has(letter):
            return [file]
        at = next(at for at, word in enumerate(words) if word is self.pair.word)
        bundle = words[at - 1].value or ""
        if not _BUNDLE.fullmatch(bundle):
            return None
        return [file, Edit(words[at - 1].span, f"{bundle[:-1]}{letter}f")]

    def _patch(self, changes: list[Edit], start: int, end: int, use: Use) -> Patch:
        old = self.joined.text[start:end]
        new = apply(old, (Edit(Span(each.span.start - start, each.span.end - start), each.text) for each in changes))
        is_removed = use is Use.REMOVED
        gone = "" if is_removed else as_glob(self.pair.path)
        replaced = Replaced(
            self.joined.span(start, end), old, new, is_same=is_removed or bool(gone), gone=(gone,) if gone else ()
        )
        name = self.pair.path.rpartition("/")[2]
        return Patch(
            [in_file(self.run, edit) for edit in changes],
            why="the archive need not be a file of its own",
            span=self.joined.span(*self.pair.found.command.span),
            evidence=[
                f"nothing but tar reads {name}",
                "its compression ends in a sum: tar fails if the end is missing",
            ],
            risk="a download that fails has unpacked a part before the build stops",
            delta=Delta(differs=(Differs(self.ctx.facts.stage_of(self.run).index, commands=(replaced,)),)),
        )


def _printing_curl(words: tuple[Word, ...], options: Options) -> list[Edit] | None:
    """Takes ``-o FILE`` or ``-O`` out of the words of curl."""
    return _without(words, options, {"o": True, "O": False, "output": True, "remote-name": False})


def _printing_wget(words: tuple[Word, ...], options: Options) -> list[Edit] | None:
    """Gives wget ``-O -`` in the place of another file, or in front."""
    targets = options.values("O", "output-document")
    if not targets:
        return [Edit(Span(options.operands[0].span.start, options.operands[0].span.start), "-O - ")]
    target = next((word for word in words if word is targets[-1]), None)
    return [Edit(target.span, "-")] if target is not None and len(targets) == 1 else None


def _without(words: tuple[Word, ...], options: Options, names: dict[str, bool]) -> list[Edit] | None:
    given = [each for each in options.given if each.name in names]
    if len(given) != 1:
        return None
    name, value = given[0].name, given[0].value
    word = next((word for word in words if _holds(word.value or "", name)), None)
    if word is None or (names[name] and not any(value is each for each in words)):
        return None
    text = word.value or ""
    kept = "" if text.startswith("--") else text.replace(name, "", 1)
    kept = "" if kept == "-" else kept
    at = next(at for at, each in enumerate(words) if each is word)
    if names[name] and (at + 1 >= len(words) or words[at + 1] is not value):
        return None
    last = at + 1 if names[name] else at
    if kept:
        return [Edit(Span(word.span.start, words[last].span.end), kept)]
    if last + 1 < len(words):
        return [Edit(Span(word.span.start, words[last + 1].span.start), "")]
    return [Edit(Span(words[at - 1].span.end, words[last].span.end), "")] if at else None


def _holds(text: str, name: str) -> bool:
    """True for the word that gives an option: ``--output``, or letters with it as the last that may take a value."""
    if len(name) > 1:
        return text == f"--{name}"
    return re.fullmatch(r"-[a-zA-Z#0-9]+", text) is not None and name in text[1:] and (name != "o" or text[-1] == "o")
