"""Until when images get security fixes, and which variants of them are smaller with the same libc.

Each date was compared with the data of endoflife.date (github.com/endoflife-date/endoflife.date, of August 2026), and
those of Debian and Ubuntu with distro-info-data 0.58. Where they differ, the source that a table names is followed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

DEBIAN: Final[Mapping[str, str]] = {
    "7": "2018-05-31",
    "8": "2020-06-30",
    "9": "2022-06-30",
    "10": "2024-06-30",
    "11": "2026-08-31",
    "12": "2028-06-30",
    "13": "2030-06-30",
}
"""The end of long-term support (distro-info-data, ``eol-lts``; wiki.debian.org/LTS)."""

UBUNTU: Final[Mapping[str, str]] = {
    "12.04": "2017-04-28",
    "14.04": "2019-04-25",
    "14.10": "2015-07-23",
    "15.04": "2016-02-04",
    "15.10": "2016-07-28",
    "16.04": "2021-04-30",
    "16.10": "2017-07-20",
    "17.04": "2018-01-13",
    "17.10": "2018-07-19",
    "18.04": "2023-05-31",
    "18.10": "2019-07-18",
    "19.04": "2020-01-23",
    "19.10": "2020-07-17",
    "20.04": "2025-05-29",
    "20.10": "2021-07-22",
    "21.04": "2022-01-20",
    "21.10": "2022-07-14",
    "22.04": "2027-06-01",
    "22.10": "2023-07-20",
    "23.04": "2024-01-25",
    "23.10": "2024-07-11",
    "24.04": "2029-05-31",
    "24.10": "2025-07-10",
    "25.04": "2026-01-15",
    "25.10": "2026-07-09",
    "26.04": "2031-05-29",
}
"""The end of standard support, without what is sold beyond it (distro-info-data; ubuntu.com/about/release-cycle)."""

ALPINE: Final[Mapping[str, str]] = {
    "3.1": "2016-11-01",
    "3.2": "2017-05-01",
    "3.3": "2017-11-01",
    "3.4": "2018-05-01",
    "3.5": "2018-11-01",
    "3.6": "2019-05-01",
    "3.7": "2019-11-01",
    "3.8": "2020-05-01",
    "3.9": "2020-11-01",
    "3.10": "2021-05-01",
    "3.11": "2021-11-01",
    "3.12": "2022-05-01",
    "3.13": "2022-11-01",
    "3.14": "2023-05-01",
    "3.15": "2023-11-01",
    "3.16": "2024-05-23",
    "3.17": "2024-11-22",
    "3.18": "2025-05-09",
    "3.19": "2025-11-01",
    "3.20": "2026-04-01",
    "3.21": "2026-11-01",
    "3.22": "2027-05-01",
    "3.23": "2027-11-01",
    "3.24": "2028-06-01",
}
"""alpinelinux.org/releases"""

RELEASES: Final[Mapping[str, Mapping[str, str]]] = {
    "debian": DEBIAN,
    "ubuntu": UBUNTU,
    "alpine": ALPINE,
    # devguide.python.org/versions
    "python": {
        "2": "2020-01-01",
        "3.2": "2016-02-20",
        "3.3": "2017-09-29",
        "3.4": "2019-03-18",
        "3.5": "2020-09-30",
        "3.6": "2021-12-23",
        "3.7": "2023-06-27",
        "3.8": "2024-10-07",
        "3.9": "2025-10-31",
        "3.10": "2026-10-31",
        "3.11": "2027-10-31",
        "3.12": "2028-10-31",
        "3.13": "2029-10-31",
        "3.14": "2030-10-31",
    },
    # schedule.json of github.com/nodejs/release
    "node": {
        "0.10": "2016-10-31",
        "0.12": "2016-12-31",
        "4": "2018-04-30",
        "5": "2016-06-30",
        "6": "2019-04-30",
        "7": "2017-06-30",
        "8": "2019-12-31",
        "9": "2018-06-30",
        "10": "2021-04-30",
        "11": "2019-06-01",
        "12": "2022-04-30",
        "13": "2020-06-01",
        "14": "2023-04-30",
        "15": "2021-06-01",
        "16": "2023-09-11",
        "17": "2022-06-01",
        "18": "2025-04-30",
        "19": "2023-06-01",
        "20": "2026-04-30",
        "21": "2024-06-01",
        "22": "2027-04-30",
        "23": "2025-06-01",
        "24": "2028-04-30",
        "25": "2026-06-01",
        "26": "2029-04-30",
    },
    # go.dev/doc/devel/release: until the second release after it, or the last one of its own
    "golang": {
        "1.9": "2018-08-24",
        "1.10": "2019-02-25",
        "1.11": "2019-09-03",
        "1.12": "2020-02-25",
        "1.13": "2020-08-11",
        "1.14": "2021-02-16",
        "1.15": "2021-08-16",
        "1.16": "2022-03-15",
        "1.17": "2022-08-02",
        "1.18": "2023-02-01",
        "1.19": "2023-09-06",
        "1.20": "2024-02-06",
        "1.21": "2024-08-13",
        "1.22": "2025-02-11",
        "1.23": "2025-08-12",
        "1.24": "2026-02-10",
        "1.25": "2026-08-19",
    },
    # php.net/eol.php and php.net/supported-versions.php
    "php": {
        "5": "2018-12-31",
        "7.0": "2019-01-10",
        "7.1": "2019-12-01",
        "7.2": "2020-11-30",
        "7.3": "2021-12-06",
        "7.4": "2022-11-28",
        "8.0": "2023-11-26",
        "8.1": "2025-12-31",
        "8.2": "2026-12-31",
        "8.3": "2027-12-31",
        "8.4": "2028-12-31",
        "8.5": "2029-12-31",
    },
    # ruby-lang.org/en/downloads/branches
    "ruby": {
        "2.0": "2016-02-24",
        "2.1": "2017-03-31",
        "2.2": "2018-03-31",
        "2.3": "2019-03-31",
        "2.4": "2020-03-31",
        "2.5": "2021-03-31",
        "2.6": "2022-04-12",
        "2.7": "2023-03-31",
        "3.0": "2024-04-23",
        "3.1": "2025-03-26",
        "3.2": "2026-03-31",
        "3.3": "2027-03-31",
        "3.4": "2028-03-31",
        "4.0": "2029-03-31",
    },
}
"""By the name of an official image: the first numbers of a tag, and the day after which there are no fixes."""

CODENAMES: Final[Mapping[str, tuple[str, str]]] = {
    "wheezy": ("debian", "7"),
    "jessie": ("debian", "8"),
    "stretch": ("debian", "9"),
    "buster": ("debian", "10"),
    "bullseye": ("debian", "11"),
    "bookworm": ("debian", "12"),
    "trixie": ("debian", "13"),
    "trusty": ("ubuntu", "14.04"),
    "vivid": ("ubuntu", "15.04"),
    "wily": ("ubuntu", "15.10"),
    "xenial": ("ubuntu", "16.04"),
    "artful": ("ubuntu", "17.10"),
    "bionic": ("ubuntu", "18.04"),
    "focal": ("ubuntu", "20.04"),
    "jammy": ("ubuntu", "22.04"),
    "noble": ("ubuntu", "24.04"),
    "resolute": ("ubuntu", "26.04"),
}
"""What tags of all official images name the system by."""

DEPRECATED: Final[Mapping[str, str]] = {
    "openjdk": "eclipse-temurin, amazoncorretto or another distribution of Java",
    "java": "eclipse-temurin, amazoncorretto or another distribution of Java",
    "centos": "almalinux, rockylinux or a UBI image",
}
"""Official images that are deprecated as a whole (their pages on Docker Hub), and what others there are."""


class Slim(msgspec.Struct, frozen=True):
    """What the slim variant of an image lacks, and where its tag says ``slim``."""

    lacks: str
    last: bool = False
    """True if it stands behind the release of Debian: ``22-bookworm-slim``, but ``3.13-slim-bookworm``."""


_TOOLS = Slim("compilers, headers of libraries, git, curl and other tools of buildpack-deps")

SLIM: Final[Mapping[str, Slim]] = {
    "debian": Slim("documentation, manual pages and locales of packages", last=True),
    "python": _TOOLS,
    "pypy": _TOOLS,
    "node": Slim(
        "python, compilers, git, curl and other tools of buildpack-deps, which native modules are built with", last=True
    ),
    "ruby": _TOOLS,
    "perl": _TOOLS,
}
"""Official images with a variant ``-slim`` on the same Debian release (their pages on Docker Hub)."""
