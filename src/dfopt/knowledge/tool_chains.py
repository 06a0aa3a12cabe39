"""Images that programs are built in, and the smaller ones of the same libc that these programs run on.

Sources: the Dockerfiles of docker-library/official-images (golang, rust, gcc, maven, openjdk, buildpack-deps), of
adoptium/containers (eclipse-temurin), of keeganwitt/docker-gradle (gradle), of dotnet/dotnet-docker, and the tags that
these images have on Docker Hub.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from dfopt.expression import Expression
from dfopt.knowledge.dotnet import SDKS, VARIABLES


class Builder(msgspec.Struct, frozen=True, kw_only=True):
    """An image that has a tool chain."""

    language: str
    """What it builds; empty for the image of a system."""
    path: tuple[str, ...] = ()
    """What stands in its PATH in front of the folders that every image has."""
    variables: tuple[str, ...] = ()
    """What it sets, and the run-time image does not."""
    workdir: str = "/"
    by_root: Expression | None = None
    """On its tag: its user is root, where others of its tags have another one."""
    serves: Expression | None = None
    """On its tag: it starts a server by itself, which runs what is put in place for it."""
    served: str = "/"
    """The folder that these start in."""
    commands: frozenset[str] = frozenset()
    """What builds on it, beside the commands that are known wherever they are called."""

    def folder(self, tag: str | None) -> str:
        """The folder that an image of it starts in."""
        return self.served if self.serves and tag and self.serves.fullmatch(tag) else self.workdir


BUILDERS: Final[Mapping[str, Builder]] = {
    **dict.fromkeys(SDKS, Builder(language="dotnet", variables=VARIABLES, commands=frozenset({"dotnet"}))),
    "golang": Builder(
        language="go",
        path=("/go/bin", "/usr/local/go/bin"),
        variables=("GOLANG_VERSION", "GOPATH", "GOTOOLCHAIN", "GOPROXY"),
        workdir="/go",
    ),
    "rust": Builder(
        language="rust",
        path=("/usr/local/cargo/bin",),
        variables=("RUSTUP_HOME", "CARGO_HOME", "RUST_VERSION"),
    ),
    "gcc": Builder(language="c", variables=("GPG_KEYS", "GCC_MIRRORS", "GCC_VERSION")),
    "buildpack-deps": Builder(language="c"),
    "debian": Builder(language=""),
    "ubuntu": Builder(language=""),
    "alpine": Builder(language=""),
    **dict.fromkeys("fedora centos rockylinux almalinux oraclelinux amazonlinux".split(), Builder(language="")),
    "eclipse-temurin": Builder(language="java", variables=("JAVA_VERSION",)),
    "openjdk": Builder(language="java", variables=("JAVA_HOME", "JAVA_VERSION")),
    "maven": Builder(
        language="java",
        variables=("JAVA_HOME", "JAVA_VERSION", "MAVEN_HOME", "MAVEN_CONFIG"),
    ),
    "gradle": Builder(
        language="java",
        variables=("JAVA_HOME", "JAVA_VERSION", "GRADLE_HOME", "GRADLE_VERSION"),
        workdir="/home/gradle",
        by_root=Expression(r"(?:(?:[89]|[1-9]\d)[\d.]*-)?jdk\d+(?:-\w+)*"),
    ),
    "python": Builder(language="python"),
    "node": Builder(language="node"),
    "ruby": Builder(language="ruby", path=("/usr/local/bundle/bin",)),
    "php": Builder(language="php", serves=Expression(r".*(?:apache|fpm).*"), served="/var/www/html"),
}
"""By the name of an official image, or the full one of another."""

LAST_RELEASE: Final[Mapping[str, tuple[tuple[tuple[int, int], str], ...]]] = {
    "golang": (((1, 23), "bookworm"), ((99, 0), "trixie")),
    "rust": (((1, 88), "bookworm"), ((99, 0), "trixie")),
    "gcc": (((12, 99), "bookworm"), ((14, 99), "trixie"), ((99, 0), "trixie")),
}
"""Up to which version an image whose tag names no release of Debian has been on one no newer than this; a newer libc
runs what was linked with an older one. The libstdc++ of that release is no older than that of the compiler, but for
that of the newest gcc."""

RELEASES: Final = ("jessie", "stretch", "buster", "bullseye", "bookworm", "trixie")
"""Of Debian, with an image ``-slim`` each."""

NEWEST_ALPINE: Final = "3.24"
"""What an image that names no release of Alpine is on at most; programs of an older musl run on it."""

JRE_SINCE: Final = frozenset("8 11 16 17 18 19 20 21 22 23 24 25".split())
"""The versions of Java of which eclipse-temurin has a JRE."""
OPENJDK_JRE: Final = frozenset("7 8 11".split())
"""Those of which openjdk has one."""
TEMURIN_SYSTEMS: Final = frozenset("alpine focal jammy noble".split())
