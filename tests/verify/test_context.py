"""A copy of the build context can be changed without touching the original."""

from __future__ import annotations

import os
from pathlib import Path

from dfopt.verify.context import copied, place, touch, touchable


def test_a_change_in_the_copy_leaves_the_original(tmp_path: Path) -> None:
    original = tmp_path / "project"
    (original / "src").mkdir(parents=True)
    (original / ".git").mkdir()
    source = original / "src" / "run.sh"
    source.write_text("echo\n")
    source.chmod(0o755)
    (original / "link").symlink_to("nowhere")
    copy = copied(original, tmp_path)
    assert not (copy / ".git").exists()
    assert os.readlink(copy / "link") == "nowhere"
    touch(copy / "src" / "run.sh")
    assert source.read_text() == "echo\n"
    changed = (copy / "src" / "run.sh").read_text()
    assert changed != "echo\n"
    assert changed.rstrip() == "echo"
    touch(copy / "src" / "run.sh")
    assert (copy / "src" / "run.sh").read_text().removeprefix(changed).strip("\n ") == ""
    assert (copy / "src" / "run.sh").read_text() != changed
    assert (copy / "src" / "run.sh").stat().st_mode & 0o777 == 0o755


def test_the_file_to_change_is_a_source_file(tmp_path: Path) -> None:
    for at, name in enumerate(("old.py", "new.py", "package.json", ".env", "Dockerfile")):
        (tmp_path / name).write_text("x")
        os.utime(tmp_path / name, (at, at))
    assert touchable(tmp_path, tmp_path / "Dockerfile") == tmp_path / "new.py"
    for name in ("old.py", "new.py"):
        (tmp_path / name).unlink()
    assert touchable(tmp_path, tmp_path / "Dockerfile") is None


def test_the_ignore_file_of_a_dockerfile_goes_with_it(tmp_path: Path) -> None:
    original = tmp_path / "web.Dockerfile"
    original.write_text("FROM scratch\n")
    (tmp_path / "web.Dockerfile.dockerignore").write_text("secret\n")
    folder = tmp_path / "work"
    folder.mkdir()
    path = place(b"FROM scratch\n", "after.Dockerfile", folder, original)
    assert path.read_bytes() == b"FROM scratch\n"
    assert (folder / "after.Dockerfile.dockerignore").read_text() == "secret\n"
