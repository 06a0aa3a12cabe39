"""Where the cache of a package manager is for the user of a RUN, and what that user needs to write there."""

from __future__ import annotations

import re

import msgspec

from dfopt.expression import Expression
from dfopt.facts.package_state import is_within
from dfopt.knowledge.base_images import Account
from dfopt.knowledge.package_managers import Manager
from dfopt.syntax.nodes import Run
from dfopt.transform import Context
from dfopt_transforms._cache_cleanup import runs_as_root
from dfopt_transforms._cache_refusals import MOUNTED, Why, sets_variable

NOT_KNOWN = "the place of the cache is not known"
NO_ACCOUNT = "the number or the home of the user is not known"
PARENT = "the folder around the mount would belong to root"

_NAME = Expression(r"\{(\w+)\}")


class Place(msgspec.Struct, frozen=True):
    """The folders to mount, and the home that they are right for."""

    targets: tuple[str, ...]
    home: str
    owner: str = ""
    """What the mount option takes for a user other than root: ``,uid=1000,gid=1000``."""


def place_of(ctx: Context, run: Run, manager: Manager, *, is_root: bool) -> Place | Why:
    """Where a RUN has the cache of a manager."""
    if any(sets_variable(run, name) for path in manager.mounts for name in ["HOME", *_NAME.findall(path)]):
        return NOT_KNOWN, "the script sets a variable that decides"
    is_root = is_root or runs_as_root(ctx, run)
    account = None if is_root else _account(ctx, run)
    home = _home(ctx, run, account)
    if account is None and not is_root:
        return NO_ACCOUNT, ctx.facts.scope(run).user or "the base image decides"
    targets: list[str] = []
    for path in manager.mounts:
        target = _filled(ctx, run, manager, path, home)
        if target is None or not target.startswith("/") or not re.fullmatch(r"[\w./+-]+", target):
            return NOT_KNOWN, path
        targets.append(target.rstrip("/"))
    if account is None:
        return Place(tuple(targets), home or "/root")
    if any(target.rpartition("/")[0] != home for target in targets):
        return PARENT, targets[0]
    return Place(tuple(targets), account.home, f",uid={account.uid},gid={account.gid}")


def _account(ctx: Context, run: Run) -> Account | None:
    """The user in force, if the base image has it."""
    base = ctx.facts.base(ctx.facts.stage_of(run))
    user = ctx.facts.scope(run).user
    name, _, group = ((base.user if user is None else user) or "").partition(":")
    for account in base.accounts:
        if name in (account.name, str(account.uid)) and group in ("", account.name, str(account.gid)):
            return account
    return None


def _home(ctx: Context, run: Run, account: Account | None) -> str | None:
    variables = ctx.facts.scope(run).variables()
    if "HOME" in variables:
        return variables["HOME"] or None
    base = ctx.facts.base(ctx.facts.stage_of(run))
    if account is not None:
        return account.home
    return base.env.get("HOME", base.root_home)


def _filled(ctx: Context, run: Run, manager: Manager, path: str, home: str | None) -> str | None:
    """A path with the values of its variables; None if one of them is not known."""
    found = _NAME.search(path)
    if found is None:
        return path
    name = found[1]
    variables = ctx.facts.scope(run).variables()
    base = ctx.facts.base(ctx.facts.stage_of(run))
    if name == "HOME":
        value = home
    elif name in variables:
        value = variables[name] or None
    else:
        value = base.env.get(name, manager.defaults.get(name))
    return None if value is None else _filled(ctx, run, manager, path.replace(found[0], value, 1), home)


def about_mounts(ctx: Context, run: Run, targets: tuple[str, ...]) -> Why | None:
    """Another mount that is there already and may hold one of the folders, or lie in it."""
    for mount in ctx.facts.mounts(run):
        if mount.target is None:
            continue
        if "$" in mount.target or not mount.target.startswith("/"):
            return MOUNTED, mount.target
        if any(is_within(target, mount.target) or is_within(mount.target, target) for target in targets):
            return MOUNTED, mount.target
    return None


def is_mounted(ctx: Context, run: Run, targets: tuple[str, ...]) -> bool:
    """True if a RUN has a cache mount on every one of the folders."""
    mounted = {(mount.target or "").rstrip("/") for mount in ctx.facts.mounts(run) if mount.type == "cache"}
    return mounted.issuperset(targets)
