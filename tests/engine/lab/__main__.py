"""``python -m tests.engine.lab up [BASE…] | down | env``: the lab for a person at a terminal; all bases by default."""

from __future__ import annotations

import sys
import time

from tests.engine.lab import BASES, Lab, LabError, build, missing


def main(words: list[str]) -> int:
    """Does what the first word says; 2 for another word, 1 if there can be no lab."""
    lab = Lab()
    if words == ["env"]:
        for name in ("PATH", "DOCKER_HOST", "DOCKER_CONFIG", "BUILDX_CONFIG"):
            sys.stdout.write(f"export {name}='{lab.environment[name]}'\n")
        return 0
    if words == ["down"]:
        lab.down()
        return 0
    if words[:1] != ["up"] or not {base.name for base in BASES}.issuperset(words[1:]):
        sys.stderr.write(f"up, down or env; the bases are {', '.join(base.name for base in BASES)}\n")
        return 2
    if reason := missing():
        sys.stderr.write(f"{reason}\n")
        return 1
    try:
        start = time.monotonic()
        lab.up()
        made = build(lab, frozenset(words[1:]) or None)
    except LabError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"up after {time.monotonic() - start:.1f} s; new: {', '.join(made) or 'nothing'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
