"""Which users and groups an image has before anything is made on it."""

from __future__ import annotations

from dfopt.facts.base_image import base_image
from dfopt.knowledge import accounts as known


def has_user(image: str, name: str) -> bool:
    """True if an image surely has a user of that name, whatever its release."""
    return _is_known(image, name, known.USERS.get(base_image(image).family, frozenset()))


def has_group(image: str, name: str) -> bool:
    return _is_known(image, name, known.GROUPS.get(base_image(image).family, frozenset()))


def _is_known(image: str, name: str, names: frozenset[str]) -> bool:
    reference = base_image(image).reference
    of_image = known.OF_IMAGES.get(reference.official or "", frozenset()) if reference else frozenset[str]()
    return name in names or name in of_image


def number_taken(image: str) -> str:
    """A number that an image may have given to a user of its own; empty if there is none."""
    base = base_image(image)
    number, older = known.TAKEN.get(base.family, ("", None))
    tag = base.reference.tag or "" if base.reference else ""
    return "" if older is None or older.fullmatch(tag) else number
