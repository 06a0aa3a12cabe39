"""Time zones that a program of Go asks for by name: from the system, from the tool chain, or from itself."""

from __future__ import annotations

from dfopt.knowledge.source_code import GO, ZONES, Language
from dfopt_transforms._stages_parts import Old, settings
from dfopt_transforms._stages_source import Shown, sources
from dfopt_transforms._stages_system_files import settings_files


def zones(old: Old, language: Language, source: Shown) -> str:
    """What names or reads time zones; empty if nothing does, or if the program brings them."""
    if language is not GO:
        return source.zones
    texts = [text for _, text in sources(old, language)]
    builds = [old.facts.dockerfile.text(each.run) for each in old.builds]
    if any('"time/tzdata"' in text for text in texts) or any("timetzdata" in text for text in builds):
        return ""
    named = (path for path, text in settings_files(old) if ZONES.search(text))
    given = (f"ENV {name}" for name, value in settings(old).items() if name == "TZ" or ZONES.search(value))
    return source.zones or next(named, "") or next(given, "")
