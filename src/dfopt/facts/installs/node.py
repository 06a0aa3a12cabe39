"""npm, yarn and pnpm: package.json, its lock file, its workspaces, and the scripts that an install runs."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Final, cast

from dfopt.expression import Expression
from dfopt.facts.installs.project import (
    NEEDS_SOURCES,
    OWN_SCRIPTS,
    UNREADABLE,
    Needs,
    Project,
    Refused,
    folders_to_root,
)
from dfopt.facts.installs.tables import Table, items, json_file, table
from dfopt.facts.naming import named_in_settings
from dfopt.facts.packages import PackageCall
from dfopt.knowledge.install_scripts import (
    GIT_HOOKS,
    NODE_EVENTS,
    PRISMA_CLIENT,
    PRISMA_CONFIG,
    PRISMA_GENERATOR,
    PROJECT_SCRIPTS,
    QUIET_SCRIPTS,
    SCRIPTS_READ,
)
from dfopt.knowledge.installs import Install
from dfopt.model.build_files import Kind

_GROUPS: Final = (
    "dependencies",
    "devDependencies",
    "optionalDependencies",
    "peerDependencies",
    "overrides",
    "resolutions",
    "pnpm",
)
_PNPM_GROUPS: Final = ("overrides", "packageExtensions", "catalog", "catalogs")
"""Those of pnpm-workspace.yaml."""
_LOCAL: Final = Expression(r"(file|link|portal|exec|patch):|\.{0,2}/|~/|(?!\w+:).*\.(tgz|tar|tar\.gz)$")
_NO_SCRIPTS: Final = Expression(r" --ignore-scripts(=true)? ")
_ONE_WORKSPACE: Final = Expression(r" (-w|--workspace|--workspaces|-ws|workspace|workspaces|-F|--filter)(=\S*)? ")

_PLACES: Final = Expression(
    r"modules-folder|modules-?dir|virtual-?store-?dir|lockfile-?dir|(?<!global)cache-folder|cacheFolder|offline-mirror",
    re.IGNORECASE,
)
_INJECTS: Final = Expression(r"\binject-?workspace-?packages *[= ] *true", re.IGNORECASE)
"""pnpm copies the packages of the workspace then (https://pnpm.io/settings#injectworkspacepackages)."""
_LOCKED_AT: Final = Expression(r"\{(?:[^{}\n]*, *)?(?:directory|tarball): *['\"]?(file:[^,}]+|(?!\w+:)[^,}]+)")
"""Of a lock file of pnpm: a package is a folder or an archive."""
_OUTPUT: Final = Expression(r"^\s*output\s*=", re.MULTILINE)

_HOOKS: Final = (".pnpmfile.cjs", "pnpmfile.js", "yarn.config.cjs")
_LOADS: Final = Expression(r"require\(\s*[^'\"]|require\(\s*['\"]\.|\bimport\b|readFile|readdir")
_BRACES: Final = Expression(r"\{([^{}]*)\}")
_ODD: Final = Expression(r"[{}()]|(^|/)\.\.(/|$)")
"""What a pattern of folders has that is not read here."""

SCRIPTS_UNKNOWN: Final = "no lock file says which packages run scripts, which might read the sources"
SCRIPTS: Final = "packages run scripts of their own, which might read the sources"
HOOKS: Final = "no hooks of git are installed in the .git that the build context brings"
COMMANDS: Final = "a package of the workspace has commands, which the install makes executable"


def node_needs(project: Project, call: PackageCall, row: Install) -> Needs | Refused:
    """What ``npm ci``, ``yarn install`` and the like read."""
    if _ONE_WORKSPACE.search(call.text):
        return Refused(NEEDS_SOURCES, "it is for one package of a workspace")
    root = json_file(project, row.manifest)
    if isinstance(root, Refused):
        return root
    above = next(_workspaces_above(project), None)
    if above is not None:
        return Refused(NEEDS_SOURCES, f"the package is in the workspace of {above}")
    runs_scripts = not _NO_SCRIPTS.search(call.text)
    names = [row.manifest, *row.locks, *row.reads]
    reads = project.reads(names)
    workspace = _pnpm_workspace(project)
    if isinstance(workspace, Refused):
        return workspace
    members = _workspaces(project, root, workspace)
    if isinstance(members, Refused):
        return members
    local = next((each for group in _PNPM_GROUPS for each in _texts(workspace.get(group)) if _LOCAL.match(each)), None)
    if local is not None:
        return Refused(NEEDS_SOURCES, f"a dependency is at {local}")
    config = _settings(project, row, members, workspace)
    reads |= project.reads(_paths_in(table(workspace).get("patchedDependencies")))
    injected = next((name for _, package in [(".", root), *members] for name in _injected(package)), "")
    if injected or (members and _INJECTS.search(f"{config}\n{call.text}")):
        return Refused(NEEDS_SOURCES, f"pnpm copies {injected or 'the packages of the workspace'}")
    doubts: list[str] = []
    writes = set(project.writes(row.writes))
    for folder, package in [(".", root), *members]:
        inner = project.inside(folder)
        own = _own_needs(inner, package, runs_scripts=runs_scripts)
        if isinstance(own, Refused):
            return own
        reads |= inner.reads([row.manifest, *row.of_members]) | own
        writes |= inner.writes(row.writes)
        reads |= inner.reads(_paths_in(table(package.get("pnpm")).get("patchedDependencies")))
        programs = _paths_in(package.get("bin")) or _paths_in(table(package.get("directories")).get("bin"))
        if folder != "." and programs:
            reads |= inner.reads(programs)
            doubts.append(COMMANDS)
        doubts += _hook_doubts(inner, package) if runs_scripts else ()
    if _PLACES.search(config) or _PLACES.search(call.text):
        return Refused(NEEDS_SOURCES, "it installs to a folder of its own")
    named = named_in_settings(config, project.folders, project.placed)
    place = next((each for each in sorted(named) if not _is_file(project, each)), None)
    if place is not None:
        return Refused(NEEDS_SOURCES, f"the settings name {place}")
    reads |= named
    hooks = (*_HOOKS, *(path for path in sorted(named) if "/.yarn/" not in path))
    hook = next((name for name in hooks if _LOADS.search(project.text(name) or "")), None)
    if hook is not None:
        return Refused(NEEDS_SOURCES, f"{hook} loads other files")
    archive = next(_archives(project, row, members), None)
    if archive is not None:
        return Refused(NEEDS_SOURCES, f"a dependency is at {archive}")
    if runs_scripts:
        doubts += _script_doubts(project, row)
    return Needs(reads, frozenset(writes), tuple(doubts))


def _settings(project: Project, row: Install, members: Sequence[tuple[str, Table]], workspace: Table) -> str:
    """What the files of settings say, those of members and pnpm-workspace.yaml too."""
    of_members = [posixpath.join(each, name) for each, _ in members for name in row.of_members if name in row.settings]
    texts = [project.text(path) or "" for path in (*project.near(*row.settings), *of_members)]
    said = (f"{key}={value}" for key, value in workspace.items() if isinstance(value, str | bool))
    return "\n".join([*texts, *said])


def _workspaces_above(project: Project) -> Iterator[str]:
    """Descriptions of workspaces in the folders above, which the folder may be a member of."""
    for folder in folders_to_root(project.folder):
        pnpm, path = posixpath.join(folder, "pnpm-workspace.yaml"), posixpath.join(folder, "package.json")
        if project.has(pnpm):
            yield pnpm
        if not project.has(path):
            continue
        said = json_file(project, path)
        if isinstance(said, Refused) or "workspaces" in said:
            yield path


def _paths_in(value: object) -> list[str]:
    """One path, or those that names stand for."""
    return [value] if isinstance(value, str) else [each for each in items(value) if isinstance(each, str)]


def _own_needs(project: Project, package: Table, *, runs_scripts: bool) -> frozenset[str] | Refused:
    """What scripts of a package and of its dependencies read of it; or why its sources are needed."""
    scripts = table(package.get("scripts"))
    reads: frozenset[str] = frozenset()
    for event in NODE_EVENTS if runs_scripts else ():
        script = str(scripts.get(event, ""))
        found = _read_by(script) if script and not GIT_HOOKS.fullmatch(script) else ()
        if found is None:
            return Refused(OWN_SCRIPTS, f"{event}: {script}")
        reads |= project.reads(found)
    if runs_scripts and project.has("binding.gyp"):
        return Refused(OWN_SCRIPTS, "binding.gyp is there")
    for group in _GROUPS:
        for version in _texts(package.get(group)):
            if _LOCAL.match(version):
                return Refused(NEEDS_SOURCES, f"a dependency is at {version}")
        if runs_scripts:
            names = [name for each in table(package.get(group)) for name in SCRIPTS_READ.get(each, ())]
            reads |= project.reads(names)
    if runs_scripts:
        schema = table(package.get("prisma")).get("schema")
        reads |= project.reads([schema] if isinstance(schema, str) else [])
        if problem := next(filter(None, (_about_schema(project, path) for path in sorted(reads))), None):
            return Refused(NEEDS_SOURCES, problem)
    return reads


def _about_schema(project: Project, path: str) -> str:
    """Why Prisma may do more than write in node_modules; empty if nothing is known."""
    text = (project.text(path) or "") if path.endswith(".prisma") else ""
    if PRISMA_CONFIG.fullmatch(path) or _OUTPUT.search(text):
        return f"{path} may say where code is written"
    if any(not PRISMA_CLIENT.search(found[0]) for found in PRISMA_GENERATOR.finditer(text)):
        return f"{path} names a program that generates code"
    return ""


def _read_by(script: str) -> tuple[str, ...] | None:
    """What the commands of a script read, if all are known."""
    found: tuple[str, ...] = ()
    for command in script.split("&&"):
        names = next((n for known, n in PROJECT_SCRIPTS.items() if re.fullmatch(known, command.strip())), None)
        if names is None:
            return None
        found += names
    return found


def _texts(value: object) -> Iterator[str]:
    """The texts in tables within tables."""
    for each in items(value):
        if isinstance(each, str):
            yield each
        else:
            yield from _texts(each)


def _hook_doubts(project: Project, package: Table) -> Iterator[str]:
    """A script that does nothing where there is no ``.git``, if the context brings one."""
    scripts = table(package.get("scripts"))
    quiet = (event for event in NODE_EVENTS if GIT_HOOKS.fullmatch(str(scripts.get(event, ""))))
    event = next(quiet, None)
    if event is not None and any(map(project.has, project.near(".git"))):
        yield f"{HOOKS}: {event}: {scripts[event]}"


def _pnpm_workspace(project: Project) -> Table | Refused:
    """What pnpm-workspace.yaml says; nothing if there is none."""
    text = project.text("pnpm-workspace.yaml")
    if text is None:
        return {}
    import yaml

    try:
        return table(cast("object", yaml.safe_load(text)))
    except (yaml.YAMLError, ValueError, RecursionError):
        return Refused(UNREADABLE, "pnpm-workspace.yaml is not valid YAML")


def _workspaces(project: Project, root: Table, pnpm: Table) -> list[tuple[str, Table]] | Refused:
    """The folders of the packages of a workspace, with what their package.json says."""
    given = [*_patterns(root), *(str(each) for each in items(pnpm.get("packages")))]
    patterns = [each for pattern in given if not pattern.startswith("!") for each in _without_braces(pattern)]
    odd = next((each for each in patterns if _ODD.search(each)), None)
    if odd is not None:
        return Refused(NEEDS_SOURCES, f"a workspace at {odd}")
    found: list[tuple[str, Table]] = []
    start = f"{project.folder.rstrip('/')}/"
    for path in project.below(".") if patterns else ():
        inside = path.removeprefix(start)
        if any(_is_member(inside, pattern) for pattern in patterns) and _is_link(project, path):
            return Refused(NEEDS_SOURCES, f"a workspace behind the link {inside}")
        folder, _, name = inside.rpartition("/")
        if name != "package.json" or not folder or "node_modules" in folder.split("/"):
            continue
        if any(_is_member(folder, pattern) for pattern in patterns):
            package = json_file(project.inside(folder), "package.json")
            found.append((folder, {} if isinstance(package, Refused) else package))
    return found


def _is_file(project: Project, path: str) -> bool:
    entry = project.entry(path)
    return entry is not None and entry.kind is not Kind.FOLDER


def _is_link(project: Project, path: str) -> bool:
    entry = project.entry(path)
    return entry is not None and entry.kind is Kind.LINK


def _without_braces(pattern: str) -> list[str]:
    """The patterns that one with ``{a,b}`` stands for; braces in braces stay."""
    match = _BRACES.search(pattern)
    if match is None:
        return [pattern]
    before, after = pattern[: match.start()], pattern[match.end() :]
    return [each for part in match[1].split(",") for each in _without_braces(f"{before}{part}{after}")]


def _patterns(root: Table) -> Iterator[str]:
    given = root.get("workspaces")
    yield from (str(each) for each in items(table(given).get("packages") or given))


def _is_member(folder: str, pattern: str) -> bool:
    """Rather too many than too few: what is read without need does no harm."""
    wanted = pattern.removeprefix("./").rstrip("/").replace("**", "*")
    return fnmatchcase(folder, wanted)


def _injected(package: Table) -> Iterator[str]:
    """Packages of the workspace that pnpm copies (https://pnpm.io/package_json#dependenciesmetainjected)."""
    for name, said in table(package.get("dependenciesMeta")).items():
        if table(said).get("injected"):
            yield name


def _archives(project: Project, row: Install, members: Sequence[tuple[str, Table]]) -> Iterator[str]:
    """Files and folders of the project that lock files of npm or pnpm take packages from."""
    for package in _locked(project, row).values():
        where = table(package).get("resolved")
        if isinstance(where, str) and where.startswith("file:") and table(package).get("link") is not True:
            yield where
    for folder in (".", *(folder for folder, _ in members)) if row.manager == "pnpm" else ():
        for name in row.locks:
            yield from _LOCKED_AT.findall(project.text(posixpath.join(folder, name)) or "")


def _locked(project: Project, row: Install) -> Table:
    """The packages in a lock file of npm; those of the other tools are not read."""
    name = next((name for name in row.locks if name.endswith(".json") and project.has(name)), None)
    lock = json_file(project, name) if name else None
    return table(lock.get("packages")) if isinstance(lock, Mapping) else {}


def _script_doubts(project: Project, row: Install) -> Iterator[str]:
    """What the lock file of npm says of the scripts of packages; those of the other tools say nothing."""
    packages = _locked(project, row)
    if not packages:
        yield SCRIPTS_UNKNOWN
        return
    with_scripts = [path.rpartition("node_modules/")[2] for path, each in packages.items() if _has_script(path, each)]
    loud = sorted(set(with_scripts) - QUIET_SCRIPTS)
    if loud:
        yield f"{SCRIPTS}: {', '.join(loud[:5])}"


def _has_script(path: str, package: object) -> bool:
    return "node_modules/" in path and table(package).get("hasInstallScript") is True
