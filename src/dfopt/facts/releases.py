"""Which release of its distribution a base image is on, at least."""

from __future__ import annotations

import re

from dfopt.facts.base_image import BaseImage
from dfopt.knowledge import releases as known

_NAMES = {"debian": known.DEBIAN, "ubuntu": known.UBUNTU}
_MOVING = {
    "debian": (known.DEBIAN_MOVING, known.DEBIAN_OLDEST),
    "ubuntu": (known.UBUNTU_MOVING, known.UBUNTU_OLDEST),
}


def named_release(base: BaseImage) -> int | None:
    """The release of Debian or Ubuntu that a tag names; None if it names none."""
    reference = base.reference
    if reference is None or reference.tag is None or base.family not in _NAMES:
        return None
    parts = reference.tag.lower().split("-")
    named = [_NAMES[base.family][part] for part in parts if part in _NAMES[base.family]]
    if named:
        return named[0]
    return _number(reference.official, parts[0]) if reference.official in _NAMES else None


def oldest_release(base: BaseImage) -> int | None:
    """The oldest release that an image of Debian or Ubuntu may be on; None if that is not known."""
    named = named_release(base)
    reference = base.reference
    if named is not None or reference is None or reference.tag is None or base.family not in _NAMES:
        return named
    official, first = reference.official, reference.tag.lower().split("-")[0]
    if official in _NAMES:
        moving, oldest = _MOVING[official]
        return oldest if first in moving else None
    if official is None or official not in known.SINCE:
        return None
    version, release = known.SINCE[official]
    if first in known.MOVING:
        return release
    found = re.fullmatch(r"(\d+)(?:\.(\d+))?(?:\..*)?", first)
    if found is None:
        return None
    # A tag without a minor version moves on to the newest one.
    minor = version[1] if found[2] is None else int(found[2])
    return release if (int(found[1]), minor) >= version else None


def _number(distribution: str, part: str) -> int | None:
    """``12`` and ``12.5`` of Debian, ``22.04`` of Ubuntu."""
    if distribution == "debian":
        found = re.fullmatch(r"(\d+)(?:\.\d+)?", part)
        return int(found[1]) if found else None
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
    if release is None or (base.family == "ubuntu" and (release % 100 != 4 or release // 100 % 2)):
        return False
    return release >= known.ON_MIRRORS[base.family]
