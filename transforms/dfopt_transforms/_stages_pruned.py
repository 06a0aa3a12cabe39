"""Packages of Node that only a build needs: those under ``devDependencies`` that nothing which is started names."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import cast

import msgspec

from dfopt.facts.folders import is_in
from dfopt.knowledge.node_loaders import LOADED, READ_AT_START, READ_BY_PACKAGES
from dfopt.knowledge.source_code import NODE
from dfopt.model.build_files import Kind
from dfopt.model.scope import after
from dfopt.shell.argv import Argv
from dfopt_transforms._stages_parts import Needs, Old, is_removed
from dfopt_transforms._stages_reach import Reached

_INSTALLS = frozenset({("npm", "ci"), ("npm", "install"), ("npm", "i")})
_GENERATORS = frozenset({"prisma"})
"""They put files among the packages that nobody else knows of."""
_LAST_OLD = 14
"""The last version of Node with an npm that does not know ``--omit``."""
_STARTS = frozenset("node npm yarn docker-entrypoint.sh tini dumb-init".split())
_CODE = re.compile(r".*\.(?:[cm]?[jt]s|[jt]sx|json|ya?ml|vue|svelte)")
_DESCRIPTIONS = re.compile(r"package(?:-lock)?\.json|npm-shrinkwrap\.json|tsconfig[^/]*\.json|yarn\.lock|\.\w+rc.*")


def pruned(old: Old, reached: Reached, needs: Needs) -> None:
    """Notes the command that takes these packages away behind the build."""
    folder = _installed_in(old)
    if folder is None or not any(is_in(folder, path) for path in needs.copied):
        return
    packages = _only_builds(old, folder)
    if not packages or not _GENERATORS.isdisjoint(packages) or not _starts_none(old, reached, packages):
        return
    if any(READ_AT_START.search(word) for word in reached.of_node):
        needs.evidence.append("packages of devDependencies stay: what node is started with reads configuration")
        return
    if loaded := _loaded(old, folder, packages):
        needs.evidence.append(f"packages of devDependencies stay: {loaded}")
        return
    has_settings = any(word.startswith((".next/standalone/", "./.next/standalone/")) for word in reached.of_node)
    count = 0
    for path, text in _read(old, folder):
        count += 1
        is_read = READ_BY_PACKAGES.fullmatch(posixpath.basename(path)) and not has_settings
        if is_read or READ_AT_START.search(text):
            needs.evidence.append(
                f"packages of devDependencies stay: those that {path} needs at the start have no name"
            )
            return
        if named := _named(text, packages):
            needs.evidence.append(f"packages of devDependencies stay: {path} names {named}")
            return
    needs.pruned = f"npm prune {'--production' if _is_old(old) else '--omit=dev'}{_options(old)}"
    shown = ", ".join(sorted(packages)[:3]) + (f" and {len(packages) - 3} more" if len(packages) > 3 else "")
    needs.evidence.append(f"only the build needs {shown}: none of {count} files names it, and it is in devDependencies")


def _installed_in(old: Old) -> str | None:
    """The folder that npm installs in, if that is the one in force at the end of the build."""
    found: set[str] = set()
    for each in old.builds:
        for view in each.commands:
            words = _words(view)
            verb = next((word for word in words if not word.startswith("-")), "")
            if view.base in ("yarn", "pnpm", "lerna", "npx") and verb in ("", "install", "i", "bootstrap", "lerna"):
                return None
            if (view.base, verb) not in _INSTALLS or not {"-g", "--global"}.isdisjoint(words):
                continue
            if len([word for word in words if not word.startswith("-")]) > 1:
                continue
            if any(re.match(r"--(production|only|omit|prefix|include|workspace|force)|-[Cf]$", word) for word in words):
                return None
            if old.facts.scope(each.run).variables().get("NODE_ENV") == "production":
                return None
            found |= set(each.folders)
    last = old.head[-1]
    at_end = after(old.facts.scope(last), last, old.facts.dockerfile.escape).workdir
    return at_end if found and found == {at_end} and not is_removed(f"{at_end}/node_modules", old.done) else None


def _options(old: Old) -> str:
    """The option without which npm refuses packages that do not suit each other, if they are installed with it."""
    words = [word for each in old.builds for view in each.commands if view.base == "npm" for word in _words(view)]
    return " --legacy-peer-deps" if "--legacy-peer-deps" in words and not _is_old(old) else ""


def _words(view: Argv) -> list[str]:
    return [word.value or "$" for word in view.words]


def _only_builds(old: Old, folder: str) -> frozenset[str]:
    """What package.json has under devDependencies, and nowhere else."""
    read = _package(old, folder)
    if "workspaces" in read:
        return frozenset()
    others = {
        name for key in ("dependencies", "optionalDependencies", "peerDependencies") for name in _names(read, key)
    }
    return frozenset(name for name in _names(read, "devDependencies") if name not in others)


def _loaded(old: Old, folder: str, packages: frozenset[str]) -> str:
    """A package that another one loads by its name; empty if there is none."""
    for name in _names(_package(old, folder), "dependencies"):
        if found := sorted(packages & LOADED.get(name, frozenset())):
            return f"{name} loads {found[0]} by its name"
    return ""


def _package(old: Old, folder: str) -> dict[str, object]:
    try:
        read = msgspec.json.decode(old.text(posixpath.join(folder, "package.json")))
    except msgspec.DecodeError:
        return {}
    return cast("dict[str, object]", read) if isinstance(read, dict) else {}


def _names(read: dict[str, object], key: str) -> list[str]:
    found = read.get(key)
    return [str(name) for name in cast("dict[object, object]", found)] if isinstance(found, dict) else []


def _starts_none(old: Old, reached: Reached, packages: frozenset[str]) -> bool:
    """True if only node is started, with files: no program of a package, and no package by an option."""
    others = {name for name in reached.programs if name not in _STARTS and name not in old.essential}
    is_named = any(_package_of(word) in packages for word in reached.of_node)
    return not (reached.of_packages or others or is_named or any("node_modules" in path for path in reached.paths))


def _package_of(text: str) -> str:
    """The package that the name of a module begins with."""
    parts = text.rpartition("=")[2].split("/")
    return "/".join(parts[:2]) if text.startswith("@") else parts[0]


def _read(old: Old, folder: str) -> Iterator[tuple[str, str]]:
    """What may be in the program: code, and configuration that names plug-ins."""
    for each in old.laid:
        relative = posixpath.relpath(each.path, folder)
        name = posixpath.basename(relative)
        if each.entry.kind is not Kind.FILE or not _CODE.fullmatch(name) or _DESCRIPTIONS.fullmatch(name):
            continue
        if (
            NODE.tests.fullmatch(relative)
            or "node_modules" in relative.split("/")
            or relative.startswith((".", "docs/"))
        ):
            continue
        yield each.entry.path, old.text(each.path)


def _named(text: str, packages: frozenset[str]) -> str:
    """A package that a file names in quotes, or as a value."""
    for found in re.findall(r"[\"'`]((?:@[\w.-]+/)?[\w.-]+)(?:/[^\"'`\n]*)?[\"'`]", text):
        if found in packages:
            return str(found)
    return ""


def _is_old(old: Old) -> bool:
    tag = old.base.reference.tag or "" if old.base.reference else ""
    major = re.match(r"\d+", tag)
    return major is not None and int(major[0]) <= _LAST_OLD
