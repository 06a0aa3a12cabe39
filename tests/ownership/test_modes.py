"""The modes that are computed are those that chmod makes."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from dfopt_transforms._modes import UMASK, after_symbolic


@pytest.mark.skipif(os.name != "posix" or shutil.which("chmod") is None, reason="there is no chmod")
@pytest.mark.parametrize(
    "text",
    ["+x", "a+x", "u+x", "ug+x,o=rx", "+rwx", "+xr", "a=r", "=", "go-rwx", "a+rX", "u=rwX,g-w+x", "o+w-r"],
)
def test_like_chmod(text: str, tmp_path: Path) -> None:
    for mode in (0o600, 0o644, 0o664, 0o755, 0o711):
        path = tmp_path / f"{mode:o}"
        path.touch()
        path.chmod(mode)
        subprocess.run(["chmod", text, str(path)], check=True, umask=UMASK)
        assert after_symbolic(text, mode) == path.stat().st_mode & 0o7777, (text, f"{mode:o}")


@pytest.mark.parametrize("text", ["u+s", "+t", "g=u", "755", "", "u", "x+x", "u+x,"])
def test_what_is_not_known(text: str) -> None:
    assert after_symbolic(text, 0o644) is None
