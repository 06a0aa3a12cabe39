"""Presets: sets of transforms under one name. Only this module knows them, by the ids of their transforms."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final

import msgspec

from dfopt.edits import Safety
from dfopt.transform import Transform


class Preset(msgspec.Struct, frozen=True):
    """A name for a set of transforms: a list of ids, or all that are of some kinds of safety."""

    meaning: str
    ids: tuple[str, ...] = ()
    safeties: frozenset[Safety] = frozenset()
    package_cache: str = "clean"
    """The setting of that name, if nothing else is given."""

    def of(self, transforms: Iterable[Transform]) -> tuple[str, ...]:
        """Those of the transforms that are in it, in their order."""
        return tuple(each.id for each in transforms if each.id in self.ids or self._runs(each))

    def _runs(self, transform: Transform) -> bool:
        return transform.safety in self.safeties or (transform.reports and Safety.REPORT in self.safeties)

    def allows(self, transform: Transform) -> bool:
        """True if its unsafe patches are wanted, too."""
        return transform.id in self.ids or transform.safety in self.safeties


PRESETS: Final[Mapping[str, Preset]] = {
    "default": Preset(
        "what runs if nothing is chosen: all that keep the image as it is, and all that only report",
        safeties=frozenset([Safety.SAFE, Safety.REPORT]),
    ),
    "size": Preset(
        "smaller images",
        (
            "multi-stage",
            "without-sources",
            "copy-chown",
            "copy-chmod",
            "merge-runs",
            "stream-archive",
            "remove-archives",
            "clean-package-cache",
            "without-debug-tools",
            "without-recommends",
            "base-image",
            "write-dockerignore",
        ),
    ),
    "cache": Preset(
        "faster rebuilds",
        (
            "split-copy",
            "download-dependencies",
            "copy-stable-first",
            "sink-volatile",
            "merge-runs",
            "install-update-together",
            "use-cache-mounts",
            "write-dockerignore",
        ),
        package_cache="mount",
    ),
    "security": Preset(
        "images that are harder to attack, and builds that stop where something goes wrong",
        ("run-as-user", "secret-mounts", "base-image", "pipefail", "curl-fail", "write-dockerignore"),
    ),
    "all": Preset("every transform, those that change the image on purpose too", safeties=frozenset(Safety)),
}


def package_cache(given: str, preset: str) -> str:
    """The setting in force: what is given, or else what the preset has (empty: none)."""
    return given or (PRESETS[preset].package_cache if preset in PRESETS else "clean")


def allowed(preset: str, select: Collection[str], transform: Transform) -> bool:
    """True if a preset (empty: none) or a selection asks for what is unsafe in a transform."""
    return transform.id in select or (bool(preset) and PRESETS[preset].allows(transform))


def wanted(preset: str, select: Collection[str], transforms: Mapping[str, Transform]) -> frozenset[str] | None:
    """The ids that a preset (empty: none) and a selection name together; None if nothing is chosen at all."""
    if not preset:
        return frozenset(select) or None
    return frozenset([*select, *PRESETS[preset].of(transforms.values())])
