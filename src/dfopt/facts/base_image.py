"""What is known of the image that a stage starts from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

import msgspec

from dfopt.knowledge.base_images import (
    FAMILIES,
    OFFICIAL,
    OTHERS,
    TAG_FAMILIES,
    UNNAMED_FAMILY,
    WINDOWS,
    Account,
    Image,
)
from dfopt.knowledge.package_managers import MANAGERS
from dfopt.model.image_reference import ImageReference, parse_reference

UNKNOWN = "unknown"


class BaseImage(msgspec.Struct, frozen=True, kw_only=True):
    reference: ImageReference | None = None
    """None if it is not known, or for ``scratch``."""
    is_known: bool = False
    """True if the image has a row in knowledge.base_images, or says that it is for Windows."""
    family: str = UNKNOWN
    """One of the families of knowledge.base_images, or ``unknown``."""
    managers: frozenset[str] | None = None
    """The system's package managers that it may have: any other is missing. None if not known."""
    user: str | None = None
    """Whom it leaves as user; None if not known."""
    own_home: str | None = None
    """The home of root, if the image and not its family says it."""
    env: Mapping[str, str] = {}
    """Variables that it is known to set; there may be more."""
    docker_clean: bool | None = None
    """True if apt removes its downloads by itself (the docker-clean of Debian's and Ubuntu's images)."""
    empty_index: bool | None = None
    """True if it comes without a package index."""
    shell: tuple[str, ...] | None = None
    """What runs a RUN in shell form; None if not known, empty if it differs between the tags of the image."""
    sh: str | None = None
    """What /bin/sh is: ``dash``, ``ash`` or ``bash``; None if not known or missing."""
    accounts: tuple[Account, ...] = ()
    """Users other than root that it is known to have."""

    @property
    def is_official(self) -> bool:
        return self.reference is not None and self.reference.official is not None

    @property
    def is_root(self) -> bool | None:
        """Whether its user is root; None if not known."""
        return None if self.user is None else is_root(self.user)

    @property
    def root_home(self) -> str | None:
        """The home of root; None if not known."""
        family = FAMILIES.get(self.family)
        return self.own_home or (family.home if family else None)


def is_root(user: str) -> bool:
    """True for ``root`` and ``0``, with any group."""
    return user.partition(":")[0] in ("root", "0")


@lru_cache(maxsize=1024)
def base_image(reference: str | None, *, for_windows: bool = False) -> BaseImage:
    """The facts about an image by its reference; all unknown for None and for images without a row.

    ``for_windows`` says that its platform is Windows, whatever is known of the image.
    """
    if reference == "scratch":
        # What an ADD of a root file system brings is not known.
        return BaseImage(is_known=True, family="scratch", user="root")
    parsed = parse_reference(reference) if reference else None
    image = _row(parsed) if parsed else None
    if for_windows or (parsed and WINDOWS.search(f"/{parsed.tagged}".lower())):
        managers = _family_managers("windows")
        return BaseImage(
            reference=parsed, is_known=True, family="windows", managers=managers, shell=FAMILIES["windows"].shell
        )
    if parsed is None or image is None:
        return BaseImage(reference=parsed)
    family = _family(image, parsed.tag)
    known = FAMILIES.get(family)
    official = parsed.official is not None
    packaged = bool(known) and bool(_family_managers(family))
    return BaseImage(
        reference=parsed,
        is_known=True,
        family=family,
        managers=_managers(image, family),
        user=image.user if family != "windows" else None,
        own_home=image.home if family != "windows" else None,
        env=image.env if family != "windows" else {},
        docker_clean=family in ("debian", "ubuntu") if known else None,
        empty_index=True if official and packaged else None,
        shell=_shell(image, family),
        sh=known.sh if known else None,
        accounts=image.accounts if family != "windows" else (),
    )


def _row(reference: ImageReference) -> Image | None:
    if reference.official is not None:
        return OFFICIAL.get(reference.official)
    for pattern, image in OTHERS:
        if re.fullmatch(pattern, reference.name):
            return image
    return None


def _family(image: Image, tag: str | None) -> str:
    """The family that a tag names, else that of the image; a tag that is not given may be any."""
    if image.one_family:
        return image.family
    if tag is None:
        return UNKNOWN
    parts = tag.lower().split("-")
    for part in parts:
        for pattern, family in TAG_FAMILIES:
            if re.fullmatch(pattern, part):
                return family or UNKNOWN
    unnamed = [UNNAMED_FAMILY[part] for part in parts if part in UNNAMED_FAMILY]
    return image.family or (unnamed[0] if unnamed else UNKNOWN)


def _shell(image: Image, family: str) -> tuple[str, ...] | None:
    if image.shell is not None and family != "windows":
        return image.shell
    return FAMILIES[family].shell if family in FAMILIES else None


def _managers(image: Image, family: str) -> frozenset[str] | None:
    if family == UNKNOWN:
        return None
    return image.managers if family == image.family and image.managers is not None else _family_managers(family)


@lru_cache(maxsize=64)
def _family_managers(family: str) -> frozenset[str]:
    return frozenset(manager.name for manager in MANAGERS if family in manager.families)
