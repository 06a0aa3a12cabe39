"""How commands behave in a pipeline whose status is that of all of them (POSIX.1-2024, ``set -o pipefail``)."""

from __future__ import annotations

from typing import Final

WITH_PIPEFAIL: Final = frozenset(["bash", "ash", "zsh", "ksh", "mksh"])
"""Shells that have ``set -o pipefail``: busybox since 1.16 (2010); dash only since 0.5.13, which no Debian has."""

READS_ALL: Final = frozenset(
    """
    tar bsdtar cpio gunzip gzip bunzip2 bzip2 unxz xz zstd unzstd lzma base64 openssl tee sort uniq wc cut tr rev tac
    cat sha1sum sha256sum sha512sum md5sum xargs sed awk gawk mawk jq yq grep gpg apt-key sh bash ash python python3
    node perl ruby psql mysql sqlite3 debconf-set-selections chpasswd patch crontab xxd od tail column nl paste fmt
    envsubst dd rpm2cpio adduser passwd install bc
    """.split()
)
"""Commands that read their standard input to its end; those that ENDS_EARLY finds do not."""

ENDS_EARLY: Final = (
    r"^(head|less|more|true|false|:|read) |^grep .*(-\w*[qm]|--quiet|--silent|--max-count)|^sed .*(\d|\$|/|;|\b)q\b|"
    r"^[gm]?awk .*\bexit\b|^tar .*(--occurrence|-\w*K)|^dd .*count="
)
"""On a command and its words."""

NEVER_FAILS: Final = frozenset(["echo", "printf", ":", "true"])
"""Commands in front of a pipe that lose nothing there."""

MAY_FAIL: Final = frozenset(
    "grep egrep fgrep zgrep rg diff cmp find ls yes which command test [ false timeout expr pgrep ps dpkg rpm".split()
)
"""Commands that say something by their status, that others end by a signal, or that fail in part."""
