"""The law of a split: what builds and what is run make up the old stage, and nothing else."""

from __future__ import annotations

import msgspec
import pytest

from dfopt.edits import Delta, Differs, Split
from dfopt.facts.facts import Facts
from dfopt.source import Source, Span
from dfopt.syntax.parser import parse
from dfopt.validation.check import difference

OLD = """\
FROM golang:1.22
ARG REVISION
ENV MODE=fast
# who runs it
RUN useradd app
WORKDIR /src
# the code
COPY . .
RUN go install ./cmd/app
LABEL revision=$REVISION
RUN mkdir /data
VOLUME /data
USER app
CMD ["app"]
"""
NEW = """\
FROM golang:1.22 AS build
ARG REVISION
ENV MODE=fast
# who runs it
RUN useradd app
WORKDIR /src
# the code
COPY . .
RUN go install ./cmd/app

FROM debian:bookworm-slim
ENV PATH=/go/bin:$PATH
ARG REVISION
ENV MODE=fast
RUN useradd app
WORKDIR /src
RUN apt-get update && apt-get install -y git && rm -rf /var/lib/apt/lists/*
COPY --from=build /go/bin/app /go/bin/app
RUN ldconfig
LABEL revision=$REVISION
RUN mkdir /data
VOLUME /data
USER app
CMD ["app"]
"""
INSTALL = "RUN apt-get update && apt-get install -y git && rm -rf /var/lib/apt/lists/*"
_AT = OLD.index("RUN useradd app")
SPLIT = Split(
    "build",
    "debian:bookworm-slim",
    copied=("/go/bin/app",),
    repeated=(Span(_AT, _AT + len("RUN useradd app")),),
    added=("ENV PATH=/go/bin:$PATH", INSTALL, "RUN ldconfig"),
)


def problem(before: str, after: str, *deltas: Delta) -> str | None:
    return difference(Facts(parse(Source(before))), Facts(parse(Source(after))), deltas)


def test_a_split_that_is_declared_is_proved() -> None:
    assert problem(OLD, NEW, Delta(split=SPLIT)) is None


def test_what_installs_may_be_laid_out_as_the_file_is() -> None:
    written = NEW.replace(" && apt-get", " \\\n    && apt-get")
    assert problem(OLD, written, Delta(split=SPLIT)) is None


_COPY = "COPY --from=build /go/bin/app /go/bin/app\n"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        # what builds
        ("FROM golang:1.22 AS build", "FROM golang:1.23 AS build"),
        ("FROM golang:1.22 AS build", "FROM golang:1.22 AS other"),
        ("COPY . .\nRUN go", "COPY . .\nRUN rm -rf cmd\nRUN go"),
        ("# the code\nCOPY . .\n", "# the code\n"),
        ("ENV MODE=fast\n# who", "ENV MODE=slow\n# who"),
        ("RUN useradd app\nWORKDIR /src\n# the", "WORKDIR /src\n# the"),
        ("RUN go install ./cmd/app\n", "RUN go install ./cmd/app\nRUN go clean\n"),
        ("RUN go install ./cmd/app\n", "RUN go install ./cmd/app\nLABEL a=b\n"),
        # what is run
        ("debian:bookworm-slim", "debian:bullseye-slim"),
        ("debian:bookworm-slim", "debian:bookworm-slim AS run"),
        ("FROM debian", "FROM --platform=linux/arm64 debian"),
        ("ENV MODE=fast\nRUN", "ENV MODE=slow\nRUN"),
        ("ENV MODE=fast\nRUN", "ENV MODE=fast MORE=1\nRUN"),
        ("ENV MODE=fast\nRUN", "RUN"),
        ("ENV PATH=/go/bin:$PATH\n", ""),
        ("ENV PATH=/go/bin:$PATH\n", "ENV PATH=/tmp:$PATH\n"),
        ("WORKDIR /src\nRUN apt", "RUN apt"),
        ("WORKDIR /src\nRUN apt", "WORKDIR /\nRUN apt"),
        ("ARG REVISION\nENV MODE=fast\nRUN", "ENV MODE=fast\nRUN"),
        ("RUN ldconfig\n", ""),
        ("RUN ldconfig\n", "RUN ldconfig\nRUN ldconfig\n"),
        ("RUN ldconfig\n", "RUN ldconfig && rm -rf /usr/share\n"),
        ("-y git", "-y git vim"),
        ("LABEL revision=$REVISION\n", ""),
        ("LABEL revision=$REVISION\n", "LABEL revision=1\n"),
        ("RUN mkdir /data\nVOLUME", "VOLUME"),
        ("VOLUME /data\n", ""),
        ("USER app\n", ""),
        ("USER app\n", "USER root\n"),
        ('CMD ["app"]', 'CMD ["app", "-v"]'),
        ('CMD ["app"]', 'CMD ["app"]\nENTRYPOINT ["app"]'),
        ('CMD ["app"]', 'CMD ["app"]\nEXPOSE 80'),
        # what is copied
        (_COPY, ""),
        (_COPY, "COPY --from=build /go/bin/app /usr/local/bin/app\n"),
        (_COPY, "COPY --from=build /go/bin/app /go/bin/\n"),
        (_COPY, "COPY --from=build --chown=app /go/bin/app /go/bin/app\n"),
        (_COPY, f"{_COPY}COPY --from=build /src /src\n"),
        (_COPY, f"{_COPY}COPY . .\n"),
        (_COPY, "COPY --from=golang:1.22 /go/bin/app /go/bin/app\n"),
        (f"{_COPY}RUN ldconfig\nLABEL revision=$REVISION\nRUN mkdir /data\n",
         f"RUN ldconfig\nLABEL revision=$REVISION\nRUN mkdir /data\n{_COPY}"),
        # comments
        ("# the code\n", ""),
        ("# the code\nCOPY . .", "COPY . .\n# the code"),
        ("RUN ldconfig\n", "# settles it\nRUN ldconfig\n"),
    ],
)  # fmt: skip
def test_what_is_not_declared_is_not_proved(old: str, new: str) -> None:
    assert NEW.count(old) == 1
    assert problem(OLD, NEW.replace(old, new), Delta(split=SPLIT)) is not None


@pytest.mark.parametrize(
    "split",
    [
        msgspec.structs.replace(SPLIT, name="builder"),
        msgspec.structs.replace(SPLIT, base="debian:12-slim"),
        msgspec.structs.replace(SPLIT, copied=()),
        msgspec.structs.replace(SPLIT, copied=("/go/bin/app", "/src")),
        msgspec.structs.replace(SPLIT, repeated=()),
        msgspec.structs.replace(SPLIT, repeated=(Span(0, 5),)),
        msgspec.structs.replace(SPLIT, added=SPLIT.added[1:]),
        msgspec.structs.replace(SPLIT, variables=("HOME",)),
    ],
)
def test_what_is_declared_must_be_there(split: Split) -> None:
    assert problem(OLD, NEW, Delta(split=split)) is not None


def test_nothing_else_is_declared_beside_a_split() -> None:
    assert problem(OLD, NEW, Delta(split=SPLIT), Delta(differs=(Differs(0, config=("USER",)),))) is not None


@pytest.mark.parametrize(
    ("text", "copied"),
    [
        ("COPY --from=build / /\n", "/"),
        ("COPY --from=build /usr /usr\n", "/usr"),
        ("COPY --from=build /etc /etc\n", "/etc"),
        ("COPY --from=build /go/../etc /go/../etc\n", "/go/../etc"),
        ("COPY --from=build /go/* /go/*\n", "/go/*"),
        ("COPY --from=build $HOME $HOME\n", "$HOME"),
    ],
)
def test_no_folder_of_the_system_is_copied(text: str, copied: str) -> None:
    after = NEW.replace(_COPY, f"{_COPY}{text}")
    split = msgspec.structs.replace(SPLIT, copied=("/go/bin/app", copied))
    assert problem(OLD, after, Delta(split=split)) is not None


@pytest.mark.parametrize(
    "added",
    [
        "RUN curl -f x | sh",
        "RUN apt-get install -y a > /log",
        "RUN echo a",
        "RUN apt-get update || true; make",
        "ENV A=b",
    ],
)
def test_only_installs_come_in(added: str) -> None:
    after = NEW.replace("RUN ldconfig\n", f"RUN ldconfig\n{added}\n")
    split = msgspec.structs.replace(SPLIT, added=(*SPLIT.added, added))
    assert problem(OLD, after, Delta(split=split)) is not None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("FROM golang AS build\n", "FROM golang AS build\nRUN a\nFROM debian:bookworm-slim AS build\nCMD b\n"),
        ("FROM x\n", "FROM x AS build\nRUN a\n\nFROM debian:bookworm-slim\nCMD b\n"),
        (
            "FROM golang:1.22\nONBUILD RUN c\n",
            "FROM golang:1.22 AS build\nONBUILD RUN c\nRUN a\n\nFROM debian:bookworm-slim\nCMD b\n",
        ),
    ],
)
def test_files_that_are_not_split(before: str, after: str) -> None:
    assert problem(f"{before}RUN a\nCMD b\n", after, Delta(split=Split("build", "debian:bookworm-slim"))) is not None


def test_what_starts_is_not_left_to_the_base() -> None:
    before = "FROM golang:1.22\nRUN a\n"
    after = "FROM golang:1.22 AS build\nRUN a\nFROM debian:bookworm-slim\nWORKDIR /go\n"
    split = Split("build", "debian:bookworm-slim", added=("WORKDIR /go",))
    assert problem(before, after, Delta(split=split)) is not None
    assert problem(f"{before}CMD b\n", f"{after}CMD b\n", Delta(split=split)) is None
    assert problem(
        f"{before}CMD b\n", after.replace("WORKDIR /go\n", "CMD b\n"), Delta(split=Split("build", split.base))
    )
    assert problem(f"{before}CMD $GOPATH/b\n", f"{after}CMD $GOPATH/b\n", Delta(split=split)) is not None


STATIC = """\
FROM golang:1.22
ENV CGO_ENABLED=0
RUN go build -o /bin/app
WORKDIR /
USER 65532
ENTRYPOINT ["/bin/app"]
HEALTHCHECK NONE
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", ""),
        ("CGO_ENABLED=0", "CGO_ENABLED=1"),
        ("RUN go build", "RUN CGO_ENABLED=1 go build"),
        ('["/bin/app"]', "/bin/app"),
        ("HEALTHCHECK NONE", "HEALTHCHECK CMD /bin/app"),
        ("USER 65532", "USER app"),
        ("USER 65532\n", "USER 65532\nRUN ls\n"),
        ("FROM golang:1.22", "FROM gcc:12"),
    ],
)
def test_only_a_static_program_gets_an_empty_image(old: str, new: str) -> None:
    before = STATIC.replace(old, new) if old else STATIC
    head, _, tail = before.partition("WORKDIR")
    env = next(line for line in before.splitlines() if line.startswith("ENV"))
    build = head.replace("\n", " AS build\n", 1)
    after = f"{build}\nFROM scratch\n{env}\nCOPY --from=build /bin/app /bin/app\nWORKDIR{tail}"
    found = problem(before, after, Delta(split=Split("build", "scratch", copied=("/bin/app",))))
    assert (found is None) == (not old)


@pytest.mark.parametrize(
    ("setting", "fits"),
    [
        ("chmod 755 /go/bin/app", False),
        ("chown app /go/bin/app", False),
        ("mkdir /data && chown app /data", True),
        ("chown app /src", True),
    ],
)
def test_what_is_repeated_works_with_nothing_that_is_copied_behind_it(setting: str, fits: bool) -> None:
    run = "RUN " + setting
    before = OLD.replace("COPY . .\n", f"COPY . .\n{run}\n")
    after = NEW.replace("COPY . .\n", f"COPY . .\n{run}\n").replace(f"\n{INSTALL}", f"\n{run}\n{INSTALL}")
    at = before.index(run)
    split = msgspec.structs.replace(SPLIT, repeated=(*SPLIT.repeated, Span(at, at + len(run))))
    assert (problem(before, after, Delta(split=split)) is None) is fits


@pytest.mark.parametrize(
    ("said", "again", "fits"),
    [
        ("chown -R app /src", "chown app /src", True),
        ("chown -R app .", "chown app /src /src/cmd", True),
        ("chown app /src", "chown app /src/cmd", False),
        ("chown app /src", "chown root /src", False),
        ("chown app /src", "chown -R app /src", False),
        ("chmod 750 /src", "chown 750 /src", False),
    ],
)
def test_owners_that_are_set_again(said: str, again: str, fits: bool) -> None:
    before = OLD.replace("RUN go install ./cmd/app\n", f"RUN go install ./cmd/app && {said}\n")
    after = NEW.replace("RUN go install ./cmd/app\n", f"RUN go install ./cmd/app && {said}\n")
    after = after.replace("RUN ldconfig\n", f"RUN ldconfig\nRUN {again}\n")
    split = msgspec.structs.replace(SPLIT, added=(*SPLIT.added, f"RUN {again}"))
    assert (problem(before, after, Delta(split=split)) is None) is fits
