"""What stands around the halves of a split: the stages, what they start from, what is above them, and the comments."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable

from dfopt.edits import Split
from dfopt.facts.comments import trailing
from dfopt.facts.facts import Facts
from dfopt.facts.run_time import begins_as_root, builder_of, run_time
from dfopt.knowledge.tool_chains import Builder
from dfopt.model.stages import Stage
from dfopt.syntax.nodes import Cmd, Comment, Entrypoint, Env, From, Healthcheck, Instruction, Onbuild, Run, Shell, User
from dfopt.validation.exempt import UndeclaredError
from dfopt.validation.plan import content, flags

_NAME = re.compile(r"[a-z][a-z0-9-]*")


def check_frame(before: Facts, after: Facts, split: Split) -> None:
    """The stages, what they start from, and what stands before them.

    Raises UndeclaredError.
    """
    if len(before.stages) != 1 or len(after.stages) != 2:
        raise UndeclaredError("a split makes two stages of one")
    (old,), (build, run) = before.stages, after.stages
    if _head(before) != _head(after):
        raise UndeclaredError("what stands before the first stage differs")
    if any(isinstance(found, Onbuild) for found in old.instructions):
        raise UndeclaredError("ONBUILD triggers are not split")
    if not _NAME.fullmatch(split.name) or build.name != split.name or old.name == split.name:
        raise UndeclaredError("the name of the stage that builds is not as declared")
    if _start(build) != _start(old) or flags(run.start) != flags(old.start) or run.name != old.name:
        raise UndeclaredError("what builds starts from another image, or the name of the stage differs")
    if run.start.image.text != split.base or run.parent is not None:
        raise UndeclaredError("the image to run on is not as declared")
    base = before.base(old)
    found = run_time(base, old.start.image.text)
    if split.base == "scratch":
        _check_empty(after, build, run)
    elif split.base not in ((found.image, *found.others) if found else ()) and split.base != old.start.image.text:
        raise UndeclaredError(f"{split.base} is not known to run what {old.start.image.text} builds")
    is_same = split.base == old.start.image.text
    if not is_same and not any(isinstance(each, Cmd | Entrypoint) for each in old.instructions):
        raise UndeclaredError("what a container starts is left to the base image")
    is_root = after.base(run).is_root or (found is not None and found.is_root)
    if not begins_as_root(base, old) or not is_root:
        raise UndeclaredError("the user of a base image is not known")
    text = " ".join(after.dockerfile.text(each) for each in run.instructions)
    builder = builder_of(base)
    others = _others(builder) if builder and split.base != old.start.image.text else frozenset[str]()
    if not others.issuperset(split.variables):
        raise UndeclaredError("the old base image is not known to set what is declared")
    said = {pair.key for each in run.instructions if isinstance(each, Env) for pair in each.pairs}
    for name in others - {"PATH"} - said:
        if re.search(rf"\$\{{?{name}\b", text):
            raise UndeclaredError(f"{name} is not set any more")


def _check_empty(after: Facts, build: Stage, run: Stage) -> None:
    """That what is built is static, and nothing that is run asks for a system."""
    text = " ".join(after.dockerfile.text(each) for each in build.instructions)
    values = set(re.findall(r"\bCGO_ENABLED[ =]\"?(\w*)", text))
    name = after.base(build).reference
    if values != {"0"} or name is None or name.official != "golang":
        raise UndeclaredError("what is built is not known to be static")
    for each in run.instructions:
        if isinstance(each, Cmd | Entrypoint | Healthcheck):
            is_exec = each.argv is not None or (isinstance(each, Healthcheck) and each.is_none)
        else:
            is_exec = not isinstance(each, Run | Shell)
        if not is_exec or (isinstance(each, User) and not re.fullmatch(r"[\d:]+", each.user.text)):
            raise UndeclaredError("an empty image has no shell, and no names of users")


def _others(builder: Builder) -> frozenset[str]:
    """The variables of an image with a tool chain that the image to run on may not have."""
    return frozenset({*builder.variables, "PATH"} if builder.path else builder.variables)


def _head(facts: Facts) -> Hashable:
    dockerfile = facts.dockerfile
    first = facts.stages[0].start.span.start
    return (
        dockerfile.escape,
        tuple((directive.name, directive.value) for directive in dockerfile.directives),
        tuple(content(each, dockerfile.source) for each in dockerfile.instructions if each.span.start < first),
    )


def _start(stage: Stage) -> Hashable:
    return stage.start.image.text, flags(stage.start)


def comments_differ(before: Facts, after: Facts) -> str | None:
    """A comment that is lost, said twice, or no longer stands with what it speaks of."""
    old, new = (Counter(_text(each) for each in facts.dockerfile.comments) for facts in (before, after))
    if old != new:
        return f"a comment is lost or came in: {next(iter((old - new) + (new - old)))}"
    theirs = _owned(after)
    for text, owners in _owned(before):
        same = next((other for other in theirs if other[0] == text and other[1] & owners), None)
        if same is None:
            return f"a comment has moved: {text}"
        theirs.remove(same)
    return None


def _text(comment: Comment) -> str:
    return " ".join(comment.text.split())


def _owned(facts: Facts) -> list[tuple[str, frozenset[Hashable]]]:
    """Each comment that belongs to an instruction, and what that says; one may belong to that above, or below."""
    instructions = facts.dockerfile.instructions
    above = {comment.span: _said(facts, each) for each in instructions for comment in trailing(facts.dockerfile, each)}
    below = [(each, comment) for each in instructions for comment in (*each.comments, *each.inner_comments)]
    found = [(comment, frozenset({_said(facts, each), above.get(comment.span)}) - {None}) for each, comment in below]
    found += [
        (comment, frozenset({above[comment.span]}))
        for comment in facts.dockerfile.comments
        if comment.span in above and all(comment is not other for _, other in below)
    ]
    return [(_text(comment), owners) for comment, owners in found]


def _said(facts: Facts, instruction: Instruction) -> Hashable:
    if isinstance(instruction, From):
        return "FROM", instruction.image.text
    return content(instruction, facts.dockerfile.source)
