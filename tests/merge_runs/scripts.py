"""Scripts for RUNs, made of harmless commands that leave traces: files, output, the state of their shell.

All paths are relative and below the folder that a script starts in: ``f g s`` are files, ``d e`` folders;
``b1`` and ``b2`` are in PATH, ``c`` is a program in one of them, ``h`` is a function. Of ``$?`` only whether it
is zero is told: bash gives an expansion that fails the status 127 or 1, by how many subshells it is in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from hypothesis import strategies as st

_WORDS: Final = """
a
b
$X
"$X"
'a  b'
"$X $Y"
${X-c}
${Y:-d}
${#X}
$(($? != 0))
$#
"$@"
f*
a:b
~
${X%a}
\\*
$(echo s)
$(cat f)
$(false)
`echo q`
"$(cd d && ls)"
$(X=6; echo $X)
$((X + 1))
$(exit 3)
$(false; echo t)
$(set -e; false; echo u)
$(echo o; false)
$(umask)
$(h)
""".strip("\n").split("\n")
_WORDS_THAT_TELL: Final = """
${X:=v}
$((X = 4))
$((Y += 2))
${X?}
${Y:?unset}
${Z:=$(echo v)}
$-
$_
$LINENO
$0
$PPID
""".strip("\n").split("\n")

_HARMLESS: Final = """
true
false
:
echo a
pwd
umask
ls
mkdir d
mkdir -p d/e
touch f
touch d/f
cat f
rm f
rm -f f
rm -rf d
test -f f
[ -d d ]
echo $(($? != 0))
cp f g
mv f g
chmod 600 f
ln -s f g
printenv X
sh -c 'echo $X$Y$Z'
sh -c 'exit 2'
cat
h
command h
command -v h
c
c $X
type c
command -v c
rm -f b2/c
rm -rf b1
rm -f b1/*
find b1 -delete
echo b1 | xargs rm -rf
echo f?
date >/dev/null
echo X=11 >s
echo 'cd d' >s
echo 'echo $X' >s
echo 'exit 0' >s
echo 'set -e' >s
echo 'X=12; /bin/true' >s
{ mkdir -p b1; echo 'echo 1' >b1/c; chmod +x b1/c; }
{ mkdir -p b2; echo 'echo 2' >b2/c; chmod +x b2/c; }
{ mkdir b2; printf '#!/bin/sh\\necho "$@"' >b2/c && chmod +x b2/c; }
""".strip("\n").split("\n")

_STATEFUL: Final = """
cd d
cd
cd d && ls
cd -
cd d/e || exit 1
command cd d
builtin cd d
command -p cd d
command -pp cd d
X=1
X=2 Y=$X
X=$(echo x y)
X=$(false)
X=5 echo $X
X=5 sh -c 'echo $X'
X=5 :
X=5 eval :
X=5 export Y
X=5 h
X=5 cd d
X=5 command :
export X
export X=3
export Y=$(false)
unset X
unset -f h
readonly X
readonly X=4
umask 077
umask 027
set -u
set -f
set -x
set -C
set -a
set -e
set +e
set +eu
set -eu
set -v
set -o noglob
set -o errexit
set -o pipefail
set --
set -- a b
set a
shift
trap 'echo bye' EXIT
trap 'echo $X' EXIT
trap 'touch g' 0
trap - EXIT
trap 'exit 0' EXIT
trap '' TERM
exit
exit 0
exit 3
exec echo x
exec true
exec false
exec >o
exec 3>f
command exec true
h() { echo h$X; }
h() ( X=7; echo $X )
h() { cd d; }
h() { false; echo h; }
h() { return 3; }
true() { false; }
echo() { printf '%s\\n' E; }
. ./s
. ./f
eval "X=8"
eval 'cd d'
eval 'echo $X'
eval exit
read X <f
read X Y
getopts ab o -a
: ${X:=1}
: $((X = 9))
IFS=:
IFS=
PATH=$PWD/b2:$PATH
hash c
hash -r
$X
${X:-echo} a
command $X
command
printf -v X q
let X=5
wait
ulimit -n 60
local X=1
X= read Y
times >/dev/null
break
return
alias
""".strip("\n").split("\n")

_WORDS_OF_SET: Final = ("set -e", "set -ex", "set -eu", "set -ue", "set -eo pipefail", "set -x", "set -u")
_OPERATORS: Final = (" && ", " && ", " || ")
_REDIRECTS: Final = ("", "", "", " >o", " >>o", " 2>/dev/null", " <f", " 3>&1 >o")
_READERS: Final = (" | cat", " | ( cat; X=2 )", " | while read Z; do echo $Z; done", " | { cat; cd d; X=1; }")
"""What may stand behind a pipe, and before one nothing that writes: no script has a race."""
_LOOPING: Final = re.compile(r"\bh\b(?!\()|\. \./")

Choose = Callable[[Sequence[str]], str]
"""Takes one of several texts."""


class Grammar:
    """Writes scripts, taking one choice after the other."""

    def __init__(self, choose: Choose) -> None:
        self._choose = choose

    def stage(self) -> tuple[str, ...]:
        """Two or three RUNs: all of one kind, or mixed."""
        kind = self._choose(("line", "line", "mixed", "heredoc"))
        return tuple(self._instruction(kind) for _ in range(int(self._choose("223"))))

    def line(self) -> str:
        """The script of one RUN on one line."""
        depth = int(self._choose("112"))
        start = self._choose(("", f"{self._choose(_WORDS_OF_SET)}{self._choose(('; ', '; ', ' && '))}"))
        return start + self._list(depth) + self._choose(("", "", "", ";", " # note", "; # note"))

    def _instruction(self, kind: str) -> str:
        if kind == "mixed":
            kind = self._choose(("line", "lines", "file", "heredoc"))
        if kind == "line":
            return f"RUN {self.line()}"
        if kind == "lines":
            middle = self._choose((" \\\n  && ", " && \\\n  ", "; \\\n# note\n  ", " \\\n\t|| "))
            return f"RUN {self._and_or(1)}{middle}{self._and_or(1)}"
        if kind == "file":
            behind = self._choose((" >f", "", " | cat", " && ls", " ; ls", " || ls", " # note"))
            opener = self._choose(("<<E", "<<'E'"))
            return f"RUN cat {opener}{behind}\nx $X\n{self._choose(_WORDS)}\nE"
        start = self._choose(("", f"{self._choose(_WORDS_OF_SET)}\n"))
        lines = "\n".join(self._and_or(1) for _ in range(int(self._choose("123"))))
        name = self._choose("EEF")
        return f"RUN <<{name}\n{start}{lines}\n{name}"

    def _list(self, depth: int) -> str:
        return "; ".join(self._and_or(depth) for _ in range(int(self._choose("1123"))))

    def _and_or(self, depth: int) -> str:
        text = self._pipeline(depth)
        for _ in range(int(self._choose("0012"))):
            text += self._choose(_OPERATORS) + self._pipeline(depth)
        return text

    def _pipeline(self, depth: int) -> str:
        negation = self._choose(("", "", "", "", "! "))
        before = self._choose((*[""] * 9, ": | "))
        behind = self._choose((*[""] * 7, *_READERS))
        return negation + before + self._command(depth) + behind

    def _command(self, depth: int) -> str:
        kind = self._choose(("harmless", "harmless", "echo", "state", *(("compound",) if depth else ())))
        if kind == "compound":
            return self._compound(depth - 1)
        if kind == "echo":
            return self._echo()
        return self._choose(_STATEFUL if kind == "state" else _HARMLESS)

    def _echo(self) -> str:
        words = " ".join(self._word() for _ in range(int(self._choose("112"))))
        target = self._choose(("", "", " >f", " >>f", " >d/f", " >$X", " >s"))
        program = self._choose(("echo", "echo", "printf '<%s>'"))
        return f"{program} {words}{target}"

    def _word(self) -> str:
        return self._choose(_WORDS_THAT_TELL if self._choose("0001") == "1" else _WORDS)

    def _compound(self, depth: int) -> str:
        kind = self._choose(("( )", "{ }", "if", "if else", "for", "while", "until", "case", "h()", "X=$()", "$()"))
        inner = self._list(depth)
        if kind == "( )":
            return f"( {inner} ){self._choose(_REDIRECTS)}"
        if kind == "{ }":
            return f"{{ {inner}; }}{self._choose(_REDIRECTS)}"
        if kind == "if":
            return f"if {self._and_or(depth)}; then {inner}; fi{self._choose(_REDIRECTS)}"
        if kind == "if else":
            return f"if {self._and_or(depth)}; then {inner}; else {self._list(depth)}; fi"
        if kind == "for":
            return f"for {self._choose('XYZ')} in 1 2; do {inner}; done{self._choose(_REDIRECTS)}"
        if kind == "while":
            return f"while read {self._choose('XYZ')}; do {inner}; break; done <f"
        if kind == "until":
            return f"until {self._and_or(depth)}; do {inner}; break; done"
        if kind == "case":
            return f"case $X in a) {inner};; 1|2) {self._list(depth)};; *) :;; esac"
        if kind == "h()":
            return f"h() {{ {_LOOPING.sub(':', inner)}; }}"
        return f"X=$({inner})" if kind == "X=$()" else f'echo "$({inner})"'


@st.composite
def stages(draw: st.DrawFn) -> tuple[str, ...]:
    """Two or three RUNs, as instructions."""
    return Grammar(lambda options: draw(st.sampled_from(options))).stage()


@st.composite
def pairs(draw: st.DrawFn) -> tuple[str, str]:
    """Two scripts of one line each."""
    grammar = Grammar(lambda options: draw(st.sampled_from(options)))
    return grammar.line(), grammar.line()
