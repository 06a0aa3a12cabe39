"""What a container reaches when it starts: the programs, scripts and files that its commands name."""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Iterator
from itertools import chain

import msgspec

from dfopt.facts.start import Start, starts
from dfopt.knowledge import build_commands as known
from dfopt.knowledge.inits import PASSING
from dfopt.shell.argv import Argv, argv
from dfopt.shell.carried import Carried, carried
from dfopt.shell.nodes import DoubleQuoted, Function, Literal, NotModelled, Parameter, Script, Simple, Word
from dfopt.shell.parser import parse
from dfopt.shell.walk import nodes, simple_commands
from dfopt.syntax.nodes import Cmd, Entrypoint, Instruction
from dfopt_transforms._stages_make import MAKEFILES, recipes
from dfopt_transforms._stages_parts import Old, RefusedError
from dfopt_transforms._stages_services import commands_of

UNREADABLE = "what a container starts is not modelled"
NO_SCRIPT = "a script that a container starts cannot be read"
OPEN = "a variable decides what a container starts"
ELSEWHERE = "a container starts something in a folder that is not known"

_SHELLS = re.compile(r"(?:.*/)?(?:ba|da|a)?sh")
_PASSES = rf"(?:\S*/)?(?:{'|'.join(sorted(PASSING))})[ \t]+(?:-\S+[ \t]+)*"
_SHEBANG = re.compile(rf"#![ \t]*(?:\S*/env[ \t]+(?:-S[ \t]+)?)?(?P<inits>(?:{_PASSES})*)(?P<program>\S+)")
_NUMBER = re.compile(r"[\d.]+[smhd]?")
_VALUE = re.compile(r"-[\w.+-]*[=:](?:file:)?([\w.+@/-]+)")
"""The value of an option that is one word with it."""
_PLAIN = re.compile(r"[\w.+@/-]+")
_PRODUCT = re.compile(r"\.(?:jar|war)$|^classes$")
_WRITES = re.compile(r"-o|--?(?:out(?:put)?|log|dest|destination|save|write|pid)(?:[-_]?(?:file|dir|path|folder|to))?")
"""An option in front of what a program makes by itself."""
_TOOLS = frozenset("make gcc g++ python python3 java docker ruby php go".split())
_DEEPEST = 3


class Reached:
    """Programs by name, and paths, each with what names it."""

    def __init__(self, old: Old) -> None:
        self._old = old
        self.programs: dict[str, str] = {}
        self.paths: dict[str, str] = {}
        self.arguments: set[str] = set()
        """The paths that are only given to something: what looks like one may be another thing."""
        self.words: list[str] = []
        """The words of what is started, without those of scripts."""
        self.first: list[tuple[Argv, str]] = []
        """The commands that are started, without those of scripts, and the instruction that does."""
        self.has_shell = False
        self.made_plain = False
        """True if ``make`` is started, and all that it runs was read."""
        self.of_packages: set[str] = set()
        """What a script of package.json starts beside node, and a script that was not found."""
        self.of_node: list[str] = []
        """The words that node is given."""
        self.of_java: list[tuple[list[str], str | None, str]] = []
        """The words that java is given, the folder that it is started in, and what does."""
        self.of_dotnet: list[tuple[list[str], str | None, str]] = []
        """The same of dotnet."""
        self.said: dict[str, str] = {}
        """The words of commands that a program starts, up to what is computed, and the source that does."""
        self.scripts: dict[str, str] = {}
        """The scripts that are run, and what is in them."""
        self.linked: set[str] = set()
        """The names among the programs that are links to such scripts."""
        self.is_open = False
        """True if a variable decides in a script what it runs."""
        self._links = {posixpath.basename(link): target for done in old.done for link, target in done.links.items()}
        self._seen: set[tuple[str, tuple[str | None, ...]]] = set()
        self._given: tuple[Word, ...] = ()
        """The words that the script which is read was given."""
        self._is_begun = False
        """True for an ENTRYPOINT without the words of CMD that it gets."""
        self._folder: str | None = old.folder
        """That a command is started in; None if it is not known."""

    def start(self) -> None:
        """What CMD, ENTRYPOINT and HEALTHCHECK name, and compose files."""
        old = self._old
        entries = [each for each in old.stage.instructions if isinstance(each, Entrypoint)]
        for start in starts(old.stage):
            if entries and isinstance(start.instruction, Cmd) and not _is_whole(start, entries[-1]):
                continue
            script = start.script
            if isinstance(script, NotModelled):
                raise RefusedError(UNREADABLE, script.reason)
            is_exec = getattr(start.instruction, "argv", None) is not None
            self.has_shell = self.has_shell or not is_exec
            self._is_begun = isinstance(start.instruction, Entrypoint) and any(map(_is_command, old.stage.instructions))
            self._script(script, start.instruction.keyword, 0)
            self._is_begun = False
        if entries and (entry := entries[-1].argv):
            self._commands_of_shells(shlex.join(entry))
        for other in old.files.starters if old.files else ():
            self.has_shell = True
            script = parse(other.text)
            if isinstance(script, NotModelled):
                raise RefusedError(UNREADABLE, script.reason)
            if other.is_command and entries:
                script = parse(f"{shlex.join(entries[-1].argv or ())} {other.text}")
            if not isinstance(script, NotModelled) and not (other.is_command and entries and not entries[-1].argv):
                self._script(script, "a compose file", 0)
        read: set[str] = set()
        while programs := [name for name in self.programs if name not in read]:
            read.update(programs)
            for text, path in commands_of(old, programs):
                script = parse(text)
                if isinstance(script, NotModelled):
                    raise RefusedError(UNREADABLE, path)
                self.follow(script, path)

    def _commands_of_shells(self, entry: str) -> None:
        """The last CMD if a shell runs it, which an ENTRYPOINT starts."""
        command = next((each for each in reversed(self._old.stage.instructions) if _is_command(each)), None)
        if isinstance(command, Cmd) and command.argv is None:
            script = parse(f"{entry} /bin/sh -c {shlex.quote(command.body.text)}")
            if isinstance(script, NotModelled):
                raise RefusedError(UNREADABLE, script.reason)
            self.has_shell = True
            self._script(script, command.keyword, 0)

    def follow(self, started: Script | Simple, who: str) -> None:
        """What something starts that a container does."""
        if isinstance(started, Script):
            self.has_shell = True
            self._script(started, who, 1)
        else:
            self._simple(started, frozenset(), who, 1)

    def _script(self, script: Script, who: str, depth: int) -> None:
        """What a script starts; it begins in the folder that is in force, and comes back to it."""
        folder = self._folder
        self._commands(script, who, depth)
        self._folder = folder

    def _commands(self, script: Script, who: str, depth: int) -> None:
        functions = frozenset(node.name for node in nodes(script) if isinstance(node, Function))
        for command in simple_commands(script):
            self._simple(command, functions, who, depth)

    def _simple(self, command: Simple, functions: frozenset[str], who: str, depth: int) -> None:
        if any(map(_is_given, command.words)):
            if not self._given and self._is_begun and _is_given(command.words[-1]):
                return
            words = [self._given if _is_given(word) else (word,) for word in command.words]
            if self._given:
                command = msgspec.structs.replace(command, words=tuple(chain.from_iterable(words)))
        view = argv(command)
        if view.name is None:
            if command.words and depth == 0:
                raise RefusedError(OPEN, who)
            self.is_open = self.is_open or bool(command.words)
            return
        if view.name not in functions:
            self._command(view, who, depth)
        for inner in _carried(view):
            self.has_shell = True
            for below in (inner,) if isinstance(inner, Simple) else simple_commands(inner):
                if argv(below).name:
                    self._command(argv(below), who, depth)
                elif below.words:
                    self.is_open = True

    def _command(self, view: Argv, who: str, depth: int) -> None:
        name = view.name or ""
        if depth and who not in self.scripts:
            self._say(view.command, who)
        if name in ("cd", "pushd", "popd"):
            self._folder = self._place(view.words[0].value or "$") if view.words else None
            return
        if name == "set" and len(view.words) > 1 and view.words[0].value == "--":
            self._simple(msgspec.structs.replace(view.command, words=view.words[1:]), frozenset(), who, depth)
            return
        if depth == 0:
            self.first.append((view, who))
        if "/" in name:
            self._path(name, who, depth, view.words)
        elif name not in known.BUILTINS:
            self.programs.setdefault(name, who)
            if self._old.text(self._links.get(name, "")):
                self.linked.add(name)
                self._path(self._links[name], who, depth)
            elif name == "make":
                self._make(view, depth)
            elif name in ("npm", "yarn", "pnpm") and depth < _DEEPEST:
                self._script_of_package([word.value or "" for word in view.words], depth)
        if posixpath.basename(name) == "node":
            self.of_node += [word.value or "$" for word in view.words]
        if posixpath.basename(name) == "java":
            self.of_java.append(([word.value or "$" for word in view.words], self._folder, who))
        if posixpath.basename(name) == "dotnet":
            self.of_dotnet.append(([word.value or "$" for word in view.words], self._folder, who))
        for at, word in enumerate(view.words):
            text = word.value
            if depth == 0:
                self.words.append(text if text is not None else "$")
            if text is None or "://" in text:
                continue
            if text.startswith("-"):
                value = _VALUE.match(text) if depth == 0 else None
                if value and not _WRITES.fullmatch(re.split("[=:]", text)[0]):
                    self._file(value[1], who)
                continue
            if at == 0 and (_SHELLS.fullmatch(name) or name in (".", "source")):
                self._path(text, who, depth, view.words[1:])
                continue
            before = (view.words[at - 1].value or "") if at else ""
            if before == "-jar" or (depth == 0 and not _WRITES.fullmatch(before)):
                for part in text.split(":"):
                    self._file(part, who)

    def _say(self, command: Simple, who: str) -> None:
        for word in (*command.words, *(redirect.target for redirect in command.redirects)):
            first = word.parts[0] if word.parts else None
            beginning = first.text if isinstance(first, Literal) else ""
            text = word.value if word.value is not None else f"{beginning}$"
            for part in (text, text.partition("=")[2]):
                if part:
                    self.said.setdefault(part, who)

    def _make(self, view: Argv, depth: int) -> None:
        """What ``make`` runs, from the Makefile in the folder that a container starts in."""
        words = [word.value or "$" for word in view.words]
        targets = [word for word in words if not re.fullmatch(r"-[sk]|--silent|--quiet|--no-print-directory", word)]
        path = next((path for name in MAKEFILES if self._old.text(path := posixpath.join(self._old.folder, name))), "")
        found = recipes(self._old.text(path), targets) if path and depth < _DEEPEST else None
        if found is None or any(re.search(r"[^\w.-]", target) for target in targets):
            return
        self.made_plain = self.has_shell = True
        self.paths.setdefault(path, "make")
        for line in found:
            script = parse(line)
            if isinstance(script, NotModelled):
                raise RefusedError(UNREADABLE, path)
            self._script(script, path, depth + 1)

    def _file(self, text: str, who: str) -> None:
        """A word that may be the path of a file."""
        text = text.removesuffix("/*")
        path = self._place(text) if _PLAIN.fullmatch(text) else None
        is_path = path is not None and ("/" in text or _PRODUCT.search(text) or self._old.is_laid(path))
        if path is not None and is_path:
            if path not in self.paths:
                self.arguments.add(path)
            self.paths.setdefault(path, who)

    def _path(self, text: str, who: str, depth: int, given: tuple[Word, ...] = ()) -> None:
        """A program or a script that is started by its path, with the words that it is given."""
        path = self._place(text)
        if path is None:
            if self._folder is None and not text.startswith(("/", "$")):
                raise RefusedError(ELSEWHERE, f"{text}, by {who}")
            return
        folder, base = posixpath.split(path)
        if folder in ("/bin", "/usr/bin", "/sbin", "/usr/sbin", "/usr/local/bin") and not self._old.is_laid(path):
            self.programs.setdefault(base, who)
            return
        if self._old.is_unread(path):
            raise RefusedError(NO_SCRIPT, path)
        self.paths.setdefault(path, who)
        self.arguments.discard(path)
        content = self._old.text(path)
        call = (path, tuple(word.value for word in given))
        if content and call not in self._seen and depth < _DEEPEST:
            self._seen.add(call)
            before, self._given = self._given, given
            self._content(path, content, depth)
            self._given = before
        elif not content and path.endswith(".sh"):
            raise RefusedError(NO_SCRIPT, path)

    def _content(self, path: str, content: str, depth: int) -> None:
        first = _SHEBANG.match(content)
        for program in first["inits"].split() if first else ():
            if not program.startswith("-"):
                self.programs.setdefault(posixpath.basename(program), path)
        if first and not _SHELLS.fullmatch(first["program"]):
            self.programs.setdefault(posixpath.basename(first["program"]), path)
            return
        if first is None and not path.endswith(".sh"):
            return
        self.has_shell = True
        self.scripts[path] = content
        if first:
            self.programs.setdefault(posixpath.basename(first["program"]), path)
        script = parse(content.replace("\r\n", "\n"))
        if isinstance(script, NotModelled):
            raise RefusedError(NO_SCRIPT, path)
        self._script(script, path, depth + 1)

    def _script_of_package(self, words: list[str], depth: int) -> None:
        """What ``npm start`` runs: the programs of packages are with these, others are noted."""
        names = [word for word in words if not word.startswith("-") and word not in ("run", "run-script")]
        if not names or depth > _DEEPEST:
            self.of_packages.add("npm")
            return
        for name in (f"pre{names[0]}", names[0], f"post{names[0]}"):
            self._named_script(name, depth, is_there=name == names[0])

    def _named_script(self, name: str, depth: int, *, is_there: bool) -> None:
        path = posixpath.join(self._old.folder, "package.json")
        found = re.search(rf'"{re.escape(name)}"\s*:\s*"((?:[^"\\]|\\.)*)"', self._old.text(path))
        script = parse(found[1].replace('\\"', '"')) if found else None
        if not isinstance(script, Script):
            if found or is_there:
                self.of_packages.add(name)
            return
        for command in simple_commands(script):
            view = argv(command)
            if view.base in known.PROGRAM_PACKAGES or (view.base in _TOOLS and view.name):
                self.programs.setdefault(view.base or "", f"{path}, {name}")
            elif view.base == "node":
                self.of_node += [word.value or "$" for word in view.words]
            elif view.base in ("npm", "yarn", "pnpm"):
                self._script_of_package([word.value or "" for word in view.words], depth + 1)
            elif view.base not in self._old.essential:
                self.of_packages.add(view.base or "$")

    def _place(self, text: str) -> str | None:
        if not text or any(sign in text for sign in "$*?[~"):
            return None
        if self._folder is None and not text.startswith("/"):
            return None
        return posixpath.normpath("/" + posixpath.join(self._folder or "/", text).lstrip("/"))


def _carried(view: Argv) -> Iterator[Carried]:
    """What a command starts; an init starts all that stands behind its own words."""
    if _is_of_file(view):
        return
    for inner in carried(view.command):
        if isinstance(inner, Simple) and view.base in _PLAIN_CARRIERS and _NUMBER.fullmatch(argv(inner).name or ""):
            continue
        yield inner
        if view.base in _PLAIN_CARRIERS and isinstance(inner, Simple):
            return


_PLAIN_CARRIERS = PASSING | frozenset(
    "gosu su-exec timeout nohup nice ionice stdbuf setsid chronic unbuffer time".split()
)
"""They start the first of their words that is neither an option nor a number."""


def _is_given(word: Word) -> bool:
    """True for ``"$@"``: all words that a script was given."""
    inner = word.parts[0].parts if len(word.parts) == 1 and isinstance(word.parts[0], DoubleQuoted) else word.parts
    first = inner[0] if len(inner) == 1 else None
    return isinstance(first, Parameter) and first.name in ("@", "*") and not first.operator


def _is_command(instruction: Instruction) -> bool:
    return isinstance(instruction, Cmd)


def _is_of_file(view: Argv) -> bool:
    """True for a shell that is given the file of a script."""
    first = view.words[0].value if view.words else None
    return _SHELLS.fullmatch(view.name or "") is not None and not (first or "-").startswith("-")


def _is_whole(start: Start, entry: Entrypoint) -> bool:
    """True for an ENTRYPOINT together with the CMD behind it: CMD alone starts nothing then."""
    return bool(entry.argv) and start.text.startswith(shlex.join(entry.argv or ()))
