"""Which files of a build context name something else in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from dfopt.knowledge import unwanted as known
from dfopt.model.build_files import BuildFiles, Entry, Kind, folders_above
from dfopt_transforms._ignore_finds import Find

_MOST_FILES, _MOST_BYTES, _LARGEST = 4000, 40_000_000, 400_000
_WORD = r"[\w.@+-]"
_QUOTES = "[\"'`]"
_INSIDE = "[^\"'`\\s]"


def is_asked(row: known.Unwanted) -> bool:
    """True for what nothing makes anew, and what no command is known to read: the sources may say who needs it."""
    return not row.made_by and not row.needed_by and row.kind not in known.MADE_ANEW


class Sources:
    """The small files of a context that may run or set up something."""

    def __init__(self, files: BuildFiles, found: Sequence[Find]) -> None:
        self._files = files
        self._found = found
        self._words: dict[str, dict[str, str]] = {}
        self._matches: dict[re.Pattern[str], str] = {}

    @property
    def too_many(self) -> bool:
        return self._texts is None

    def matching(self, wanted: re.Pattern[str]) -> str:
        """The first file that an expression is found in; empty if there is none."""
        return next((path for path, text in self._texts or () if wanted.search(text)), "")

    def naming(self, row: known.Unwanted, top: Entry) -> str:
        """The first file that names something: by its name, by a pattern, or by the folder that it lies in."""
        name = top.path.rpartition("/")[2]
        if top.kind is Kind.FOLDER:
            return self._loading(name) or self._quoting(name, "(?:/[^\"'`]*)?")
        return self._saying(row, name) or self._globbing(row) or self._taking_folders(top)

    def _saying(self, row: known.Unwanted, name: str) -> str:
        """A word that is a name, or its end if it is made of several."""
        end = row.pattern.removeprefix("**/*") if row.pattern.startswith("**/*") else name
        if not re.fullmatch(rf"{_WORD}+", end):
            end = name
        if end not in self._words:
            word = re.compile(rf"(?<!{_WORD}){_WORD}*{re.escape(end)}(?![\w-])")
            self._words[end] = {
                found: path for path, text in reversed(self._texts or ()) if end in text for found in word.findall(text)
            }
        last = re.search(rf"{_WORD}*$", name)
        return self._words[end].get(last[0] if last and last[0] else name, "")

    def _loading(self, name: str) -> str:
        """``require("./coverage")``, in settings too."""
        path = rf"{_INSIDE}*/{re.escape(name)}(?:/{_INSIDE}*)?"
        load = re.compile(rf"(?:\brequire\s*\(|\bimport\s*\(?|\bfrom)\s*{_QUOTES}{path}{_QUOTES}")
        return self._in_code(name, load, settings=True)

    def _quoting(self, name: str, behind: str) -> str:
        """A text that is a path to a name."""
        path = re.compile(rf"{_QUOTES}(?:{_INSIDE}*/)?{re.escape(name)}{behind}{_QUOTES}")
        return self._in_code(name, path)

    def _globbing(self, row: known.Unwanted) -> str:
        """``glob("*.log")``, ``name.endswith(".log")``."""
        end = row.pattern.removeprefix("**/*")
        if not re.fullmatch(r"\.\w+", end):
            return ""
        dotted = re.escape(end)
        return self._in_code(end, re.compile(rf"\*{dotted}\b|{_QUOTES}{dotted}{_QUOTES}"))

    def _taking_folders(self, top: Entry) -> str:
        """A text that is the path of a folder, and go:embed with one."""
        for folder in folders_above(top.path):
            name = folder.rpartition("/")[2]
            if name in known.LOG_FOLDERS:
                continue
            embed = re.compile(rf"^//go:embed\b.*[\s/:]{re.escape(name)}(?:/\*)?(?:\s|$)", re.MULTILINE)
            path = self._quoting(name, r"/?(?:\*[^\"'`]*)?") or self._in_code(name, embed)
            if path:
                return path
        return ""

    def _in_code(self, name: str, wanted: re.Pattern[str], *, settings: bool = False) -> str:
        """The first source that an expression with a name is found in."""
        if wanted not in self._matches:
            found = (
                path
                for path, text in self._texts or ()
                if path.lower().endswith(tuple(known.CODE)) and (settings or not re.search(known.SETTINGS, path))
                if name in text and wanted.search(text)
            )
            self._matches[wanted] = next(found, "")
        return self._matches[wanted]

    @cached_property
    def _texts(self) -> list[tuple[str, str]] | None:
        """None if there are too many."""
        found: list[tuple[str, str]] = []
        size = 0
        for entry in self._entries():
            size += entry.size
            if len(found) >= _MOST_FILES or size > _MOST_BYTES:
                return None
            content = self._files.read(entry.path)
            if content is not None and b"\0" not in content[:1000]:
                found.append((entry.path, content.decode("utf-8", "replace")))
        return found

    def _entries(self) -> Iterator[Entry]:
        skipped = frozenset(path for find in self._found if find.row.kind != "secret" for path in find.paths)
        for entry in self._files.entries:
            name = entry.path.lower()
            if (
                entry.kind is Kind.FILE
                and entry.size <= _LARGEST
                and entry.path not in skipped
                and not name.endswith(known.DOCUMENTS)
                and not name.rpartition("/")[2].startswith("dockerfile")
            ):
                yield entry
