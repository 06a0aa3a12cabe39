"""What edits of other files may do: transforms that leave out too much are taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dfopt import api, registry
from dfopt.config import Config
from dfopt.context.place import files_of
from dfopt.results import Rewrite
from dfopt.source import Source
from dfopt.transform import Context, Delta, FileEdit, Patch, Safety, Skip, Transform

Made = Callable[[FileEdit], Patch]
ALL = "FROM debian:12\nCOPY . /a\n"
SOME = "FROM debian:12\nCOPY a b* /a/\n"


def edit(new: str, old: str | None = None, path: str = ".dockerignore") -> FileEdit:
    return FileEdit(path, old, new)


def loads(transform: Transform) -> Callable[..., dict[str, Transform]]:
    """A registry with one transform."""

    def load(*, unsafe: bool = True) -> dict[str, Transform]:
        return {transform.id: transform} if unsafe or transform.is_harmless else {}

    return load


def run(
    root: Path, monkeypatch: pytest.MonkeyPatch, text: str, given: FileEdit, *left_out: str, safe: bool = False
) -> Rewrite:
    """One patch with an edit, in a context of a few files."""
    for name in ("a", "b1", "b2", "c.log", ".idea/x", "d/e"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("1")
    (root / "Dockerfile").write_text(text)
    if given.old is not None:
        (root / given.path).write_text(given.old)

    def once(ctx: Context) -> Iterator[Patch | Skip]:
        done = ctx.files()
        if getattr(getattr(done, "ignore_file", None), "text", None) != given.new:
            place = ctx.facts.stages[0].start.span
            yield Patch((), span=place, why="so", files=[given], delta=Delta(left_out=left_out))

    safety = Safety.SAFE if safe else Safety.UNSAFE
    transform = Transform("once", once, safety, (), (), "")
    monkeypatch.setattr(registry, "load", loads(transform))
    path = root / "Dockerfile"
    return api.rewrite(Source(text, str(path)), Config(unsafe=True), files=files_of(path, str(root)))


def test_what_is_declared_and_unwanted_may_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(tmp_path, monkeypatch, ALL, edit(".idea\n*.log\n.dockerignore\n"), ".idea", "*.log")
    assert (result.failures, [file.after for file in result.files]) == ((), [".idea\n*.log\n.dockerignore\n"])


def test_what_nothing_takes_may_go_by_a_safe_patch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(tmp_path, monkeypatch, SOME, edit("x\n\n# y\n.idea\nd\n", "x\n\n# y"), safe=True)
    assert result.failures == ()
    assert result.files[0].before == "x\n\n# y"


@pytest.mark.parametrize(
    ("text", "given", "left_out", "problem"),
    [
        (ALL, edit(".idea\n.dockerignore\n"), (), "COPY . takes '.idea' no more"),
        (ALL, edit(".idea\n"), (".idea",), "COPY . takes other files"),
        (ALL, edit(".idea\nx\n.dockerignore\n", "x\n"), (".idea",), "takes '.dockerignore' no more"),
        (ALL, edit("d\n.dockerignore\n"), ("d",), "'d' is nothing that an image should not have"),
        (ALL, edit(".dockerignore\n"), (".idea",), ".idea is not left out as declared"),
        (ALL, edit("!a\n.dockerignore\n"), (), "takes back"),
        (ALL, edit("a[\n.dockerignore\n"), (), "bracket"),
        (SOME, edit(".idea\n", "# why\n.idea\n"), (), "rules or comments"),
        (SOME, edit("b\na\n", "a\nb\n"), (), "rules or comments"),
        (SOME, edit("b1\n"), (), "COPY b* takes 'b1' no more"),
        (SOME, edit("b?\n"), ("b?",), "COPY b* finds nothing any more"),
        (SOME, edit("2", "1", "a"), (), "a may not be edited"),
        ("FROM debian:12\nARG X=a\nCOPY $X /a\n", edit(".idea\n"), (), "is not known"),
        ("FROM example/unknown\nCOPY a /a\n", edit(".idea\n"), (), "ONBUILD"),
        ("FROM node:6-onbuild\nCOPY a /a\n", edit(".idea\n"), (), "ONBUILD"),
    ],
)
def test_what_may_not_be_done(
    text: str,
    given: FileEdit,
    left_out: tuple[str, ...],
    problem: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    result = run(tmp_path, monkeypatch, text, given, *left_out)
    assert not result.changed
    (failure,) = result.failures
    assert problem in failure.reason


def test_a_file_that_is_not_what_the_patch_expects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".dockerignore").write_text("x\n")
    result = run(tmp_path, monkeypatch, SOME, edit(".idea\n"))
    assert "is not what the patch expects" in result.failures[0].reason


def test_other_dockerfiles_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "other.Dockerfile").write_text("FROM debian:12\nCOPY d/e /e\n")
    result = run(tmp_path, monkeypatch, SOME, edit(".idea\nd\n"), safe=True)
    assert "COPY d/e" in result.failures[0].reason


def test_a_safe_patch_that_declares_a_loss(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(tmp_path, monkeypatch, ALL, edit(".idea\n.dockerignore\n"), ".idea", safe=True)
    assert "a safe patch declares that the image differs" in result.failures[0].reason


def test_without_a_context_nothing_is_edited(monkeypatch: pytest.MonkeyPatch) -> None:
    def once(ctx: Context) -> Iterator[Patch | Skip]:
        yield Patch((), span=ctx.facts.stages[0].start.span, why="so", files=[edit(".idea\n")])

    monkeypatch.setattr(registry, "load", loads(Transform("once", once, Safety.SAFE, (), (), "")))
    result = api.rewrite(Source(ALL))
    assert "the build context is not known" in result.failures[0].reason
    assert result.files == ()
