"""Image references: registry, repository, tag, digest (distribution/reference, docker.io normalisation)."""

from __future__ import annotations

import re

import msgspec

_REFERENCE = re.compile(
    r"(?:(?P<registry>(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*"
    r"(?::[0-9]+)?|\[[0-9a-fA-F:]+\](?::[0-9]+)?)/)?"
    r"(?P<repository>[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*)"
    r"(?::(?P<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?"
    r"(?:@(?P<digest>[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}))?"
)
DOCKER_HUB = "docker.io"
_OFFICIAL = "library/"
_COPIES = re.compile(
    r"docker\.io/(?:amd64|arm32v[567]|arm64v8|i386|mips64le|ppc64le|riscv64|s390x)|public\.ecr\.aws/docker/library"
)
"""Where the official images are published too, one architecture at a time or as they are."""


class ImageReference(msgspec.Struct, frozen=True):
    """A reference as the engine completes it: ``ubuntu`` is ``docker.io/library/ubuntu:latest``."""

    registry: str
    repository: str
    tag: str | None
    """None if the reference has a digest only; ``latest`` if it has neither."""
    digest: str | None

    @property
    def official(self) -> str | None:
        """The name of one of Docker's official images; None for every other image."""
        if self.registry == DOCKER_HUB and self.repository.startswith(_OFFICIAL):
            return self.repository.removeprefix(_OFFICIAL)
        folder, _, name = f"{self.registry}/{self.repository}".rpartition("/")
        return name if _COPIES.fullmatch(folder) else None

    @property
    def name(self) -> str:
        """Registry and repository; those of Docker Hub as people write them."""
        if self.registry != DOCKER_HUB:
            return f"{self.registry}/{self.repository}"
        return self.repository.removeprefix(_OFFICIAL)

    @property
    def tagged(self) -> str:
        """Name and tag."""
        return f"{self.name}:{self.tag}"


def parse_reference(text: str) -> ImageReference | None:
    """Reads a reference; None if it is not one (``scratch`` reads as one, it is no image)."""
    registry, rest = _split_registry(text)
    found = _REFERENCE.fullmatch(f"{registry}/{rest}")
    if found is None or found["registry"] != registry:
        return None
    repository = found["repository"]
    if registry == DOCKER_HUB and "/" not in repository:
        repository = _OFFICIAL + repository
    tag = found["tag"] or (None if found["digest"] else "latest")
    return ImageReference(registry, repository, tag, found["digest"])


def _split_registry(text: str) -> tuple[str, str]:
    """A first part with a dot, a colon or an upper-case letter, or ``localhost``, is a registry."""
    first, slash, rest = text.partition("/")
    if slash and (first == "localhost" or "." in first or ":" in first or first.lower() != first):
        return (DOCKER_HUB if first == "index.docker.io" else first), rest
    return DOCKER_HUB, text
