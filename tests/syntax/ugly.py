"""Dockerfiles as ugly as the grammar allows: a hypothesis strategy for whole files.

Not all of them are valid: a stray quote, flag or terminator is left in now and then, so that refusals
are compared too.
"""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

_SEPARATORS = st.sampled_from([" ", "  ", "\t", " \t "])
_WORDS = st.sampled_from(
    ["a", "b-1", "/x/y", "a=b", "x=", "$A", "${A:-b}", "1.2", "é", "a\\b", "c`d", "'s'", '"d"', '"$A"', "#h", "-f"] * 2
    + ["--flag", "a\\\\", "${A}", "NONE", "CMD", "&&", "||", "<in", ">out", "[", "]", "\u00a0", "<<<x", "1<<2", "a\\ b"]
    + ["it's", '"', "'s t'"]
)
_PAIRS = st.sampled_from(
    ["A=b", "A='b c'", 'A="b c"', "A=$B", "A=", "A=b\\ c", "A=b`c", '"A"=b', "A==b", "a.b-c=d", 'A="b \'c"'] * 3
    + ["A b c", "A", "=b", "A='b"]
)
_STRINGS = st.sampled_from(
    ['"a"', '"b c"', '"\\n"', '"\\u00e9"', '"$A"', '"é"', '"/"', '"[x]"', '"\\""'] * 3
    + ['""', "'a'", "1", "null", '"\\x"']
)
_FLAGS = {
    "FROM": ['--platform="$P"'],
    "RUN": ["--mount=type=cache,target=/x", "--network=none", '--mount="type=bind,target=/a b"', "--security=sandbox"],
    "COPY": ["--from=a", "--chown=1:1", "--link", "--link=FALSE", "--exclude=a", "--parents=true"],
    "ADD": ["--keep-git-dir=true", "--checksum=x", "--chmod=755"],
    "HEALTHCHECK": ["--interval=5s", "--retries=3", "--timeout=1m30s", "--start-period=0"],
}
_EVERY_FLAG = st.sampled_from(["--", "--bogus", "--x=y", "--from=b"])
_PLAIN = ["EXPOSE", "USER", "WORKDIR", "STOPSIGNAL", "MAINTAINER"]
_EXEC = ["RUN", "CMD", "ENTRYPOINT", "SHELL", "VOLUME", "COPY", "ADD"]
_HEREDOC_NAMES = st.sampled_from(["EOF", "'EOF'", '"E F"', "-EOF", "-'E'", "E;", "\\EOF", " EOF"])
_BODY_LINES = st.sampled_from(["", "a", "\tb", "# c", "EOF ", "  EOF", "RUN x", "d \\", "$A 'q", "\xe9"])


def dockerfiles() -> SearchStrategy[str]:
    """Whole files that begin with FROM, apart from directives, comments and a global ARG."""
    return _dockerfile()


@st.composite
def _dockerfile(draw: DrawFn) -> str:
    escape = draw(st.sampled_from(["\\", "\\", "`"]))
    lines = _directives(draw, escape)
    if draw(st.integers(0, 4)) == 0:
        lines.append("ARG A=1")
    lines.append(_continued(draw, "FROM a AS b", escape))
    for _ in range(draw(st.integers(0, 5))):
        lines.extend(_between(draw))
        lines.extend(_instruction(draw, escape))
    text = "".join(line + draw(st.sampled_from(_ends(draw))) for line in lines)
    text = text if draw(st.booleans()) else text.removesuffix("\n")
    return draw(st.sampled_from(["", "", "", "\ufeff"])) + text


def _ends(draw: DrawFn) -> list[str]:
    return draw(st.sampled_from([["\n"], ["\r\n"], ["\n", "\r\n"]]))


def _directives(draw: DrawFn, escape: str) -> list[str]:
    lines: list[str] = []
    if draw(st.booleans()):
        lines.append(draw(st.sampled_from(["# syntax=docker/dockerfile:1", "#syntax = x", "  # SYNTAX=y"])))
    if escape != "\\" or draw(st.integers(0, 9)) == 0:
        lines.append(draw(st.sampled_from(["# escape=", "#escape = ", "\t#\tEsCaPe="])) + escape)
    return lines


def _between(draw: DrawFn) -> list[str]:
    return draw(st.lists(st.sampled_from(["", "  ", "# c", "#", "  # d", "# escape=`", "# e \\", "#f `"]), max_size=3))


def _instruction(draw: DrawFn, escape: str) -> list[str]:
    kind = draw(st.sampled_from(["plain", "words", "exec", "pairs", "health", "heredoc", "stage", "onbuild"]))
    if kind == "heredoc":
        return _heredocs(draw, escape)
    return [_continued(draw, _one_line(draw, kind), escape)]


def _one_line(draw: DrawFn, kind: str) -> str:
    if kind == "onbuild":
        inner = draw(st.sampled_from(["plain", "words", "exec", "pairs"]))
        return _join(draw, [_case(draw, "ONBUILD"), _one_line(draw, inner)])
    if kind == "stage":
        return _join(
            draw, [_case(draw, "FROM"), *_flags(draw, "FROM"), "a:1", *draw(st.sampled_from([["as", "c"], []]))]
        )
    if kind == "health":
        command = draw(st.sampled_from(["NONE", "CMD a b", 'CMD ["a", "b"]', "cmd x", "CMD\t$A", "cmd"]))
        return _join(draw, [_case(draw, "HEALTHCHECK"), *_flags(draw, "HEALTHCHECK"), command])
    if kind == "pairs":
        keyword = draw(st.sampled_from(["ENV", "LABEL", "ARG"]))
        return _join(draw, [_case(draw, keyword), *draw(st.lists(_PAIRS, min_size=1, max_size=3))])
    if kind == "exec":
        keyword = draw(st.sampled_from(_EXEC))
        return _join(draw, [_case(draw, keyword), *_flags(draw, keyword), _json(draw)])
    keyword = draw(st.sampled_from(_PLAIN if kind == "plain" else [*_EXEC, "RUN", "RUN"]))
    return _join(draw, [_case(draw, keyword), *_flags(draw, keyword), *draw(st.lists(_WORDS, min_size=1, max_size=5))])


def _json(draw: DrawFn) -> str:
    comma = draw(st.sampled_from([",", ", ", " , "]))
    strings = comma.join(draw(st.lists(_STRINGS, min_size=draw(st.sampled_from([0, 2, 2, 2])), max_size=4)))
    return f"[{strings}" + draw(st.sampled_from(["]", "]", "]", " ]", "] ", ",]", ""]))


def _flags(draw: DrawFn, keyword: str) -> list[str]:
    flags = draw(st.lists(st.sampled_from(_FLAGS[keyword]), max_size=2, unique=True)) if keyword in _FLAGS else []
    if draw(st.integers(0, 19)) == 0:
        flags.append(draw(_EVERY_FLAG))
    return flags


def _heredocs(draw: DrawFn, escape: str) -> list[str]:
    keyword = draw(st.sampled_from(["RUN", "COPY", "ADD"]))
    names = draw(st.lists(_HEREDOC_NAMES, min_size=1, max_size=2))
    command = draw(st.sampled_from(["", "cat ", "a 3"])) if keyword == "RUN" else ""
    after = draw(st.sampled_from(["", " | b", " # c"])) if keyword == "RUN" else " /x"
    line = f"{_case(draw, keyword)} {command}{' '.join('<<' + name for name in names)}{after}"
    lines = [_continued(draw, line, escape)]
    for name in names:
        lines += draw(st.lists(_BODY_LINES, max_size=3))
        tabs = draw(st.sampled_from(["", "\t"])) if name.startswith("-") else ""
        lines.append(tabs + name.removeprefix("-").strip("'\" ").replace("\\", ""))
    return lines


def _case(draw: DrawFn, keyword: str) -> str:
    return draw(st.sampled_from([keyword, keyword, keyword.lower(), keyword.title()]))


def _join(draw: DrawFn, words: list[str]) -> str:
    return "".join(word + draw(_SEPARATORS) for word in words[:-1]) + words[-1]


def _continued(draw: DrawFn, line: str, escape: str) -> str:
    """The line, broken by continuations wherever it may be."""
    for _ in range(draw(st.sampled_from([0, 0, 1, 2]))):
        at = draw(st.integers(0, len(line) - draw(st.sampled_from([0, 1, 1, 1]))))
        if line[at - 1 : at] == escape and draw(st.integers(0, 3)):
            continue
        inside = draw(st.sampled_from(["", "# c\n", "\n", "  # d \\\n \n", "#\n"]))
        line = line[:at] + escape + draw(st.sampled_from(["", " ", "\t "])) + "\n" + inside + line[at:]
    return line
