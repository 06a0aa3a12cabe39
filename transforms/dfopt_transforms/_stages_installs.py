"""What ``make install`` and CMake's install rules put where, as far as their files say it plainly."""

from __future__ import annotations

import posixpath
import re

from dfopt.facts.folders import is_in
from dfopt.facts.run_work import Done
from dfopt.shell.argv import Argv
from dfopt.shell.nodes import Literal, Word
from dfopt_transforms._stages_install_folders import install_folders
from dfopt_transforms._stages_parts import Needs, Old, RefusedError

PREFIX = "where make install puts its files is not known"
_PREFIX = "/usr/local"
_INSTALL = re.compile(r"(?is)\binstall\(\s*(\w+)\s([^)]*)\)")
_KEYWORDS = frozenset(
    "ARCHIVE LIBRARY RUNTIME DESTINATION EXPORT COMPONENT INCLUDES PUBLIC_HEADER PERMISSIONS OPTIONAL BUNDLE".split()
)


def installed(old: Old, each: Done, needs: Needs) -> None:
    for view in each.commands:
        if _installs(view):
            _by_install(old, each, view, needs)
            for tree in each.folders:
                install_folders(old, tree, view, needs)


def installed_beside(old: Old, needs: Needs) -> None:
    """What is installed beside an interpreter.

    Raises RefusedError if it is not known where that is, or if it may be linked with what only the larger image has.
    """
    for each in old.builds:
        if not any(_installs(view) for view in each.commands):
            continue
        if old.run_time.image != old.stage.start.image.text or not has_default_prefix(each):
            raise RefusedError(PREFIX, " ".join(each.folders))
        needs.copy("/usr/local", "make install puts its files there")
        needs.commands.append("ldconfig")
        for view in each.commands:
            for tree in each.folders if _installs(view) else ():
                install_folders(old, tree, view, needs)


def looked_up(old: Old, needs: Needs) -> None:
    """The linker's cache of libraries is made anew where a RUN has made it, and libraries are copied."""
    is_called = any(view.base == "ldconfig" for each in old.builds for view in each.commands)
    if is_called and not old.on_alpine and any(_LIBRARIES.fullmatch(path) for path in needs.copied):
        needs.commands.append("ldconfig")


_LIBRARIES = re.compile(r"/usr/local(?:/lib(?:/[^/]+\.so[^/]*)?)?|/usr/lib/[^/]+\.so[^/]*")


def _installs(view: Argv) -> bool:
    words = [word.value or "" for word in view.words]
    name = view.base or ""
    return (name in ("make", "ninja", "gmake", "meson") and "install" in words) or (
        name == "cmake" and "--install" in words
    )


def _by_install(old: Old, each: Done, view: Argv, needs: Needs) -> None:
    trees = [folder for folder in each.folders if folder.startswith("/")]
    for tree in trees:
        for read in (_by_cmake, _by_make):
            found = read(old, tree, each, view)
            if found is not None:
                for path in found:
                    needs.copy(path, f"{view.base} install puts it there")
                if any("/lib/" in path for path in found):
                    needs.commands.append("ldconfig")
                return
    if old.builder.language == "" and _is_by_convention(old, each, trees):
        needs.copy("/usr/local", f"{view.base} install puts its files there, as the GNU coding standards have it")
        needs.commands.append("ldconfig")
        needs.is_assumed = True
        return
    if old.builder.language == "" and has_default_prefix(each):
        needs.copy("/usr/local", f"{view.base} install puts its files there, and {old.name} has none of its own in it")
        needs.commands.append("ldconfig")
        return
    raise RefusedError(PREFIX, " ".join(trees))


_MAKES = frozenset("make gmake ninja".split())


def _is_by_convention(old: Old, each: Done, trees: list[str]) -> bool:
    """True for sources that were unpacked, and are built without a word of where they are to be installed."""
    words = [word.value or "$" for view in each.commands if view.base in _MAKES for word in view.words]
    fetched = [folder for done in old.builds for folder in done.fetched]
    return (
        any(is_in(tree, folder) for tree in trees for folder in fetched)
        and not any(view.base in ("configure", "cmake", "meson") for view in each.commands)
        and not any(re.match(r"\w+=|-C|--directory|--prefix|--destdir|-f", word) for word in words)
    )


def has_default_prefix(each: Done) -> bool:
    """True if the rules of Autoconf or CMake say that all comes to /usr/local, and no option says otherwise."""
    texts = [(view.base, [word.value or "$" for word in view.words]) for view in each.commands]
    configured = any(base in ("configure", "cmake") for base, _ in texts)
    other = any(
        re.match(
            r"--(?!enable|disable|with|without)\w*(?:dir|prefix)(?!=/usr/local$)|-DCMAKE_INSTALL|\w*(?:DIR|PREFIX)=",
            word,
        )
        for base, words in texts
        for word in words
        if base in ("configure", "cmake", "make")
    )
    given = any("PREFIX=/usr/local" in words or "prefix=/usr/local" in words for _, words in texts)
    return given or (configured and not other)


def _prefix(old: Old, view: Argv) -> str | None:
    """Where CMake is told to install to; None if that is not known, or if it is told more than that."""
    views = [other for done in old.builds for other in done.commands if other.base in (*_MAKES, "cmake")]
    words = [_beginning(word) for other in views for word in other.words]
    words += [f"{assign.name}=" for other in views for assign in other.command.assignments]
    if any(_OTHER.match(word) for word in words):
        return None
    given = [word.partition("=")[2] for word in words if _GIVEN.match(word)]
    own = [_beginning(word) for word in view.words]
    if "--prefix" in own[:-1]:
        given = [own[own.index("--prefix") + 1]]
    given = list(dict.fromkeys(given)) or [_PREFIX]
    return given[0] if len(given) == 1 and re.fullmatch(r"(?:/[\w.+-]+)+", given[0]) else None


def _beginning(word: Word) -> str:
    """A word as far as it is known; ``$`` stands for the others."""
    first = word.parts[0] if word.parts else None
    known = first.text if isinstance(first, Literal) else ""
    return f"{known}$" if word.value is None else word.value


_GIVEN = re.compile(r"-DCMAKE_INSTALL_PREFIX(?::\w+)?=|--prefix=")
_OTHER = re.compile(r"-DCMAKE_INSTALL_(?!PREFIX\b)|(?:DESTDIR|prefix|PREFIX)=|\$")
"""Beside it; a word that is not known is ``$``."""


def _by_cmake(old: Old, tree: str, _: Done, view: Argv) -> list[str] | None:
    """The programs and shared libraries that CMake installs; None if there are no rules, or more than these."""
    at = tree
    text = old.text(posixpath.join(at, "CMakeLists.txt"))
    if not text:
        at = posixpath.dirname(tree)
        text = old.text(posixpath.join(at, "CMakeLists.txt"))
    if not text or re.search(
        r"(?i)\b(SO)?VERSION\s+\S+\s*(SO)?VERSION|set_target_properties|CMAKE_INSTALL_PREFIX", text
    ):
        return None
    if re.search(r"(?i)\badd_subdirectory\(", text):
        return None
    prefix = _prefix(old, view)
    if prefix is None:
        raise RefusedError(PREFIX, tree)
    text = re.sub(r"#.*", "", text)
    programs = set(re.findall(r"(?i)\badd_executable\(\s*(\w+)", text))
    shared = set(re.findall(r"(?i)\badd_library\(\s*(\w+)\s+SHARED", text))
    static = set(re.findall(r"(?i)\badd_library\(\s*(\w+)\s+(?:STATIC|INTERFACE|OBJECT)", text))
    found: list[str] = []
    for what, rest in _INSTALL.findall(text):
        words = rest.split()
        if what.upper() != "TARGETS":
            return None
        targets = words[: next((at for at, word in enumerate(words) if word in _KEYWORDS), len(words))]
        folder = _destination(words)
        for target in targets:
            if target in programs:
                found.append(posixpath.join(prefix, folder or "bin", target))
            elif target in shared:
                found.append(posixpath.join(prefix, folder or "lib", f"lib{target}.so"))
            elif target not in static:
                return None
    return found or None


def _destination(words: list[str]) -> str:
    """The one folder that a rule names; empty for that of each kind of target."""
    folders = {words[at + 1] for at, word in enumerate(words[:-1]) if word == "DESTINATION"}
    return folders.pop() if len(folders) == 1 and words.count("DESTINATION") == 1 else ""


def _by_make(old: Old, tree: str, each: Done, view: Argv) -> list[str] | None:
    """What the target ``install`` of a Makefile copies; None if it does more than that."""
    text = old.text(posixpath.join(tree, "Makefile")) or old.text(posixpath.join(tree, "GNUmakefile"))
    text = text.replace("\\\n", " ")
    rule = re.search(r"(?m)^install\s*:.*\n((?:\t.*\n?)+)", text)
    if rule is None:
        return None
    variables = {"DESTDIR": "", **dict(re.findall(r"(?m)^(\w+)\s*[:?]?=\s*(\S*)\s*$", text))}
    around = {assign.name for assign in view.command.assignments}
    around |= {name for name in variables if name in old.facts.scope(each.run).variables()}
    if open_ := sorted(around & variables.keys()):
        raise RefusedError(PREFIX, open_[0])
    for word in view.words:
        name, sign, value = _beginning(word).partition("=")
        if name.startswith("$") or (sign and name in variables and not re.fullmatch(r"[\w./+-]*", value)):
            raise RefusedError(PREFIX, tree)
        if sign:
            variables[name] = value
    found: list[str] = []
    for line in rule[1].splitlines():
        words = [_expanded(word, variables) for word in line.strip().lstrip("@-").split()]
        plain = [
            word for at, word in enumerate(words[1:], 1) if word[:1] != "-" and words[at - 1] not in ("-m", "-o", "-g")
        ]
        if not words or words[0] == "mkdir" or (words[0] == "install" and "-d" in words):
            continue
        if words[0] not in ("install", "cp") or len(plain) < 2 or any("$" in word for word in plain):
            return None
        *sources, target = plain
        into = target.endswith("/") or target in ("/usr/local/bin", "/usr/bin", "/usr/local/lib") or len(sources) > 1
        found += (posixpath.join(target, posixpath.basename(source)) if into else target for source in sources)
    return found if found and all(path.startswith("/") for path in found) else None


def _expanded(word: str, variables: dict[str, str]) -> str:
    for _ in range(4):
        word = re.sub(r"\$[({](\w+)[)}]", lambda found: variables.get(found[1], found[0]), word)
    return word
