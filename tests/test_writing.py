"""Files are replaced whole or not at all, and stay what they were in all but content."""

from __future__ import annotations

import os
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dfopt import writing
from dfopt.discovery import kind_of
from dfopt.writing import WriteError, replace, whole_file


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "Dockerfile"
    path.write_bytes(b"old")
    return path


@pytest.fixture
def as_nobody() -> Iterator[Path]:
    """A folder of root's, for a process that is not root: with root's rights nothing is write-protected."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        if os.geteuid() != 0:
            yield folder
            folder.chmod(0o755)
            return
        os.seteuid(65534)
        try:
            yield folder
        finally:
            os.seteuid(0)


def leftovers(folder: Path) -> list[str]:
    return [name for name in os.listdir(folder) if writing.is_temporary(name)]


def test_content_changes_and_mode_and_owner_stay(file: Path) -> None:
    file.chmod(0o751)
    if os.geteuid() == 0:
        os.chown(file, 1234, 4321)
    before = file.stat()
    replace(str(file), b"new")
    after = file.stat()
    assert file.read_bytes() == b"new"
    assert (after.st_mode, after.st_uid, after.st_gid) == (before.st_mode, before.st_uid, before.st_gid)
    assert leftovers(file.parent) == []


def test_special_mode_bits_stay(file: Path) -> None:
    file.chmod(0o2755)
    replace(str(file), b"new")
    assert stat.S_IMODE(file.stat().st_mode) == 0o2755


@pytest.mark.skipif(not hasattr(os, "setxattr"), reason="extended attributes exist on Linux only")
def test_extended_attributes_stay(file: Path) -> None:
    try:
        os.setxattr(file, "user.note", b"mine")
    except OSError:
        pytest.skip("this file system has no extended attributes")
    replace(str(file), b"new")
    assert os.getxattr(file, "user.note") == b"mine"


def test_a_file_that_changed_since_it_was_read_stays(file: Path) -> None:
    read = file.stat()
    file.write_bytes(b"other")
    with pytest.raises(WriteError, match="changed while dfopt worked"):
        replace(str(file), b"new", read)
    assert file.read_bytes() == b"other"


def test_what_is_no_regular_file_stays(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "Dockerfile")
    with pytest.raises(WriteError, match="not a regular file"):
        replace(str(tmp_path / "Dockerfile"), b"new")


def test_a_missing_file_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(WriteError, match="No such file"):
        replace(str(tmp_path / "Dockerfile"), b"new")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_an_error_on_the_way_leaves_the_old_file_alone(file: Path, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, step, fails)
    with pytest.raises(WriteError, match="No space left on device"):
        replace(str(file), b"new")
    assert file.read_bytes() == b"old"
    assert leftovers(file.parent) == []


def test_in_a_read_only_folder_nothing_is_written(as_nobody: Path) -> None:
    folder = as_nobody
    if os.getuid() == 0:
        os.seteuid(0)
    path = folder / "Dockerfile"
    path.write_bytes(b"old")
    path.chmod(0o666)
    folder.chmod(0o555)
    if os.getuid() == 0:
        os.seteuid(65534)
    with pytest.raises(WriteError, match="Permission denied"):
        replace(str(path), b"new")
    assert path.read_bytes() == b"old"


def test_a_write_protected_file_stays(as_nobody: Path) -> None:
    if os.getuid() == 0:
        os.seteuid(0)
        as_nobody.chmod(0o777)
        os.seteuid(65534)
    path = as_nobody / "Dockerfile"
    path.write_bytes(b"old")
    path.chmod(0o444)
    with pytest.raises(WriteError, match="write-protected"):
        replace(str(path), b"new")
    assert path.read_bytes() == b"old"


@pytest.mark.skipif(os.getuid() != 0, reason="only root can make files of somebody else")
def test_a_file_of_somebody_else_stays(as_nobody: Path) -> None:
    os.seteuid(0)
    as_nobody.chmod(0o777)
    path = as_nobody / "Dockerfile"
    path.write_bytes(b"old")
    path.chmod(0o666)
    os.seteuid(65534)
    with pytest.raises(WriteError, match="belongs to somebody else"):
        replace(str(path), b"new")
    assert path.read_bytes() == b"old"
    assert leftovers(as_nobody) == []


def test_old_temporary_files_are_swept_and_young_ones_stay(file: Path) -> None:
    old, young = (file.parent / f"{writing.PREFIX}{name}{writing.SUFFIX}" for name in ("1-old", "1-young"))
    for path in (old, young):
        path.write_bytes(b"half")
    an_age_ago = time.time() - 2 * writing.STALE
    os.utime(old, (an_age_ago, an_age_ago))
    replace(str(file), b"new")
    assert leftovers(file.parent) == [young.name]


def test_temporary_files_are_no_dockerfiles(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def killed(source: str, _: str) -> None:
        seen.append(os.path.basename(source))
        raise OSError(5, "killed")

    monkeypatch.setattr(os, "replace", killed)
    with pytest.raises(WriteError):
        replace(str(file), b"new")
    (name,) = seen
    assert writing.is_temporary(name)
    assert kind_of(name) is None


def test_a_report_takes_its_place_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_bytes(b"old")
    with whole_file(str(path)) as file:
        file.write(b"new")
        file.flush()
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"


def test_a_report_that_fails_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_bytes(b"old")

    def fails() -> None:
        with whole_file(str(path)) as file:
            file.write(b"new")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert path.read_bytes() == b"old"
    assert leftovers(tmp_path) == []


def test_a_report_keeps_the_link_and_the_mode(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_bytes(b"old")
    target.chmod(0o640)
    link.symlink_to(target)
    with whole_file(str(link)) as file:
        file.write(b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_a_report_goes_straight_into_a_device() -> None:
    with whole_file(os.devnull) as file:
        file.write(b"new")
    assert not os.path.isfile(os.devnull)
