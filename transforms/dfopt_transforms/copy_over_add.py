"""ADD becomes COPY where it fetches nothing and unpacks nothing."""

from __future__ import annotations

from collections.abc import Iterator

from dfopt.knowledge.archives import KNOWN_ARCHIVES, PLAIN_EXTENSIONS, PLAIN_NAMES
from dfopt.syntax.nodes import Add, Onbuild
from dfopt.transform import Context, Edit, Patch, Safety, Skip, transform

_SIGNS = {
    "$": "a variable is in a source",
    "*": "a source is a pattern",
    "?": "a source is a pattern",
    "[": "a source is a pattern",
    "<": "a source is a here-document",
    ":": "a source may be an address",
    "@": "a source may be an address",
    "'": "a source has quotes or escapes",
    '"': "a source has quotes or escapes",
    "\\": "a source has quotes or escapes",
    "`": "a source has quotes or escapes",
}
_ONLY_OF_ADD = frozenset(["checksum", "keep-git-dir", "unpack"])


@transform(
    safety=Safety.SAFE,
    links=[
        "https://docs.docker.com/reference/dockerfile/#add",
        "https://docs.docker.com/build/building/best-practices/#add-or-copy",
    ],
)
def copy_over_add(ctx: Context) -> Iterator[Patch | Skip]:
    """Copies files with COPY where ADD does nothing more.

    ## Why

    ADD fetches addresses and unpacks tar archives, whatever they are called. Who reads COPY knows that a file
    arrives as it is, today and after somebody replaced it.

    ## Leaves alone

    - Addresses, archives, patterns, variables and here-documents as sources.
    - A name that does not tell what it stands for: ADD looks into the file, so `conf` may be a folder or an
      archive without an extension. `conf/`, `.` and `nginx.conf` tell.
    - ADD with a flag that COPY does not have.
    - Triggers of ONBUILD: the image config holds their text.
    """
    for instruction in ctx.dockerfile.instructions:
        if isinstance(instruction, Onbuild) and isinstance(instruction.trigger, Add):
            yield Skip(instruction.span, "a trigger of ONBUILD is part of the image config")
    for add in ctx.dockerfile.find(Add):
        written = ctx.dockerfile.source.slice(add.keyword_span)
        refusal = _refusal(add)
        if refusal:
            yield Skip(add.span, *refusal)
        elif len(written) != len("ADD"):
            yield Skip(add.span, "a line continuation cuts the keyword in two")
        else:
            keyword = "copy" if written.islower() else "COPY" if written.isupper() else "Copy"
            yield Patch([Edit(add.keyword_span, keyword)], why="nothing is fetched or unpacked", span=add.span)


def _refusal(add: Add) -> tuple[str, str] | None:
    """Why an ADD may do more than COPY: a reason and its detail."""
    for flag in add.flags:
        if flag.name in _ONLY_OF_ADD:
            return "it has a flag that COPY does not have", f"--{flag.name}"
    for source in add.sources:
        sign = next((char for char in source.text if char in _SIGNS), "")
        if sign or source.text.startswith("github.com/"):
            return _SIGNS[sign or ":"], source.text
        name = source.text.rpartition("/")[2]
        extension = name.rpartition(".")[2].lower() if "." in name else ""
        if name in ("", ".", "..") or name in PLAIN_NAMES or extension in PLAIN_EXTENSIONS:
            continue
        if extension in KNOWN_ARCHIVES:
            return "a source may be an archive that ADD unpacks", source.text
        return "the name of a source does not tell whether it is an archive", source.text
    return None
