"""Unsafe patches: what they declare may differ, and nothing else."""

from __future__ import annotations

import msgspec
import pytest

from dfopt.edits import Delta, Differs, Replaced
from dfopt.facts.facts import Facts
from dfopt.source import Source, Span
from dfopt.syntax.parser import parse
from dfopt.validation.check import difference

HEAD = "FROM debian:12\n"
APP = f"{HEAD}ENV A=1\nRUN make\nCMD serve\n"
TINI = "RUN apt-get update && apt-get install -y tini"


def problem(before: str, after: str, *differs: Differs, added_stages: tuple[int, ...] = ()) -> str | None:
    delta = Delta(differs=differs, added_stages=added_stages)
    return difference(Facts(parse(Source(before))), Facts(parse(Source(after))), [delta])


USER = Differs(0, config=("USER",), added=("RUN useradd app",))
INIT = Differs(0, config=("ENTRYPOINT",), added=(TINI,))
ZONE = Differs(0, variables=("TZ",), packages=("tzdata",))
INSTALL = f"{HEAD}RUN apt-get update && apt-get install -y a\nCMD b\n"
SLIM = Differs(0, base="debian:12-slim")
GO = "FROM golang:1\nCOPY . .\nRUN go build -o /app\nCMD /app\n"
SPLIT = "FROM golang:1 AS build\nCOPY . .\nRUN go build -o /app\nFROM alpine:3\nCOPY --from=build /app /app\nCMD /app\n"
STAGES = Differs(
    0, base="alpine:3", added=("COPY --from=build /app /app",), removed=("COPY . .", "RUN go build -o /app")
)
GET = f"{HEAD}RUN a && curl b -o c \\\n    # the archive\n    && tar -xf c && rm c; d\nRUN e\n"


def replaced(text: str, old: str, new: str, written: str = "") -> Differs:
    """The declaration that commands became others; ``written`` is how the file has them, if on several lines."""
    start = text.index(written or old)
    return Differs(0, commands=(Replaced(Span(start, start + len(written or old)), old, new),))


COPIES = f"{HEAD}COPY a /a\n# b\nCOPY --chown=1 b /b\nRUN chmod 755 /b && chmod 700 /c\nRUN chown -R 1 /a\n"
COPIED = COPIES.replace("chown=1 b", "chown=1 --chmod=755 b").replace("chmod 755 /b && ", "")
AT_A = "COPY --chown=1:0 a /a\n"
OWNED = COPIES.replace("COPY a", "COPY --chown=1:0 a").replace("RUN chown -R 1 /a\n", "")


def flagged(text: str, flags: dict[str, str], removed: tuple[str, ...] = ()) -> Differs:
    """The declaration that instructions, by their texts, have got flags."""
    spans = {copy: Span(text.index(copy), text.index(copy) + len(copy)) for copy in flags}
    return Differs(0, flags=tuple((spans[copy], flag) for copy, flag in flags.items()), removed=removed)


_CHMOD = replaced(COPIES, "chmod 755 /b && chmod 700 /c", "chmod 700 /c")
MODE = msgspec.structs.replace(_CHMOD, flags=flagged(COPIES, {"COPY --chown=1 b /b": "--chmod=755"}).flags)
OWNER = flagged(COPIES, {"COPY a /a": "--chown=1:0"}, removed=("RUN chown -R 1 /a",))

GOT = GET.replace("curl b -o c", "curl -f b").replace("&& tar -xf c && rm c", "| tar -x")
PIPED = replaced(
    GET,
    "curl b -o c     && tar -xf c && rm c",
    "curl -f b | tar -x",
    "curl b -o c \\\n    # the archive\n    && tar -xf c && rm c",
)

STAMPED = f"{HEAD}ARG REF\nLABEL ref=$REF\nRUN make\n"
LATER = f"{HEAD}RUN make\nARG REF\nLABEL ref=$REF\n"

RIGHT: list[tuple[str, str, Differs]] = [
    (APP, APP.replace("CMD", "RUN useradd app\nUSER app\nCMD"), USER),
    (APP, APP.replace("CMD", "RUN useradd \\\n    app\nUSER app\nCMD"), USER),
    (f"{HEAD}USER root\nCMD b\n", f"{HEAD}USER app\nCMD b\n", Differs(0, config=("USER",))),
    (f"{HEAD}ENV A=1\nCMD b\n", f"{HEAD}USER app\nENV A=1\nCMD b\n", Differs(0, config=("USER",))),
    (APP, APP.replace("CMD", f'{TINI}\nENTRYPOINT ["tini", "--"]\nCMD'), INIT),
    (INSTALL, INSTALL.replace(" a\n", " a tzdata\nENV TZ=UTC\n"), ZONE),
    (INSTALL, INSTALL.replace(" a\n", " \\\n    a \\\n    tzdata\n").replace(HEAD, f"{HEAD}ENV TZ=UTC\n"), ZONE),
    (APP, APP.replace("A=1", "A=1 TZ=UTC"), Differs(0, variables=("TZ",))),
    (APP, APP.replace("A=1", "A=2"), Differs(0, variables=("A",))),
    (APP, APP.replace("debian:12", "debian:12-slim"), SLIM),
    (STAMPED, LATER, Differs(0, later=("REF",))),
    (f"{STAMPED}RUN c\n", f"{LATER}RUN c\n", Differs(0, later=("REF",))),
    (f"ARG B=debian\n{APP}", f"ARG B=alpine\n{APP}", Differs(-1, variables=("B",))),
    (APP, f"ARG B=alpine\n{APP}", Differs(-1, variables=("B",))),
    (APP, APP.replace("CMD serve", "CMD other"), Differs(0, config=("CMD",))),
    (f"{HEAD}# why\nCMD a\n", f"{HEAD}RUN b\n# why\nCMD c\n", Differs(0, config=("CMD",), added=("RUN b",))),
    (f"{HEAD}# why\nRUN a\nRUN b\n", f"{HEAD}# why\nRUN c\nRUN b\n", Differs(0, added=("RUN c",), removed=("RUN a",))),
    (f"{HEAD}RUN a\nRUN b\n", f"{HEAD}RUN a && b\nUSER c\n", Differs(0, config=("USER",))),
    (
        f"{HEAD}FROM alpine AS x\nCMD a\n",
        f"{HEAD}FROM alpine AS x\nUSER b\nCMD a\n",
        Differs(1, config=("USER",)),
    ),
    (GET, GET.replace("curl b", "curl -f b"), replaced(GET, "curl b -o c", "curl -f b -o c")),
    (GET, GET.replace("&& rm c; d", "&& rm  -f \\\n    c; d"), replaced(GET, "rm c", "rm -f c")),
    (GET, GET.replace("rm c; d", "rm c; f | g"), replaced(GET, "rm c; d", "rm c; f | g")),
    (GET, GOT, PIPED),
    (COPIES, COPIED, MODE),
    (COPIES, OWNED, OWNER),
    ("# escape=`\nFROM debian\n", "# escape=`\nFROM debian\nRUN b `\n    c\n", Differs(0, added=("RUN b c",))),
]


@pytest.mark.parametrize(("before", "after", "differs"), RIGHT)
def test_what_is_declared_may_differ(before: str, after: str, differs: Differs) -> None:
    assert problem(before, after, differs) is None
    assert problem(before, after) is not None


WRONG = [
    ("another-mode", COPIES, COPIED.replace("--chmod=755", "--chmod=777"), MODE),
    ("another-copy", COPIES, COPIES.replace("COPY a", "COPY --chmod=755 a").replace("chmod 755 /b && ", ""), MODE),
    ("another-source", COPIES, COPIED.replace("755 b", "755 c"), MODE),
    ("in-front-of-its-flags", COPIES, COPIED.replace("--chown=1 --chmod=755", "--chmod=755 --chown=1"), MODE),
    ("no-flag", COPIES, COPIES.replace("chmod 755 /b && ", ""), MODE),
    (
        "the-copies-change-places",
        COPIES,
        OWNED.replace("COPY --chown=1:0 a /a\n", "") + "COPY --chown=1:0 a /a\n",
        OWNER,
    ),
    ("a-flag-that-it-has", COPIES, COPIES, flagged(COPIES, {"COPY --chown=1 b /b": "--chown=1"})),
    ("a-flag-of-a-run", COPIES, COPIES, flagged(COPIES, {"RUN chown -R 1 /a": "--network=none"})),
    ("another-command-too", GET, GOT.replace("; d", "; f"), PIPED),
    ("another-command-instead", GET, GOT.replace("tar -x", "tar -xv"), PIPED),
    ("nothing-is-replaced", GET, GET, PIPED),
    ("the-run-is-moved", GET, "".join((HEAD, "RUN e\n", GOT[len(HEAD) : -len("RUN e\n")])), PIPED),
    ("the-run-has-a-mount", GET, GOT.replace("RUN a", "RUN --network=none a"), PIPED),
    ("the-comment-is-lost", GET, GOT.replace("    # the archive\n", ""), PIPED),
    ("the-comment-moves", GET, GOT.replace("    # the archive\n", "").replace("RUN e", "# the archive\nRUN e"), PIPED),
    ("a-part-of-a-command", GET, GET.replace("b -o", "x -o"), replaced(GET, "b -o c", "x -o c")),
    ("what-the-run-does-not-say", GET, GET.replace("rm c", "rm -f c"), replaced(GET, "rm d", "rm -f c", "rm c")),
    ("an-open-list", GET, GET.replace("rm c; d", "rm c && { d; }"), replaced(GET, "rm c; d", "rm c && { d;")),
    ("in-another-stage", GET + APP, GET + APP.replace("make", "made"), replaced(GET + APP, "make", "made")),
    ("an-env-is-dropped", APP, APP.replace("ENV A=1\n", "").replace("CMD", "RUN useradd app\nUSER app\nCMD"), USER),
    (
        "another-argument-is-later",
        STAMPED.replace("LABEL", "ARG X\nLABEL"),
        f"{LATER}ARG X\n",
        Differs(0, later=("REF",)),
    ),
    ("it-is-not-later", STAMPED, STAMPED.replace("RUN make", "run make"), Differs(0, later=("REF",))),
    ("it-is-earlier", LATER, STAMPED, Differs(0, later=("REF",))),
    ("it-is-gone", STAMPED, f"{HEAD}LABEL ref=$REF\nRUN make\n", Differs(0, later=("REF",))),
    ("a-label-is-behind", STAMPED, f"{HEAD}LABEL ref=$REF\nRUN make\nARG REF\n", Differs(0, later=("REF",))),
    (
        "a-run-names-it",
        STAMPED.replace("make", "make R=${REF}"),
        LATER.replace("make", "make R=${REF}"),
        Differs(0, later=("REF",)),
    ),
    (
        "it-is-a-setting",
        STAMPED.replace("REF", "CFLAGS"),
        LATER.replace("REF", "CFLAGS"),
        Differs(0, later=("CFLAGS",)),
    ),
    ("it-is-before-the-stages", STAMPED, LATER, Differs(-1, later=("REF",))),
    ("the-user-builds", APP, APP.replace("RUN make", "RUN useradd app\nUSER app\nRUN make"), USER),
    ("the-user-owns-a-folder", f"{HEAD}WORKDIR /a\n", f"{HEAD}USER b\nWORKDIR /a\n", Differs(0, config=("USER",))),
    (
        "the-user-builds-another-stage",
        "FROM a AS x\nFROM x\nRUN b\n",
        "FROM a AS x\nUSER c\nFROM x\nRUN b\n",
        Differs(0, config=("USER",)),
    ),
    ("another-command-is-run", APP, APP.replace("CMD", "RUN useradd -u 0 app\nUSER app\nCMD"), USER),
    ("with-another-mount", APP, APP.replace("CMD", "RUN --network=none useradd app\nUSER app\nCMD"), USER),
    ("the-run-is-missing", APP, APP.replace("CMD", "USER app\nCMD"), USER),
    ("the-user-is-missing", APP, APP.replace("CMD", "RUN useradd app\nCMD"), USER),
    ("a-run-more", APP, APP.replace("CMD", "RUN useradd app\nRUN x\nUSER app\nCMD"), USER),
    ("it-comes-twice", APP, APP.replace("CMD", "RUN useradd app\nRUN useradd app\nUSER app\nCMD"), USER),
    ("the-cmd-goes-along", APP, APP.replace("CMD serve", f'{TINI}\nENTRYPOINT ["tini"]'), INIT),
    ("the-inherited-cmd-is-cleared", HEAD, f"{HEAD}ENTRYPOINT a\n", Differs(0, config=("ENTRYPOINT",))),
    ("another-package", INSTALL, INSTALL.replace(" a\n", " a tzdata b\nENV TZ=UTC\n"), ZONE),
    ("a-package-instead", INSTALL, INSTALL.replace(" a\n", " tzdata\nENV TZ=UTC\n"), ZONE),
    ("no-package", INSTALL, INSTALL.replace(" a\n", " a\nENV TZ=UTC\n"), ZONE),
    ("no-install", APP, APP.replace("make", "make tzdata\nENV TZ=UTC"), ZONE),
    ("another-variable", APP, APP.replace("A=1", "A=1 TZ=UTC B=2"), Differs(0, variables=("TZ",))),
    ("the-same-variable", APP, APP.replace("RUN", "run"), Differs(0, variables=("A",))),
    ("another-base", APP, APP.replace("debian:12", "alpine"), SLIM),
    ("the-same-base", APP, APP, Differs(0, base="debian:12")),
    ("a-base-and-a-platform", APP, APP.replace("FROM debian:12", "FROM --platform=a debian:12-slim"), SLIM),
    ("a-base-that-is-a-stage", "FROM a AS x\nFROM x\n", "FROM a AS x\nFROM b\n", Differs(1, base="b")),
    ("a-volume", APP, f"{APP}VOLUME /x\n", Differs(0, config=("VOLUME",))),
    ("a-workdir", APP, f"{APP}WORKDIR /x\n", Differs(0, added=("WORKDIR /x",))),
    ("two-instructions", APP, f"{APP}RUN a\nRUN b\n", Differs(0, added=("RUN a\nRUN b",))),
    ("no-such-stage", APP, APP.replace("serve", "x"), Differs(1, config=("CMD",))),
    ("a-label-too", APP, APP.replace("CMD serve", "CMD other\nLABEL a=b"), Differs(0, config=("CMD",))),
    ("another-stage-too", APP + APP, (APP + APP).replace("CMD serve", "CMD x"), Differs(0, config=("CMD",))),
    ("a-comment-is-lost", f"{HEAD}# why\nRUN a\n", f"{HEAD}RUN b\n", Differs(0, added=("RUN b",), removed=("RUN a",))),
    ("the-head-has-no-base", f"ARG B=1\n{APP}", f"ARG B=2\n{APP}", Differs(-1, base="x", variables=("B",))),
    ("another-argument-of-the-head", "ARG A=1\nFROM a\n", "ARG A=2 B=1\nFROM a\n", Differs(-1, variables=("B",))),
]


@pytest.mark.parametrize(("before", "after", "differs"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_what_is_not_declared_may_not(before: str, after: str, differs: Differs) -> None:
    assert problem(before, after, differs) is not None


def test_a_stage_may_come_in() -> None:
    assert problem(GO, SPLIT, STAGES, added_stages=(0,)) is None
    assert problem(GO, SPLIT, STAGES) == "the number of stages differs"
    commented = GO.replace("RUN", "# quick\nRUN")
    assert problem(commented, SPLIT.replace("RUN", "# quick\nRUN"), STAGES, added_stages=(0,)) is None


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (GO, SPLIT.replace("CMD /app\n", "CMD other\n"), "config"),
        (GO, SPLIT.replace("/app /app", "/app /other"), "'COPY --from=build /app /app' was not added"),
        (GO, SPLIT.replace("CMD", "RUN rm -r /\nCMD"), "runs or copies"),
    ],
)
def test_what_follows_a_new_stage_is_compared(before: str, after: str, said: str) -> None:
    assert said in (problem(before, after, STAGES, added_stages=(0,)) or "")


@pytest.mark.parametrize(
    ("before", "after", "at"),
    [
        ("FROM a\n", "FROM a\nFROM b\n", 1),
        ("FROM a\n", "FROM b\nFROM a\n", 2),
        ("FROM a AS x\nFROM b\nCOPY --from=0 /c /c\n", "FROM d\nFROM a AS x\nFROM b\nCOPY --from=0 /c /c\n", 0),
        ("FROM a AS x\nFROM b\nCOPY --from=c /c /c\n", "FROM d AS c\nFROM a AS x\nFROM b\nCOPY --from=c /c /c\n", 0),
        ("FROM a\nRUN --mount=from=c,target=/c d\n", "FROM d AS c\nFROM a\nRUN --mount=from=c,target=/c d\n", 0),
        ("FROM a AS x\nFROM b\n", "FROM a AS x\nFROM d AS x\nFROM b\n", 1),
        ("FROM a\n", "FROM d AS a\nFROM a\n", 0),
        ("ARG a\nFROM $a\n", "ARG a\nFROM d AS c\nFROM $a\n", 0),
    ],
)
def test_a_new_stage_may_not_stand_for_something_else(before: str, after: str, at: int) -> None:
    assert problem(before, after, added_stages=(at,)) is not None


def test_a_stage_that_nothing_refers_to_changes_nothing() -> None:
    assert problem("FROM a\n", "FROM b AS c\nRUN d\nFROM a\n", added_stages=(0,)) is None
    before = "FROM a AS x\nFROM b\nCOPY --from=0 /c /c\n"
    assert problem(before, before.replace("FROM b", "FROM d AS e\nFROM b"), added_stages=(1,)) is None


def gone(before: str, after: str, *stages: int) -> str | None:
    return difference(Facts(parse(Source(before))), Facts(parse(Source(after))), [Delta(removed_stages=stages)])


THREE = "FROM a AS x\nRUN b\n# c\nFROM d\n# e\nRUN f\n# g\n\nFROM a\nCOPY --from=x /h /h\n"


def test_a_stage_that_nothing_uses_may_go_with_its_comments() -> None:
    assert gone(THREE, "FROM a AS x\nRUN b\n\nFROM a\nCOPY --from=x /h /h\n", 1) is None
    assert gone(THREE, "FROM a AS x\nRUN b\n# c\n# g\nFROM a\nCOPY --from=x /h /h\n", 1) is None
    assert gone("FROM a\nFROM b\nFROM c\n", "FROM c\n", 0, 1) is None


@pytest.mark.parametrize(
    ("before", "after", "stages"),
    [
        (THREE, "FROM d\n# e\nRUN f\n# g\n\nFROM a\nCOPY --from=x /h /h\n", (0,)),
        (THREE, "FROM a AS x\nRUN b\nRUN more\nFROM a\nCOPY --from=x /h /h\n", (1,)),
        (THREE, "FROM a AS x\nRUN b\nFROM a\nCOPY --from=x /h /h\n", ()),
        (THREE, "FROM a AS x\nRUN b\n# c\nFROM d\n# e\nRUN f\n# g\n", (2,)),
        (THREE.replace("=x", "=0"), "FROM d\nRUN f\nFROM a\nCOPY --from=0 /h /h\n", (0,)),
        (THREE.replace("=x", "=$X"), "FROM a AS x\nRUN b\nFROM a\nCOPY --from=$X /h /h\n", (1,)),
        ("FROM a AS b\n# c\nRUN d\nFROM e\nFROM f\n", "FROM a AS b\nRUN d\nFROM f\n", (1,)),
        ("FROM a AS b\nFROM b\n", "FROM b\n", (0,)),
        ("ARG X\nFROM a AS b\nFROM $X\n", "ARG X\nFROM $X\n", (0,)),
    ],
)
def test_a_stage_that_is_used_may_not_go(before: str, after: str, stages: tuple[int, ...]) -> None:
    assert gone(before, after, *stages) is not None


def test_stages_that_come_are_not_compared_with_stages_that_go() -> None:
    delta = Delta(added_stages=(0,), removed_stages=(0,))
    before, after = (Facts(parse(Source(text))) for text in ("FROM a\nFROM b\n", "FROM c\nFROM b\n"))
    assert difference(before, after, [delta]) is not None
