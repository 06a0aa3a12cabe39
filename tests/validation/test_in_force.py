"""What may stand elsewhere, or not at all, and nothing is another: variables, labels, users, folders."""

from __future__ import annotations

import pytest

from tests.validation.test_plan import differ

MOVES = [
    ("ARG V\nCOPY b c\n", "COPY b c\nARG V\n"),
    ("ARG V\nLABEL x=$V\nWORKDIR /b\nUSER c\n", "WORKDIR /b\nUSER c\nARG V\nLABEL x=$V\n"),
    ("ARG V=1\nRUN curl -o c https://b && tar xf c\n", "RUN curl -o c https://b && tar xf c\nARG V=1\n"),
    ("ENV V=1\nRUN mkdir b; cp -r c b/\n", "RUN mkdir b; cp -r c b/\nENV V=1\n"),
    ("ARG V\nARG W=$V\nRUN rm b\nRUN c\n", "RUN rm b\nARG V\nARG W=$V\nRUN c\n"),
    ("ARG V\nENV W=1\nRUN c\n", "ENV W=1\nARG V\nRUN c\n"),
    ("LABEL x=1\nLABEL y=2\n", "LABEL y=2 x=1\n"),
    ('ARG V\nCMD b\nHEALTHCHECK CMD c\nSHELL ["d"]\n', 'CMD b\nHEALTHCHECK CMD c\nSHELL ["d"]\nARG V\n'),
    ("EXPOSE 80 443\n", "EXPOSE 443\nEXPOSE 80/tcp\n"),
]


@pytest.mark.parametrize(("before", "after"), MOVES)
def test_what_sees_nothing_of_each_other_may_change_places(before: str, after: str) -> None:
    assert differ(f"FROM a\n{before}", f"FROM a\n{after}") is None
    assert differ(f"FROM a\n{after}", f"FROM a\n{before}") is None


@pytest.mark.parametrize(
    "script",
    [
        "make",
        "echo $V",
        "echo ${V:-x}",
        "printenv V",
        "env",
        "curl b; ./c",
        "sh -c 'mkdir b'",
        "sudo mkdir b",
        "/opt/mkdir b",
        "tar --to-command=c xf b",
        "tar $OPTIONS",
        "find . -execdir b +",
        "curl -K b",
        "mkdir() { b; }; mkdir c",
        "PATH=/b mkdir c",
        "mkdir $(b)",
        ": $((b))",
        "[[ -d b ]]",
        "while read b; do mkdir $b; done < c",
    ],
)
def test_what_may_read_it_keeps_it_in_its_place(script: str) -> None:
    assert differ(f"FROM a\nARG V\nRUN {script}\n", f"FROM a\nRUN {script}\nARG V\n") is not None


@pytest.mark.parametrize("name", ["PATH", "TMPDIR", "LC_TIME", "http_proxy", "LD_PRELOAD", "BASH_ENV", "SSL_CERT_FILE"])
def test_what_any_program_may_read_stays(name: str) -> None:
    assert differ(f"FROM a\nARG {name}\nRUN mkdir b\n", f"FROM a\nRUN mkdir b\nARG {name}\n") is not None


def test_a_login_shell_and_other_forms_may_read_anything() -> None:
    for head, run in (
        ('SHELL ["/bin/bash", "-lc"]', "RUN mkdir b"),
        ('SHELL ["pwsh", "-c"]', "RUN mkdir b"),
        ("ENV BASH_ENV=/c", "RUN mkdir b"),
        ("USER d", 'RUN ["mkdir", "b"]'),
        ("USER d", "RUN --mount=type=bind,target=/$V mkdir b"),
    ):
        assert differ(f"FROM a\n{head}\nARG V\n{run}\n", f"FROM a\n{head}\n{run}\nARG V\n") is not None


SAID_AGAIN = [
    ("ENV x=1\nRUN b\nENV x=1\nRUN c\n", "ENV x=1\nRUN b\nRUN c\n"),
    ('ENV x="1" y=2\nENV x=1\n', "ENV x=1 y=2\n"),
    ("ARG x=1\nARG x=1\nRUN b\n", "ARG x=1\nRUN b\n"),
    ("USER b\nRUN c\nUSER b\nRUN d\n", "USER b\nRUN c\nRUN d\n"),
    ('SHELL ["a", "b"]\nSHELL ["a","b" ]\nRUN c\n', 'SHELL ["a", "b"]\nRUN c\n'),
    ("LABEL x=1\nLABEL x=2\n", "LABEL x=2\n"),
    ("LABEL x=1\nRUN b\nLABEL 'x'=1\n", "RUN b\nLABEL x=1\n"),
    ("EXPOSE 80\nEXPOSE 80/TCP\n", "EXPOSE 80\n"),
    ("CMD a\nCMD b\n", "CMD b\n"),
    ("CMD a\nENTRYPOINT b\nCMD c\nENTRYPOINT d\n", "CMD c\nENTRYPOINT d\n"),
    ("HEALTHCHECK CMD a\nHEALTHCHECK NONE\n", "HEALTHCHECK NONE\n"),
    ("STOPSIGNAL 9\nSTOPSIGNAL 15\n", "STOPSIGNAL 15\n"),
    ("MAINTAINER a\nMAINTAINER b\n", "MAINTAINER b\n"),
    ("WORKDIR /a\nCOPY b c\nWORKDIR /a\n", "WORKDIR /a\nCOPY b c\n"),
    ("WORKDIR /a\nRUN b\nWORKDIR /a\n", "WORKDIR /a\nRUN b\n"),
    (
        "WORKDIR /a/b\nRUN c\nWORKDIR /a\nRUN d\nWORKDIR /\nRUN e\n",
        "WORKDIR /a/b\nRUN c\nWORKDIR /a/\nRUN d\nWORKDIR //\nRUN e\n",
    ),
    ("WORKDIR /a\nWORKDIR /a/b\nRUN c\n", "WORKDIR /a/b\nRUN c\n"),
    ("WORKDIR /a\nENV x=1\nWORKDIR b\nRUN c\n", "ENV x=1\nWORKDIR /a/b\nRUN c\n"),
    ("ENV x=/a\nWORKDIR $x\nWORKDIR b\nRUN c\n", "ENV x=/a\nWORKDIR $x/b\nRUN c\n"),
]


@pytest.mark.parametrize(("before", "after"), SAID_AGAIN)
def test_what_is_in_force_may_be_said_again_or_not(before: str, after: str) -> None:
    assert differ(f"FROM a\n{before}", f"FROM a\n{after}") is None
    assert differ(f"FROM a\n{after}", f"FROM a\n{before}") is None


NOT_IN_FORCE = [
    ("ENV x=1\nENV x=2\nENV x=1\nRUN c\n", "ENV x=1\nENV x=2\nRUN c\n"),
    ("ENV x=1\nARG x\nENV x=1\nRUN c\n", "ENV x=1\nARG x\nRUN c\n"),
    ("ENV PATH=$PATH:/a\nENV PATH=$PATH:/a\n", "ENV PATH=$PATH:/a\n"),
    ("ENV y=1\nENV x=$y\nENV y=2\nENV x=$y\nRUN c\n", "ENV y=1\nENV x=$y\nENV y=2\nRUN c\n"),
    ("ARG k\nENV x=1\nENV $k=2\nENV x=1\nRUN c\n", "ARG k\nENV x=1\nENV $k=2\nRUN c\n"),
    ("ARG x=1\nARG x\nRUN b\n", "ARG x=1\nRUN b\n"),
    ("USER b\nUSER c\nUSER b\nRUN d\n", "USER b\nUSER c\nRUN d\n"),
    ("ENV u=b\nUSER $u\nENV u=c\nUSER $u\nRUN d\n", "ENV u=b\nUSER $u\nENV u=c\nRUN d\n"),
    ('CMD a\nSHELL ["b"]\nCMD a\n', 'CMD a\nSHELL ["b"]\n'),
    ("CMD a\nENTRYPOINT b\n", "ENTRYPOINT b\n"),
    ("ONBUILD RUN a\nONBUILD RUN a\n", "ONBUILD RUN a\n"),
    ("EXPOSE 80\nEXPOSE 80/udp\n", "EXPOSE 80\n"),
    ("ENV p=80\nEXPOSE $p\nENV p=81\nEXPOSE $p\n", "ENV p=80\nEXPOSE $p\nENV p=81\n"),
    ("WORKDIR /a\nRUN rm -rf /a\nWORKDIR /a\nRUN b\n", "WORKDIR /a\nRUN rm -rf /a\nRUN b\n"),
    ("WORKDIR /a\nRUN [[ b ]]\nWORKDIR /a\nRUN b\n", "WORKDIR /a\nRUN [[ b ]]\nRUN b\n"),
    ("WORKDIR /a\nWORKDIR /c\nRUN b\nWORKDIR /a\nRUN d\n", "WORKDIR /c\nRUN b\nWORKDIR /a\nRUN d\n"),
    ("WORKDIR /a\nUSER c\nWORKDIR /a/b\n", "USER c\nWORKDIR /a/b\n"),
    ("WORKDIR /a\nCOPY c .\nWORKDIR /a/b\n", "COPY c .\nWORKDIR /a/b\n"),
    ("WORKDIR /a\nWORKDIR /ab\n", "WORKDIR /ab\n"),
    ("WORKDIR a\nWORKDIR a\n", "WORKDIR a\n"),
    ("ARG x=/a\nWORKDIR $x\nWORKDIR b\n", "ARG x=/a\nWORKDIR $x/b\n"),
    ("ARG x=/a\nENV y=$x\nWORKDIR $y\nWORKDIR b\n", "ARG x=/a\nENV y=$x\nWORKDIR /a/b\n"),
    ("WORKDIR app\n", "WORKDIR /app\n"),
]


@pytest.mark.parametrize(("before", "after"), NOT_IN_FORCE)
def test_what_is_not_in_force_must_be_said(before: str, after: str) -> None:
    assert differ(f"FROM a\n{before}", f"FROM a\n{after}") is not None


def test_the_first_folder_is_known_for_some_bases_only() -> None:
    for base, known in (("debian:12", True), ("a", False), ("python:2-onbuild", False), ("golang:1", False)):
        assert (differ(f"FROM {base}\nWORKDIR app\n", f"FROM {base}\nWORKDIR /app\n") is None) is known
    variable = "ARG B=debian\nFROM $B\n"
    assert differ(f"{variable}WORKDIR app\n", f"{variable}WORKDIR /app\n") is not None


def test_a_stage_goes_on_where_its_base_ends_unless_triggers_run() -> None:
    stages = "FROM a AS b\nWORKDIR /c\n{}FROM b\nWORKDIR {}\n"
    assert differ(stages.format("", "d"), stages.format("", "/c/d")) is None
    triggers = "ONBUILD WORKDIR /e\n"
    assert differ(stages.format(triggers, "d"), stages.format(triggers, "/c/d")) is not None
    for twice in ("ENV x=1\n", "ARG x=1\n"):
        assert differ(f"FROM a AS b\n{twice}FROM b\n{twice}RUN c\n", f"FROM a AS b\n{twice}FROM b\nRUN c\n") is not None
