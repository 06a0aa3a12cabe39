"""What is proved of ENV, ARG, LABEL, WORKDIR and their like holds for the values that builds have."""

from __future__ import annotations

import random
from itertools import product

import pytest

from tests.validation.build import Build
from tests.validation.test_plan import differ

SETTINGS = [
    *("ARG a", "ARG a=1", "ARG b=$a", "ARG b=2", "ARG a=1 b=$a", "ENV a=1", "ENV a=2", "ENV b=$a", "ENV a=$a:1"),
    *("ENV a=3 b=$a", "ENV $b=4", "ENV c=/s", "LABEL x=$a", "LABEL x=1", "LABEL x=1 y=$b", "LABEL $b=1", "LABEL y=2"),
    *("EXPOSE 80", "EXPOSE 80/tcp $a", "USER u", "USER v", "USER $b", 'SHELL ["k"]', 'SHELL ["l"]', "CMD p", "CMD q"),
    *(
        "ENTRYPOINT r",
        "ENTRYPOINT s",
        "WORKDIR /s",
        "WORKDIR /s/t",
        "WORKDIR t",
        "WORKDIR $c",
        "WORKDIR /",
        "WORKDIR ..",
    ),
]
STEPS = [
    *(
        "RUN make",
        "RUN mkdir -p /x",
        "RUN mkdir $a",
        "RUN rm -rf /s",
        "RUN cp a b",
        "COPY p q",
        "COPY $a /r",
        "COPY p $b",
    ),
]
ARGUMENTS = [dict(zip("ab", values, strict=True)) for values in product(("7", "8"), repeat=2)] + [{}, {"a": "/n"}]


def changed(lines: list[str], chance: random.Random) -> list[str]:
    """The lines with one moved, gone, doubled or made another one."""
    found = list(lines)
    at, to = chance.randrange(len(found)), chance.randrange(len(found))
    kind = chance.random()
    if kind < 0.5:
        found.insert(to, found.pop(at))
    elif kind < 0.75:
        del found[at]
    elif kind < 0.9:
        found.insert(to, found[at])
    else:
        found[at] = chance.choice(SETTINGS)
    return found


@pytest.mark.parametrize("seed", range(10))
def test_what_is_proved_to_be_equal_is_built_alike(seed: int) -> None:
    chance = random.Random(seed)
    proved = 0
    for _ in range(120):
        lines = [chance.choice(SETTINGS if chance.random() < 0.75 else STEPS) for _ in range(chance.randint(2, 8))]
        before, after = ("FROM debian:12\n" + "\n".join(each) + "\n" for each in (lines, changed(lines, chance)))
        if before != after and differ(before, after) is None:
            proved += 1
            for arguments in ARGUMENTS:
                one, other = Build(before, arguments), Build(after, arguments)
                assert (one.seen, one.config, one.folders) == (other.seen, other.config, other.folders), (before, after)
    assert proved > 10
