"""What dfopt tells about itself: its transforms, the settings that hold, the schemas."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from dfopt import presets, registry
from dfopt.config import ConfigFile
from dfopt.errors import ConfigError
from dfopt.nearest import suggestion
from dfopt.settings import Effective
from dfopt.transform import Transform


def transforms(preset: str = "") -> str:
    """The transforms in the order in which they run: id, safety, summary."""
    known = _known(preset)
    width = max((len(each.id) for each in known), default=0)
    return "".join(f"{each.id:{width}}  {each.safety.value:6}  {each.summary}\n" for each in known)


def transforms_json(preset: str = "") -> str:
    """The same for programs, with options and links."""
    return _json([_described(each) for each in _known(preset)])


def _known(preset: str) -> list[Transform]:
    """Those of a preset; without one, all.

    Raises ConfigError if there is none of this name.
    """
    known = registry.load()
    if not preset:
        return list(known.values())
    if preset not in presets.PRESETS:
        raise ConfigError(f"there is no preset {preset!r}{suggestion(preset, list(presets.PRESETS))}")
    return [known[name] for name in presets.PRESETS[preset].of(known.values())]


def preset_list() -> str:
    """Each preset with what it is for, and the transforms in it that are there."""
    known = registry.load().values()
    found = ((name, preset.meaning, preset.of(known)) for name, preset in presets.PRESETS.items())
    return "\n".join(f"{name}: {meaning}\n" + "".join(f"  {each}\n" for each in ids) for name, meaning, ids in found)


def _described(transform: Transform) -> dict[str, Any]:
    return {
        "id": transform.id,
        "safety": transform.safety.value,
        "summary": transform.summary,
        "options": [
            {
                "name": option.name,
                "meaning": option.meaning,
                "choices": option.choices,
                "default": option.choices[0],
                "pattern": option.pattern,
            }
            for option in transform.options
        ],
        "links": transform.links,
    }


def explanation(name: str) -> str:
    """All that a transform says of itself.

    Raises ConfigError if there is none of this name.
    """
    known = registry.load()
    if name not in known:
        raise ConfigError(f"there is no transform {name!r}{suggestion(name, list(known))}")
    transform = known[name]
    parts = [f"{transform.id} ({transform.safety.value})", transform.doc]
    if transform.options:
        parts.append("## Options\n\n" + "\n".join(f"- {line}" for line in _options(transform)))
    if transform.links:
        parts.append("## Read more\n\n" + "\n".join(f"- {link}" for link in transform.links))
    return "\n\n".join(parts) + "\n"


def _options(transform: Transform) -> Iterator[str]:
    for option in transform.options:
        default, *others = option.choices
        if option.pattern:
            others.append(f"what fits {option.pattern}")
        yield f"{option.name} = {' | '.join([f'{default} (default)', *others])}: {option.meaning}"


def settings(effective: Effective) -> str:
    """The settings that hold, as a configuration file that says where each came from."""
    config = effective.config
    rows = [
        ("select", _json_inline(config.select)),
        ("preset", _json_inline(config.preset)),
        ("ignore", _json_inline(config.ignore)),
        ("unsafe", _json_inline(config.unsafe)),
        ("package-cache", _json_inline(presets.package_cache(config.package_cache, config.preset))),
        ("online", _json_inline(config.online)),
        ("context", _json_inline(config.context)),
    ]
    text = _table(rows, "", effective)
    for transform, options in config.transforms.items():
        rows = [(option, _json_inline(value)) for option, value in options.items()]
        text += f"\n[transforms.{transform}]\n" + _table(rows, f"transforms.{transform}.", effective)
    return text


def _table(rows: list[tuple[str, str]], prefix: str, effective: Effective) -> str:
    lines = [f"{key} = {value}" for key, value in rows]
    width = max(map(len, lines), default=0)
    origins = [effective.origins[prefix + key] for key, _ in rows]
    return "".join(f"{line:{width}}  # {origin}\n" for line, origin in zip(lines, origins, strict=True))


def config_schema() -> str:
    """The JSON schema of a configuration file."""
    import msgspec

    return _json(msgspec.json.schema(ConfigFile))


def report_schema() -> str:
    """The JSON schema of the JSON report."""
    from dfopt.report.json import schema

    return _json(schema())


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _json_inline(value: Any) -> str:
    """As TOML writes it too: true and false, strings, and lists of them."""
    return json.dumps(value, ensure_ascii=False)
