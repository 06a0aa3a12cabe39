"""What is particular to apt: how its two command lines map, and what its packages need that they only recommend."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from dfopt.expression import Expression

SAME_IN_APT_GET: Final[Mapping[str, str]] = {
    **{
        verb: verb
        for verb in "update install reinstall remove purge autoremove autopurge clean autoclean source download "
        "build-dep satisfy dist-upgrade".split()
    },
    "full-upgrade": "dist-upgrade",
    "upgrade": "upgrade --with-new-pkgs",
}
"""Verbs of apt, and what apt-get calls them (apt(8), apt-get(8); ``upgrade`` of apt may install new packages)."""


class Needed(msgspec.Struct, frozen=True):
    """A package without which others that recommend it fail at what images are mostly built for."""

    package: str
    by: str
    """On the name of a package: it only recommends this one (``apt-cache show``, Debian 12)."""
    where: str = ""
    """On the text of the file: only then it is needed; empty for always."""
    provided: str = "(?!)"
    """On the name of another package: it brings this one along."""


NEEDED: Final = (
    Needed("ca-certificates", r"curl|libcurl[34].*|wget|git|nodejs|docker\.io|subversion"),
    Needed("openssh-client", r"git|mercurial", where=r"git@|ssh://|\bssh\b", provided="ssh"),
    Needed("patch", r"git", where=r"\bpatch -|\bpatch <"),
    Needed("libc6-dev", r"gcc(-\d+)?", provided=r"g\+\+.*|build-essential|libc-dev|libc6-dev.*|clang.*"),
    Needed("gcc", r"cmake", provided=r"g\+\+.*|build-essential|gcc.*|clang.*"),
    Needed("make", r"cmake", provided=r"build-essential|ninja-build"),
    Needed("xauth", r"xvfb", where=r"xvfb-run"),
    Needed("build-essential", r"python3?-pip", where=r"\bpip\d?\b.* install|-m pip install"),
    Needed("python3-dev", r"python3-pip", where=r"\bpip\d?\b.* install|-m pip install"),
    Needed("git", r"npm|composer", where=r"\bgit\b|\bnpm (ci|i|install)\b|\bcomposer\b"),
    Needed("unzip", r"composer"),
    Needed("libltdl-dev", r"libtool", where="ltdl"),
    Needed("automake", r"autoconf", where=r"autoreconf|autogen|automake|aclocal"),
    Needed("netbase", r"perl", where=r"getprotobyname|getservbyname"),
    Needed("gnupg", r"gpg", where=r"\bgpg\b|apt-key"),
)

LITTLE_WITHOUT: Final = Expression(
    r".*-desktop(-.*)?|task-.*|kde-.*|xfce4.*|lxde.*|mate-.*|gnome.*|libreoffice.*|inkscape|gimp|wine.*|r-base.*|"
    r"texlive.*|chromium.*|firefox.*|ros-.*|docker-ce.*|docker\.io|mail.*|postfix|exim4.*|samba.*|libwww-perl|ant|"
    r"openjdk-.*-(jdk|jre)|default-(jdk|jre)|mysql-.*|mariadb-.*|postgresql.*|systemd.*|dbus.*|pulseaudio.*|cups.*|"
    r"network-manager.*|dpkg-dev|devscripts|debhelper|snapd|flatpak|nvidia-.*|cuda-.*|linux-.*|grub.*|qemu.*|libvirt.*"
)
"""On the name of a package: much of what it is installed for is only recommended by it."""
