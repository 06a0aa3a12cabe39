"""Packages for people who look into a machine by hand, and the programs that they bring.

Sources: the file lists of the packages of Debian 12, Alpine 3.21 and Fedora 40.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dfopt.expression import Expression

DEBUG_TOOLS: Final[Mapping[str, str]] = {
    "vim": "vi vim vimdiff rvim view ex xxd vimtutor",
    "vim-tiny": "vi vim view ex",
    "vim-nox": "vi vim vimdiff view ex",
    "vim-enhanced": "vi vim vimdiff view ex xxd",
    "vim-minimal": "vi view ex",
    "neovim": "nvim",
    "nano": "nano pico rnano",
    "emacs": "emacs emacsclient etags",
    "emacs-nox": "emacs emacsclient etags",
    "joe": "joe jmacs jpico jstar rjoe editor",
    "mc": "mc mcedit mcview mcdiff",
    "less": "less lessecho lesskey lesspipe pager",
    "man-db": "man mandb apropos whatis manpath catman lexgrog",
    "man": "man apropos whatis",
    "manpages": "man",
    "man-pages": "man",
    "manpages-dev": "man",
    "telnet": "telnet",
    "inetutils-telnet": "telnet inetutils-telnet",
    "strace": "strace strace-log-merge",
    "ltrace": "ltrace",
    "gdb": "gdb gcore gstack gdb-add-index gdbtui cgdb",
    "gdbserver": "gdbserver",
    "htop": "htop",
    "iotop": "iotop",
    "iftop": "iftop",
    "ncdu": "ncdu",
    "tcpdump": "tcpdump",
    "traceroute": "traceroute tcptraceroute lft",
    "mtr-tiny": "mtr",
    "bash-completion": "bash_completion complete compgen",
}
"""By package: its programs, and other names by which a file shows that it uses them. Tools that scripts call, such as
netcat, ping, ps and dig, are not here."""

MENTIONS: Final = r"EDITOR|VISUAL|PAGER|core_pattern|ptrace|SYS_PTRACE"
"""In a file: what makes use of editors, pagers and debuggers without a name of one."""

PAGERS: Final = frozenset(["less", "man", "man-db"])
PAGED: Final = (
    "git|aws|awscli|wp|wp-cli|psql|postgresql-client|mysql-client|mariadb-client|presto|trino|mongosh|journalctl|systemd|gh|"
    "glab|bat|delta|irb|pry|ipython|R|sqlplus|hg|svn"
)
"""Programs that show what they print through a pager if there is one; some fail without it."""

WORKED_IN: Final = Expression(
    r"(?i)(?:devcontainer|codespaces|gitpod|jupyter|code-server|vscode|sshd|openssh-server|ttyd|dropbear|theia|"
    r"workspace-|toolbox|buildbot-worker|dev-?environment|\bbyobu\b|\btmux\b|\bzsh\b)"
)
"""In a file or its path: people work in containers of the image."""

SHELLS_TO_WORK_IN: Final = frozenset("bash sh zsh fish ash dash login su screen tmux sleep tail byobu top".split())
"""Programs that a container starts with in which somebody is to work, or which only keep it running for that."""

NO_DOCS: Final[Mapping[str, tuple[str, str]]] = {
    "dnf": ("--setopt=tsflags=nodocs", r"nodocs"),
    "yum": ("--setopt=tsflags=nodocs", r"nodocs"),
    "microdnf": ("--nodocs", r"nodocs"),
}
"""By command: the option that leaves out documentation, and what shows that it is there (dnf(8), yum(8), microdnf(8)).
rpm marks the files; licences are not among them."""

DPKG_NO_DOCS: Final = (
    r"printf 'path-exclude=/usr/share/%s\n' 'doc/*' 'man/*' 'info/*' > /etc/dpkg/dpkg.cfg.d/without-docs",
    "echo 'path-include=/usr/share/doc/*/copyright' >> /etc/dpkg/dpkg.cfg.d/without-docs",
)
"""Commands that keep dpkg from unpacking documentation, but for licences: what the slim images of Debian have too."""

WITH_DOCS: Final = frozenset("debian buildpack-deps python pypy node ruby golang gcc rust perl erlang r-base".split())
"""Official images, with tags that are not slim, of Debian with documentation: others start from a slim one, and those
of Ubuntu leave out documentation, too (/etc/dpkg/dpkg.cfg.d/excludes)."""
