"""Users and groups that images come with, and the programs that make others.

Sources: /etc/passwd and /etc/group of base-passwd (Debian, Ubuntu), of alpine-baselayout and of setup (Fedora and its
kin); the release notes of apt 3.0 and of Ubuntu 23.04; the Dockerfiles of docker-library/official-images.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dfopt.expression import Expression

_DEBIAN: Final = "daemon bin sys games man lp mail news uucp proxy www-data backup list irc"
_RPM: Final = "bin daemon adm lp mail games ftp"
_ALPINE: Final = "bin daemon lp mail news uucp cron ftp sshd games ntp nobody"

USERS: Final[Mapping[str, frozenset[str]]] = {
    **dict.fromkeys(("debian", "ubuntu"), frozenset(f"root {_DEBIAN} sync nobody _apt".split())),
    "alpine": frozenset(f"root {_ALPINE} sync shutdown halt guest".split()),
    **dict.fromkeys(("fedora", "rhel", "amazon"), frozenset(f"root {_RPM} sync shutdown halt operator nobody".split())),
}
"""By the family of an image: the users that all its releases have."""

GROUPS: Final[Mapping[str, frozenset[str]]] = {
    **dict.fromkeys(
        ("debian", "ubuntu"),
        frozenset(
            f"""
            root {_DEBIAN} adm tty disk kmem dialout fax voice cdrom floppy tape sudo audio dip operator src shadow utmp
            video sasl plugdev staff users nogroup
            """.split()
        ),
    ),
    "alpine": frozenset(
        f"root {_ALPINE} sys adm tty disk kmem wheel audio cdrom dialout tape video users www-data nogroup".split()
    ),
    **dict.fromkeys(
        ("fedora", "rhel", "amazon"),
        frozenset(f"root {_RPM} sys tty disk kmem wheel cdrom man dialout tape video lock audio users nobody".split()),
    ),
}
"""The same of groups."""

OF_IMAGES: Final[Mapping[str, frozenset[str]]] = {
    "node": frozenset({"node"}),
    "gradle": frozenset({"gradle"}),
}
"""By the name of an official image: users that it adds, each with a group of its name."""

HOMES: Final[Mapping[str, str]] = {
    "www-data": "/var/www",
    "apache": "/var/www",
    "nginx": "/var/cache/nginx",
    "postgres": "/var/lib/postgresql",
    "mysql": "/var/lib/mysql",
    "redis": "/var/lib/redis",
    "jenkins": "/var/jenkins_home",
    "daemon": "/usr/sbin",
    "bin": "/bin",
    "nobody": "/",
    "default": "/opt/app-root/src",
}
"""The homes that images and packages give to users, where they are not below ``/home``; the last is that of
sclorg/s2i-base-container."""

OF_PACKAGES: Final[Mapping[str, Expression]] = {
    "postgres": Expression(r"postgresql(?:-\d+)?"),
    "redis": Expression(r"redis(?:-server)?"),
    "mysql": Expression(r"(?:mysql|mariadb)-server(?:-.*)?|default-mysql-server|mysql|mariadb"),
    "nginx": Expression(r"nginx"),
    "memcache": Expression(r"memcached"),
    "messagebus": Expression(r"dbus"),
    "tor": Expression(r"tor"),
    "debian-tor": Expression(r"tor"),
}
"""Users that come with a package."""

TAKEN: Final[Mapping[str, tuple[str, Expression]]] = {
    "ubuntu": ("1000", Expression(r"(?:.*-)?(?:trusty|xenial|bionic|focal|jammy)(?:-.*)?")),
}
"""By the family of an image: the number of a user and of a group that its newer releases come with, and on its tag:
it is an older one. Nobody else gets that number there."""

OF_ADDUSER: Final = frozenset({"adduser", "addgroup"})
WITH_ADDUSER: Final = frozenset("jessie stretch buster bullseye bookworm".split())
"""The releases of Debian on which apt brings these."""
