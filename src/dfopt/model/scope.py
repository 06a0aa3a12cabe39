"""What is in force at an instruction: environment, arguments, user, folder, shell; inherited through FROM."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from dfopt.memo import kept_of
from dfopt.model.expand import expand
from dfopt.model.stages import Stage
from dfopt.syntax.nodes import Arg, Env, Instruction, Shell, User, Workdir


class Scope(msgspec.Struct, frozen=True):
    """The state before an instruction, as far as the file tells. What the base image sets is not in it."""

    env: Mapping[str, str | None] = {}
    """By name; None is a value that is not known."""
    args: Mapping[str, str | None] = {}
    user: str | None = None
    """As the last USER says, expanded; ``""`` if that is not known; None if the base image decides."""
    workdir: str | None = None
    """As put together from WORKDIRs; None if the base image decides or it is not known."""
    shell: tuple[str, ...] | None = None
    """The last SHELL; None is the default of the base; an empty one is not known."""

    def variables(self) -> Mapping[str, str | None]:
        return _variables(self)


@kept_of(most=256)
def _variables(scope: Scope) -> Mapping[str, str | None]:
    return {**scope.env, **scope.args}


def common(ends: Sequence[Scope]) -> Scope:
    """What is in force in a stage that may start from any of several: what they agree on, the rest is not known."""
    first, *others = ends
    return Scope(
        env=_common([scope.env for scope in ends]),
        args=_common([scope.args for scope in ends]),
        user=first.user if all(other.user == first.user for other in others) else "",
        workdir=first.workdir if all(other.workdir == first.workdir for other in others) else None,
        shell=first.shell if all(other.shell == first.shell for other in others) else (),
    )


def _common(values: Sequence[Mapping[str, str | None]]) -> dict[str, str | None]:
    names = {name for each in values for name in each}
    found = {name: {each.get(name) for each in values} for name in sorted(names)}
    return {name: next(iter(seen)) if len(seen) == 1 else None for name, seen in found.items()}


def scopes(stage: Stage, inherited: Scope, escape: str) -> tuple[dict[int, Scope], Scope]:
    """The scope before each instruction of a stage, by the start of its span, and the scope at its end."""
    scope = msgspec.structs.replace(inherited)
    before: dict[int, Scope] = {}
    for instruction in stage.instructions:
        before[instruction.span.start] = scope
        scope = after(scope, instruction, escape)
    return before, scope


def after(scope: Scope, instruction: Instruction, escape: str) -> Scope:
    """The scope that an instruction leaves behind."""
    if isinstance(instruction, Env):
        return _after_env(scope, instruction, escape)
    if isinstance(instruction, Arg):
        args = dict(scope.args)
        for pair in instruction.pairs:
            args[pair.key] = (
                None if pair.value is None else expand(pair.value, {**scope.env, **args}, escape, unset=None)
            )
        return msgspec.structs.replace(scope, args=args)
    if isinstance(instruction, User):
        return msgspec.structs.replace(scope, user=_value(instruction.user.text, scope, escape) or "")
    if isinstance(instruction, Workdir):
        return msgspec.structs.replace(scope, workdir=_folder(scope, _value(instruction.path.text, scope, escape)))
    if isinstance(instruction, Shell):
        return msgspec.structs.replace(scope, shell=instruction.argv)
    return scope


def _after_env(scope: Scope, instruction: Env, escape: str) -> Scope:
    old = scope.variables()
    env = dict(scope.env)
    for pair in instruction.pairs:
        key = expand(pair.key, old, escape, unset=None)
        if key is not None:
            env[key] = expand(pair.value or "", old, escape, unset=None)
    return msgspec.structs.replace(scope, env=env)


def _value(text: str, scope: Scope, escape: str) -> str | None:
    return expand(text, scope.variables(), escape, unset=None)


def _folder(scope: Scope, path: str | None) -> str | None:
    if path is None:
        return None
    if path.startswith("/"):
        return path
    return None if scope.workdir is None else f"{scope.workdir.rstrip('/')}/{path}"
