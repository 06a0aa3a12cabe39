"""The conformance cases: what BuildKit makes of each corner of the grammar.

``expected`` is the tree, one line an instruction as ``describe`` writes it, or the step of BuildKit
that rejects the text. ``later`` marks a text that BuildKit rejects only when it has all stages.
"""

from __future__ import annotations

from typing import NamedTuple

from dfopt.syntax import nodes
from dfopt.syntax.rejection import Step

P, I, L = Step.PARSER, Step.INSTRUCTIONS, Step.LINK  # noqa: E741


class Case(NamedTuple):
    name: str
    text: str
    expected: Step | tuple[str, ...]
    later: bool = False


def _file(name: str, text: str, *expected: str | Step, later: bool = False) -> Case:
    """A case that is a whole file."""
    lines = tuple(line for line in expected if isinstance(line, str))
    steps = [step for step in expected if isinstance(step, Step)]
    return Case(name, text, steps[0] if steps else lines, later)


def _case(name: str, text: str, *expected: str | Step, later: bool = False) -> Case:
    """A case whose text comes after ``FROM a``."""
    return _file(
        name, f"FROM a\n{text}\n", *([] if isinstance(expected[0], Step) else ["FROM a"]), *expected, later=later
    )


_TICKED = "FROM a\nRUN b `\nRUN c\n"
_HONOURED = ("FROM a", "RUN b RUN c")
_IGNORED = ("FROM a", "RUN b `", "RUN c")

DIRECTIVES = [
    _file("1", "# escape=`\nFROM a\nRUN b `\n c\n", "FROM a", "RUN b  c"),
    _file("2", f"\n# escape=`\n{_TICKED}", *_IGNORED),
    _file("3", f"# hi\n# escape=`\n{_TICKED}", *_IGNORED),
    _file("4", f"# escape=`\n# escape=`\n{_TICKED}", P),
    _file("4 syntax", "# syntax=a\n# SYNTAX=b\nFROM a\n", P),
    _file("5", "# escape=x\nFROM a\n", P),
    _file("6", f" \t # escape=`\n{_TICKED}", *_HONOURED),
    _file("7", f"# check=skip=all\n# escape=`\n{_TICKED}", *_HONOURED),
    _file("8", f"# foo=bar\n# escape=`\n{_TICKED}", *_IGNORED),
    _file("9", f"#!x\n# escape=`\n{_TICKED}", *_IGNORED),
    _file("10", f"\ufeff#escape = `\n{_TICKED}", *_HONOURED),
]
LINES = [
    _case("11", "RUN b \\\r\n c\r\nRUN d\r", "RUN b  c", "RUN d"),
    _file("12", "FROM a\rRUN b\n", I),
    _file("13", "FROM a\nRUN b \\", "FROM a", "RUN b"),
    _case("14", "RUN b \\ \t\nRUN c", "RUN b RUN c"),
    _case("15", "RUN echo \\\\\nRUN c", "RUN echo \\\\", "RUN c"),
    _case("16", "RUN echo \\\\\\\nRUN c", "RUN echo \\\\\\", "RUN c"),
    _file("17", "\\\nFROM a\n", "FROM a"),
    _case("18", "RU\\\nN b", "RUN b"),
    _case("19", "RUN b \\\n\n  \n c", "RUN b  c"),
    _case("20", "RUN b \\\n# x\n\nRUN c", "RUN b RUN c"),
    _case("21", "RUN b # x \\\n c", "RUN b # x  c"),
    _case("22", "RUN b \\\n  # x \\\nc\nRUN d", "RUN b c", "RUN d"),
    _file("23", "FROM\u00a0a\n", I),
    _case("24", f"RUN {'x' * 65_531}", f"RUN {'x' * 65_531}"),
    _case("24 over", f"RUN {'x' * 65_532}", P),
    _case("24 comment", f"#{'x' * 65_535}", P),
    _case("24 bytes", f"RUN {'é' * 32_766}", P),
    _case("24 joined", "RUN " + "x" * 40_000 + "\\\n" + "y" * 40_000, f"RUN {'x' * 40_000}{'y' * 40_000}"),
]
HEREDOCS = [
    _case("25", "RUN <<EOF\r\na\r\n\r\nEOF\r", "RUN <<EOF | EOF:'a\\r\\n\\r\\n'"),
    _case("26", 'RUN <<E"O"F\na\nEOF', "RUN <<E\"O\"F | EOF raw:'a\\n'"),
    _case("27", "RUN <<\\EOF\na\nEOF", "RUN <<\\EOF | EOF:'a\\n'"),
    _case("28", "RUN <<-EOF\n\ta\n EOF\n\t\tEOF", "RUN <<-EOF | EOF chomp:'\\ta\\n EOF\\n'"),
    _case("29", "RUN cat << EOF\na\nEOF", "RUN cat << EOF | EOF:'a\\n'"),
    _case("30", "RUN echo $((1 << 2))", P),
    _case("30 close", "RUN echo $((1<<2))", "RUN echo $((1<<2))"),
    _case("31", "RUN cat<<EOF", "RUN cat<<EOF"),
    _case("32", "RUN cat <<EOF; b\na\nEOF;", "RUN cat <<EOF; b | EOF;:'a\\n'"),
    _case("33", "RUN (cat <<EOF)\na\nEOF)", "RUN (cat <<EOF) | EOF):'a\\n'"),
    _case("34", "RUN cat 3<<EOF\na\nEOF", "RUN cat 3<<EOF | 3 EOF:'a\\n'"),
    _case("35", "RUN cat <<<EOF", "RUN cat <<<EOF"),
    _case("36", 'RUN echo "<<EOF"', 'RUN echo "<<EOF"'),
    _case("37", "RUN echo it's <<EOF", "RUN echo it's <<EOF"),
    _case("38", "RUN echo ${X^^} <<EOF", "RUN echo ${X^^} <<EOF"),
    _case("39", "RUN a # <<EOF\nb\nEOF", "RUN a # <<EOF | EOF:'b\\n'"),
    _case("40", "RUN a <<A <<B\n1\nB\nA\n2\nB", "RUN a <<A <<B | A:'1\\nB\\n' | B:'2\\n'"),
    _case("41", "COPY <<A <<A /x\n1\nA\n2\nA", "COPY <<A <<A /x | A:'1\\n' | A:'2\\n'"),
    _case("42", "COPY x <<EOF\na\nEOF", I),
    _case("43", "COPY <<'E F' /x\na\nE F", L),
    _case("44", "ENV A=<<E\nCMD <<E\nHEALTHCHECK CMD <<E", "ENV A='<<E'", "CMD <<E", "HEALTHCHECK CMD <<E"),
    _case("45", "ONBUILD RUN <<EOF\na\nEOF", "ONBUILD RUN <<EOF | EOF:'a\\n'"),
    _case("46", "RUN cat <<EOF \\\n && b\na\nEOF", "RUN cat <<EOF  && b | EOF:'a\\n'"),
    _case("47", "RUN cat <<EOF\nEOF \n EOF\nEOF", "RUN cat <<EOF | EOF:'EOF \\n EOF\\n'"),
    _case("48", 'RUN ["cat", "<<EOF"]', "RUN exec ['cat', '<<EOF']"),
    _case("49", "RUN cat <<EOF\na", P),
]
FLAGS = [
    _case("50", "RUN -- --mount=x", "RUN --mount=x"),
    _case("51", 'RUN --mount="type=cache,target=/x y" b', "RUN {mount=type=cache,target=/x y} b"),
    _case("52", "COPY --from=b --from=c d e", I),
    _case("52 list", "COPY --exclude=b --exclude=c d e", "COPY {exclude=b} {exclude=c} d e"),
    _case("53", "COPY --link=1 b c", I),
    _case("53 ok", "COPY --link=FALSE b c", "COPY {link=FALSE} b c"),
    _case("54", "COPY --FROM=b c d", I),
    _case("55", "ENV --x=y A=b", I),
    _case("56", "ONBUILD COPY --bogus a b", "ONBUILD COPY {bogus} a b"),
]
FORMS = [
    _case("57 quotes", "CMD ['a']", "CMD ['a']"),
    _case("57 comma", 'CMD ["a",]', 'CMD ["a",]'),
    _case("57 after", 'CMD ["a"] b', 'CMD ["a"] b'),
    _case("57 escape", r'CMD ["c:\w"]', r'CMD ["c:\w"]'),
    _case("57 constant", "CMD [NaN]", "CMD [NaN]"),
    _case("57 huge", "CMD [1e999]", "CMD [1e999]"),
    _case("57 control", 'CMD ["a\tb"]', 'CMD ["a\tb"]'),
    _case("58 number", 'CMD ["a", 1]', P),
    _case("58 null", "CMD [null]", P),
    _case("58 list", 'CMD [["a"]]', P),
    _case("59", "CMD []", "CMD exec []"),
    _case("59 escapes", r'CMD ["\"\\\/\u0041\ud800"]', "CMD exec ['\"\\\\/A\ufffd']"),
    _case("60", "SHELL bash -c", I),
    _case("60 empty", "SHELL []", I),
    _case("61", "ENV A b=c", "ENV legacy A='b=c'"),
    _case("61 continued", "ENV A b \\\n  c", "ENV legacy A='b   c'"),
    _case("62 word", "ENV A=b C", P),
    _case("62 bare", "ENV A", P),
    _case("62 blank", "ENV =b", I),
    _case("63", 'ENV A="b c', L),
    _case("64", r"COPY a\ b c", r"COPY a\ b c"),
    _case("64 quotes", 'COPY "a b" c', L),
    _case("65", "LABEL x=${U:?m}", "LABEL x='${U:?m}'", later=True),
]
STAGES = [
    _file("66", "FROM a AS B\nFROM B\n", "FROM a AS B", "FROM B", later=True),
    _file("66 lower", "FROM a AS B\nFROM b\n", "FROM a AS B", "FROM b"),
    _file("67", "FROM a AS b\nCOPY --from=b c d\n", "FROM a AS b", "COPY {from=b} c d", later=True),
    _file(
        "68",
        "FROM a AS b\nFROM c AS b\nFROM d\nCOPY --from=b e f\n",
        "FROM a AS b",
        "FROM c AS b",
        "FROM d",
        "COPY {from=b} e f",
    ),
    _case("69 copy", "COPY --from=$S a b", "COPY {from=$S} a b", later=True),
    _case("69 mount", "RUN --mount=from=$S,target=/x b", I),
    _file(
        "70",
        "ARG V=1\nFROM a\nARG V=2\nARG V\n",
        "ARG V='1'",
        "FROM a",
        "ARG V='2'",
        "ARG V",
    ),
    _case("71", "ENV V=env\nARG V=arg", "ENV V='env'", "ARG V='arg'"),
    _file("72", "FROM a AS b\nARG V=1\nFROM b\n", "FROM a AS b", "ARG V='1'", "FROM b"),
    _case("73", "ENV A=2 B=$A", "ENV A='2' B='$A'"),
    _file("74", "FROM a AS 1b\n", I),
    _file("74 words", "FROM a b\n", I),
    _case("75 chain", "ONBUILD ONBUILD RUN b", I),
    _case("75 from", "ONBUILD FROM b", I),
    _file("76 empty", "", P),
    _file("76 comments", "# a\n\n# b", P),
    _file("76 arg", "ARG A=1\n", L),
    _file("76 run", "RUN a\nFROM b\n", I),
]
VALUES = [
    _case("health none", "HEALTHCHECK NONE", "HEALTHCHECK NONE"),
    _case("health none flag", "HEALTHCHECK --bogus NONE", "HEALTHCHECK {bogus} NONE"),
    _case("health none more", "HEALTHCHECK NONE x", I),
    _case("health empty", "HEALTHCHECK CMD", I),
    _case("health kind", "HEALTHCHECK TEST x", I),
    _case(
        "health values",
        "HEALTHCHECK --interval=1h2.5m3s --timeout=0 --retries=+3 cmd b",
        "HEALTHCHECK {interval=1h2.5m3s} {timeout=0} {retries=+3} cmd b",
    ),
    _case("health short", "HEALTHCHECK --interval=999us CMD b", I),
    _case("health unit", "HEALTHCHECK --interval=5 CMD b", I),
    _case("health retries", "HEALTHCHECK --retries=-1 CMD b", I),
    _case("health retries huge", "HEALTHCHECK --retries=2147483648 CMD b", I),
    _case("network", "RUN --network=bridge b", I),
    _case("security", "RUN --security=none b", I),
    _case("mount csv", 'RUN --mount=type=bind,\\"target b', I),
    _case("device", "RUN --device=a,required=yes b", I),
    _case("volume blank", 'VOLUME ["a", " "]', I),
    _case("unknown", "RUNN b", I),
    _case("user two words", "USER a b", "USER a b"),
    _case("no arguments", "RUN\nCMD\nENTRYPOINT", "RUN", "CMD", "ENTRYPOINT"),
    _case("user alone", "USER", I),
    _case("unread flags", "ARG --x A\nSTOPSIGNAL --y 9", "ARG {x} A", "STOPSIGNAL {y} 9"),
]
CASES = [*DIRECTIVES, *LINES, *HEREDOCS, *FLAGS, *FORMS, *STAGES, *VALUES]


def describe(instruction: nodes.Instruction) -> str:
    """An instruction in one line: keyword, flags, form, arguments, heredocs."""
    words = [instruction.keyword]
    words += [f"{{{flag.name}{'' if flag.value is None else f'={flag.value}'}}}" for flag in instruction.flags]
    match instruction:
        case nodes.Onbuild(trigger=trigger):
            return f"ONBUILD {describe(trigger)}"
        case nodes.Run(argv=argv) | nodes.Cmd(argv=argv) | nodes.Entrypoint(argv=argv) if argv is not None:
            words.append(f"exec {list(argv)}")
        case nodes.Env(pairs=pairs) | nodes.Label(pairs=pairs) | nodes.Arg(pairs=pairs):
            words += ["legacy"] if isinstance(instruction, nodes.Env) and instruction.is_legacy else []
            words += [pair.key if pair.value is None else f"{pair.key}={pair.value!r}" for pair in pairs]
        case _:
            words += [instruction.body.text] if instruction.body.text else []
    return " ".join(words)


def describe_heredoc(tree: nodes.Dockerfile, heredoc: nodes.Heredoc) -> str:
    """``fd name raw chomp:'body'``, each but name and body only if it is so."""
    words = [] if heredoc.fd is None else [str(heredoc.fd)]
    words += [heredoc.name, *([] if heredoc.expand else ["raw"]), *(["chomp"] if heredoc.chomp else [])]
    return f"{' '.join(words)}:{tree.source.slice(heredoc.body)!r}"


def describe_tree(tree: nodes.Dockerfile) -> tuple[str, ...]:
    return tuple(
        " | ".join([describe(instruction), *(describe_heredoc(tree, heredoc) for heredoc in instruction.heredocs)])
        for instruction in tree.instructions
    )
