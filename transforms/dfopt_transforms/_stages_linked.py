"""The libraries that a build links a program with, as far as its files name them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from dfopt.knowledge import library_names as known
from dfopt.knowledge import system_libraries
from dfopt.model.build_files import Kind
from dfopt_transforms._stages_parts import Old, settings


def linked(old: Old) -> dict[str, str]:
    """Their names for the linker, or what the build calls them if that is not known, and where they are named."""
    found: dict[str, str] = {}
    texts = list(_texts(old))
    own = {name.lower() for _, _, text in texts for name in known.CMAKE_TARGETS.findall(text)}
    for name, where, text in texts:
        for library in _named(name, text):
            if library.lower() not in own:
                found.setdefault(known.NAMES.get(library.lower(), library), where)
    for each in old.laid:
        if posixpath.basename(each.path) == "Cargo.lock":
            found |= _of_crates(old.text(each.path), each.entry.path)
    return found


def is_plain(old: Old) -> bool:
    """True if the names of all libraries stand in the build as the linker gets them."""
    for name, _, text in _texts(old):
        if name.endswith(_SOURCES):
            continue
        if not (name == "RUN" or known.PLAIN_FILES.fullmatch(name)) or known.COMPUTED.search(text):
            return False
    names = {posixpath.basename(each.path) for each in old.laid}
    called = {view.base for each in old.builds for view in each.commands}
    return names.isdisjoint(_CONFIGURES) and called.isdisjoint(_CONFIGURES)


_CONFIGURES = frozenset("configure autogen.sh bootstrap cmake meson autoreconf".split())
_SOURCES = (".go", ".rs", ".c", ".cc", ".cpp")


def shared(old: Old) -> str:
    """Where a shared library of the program's own is built; empty if none is."""
    for name, where, text in _texts(old):
        if not name.endswith((".rs", ".go")) and known.SHARED.search(_without_comments(name, text)):
            return where
    return ""


def _texts(old: Old) -> Iterator[tuple[str, str, str]]:
    """The files that say how to build, and the RUNs that do: a name, where it is, and the text."""
    is_made = old.builder.language not in _BY_THEMSELVES or _calls_make(old)
    for each in old.laid:
        name = posixpath.basename(each.path)
        if each.entry.kind is not Kind.FILE or old.files is None:
            continue
        if known.PLAIN_FILES.fullmatch(name) and not is_made:
            continue
        if known.BUILD_FILES.fullmatch(name) or name.endswith(_SOURCES) or name == "Cargo.toml":
            text = (old.files.read(each.entry.path) or b"").decode("utf-8", "replace")
            yield name, each.entry.path, _without_comments(name, text)
    for name, value in settings(old).items():
        if name.endswith("FLAGS"):
            yield "RUN", f"ENV {name}", value
    for build in old.builds:
        if any(known.LINKERS.fullmatch(view.base or "") for view in build.commands):
            yield "RUN", "a RUN", old.facts.dockerfile.text(build.run)


_BY_THEMSELVES = frozenset({"go", "rust"})
"""Languages whose tool chain builds without a Makefile."""


def _calls_make(old: Old) -> bool:
    """True if a RUN calls make, or what may do so: a script, or that of a crate."""
    is_called = any(view.base in ("make", "gmake") for each in old.builds for view in each.commands)
    return (
        is_called
        or any(each.scripts for each in old.builds)
        or any(each.path.endswith("/build.rs") for each in old.laid)
    )


def _without_comments(name: str, text: str) -> str:
    if name.endswith(".go"):
        return "\n".join(re.findall(r"(?m)^.*#cgo.*$", text))
    if name.endswith((".rs", ".c", ".cc", ".cpp")):
        return text
    return re.sub(r"(?m)(?:^|\s)(?:#|dnl\b).*$", "", text) if name != "RUN" else text


def _named(name: str, text: str) -> Iterator[str]:
    if name.endswith((".c", ".cc", ".cpp")):
        yield from ["gomp"] if re.search(r"(?m)^\s*#\s*include\s*[<\"]omp\.h", text) else []
        return
    if name.endswith(".rs"):
        yield from (group for found in known.RUST.finditer(text) for group in found.groups() if group)
        return
    yield from (library.rstrip(".-") for library in _options(text))
    if known.OPEN_MP.search(text):
        yield "gomp"
    kinds = {kind for groups in known.SANITIZE.findall(text) for kind in "".join(groups).split(",")}
    inside = known.LINKED_INTO.findall(text)
    yield from (library for kind, library in known.SANITIZERS.items() if kind in kinds and library not in inside)
    for found in known.PKG_CONFIG.finditer(text):
        words = found["words"]
        yield from _modules(words.removeprefix(":")) if "--" in words or words.startswith(":") else ()
    yield from known.OWN_CONFIG.findall(text)
    lower = name.lower()
    if lower.endswith(".cmake") or lower == "cmakelists.txt":
        for found in known.CMAKE.finditer(text):
            yield from (each for each in (found["package"], found["library"]) if each)
            yield from _modules(found["modules"] or "")
            yield from _of_target(f"{found['linked'] or ''} {found['all'] or ''}")
    elif lower == "meson.build":
        yield from (group for found in known.MESON.finditer(text) for group in found.groups() if group)
    elif lower.startswith("configure."):
        for found in known.AUTOCONF.finditer(text):
            yield from _modules(f"{found['modules'] or ''} {found['exist'] or ''}")
            yield from f"{found['library'] or ''} {found['libraries'] or ''}".split()


def _options(text: str) -> Iterator[str]:
    """The libraries that the commands of a text, or its variables, give to the linker by ``-l``."""
    for command in _BETWEEN.split(re.sub(r"\\\r?\n", " ", text)):
        words = _BEFORE.sub("", command).split(maxsplit=1)
        program = posixpath.basename(words[0]) if words else ""
        if program == "go":
            yield from (
                library for found in known.GO_LINKER.findall(command) for library in known.OPTION.findall(found)
            )
        elif program not in known.OF_OTHERS:
            yield from known.OPTION.findall(command)


_BETWEEN = re.compile(r"\n|&&|\|\|?|;|`|\$\(shell\b|[()]")
_BEFORE = re.compile(r"^(?:\s*RUN\b(?:\s+--\S+)*)?[\s@+-]*(?:\w+=(?:\"[^\"]*\"|'[^']*'|\S*)\s+)*")
"""What may stand in front of the name of a program."""


def _modules(text: str) -> Iterator[str]:
    """Names for pkg-config, without options and versions."""
    for word in re.sub(r"[<>]?=\s*[\w.]+|[<>]\s*[\w.]+", " ", text).split():
        name = word.strip("[]'\"")
        if re.fullmatch(r"[a-zA-Z][\w.+-]*", name) and name.lower() not in known.CMAKE_WORDS:
            yield name


def _of_target(text: str) -> Iterator[str]:
    for word in re.sub(r"\$<[^>]*>", "", text).split():
        if known.CMAKE_VARIABLE.fullmatch(word) or word.startswith("-") or word.lower() in known.CMAKE_WORDS:
            continue
        yield word


def _of_crates(text: str, path: str) -> dict[str, str]:
    """The libraries of the system that crates link with; a crate that is not known is one by its own name."""
    names = re.findall(r'(?m)^name\s*=\s*"([\w-]+)"', text)
    is_vendored = "openssl-src" in names
    found: dict[str, str] = {}
    for name in names:
        if name in system_libraries.CRATES and not (is_vendored and name == "openssl-sys"):
            found[system_libraries.CRATES[name]] = path
        elif (
            name.endswith("-sys")
            and name not in system_libraries.CRATES
            and not system_libraries.PLAIN_CRATES.fullmatch(name)
        ):
            found[name] = path
    return found
