"""Commands of builds: those of tool chains, those that set up the system, those that leave nothing behind.

Sources: the manuals of the programs; Debian's package lists of bookworm (the priorities ``required`` and ``essential``,
and the file lists of the packages).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dfopt.expression import Expression

BUILDS: Final = Expression(
    r"go|gofmt|golangci-lint|cargo|rustup|rustc|make|gmake|ninja|cmake|ctest|meson|autoreconf|autoconf|automake|aclocal|"
    r"libtoolize|configure|autogen\.sh|g?cc(-\d+)?|[gc]\+\+(-\d+)?|clang(\+\+)?(-\d+)?|ld|ar|ranlib|strip|objcopy|as|"
    r"javac|jar|mvn|mvnw|gradle|gradlew|ant|npm|npx|yarn|yarnpkg|pnpm|tsc|node-gyp|pip\d?(\.\d+)?|uv|poetry|pipenv|"
    r"pytest|ruff|flake8|gem|bundle|bundler|composer|git|hg|svn|gpg|curl|wget|tar|unzip|gunzip|gzip|xz|patch|protoc|rake"
)
"""Tool chains, and what fetches and unpacks sources."""

MODULES: Final = Expression(r"pip|build|compileall|pytest|venv|unittest|ensurepip|mypy|pip_audit")
"""What ``python -m`` runs in a build."""

INTERPRETERS: Final = Expression(r"python\d?(\.\d+)?|node|ruby|php|perl")
CHECKS: Final[Mapping[str, tuple[str, ...]]] = {
    "php": ("-l", "-v", "--version", "-m"),
    "node": ("-v", "--version"),
    "python": ("-V", "--version"),
    "python3": ("-V", "--version"),
    "ruby": ("-v", "--version", "-c"),
}
"""Options of interpreters with which they run nothing."""

QUIET: Final = frozenset(
    """
    echo printf ls cat test [ : true false pwd env set which type command date id uname sleep export whoami grep head
    tail mktemp sha1sum sha256sum sha512sum md5sum getconf dpkg-architecture tr cut wc sort diff cmp ldd file du df cd
    pushd popd umask nproc hash unset exit
    """.split()
)
"""They leave nothing behind, unless they are redirected."""

SETS_UP: Final = frozenset("useradd groupadd adduser addgroup usermod ldconfig".split())
"""They change the system, the same way in whatever stage they run."""
PLACES: Final = frozenset("mkdir touch ln chmod chown chgrp".split())
"""The same of files, if these are there."""
MOVES: Final = frozenset("cp mv install rm rmdir sed tee find xargs unlink truncate".split())
"""They work with what the build has left."""

RIGHTS: Final = Expression(r"[ugoa]*\+[rwxX]*s[rwxXst]*|0?[2467][0-7]{3}")
"""A mode that lets a program run as its owner."""

SCRATCH: Final = Expression(
    r"/tmp(/.*)?|/var/(tmp|cache|log)(/.*)?|/root/\.(cache|m2|npm|cargo|gradle|config|cpan|gnupg|ssh)(/.*)?|/dev/.*|/proc/.*|"
    r"/var/lib/apt(/.*)?|/go/pkg(/.*)?|/usr/local/cargo/registry(/.*)?"
)
"""Folders whose content no program needs when it runs."""

ESSENTIAL: Final = frozenset(
    """
    sh bash dash cat ls cp mv rm mkdir rmdir ln chmod chown chgrp touch echo printf test [ true false sleep date env id
    basename dirname realpath readlink head tail cut sort uniq wc tr tee seq expr mktemp stat du df sync pwd whoami
    nproc timeout nohup nice stty tty uname yes od md5sum sha1sum sha256sum sha512sum base64 split paste join comm fold
    fmt tac install grep egrep fgrep sed awk mawk find xargs gzip gunzip zcat tar diff cmp hostname mount umount su
    runuser setsid flock kill getopt logger dd perl dpkg apt-get getent ldd useradd groupadd usermod adduser addgroup
    passwd chroot update-alternatives run-parts tempfile which
    """.split()
)
"""Programs that every image of Debian has, the slim ones too."""

BUILTINS: Final = frozenset(
    """
    : . [ alias bg break cd command continue echo eval exec exit export false fg getopts hash jobs kill let local printf
    pwd read readonly return set shift source test times trap true type ulimit umask unalias unset wait
    """.split()
)

PROGRAM_PACKAGES: Final[Mapping[str, tuple[str, ...]]] = {
    "curl": ("ca-certificates", "curl"),
    "wget": ("ca-certificates", "wget"),
    "git": ("ca-certificates", "git", "openssh-client"),
    "ffmpeg": ("ffmpeg",),
    "ffprobe": ("ffmpeg",),
    "convert": ("imagemagick",),
    "pg_isready": ("postgresql-client",),
    "psql": ("postgresql-client",),
    "pg_dump": ("postgresql-client",),
    "mysql": ("default-mysql-client",),
    "mysqladmin": ("default-mysql-client",),
    "sqlite3": ("sqlite3",),
    "nc": ("netcat-openbsd",),
    "ps": ("procps",),
    "pgrep": ("procps",),
    "pkill": ("procps",),
    "unzip": ("unzip",),
    "zip": ("zip",),
    "jq": ("jq",),
    "file": ("file",),
    "tini": ("tini",),
    "dumb-init": ("dumb-init",),
    "gosu": ("gosu",),
    "envsubst": ("gettext-base",),
    "rsync": ("openssh-client", "rsync"),
    "ssh": ("openssh-client",),
    "xz": ("xz-utils",),
    "bzip2": ("bzip2",),
    "openssl": ("openssl",),
    "tesseract": ("tesseract-ocr",),
    "gs": ("ghostscript",),
    "pdftotext": ("poppler-utils",),
    "pdftoppm": ("poppler-utils",),
    "graphviz": ("graphviz",),
    "dot": ("graphviz",),
}
"""The packages of Debian that a program comes from, with what it does not work without over a network."""

COMPILERS: Final = Expression(
    r"gcc(-\d+)?|g\+\+(-\d+)?|clang(-\d+)?|llvm(-\d+)?|make|cmake|ninja-build|meson|build-essential|automake|autoconf|libtool|"
    r"libtool-bin|autotools-dev|pkg-config|pkgconf|bison|flex|gettext|m4|binutils|dpkg-dev|debhelper|fakeroot|patch|"
    r"libc6-dev|libc-dev|musl-dev|linux-headers.*|linux-libc-dev|build-base|alpine-sdk|"
    r"apt-transport-https|software-properties-common|lsb-release|apt-utils|debian-archive-keyring|"
    r"protobuf-compiler|python3?(\.\d+)?-dev|ruby-dev|golang(-go|-\d[\d.]*)?|rustc|cargo|maven|ant|gradle|"
    r"default-jdk(-headless)?|openjdk-\d+-jdk(-headless)?|upx(-ucl)?"
)
"""Packages for builds: nothing that was built calls what they bring, unless it is a tool for builds itself."""
TOOLS: Final = Expression(
    r"git|git-core|mercurial|subversion|bzr|curl|wget|zip|unzip|xz-utils|bzip2|tar|gzip|gnupg2?|dirmngr|gdb|valgrind|"
    r"vim|vim-tiny|nano|emacs|less|procps|htop|strace|lsof|net-tools|iputils-ping|dnsutils|telnet|netcat|netcat-openbsd|"
    r"tree|man-db|screen|tmux|jq|file|sqlite3|rsync|openssh-client|nodejs|npm|yarn|python3?|python3?-pip|python3-venv|"
    r"python3-setuptools|python3-wheel"
)
"""Packages for builds and for people: a program needs them at run time only if it calls what they bring."""

LIBRARIES: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "zlib1g-dev": ("z", {"bullseye": "zlib1g", "bookworm": "zlib1g", "trixie": "zlib1g"}),
    "libsqlite3-dev": ("sqlite3", dict.fromkeys(("bullseye", "bookworm", "trixie"), "libsqlite3-0")),
    "libpq-dev": ("pq", dict.fromkeys(("bullseye", "bookworm", "trixie"), "libpq5")),
    "libxml2-dev": ("xml2", dict.fromkeys(("bullseye", "bookworm", "trixie"), "libxml2")),
    "libxslt1-dev": ("xslt", dict.fromkeys(("bullseye", "bookworm", "trixie"), "libxslt1.1")),
    "libbz2-dev": ("bz2", dict.fromkeys(("bullseye", "bookworm", "trixie"), "libbz2-1.0")),
    "liblzma-dev": ("lzma", dict.fromkeys(("bullseye", "bookworm", "trixie"), "liblzma5")),
    "libyaml-dev": ("yaml", dict.fromkeys(("bullseye", "bookworm", "trixie"), "libyaml-0-2")),
    "uuid-dev": ("uuid", dict.fromkeys(("bullseye", "bookworm", "trixie"), "libuuid1")),
    "libuv1-dev": ("uv", {"bullseye": "libuv1", "bookworm": "libuv1", "trixie": "libuv1t64"}),
    "libssl-dev": ("ssl", {"bullseye": "libssl1.1", "bookworm": "libssl3", "trixie": "libssl3t64"}),
    "libcurl4-openssl-dev": ("curl", {"bullseye": "libcurl4", "bookworm": "libcurl4", "trixie": "libcurl4t64"}),
    "libncurses-dev": ("ncurses", dict.fromkeys(("bullseye", "bookworm", "trixie"), "libncurses6")),
    "libncurses5-dev": ("ncurses", {"bullseye": "libncurses6", "bookworm": "libncurses6"}),
    "libreadline-dev": (
        "readline",
        {"bullseye": "libreadline8", "bookworm": "libreadline8", "trixie": "libreadline8t64"},
    ),
    "libffi-dev": ("ffi", {"bullseye": "libffi7", "bookworm": "libffi8", "trixie": "libffi8"}),
    "libpng-dev": ("png", {"bullseye": "libpng16-16", "bookworm": "libpng16-16", "trixie": "libpng16-16t64"}),
    "libjpeg-dev": ("jpeg", dict.fromkeys(("bullseye", "bookworm", "trixie"), "libjpeg62-turbo")),
    "default-libmysqlclient-dev": ("mariadb", dict.fromkeys(("bullseye", "bookworm", "trixie"), "libmariadb3")),
    "libmagic-dev": ("magic", {"bullseye": "libmagic1", "bookworm": "libmagic1", "trixie": "libmagic1t64"}),
}
"""By the package that programs are built with: the name of the library for the linker, and by release of Debian the
package that they run with."""

APK_LIBRARIES: Final[Mapping[str, str]] = {
    "postgresql-dev": "libpq",
    "libpq-dev": "libpq",
    "libffi-dev": "libffi",
    "zlib-dev": "zlib",
    "jpeg-dev": "libjpeg-turbo",
    "libjpeg-turbo-dev": "libjpeg-turbo",
    "libxml2-dev": "libxml2",
    "libxslt-dev": "libxslt",
    "mariadb-connector-c-dev": "mariadb-connector-c",
    "mariadb-dev": "mariadb-connector-c",
    "sqlite-dev": "sqlite-libs",
    "yaml-dev": "yaml",
    "bzip2-dev": "libbz2",
    "xz-dev": "xz-libs",
    "curl-dev": "libcurl",
    "readline-dev": "readline",
}
"""The same for Alpine: packages whose names have stayed through its releases (pkgs.alpinelinux.org)."""

_STEADY = ("bullseye", "bookworm", "trixie")


def library(package: str, release: str, *, is_exact: bool) -> str:
    """The package that a program runs with which was built with another one; empty if that is not known."""
    names = LIBRARIES[package][1]
    if is_exact:
        return names.get(release, "")
    return next(iter(names.values())) if len(names) == len(_STEADY) and len(set(names.values())) == 1 else ""


CRATES: Final[Mapping[str, str]] = {
    "openssl-sys": "ssl",
    "libz-sys": "z",
    "libsqlite3-sys": "sqlite3",
    "pq-sys": "pq",
    "mysqlclient-sys": "mariadb",
    "curl-sys": "curl",
    "lzma-sys": "lzma",
    "ncurses": "ncurses",
}
"""Crates that link with a library of the system, if there is one, and its name for the linker."""
PLAIN_CRATES: Final = Expression(
    r"(?:windows|winapi|web|js|linux-raw|core-foundation|security-framework|dirs|inotify|jemalloc|tikv-jemalloc|libgit2|zstd|"
    r"bzip2|backtrace|libmimalloc|wasi|redox|ipconfig|fuchsia-zircon|schannel|objc|mach|fsevent|kqueue|iana-time-zone|"
    r"onig|aws-lc|pear|errno|system-configuration|clang|librocksdb|lz4|snappy|secp256k1|sodium)[\w-]*-sys"
)
"""Crates named ``-sys`` that link with nothing of the system, or with a copy that they bring."""

LIBC: Final = frozenset("c m pthread dl rt util resolv nsl crypt stdc++ gcc gcc_s stdc++fs".split())
"""Libraries of the linker that every image of Debian has."""
