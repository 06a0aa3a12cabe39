"""Which images have the data of time zones, and which zones need none.

Sources: the Dockerfiles of docker-library/official-images and the package lists of the images; tzset(3).
"""

from __future__ import annotations

LACKING = frozenset(
    {("ubuntu", "ubuntu"), ("alpine", "alpine"), ("node", "alpine"), ("golang", "alpine"), ("php", "alpine")}
)
"""Official images that come without it, by the family that they are on."""
LACKING_SINCE_UBUNTU = 1604
HAVING_UNTIL_DEBIAN = 12
"""Up to this release of Debian, the package belongs to those that every system has."""

ZONE = r"[A-Z][A-Za-z]+(/[A-Z][A-Za-z0-9_+-]+)+"
"""The name of a zone that needs the data."""
WITHOUT_DATA = frozenset(["UTC"])

TRACES = r"zoneinfo|tzdata|localtime|/etc/timezone|timedatectl|tzset"
"""On the text of a stage: something sets up a zone or its data."""
