"""Which programs leave hard links behind and where, and which change a file under all of its names.

In a layer of its own a change is made to a copy of the file, and its other names keep what they had.
"""

from __future__ import annotations

import msgspec

from dfopt.knowledge.manager import NEVER


class Linker(msgspec.Struct, frozen=True, kw_only=True):
    """A program that makes hard links, and the folders in which the names of what it links are.

    In a folder ``**`` is any number of folders, ``{.}`` the folder that it runs in, ``{}`` each of its operands,
    ``{-C --dir}`` the values of these options, and ``{-C --dir .}`` the folder that it runs in if there are none.
    """

    source: str
    commands: str
    """On the base name of the command."""
    words: str
    """On its words, with a blank before and after each and ``$`` for one that is not known: it makes links."""
    without: str = NEVER
    """On the words: it makes none."""
    copying: str = NEVER
    """On a setting as ``NAME=value``: it makes none."""
    folders: tuple[str, ...]
    variables: tuple[str, ...] = ()
    """Variables that name such a folder."""
    whole: str = NEVER
    """On the path of a folder: all of them are in it, unless an option or a variable says otherwise."""
    texts: bool = True
    """False if no text that a script appends something to is taken to be one of them."""


SYSTEM = ("/usr", "/bin", "/sbin", "/lib*")
"""Where packages of the system have their files (FHS 3.0). Debian's perl and unzip, git and the compiled Python of
Fedora have several names for one file in there."""

NOT_SYSTEM = ("/usr/local",)
"""What packages leave alone in there (FHS 3.0, 4.9)."""

LINKERS = (
    Linker(
        source="https://man7.org/linux/man-pages/man1/dpkg.1.html",
        commands="dpkg",
        words=r" (-[a-zA-Z]*i|--install|--unpack) ",
        folders=SYSTEM,
    ),
    Linker(
        source="https://man7.org/linux/man-pages/man8/rpm.8.html",
        commands="rpm",
        words=r" (-[a-zA-Z]*[iUF][a-zA-Z]*|--install|--upgrade|--freshen|--reinstall) ",
        folders=SYSTEM,
    ),
    Linker(
        source="https://git-scm.com/docs/git-clone#Documentation/git-clone.txt---local",
        commands="git",
        words=r" clone (-\S+ ([^\s:$-][^\s:$]* )?)*\.{0,2}/",
        without=r" (--no-hardlinks|--no-local|-s|--shared) ",
        folders=("{}", "{.}"),
    ),
    Linker(
        source="https://pnpm.io/faq",
        commands="pnpm|pnpx",
        words=r" (install|i|add|update|up|upgrade|fetch|dlx|import|deploy|ci|install-test|it) ",
        without=r" --package-import-method=(copy|clone) ",
        folders=("{-C --dir --prefix .}/**/node_modules", "/**/pnpm", "/**/.pnpm*", "/**/store"),
        variables=("PNPM_HOME",),
    ),
    Linker(
        source="https://docs.astral.sh/uv/concepts/cache/",
        commands="uv",
        words=r" (pip (install|sync)|sync|add|run|tool|venv) ",
        without=r" (-n|--no-cache|--no-cache-dir|--link-mode[= ](copy|clone|symlink)) ",
        copying=r"UV_LINK_MODE=(copy|clone|symlink)|UV_NO_CACHE=(1|true|yes|on|t|y|True|TRUE)",
        folders=("/**/site-packages", "/**/uv"),
        variables=("UV_CACHE_DIR",),
    ),
    Linker(
        source="https://bun.sh/docs/install/cache",
        commands="bun",
        words=r" (install|i|add|update|x|create) ",
        without=r" --backend[= ](copyfile|symlink) ",
        folders=("/**/node_modules", "/**/.bun"),
        variables=("BUN_INSTALL_CACHE_DIR",),
    ),
    Linker(
        source="https://docs.conda.io/projects/conda/en/latest/user-guide/configuration/settings.html",
        commands="conda|mamba|micromamba",
        words=r" (install|create|update|upgrade) ",
        without=r" --(always-softlink|copy|always-copy) ",
        folders=("/**/*conda*", "/**/*forge*", "/**/*mamba*", "{-p --prefix}"),
        variables=("CONDA_PREFIX", "CONDA_DIR", "CONDA_PKGS_DIRS", "MAMBA_ROOT_PREFIX"),
        whole=r"(/[^/]*)*(conda|mamba|forge)[^/]*|/opt",
    ),
    Linker(
        source="https://doc.rust-lang.org/cargo/guide/build-cache.html",
        commands="cargo|cross",
        words=r" (build|b|test|t|run|r|bench|rustc|chef) ",
        folders=("/**/target", "{--target-dir}"),
        variables=("CARGO_TARGET_DIR",),
    ),
    Linker(
        source="https://www.gnu.org/software/tar/manual/html_node/hard-links.html",
        commands="tar|bsdtar",
        words=r"^ -?[a-zA-Z]*x| (-[a-zA-Z]*x[a-zA-Z]*|--extract|--get) ",
        folders=("{-C --directory .}",),
        texts=False,
    ),
    Linker(
        source="https://www.gnu.org/prep/standards/html_node/Standard-Targets.html",
        commands="make|gmake|bmake|ninja|ninja-build|cmake|meson|scons|perl|Build",
        words=r" \S*install\S* ",
        folders=(*SYSTEM, "/opt"),
    ),
)

ANYWHERE = {
    "link": r".*",
    "ln": r"(?!(.* )?(-[a-zA-Z]*s[a-zA-Z]*|--symbolic|--version) ).*",
    "cp": r"(.* )?(-[a-zA-Z]*l[a-zA-Z]*|--link) .*",
    "busybox": r"--install (?!(.* )?-s ).*",
    "rsync": r"(.* )?(-[a-zA-Z]*H[a-zA-Z]*|--hard-links|--link-dest(=\S*)?) .*",
    "hardlink": r"(?!(-\S+ )*(-n|--dry-run|-h|--help|--version) ).*",
    "hadori": r"(?!(-\S+ )*(-n|--dry-run|-h|--help|--version) ).*",
    "jdupes": r"(.* )?(-[a-zA-Z]*L[a-zA-Z]*|--link-?hard) .*",
    "rdfind": r"(.* )?-makehardlinks true .*",
    "fclones": r"(.* )?link .*",
}
"""On the words of a command, with a blank behind each: it makes hard links of files that any other may write to
later."""

CHANGERS = {
    "chmod": 1,
    "chown": 1,
    "chgrp": 1,
    "chcon": 1,
    "chattr": 1,
    "setcap": 1,
    "setfacl": 0,
    "setfattr": 0,
    "strip": 0,
    "touch": 0,
    "truncate": 0,
}
"""Programs that change a file in its place, and how many of their operands come before the files. Others write a new
file and put it in the place of the old one (install, mv, sed -i, the package managers)."""

PROGRAMS = ("/usr/bin", "/usr/sbin", "/usr/lib*", "/usr/libexec", "/bin", "/sbin", "/lib*")
"""Where packages of the system have files with several names that something else may be written over."""

OVERWRITERS = {
    "cp": r"(?!(.* )?(--remove-destination|-[a-zA-Z]*[ls][a-zA-Z]*) ).*",
    "tee": r"(?!(.* )?(-a|--append) ).*",
    "dd": r".*",
}
"""On the words of a command, with a blank behind each: it writes into a file that is there already. So do ``>`` and
what downloads into a file that is named; ``install``, ``mv`` and ``sed -i`` make a new one."""

OUTPUTS = {"curl": ("-o", "--output"), "wget": ("-O", "--output-document"), "gpg": ("-o", "--output")}
"""Options of programs with the file that they write."""

COPIERS = frozenset({"cp", "mv", "install", "tee"})
"""Programs that write the file that is their last operand, if it is no folder."""
