"""Mounts that came in: of secrets only, where they are declared, and nothing else beside them."""

from __future__ import annotations

import pytest

from dfopt.edits import Delta, Differs
from dfopt.facts.facts import Facts
from dfopt.source import Source
from dfopt.syntax.parser import parse
from dfopt.validation.check import difference

BEFORE = "FROM debian:12\nRUN a && b\nRUN --network=none c\n"
MOUNT = "type=secret,id=x"


def problem(after: str, *mounted: str, differs: tuple[Differs, ...] = ()) -> str | None:
    old, new = (Facts(parse(Source(text))) for text in (BEFORE, after))
    return difference(old, new, [Delta(mounted=mounted, differs=differs)])


def test_what_is_declared_may_come_in() -> None:
    once = BEFORE.replace("RUN a", f"RUN --mount={MOUNT} a")
    assert problem(once, MOUNT) is None
    lines = f"RUN \\\n  --mount={MOUNT} \\\n  # why\n  --network=none \\\n  --mount=type=ssh \\\n  c"
    assert problem(once.replace("RUN --network=none c", lines), MOUNT, MOUNT, "type=ssh") is None


@pytest.mark.parametrize(
    ("after", "mounted", "expected"),
    [
        (BEFORE.replace("RUN a", f"RUN --mount={MOUNT} a"), (), "runs or copies differs"),
        (BEFORE.replace("RUN a", f"RUN --mount={MOUNT} a"), (MOUNT, MOUNT), "not declared, or not as often"),
        (BEFORE.replace("RUN a", f"RUN --mount={MOUNT},target=/y a"), (MOUNT,), "not declared, or not as often"),
        (BEFORE.replace("RUN a", f"RUN --mount={MOUNT} z"), (MOUNT,), "runs or copies differs"),
        (BEFORE.replace("RUN a", f"RUN --mount={MOUNT} --network=none a"), (MOUNT,), "runs or copies differs"),
        (
            BEFORE.replace("RUN a", "RUN --mount=type=tmpfs,target=/t a"),
            ("type=tmpfs,target=/t",),
            "may not be declared",
        ),
        (BEFORE.replace("RUN a", "RUN --mount=target=/t a"), ("target=/t",), "may not be declared"),
    ],
)
def test_nothing_else_may(after: str, mounted: tuple[str, ...], expected: str) -> None:
    found = problem(after, *mounted)
    assert found is not None
    assert expected in found
