"""Why a registry gives no digest: the fixed sentences that refusals are counted by."""

from __future__ import annotations

from typing import Final

from dfopt.model.digests import Given

UNREACHABLE: Final = "the registry cannot be reached"
SLOW: Final = "the registry did not answer in time"
MISSING: Final = Given.REASON
DENIED: Final = "the registry has no such image, or wants other credentials for it"
BUSY: Final = "the registry is asked too often"
BROKEN: Final = "the registry has an error of its own"
GARBAGE: Final = "what answers does not speak as a registry"
OLD: Final = "the image has a manifest of the first schema, whose digest depends on who asks"

OF_THE_REGISTRY: Final = frozenset([UNREACHABLE, SLOW, BUSY])
"""Those that hold for all images of a registry: it is not asked again in the same run."""
