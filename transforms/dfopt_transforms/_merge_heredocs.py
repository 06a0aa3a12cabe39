"""The text of merged heredoc RUNs: one body, commands on lines of their own."""

from __future__ import annotations

from collections.abc import Sequence

from dfopt.edits import Edit
from dfopt.printer import Printer
from dfopt.syntax.lexer import Lexer, LexError
from dfopt.syntax.nodes import Dockerfile
from dfopt_transforms._merge_gaps import Gaps
from dfopt_transforms._merge_members import GROUP, RAW, Form, Joined, Member, subshell


def merged_heredocs(dockerfile: Dockerfile, printer: Printer, parts: Sequence[Joined], gaps: Gaps) -> Edit:
    """The edit that puts the bodies of all members into the first one's, the comments between them too."""
    source = dockerfile.source.text
    first = parts[0].member.run
    end = printer.line_end(first)
    strict = parts[1].operator == ";"
    pieces: list[str] = []
    for at, part in enumerate(parts):
        last = at == len(parts) - 1
        if at:
            pieces += [f"{comment}{end}" for comment in gaps.comments(part.member.run)]
        if strict:
            pieces.append(_strict(source, part, first=at == 0, last=last, end=end))
        else:
            pieces.append(_plain(source, part, last=last, end=end))
    return Edit(first.heredocs[0].body, "".join(pieces))


def opens_heredocs(member: Member) -> bool:
    """True if BuildKit finds the heredocs of a command line: in one that it cannot lex it sees none."""
    try:
        Lexer(member.run.body.text, "\\", raw_quotes=True, raw_escapes=True).words()
    except LexError:
        return False
    return True


def ends_in_continuation(source: str, member: Member) -> bool:
    """True if the file ends with a continuation behind a RUN: it would stand behind the end of a heredoc."""
    return bool(source[member.run.span.end :].split("\n", 1)[0].strip(" \t\r"))


def body(source: str, member: Member) -> str:
    return source[slice(*member.run.heredocs[0].body)]


def _plain(source: str, part: Joined, *, last: bool, end: str) -> str:
    """Lines in front of ``&&``: in braces or a subshell, a single line as it is."""
    text = body(source, part.member)
    if not part.form.is_subshell and part.member.is_and_list and _is_one_line(part.member, text):
        return text if last else f"{text[: part.member.statements[-1].list.span.end]} &&{end}"
    form = part.form if part.form.is_subshell else GROUP
    return _on_lines(form, text, end) + (end if last else f" &&{end}")


def _on_lines(form: Form, text: str, end: str) -> str:
    """Lines with what opens and closes them on lines of their own."""
    return form.opening.replace(" ", end) + text + form.closing.lstrip("; ").replace(" ", end)


def _is_one_line(member: Member, text: str) -> bool:
    return text.count("\n") == 1 and not member.script.comments


def _strict(source: str, part: Joined, *, first: bool, last: bool, end: str) -> str:
    """Lines under ``set -e``: the ``set`` of all but the first goes, the last statement may need a subshell."""
    member = part.member
    text = body(source, member)
    head, rest = "", text
    if member.errexit:
        setting = member.script.statements[0].span
        head = text[: setting.end] + end if first else text[: setting.start]
        rest = text[setting.end :].lstrip("; \t").removeprefix("\r").removeprefix("\n")
    if last or part.form == RAW:
        return head + rest
    if part.form.is_subshell:
        return head + _on_lines(part.form, rest, end) + end
    tail = member.statements[-1].span
    around = subshell(member.statements[-1:])
    wrapped = f"{around.opening}{text[tail.start : tail.end]}{around.closing}"
    return head + text[len(text) - len(rest) : tail.start] + wrapped + text[tail.end :]
