"""Patches that declare what they do, and do something else, or declare what is wrong (hazards 1 to 8, 36)."""

from __future__ import annotations

from dfopt.edits import Delta
from tests.validation.attempts import Attempt, change

_LISTS = ("rm", "-rf", "/var/lib/apt/lists/*")
_CLEANS = Delta(added_commands=(_LISTS,))
_RM = " && rm -rf /var/lib/apt/lists/*"
_REPOSITORY = Delta(added_commands=(("rm", "-rf", "/root/.m2/repository"),))
_YUM = Delta(added_commands=(_LISTS, ("yum", "clean", "all"), ("rm", "-rf", "/var/cache/yum")))
_MVN = "mvn package && rm -rf /root/.m2/repository"
_INSTALL = "apt-get update && apt-get install -y c"


def _clean(
    name: str,
    hazard: int,
    script: str,
    cleaned: str = "",
    *,
    head: str = "FROM debian:12\n",
    tail: str = "",
    delta: Delta = _CLEANS,
    right: str | None = None,
) -> Attempt:
    """A cleanup in a RUN where it is wrong; by default it is just appended."""
    before = f"{head}RUN {script}\n{tail}"
    return change(
        name,
        hazard,
        before,
        f"RUN {script}\n",
        f"RUN {cleaned or script + _RM}\n",
        delta=delta,
        right=None if right is None else f"RUN {right}\n",
    )


INDEX: tuple[Attempt, ...] = (
    _clean("lists-needed-by-a-later-run", 1, _INSTALL, tail="RUN apt-get install -y d\n"),
    _clean(
        "lists-needed-by-another-stage",
        1,
        _INSTALL,
        head="FROM debian:12 AS x\n",
        tail="FROM x\nRUN apt-get install d\n",
    ),
    _clean("lists-needed-out-of-sight", 1, _INSTALL, tail="RUN ./setup.sh\n"),
    _clean("lists-needed-by-a-script-not-modelled", 1, _INSTALL, tail="RUN [[ -f x ]] && apt-get install -y d\n"),
    _clean(
        "lists-needed-where-the-update-may-not-run", 1, _INSTALL, tail="RUN a || apt-get update; apt-get install d\n"
    ),
    _clean(
        "lists-needed-and-two-cleanups",
        1,
        f"{_INSTALL} && yum install -y d",
        f"{_INSTALL} && yum install -y d{_RM} && yum clean all && rm -rf /var/cache/yum",
        tail="RUN apt-get install -y e\n",
        head="FROM x\n",
        delta=_YUM,
    ),
    _clean("lists-needed-by-a-trigger", 7, _INSTALL, tail="ONBUILD RUN apt-get install -y d\n"),
    _clean("lists-of-another-manager", 2, "apk add c", head="FROM alpine:3\n"),
    _clean("lists-of-a-manager-that-is-not-there", 2, _INSTALL, head="FROM alpine:3\n"),
    _clean("lists-that-nobody-fetched", 2, "make"),
    _clean("lists-in-a-mount", 3, f"--mount=type=cache,target=/var/lib/apt/lists {_INSTALL}"),
    _clean("lists-below-a-mount", 3, f"--mount=type=cache,target=/var/lib/apt {_INSTALL}"),
    _clean(
        "lists-that-only-root-may-remove",
        20,
        f"sudo {_INSTALL.replace('&& ', '&& sudo ')}",
        head="FROM debian:12\nUSER u\n",
    ),
    change(
        "docker-clean-dropped",
        6,
        "FROM debian:12\nRUN rm -f /etc/apt/apt.conf.d/docker-clean && apt-get update\n",
        "rm -f /etc/apt/apt.conf.d/docker-clean && ",
        "",
        delta=Delta(dropped_commands=(("rm", "-f", "/etc/apt/apt.conf.d/docker-clean"),)),
    ),
    change(
        "a-cache-copied-later",
        36,
        'FROM maven:3 AS b\nRUN mvn package\nCMD ["/a"]\nFROM maven:3\nCOPY --from=b /root/.m2 /root/.m2\n',
        "mvn package",
        _MVN,
        delta=_REPOSITORY,
    ),
    change(
        "a-cache-used-offline",
        36,
        "FROM maven:3\nRUN mvn package\nRUN mvn -o test\n",
        "mvn package",
        _MVN,
        delta=_REPOSITORY,
    ),
    change(
        "a-store-that-a-program-may-read",
        36,
        "FROM maven:3\nRUN mvn package\n",
        "mvn package",
        _MVN,
        delta=_REPOSITORY,
    ),
    change(
        "the-folder-of-the-next-run",
        11,
        "FROM maven:3\nWORKDIR /root/.m2/repository\nRUN mvn package\nRUN ls\n",
        "mvn package",
        _MVN,
        delta=_REPOSITORY,
    ),
)

PLACES: tuple[Attempt, ...] = (
    _clean("behind-a-semicolon", 8, _INSTALL, f"{_INSTALL}; rm -rf /var/lib/apt/lists/*", right=f"{_INSTALL}{_RM}"),
    _clean("behind-or", 8, _INSTALL, f"{_INSTALL} || rm -rf /var/lib/apt/lists/*"),
    _clean("behind-an-or-and-an-and", 8, "apt-get update || a", f"apt-get update || a{_RM} || b"),
    _clean("behind-a-pipe", 8, _INSTALL, f"{_INSTALL} | rm -rf /var/lib/apt/lists/*"),
    _clean("behind-background", 8, f"{_INSTALL} & wait", f"{_INSTALL} & wait{_RM}"),
    _clean("in-the-background", 8, _INSTALL, f"{_INSTALL}{_RM} &"),
    _clean("in-front", 8, _INSTALL, f"rm -rf /var/lib/apt/lists/* && {_INSTALL}"),
    _clean("in-the-middle", 8, _INSTALL, f"apt-get update{_RM} && apt-get install -y c"),
    _clean("inside-an-if", 8, f"if a; then {_INSTALL}; fi", f"if a; then {_INSTALL}{_RM}; fi"),
    _clean("inside-a-loop", 8, f"for i in 1; do {_INSTALL}; done", f"for i in 1; do {_INSTALL}{_RM}; done"),
    _clean("inside-a-function", 8, f"f() {{ {_INSTALL}; }}; f", f"f() {{ {_INSTALL}{_RM}; }}; f"),
    _clean("inside-sh-c", 8, f'bash -c "{_INSTALL}"', f'bash -c "{_INSTALL}{_RM}"'),
    _clean("inside-a-substitution", 8, f"{_INSTALL} $(a)", f"{_INSTALL} $(a{_RM})"),
    _clean("inside-a-subshell-of-a-list", 8, f"{_INSTALL} && ( a )", f"{_INSTALL} && ( a{_RM} ) && b"),
    _clean("into-a-redirection", 8, f"{{ {_INSTALL}; }} > f", f"{{ {_INSTALL}{_RM}; }} > f"),
    _clean("into-the-comment", 8, f"{_INSTALL} # c", f"{_INSTALL} # c{_RM}"),
    _clean("into-the-here-document", 8, f"{_INSTALL} && cat <<E > f\nx\nE", f"{_INSTALL} && cat <<E > f\nx{_RM}\nE"),
    _clean("behind-a-trap", 8, f"trap a EXIT; {_INSTALL}"),
    _clean("behind-a-path-that-is-unset", 8, f"{_INSTALL} && unset PATH"),
    _clean("behind-another-path", 8, f"{_INSTALL} && export PATH=/x"),
    _clean("behind-exec", 8, f"{_INSTALL} && exec a"),
    _clean(
        "in-a-sequence-that-goes-on",
        8,
        f"a; {_INSTALL}; b",
        f"a; {_INSTALL}; b; rm -rf /var/lib/apt/lists/*",
        right=f"a; {_INSTALL}; b{_RM}",
    ),
    _clean(
        "in-a-sequence-behind-set-plus-e",
        8,
        f"set -e; {_INSTALL}; set +e; b",
        f"set -e; {_INSTALL}; set +e; b; rm -rf /var/lib/apt/lists/*",
        right=f"set -e; {_INSTALL}; set +e; b{_RM}",
    ),
    _clean(
        "in-a-sequence-behind-a-list",
        8,
        f"set -e; {_INSTALL}",
        f"set -e; {_INSTALL}; rm -rf /var/lib/apt/lists/*",
        right="set -e; apt-get update && apt-get install -y c && rm -rf /var/lib/apt/lists/*",
    ),
    _clean(
        "in-a-sequence-behind-a-file",
        8,
        "set -e; . /env; apt-get update; apt-get install -y c",
        "set -e; . /env; apt-get update; apt-get install -y c; rm -rf /var/lib/apt/lists/*",
        right=f"set -e; . /env; apt-get update; apt-get install -y c{_RM}",
    ),
    _clean("in-quotes", 8, _INSTALL, f"{_INSTALL} && rm -rf '/var/lib/apt/lists/*'"),
)

DECLARED: tuple[Attempt, ...] = (
    _clean("an-undeclared-cleanup", 8, _INSTALL, delta=Delta(), right=None),
    _clean("another-than-declared", 8, _INSTALL, f"{_INSTALL} && rm -rf /var/lib/apt"),
    _clean("more-than-declared", 8, _INSTALL, f"{_INSTALL}{_RM}{_RM}"),
    _clean("less-than-declared", 8, _INSTALL, f"{_INSTALL} # c"),
    _clean("a-cleanup-that-no-table-has", 11, "a f", "a f && rm f", delta=Delta(added_commands=(("rm", "f"),))),
    _clean(
        "an-index-update-dropped",
        1,
        _INSTALL,
        "apt-get install -y c",
        delta=Delta(dropped_commands=(("apt-get", "update"),)),
    ),
    _clean(
        "an-index-update-dropped-from-apk",
        1,
        "apk update && apk add c",
        "apk add c",
        head="FROM alpine:3\n",
        delta=Delta(dropped_commands=(("apk", "update"),)),
    ),
    change(
        "an-index-update-that-a-later-run-needs",
        1,
        "FROM alpine:3\nRUN apk update && apk add c\nRUN apk add d\n",
        "apk update && apk add c",
        "apk add --no-cache c",
        delta=Delta(dropped_commands=(("apk", "update"),), added_options=(("apk", "--no-cache"),)),
    ),
    change(
        "a-cleanup-dropped",
        8,
        f"FROM debian:12\nRUN {_INSTALL}{_RM}\n",
        _RM,
        "",
        delta=Delta(dropped_commands=(_LISTS,)),
    ),
    change(
        "a-command-dropped-as-housekeeping",
        8,
        "FROM debian:12\nRUN apt-get update && make\n",
        " && make",
        "",
        delta=Delta(dropped_commands=(("make",),)),
    ),
    change(
        "a-cleanup-moved-from-one-run-to-another",
        8,
        f"FROM debian:12\nRUN {_INSTALL}{_RM}\nRUN {_INSTALL} d\n",
        f"{_RM}\nRUN {_INSTALL} d\n",
        f"\nRUN {_INSTALL} d{_RM}\n",
        delta=Delta(added_commands=(_LISTS,), dropped_commands=(_LISTS,)),
    ),
    change(
        "a-cleanup-moved-without-a-word",
        8,
        f"FROM debian:12\nRUN {_INSTALL}{_RM}\nRUN {_INSTALL} d\n",
        f"{_RM}\nRUN {_INSTALL} d\n",
        f"\nRUN {_INSTALL} d{_RM}\n",
    ),
    change(
        "a-command-dropped-beside-a-cleanup", 8, f"FROM debian:12\nRUN {_INSTALL} && d\n", " && d", _RM, delta=_CLEANS
    ),
    change(
        "a-flag-dropped-beside-a-cleanup",
        15,
        f"FROM debian:12\nRUN --network=host {_INSTALL}\n",
        f"--network=host {_INSTALL}",
        f"{_INSTALL}{_RM}",
        delta=_CLEANS,
    ),
    change(
        "two-runs-merged-beside-a-cleanup",
        9,
        f"FROM debian:12\nRUN cd /x\nRUN {_INSTALL}\n",
        f"cd /x\nRUN {_INSTALL}",
        f"cd /x && {_INSTALL}{_RM}",
        delta=_CLEANS,
    ),
)

TABLE = (*INDEX, *PLACES, *DECLARED)
