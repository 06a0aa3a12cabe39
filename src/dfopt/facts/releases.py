"""Which release of its distribution a base image is on, at least."""

from __future__ import annotations

import re
from collections.abc import Mapping

from dfopt.facts.base_image import BaseImage
from dfopt.knowledge import releases as known

_NAMES: Mapping[str, Mapping[str, int]] = {"debian": known.DEBIAN, "ubuntu": known.UBUNTU, "alpine": {}}
_MOVING = {
    "debian": (known.DEBIAN_MOVING, known.DEBIAN_OLDEST),
    "ubuntu": (known.UBUNTU_MOVING, known.UBUNTU_OLDEST),
}
_SINCE = {"debian": known.SINCE, "ubuntu": known.SINCE, "alpine": known.SINCE_ON_ALPINE}


def named_release(base: BaseImage) -> int | None:
    """The release of Debian, Ubuntu or Alpine that a tag names; None if it names none."""
    reference = base.reference
    if reference is None or reference.tag is None or base.family not in _NAMES:
        return None
    parts = reference.tag.lower().split("-")
    named = [_NAMES[base.family][part] for part in parts if part in _NAMES[base.family]]
    named += [_minor(part.removeprefix("alpine")) for part in parts if re.fullmatch(r"alpine3\.\d+.*", part)]
    if named:
        return named[0]
    official = reference.official
    return _number(official, parts[0]) if official is not None and official in _NAMES else None


def oldest_release(base: BaseImage) -> int | None:
    """The oldest release that an image of Debian, Ubuntu or Alpine may be on; None if that is not known."""
    named = named_release(base)
    reference = base.reference
    if named is not None or reference is None or reference.tag is None or base.family not in _NAMES:
        return named
    first = reference.tag.lower().split("-")[0]
    if reference.official in _MOVING:
        moving, oldest = _MOVING[reference.official]
        return oldest if first in moving else None
    version, release = _step(base) or (None, None)
    if version is None or release is None:
        return None
    if first in known.MOVING:
        return release
    numbers = _numbers(first)
    # A tag without a minor version moves on to the newest one.
    return release if numbers and (*numbers, *version[len(numbers) :]) >= version else None


def may_be_older(base: BaseImage, since: Mapping[str, int]) -> bool:
    """True if an image is on an older release than one that is given for its family, or has a version that was."""
    if base.family not in since or base.reference is None or base.reference.tag is None:
        return False
    release = oldest_release(base)
    if release is None:
        return _step(base) is not None and bool(_numbers(base.reference.tag.split("-")[0]))
    return release < since[base.family]


def is_old(base: BaseImage, pattern: str, since: Mapping[str, int]) -> bool:
    """The same, or the name and tag of the image fit a pattern."""
    reference = base.reference
    return reference is not None and (re.search(pattern, reference.tagged) is not None or may_be_older(base, since))


def _step(base: BaseImage) -> tuple[tuple[int, ...], int] | None:
    """The version from which on an image is known to be on a release, and the release."""
    reference = base.reference
    return _SINCE[base.family].get(reference.official or reference.name) if reference else None


def _numbers(version: str) -> tuple[int, ...]:
    found = re.match(r"v?(\d+(?:\.\d+)*)", version)
    return tuple(map(int, found[1].split("."))) if found else ()


def _minor(version: str) -> int:
    """``3.8`` and ``3.8.1`` of Alpine."""
    return int(version.split(".")[1]) + 300


def _number(distribution: str, part: str) -> int | None:
    """``12`` and ``12.5`` of Debian, ``22.04`` of Ubuntu, ``3.8`` of Alpine."""
    if distribution == "debian":
        found = re.fullmatch(r"(\d+)(?:\.\d+)?", part)
        return int(found[1]) if found else None
    if distribution == "alpine":
        return _minor(part) if re.match(r"3\.\d", part) else None
    found = re.fullmatch(r"(\d\d)\.(\d\d)", part)
    return int(found[1] + found[2]) if found else None


def has_package(base: BaseImage, package: str) -> bool:
    """True if the distribution of an image is known to have a package."""
    if base.family == "alpine":
        return base.reference is not None and not re.match(r"(2\.|3\.[0-4](\D|$))", base.reference.tag or "")
    release = oldest_release(base)
    return release is not None and release >= known.FIRST_WITH[package][base.family]


def is_on_mirrors(base: BaseImage) -> bool:
    """True if the packages of its release are known to be where the image looks for them."""
    if base.family == "alpine":
        return True
    release = oldest_release(base)
    return release is not None and _is_there(base.family, release)


def is_release_on_mirrors(name: str) -> bool:
    """The same of a release of Debian or Ubuntu by its name."""
    return any(name in names and _is_there(family, names[name]) for family, names in _NAMES.items())


def _is_there(family: str, release: int) -> bool:
    if family == "ubuntu" and (release % 100 != 4 or release // 100 % 2):
        return False
    return release >= known.ON_MIRRORS[family]
