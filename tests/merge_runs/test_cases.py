"""Pairs of RUNs and what becomes of them: the forms, and each reason to refuse.

A case is the RUNs between ``⏎``, and the merged script (its lines between ``⏎``) or the reason why not.
"""

from __future__ import annotations

import pytest

from dfopt.api import rewrite
from dfopt.config import Config
from dfopt.results import Rewrite
from dfopt.source import Source

BASH = 'SHELL ["/bin/bash", "-eo", "pipefail", "-c"]\n'

APART = "the scripts depend on being apart"
NOT_MODELLED = "the script is not modelled"

MERGED = {
    # one list that leaks nothing
    "a⏎b": "a⏎&& b",
    "a;⏎b": "a⏎&& b",
    "a⏎b;": "a⏎&& b;",
    "a⏎b # x⏎c": "a⏎# x⏎&& b⏎&& c",
    "a⏎b # x": "a⏎&& b # x",
    "a || true⏎b": "a || true⏎&& b",
    "a && b || c⏎d": "a && b || c⏎&& d",
    "! a⏎! b": "! a⏎&& ! b",
    "a | b⏎c | d": "a | b⏎&& c | d",
    "if a; then b; fi⏎c": "if a; then b; fi⏎&& c",
    "case $A in b) c;; esac⏎d": "case $A in b) c;; esac⏎&& d",
    "while a; do b; done⏎c": "while a; do b; done⏎&& c",
    "(a; b)⏎c": "(a; b)⏎&& c",
    "{ a; b; }⏎c": "{ a; b; }⏎&& c",
    "X=1 a⏎b": "X=1 a⏎&& b",
    "a⏎b⏎c⏎d": "a⏎&& b⏎&& c⏎&& d",
    # a sequence
    "a; b⏎c": "{ a; b; }⏎&& c",
    "a⏎b; c": "a⏎&& { b; c; }",
    "a⏎b; c;": "a⏎&& { b; c; }",
    "a⏎b; c # x": "a⏎&& { b; c; } # x",
    "a⏎b || c": "a⏎&& { b || c; }",
    "a⏎b &": "a⏎&& { b & }",
    "a⏎b || c⏎d": "a⏎&& { b || c; }⏎&& d",
    "a⏎set -e; b⏎c &": "a⏎&& { set -e; b;⏎set +e;⏎c & }",
    "f() { a; }; b⏎c": "( f() { a; }; b )⏎&& c",
    # a leak
    "cd /x && a⏎b": "( cd /x && a )⏎&& b",
    "(cd /x && a)⏎b": "(cd /x && a)⏎&& b",
    "a⏎cd /x && b": "a⏎&& cd /x && b",
    "a⏎cd /x && b⏎c": "a⏎&& ( cd /x && b )⏎&& c",
    "X=1; a $X⏎b": "( X=1; a $X )⏎&& b",
    "export A=1 && a⏎b": "( export A=1 && a )⏎&& b",
    "A=1 export B⏎b": "( A=1 export B )⏎&& b",
    "[ -f x ] && exit 0; a⏎b": "( [ -f x ] && exit 0; a )⏎&& b",
    "umask 077; a⏎b": "( umask 077; a )⏎&& b",
    "trap 'c' EXIT; a⏎b": "( trap 'c' EXIT; a )⏎&& b",
    "(a); exit 0⏎b": "( (a); exit 0 )⏎&& b",
    "(a) && cd x⏎b": "( (a) && cd x )⏎&& b",
    "for i in 1; do a; done⏎b": "( for i in 1; do a; done )⏎&& b",
    "read X⏎b": "( read X )⏎&& b",
    "exec a⏎b": "( exec a )⏎&& b",
    "command cd /x⏎b": "( command cd /x )⏎&& b",
    "command -v a⏎b": "command -v a⏎&& b",
    "eval a⏎b": "( eval a )⏎&& b",
    "$A/bin/b⏎c": "( $A/bin/b )⏎&& c",
    "a⏎. /env && b": "a⏎&& . /env && b",
    "(. /env && a)⏎b": "(. /env && a)⏎&& b",
    ": ${X:=1}⏎b": "( : ${X:=1} )⏎&& b",
    ": ${X:?}⏎b": "( : ${X:?} )⏎&& b",
    "echo $((X = 1))⏎b": "( echo $((X = 1)) )⏎&& b",
    "echo $((1 + 1))⏎b": "echo $((1 + 1))⏎&& b",
    # X may hold an assignment, which bash and busybox carry out
    "echo $((X == 1))⏎b": "( echo $((X == 1)) )⏎&& b",
    "a && f() { b; }⏎c": "( a && f() { b; } )⏎&& c",
    # merged, for the tree has no doubt: the function's body is { a; }, and || b stands behind its definition
    "f() { a; } || b⏎c": "( f() { a; } || b )⏎&& c",
    "set -u && a⏎b": "( set -u && a )⏎&& b",
    "cd x | cat⏎b": "cd x | cat⏎&& b",
    "! cd x⏎b": "( { ! cd x; } )⏎&& b",
    "! cd x; a⏎b": "( ! cd x; a )⏎&& b",
    "! a ${X?}⏎b": "( { ! a ${X?}; } )⏎&& b",
    # what a shell remembers
    "pip install -U pip⏎pip install x": "( pip install -U pip )⏎&& pip install x",
    "pip install x⏎pip install -U pip⏎pip install y": "( pip install x )⏎&& ( pip install -U pip )⏎&& pip install y",
    "x11vnc -storepasswd x y⏎b": "x11vnc -storepasswd x y⏎&& b",
    "chmod +x start.sh⏎b": "chmod +x start.sh⏎&& b",
    "git clone x⏎git clone y": "git clone x⏎&& git clone y",
    "apt-get update⏎apt-get install x": "apt-get update⏎&& apt-get install x",
    "sudo apt-get update⏎sudo apt-get install x": "sudo apt-get update⏎&& sudo apt-get install x",
    "cat x | xargs pip install⏎b": "cat x | xargs pip install⏎&& b",
    # under set -e
    "set -eux; a; b⏎set -eux; c": "set -eux; a; b;⏎c",
    "set -eux; a; b && c⏎set -eux; d": "set -eux; a; ( b && c );⏎d",
    # in ( ! b ) bash forgets that ! suspends -e, and takes an expansion that fails for success
    "set -eux; a; ! b⏎set -eux; d": "set -eux; a; ( { ! b; } );⏎d",
    "set -e; ! { a; b; }⏎set -e; c": "set -e; ( { ! { a; b; }; } );⏎c",
    "set -eux; a; if b; then c; fi⏎set -eux; d": "set -eux; a; ( if b; then c; fi );⏎d",
    "set -eux; cd /x; a⏎set -eux; b": "set -eux; ( cd /x; a );⏎b",
    "set -eux; cd /x; a⏎set -eux; cd /y; b": "set -eux; ( cd /x; a );⏎cd /y; b",
    "set -eux; a; b⏎c": "set -eux; a; b;⏎set +eux;⏎c",
    "set -eux; a; b⏎c; d": "set -eux; a; b;⏎set +eux;⏎c; d",
    "set -eo pipefail; a⏎b": "set -eo pipefail; a;⏎set +eo pipefail;⏎b",
    "set -eux; a⏎set -e -u -x; b": "set -eux; a;⏎b",
    "a⏎set -e; b; c": "a⏎&& { set -e; b; c; }",
    "a⏎set -e; b⏎c": "a⏎&& { set -e; b;⏎set +e;⏎c; }",
    # and of lists that begin with the same set
    "set -ex && a⏎set -ex && b": "set -ex && a⏎&& b",
    "set -ex && a⏎set -xe && cd x⏎set -ex && b": "set -ex && a⏎&& ( cd x )⏎&& b",
    "set -x && a⏎set -x && b⏎c": "( set -x && a⏎&& b )⏎&& c",
    "set -ex && a⏎set -x && b": "( set -ex && a )⏎&& set -x && b",
}

MERGED_AT_THE_ROOT = {
    # what a shell remembers, of programs that go
    "foo x⏎rm -rf /venv⏎foo y": "( foo x )⏎&& rm -rf /venv⏎&& foo y",
    "foo x && rm /usr/local/bin/f*⏎foo y": "( foo x && rm /usr/local/bin/f* )⏎&& foo y",
    "foo x && find /venv -delete⏎foo y": "( foo x && find /venv -delete )⏎&& foo y",
    "foo x && find / -name venv -exec rm -rf {} +⏎foo y": "( foo x && find / -name venv -exec rm -rf {} + )⏎&& foo y",
    "foo x && ls | xargs rm -rf⏎foo y": "( foo x && ls | xargs rm -rf )⏎&& foo y",
    "foo x && mv /venv /old⏎foo y": "( foo x && mv /venv /old )⏎&& foo y",
    "foo x && rm -rf $X⏎foo y": "( foo x && rm -rf $X )⏎&& foo y",
    "foo x && rm $X/*⏎foo y": "( foo x && rm $X/* )⏎&& foo y",
    "foo x && rm -rf /tmp/../venv⏎foo y": "( foo x && rm -rf /tmp/../venv )⏎&& foo y",
    "foo x && curl u | sh⏎foo y": "( foo x && curl u | sh )⏎&& foo y",
    "foo x && rm -rf /tmp/x /var/lib/apt/lists/* /root/.cache⏎foo y": (
        "foo x && rm -rf /tmp/x /var/lib/apt/lists/* /root/.cache⏎&& foo y"
    ),
    "foo x && rm *.tar.gz a /tmp/$X b-$V.zip⏎foo y": "foo x && rm *.tar.gz a /tmp/$X b-$V.zip⏎&& foo y",
    "foo x && find . -name '*.pyc' -type f -delete⏎foo y": "foo x && find . -name '*.pyc' -type f -delete⏎&& foo y",
    "rm -rf /venv && foo x⏎foo y": "rm -rf /venv && foo x⏎&& foo y",
}

MERGED_UNDER_BASH = {
    "a⏎b": "a⏎&& b",
    "a && b⏎c": "a && b⏎&& c",
    "a; b⏎c; d": "a; b;⏎c; d",
    "a; b && c⏎d": "a; ( b && c );⏎d",
    "a $(b; c)⏎d": "a $(b; c);⏎d",
    "cd x⏎d": "( cd x )⏎&& d",
    "eval a⏎d": "( eval a );⏎d",
    "cd x; a⏎d": "( cd x; a );⏎d",
    "set -u; a⏎b": "( set -u; a );⏎b",
}

SOURCES = "it may source a file, which can end a subshell of bash"

REFUSED = {
    # bash 5.2 leaves ( . /env && a ) early if the last line of /env is a list with a program at its end
    ". /env && a⏎b": (APART, SOURCES),
    "source /env⏎b": (APART, SOURCES),
    "X=$(. /env && a)⏎b": (APART, SOURCES),
    "eval '. /env'⏎b": (APART, SOURCES),
    'eval "$A"⏎b': (APART, SOURCES),
    "$A b⏎c": (APART, SOURCES),
    "builtin cd /x⏎b": (APART, SOURCES),
    "a &⏎b": (APART, "a background job would live into the next RUN"),
    "nohup a⏎b": (APART, "it may start a daemon, which would live into the next RUN"),
    "service mysql start && m⏎b": (APART, "it may start a daemon, which would live into the next RUN"),
    "/etc/init.d/x start⏎b": (APART, "it may start a daemon, which would live into the next RUN"),
    "/opt/hadoop/sbin/start-all.sh⏎b": (APART, "it may start a daemon, which would live into the next RUN"),
    "su db -c 'cassandra -R'⏎b": (APART, "it may start a daemon, which would live into the next RUN"),
    "alias q=z⏎b": (NOT_MODELLED, "an alias may change how the text after it is read"),
    "a &> f⏎b": (NOT_MODELLED, "an operator that bash and dash read differently"),
    'a "x⏎b': (NOT_MODELLED, "not valid shell text"),
    '["echo", "a"]⏎b': (NOT_MODELLED, "it is in exec form, no shell reads it"),
    "echo $LINENO⏎b": (APART, "it reads $LINENO"),
    "a⏎echo $PPID": (APART, "it reads $PPID"),
    "a⏎echo $_": (APART, "it reads $_"),
    "shopt -s x⏎b": (APART, "shopt depends on the text around it"),
    "return⏎b": (APART, "return depends on the text around it"),
    "a⏎hash": (APART, "hash may tell which commands have run"),
    "echo h >>/etc/hosts⏎curl h": (APART, "it may write to a path that is made anew for each RUN"),
    "cp x /dev/shm/y⏎b": (APART, "it may write to a path that is made anew for each RUN"),
    "ln a b⏎echo >>a": (APART, "it makes hard links, which a later RUN breaks by writing"),
    "apt-get install -y a⏎chmod 700 /usr/bin/a": (APART, "chmod may change what apt-get made as hard links"),
    "git clone /x⏎chmod -R a+w x": (APART, "chmod may change what git made as hard links"),
    "mount x⏎b": (APART, "it changes the container, not the image"),
    "ln -sf /bin/bash /bin/sh⏎b": (APART, "it may replace the shell, which the next RUN would start anew"),
    "a; set -e; b⏎c": ("set -e is not the first command, or is used twice", ""),
    "set -e; a; set -e; b⏎c": ("set -e is not the first command, or is used twice", ""),
    "set -e; set +e; b⏎c": ("set -e is not the first command, or is used twice", ""),
    "set -en; a⏎c": ("set -e is not the first command, or is used twice", ""),
    "set -e && { a; b; }⏎c": ("set -e is not the first command, or is used twice", ""),
    "set -ex; a⏎set -e; b": ("the scripts use set -e in different ways", ""),
    "--mount=type=cache,target=/x a⏎b": ("the RUNs have different flags", ""),
    "--network=none a⏎b": ("the RUNs have different flags", ""),
    "--mount=type=tmpfs,target=/x a⏎--mount=type=tmpfs,target=/x b": (
        "what is written to a mount ends with its RUN",
        "",
    ),
    "--mount=rw,source=y,target=/x a⏎--mount=rw,source=y,target=/x b": (
        "what is written to a mount ends with its RUN",
        "",
    ),
}


@pytest.mark.parametrize(("runs", "script"), MERGED.items(), ids=MERGED)
def test_merged(runs: str, script: str) -> None:
    assert merge(runs).after == dockerfile(layout(script))


@pytest.mark.parametrize(("runs", "script"), MERGED_AT_THE_ROOT.items(), ids=MERGED_AT_THE_ROOT)
def test_merged_where_no_folder_is_at_stake(runs: str, script: str) -> None:
    assert merge(runs, "WORKDIR /\n").after == dockerfile(layout(script), heading="WORKDIR /\n")


@pytest.mark.parametrize(("runs", "script"), MERGED_UNDER_BASH.items(), ids=MERGED_UNDER_BASH)
def test_merged_where_the_shell_has_errexit(runs: str, script: str) -> None:
    assert merge(runs, BASH).after == dockerfile(layout(script), heading=BASH)


@pytest.mark.parametrize(("runs", "why"), REFUSED.items(), ids=REFUSED)
def test_refused(runs: str, why: tuple[str, str]) -> None:
    result = merge(runs)
    assert not result.changed
    assert (result.refusals[0].reason, result.refusals[0].detail) == why


@pytest.mark.parametrize("between", ["ENV X=1", "ARG X", "USER u", "WORKDIR /w", "COPY a b", "ADD a b", "VOLUME /v"])
def test_not_even_looked_at_across(between: str) -> None:
    result = rewrite(Source(f"FROM x\nRUN a\n{between}\nRUN b\n"), Config(select=("merge-runs",)))
    assert not result.changed
    assert not result.refusals


@pytest.mark.parametrize("between", ["LABEL a=b", "EXPOSE 1", "CMD x", 'ENTRYPOINT ["x"]', "HEALTHCHECK NONE"])
def test_merged_across(between: str) -> None:
    result = rewrite(Source(f"FROM x\nRUN a\n{between}\nRUN b\n"), Config(select=("merge-runs",)))
    assert result.after == f"FROM x\nRUN a \\\n    && b\n{between}\n"


def test_set_takes_back_only_what_the_shell_does_not_give() -> None:
    heading = 'SHELL ["/bin/bash", "-uo", "pipefail", "-c"]\n'
    assert merge("set -euxo pipefail; a⏎b", heading).after == dockerfile(
        layout("set -euxo pipefail; a;⏎set +ex;⏎b"), heading=heading
    )


def test_a_comment_at_the_end_of_the_first_goes_above_it() -> None:
    assert merge("a # x⏎b").after == "FROM x\n# x\nRUN a \\\n    && b\n"
    assert not merge("a; b # x⏎c").changed


def test_a_comment_alone_stays_a_comment() -> None:
    assert merge("# only⏎b").after == "FROM x\n# only\nRUN b\n"


def test_what_follows_a_heredoc_goes_on_the_line_that_opens_it() -> None:
    result = merge("cat <<E >f\nbody\nE⏎b")
    assert result.after == "FROM x\nRUN cat <<E >f \\\n    && b\nbody\nE\n"


@pytest.mark.parametrize(
    ("runs", "merged"),
    [
        ("<<E\na\nb\nE⏎<<F\nc\nF", "<<E\n{\na\nb\n} &&\nc\nE"),
        ("<<E\n! cd a\nE⏎<<E\nb\nE", "<<E\n(\n{\n! cd a\n}\n) &&\nb\nE"),
        ("<<E\ncd a\nE⏎<<E\nb\nc\nE", "<<E\n(\ncd a\n) &&\n{\nb\nc\n}\nE"),
        ("<<E\nset -e\na\nE⏎<<E\nset -e\nb && c\nE⏎<<E\nset -e\nd\nE", "<<E\nset -e\na\n( b && c )\nd\nE"),
    ],
)
def test_heredoc_scripts_stay_heredocs(runs: str, merged: str) -> None:
    assert merge(runs).after == dockerfile(merged)


@pytest.mark.parametrize(
    ("runs", "why"),
    [
        ("set -e; a⏎cat <<E\nb\nE", "their heredocs cannot be put together"),
        ("cat <<E\nb\nE⏎echo ${#X}", "their heredocs cannot be put together"),
        ("<<E\na\nE⏎<<F\ncat <<E\nE\nF", "their heredocs cannot be put together"),
        ("a⏎<<E\nb\nE", "only one of them is a heredoc script"),
        ("<<-E\n\ta\nE⏎<<-E\n\tb\nE", "its heredoc strips tabs"),
        ("<<E\n#!/bin/sh\na\nE⏎b", NOT_MODELLED),
    ],
)
def test_heredocs_that_do_not_fit(runs: str, why: str) -> None:
    result = merge(runs)
    assert not result.changed
    assert result.refusals[0].reason == why


def test_a_script_may_not_become_too_long_for_an_argument() -> None:
    result = merge("⏎".join(["echo " + "x" * 40_000] * 5))
    assert "the script would be too long" in {refusal.reason for refusal in result.refusals}
    assert result.after.count("RUN") > 1


def merge(runs: str, heading: str = "") -> Rewrite:
    result = rewrite(Source(dockerfile(*runs.split("⏎"), heading=heading)), Config(select=("merge-runs",)))
    assert not result.failures
    return result


def dockerfile(*scripts: str, heading: str = "") -> str:
    return f"FROM x\n{heading}" + "".join(f"RUN {script}\n" for script in scripts)


def layout(script: str) -> str:
    """Its lines as continuations."""
    return " \\\n    ".join(script.split("⏎")).replace("# x \\\n", "# x\n")
