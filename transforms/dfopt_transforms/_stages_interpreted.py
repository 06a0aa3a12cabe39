"""Programs in a language that is interpreted: their folders as a whole, and what the package manager installed."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable

from dfopt.facts.built import UNKNOWN
from dfopt.facts.folders import is_in
from dfopt.knowledge import build_commands as known
from dfopt.knowledge.folders import THERE
from dfopt.knowledge.python_tools import TOOLS
from dfopt.knowledge.source_code import NODE, PHP, PYTHON, RUBY, Language
from dfopt.model.build_files import NOT_GIVEN, Kind
from dfopt.shell.argv import Argv
from dfopt.syntax.nodes import Copy
from dfopt_transforms._stages_described import DESCRIPTIONS
from dfopt_transforms._stages_environments import WHERE
from dfopt_transforms._stages_gems import gems
from dfopt_transforms._stages_generated import folder_option
from dfopt_transforms._stages_globals import node_globals, programs_of
from dfopt_transforms._stages_installs import installed_beside
from dfopt_transforms._stages_kept import added, is_fetched_only
from dfopt_transforms._stages_natives import natives
from dfopt_transforms._stages_outputs import check_outputs
from dfopt_transforms._stages_parts import Needs, Old, RefusedError, as_installer, in_path, is_removed, is_system
from dfopt_transforms._stages_pruned import pruned
from dfopt_transforms._stages_python import is_package, python_packages
from dfopt_transforms._stages_reach import Reached
from dfopt_transforms._stages_served import served
from dfopt_transforms._stages_source import shown, sources
from dfopt_transforms._stages_tracked import check_tracked
from dfopt_transforms._stages_writes import check_writes

INTERPRETED: dict[str, Language] = {"python": PYTHON, "node": NODE, "ruby": RUBY, "php": PHP}

NOT_SMALLER = "its base is the run-time image already, and nothing that only the build needs comes to it"
NOT_THERE = "the program starts one that is not in the run-time image"
FETCHED = "the source of a program is fetched while it is built, and cannot be read"
NO_SOURCE = "the source of the program is not known"
ROOT = "files of the program lie in the root of the file system"
_MOST_PATHS = 12
PRODUCT = "what a container starts is not known to be there"


def interpreted(old: Old, reached: Reached, needs: Needs) -> Language:
    """Notes what a container needs of a program that is interpreted, and gives the language.

    Raises RefusedError.
    """
    name = old.builder.language
    language = INTERPRETED[name]
    if found := served(old, reached):
        path, server = found
        needs.copy(path, f"{server} gives it out, and nothing else")
        needs.is_read = needs.gains = needs.opens_none = True
        if name == "node":
            _installed(old, reached, needs)
        elif server not in ("http.server", *known.OF_LANGUAGE[name]):
            raise RefusedError(PRODUCT, server)
        _programs(old, reached, needs)
        return language
    for path in (path for each in old.builds for path in each.scripts):
        if not old.is_laid(path):
            raise RefusedError(UNKNOWN, path)
    source = shown(old, language, reached)
    needs.is_read = needs.links_all = True
    if old.unread:
        raise RefusedError(NOT_GIVEN.reason)
    fetched = [folder for each in old.builds for folder in each.fetched if not known.SCRATCH.fullmatch(folder)]
    if others := [folder for folder in fetched if not is_removed(folder, old.done)]:
        raise RefusedError(FETCHED, others[0])
    if not source.files and not _is_package(old, reached):
        raise RefusedError(NO_SOURCE)
    _installed(old, reached, needs)
    _roots(old, reached, needs)
    check_writes(old, needs)
    check_outputs(old, needs)
    natives(old, reached, "\n".join(text for _, text in sources(old, language)), needs)
    installed_beside(old, needs)
    for program, who in source.starts:
        if program in old.essential or program in known.OF_LANGUAGE[name]:
            continue
        if program not in known.PROGRAM_PACKAGES:
            raise RefusedError(NOT_THERE, f"{program}, in {who}")
        for package in known.PROGRAM_PACKAGES[program]:
            needs.packages.setdefault(package, f"{who} starts {program}")
    if source.files and not source.starts:
        needs.evidence.append(
            f"no other program is started: no call that does in {source.files} files of {language.name}"
        )
    _programs(old, reached, needs)
    if name == "node":
        pruned(old, reached, needs)
    return language


_PACKAGES = frozenset("git git-core mercurial subversion unzip nodejs npm yarn gnupg dirmngr".split())
"""Tools that package managers call, so that no RUN names them."""


def check_gain(old: Old, needs: Needs) -> None:
    """Raises RefusedError if all that came to the same base is in the new stage again, but for tools for people."""
    called = {view.base for each in old.builds for view in each.commands}
    called |= _PACKAGES
    kept = {package for each in old.builds for package in each.kept_packages if package in needs.left}
    is_gain = needs.gains or needs.pruned or any(not known.TOOLS.fullmatch(name) or name in called for name in kept)
    if old.run_time.image == old.stage.start.image.text and not is_gain:
        raise RefusedError(NOT_SMALLER, old.run_time.image)


def _is_package(old: Old, reached: Reached) -> bool:
    """True if what is started has the name of a package that is installed."""
    words = {
        re.split(r"[=<>@\[]", word.value)[0]
        for each in old.builds
        for view in map(as_installer, each.commands)
        if view.base in ("pip", "pip3", "gem", "npm")
        for word in view.words
        if word.value
    }
    return any(program in words and program not in _SERVERS for program in reached.programs)


_SERVERS = frozenset(
    """
    gunicorn uwsgi uvicorn flask celery hypercorn daphne waitress-serve jupyter jupyter-lab streamlit puma rackup
    unicorn pm2 nodemon http-server serve airflow
    """.split()
)
"""Programs that run what somebody else has written."""


def _roots(old: Old, reached: Reached, needs: Needs) -> None:
    """The folders of the program, and other files that are made by name."""
    for path, why in _places(old).items():
        if path == "/":
            raise RefusedError(ROOT)
        if _comes_again(old, path) and not any(is_in(each, path) for each in needs.copied):
            continue
        if is_package(old, reached, path):
            needs.evidence.append(f"nothing leads to {path}: pip installs what lies in it")
        elif not known.SCRATCH.fullmatch(path) and not is_removed(path, old.done):
            check_tracked(old, [path])
            needs.copy(path, why)
    _check_work(old)
    if len(needs.paths()) > _MOST_PATHS:
        raise RefusedError(ROOT, f"{len(needs.paths())} paths")
    given = {path for each in old.builds for path in each.named}
    for each in old.builds:
        for path, how in each.made.items():
            if each.run in needs.repeated or is_removed(path, old.done) or needs.has(path):
                continue
            if is_fetched_only(path, how, given):
                continue
            if path in each.links:
                raise RefusedError("a link is made together with what is built", path)
            if path not in THERE:
                needs.copy(path, f"{how} makes it, and nothing removes it")
    for path in added(old):
        if path not in given and not needs.has(path):
            needs.copy(path, "ADD fetches it")


def _check_work(old: Old) -> None:
    """Raises RefusedError if packages come into a folder of the system: not all that is in it can be copied."""
    for each in old.builds:
        for view, place in zip(each.commands, each.places, strict=True):
            words = [word.value or "$" for word in view.words]
            verb = next((word for word in words if not word.startswith("-")), "")
            is_asked = not {"-v", "--version"}.isdisjoint(words) or not _FOR_ALL.isdisjoint(words)
            if is_asked or verb not in _FILLS.get(view.base or "", ()):
                continue
            folder = posixpath.normpath(posixpath.join(place, folder_option(words)))
            if is_system(folder):
                raise RefusedError(ROOT, f"{view.base} works in {folder}")


_FILLS: dict[str, frozenset[str]] = {
    "npm": frozenset("install i ci add run run-script".split()),
    "yarn": frozenset({"", "install", "add", "run", "build"}),
    "pnpm": frozenset("install i add run build".split()),
    "composer": frozenset("install require update create-project".split()),
}
"""What puts files into the folder that it works in, by these words."""
_FOR_ALL = frozenset({"-g", "--global", "global"})


def _comes_again(old: Old, folder: str) -> bool:
    """True if all of a folder comes behind the build once more, and nothing was built in it."""
    head = [each for each in old.laid if each.copy in old.head and is_in(each.path, folder)]
    tail = {each.path for each in old.laid if each.copy in old.tail}
    here = [view for each in old.builds if any(is_in(at, folder) for at in each.folders) for view in each.commands]
    return (
        old.builder.language in ("python", "ruby")
        and bool(tail)
        and all(each.path in tail for each in head)
        and all(view.base in _OUTSIDE or view.base in known.QUIET or _makes_environment(view) for view in here)
        and not any((word.value or "$").startswith((".", "-e", "--path", "$")) for view in here for word in view.words)
    )


def _makes_environment(view: Argv) -> bool:
    return [word.value for word in view.words[:2]] == ["-m", "venv"]


_OUTSIDE = frozenset("pip pip3 gem bundle poetry pipenv uv".split())
"""What installs to another place than where it is called."""


def _places(old: Old) -> dict[str, str]:
    """Where the files of the context come to, and the folders that packages are installed in, each with the reason."""
    head = [each for each in old.laid if each.copy in old.head]
    tops = {posixpath.dirname(each.path) for each in head}
    tops |= {each for done in old.builds for each in done.folders if not is_system(each)}
    found: dict[str, str] = {}
    outermost: dict[str, str] = {}
    for each in head:
        folder = posixpath.dirname(each.path)
        if each.entry.kind is Kind.FOLDER:
            continue
        if is_system(folder):
            if old.builder.language != "python" or not DESCRIPTIONS.fullmatch(posixpath.basename(each.path)):
                found.setdefault(each.path, f"{each.entry.path} comes there")
            continue
        if folder not in outermost:
            outermost[folder] = _top(tops, folder)
        found.setdefault(outermost[folder], "the program lies in it")
    return found


def _top(tops: Iterable[str], folder: str) -> str:
    """The outermost folder of the program that a folder lies in: a target of COPY, or a WORKDIR."""
    return min((top for top in tops if is_in(folder, top) and top != "/"), key=len, default=folder)


def _installed(old: Old, reached: Reached, needs: Needs) -> None:
    """What the package manager of the language put outside of these folders."""
    if old.builder.language == "python":
        python_packages(old, reached, needs)
        return
    if old.builder.language == "node":
        node_globals(old, reached, needs)
    gems(old, needs)
    for view in (as_installer(view) for each in old.builds for view in each.commands):
        words = [word.value or "$" for word in view.words]
        base = view.base or ""
        verb = next((word for word in words if not word.startswith("-")), "")
        if base in ("pip", "pip3", *TOOLS):
            raise RefusedError(WHERE, f"{base} {verb}")
        if base in ("docker-php-ext-install", "docker-php-ext-enable") or (
            base in ("pecl", "pear") and verb in ("install", "upgrade")
        ):
            needs.copy("/usr/local/lib/php/extensions", f"{base} puts extensions there")
            needs.copy("/usr/local/etc/php/conf.d", f"{base} switches them on there")


_BRING = frozenset({"/usr/local", "/usr/local/bin", "/usr/local/bundle"})


def _programs(old: Old, reached: Reached, needs: Needs) -> None:
    name = old.builder.language
    brings = not _BRING.isdisjoint(needs.copied) or in_path(old, needs)
    there = known.OF_LANGUAGE[name] | {posixpath.basename(path) for path in needs.copied}
    if any(isinstance(each, Copy) for each in needs.repeated):
        brings = True
    there |= {program for each in old.builds if each.run in needs.repeated for program in programs_of(each)}
    for program, who in reached.programs.items():
        if program in there or program in old.essential or program in known.PROGRAM_PACKAGES or brings:
            continue
        if any(posixpath.basename(link) == program for each in old.done for link in each.links):
            continue
        raise RefusedError(PRODUCT, f"{program}, by {who}")
    for path, who in reached.paths.items():
        if (
            old.is_laid(path)
            and not needs.has(path)
            and not any(each.copy in old.tail and is_in(each.path, path) for each in old.laid)
        ):
            raise RefusedError(PRODUCT, f"{path}, by {who}")
