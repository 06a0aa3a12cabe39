"""Which users and groups an image has before anything is made on it."""

from __future__ import annotations

from collections.abc import Mapping

from dfopt.facts.base_image import base_image
from dfopt.knowledge import accounts as known


def has_user(image: str, name: str) -> bool:
    """True if an image surely has a user of that name, whatever its release."""
    return _is_known(image, name, known.USERS)


def has_group(image: str, name: str) -> bool:
    return _is_known(image, name, known.GROUPS)


def _is_known(image: str, name: str, names: Mapping[str, frozenset[str]]) -> bool:
    base = base_image(image)
    of_image = known.OF_IMAGES.get(base.reference.official or "", frozenset()) if base.reference else frozenset[str]()
    has_all = all(name in each for each in names.values())
    return name in of_image or name in names.get(base.family, ()) or (base.family not in names and has_all)


def number_taken(image: str) -> str:
    """A number that an image may have given to a user of its own; empty if there is none."""
    base = base_image(image)
    number, older = known.TAKEN.get(base.family, ("", None))
    tag = base.reference.tag or "" if base.reference else ""
    return "" if older is None or older.fullmatch(tag) else number
