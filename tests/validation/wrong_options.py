"""Patches that declare an option, and put it in a wrong place, or that declare a wrong one."""

from __future__ import annotations

from dfopt.edits import Delta
from tests.validation.attempts import Attempt, change


def _option(
    name: str,
    hazard: int,
    script: str,
    changed: str,
    *options: tuple[str, str],
    dropped: tuple[tuple[str, str], ...] = (),
    right: str | None = None,
) -> Attempt:
    """An option in a wrong place, or a wrong option."""
    return change(
        name,
        hazard,
        f"FROM python:3-alpine\nRUN {script}\n",
        f"RUN {script}\n",
        f"RUN {changed}\n",
        delta=Delta(added_options=options, dropped_options=dropped),
        right=None if right is None else f"RUN {right}\n",
    )


_PIP = ("pip", "--no-cache-dir")
_APK = ("apk", "--no-cache")

TABLE: tuple[Attempt, ...] = (
    _option(
        "an-option-that-no-table-has",
        4,
        "apt-get install -y c",
        "apt-get install -y --no-install-recommends c",
        ("apt-get", "--no-install-recommends"),
    ),
    _option(
        "an-option-that-forces",
        35,
        "pip install a",
        "pip install --break-system-packages a",
        ("pip", "--break-system-packages"),
    ),
    _option("an-option-that-upgrades", 35, "pip install a", "pip install -U a", ("pip", "-U")),
    _option("an-option-of-another-command", 35, "cp a b", "cp -y a b", ("cp", "-y")),
    _option("an-option-of-another-manager", 35, "pip install a", "pip install --no-cache a", ("pip", "--no-cache")),
    _option(
        "an-option-of-a-command-that-installs-nothing", 35, "pip config list", "pip config --no-cache-dir list", _PIP
    ),
    _option(
        "an-option-as-the-value-of-another",
        35,
        "pip install -t /x a",
        "pip install -t --no-cache-dir /x a",
        _PIP,
        right="pip install --no-cache-dir -t /x a",
    ),
    _option(
        "an-option-behind-the-packages",
        35,
        "pip install a -- b",
        "pip install a -- --no-cache-dir b",
        _PIP,
        right="pip install --no-cache-dir a -- b",
    ),
    _option("an-option-for-echo", 35, "echo pip install", "echo pip --no-cache-dir install", _PIP),
    _option("an-option-that-is-not-declared", 35, "pip install a", "pip install --no-cache-dir a", right=None),
    _option("an-option-twice", 35, "pip install a", "pip install --no-cache-dir --no-cache-dir a", _PIP, _PIP),
    _option("an-option-once-and-declared-twice", 35, "pip install a", "pip install --no-cache-dir a", _PIP, _PIP),
    _option(
        "an-option-removed-under-cover",
        35,
        "pip install --no-cache-dir a && pip install b",
        "pip install a && pip install --no-cache-dir b",
        _PIP,
    ),
    _option("an-option-removed-and-declared", 35, "pip install --no-cache-dir a", "pip install a", dropped=(_PIP,)),
    _option(
        "an-option-that-nothing-makes-useless", 1, "apk add -U a", "apk add a", dropped=(("apk", "-U"),), right=None
    ),
    _option(
        "an-option-of-another-that-looks-alike",
        35,
        "pip install -U a && apk add b",
        "pip install a && apk add --no-cache b",
        _APK,
        dropped=(("pip", "-U"),),
    ),
    _option(
        "an-upgrade-dropped-beside-the-right-option",
        35,
        "apk add -U a && pip install -U b",
        "apk add --no-cache a && pip install b",
        _APK,
        dropped=(("apk", "-U"), ("pip", "-U")),
        right=None,
    ),
    _option("a-package-dropped-beside-an-option", 35, "pip install a b", "pip install --no-cache-dir a", _PIP),
    change(
        "an-option-that-empties-a-mount",
        3,
        "FROM python:3\nRUN --mount=type=cache,target=/root/.cache/pip pip install a\n",
        "install a",
        "install --no-cache-dir a",
        delta=Delta(added_options=(_PIP,)),
    ),
)
