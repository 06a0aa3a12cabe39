"""Files that describe projects: JSON, TOML and XML, of which anything may be missing or of another kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from dfopt.facts.installs.project import UNREADABLE, Project, Refused

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

Table = Mapping[str, Any]
_ENTITY = "<!ENTITY"


def table(found: object) -> Table:
    """A table; an empty one for anything else."""
    return cast("Table", found) if isinstance(found, dict) else {}


def at(found: Table, key: str) -> object:
    """What stands at a key in tables within tables, ``tool.uv.sources``; None if there is nothing."""
    value: object = found
    for part in key.split("."):
        value = table(value).get(part)
    return value


def items(found: object) -> list[Any]:
    """What is in a list, or the values of a table."""
    if isinstance(found, dict):
        return list(cast("dict[str, Any]", found).values())
    return cast("list[Any]", cast("object", found)) if isinstance(found, list) else []


def json_file(project: Project, name: str) -> Table | Refused:
    """The table in a JSON file of a project."""
    text = project.text(name)
    if text is None:
        return Refused(UNREADABLE, f"{name} is not in the build context")
    import json

    try:
        found: object = json.loads(text.removeprefix("\ufeff"))
    except ValueError:
        return Refused(UNREADABLE, f"{name} is not valid JSON")
    return table(cast("object", found)) if isinstance(found, dict) else Refused(UNREADABLE, name)


def toml(text: str) -> Table | None:
    """The table in a text; None if that is no TOML."""
    import tomllib

    try:
        return tomllib.loads(text)
    except ValueError:
        return None


def section(text: str, name: str) -> Mapping[str, str] | None:
    """A section of an INI file, with names as they are written; None if the text is none."""
    from configparser import ConfigParser, Error

    reader = ConfigParser(interpolation=None, delimiters=("=",))
    reader.optionxform = str  # type: ignore[assignment,method-assign]
    try:
        reader.read_string(text)
    except Error:
        return None
    return dict(reader.items(name)) if reader.has_section(name) else {}


def toml_file(project: Project, name: str) -> Table | Refused:
    """The table in a TOML file of a project."""
    text = project.text(name)
    if text is None:
        return Refused(UNREADABLE, f"{name} is not in the build context")
    import tomllib

    try:
        return tomllib.loads(text)
    except ValueError:
        return Refused(UNREADABLE, f"{name} is not valid TOML")


def xml(text: str) -> Element | None:
    """The root of a text, names without namespaces; None if that is no XML, or has entities."""
    from xml.etree import ElementTree as ET

    if _ENTITY in text:
        return None
    try:
        root = ET.fromstring(text.removeprefix("\ufeff").encode("utf-8", "surrogateescape"))
    except (ET.ParseError, ValueError, LookupError):
        return None
    for each in root.iter():
        each.tag = each.tag.rpartition("}")[2]
    return root


def xml_file(project: Project, name: str) -> Element | Refused:
    """The root of an XML file of a project; names are without namespaces."""
    text = project.text(name)
    if text is None:
        return Refused(UNREADABLE, f"{name} is not in the build context")
    if _ENTITY in text:
        return Refused(UNREADABLE, f"{name} has entities")
    root = xml(text)
    return Refused(UNREADABLE, f"{name} is not valid XML") if root is None else root
