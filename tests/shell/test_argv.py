"""What a command runs."""

from __future__ import annotations

import pytest

from dfopt.shell.argv import Argv, argv
from dfopt.shell.nodes import Script
from dfopt.shell.parser import parse
from dfopt.shell.walk import simple_commands


def view(text: str) -> Argv:
    script = parse(text)
    assert isinstance(script, Script)
    return argv(simple_commands(script)[0])


@pytest.mark.parametrize(
    ("text", "name", "wrappers", "words"),
    [
        ("apt-get install x", "apt-get", (), ["install", "x"]),
        ("'apt-get' \"install\"", "apt-get", (), ["install"]),
        ("A=b C=$d apt-get x", "apt-get", (), ["x"]),
        ("/usr/bin/apt-get x", "/usr/bin/apt-get", (), ["x"]),
        ("x=1", None, (), []),
        (">f", None, (), []),
        ("$a b", None, (), ["b"]),
        ("a$b c", None, (), ["c"]),
        ("sudo apt-get x", "apt-get", ("sudo",), ["x"]),
        ("sudo -E -H A=b apt-get -y", "apt-get", ("sudo",), ["-y"]),
        ("/usr/bin/sudo -n -- a", "a", ("sudo",), []),
        ("sudo -u postgres psql", "sudo", (), ["-u", "postgres", "psql"]),
        ("sudo -E -u a b", "sudo", (), ["-E", "-u", "a", "b"]),
        ("sudo", "sudo", (), []),
        ("sudo $x a", None, ("sudo",), ["a"]),
        ("env A=b C=$d apk add x", "apk", ("env",), ["add", "x"]),
        ("env -i a", "env", (), ["-i", "a"]),
        ("env A=b", "env", (), ["A=b"]),
        ("command apt x", "apt", ("command",), ["x"]),
        ("command -v apt", "command", (), ["-v", "apt"]),
        ("exec a b", "a", ("exec",), ["b"]),
        ("exec -a a b", "exec", (), ["-a", "a", "b"]),
        ("exec 2>f", "exec", (), []),
        ("nice -n 10 a b", "a", ("nice",), ["b"]),
        ("nice -n10 a", "a", ("nice",), []),
        ("nice -10 a", "a", ("nice",), []),
        ("nice a", "a", ("nice",), []),
        ("nice -n", "nice", (), ["-n"]),
        ("nohup nice sudo env X=1 a b", "a", ("nohup", "nice", "sudo", "env"), ["b"]),
        ("sudo sudo -u x a", "sudo", ("sudo",), ["-u", "x", "a"]),
        ("/usr/bin/time -p make -j", "make", ("time",), ["-j"]),
    ],
)
def test_names_and_wrappers(text: str, name: str | None, wrappers: tuple[str, ...], words: list[str]) -> None:
    found = view(text)
    assert (found.name, found.wrappers, [word.value for word in found.words]) == (name, wrappers, words)


def test_the_base_name() -> None:
    assert view("/usr/bin/apt-get").base == "apt-get"
    assert view("apt-get").base == "apt-get"
    assert view("$x").base is None


def test_settings_of_wrappers() -> None:
    assert [word.value for word in view("env A=b sudo C=$d x E=f").settings] == ["A=b", None]
    assert view("A=b x").settings == ()
    assert [assign.name for assign in view("A=b env C=d x").command.assignments] == ["A"]


def test_options_and_operands() -> None:
    found = view('install -y a --x=b -o"$c" - $d -- -e')
    assert [word.value for word in found.options] == ["-y", "--x=b", None]
    assert [word.value for word in found.operands] == ["a", "-", None, "-e"]
    assert view("a b").options == ()
