"""What the source of a program starts, by the calls that do."""

from __future__ import annotations

import pytest

from dfopt.facts.program_calls import started
from dfopt.knowledge import program_calls as known
from dfopt.knowledge.program_calls import Calls
from dfopt.shell.argv import argv
from dfopt.shell.nodes import Script
from dfopt.shell.walk import simple_commands


def lines(text: str, rules: Calls) -> list[str]:
    """The commands, with ``$`` for a word that is computed; ``?`` for one that is not known."""
    found: list[str] = []
    for each in started(text, rules):
        for command in simple_commands(each) if isinstance(each, Script) else [each] if each else []:
            view = argv(command)
            found.append(" ".join([view.name or "$", *(word.value or "$" for word in view.words)]))
        found += [] if each else ["?"]
    return found


PYTHON: list[tuple[str, list[str]]] = [
    ('import subprocess\nsubprocess.run(["git", "log"], check=True)', ["git log"]),
    ("import subprocess as sp\nsp.check_output('git log | wc -l', shell=True)", ["git log", "wc -l"]),
    ("from subprocess import run, Popen as P\nrun(['a'])\nP(['b', x])", ["a", "b $"]),
    ("from subprocess import (\n    check_call,\n    PIPE,\n)\ncheck_call(args=['a', '-v'])", ["a -v"]),
    ("import subprocess\nsubprocess.run(shlex.split('git gc'))", ["git gc"]),
    ("import subprocess\nsubprocess.run(['a', *rest])\nsubprocess.run(f'b {x}', shell=True)", ["a $", "b $"]),
    ("import subprocess\nsubprocess.run([tool, '-v'])", ["?"]),
    ("import subprocess\nrunner = partial(subprocess.run, check=True)", ["?"]),
    ("import subprocess\nsubprocess.run([sys.executable, 'x.py'])", []),
    ("import subprocess\ndef f() -> subprocess.Popen:\n    # subprocess.run(['a'])\n    raise X", []),
    ("from os import system\nsystem('a')", ["a"]),
    ("import os\nos.execvp('sh', ['sh', '-c', 'a'])", ["sh -c a"]),
    ("import sh\nsh.git('pull')", ["?"]),
    ("def run(x): ...\nrun(['a'])", []),
]
NODE: list[tuple[str, list[str]]] = [
    ('import { exec, execFile as file } from "node:child_process"\nexec("a b")\nfile("c", ["d"])', ["a b", "c d"]),
    ('const cp = require("child_process")\ncp.spawn("a", args)\ncp.execSync(`b ${x}`)', ["a $", "b $"]),
    ('const { exec } = require("child_process")\nconst sh = util.promisify(exec)\nawait sh("a b")', ["a b"]),
    ('require("child_process").execSync("a")', ["a"]),
    ('const shell = require("shelljs")\nshell.exec("a b")\nshell.rm("x")', ["a b"]),
    ('const spawn = require("cross-spawn")\nspawn.sync("a", ["b"])\nspawn("c")', ["a b", "c"]),
    ('import { execa } from "execa"\nawait execa("a", ["b"])', ["a b"]),
    ('import { exec } from "child_process"\nlog("exec failed")\nmodule.exports = { exec }', ["?"]),
    ('import { $ } from "zx"\nawait $`a b`', ["?", "a b"]),
    ("/x/.exec(text)", []),
]
GO: list[tuple[str, list[str]]] = [
    ('import "os/exec"\nexec.Command("a", "b", x)', ["a b $"]),
    ('exec.CommandContext(r.Context(), "sh", "-c", "a")', ["sh -c a"]),
    ('import osexec "os/exec"\nosexec.Command("a")', ["a"]),
    ('exec.Cmd{Path: "/usr/bin/git"}', ["?"]),
    ('syscall.Exec("/bin/sh", []string{"sh", "a.sh"}, env)', ["/bin/sh a.sh $"]),
    ("func f(c *exec.Cmd) {}", []),
]
OTHERS: list[tuple[str, Calls, list[str]]] = [
    (
        'use std::process::Command;\nCommand::new("sh").current_dir("x").arg("-c").arg("a b");',
        known.RUST,
        ["sh -c a b"],
    ),
    ('std::process::Command::new("a").args(["b", "c"])', known.RUST, ["a b c"]),
    ('use clap::Command;\nCommand::new("app")', known.RUST, []),
    ('system("a b"); popen("c", "r");', known.C, ["a b", "c r"]),
    ('execlp("git", "git", "gc", NULL);', known.C, ["git gc $"]),
    ('Runtime rt = Runtime.getRuntime();\nrt.exec("a b");', known.JAVA, ["a b"]),
    ('new ProcessBuilder(List.of("a", "b")).start()', known.JAVA, ["a b"]),
    ('new ProcessBuilder("a", x).start()', known.JAVA, ["a $"]),
    ("x = `a b`\nsystem 'c', 'd'\nIO.popen(%w[e f])\n%x(g h)", known.RUBY, ["a b", "g h", "c d", "e f"]),
    ("# `a` is called\nputs 'the system is up'\nconn.exec('x')", known.RUBY, []),
    ("<?php $p = new Process(['a', 'b']); $o = `c d`; $q = \"SELECT `id`\";", known.PHP, ["c d", "a b"]),
    ("<p>don't `a`</p><?php curl_exec($c); $db->exec('x');", known.PHP, []),
]


DOTNET: list[tuple[str, list[str]]] = [
    ('Process.Start("ls", "-l");', ["ls -l"]),
    ("Process.Start(path);", ["?"]),
    ("Process.Start(tool, arguments);", ["?"]),
    ('var info = new ProcessStartInfo("git") { Arguments = "gc" };\nProcess.Start(info);', ["git"]),
    ('var info = new ProcessStartInfo { FileName = "zip" };\nProcess.Start(info);', ["zip"]),
    ("var info = new ProcessStartInfo { FileName = tool };", ["?"]),
    ("Process.Start(new ProcessStartInfo(tool));", ["?"]),
    ('ProcessStartInfo info = new("tar", "x");', ["tar"]),
    ("new Process { StartInfo = new() { FileName = tool } }.Start();", ["?"]),
    ('let info = ProcessStartInfo(FileName = "convert")', ["convert"]),
    ('ProcessStartInfo("sh", "-c ls") |> Process.Start', ["sh -c ls"]),
    ('await Cli.Wrap("git").ExecuteAsync();', ["git"]),
    ("await Cli.Wrap(tool).ExecuteAsync();", ["?"]),
    ("header.FileName = upload.Name;", []),
]


@pytest.mark.parametrize(
    ("text", "rules", "expected"),
    [
        *((text, known.DOTNET, expected) for text, expected in DOTNET),
        *((text, known.PYTHON, expected) for text, expected in PYTHON),
        *((text, known.NODE, expected) for text, expected in NODE),
        *((text, known.GO, expected) for text, expected in GO),
        *OTHERS,
    ],
)
def test_started(text: str, rules: Calls, expected: list[str]) -> None:
    assert lines(text, rules) == expected
