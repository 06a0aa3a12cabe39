"""Tools that leave a server of their own running, for their next call, and what ends it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from dfopt.expression import Expression
from dfopt.knowledge.manager import NEVER


class Server(msgspec.Struct, frozen=True, kw_only=True):
    """A tool by its commands. Expressions are on the words of a call, with a blank before and behind each, in which
    what is expanded is an expansion in braces."""

    source: str
    commands: frozenset[str]
    starts: Expression
    """A call that may leave a server running."""
    enders: frozenset[str] = frozenset()
    ends: Expression = Expression(NEVER)
    """A call of one of the enders that ends it."""


SERVERS = (
    Server(
        source="https://docs.gradle.org/current/userguide/gradle_daemon.html",
        commands=frozenset({"gradle", "gradlew"}),
        starts=Expression(r"(?!.* (--no-daemon|-Dorg\.gradle\.daemon=false|--status|--version|-v|--help|-h) ).*"),
        enders=frozenset({"gradle", "gradlew"}),
        ends=Expression(r".* --stop .*"),
    ),
    Server(
        source="https://bazel.build/run/client-server",
        commands=frozenset({"bazel", "bazelisk"}),
        starts=Expression(r"(?!.* (--batch|--version|help) ).*"),
        enders=frozenset({"bazel", "bazelisk"}),
        ends=Expression(r".* shutdown .*"),
    ),
    Server(
        # those of MSBuild, of the compiler and of Razor
        source="https://learn.microsoft.com/dotnet/core/tools/dotnet-build-server",
        commands=frozenset({"dotnet"}),
        starts=Expression(r".* (restore|build|publish|test|pack|msbuild|run|watch) .*"),
        enders=frozenset({"dotnet"}),
        ends=Expression(r" build-server shutdown .*"),
    ),
    Server(
        # dirmngr talks to servers of keys, gpg-agent holds secret ones
        source="https://www.gnupg.org/documentation/manuals/gnupg/Invoking-GPG_002dAGENT.html",
        commands=frozenset({"gpg", "gpg2"}),
        starts=Expression(
            r".* (--(recv|receive|search|refresh|locate|fetch|send)\S*|--auto-key-\S+|--list-secret-keys|-K"
            r"|--(full-)?gen(erate)?-key|--quick-\S+|--sign|--clear-?sign|--detach-sign"
            r"|--decrypt|-d|-s|--symmetric|-c|--card-\S+|--edit-key|--export-secret-\S+) .*"
        ),
        # both end by themselves when their home is gone (inotify on it, in agent/gpg-agent.c and dirmngr/dirmngr.c)
        enders=frozenset({"gpgconf", "rm"}),
        ends=Expression(r".* (--kill|\$\{GNUPGHOME\}/?|\S*/\.gnupg/?) .*"),
    ),
    Server(
        source="https://github.com/apache/maven-mvnd",
        commands=frozenset({"mvnd"}),
        starts=Expression(r"(?!.* (--version|-v|--help|-h|--status) ).*"),
        enders=frozenset({"mvnd"}),
        ends=Expression(r".* --stop .*"),
    ),
    Server(
        source="https://buck2.build/docs/users/commands/kill",
        commands=frozenset({"buck", "buck2"}),
        starts=Expression(r".*"),
        enders=frozenset({"buck", "buck2"}),
        ends=Expression(r".* (kill|killall) .*"),
    ),
    Server(
        # pantsd, and Bloop of Scala CLI
        source="https://www.pantsbuild.org/stable/docs/using-pants/key-concepts/pantsd",
        commands=frozenset({"pants", "bloop", "scala-cli"}),
        starts=Expression(r".*"),
    ),
)


TOOLS = frozenset(command for each in SERVERS for command in each.commands)
COMMANDS = TOOLS.union(*(each.enders for each in SERVERS))
"""Those that start one or end one."""


def left_by(base: str, words: Sequence[str]) -> frozenset[str]:
    """The commands of the tool whose server a call may leave; none if it leaves none."""
    found = next((each for each in SERVERS if base in each.commands), None)
    return found.commands if found and not ended_by(base, words) and found.starts.fullmatch(_text(words)) else _NONE


def ended_by(base: str, words: Sequence[str]) -> frozenset[str]:
    """The commands of the tool whose server a call ends."""
    found = next((each for each in SERVERS if base in each.enders), None)
    return found.commands if found and found.ends.fullmatch(_text(words)) else _NONE


_NONE: frozenset[str] = frozenset()


def _text(words: Sequence[str]) -> str:
    return f" {' '.join(words)} "
