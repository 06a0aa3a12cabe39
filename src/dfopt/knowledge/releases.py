"""Releases of Debian, Ubuntu and Alpine: by which names they go, and which one an image is on at least.

Sources: https://wiki.debian.org/DebianReleases, https://wiki.ubuntu.com/Releases and the histories of
docker-library/official-images, jenkinsci/docker and rocker-org/rocker-versioned2. Numbers of Ubuntu are those of the
year and the month: 2204; those of Alpine have two digits behind the 3: 308.
"""

from __future__ import annotations

from collections.abc import Mapping

DEBIAN: Mapping[str, int] = {
    "squeeze": 6,
    "wheezy": 7,
    "jessie": 8,
    "stretch": 9,
    "buster": 10,
    "bullseye": 11,
    "bookworm": 12,
    "trixie": 13,
    "forky": 14,
}
UBUNTU: Mapping[str, int] = {
    "precise": 1204,
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

SINCE: Mapping[str, tuple[tuple[int, ...], int]] = {
    "python": ((3, 10), 11),
    "node": ((18,), 11),
    "ruby": ((3, 1), 11),
    "golang": ((1, 18), 11),
    "rust": ((1, 57), 11),
    "php": ((8, 1), 11),
    "perl": ((5, 36), 11),
    "erlang": ((25,), 11),
    "elixir": ((1, 14), 11),
    "gcc": ((12,), 11),
    "julia": ((1, 7), 11),
    "r-base": ((4,), 11),
    "pypy": ((3, 10), 11),
    "nginx": ((1, 22), 11),
    "httpd": ((2, 4, 52), 11),
    "postgres": ((15,), 11),
    "redis": ((7,), 11),
    "jenkins/jenkins": ((2, 346), 11),
    "eclipse-temurin": ((8,), 2004),
    "mariadb": ((10, 6), 2004),
    "mongo": ((5,), 2004),
    "swift": ((5, 7), 2004),
    "rocker/r-ver": ((4,), 2004),
    "rocker/rstudio": ((4,), 2004),
}
"""From which version on an image of Debian or Ubuntu, whatever its tag, has been on this release or a newer one."""

SINCE_ON_ALPINE: Mapping[str, tuple[tuple[int, ...], int]] = {
    "python": ((3, 9), 311),
    "node": ((16,), 311),
    "ruby": ((3,), 311),
    "golang": ((1, 14), 311),
    "rust": ((1, 45), 311),
    "php": ((8,), 311),
    "erlang": ((24,), 311),
    "elixir": ((1, 12), 311),
    "composer": ((2,), 311),
    "docker": ((20,), 311),
    "openjdk": ((16,), 311),
    "nginx": ((1, 18), 311),
    "httpd": ((2, 4, 48), 311),
    "postgres": ((13,), 311),
    "redis": ((6,), 311),
    "haproxy": ((2, 2), 311),
}
"""The same of its variants on Alpine."""

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
