"""busybox ash reads a text without running it; a machine without busybox has no opinion."""

from __future__ import annotations

import shutil
import subprocess
from functools import lru_cache


@lru_cache(maxsize=1)
def busybox() -> str | None:
    return shutil.which("busybox")


def against_ash(text: str) -> str | None:
    """Why ash rejects a text; None if it takes it."""
    program = busybox()
    if program is None:
        return None
    run = subprocess.run([program, "ash", "-n"], input=text.encode(), capture_output=True, timeout=20, check=False)
    return f"ash rejects it: {run.stderr.decode(errors='replace')}" if run.returncode or run.stderr else None
