"""What the files of build tools make beside a program: names of files and folders, as far as they say them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

import msgspec

from dfopt.knowledge import build_rules as known
from dfopt.model.build_files import Kind
from dfopt_transforms._stages_make import with_variables
from dfopt_transforms._stages_parts import Old


class Rules(msgspec.Struct, frozen=True):
    """What they make."""

    texts: list[str]
    """Makefiles, scripts that are run, and what Go and Cargo run in a build."""
    names: set[str]
    """The last parts of the paths that commands of CMake, Meson and Autoconf make and copy, patterns among them."""
    folders: set[str]
    """Those of folders."""
    is_open: bool
    """True if a command computes names."""

    def makes(self, relative: str) -> bool:
        """True if a path that no COPY brings is made, or a folder for it."""
        parts = relative.split("/")
        is_path = len(parts) > 1 or re.search(r"\w\.\w{1,6}$", relative) is not None
        own = [part for part in parts if part not in known.BETWEEN]
        if any(part in self.folders for part in own) or (is_path and self._has(own)):
            return True
        return any(_names(text, relative) for text in self.texts)

    def makes_again(self, relative: str) -> bool:
        """True if what comes from the context may be made, or copied, once more."""
        if self.is_open or self._has(relative.split("/")):
            return True
        puts = [known.PUTS.format(path=re.escape(path)) for path in (relative, relative.partition("/")[0])]
        return any(re.search(expression, text) for text in self.texts for expression in puts)

    def _has(self, parts: list[str]) -> bool:
        return any(fnmatchcase(part, name) for part in parts for name in self.names)


def rules(old: Old) -> Rules:
    """Those of the tools that a build calls."""
    found = Rules([], set(), set(), False)
    scripts = {path for each in old.builds for path in each.scripts}
    calls = [(view.base, view.words[0].value if view.words else "") for each in old.builds for view in each.commands]
    called = {base for base, _ in calls}
    is_made = not called.isdisjoint(known.RUNNERS)
    is_open = False
    for each in old.laid:
        name = posixpath.basename(each.path)
        if each.path in scripts:
            found.texts.append(old.text(each.path))
        elif (name == "build.rs" and "cargo" in called) or (name.endswith(".go") and ("go", "generate") in calls):
            found.texts.append("\n".join(known.IN_SOURCES.findall(old.text(each.path))))
        elif is_made and each.entry.kind is Kind.FILE and known.OF_OTHERS.isdisjoint(each.entry.path.split("/")):
            is_open = _read(name, old.text(each.path), found) or is_open
    found.names.discard("")
    return msgspec.structs.replace(found, is_open=is_open)


def _read(name: str, text: str, found: Rules) -> bool:
    """Notes what a file says if it is one of a build tool; True if it computes a name."""
    if known.CMAKE_FILES.fullmatch(name):
        return _by_cmake(text, found)
    if known.MAKEFILES.fullmatch(name):
        text = with_variables(text)
        found.texts.append(text)
        found.folders.update(_folders(known.FOLDER_RECIPE.findall(text)))
    elif known.MESON_FILES.fullmatch(name):
        for words in known.MESON_CALL.findall(text):
            found.names.update(_last(word) for word in re.findall(r"'([^'\n]*)'", words))
    elif known.AUTOCONF_FILES.fullmatch(name):
        for words in known.AUTOCONF_CALL.findall(text):
            found.names.update(_last(word.partition(":")[0]) for word in words.split())
    return False


def _by_cmake(text: str, found: Rules) -> bool:
    """Notes what commands of CMake make; True if one of them computes a name."""
    text = re.sub(r"(?m)#.*$", "", text)
    variables = _variables(text)
    is_open = False
    for call in known.CMAKE_CALL.finditer(text):
        words = call["words"]
        first = words.split()[0] if words.split() else ""
        if call["name"].lower() == "file" and first not in known.CMAKE_MAKES:
            continue
        for word in _words(known.CMAKE_ASIDE.sub("", words), variables):
            name = _last(known.CMAKE_PLACES.sub("", word))
            if "$" in name:
                is_open = True
            elif not name.isupper() and not name.startswith("-"):
                found.names.add(name)
    for groups in known.CMAKE_FOLDERS.findall(text):
        found.folders.update(_last(known.CMAKE_PLACES.sub("", word)) for word in _words("".join(groups), variables))
    found.folders.difference_update({"", *known.BETWEEN})
    return is_open


def _variables(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in known.CMAKE_VALUES.finditer(text):
        name = each["name"] or each["each"] or each["found"]
        value = each["value"] or each["pattern"] or each["items"] or ""
        lists = re.match(r"\s*IN\s+LISTS\s+([\w\s]+)$", value)
        found[name] = " ".join(f"${{{item}}}" for item in lists[1].split()) if lists else value
    return found


def _words(text: str, variables: dict[str, str]) -> Iterator[str]:
    for _ in range(4):
        text = re.sub(r"\$\{(\w+)\}", lambda found: variables.get(found[1], found[0]), text)
    yield from re.split(r"[\s\"';]+", text)


def _folders(recipes: list[str]) -> Iterator[str]:
    for words in recipes:
        for word in re.split(r"[\s{},\"']+", words):
            if not word.startswith(("-", "/")) and "$" not in word and (name := _last(word)) not in known.BETWEEN:
                yield name


def _last(path: str) -> str:
    """The last part of a path; of one in a folder with computed names, that folder."""
    return posixpath.basename(path.rstrip("/"))


def _names(text: str, relative: str) -> bool:
    """True if a rule names a path, or writes to what has its name."""
    path = re.escape(relative)
    if "/" in relative or re.search(r"\w\.\w{1,6}$", relative):
        return re.search(rf"(?<![\w./-])(?:\./)?{path}(?![\w-])", text) is not None
    return re.search(rf"(?m)^\t.*(?:>|\s-[odp]|--\w[\w-]*[= ])\s*(?:\./)?{path}(?:/|\s|$)", text) is not None
