"""What the machine is set up for: its repositories, its registries, its certificates. Nothing is written down here."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

_SOURCES = Path("/etc/apt/sources.list.d/debian.sources")
_LIST = Path("/etc/apt/sources.list")
BUNDLE = Path("/etc/ssl/certs/ca-certificates.crt")
CERTIFICATES = Path("/usr/local/share/ca-certificates")
"""The machine's own certificates, from which the bundle is made anew by an upgrade."""


def debian() -> str | None:
    """The address of the machine's Debian repository; None if it has none."""
    for path, pattern in ((_SOURCES, r"(?m)^URIs:\s*(\S+)"), (_LIST, r"(?m)^deb\s+(?:\[[^]]*\]\s+)?(\S+)")):
        if path.is_file() and (found := re.search(pattern, path.read_text(encoding="utf-8"))):
            return found[1]
    return None


def debian_security() -> str | None:
    """The address of the machine's repository of security updates."""
    if _SOURCES.is_file():
        found = re.findall(r"(?m)^URIs:\s*(\S+)", _SOURCES.read_text(encoding="utf-8"))
        return next((uri for uri in found if "security" in uri), None)
    return None


def pip_conf() -> str:
    """A configuration for pip in an image: the machine's index and the image's own certificates."""
    lines = ["[global]", f"cert = {BUNDLE}", "disable-pip-version-check = true", "timeout = 180"]
    index = os.environ.get("PIP_INDEX_URL") or _output("python3", "-m", "pip", "config", "get", "global.index-url")
    return "\n".join([*lines, *([f"index-url = {index}"] if index else [])]) + "\n"


def npmrc() -> str:
    """A configuration for npm in an image: the machine's registry and the image's own certificates."""
    registry = _output("npm", "config", "get", "registry") if shutil.which("npm") else ""
    lines = [f"cafile={BUNDLE}", "fund=false", "audit=false", "update-notifier=false"]
    return "\n".join([*([f"registry={registry}"] if registry else []), *lines]) + "\n"


def _output(*words: str) -> str:
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
    return done.stdout.strip() if done.returncode == 0 else ""
