"""Releases of Debian and Ubuntu: by which names they go, and which one an official image is on at least.

Sources: https://wiki.debian.org/DebianReleases, https://wiki.ubuntu.com/Releases and the histories of
docker-library/official-images. Numbers of Ubuntu are those of the year and the month: 2204.
"""

from __future__ import annotations

from collections.abc import Mapping

DEBIAN: Mapping[str, int] = {
    "jessie": 8,
    "stretch": 9,
    "buster": 10,
    "bullseye": 11,
    "bookworm": 12,
    "trixie": 13,
    "forky": 14,
}
UBUNTU: Mapping[str, int] = {
    "trusty": 1404,
    "xenial": 1604,
    "bionic": 1804,
    "focal": 2004,
    "jammy": 2204,
    "noble": 2404,
}

DEBIAN_MOVING = frozenset("latest stable testing unstable sid slim".split())
"""Tags that move on to a newer release."""
DEBIAN_OLDEST = 12
"""What they are on at least."""
UBUNTU_MOVING = frozenset("latest rolling devel".split())
UBUNTU_OLDEST = 2404

SINCE: Mapping[str, tuple[tuple[int, int], int]] = {
    "python": ((3, 10), 11),
    "node": ((18, 0), 11),
    "ruby": ((3, 1), 11),
    "golang": ((1, 18), 11),
    "rust": ((1, 57), 11),
    "php": ((8, 1), 11),
    "perl": ((5, 36), 11),
    "erlang": ((25, 0), 11),
    "elixir": ((1, 14), 11),
    "gcc": ((12, 0), 11),
    "pypy": ((3, 10), 11),
    "eclipse-temurin": ((8, 0), 2004),
}
"""From which version on an image, whatever its tag, has been on this release or a newer one."""

MOVING = frozenset("latest lts current slim mainline stable".split())
"""Tags of these images that move on to newer versions."""

FIRST_WITH: Mapping[str, Mapping[str, int]] = {
    "tini": {"debian": 10, "ubuntu": 2004},
    "dumb-init": {"debian": 9, "ubuntu": 1604},
    "tzdata": {"debian": 8, "ubuntu": 1404},
}
"""The first release that has a package (https://packages.debian.org, https://packages.ubuntu.com)."""

ON_MIRRORS: Mapping[str, int] = {"debian": 11, "ubuntu": 1404}
"""The oldest release whose packages are still where its images look for them."""
