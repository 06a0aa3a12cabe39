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
    r"javac|jar|mvn|mvnw|gradle|gradlew|ant|npm|npx|yarn|yarnpkg|pnpm|tsc|node-gyp|pip\d?(\.\d+)?|uv|poetry|pipenv|virtualenv|"
    r"gfortran(?:-\d+)?|fpc|ghc|cabal|stack|ocamlfind|ocamlopt|ocamlc|dune|nim|zig|nasm|"
    r"mkdocs|sphinx-build|jekyll|hugo|eleventy|vitepress|hexo|gatsby|pelican|nikola|vite|webpack|rollup|parcel|esbuild|"
    r"ng|nest|gulp|grunt|bower|turbo|nx|babel|"
    r"docker-php-ext-(?:configure|install|enable)|docker-php-source|pecl|pear|phpize|"
    r"pytest|ruff|flake8|gem|bundle|bundler|composer|git|hg|svn|gpg|curl|wget|tar|unzip|gunzip|gzip|xz|patch|protoc|rake"
)
"""Tool chains, and what fetches and unpacks sources."""

MODULES: Final = Expression(
    r"pip|build|compileall|pytest|venv|unittest|ensurepip|mypy|pip_audit|uv|poetry|pipenv|virtualenv"
)
"""What ``python -m`` runs in a build."""

INSTALLERS: Final = Expression(r"https?://getcomposer\.org/(?:installer|composer\.phar)")
"""Where the installers of programs come from that only builds use; what runs them reads them from a pipe."""

APACHE: Final[Mapping[str, tuple[str, ...]]] = {
    "a2enmod": ("/etc/apache2/mods-enabled",),
    "a2ensite": ("/etc/apache2/sites-enabled",),
    "a2enconf": ("/etc/apache2/conf-enabled",),
}
"""What switches parts of Debian's Apache on, and the folder in which it makes links."""

DISTRIBUTIONS: Final = Expression(
    r"(/.+/(?:build/install/[^/]+|target/universal/stage|target/appassembler)(?=/bin/[^/]+$)|"
    r"/.+/quarkus-app(?=/quarkus-run\.jar$))/.+"
)
"""On the path of a program: Gradle, sbt or Maven has laid it out together with its jars."""

PRUNES: Final = frozenset({"npm prune --omit=dev", "npm prune --omit=dev --legacy-peer-deps", "npm prune --production"})
"""They take away the packages of Node that are for development, and change nothing else."""

INTERPRETERS: Final = Expression(r"python\d?(\.\d+)?|node|ruby|php|perl")
CHECKS: Final[Mapping[str, tuple[str, ...]]] = {
    "php": ("-l", "-v", "--version", "-m", "-i"),
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
    pushd popd umask nproc hash unset exit dir
    """.split()
)
"""They leave nothing behind, unless they are redirected."""

ACCOUNTS: Final = frozenset("useradd groupadd adduser addgroup usermod".split())
"""They make users and groups."""
SETS_UP: Final = ACCOUNTS | {"ldconfig"}
"""They change the system, the same way in whatever stage they run."""
CHANGES_OWNERS: Final = frozenset("chmod chown chgrp".split())
"""They change who may do what with files."""
PLACES: Final = CHANGES_OWNERS | {"mkdir", "touch", "ln"}
"""The same of files, if these are there."""
MOVES: Final = frozenset("cp mv install rm rmdir sed tee find xargs unlink truncate".split())
"""They work with what the build has left."""

RIGHTS: Final = Expression(r"[ugoa]*\+[rwxX]*s[rwxXst]*|0?[2467][0-7]{3}")
"""A mode that lets a program run as its owner."""

PACKED: Final = Expression(r"(?i).*\.(?:deb|rpm|apk|asc|sig|md5|sha\d+|sha\d+sums?)")
"""What is fetched only to install something, or to check it."""

PLAIN_NAME: Final = Expression(r"[\w.+@-]+")
"""The end of an address that is the name of a file, too."""

SCRATCH: Final = Expression(
    r"/tmp(/.*)?|/var/(tmp|cache|log)(/.*)?|/root/\.(cache|m2|npm|cargo|gradle|config|cpan|gnupg|ssh)(/.*)?|/dev/.*|/proc/.*|"
    r"/var/lib/apt(/.*)?|/go/pkg(/.*)?|/usr/local/cargo/registry(/.*)?"
)
"""Folders whose content no program needs when it runs."""

STAYS: Final = Expression(r"/var/(?:cache|log)/(?!apt(?:/|$)|apk(?:/|$)|yum(?:/|$)|dnf(?:/|$)|debconf(?:/|$)).+")
"""Among them, what is made by name for a program to write to."""

CONFIGURATION: Final = Expression(r"/(?:usr/local/)?etc(?:/.*)?")
"""The configuration of the system and of what is installed on it."""
OF_BUILDS: Final = frozenset({"/etc/apt/apt.conf.d/docker-clean"})
"""Configuration without which a container works the same."""

PACKAGE_FILE: Final = Expression(r"\.{0,2}/.*|.*\.(?:deb|rpm|apk)|https?:.*")
"""In the place of the name of a package."""
INSTALLS_FILES: Final = frozenset({"-i", "--install", "--unpack", "-R"})
"""Options of dpkg."""
COMPONENTS: Final = frozenset("main restricted universe multiverse contrib non-free non-free-firmware".split())
"""What ``add-apt-repository`` adds of the system's own packages."""
PLACES_OF_PACKAGES: Final[Mapping[str, Expression]] = {
    "apt": Expression(r" (?:-t|--target-release|--default-release)[ =]?\S+"),
    "apk": Expression(r" (?:-X|--repository|--repositories-file)[ =]?\S+| --allow-untrusted| \S+@\w+"),
    "dnf": Expression(r" --(?:enablerepo|repo|repoid|repofrompath|releasever)[ =]\S+"),
    "microdnf": Expression(r" --(?:enablerepo|repo|repoid|repofrompath|releasever)[ =]\S+"),
    "yum": Expression(r" --(?:enablerepo|repo|repoid|repofrompath|releasever)[ =]\S+"),
}
"""Options that say where packages come from; in the manuals of the managers."""
ALONE: Final = Expression(
    r"ca-certificates|tzdata|tini|dumb-init|gosu|cron|nginx(?:-.*)?|supervisor|curl|wget|git|git-core|openssh-client|"
    r"ffmpeg|jq|file|unzip|zip|rsync|sqlite3|procps|netcat-openbsd|xz-utils|bzip2|openssl|gettext-base|make|libpq5|"
    r"(?:default-mysql|postgresql|mariadb)-client(?:-\d+)?|redis-tools|iproute2|iputils-ping|less|logrotate|locales|"
    r"lib(?:stdc\+\+6|gcc-s1|gomp1|ssl3|sqlite3-0|xml2|z1|ffi8|yaml-0-2|gmp10|zip4|icu72|mariadb3|gfortran5|magic1|gl1|glib2\.0-0)"
)
"""Packages that run without those that they recommend; what they need for TLS or ssh stands with their programs."""
SPEAK_TLS: Final = Expression(r"libcurl(?:3|4).*|libgnutls.*|libssl\d.*")
"""Libraries with which programs speak TLS; the certificates are in a package of its own."""
LEAN: Final = Expression(r"--no-install-recommends|APT::Install-Recommends=\W?(?:0|false|no)")
SILENT: Final = frozenset({"DEBIAN_FRONTEND", "DEBCONF_NONINTERACTIVE_SEEN", "DEBIAN_PRIORITY", "LC_ALL", "LANG"})
"""Variables with which an install leaves the same."""

ESSENTIAL: Final = frozenset(
    """
    sh bash dash cat ls cp mv rm mkdir rmdir ln chmod chown chgrp touch echo printf test [ true false sleep date env id
    basename dirname realpath readlink head tail cut sort uniq wc tr tee seq expr mktemp stat du df sync pwd whoami
    nproc timeout nohup nice stty tty uname yes od md5sum sha1sum sha256sum sha512sum base64 split paste join comm fold
    fmt tac install grep egrep fgrep sed awk mawk find xargs gzip gunzip zcat tar diff cmp hostname mount umount su
    runuser setsid flock kill getopt logger dd dpkg apt-get getent ldd useradd groupadd usermod adduser addgroup
    passwd chroot update-alternatives run-parts tempfile which
    """.split()
)
"""Programs that every image of Debian has, the slim ones too; newer ones are without what ``accounts`` says."""
ESSENTIAL_ON_ALPINE: Final = (
    ESSENTIAL
    - frozenset(
        "bash dash dpkg apt-get mawk useradd groupadd usermod runuser update-alternatives tempfile logger".split()
    )
) | {"ash"}
"""Of these, what every image of Alpine has, where busybox brings them."""

BUILTINS: Final = frozenset(
    """
    : . [ alias bg break cd command continue echo eval exec exit export false fg getopts hash jobs kill let local printf
    pwd read readonly return set shift source test times trap true type ulimit umask unalias unset wait
    """.split()
)

OF_COMPILERS: Final[Mapping[str, tuple[str, ...]]] = {
    "gfortran": ("libgfortran5",),
    "fpc": (),
    "ghc": ("libgmp10",),
    "cabal": ("libgmp10",),
    "ocamlfind": (),
    "ocamlopt": (),
    "dune": (),
    "nim": (),
    "zig": (),
}
"""Compilers of other languages than C, and the packages of Debian that what they build runs with."""
BY_EXTENSION: Final[Mapping[str, str]] = {
    **dict.fromkeys(".f .for .f77 .f90 .f95 .f03 .f08".split(), "gfortran"),
    **dict.fromkeys(".pas .pp .lpr".split(), "fpc"),
    **dict.fromkeys(".hs .lhs".split(), "ghc"),
    ".ml": "ocamlopt",
    ".nim": "nim",
    ".zig": "zig",
}
"""Which of them compiles a file."""

MAKES_PROGRAMS: Final = frozenset({"go", "gcc", "g++", "cc", "c++", *OF_COMPILERS})
"""What is given the name of a program to make."""

PROGRAM_PACKAGES: Final[Mapping[str, tuple[str, ...]]] = {
    "adduser": ("adduser",),
    "addgroup": ("adduser",),
    "curl": ("ca-certificates", "curl"),
    "wget": ("ca-certificates", "wget"),
    "git": ("ca-certificates", "git", "openssh-client"),
    "ffmpeg": ("ffmpeg",),
    "ffprobe": ("ffmpeg",),
    "bash": ("bash",),
    "convert": ("imagemagick",),
    "identify": ("imagemagick",),
    "mogrify": ("imagemagick",),
    "montage": ("imagemagick",),
    "hg": ("ca-certificates", "mercurial"),
    "svn": ("ca-certificates", "subversion"),
    "gpg": ("gnupg",),
    "less": ("less",),
    "msgfmt": ("gettext",),
    "perl": ("perl",),
    "lsof": ("lsof",),
    "ping": ("iputils-ping",),
    "dig": ("dnsutils",),
    "nslookup": ("dnsutils",),
    "scp": ("openssh-client",),
    "sftp": ("openssh-client",),
    "ssh-keygen": ("openssh-client",),
    "ssh-keyscan": ("openssh-client",),
    "pg_restore": ("postgresql-client",),
    "mysqldump": ("default-mysql-client",),
    "pdfinfo": ("poppler-utils",),
    "pdfimages": ("poppler-utils",),
    "pdftohtml": ("poppler-utils",),
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

BROUGHT: Final[Mapping[str, frozenset[str]]] = {
    "nodejs": frozenset({"node", "nodejs"}),
    "npm": frozenset({"npm", "npx"}),
    "python3": frozenset({"python3"}),
}
"""What packages bring that are installed for builds as a rule, and that other images have by themselves."""

OF_LANGUAGE: Final[Mapping[str, frozenset[str]]] = {
    "python": frozenset("python python3 pip pip3".split()),
    "node": frozenset("node npm npx yarn corepack docker-entrypoint.sh".split()),
    "ruby": frozenset("ruby bundle bundler gem rake irb erb".split()),
    "php": frozenset("php php-fpm apache2-foreground docker-php-entrypoint".split()),
}
"""The programs of the images of a language."""

COMPILERS: Final = Expression(
    r"gcc(-\d+)?|g\+\+(-\d+)?|clang(-\d+)?|llvm(-\d+)?|make|cmake|ninja-build|meson|build-essential|automake|autoconf|libtool|"
    r"libtool-bin|autotools-dev|pkg-config|pkgconf|bison|flex|gettext|m4|binutils|dpkg-dev|debhelper|fakeroot|patch|"
    r"libc6-dev|libc-dev|musl-dev|linux-headers.*|linux-libc-dev|build-base|alpine-sdk|"
    r"apt-transport-https|software-properties-common|lsb-release|apt-utils|debian-archive-keyring|"
    r"protobuf-compiler|python3?(\.\d+)?-dev|ruby-dev|golang(-go|-\d[\d.]*)?|rustc|cargo|maven|ant|gradle|"
    r"upx(-ucl)?|"
    r"gfortran(?:-\d+)?|fpc|fp-(?:compiler|units).*|ghc|cabal-install|haskell-stack|libghc-.*-dev|ocaml.*|dune|nim|zig|nasm|"
    r"gcc-c\+\+|glibc-(?:devel|headers|static)|kernel-(?:devel|headers)|redhat-rpm-config|rpm-build|libstdc\+\+-(?:devel|static)"
)
"""Packages for builds: nothing that was built calls what they bring, unless it is a tool for builds itself."""
KITS: Final = Expression(r"(?:default|openjdk-?\d+)-jdk(?:-headless)?|java-[\d.]+-openjdk-devel")
"""Packages that compile and run Java: a program that compiles none may run it."""
COMPILES_JAVA: Final = frozenset("javac mvn mvnw gradle gradlew ant sbt kotlinc scalac lein".split())
TOOLS: Final = Expression(
    r"git|git-core|mercurial|subversion|bzr|curl|wget|zip|unzip|xz-utils|bzip2|tar|gzip|gnupg2?|dirmngr|gdb|valgrind|"
    r"vim|vim-tiny|nano|emacs|less|procps|htop|strace|lsof|net-tools|iputils-ping|dnsutils|telnet|netcat|netcat-openbsd|"
    r"tree|man-db|screen|tmux|jq|file|sqlite3|rsync|openssh-client|nodejs|npm|yarn|python3?|python3?-pip|python3-venv|"
    r"python3-setuptools|python3-wheel"
)
"""Packages for builds and for people: a program needs them at run time only if it calls what they bring."""
