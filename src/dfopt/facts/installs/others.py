"""bundler and composer."""

from __future__ import annotations

import re
from typing import Final

from dfopt.expression import Expression
from dfopt.facts.installs.project import NEEDS_SOURCES, OWN_SCRIPTS, UNREADABLE, Needs, Project, Refused
from dfopt.facts.installs.tables import Table, items, json_file, table
from dfopt.facts.packages import PackageCall
from dfopt.knowledge.install_scripts import COMPOSER_EVENTS, COMPOSER_START_EVENTS, QUIET_PLUGINS
from dfopt.knowledge.installs import Install

_OF_FILES: Final = Expression(
    r"\bpath\b|\bgemspec\b|eval_gemfile|require_relative|instance_eval|\bFile\b|\bDir\b|\bIO\b|\bread\b|\bload\b|`"
    r"|\bgit(?::|\"?\s*=>|\s)\s*['\"](?:[./~]|file:)"
)
_VERSION_FILE: Final = Expression(
    r"""^\s*ruby\s+(file:\s*['"]\.(ruby-version|tool-versions)['"]|File\.read\(['"]\.ruby-version['"]\)\S*)\s*$""",
    re.MULTILINE,
)
_COMMENT: Final = Expression(r"""("[^"\n]*"|'[^'\n]*')|#.*""")
_TEXT: Final = Expression(r""""[^"]*"|'[^']*'|%[wi](\[[^\]]*\]|\([^)]*\))|(?<!:):\w+|\b\w+:(?!:)""")
_PUT_IN: Final = Expression(r"#\{([^}]*)\}")
_ASSIGNED: Final = Expression(r"\b([a-z_]\w*)\s*=(?!=)|\|\s*(\w+)\s*\|")
_WORD: Final = Expression(r"[A-Za-z_]\w*[?!]?")
_LIST: Final = frozenset(
    """
    source gem group groups platform platforms ruby git github git_source install_if plugin env do end if unless else
    elsif and or not true false nil then case when lambda proc return
    ENV fetch key? include? RUBY_VERSION RUBY_PLATFORM RUBY_ENGINE Gem Version Requirement new to_s to_i to_sym
    match match? start_with? end_with? nil? empty? split first last puts warn freeze
    """.split()
)
"""The words of a Gemfile that is a list (https://bundler.io/man/gemfile.5.html), and what of Ruby reads no files."""
_FROM_SOURCES: Final = Expression(r" (-[a-ce-zA-Z]*[oa]\w*|--(o|c|ap)[\w-]*(=\S*)?) ")
"""``-o``, ``-a``, among other letters too, ``--optimize-autoloader`` and the like, which may be written in part."""
_ADDRESS: Final = Expression(r"(?!file:)[\w+.-]+://|[\w.-]+@[\w.-]+:|[\w-]+(\.[\w-]+)+(/|$)")

PLUGINS: Final = "plugins of composer may read the sources"


def bundle_needs(project: Project, call: PackageCall, row: Install) -> Needs | Refused:
    """What ``bundle install`` reads: a Gemfile is a program, and must be a plain list."""
    text = project.text("Gemfile")
    if text is None:
        return Refused(UNREADABLE, "Gemfile is not in the build context")
    if "BUNDLE_LOCAL" in (project.text(".bundle/config") or ""):
        return Refused(NEEDS_SOURCES, ".bundle/config puts folders in the place of gems")
    said = _COMMENT.sub(r"\1", _VERSION_FILE.sub("", text))
    found = _OF_FILES.search(said)
    other = found[0] if found else _other_word(said)
    if other:
        return Refused(NEEDS_SOURCES, f"the Gemfile says {other}")
    path = re.search(r" (?:--path|--binstubs)[ =](\S+) ", call.text)
    remembers = re.search(r" (--(path|without|with|deployment|system|binstubs|standalone|shebang)(=\S*)?) ", call.text)
    more = ([path[1]] if path else []) + ([".bundle", "bin"] if remembers else [])
    writes = project.writes((*row.writes, *more))
    return Needs(project.reads([row.manifest, *row.locks, *row.reads]), writes)


def _other_word(said: str) -> str:
    """The first word of a program that may be more than a list of gems; empty if there is none."""
    code = "\n".join(_TEXT.sub(" ", line) + " ".join(_PUT_IN.findall(line)) for line in said.splitlines())
    names = _LIST.union(name for found in _ASSIGNED.findall(code) for name in found)
    return next((word for word in _WORD.findall(code) if word not in names), "")


def composer_needs(project: Project, call: PackageCall, row: Install) -> Needs | Refused:
    """What ``composer install`` reads, unless it makes a map of the classes in the sources."""
    said = json_file(project, row.manifest)
    if isinstance(said, Refused):
        return said
    if call.verb not in ("install", "i"):
        return Refused(NEEDS_SOURCES, f"composer {call.verb}")
    events = COMPOSER_START_EVENTS if " --no-scripts " in call.text else COMPOSER_EVENTS | COMPOSER_START_EVENTS
    event = next((name for name in sorted(table(said.get("scripts"))) if name in events), None)
    if event is not None:
        return Refused(OWN_SCRIPTS, event)
    if " --no-autoloader " not in call.text and _maps_classes(said, call.text):
        return Refused(NEEDS_SOURCES, "the autoloader has a map of their classes: --no-autoloader would leave that out")
    if any(map(_is_local, items(said.get("repositories")))):
        return Refused(NEEDS_SOURCES, "a repository is a folder of the project")
    if any(map(project.has, project.near(".git"))) and "version" not in said:
        return Refused(NEEDS_SOURCES, "it reads the version of the project from .git")
    config = table(said.get("config"))
    written = [str(config[name]) for name in ("vendor-dir", "bin-dir") if name in config]
    writes = project.writes((*row.writes, *written))
    return Needs(project.reads([row.manifest, *row.locks, *row.reads]), writes, _plugin_doubts(project, call.text))


def _is_local(repository: object) -> bool:
    """True for a repository that is a folder, or a package in it that is a file, of the project."""
    said = table(repository)
    package = said.get("package")
    packages = [table(package), *map(table, items(package))]
    places = [said, *(table(each.get(name)) for each in packages for name in ("dist", "source"))]
    urls = [str(each["url"]) for each in places if "url" in each]
    return said.get("type") in ("path", "artifact") or not all(map(_ADDRESS.match, urls))


def _maps_classes(said: Table, words: str) -> bool:
    config = table(said.get("config"))
    optimised = any(config.get(name) for name in ("optimize-autoloader", "classmap-authoritative"))
    loads = [table(said.get(name)) for name in ("autoload", "autoload-dev")]
    return optimised or bool(_FROM_SOURCES.search(words)) or any("classmap" in load for load in loads)


def _plugin_doubts(project: Project, words: str) -> tuple[str, ...]:
    if " --no-plugins " in words:
        return ()
    lock = json_file(project, "composer.lock")
    if isinstance(lock, Refused):
        return (f"{PLUGINS}: there is no composer.lock",)
    packages = [table(each) for each in (*items(lock.get("packages")), *items(lock.get("packages-dev")))]
    plugins = [str(each.get("name")) for each in packages if each.get("type") == "composer-plugin"]
    loud = [name for name in plugins if name not in QUIET_PLUGINS]
    return (f"{PLUGINS}: {', '.join(loud[:5])}",) if loud else ()
