"""Mix: the project file and the configuration, which are programs, and must be plain lists."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Final

from dfopt.expression import Expression
from dfopt.facts.installs.project import NEEDS_SOURCES, UNREADABLE, Needs, Project, Refused
from dfopt.facts.packages import PackageCall
from dfopt.knowledge.install_scripts import ELIXIR_READS_NOTHING
from dfopt.knowledge.installs import Install

COMPILED: Final = "dependencies may read the sources while they are compiled"

_CONFIG: Final = "config/config.exs"
_TOKEN: Final = Expression(
    r'(?P<comment>(?<!\w)\?["\'#]|#[^\n]*)'
    r"|(?:~[a-zA-Z]+)?(?:(?s:\"\"\".*?\"\"\"|'''.*?''')"
    r'|"(?:\\(?s:.)|#\{[^}]*\}|[^"\\])*"|\'(?:\\(?s:.)|#\{[^}]*\}|[^\'\\])*\')'
    r"|~[a-zA-Z]+(?:\([^)]*\)|\[[^\]]*\]|\{[^}]*\}|<[^>]*>|\|[^|]*\||/(?:\\.|[^/\\])*/)"
)
_PUT_IN: Final = Expression(r"#\{([^}]*)\}")
_SET_UP: Final = Expression(r"\buse Mix\.(Project|Config)\b|\bimport Config\b")
_CALLED: Final = Expression(r"""(?:\w|\)|\]|\})\s*\.\s*[a-z_]\w*|["'~]|\b(apply|import|use|require|alias|unquote)\b""")
_OPTIONS: Final = Expression(
    r"\b(path|in_umbrella|apps_path|deps_path|build_path|lockfile|config_path)\s*:(?!:)"
    r"|:(path|in_umbrella|apps_path|deps_path|build_path|lockfile|config_path|git)\b"
    r'|:?"(deps\.\w+|local\.\w+)"\s*(:|=>)|:"(deps\.\w+|local\.\w+)"|\b(loadconfig)\b'
)
_REPOSITORY: Final = Expression(r'\bgit:(?!\s*"((?!file:)[\w+.-]+://|[\w.-]+@[\w.-]+:))[^,\n]{0,60}')
_IMPORTED: Final = Expression(r"""\bimport_config\s*\(?\s*"([^"\n]*)"\s*(?:\)|\n|$)""")
_ENVIRONMENT: Final = Expression(r"#\{\s*(?:config_env\(\)|Mix\.env(?:\(\))?)\s*\}")
_PLAIN: Final = Expression(r"[\w./-]+")


def mix_needs(project: Project, call: PackageCall, row: Install) -> Needs | Refused:
    """What ``mix deps.get`` reads: any task runs the project file and the configuration first."""
    if not project.has(row.manifest) and call.verb.startswith("local."):
        return Needs()
    text = project.text(row.manifest)
    if text is None:
        return Refused(UNREADABLE, f"{row.manifest} is not in the build context")
    said = _without_comments(text)
    other = _OPTIONS.search(said) or _REPOSITORY.search(said) or _other_call(text)
    if other:
        return Refused(NEEDS_SOURCES, f"{row.manifest} says {other[0].strip()}")
    configuration: set[str] = set()
    problem = _read(project, _CONFIG, _environment(project, call), configuration)
    if problem:
        return problem
    reads = project.reads([row.manifest, *row.locks, *configuration])
    return Needs(reads, project.writes(row.writes), (COMPILED,) if call.verb == "deps.compile" else ())


def _without_comments(text: str) -> str:
    return _TOKEN.sub(lambda found: "" if found["comment"] else found[0], text)


def _other_call(text: str) -> re.Match[str] | None:
    """A call of what may read files, or what cannot be followed."""
    code = _SET_UP.sub(" ", _code(text))
    return _CALLED.search(ELIXIR_READS_NOTHING.sub(" 0 ", code))


def _code(text: str) -> str:
    """A program without its texts, but with what is put into them; a quote stays for what is too nested to read."""
    return _TOKEN.sub(lambda found: "" if found["comment"] else f" 0 {_put_in(found[0])} ", text)


def _put_in(text: str) -> str:
    found = " ".join(_PUT_IN.findall(text))
    return '"' if "{" in found else found.replace('"', " ")


def _environment(project: Project, call: PackageCall) -> str | None:
    """The environment that the project is loaded for; None if a build may have another one."""
    return None if "MIX_ENV" in call.variables else project.env.get("MIX_ENV")


def _read(project: Project, name: str, environment: str | None, found: set[str]) -> Refused | None:
    """Reads a file of the configuration, and those that it imports."""
    if name in found or not project.has(name):
        return None
    text = project.text(name)
    if text is None:
        return Refused(UNREADABLE, name)
    found.add(name)
    other = _other_call(text)
    if other:
        return Refused(NEEDS_SOURCES, f"{name} says {other[0].strip()}")
    said = _without_comments(text)
    imported = _IMPORTED.findall(said)
    if len(imported) != len(re.findall(r"\bimport_config\b", said)):
        return Refused(NEEDS_SOURCES, f"{name} imports what is not written out")
    for each in imported:
        for path in _imported(project, posixpath.join(posixpath.dirname(name), each), environment):
            problem = _read(project, path, environment, found) if path else Refused(NEEDS_SOURCES, f"{name}: {each}")
            if problem:
                return problem
    return None


def _imported(project: Project, path: str, environment: str | None) -> Iterator[str]:
    """The files that an import names, of all environments if it is not known which; an empty name for others."""
    folder, _, pattern = path.rpartition("/")
    plain = _ENVIRONMENT.sub("", path)
    if not _PLAIN.fullmatch(plain) or _ENVIRONMENT.search(folder):
        yield ""
    elif plain == path:
        yield posixpath.normpath(path)
    else:
        texts = [re.escape(each) for each in _ENVIRONMENT.split(pattern)]
        fits = re.compile((re.escape(environment) if environment else r"[\w-]+").join(texts))
        for each in project.names(folder):
            if fits.fullmatch(each) and each != "runtime.exs":
                yield posixpath.normpath(posixpath.join(folder, each))
