"""What the RUNs of a stage leave behind: what they build, install, set up, and the paths that they name."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator

from dfopt.facts.conditions import optional
from dfopt.facts.downloads import download
from dfopt.facts.facts import Facts
from dfopt.facts.packages import PackageCall, calls_of
from dfopt.facts.passed_on import passed_on, works_in_project
from dfopt.facts.run_work import Done, Work
from dfopt.facts.script_paths import ScriptPaths
from dfopt.knowledge import build_commands as known
from dfopt.knowledge import runners
from dfopt.knowledge.folders import THERE
from dfopt.knowledge.package_managers import Action
from dfopt.shell.argv import Argv, argv
from dfopt.shell.carried import carried
from dfopt.shell.nodes import Parameter, Pipeline, Script, Simple, Word
from dfopt.shell.walk import nodes, simple_commands
from dfopt.source import Span
from dfopt.syntax.nodes import Run

UNREAD = "a RUN is not one that can be read"
UNKNOWN = "what a command leaves behind is not known"
RIGHTS = "a program gets rights of its own, which a copy may lose"
SYSTEM = "a RUN edits the configuration of the system"
FILE = "a package is installed from a file"
SOURCE = "packages come from a place that a RUN names"
ARCHITECTURE = "packages of another architecture are installed"
SETTING = "a variable that is set for an install decides what it leaves"


def done(facts: Facts, run: Run, folder: str = "", commands: frozenset[str] = frozenset()) -> Done:
    """What a RUN does, as far as it can be told.

    ``folder`` is the one that the base image starts in, ``commands`` are those of its tool chain alone.
    """
    found = Done(run)
    script = facts.script(run)
    if run.script is None or not isinstance(script, Script):
        found.problem = (UNREAD, facts.dockerfile.text(run)[:40])
        return found
    paths = ScriptPaths(facts, run, script, facts.base(facts.stage_of(run)).env, folder)
    installers = set(_installers(script))
    found.optional = optional(script)
    for command in simple_commands(script):
        if command.span in installers:
            found.work |= Work.BUILDS
        else:
            _Reader(found, paths, argv(command), commands).read()
    return found


def _installers(script: Script) -> Iterator[Span]:
    """What reads the installer of a program for builds from a pipe."""
    for pipeline in (node for node in nodes(script) if isinstance(node, Pipeline)):
        first, *others = pipeline.commands
        if not isinstance(first, Simple) or argv(first).base not in ("curl", "wget"):
            continue
        if any(known.INSTALLERS.fullmatch(word.value or "") for word in argv(first).words):
            yield from (each.span for each in others)


class _Reader:
    """Notes what one command does."""

    def __init__(self, found: Done, paths: ScriptPaths, view: Argv, own: frozenset[str]) -> None:
        self._found, self._paths, self._view, self._own = found, paths, view, own

    def read(self) -> None:
        view, found = self._view, self._found
        found.commands.append(view)
        found.places.append(self._paths.folder(view.command))
        for redirect in view.command.redirects:
            if ">" in redirect.operator and "&" not in redirect.operator:
                self._make(self._paths.path(view.command, redirect.target))
        name = view.base
        if not view.command.words:
            return
        calls = calls_of(view.command)
        system = [call for call in calls if call.manager.families]
        if system:
            self._packages(system[0], [word.value for call in system for word in call.packages])
        elif name is None:
            self._refuse(UNKNOWN, "a command in a variable")
        elif name in known.QUIET:
            return
        elif name in known.SETS_UP or (name == "git" and view.words and view.words[0].value == "config"):
            found.work |= Work.SETS_UP
        elif name in known.PLACES:
            self._place(name)
        elif name in known.APACHE:
            found.work |= Work.BUILDS
            for folder in known.APACHE[name]:
                found.made[folder] = name
        elif name in known.MOVES:
            self._move(name)
        elif name in self._own:
            found.work |= Work.BUILDS
            if self._paths.folder(view.command).startswith("/"):
                found.folders.append(self._paths.folder(view.command))
        elif known.BUILDS.fullmatch(name) or self._is_module(name):
            self._build(name)
        elif self._is_of_package(name) or self._runs_script(name):
            found.work |= Work.BUILDS
            found.named += [self._paths.path(view.command, word) for word in view.operands]
        else:
            self._refuse(UNKNOWN, name)

    def _is_of_package(self, name: str) -> bool:
        words = [word.value or "$" for word in self._view.words]
        if name == "dpkg" and not known.INSTALLS_FILES.isdisjoint(words):
            self._refuse(FILE, words[-1])
        elif name == "dpkg" and "--add-architecture" in words:
            self._refuse(ARCHITECTURE, words[-1])
        elif name == "add-apt-repository" and (others := _other_places(words)):
            self._refuse(SOURCE, others[0])
        return name in ("apt-key", "dpkg", "add-apt-repository")

    def _runs_script(self, name: str) -> bool:
        """True for an interpreter with a file: where that lies is noted."""
        if not (known.INTERPRETERS.fullmatch(name) or name in ("sh", "bash", "dash")):
            return False
        view = self._view
        first = view.words[0] if view.words else None
        if first is not None and first.value in known.CHECKS.get(name, ()):
            return True
        if first is None or (first.value or "").startswith("-"):
            return False
        path = self._paths.path(view.command, first)
        if first.value is None and not path.startswith("/"):
            return False
        self._found.scripts.append(path)
        self._found.named.append(path)
        if self._paths.folder(view.command).startswith("/"):
            self._found.folders.append(self._paths.folder(view.command))
        return True

    def _is_module(self, name: str) -> bool:
        words = [word.value or "" for word in self._view.words]
        is_python = name.rstrip("0123456789.") == "python"
        return is_python and len(words) > 1 and words[0] == "-m" and known.MODULES.fullmatch(words[1]) is not None

    def _packages(self, call: PackageCall, packages: list[str | None]) -> None:
        found = self._found
        found.work |= Work.INSTALLS
        names = [package for package in packages if package]
        if call.action is Action.INSTALL:
            if any(word.value is None and not _is_for_extensions(word) for word in call.packages):
                self._refuse(UNKNOWN, "packages in a variable")
            self._check_install(call, names)
            found.packages += names
            if call.manager.name == "apt" and not known.LEAN.search(call.text):
                found.recommended += names
            group = re.search(r" (?:--virtual|-t)[ =](\S+) ", call.text)
            if group and call.manager.name == "apk":
                found.groups[group[1]] = names
        elif call.action is Action.REMOVE:
            found.dropped += names

    def _check_install(self, call: PackageCall, names: list[str]) -> None:
        """What decides which packages these are must be in their names."""
        place = known.PLACES_OF_PACKAGES.get(call.manager.name)
        if file := next((name for name in names if known.PACKAGE_FILE.fullmatch(name)), ""):
            self._refuse(FILE, file)
        if place and (option := place.search(call.text)):
            self._refuse(SOURCE, option[0].strip())
        if other := next((name for name in names if re.search(r":(?!any$|native$)[a-z]", name)), ""):
            self._refuse(ARCHITECTURE, other)
        if others := sorted(call.variables - known.SILENT):
            self._refuse(SETTING, others[0])

    def _place(self, name: str) -> None:
        found, view = self._found, self._view
        found.work |= Work.SETS_UP
        operands = [*view.operands]
        if name in ("chmod", "chown", "chgrp"):
            mode = operands[0].value if operands else None
            if name == "chmod" and (mode is None or known.RIGHTS.fullmatch(mode)):
                self._refuse(RIGHTS, mode or "")
            found.touched += [self._paths.path(view.command, word) for word in operands[1:]]
        elif name == "ln":
            self._link()
        else:
            for word in operands:
                self._make(self._paths.path(view.command, word))

    def _link(self) -> None:
        view = self._view
        operands = [self._paths.path(view.command, word) for word in view.operands]
        texts = [word.value or "" for word in view.operands]
        if len(operands) != 2 or not any("s" in (word.value or "")[1:] for word in view.options):
            self._refuse(UNKNOWN, "ln")
            return
        target, link = operands
        if texts[1].endswith("/") or link in ("/usr/local/bin", "/usr/bin", "/bin"):
            link = posixpath.join(link, posixpath.basename(target))
        self._make(link)
        self._found.links[link] = target

    def _move(self, name: str) -> None:
        found, view = self._found, self._view
        found.work |= Work.BUILDS
        operands = [self._paths.path(view.command, word) for word in view.operands]
        if name in ("rm", "rmdir", "unlink"):
            found.removed += operands
            self._configure(path for path in operands if path not in found.made)
        elif name in ("cp", "mv", "install"):
            self._copied(name, operands)
        elif name == "tee":
            for path in operands:
                self._make(path)
        elif name in ("find", "xargs"):
            for inner in carried(view.command):
                for command in (inner,) if isinstance(inner, Simple) else simple_commands(inner):
                    if argv(command).base not in {"rm", "chmod", "php", "ls", "touch"}:
                        self._refuse(UNKNOWN, argv(command).base or name)
        else:
            edited = [path for path in operands[1:] if known.CONFIGURATION.fullmatch(path)]
            if name == "sed" and not any(sign in path for path in edited for sign in "*?["):
                for path in edited:
                    self._make(path)
            self._configure(path for path in edited if path not in found.made)

    def _configure(self, paths: Iterable[str]) -> None:
        """What the base image or a package has brought is edited, or taken away."""
        for path in paths:
            if known.CONFIGURATION.fullmatch(path) and path not in known.OF_BUILDS:
                self._refuse(SYSTEM, path)

    def _copied(self, name: str, operands: list[str]) -> None:
        view = self._view
        words = [word.value or "" for word in view.words]
        mode = _MODE.search(" ".join(words)) if name == "install" else None
        if mode and known.RIGHTS.fullmatch(mode[1]):
            self._refuse(RIGHTS, mode[1])
        if name == "install" and "-d" in words:
            for path in operands:
                self._make(path)
            return
        kept = list(view.operands)
        if name == "install":
            skipped = {words[at + 1] for at, word in enumerate(words[:-1]) if word in ("-m", "-o", "-g")}
            kept = [word for word in kept if word.value not in skipped]
        if any(word.startswith(("-t", "--target")) for word in words) or len(kept) < 2:
            self._refuse(UNKNOWN, name)
            return
        *sources, last = (self._paths.text(word.parts) for word in kept)
        target = self._paths.resolved(view.command, last)
        into = last.endswith("/") or len(sources) > 1 or target in _FOLDERS or last in (".", "./")
        for source in sources:
            path = self._paths.resolved(view.command, source)
            if (into and any(sign in source for sign in "*?[")) or (name == "cp" and _INSIDE.search(source)):
                self._fill(target)
            else:
                self._make(posixpath.join(target, posixpath.basename(path)) if into else target)
            if name == "mv":
                self._found.removed.append(path)

    def _fill(self, folder: str) -> None:
        """Files whose names are not known come into a folder."""
        if folder in _FOLDERS and folder not in _OWN:
            self._refuse(UNKNOWN, folder)
        else:
            self._make(folder)

    def _build(self, name: str) -> None:
        found, view = self._found, self._view
        found.work |= Work.BUILDS
        inner = passed_on(view)
        if inner and (known.INTERPRETERS.fullmatch(inner.base or "") or inner.base in runners.OF_NODE):
            _Reader(found, self._paths, inner, self._own).read()
        elif inner and name in runners.OF_NODE and not works_in_project(inner, self._paths.folder(view.command)):
            found.scripts.append(" ".join([name, *(word.value or "$" for word in view.words[:3])]))
        if run := program_run(name, [word.value or "$" for word in view.words]):
            found.scripts.append(run)
        folder = self._paths.folder(view.command)
        if folder.startswith("/") and name not in ("curl", "wget"):
            found.folders.append(folder)
        if name in ("curl", "wget"):
            self._download(folder)
            return
        words = list(view.words)
        for at, word in enumerate(words):
            if word.value is not None and word.value.startswith("-"):
                if word.value.startswith("-o/"):
                    self._make(posixpath.normpath(word.value[2:]))
                continue
            path = self._paths.path(view.command, word)
            before = words[at - 1].value if at else None
            found.named.append(path)
            if before in ("-o", "--output") or (name, before) in _INTO:
                self._make(path)
        if name == "patch":
            self._configure([*(self._paths.path(view.command, word) for word in words), folder])
        self._fetch(name, words)

    def _download(self, folder: str) -> None:
        """Notes the files that are downloaded, and the folder of those whose names are not known."""
        fetched = download(self._view.command, self._paths)
        if fetched is None:
            return
        if not fetched.is_known or len(fetched.paths) > max(len(fetched.addresses), 1):
            self._found.fetched.append(posixpath.dirname(fetched.paths[0]) if fetched.paths else folder)
            return
        for path in fetched.paths:
            self._make(posixpath.normpath(path))

    def _fetch(self, name: str, words: list[Word]) -> None:
        """Notes the folder that something is unpacked or cloned into."""
        values = [word.value for word in words]
        folder = self._paths.folder(self._view.command)
        if name in ("tar", "unzip"):
            option = "-C" if name == "tar" else "-d"
            at = values.index(option) + 1 if option in values else 0
            target = self._paths.path(self._view.command, words[at]) if 0 < at < len(words) else folder
            if (
                name == "unzip"
                or any(re.match(r"-?-?\w*x", value or "") for value in values[:2])
                or "--extract" in values
            ):
                self._found.fetched.append(target)
        elif (name, values[:1]) in (("git", ["clone"]), ("svn", ["checkout"]), ("svn", ["co"]), ("hg", ["clone"])):
            plain = [word for word in words[1:] if not (word.value or "-").startswith("-")]
            source = next((at for at, word in enumerate(plain) if re.search(r"[:/]", word.value or "")), len(plain) - 1)
            if source + 1 < len(plain):
                self._found.fetched.append(self._paths.path(self._view.command, plain[source + 1]))
            elif plain:
                base = posixpath.basename((plain[source].value or "").rstrip("/")).removesuffix(".git")
                self._found.fetched.append(posixpath.join(folder, base))

    def _make(self, path: str) -> None:
        if path.startswith("/etc/"):
            self._refuse(SYSTEM, path)
        elif not path.startswith("/"):
            self._refuse(UNKNOWN, path)
        elif not known.SCRATCH.fullmatch(path) or (self._view.base in known.PLACES and known.STAYS.fullmatch(path)):
            self._found.made[path] = self._view.base or ""
            self._found.makers.append((path, self._view.command.span))

    def _refuse(self, reason: str, detail: str) -> None:
        if self._found.problem is None:
            self._found.problem = (reason, detail)


def _other_places(words: list[str]) -> list[str]:
    return [word for word in words if not word.startswith("-") and word not in known.COMPONENTS]


def program_run(name: str, words: list[str]) -> str:
    """What a tool chain is told to run, as it is written; empty if it runs nothing, or only what writes sources."""
    plain = [word for word in words if not word.startswith(("-", "+"))]
    first, every = runners.FIRST.get(name), runners.ANY.get(name)
    is_run = bool(first and plain and first.fullmatch(plain[0])) or bool(every and any(map(every.fullmatch, words)))
    if not is_run or (name == "go" and _writes_sources(plain)):
        return ""
    return " ".join([name, *words[:3]])


def _writes_sources(words: list[str]) -> bool:
    """True for what ``go run`` and ``go tool`` run, if it writes sources, or comes with Go."""
    of_go = words[0] == "tool" and (len(words) < 2 or runners.OF_THE_TOOL_CHAIN.fullmatch(words[1]) is not None)
    return of_go or any(runners.GENERATORS.fullmatch(word) for word in words[1:2])


def _is_for_extensions(word: Word) -> bool:
    """True for the variable of PHP's images that lists compilers."""
    return all(isinstance(part, Parameter) and part.name == "PHPIZE_DEPS" and not part.operator for part in word.parts)


_FOLDERS = THERE | frozenset("/bin /usr/local/sbin /sbin".split())
_OWN = frozenset("/usr/local/bin /usr/local/lib /tmp".split())
"""Among them, those that can be copied as a whole, and one of which nothing is."""
_INSIDE = re.compile(r"(?:^|/)\.+/?$")
"""On the source of a copy: what lies in a folder."""
_MODE = re.compile(r"(?:^| )(?:-\w*m|--mode)[ =]?(\S+)")
_INTO = frozenset(
    {("tar", "-C"), ("unzip", "-d"), ("git", "-C"), ("mkdocs", "-d"), ("mkdocs", "--site-dir"), ("jekyll", "-d")}
    | {("jekyll", "--destination"), ("hugo", "-d"), ("hugo", "--destination"), ("tsc", "--outDir")}
)
