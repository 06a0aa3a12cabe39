"""Secrets that a build leaves in the image or in its history."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from dfopt.knowledge import secrets as known
from dfopt.model.stages import Stage, built_by_default
from dfopt.source import Span
from dfopt.syntax.nodes import Add, Arg, Argument, Assignment, Copy, Env, Instruction, Onbuild, Run
from dfopt.transform import Context, Patch, Safety, Skip, transform
from dfopt_transforms._secret_files import mounted_file
from dfopt_transforms._secret_text import Why
from dfopt_transforms._secret_variables import mounted_variable

EMPTY = "the name is that of a secret, but it has no value here"
A_FILE = "it says where a secret is, not what it is"
FOR_BROWSERS = "web pages are built with it, so it is public"
SWITCH = "it is switched on or off, and no secret"


class _Secret(msgspec.Struct, frozen=True):
    """A secret that a mount may bring instead: a variable, or a file that is copied."""

    report: Patch
    name: str = ""
    source: Argument | None = None
    file: known.SecretFile | None = None


@transform(
    safety=Safety.UNSAFE,
    reports=True,
    links=[
        "https://docs.docker.com/build/building/secrets/",
        "https://docs.docker.com/reference/build-checks/secrets-used-in-arg-or-env/",
    ],
)
def secret_mounts(ctx: Context) -> Iterator[Patch | Skip]:
    """Mounts secrets for the RUNs that read them, and reports those that stay in the image or in its history.

    ## Why

    Whoever can pull an image reads its ENV, the build arguments in its history, and every file of every layer, also
    of one that a later RUN removed. What `RUN --mount=type=secret` or `--mount=type=ssh` brings is there for this one
    RUN and is stored nowhere. (`env=` in a mount needs Dockerfile syntax 1.10.)

    It looks for variables with the names of secrets (`NPM_TOKEN`, `DB_PASSWORD`, `AWS_SECRET_ACCESS_KEY`), for files
    (`.npmrc`, `.netrc`, `.aws`, `id_rsa`), and for URLs with a password or a token. A value that looks like one for
    development is reported too, and said to be one.

    With `--unsafe`, or if it is selected, it rewrites what it can prove: a build argument that only RUNs read becomes
    `RUN --mount=type=secret,id=npm_token` with `NPM_TOKEN="$(cat /run/secrets/npm_token)"` in front of the command,
    which any BuildKit reads; a file that is copied, used and removed again becomes a mount at its place; a private key
    becomes `--mount=type=ssh`. The report says which option `docker build` needs then.

    ## Leaves alone

    - A value in ENV or in a file of the image that a container may read; a build argument with a default, or one that
      another instruction, another stage or a script that is not modelled may read.
    - A build argument that more than two RUNs may read that do not name it: a program finds all variables.
    - A secret that a RUN writes into a file and does not remove, or hands to a program that may do so.
    - A build that can go without the secret (`if [ -n "$NPM_TOKEN" ]`).
    - A file that `COPY . .` may bring as well.
    - Variables without a value, that are switches (`ALLOW_EMPTY_PASSWORD=yes`), or that say where a secret is
      (`DB_PASSWORD_FILE`).
    - What web pages are built with (`NEXT_PUBLIC_…`), as anybody can read it there.
    - A RUN that mounts a secret already.

    ## Safety

    The build needs another command: `docker build --secret id=npm_token,env=NPM_TOKEN .` instead of `--build-arg`.
    It stops if the secret is not given. Another value of it does not run anything again: the cache of the build does
    not know it. What programs write that a RUN starts, dfopt does not see.
    """
    shipped = built_by_default(ctx.facts.stages)
    for stage in ctx.facts.stages:
        for instruction in stage.instructions:
            for found in _about(ctx, instruction, stage.index in shipped):
                yield from _mounted_or_told(ctx, stage, instruction, found, stage.index in shipped)


def _mounted_or_told(
    ctx: Context, stage: Stage, instruction: Instruction, found: Patch | Skip | _Secret, is_shipped: bool
) -> Iterator[Patch | Skip]:
    """The rewriting of a secret that can be mounted; else its report, and why it is not rewritten."""
    if not isinstance(found, _Secret):
        yield found
        return
    mounted: Patch | Why | None = None
    if isinstance(instruction, Arg):
        mounted = mounted_variable(ctx, stage, instruction, found.name, is_shipped)
    elif isinstance(instruction, Copy) and found.source is not None and found.file is not None:
        mounted = mounted_file(ctx, stage, instruction, found.source, found.file, is_shipped)
    if isinstance(mounted, Patch):
        yield mounted
        return
    yield found.report
    if mounted is not None:
        yield Skip(found.report.span, *mounted)


def _report(span: Span, why: str) -> Patch:
    return Patch([], span=span, why=why, safety=Safety.REPORT)


def _about(ctx: Context, instruction: Instruction, is_shipped: bool) -> Iterator[Patch | Skip | _Secret]:
    said = instruction.trigger if isinstance(instruction, Onbuild) else instruction
    if isinstance(said, Arg | Env):
        for pair in said.pairs:
            yield from _about_variable(ctx, instruction, said, pair, is_shipped)
    elif isinstance(said, Copy | Add):
        for source in said.sources:
            yield from _about_file(source, instruction)
    mounts = ctx.facts.mounts(said) if isinstance(said, Run) else ()
    if not any(mount.type in ("secret", "ssh") for mount in mounts):
        yield from _about_text(said, instruction)


def _about_variable(
    ctx: Context, placed: Instruction, instruction: Arg | Env, pair: Assignment, is_shipped: bool
) -> Iterator[Patch | Skip | _Secret]:
    name = _words(pair.key)
    if known.NAME_OF_FILE.fullmatch(name):
        if known.NAME.fullmatch(name.rpartition("_")[0]):
            yield Skip(pair.span, A_FILE, pair.key)
        return
    if not known.NAME.fullmatch(name):
        return
    value = (pair.value or "").strip("\"'")
    reason = _harmless(ctx, placed, instruction, name, value)
    if reason:
        yield Skip(pair.span, reason, pair.key)
    elif isinstance(instruction, Env):
        yield _report(pair.span, f"{_in_env(pair.key, value)}; {_given_at_start(pair.key)}")
    else:
        place = "the history of the image" if is_shipped else "the build cache and in provenance attestations"
        seems = ", and its default looks like one for development" if value and _is_placeholder(value) else ""
        why = f"what --build-arg gives to {pair.key} stays in {place}{seems}; {_mounted(pair.key)}"
        yield _Secret(_report(pair.span, why), name=pair.key)


def _words(name: str) -> str:
    """A name in upper case, with ``_`` between its words."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).replace("-", "_").replace(".", "_").upper()


def _harmless(ctx: Context, placed: Instruction, instruction: Arg | Env, name: str, value: str) -> str:
    """Why a variable with the name of a secret is none; empty if it may be one."""
    if known.FOR_BROWSERS.fullmatch(name):
        return FOR_BROWSERS
    if known.SWITCH.fullmatch(value):
        return SWITCH
    if known.LOCATION.fullmatch(value):
        return A_FILE
    if isinstance(instruction, Env):
        referred = known.VARIABLE.findall(value)
        in_force = ctx.facts.scope(placed).variables()
        if not value or (referred and not any(in_force.get(name, "") != "" for name in referred)):
            return EMPTY
    return ""


def _in_env(key: str, value: str) -> str:
    if "$" in value:
        return f"{key} brings a variable of the build into the config of the image, where everybody reads it"
    seems = " (it looks like one for development, but every image has it)" if _is_placeholder(value) else ""
    return f"the value of {key} is in the config of the image, where everybody reads it{seems}"


def _is_placeholder(value: str) -> bool:
    return known.PLACEHOLDER.fullmatch(value) is not None


def _given_at_start(key: str) -> str:
    return f"give it when a container starts (docker run --env {key}), or for a RUN alone: {_mounted(key)}"


def _mounted(key: str) -> str:
    name = key.lower()
    return f"RUN --mount=type=secret,id={name},env={key} and docker build --secret id={name},env={key}"


def _about_file(source: Argument, instruction: Instruction) -> Iterator[_Secret]:
    path = source.text
    for file in known.FILES:
        if not file.path.fullmatch(path.rstrip("/")):
            continue
        if file.ssh:
            instead = "RUN --mount=type=ssh and docker build --ssh default"
        else:
            target = f",target={file.target}" if file.target else ""
            instead = f"RUN --mount=type=secret,id={file.id}{target} and docker build --secret id={file.id},src={path}"
        why = f"{path} may hold {file.holds}, and its layer keeps it whatever a later RUN removes; {instead}"
        yield _Secret(_report(instruction.span, why), source=source, file=file)
        return


def _about_text(said: Instruction, placed: Instruction) -> Iterator[Patch]:
    text = said.script.text if isinstance(said, Run) and said.script is not None else said.body.text
    if any(map(_is_credential, known.URL.finditer(text))):
        why = "a URL with a password or a token stays in the history, and git keeps it in the layer; a helper reads it"
        instead = (
            "RUN --mount=type=secret,id=netrc,target=/root/.netrc and docker build --secret id=netrc,src=$HOME/.netrc"
        )
        yield _report(placed.span, f"{why} from a mount: {instead}")
    if not isinstance(said, Run):
        return
    if known.TOKEN_IN_FILE.search(text) and not re.search(r"\brm\b[^;&|]*npmrc", text):
        instead = "RUN --mount=type=secret,id=npmrc,target=/root/.npmrc and docker build --secret id=npmrc,src=.npmrc"
        yield _report(placed.span, f"a token for packages is written into a file of the layer; {instead}")
    if known.KEY_INTO_FILE.search(text):
        instead = "RUN --mount=type=ssh and docker build --ssh default"
        yield _report(placed.span, f"a private key is written into a file of the layer; {instead}")


def _is_credential(found: re.Match[str]) -> bool:
    """True for a password, a variable, or a name that a git host takes for a token."""
    user, password = found["user"], found["password"]
    if password:
        return password[1:2] != "$" or not password.startswith(":$(")
    variable = known.VARIABLE.match(user)
    if variable:
        return known.NAME.fullmatch(_words(variable[1])) is not None
    return known.GIT_HOST.fullmatch(found["host"]) is not None and len(user) >= 20
