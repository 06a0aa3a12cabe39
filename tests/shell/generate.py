"""Random shell texts from the whole grammar, and random damage to them."""

from __future__ import annotations

import re
from random import Random

_NAMES = tuple("a b cd echo apt-get x set n-1.tgz *.c {a,b} k=v -o +x é [ ] % @".split(" "))
_VARIABLES = tuple("x HOME _y1 1 @ * # ? $ ! - 0".split(" "))
_OPERATORS = tuple("- :- + :+ ? :? = := % %% # ##".split(" "))

_TOKENS = re.compile(
    r"\\.|\$\(\(|\$\(|\$\{|\$|&&|\|\||;;|<<-|<<|>>|[<>]&|>\||<>|[ \t]+|\n|[A-Za-z0-9_./-]+|.", re.DOTALL
)

_POOL = (
    *"a b x=1 if then elif else fi for in do done while until case esac { } ! ( ) (( )) [[ ]]".split(" "),
    *"&& || ; ;; ;& & | |& < > >> << <<- <<< <> >| >& <& 2> 2>&1 &> 10> {f}> <( >(".split(" "),
    *r"""$( $(( $(a) ${ ${x ${x} ${x:- ${#x} ${x/ $x $1 $10 $@ $ $[ $' $" ' " ` \` \ \$ \" '' "" "$x" '$x'""".split(
        " "
    ),
    *"# #c = += a=( f() time select function coproc alias ~ * ? [ ] % @( !( - -- . : 1 9 é".split(" "),
    *("\n", " ", "", "\t", "\\\n", "<<E\n", "\nE\n", "\n\tE\n", "<<'E' a\nb\nE\n", "\r", " # c\n", "\\\\\n", "\x0b"),
)


class Generator:
    """Texts that are valid or nearly so, of a bounded size."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.budget = 0
        self.heredocs: list[str] = []

    def body(self) -> str:
        self.budget = self.random.randint(3, 40)
        self.heredocs = []
        text = self.statements()
        return text + self.newline() if self.heredocs else text

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def blank(self) -> str:
        return self.random.choice((" ", " ", " ", "  ", "\t", " \\\n"))

    def newline(self) -> str:
        text = "\n" + "".join(self.heredocs)
        self.heredocs = []
        return text

    def separator(self) -> str:
        end = self.random.choice((";", "; ", " & ", "line", "comment", " ;line"))
        if end == "comment":
            return " # c 'x" + self.newline()
        return end.replace("line", self.newline()) if "line" in end else end

    def statements(self, closed: bool = False) -> str:
        text = self.and_or()
        while self.budget > 0 and self.chance(0.5):
            text += self.separator() + self.and_or()
        return text + self.separator() if closed else text

    def and_or(self) -> str:
        text = self.pipeline()
        while self.budget > 0 and self.chance(0.3):
            joint = self.random.choice((" && ", " || ", "&&", " ||", " && line", " && # c line"))
            text += joint.replace("line", self.newline()) + self.pipeline()
        return text

    def pipeline(self) -> str:
        text = ("! " if self.chance(0.1) else "") + self.command()
        while self.budget > 0 and self.chance(0.15):
            text += self.random.choice((" | ", "|")) + self.command()
        return text

    def command(self) -> str:
        self.budget -= 1
        if self.budget <= 0 or self.chance(0.7):
            return self.simple()
        kinds = (self.group, self.subshell, self.conditional, self.loop, self.for_loop, self.case, self.function)
        text = self.random.choice(kinds)()
        return text + (self.blank() + self.redirect() if self.chance(0.2) else "")

    def group(self) -> str:
        return "{ " + self.statements(closed=True) + "}"

    def subshell(self) -> str:
        return self.random.choice(("(", "( ")) + self.statements() + ")"

    def conditional(self) -> str:
        text = "if " + self.statements(closed=True) + "then " + self.statements(closed=True)
        while self.chance(0.2):
            text += "elif " + self.statements(closed=True) + "then " + self.statements(closed=True)
        if self.chance(0.3):
            text += "else " + self.statements(closed=True)
        return text + "fi"

    def loop(self) -> str:
        keyword = self.random.choice(("while ", "until "))
        return keyword + self.statements(closed=True) + "do " + self.statements(closed=True) + "done"

    def for_loop(self) -> str:
        words = "".join(self.blank() + self.word() for _ in range(self.random.randint(0, 3)))
        heads = (f" in{words}; do ", f" in{words}\ndo ", "; do ", " do ", "\nin a; do ")
        return "for i" + self.random.choice(heads) + self.statements(closed=True) + "done"

    def case(self) -> str:
        text = "case " + self.word() + self.random.choice((" in ", " in\n", "\nin "))
        for _ in range(self.random.randint(0, 3)):
            pattern = self.random.choice(("|", " | ")).join(self.word() for _ in range(self.random.randint(1, 2)))
            inner = self.statements() if self.chance(0.8) else ""
            text += self.random.choice(("", "(")) + pattern + ") " + inner + self.random.choice((" ;; ", ";;\n"))
        return text + "esac"

    def function(self) -> str:
        kinds = (self.group, self.subshell, self.conditional)
        return self.random.choice(("f() ", "f ( )\n", "g(){ a; }; f()")) + self.random.choice(kinds)()

    def simple(self) -> str:
        items = ["x=" + (self.word() if self.chance(0.7) else "")] if self.chance(0.15) else []
        items += [self.redirect()] if self.chance(0.05) else []
        items += [self.random.choice(_NAMES)] + [self.word() for _ in range(self.random.randint(0, 4))]
        items += [self.redirect() for _ in range(self.random.randint(1, 2))] if self.chance(0.2) else []
        return self.blank().join(items)

    def redirect(self) -> str:
        if self.chance(0.2):
            return self.heredoc()
        operator = self.random.choice(("<", ">", ">>", ">|", "<>", "2>", "> ", "3<"))
        return operator + self.word() if self.chance(0.7) else self.random.choice(("2>&1", ">&2", "<&-", "1>& 2"))

    def heredoc(self) -> str:
        operator = self.random.choice(("<<", "<<-"))
        tabs = "\t" if operator == "<<-" else ""
        first = ("a b", "$x", "it's", '"', "\\$x \\\\ \\a", "${x:-b}", "$(a)", "`a`", "", "E ", "é")
        lines = [self.random.choice(first)]
        lines += [self.random.choice(("$((1+2))", "#", "c", "\tt", "a\\"))] if self.chance(0.3) else []
        self.heredocs.append("".join(tabs + line + "\n" for line in lines) + tabs + "E\n")
        return operator + self.random.choice(("", " ")) + self.random.choice(("E", "'E'", '"E"', "\\E", "E"))

    def word(self) -> str:
        return "".join(self.part() for _ in range(self.random.choice((1, 1, 1, 2, 3))))

    def part(self) -> str:
        kind = self.random.randint(0, 13)
        if kind < 6:
            return self.random.choice(_NAMES)
        if kind < 8:
            return self.dollar(False)
        if kind == 8:
            return self.random.choice(("'a b'", "'\"$x'", "''", "'#'", "'a\\'"))
        if kind == 9:
            return self.random.choice(("\\$", "\\ ", "\\a", '\\"', "\\\\", "\\\n"))
        if kind == 10:
            return self.backquoted()
        return '"' + "".join(self.quoted_part() for _ in range(self.random.randint(0, 3))) + '"'

    def quoted_part(self) -> str:
        return (
            self.dollar(True)
            if self.chance(0.4)
            else self.random.choice(
                ("a b", "'", "\\$", "\\a", '\\"', "\\\\", "#", "$", "\\\n", "é", "}", ";", "`a b`", "(", "<(")
            )
        )

    def backquoted(self) -> str:
        inner = ("a", "a | b", "a \\$x", "a 'b'", "a \\`b\\`", "", "a \\\\$x", "x=1; a # c")
        return "`" + self.random.choice(inner) + "`"

    def dollar(self, quoted: bool) -> str:
        self.budget -= 1
        kind = self.random.randint(0, 6)
        name = self.random.choice(_VARIABLES)
        if kind < 2:
            return "$" + name
        if kind == 2:
            return self.random.choice(("${" + name + "}", "${#" + name + "}"))
        if kind == 3 and self.budget > 0:
            return "$(" + self.statements() + (self.newline() if self.heredocs else "") + ")"
        if kind == 4:
            return self.random.choice(("$((1 + x))", "$((x*(2+$y)))", "$(($(a)))", "$(( (1) ))", "$((x<<2))"))
        word = self.random.choice(("", "a", "a b", "$y", "*.", "\\$", "`a`", "$(b)", "/*", "{", "(", ";"))
        if not quoted and self.chance(0.4):
            word = self.random.choice(("'a'", '"b $y"', "\\}", "a'}'b"))
        return "${" + name + self.random.choice(_OPERATORS) + word + "}"


def dense(random: Random) -> str:
    """A few tokens without much between them."""
    tokens = [random.choice(_POOL) for _ in range(random.randint(2, 8))]
    return random.choice(("", "", " ")).join(tokens)


def mutated(text: str, random: Random) -> str:
    """The text after a few tokens have been deleted, inserted, swapped, doubled or replaced."""
    tokens = _TOKENS.findall(text)
    for _ in range(random.choice((1, 1, 2, 3))):
        at = random.randrange(len(tokens)) if tokens else 0
        action = random.randrange(5)
        if action == 0:
            del tokens[at : at + 1]
        elif action == 1:
            tokens.insert(at, random.choice(_POOL))
        elif action == 2:
            tokens[at : at + 2] = tokens[at : at + 2][::-1]
        elif action == 3:
            tokens[at:at] = tokens[at : at + random.randint(1, 3)]
        else:
            tokens[at : at + 1] = [random.choice(_POOL)]
    return "".join(tokens)
