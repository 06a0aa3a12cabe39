"""Words of commands with which nothing is read or written in the folder where they run."""

from __future__ import annotations

from typing import Final

from dfopt.expression import Expression

NAME_OPTIONS: Final = Expression(
    r"-[EGPTjv]|--(only|omit|include|with|without|(only-|no-)?(default-)?groups?|extras?|features|platform|target|arch"
    r"|os|cpu|libc|abi|implementation|python|python-version|python-platform|resolution|log-?level|reporter|color|progress"
    r"|verbosity|configuration|framework|runtime|tag|retry|jobs|timeout|package|mode|build-arg|no-binary|only-binary)"
)
"""Options of installs whose values are names or numbers, and no files (the manuals of the tools)."""

QUIET_CALLS: Final = {
    "corepack": r"(enable|disable)( .*)?|(prepare|install -g|install --global) [\w-]+@\S+( --activate)?|-v|--version",
}
"""Programs, and the words with which they neither read nor write in the folder where they run
(https://github.com/nodejs/corepack#readme)."""

ASK_SYSTEM: Final = frozenset(["nproc", "uname", "arch", "getconf", "id", "hostname", "date"])
"""Programs that print what they know of the machine, and read no files that they are given."""
