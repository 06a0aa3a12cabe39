"""Which variables of the environment programs read, and which names stand for what a build is stamped with.

Sources: POSIX XBD 8, environ(7), ld.so(8), locale(7), the GNU C Library manual, dash(1), bash(1), and ENVIRONMENT in
the manual of each program. Expressions are for a whole name, whatever its case.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from dfopt.expression import Expression

READ_BY_ANY: Final = Expression(
    # the loader, the C library, the resolver
    r"LD_.*|GLIBC_.*|MALLOC_.*|M_.*|MUSL_.*|LANG|LANGUAGE|LC_.*|LOCPATH|NLSPATH|CHARSET|OUTPUT_CHARSET|TZ|TZDIR|GCONV_.*"
    r"|GETCONF_DIR|RES_OPTIONS|LOCALDOMAIN|HOSTALIASES|NIS_.*|TMP|TEMP|TMPDIR|DATEMSK|SEGFAULT_.*|TEXTDOMAIN.*|FAKE.*"
    # shells, which every script needs
    r"|PATH|HOME|PWD|OLDPWD|CDPATH|IFS|ENV|SHELL|SHELLOPTS|SHLVL|PS[0-4]|PPID|OPT(ARG|IND|ERR)|LINENO|MAIL.*|FPATH|_"
    r"|BASH.*|POSIX.*|_POSIX.*|FIGNORE|GLOBIGNORE|HIST.*|EXECIGNORE|TIMEFORMAT|INPUTRC|PROMPT_.*|RANDOM|SECONDS|TMOUT"
    r"|IGNOREEOF|UID|EUID|GROUPS|HOSTNAME|HOSTTYPE|MACHTYPE|OSTYPE|DIRSTACK|FUNC.*|COMP.*|COPROC|REPLY|PIPESTATUS|MAPFILE"
    # coreutils and the like, as a whole
    r"|USER|LOGNAME|TERM.*|COLUMNS|LINES|LS_.*|BLOCK_?SIZE|D[FU]_.*|QUOTING_STYLE|TIME_STYLE|TABSIZE|OMP_.*|NO_COLOR"
    r"|SIMPLE_BACKUP_SUFFIX|VERSION_CONTROL|GREP_.*|SHRED_.*|COREUTILS_.*|BUSYBOX.*|TERMINFO.*|EDITOR|VISUAL|PAGER|LESS.*"
    # encryption, and the files and hosts that it trusts
    r"|OPENSSL.*|SSL_.*|SSLKEYLOGFILE|GNUTLS.*|NSS_.*|P11_.*|KRB5.*|LDAP.*|CARES_.*|XDG_.*|NETRC|.*_PROXY",
    re.IGNORECASE,
)
"""What any program may read. A shell reads its own variables, and nothing else that a script does not name."""

READERS: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        """
        : [ test true false cd echo exit printf read return shift sleep umask wait break continue getopts
        basename cat chgrp chmod chown cksum cmp comm cp cut dd dirname du expr head id link ln ls md5sum mkdir mkfifo
        mktemp mv nproc od paste pwd readlink realpath rm rmdir seq sha1sum sha224sum sha256sum sha384sum sha512sum
        sort stat sync tac tail tee touch tr truncate uname uniq unlink wc whoami
        grep egrep fgrep find gzip gunzip zcat bzip2 bunzip2 xz unxz tar unzip curl wget
        """.split(),
        "",
    ),
    "gzip": "GZIP",
    "gunzip": "GZIP",
    "zcat": "GZIP",
    "bzip2": "BZIP2?",
    "bunzip2": "BZIP2?",
    "xz": "XZ_.*",
    "unxz": "XZ_.*",
    "tar": "TAR_.*|TAPE|RSH|RMT|GZIP|BZIP2?|XZ_.*|ZSTD_.*|LZOP|PIGZ|PBZIP2.*",
    "unzip": "UNZIP.*|ZIPINFO.*",
    "curl": "CURL_.*|QLOGDIR|IPFS_.*|SSH_.*",
    "wget": "WGETRC|SYSTEM_WGETRC|WGET.*",
    "nproc": "OMP_.*",
}
"""Programs that read no other variables than these and those that any may read, and what starts no other programs."""

STARTS_OTHERS: Final[Mapping[str, str]] = {
    "find": r"-(exec|ok|fls|fprint|files0).*",
    "[": "-v",
    "test": "-v",
    "tar": r"(-[a-zA-Z]*[FIT].*)|--(to-|use-c|checkpoint-|rsh|rmt|info-|new-vol|transform|xform|files-).*",
    "sort": r"--(compress|files0).*",
    "curl": r"-[a-zA-Z]*K.*|--(config|variable|expand|engine).*",
    "wget": r"--(config|use-askpass|execute).*|-[a-zA-Z]*e.*",
    "xz": r"--files.*",
    "read": r".*",
    "wait": r".*",
}
"""Words with which they may start others all the same, or read what to do from a file."""

HELD_IN: Final = Expression(r"/proc(?![\w-]|/(?!self\b|thread-self\b)[a-z][\w-]*)|\bENVIRON\b")
"""In a text: a folder in which Linux shows the environment of a process (proc(5): environ), by its number, a pattern or
a variable; and how awk shows its own (POSIX, awk)."""

PRINTS: Final[Mapping[str, str]] = {
    "export": r"(-p)?",
    "set": r"",
    "declare": r"(-[a-zA-Z]*[px][a-zA-Z]*)?",
    "typeset": r"(-[a-zA-Z]*[px][a-zA-Z]*)?",
}
"""Builtins of shells that print their variables, with these words (POSIX, XCU 2.14; the manual of bash)."""

STAMPS: Final = Expression(
    r"(VCS|GIT|SCM|SVN|HG)_?(REF|SHA1?|REV|REVISION|COMMIT|COMMIT_?(SHA1?|HASH|ID|REF|DATE|TIME)|HASH|BRANCH|TAG|URL"
    r"|REPO|REPO_?URL|SHORT_?SHA|DESCRIBE|DIRTY|VERSION|STATE|TREE_?STATE|INFO)"
    r"|(SOURCE_|SRC_|LAST_|CI_|APP_|DOCKER_|IMAGE_)?(COMMIT|COMMIT_?(SHA1?|HASH|ID|REF|DATE)|REVISION|GIT_?SHA|SHORT_?SHA)"
    r"|(BUILD|CREATED|CREATION|RELEASE|IMAGE|APP_BUILD|COMMIT)_?(DATE|TIME|DATETIME|TIMESTAMP|STAMP)"
    r"|BUILD_?(ID|NUMBER|NUM|NO|URL|REF|REVISION|REV|VERSION|TAG|SHA1?|COMMIT|COMMIT_?SHA|BRANCH|INFO|HOST|USER|BY)"
    r"|(APP_|IMAGE_|RELEASE_|CONTAINER_|BUILD_)?(DATE|CREATED|CREATED_AT|BUILT_AT)|DATE_CREATED"
    r"|CI_(JOB|PIPELINE|BUILD|COMMIT)_[A-Z_]*|GITHUB_(SHA|REF|REF_NAME|RUN_ID|RUN_NUMBER)|SOURCE_BRANCH|DRONE_[A-Z_]*"
    r"|(TRAVIS|CIRCLE|JENKINS|BITBUCKET|BUILDKITE)_(BUILD|COMMIT|SHA1|JOB|BRANCH|TAG)[A-Z_]*",
    re.IGNORECASE,
)
"""Names of what differs from build to build and says which one it was (opencontainers/image-spec, annotations: created,
revision; label-schema.org: build-date, vcs-ref; the predefined variables of CI services)."""

CONFIGURES: Final = Expression(
    rf"{READ_BY_ANY.pattern}"
    r"|SOURCE_DATE_EPOCH|BUILDKIT_.*|(TARGET|BUILD)(PLATFORM|OS|ARCH|VARIANT)|.*CACHE.*|.*BUST.*|.*(TOKEN|SECRET|PASS|KEY).*"
    r"|DEBIAN_.*|DEBCONF_.*|DEB_.*|DPKG_.*|APT_.*|UCF_.*|NEEDRESTART_.*|RUNLEVEL|POLICYRCD|ACCEPT_.*|.*EULA.*|MSSQL_.*|DD_.*"
    r"|APK_.*|YUM.*|DNF.*|RPM_.*|ZYPP.*|INSTALL_.*|K3S_.*|NVIDIA_.*|CUDA_.*|PIP_.*|PIPENV_.*|POETRY_.*|UV_.*|PY.*|PYTHON.*"
    r"|SETUPTOOLS_.*|VIRTUALENV.*|CONDA_.*|MAMBA_.*|NPM_.*|NODE_?(ENV|OPTIONS|PATH|MIRROR|EXTRA_.*)|NODE_.*_OPTIONS|NVM_.*"
    r"|YARN_.*|PNPM_.*|BUN_.*|COREPACK_.*|GO[A-Z0-9]{2,}|CGO_.*|CARGO.*|RUST.*|RUBY.*|GEM_.*|BUNDLE.*|RAILS_.*|RACK_.*"
    r"|COMPOSER_.*|PHP_.*|PHPIZE_.*|PECL_.*|JAVA_.*|JDK_.*|MAVEN_.*|M2_.*|GRADLE_.*|DOTNET_.*|NUGET_.*|ASPNETCORE_.*|PERL.*"
    r"|R_.*|CC|CXX|CPP|LD|AR|AS|CFLAGS|CXXFLAGS|CPPFLAGS|LDFLAGS|LIBS|MAKE.*|MFLAGS|CMAKE_.*|PKG_CONFIG.*|PREFIX|DESTDIR"
    r"|JOBS|MAX_JOBS|V|DEBUG|VERBOSE|CI|DISPLAY|GPG.*|GNUPG.*|SSH_.*|GIT_(DIR|CONFIG.*|SSH.*|TRACE.*|EXEC_PATH|AUTHOR.*"
    r"|COMMITTER.*|ASKPASS|TERMINAL_PROMPT|CURL.*|HTTP.*|SSL.*|PROXY.*|WORK_TREE|INDEX_FILE|LFS.*|PROTOCOL.*)",
    re.IGNORECASE,
)
"""Names that package managers, compilers and builders are set up with (their manuals), or that are meant to make what
follows run again."""

OF_PROJECT: Final = Expression(
    r"(MY_?|THE_?)?(APP|APPLICATION|PROJECT|PROGRAM|SERVICE|SERVER|BACKEND|FRONTEND|WEB|WEBAPP|SITE|API|CODE|SRC|SOURCES?"
    r"|WORK|WORKDIR|WORKSPACE|DEPLOY|DEPLOYMENT|LOGS?|LOGGING|DB|DATABASE|DATA|STATIC|MEDIA|UPLOADS?|TEMPLATES?|MODELS?"
    r"|FLASK|DJANGO|UVICORN|GUNICORN|UWSGI|CELERY|SQLALCHEMY|ALEMBIC|FASTAPI|STREAMLIT|SPRING|PHX|SENTRY)(_?\w+)?"
    r"|(BASE|HOME|ROOT|MAIN|TARGET)_?(DIR|FOLDER)|DIR|FOLDER|ROOT|DOCUMENT_ROOT|\w+_DOCUMENT_ROOT",
    re.IGNORECASE,
)
"""Names by which a project is told where it lies and how to run (manuals of the frameworks): no installer is known to
read one, but for those that ``CONFIGURES`` fits as well."""

PREPARES: Final = frozenset(
    """
    adduser useradd usermod deluser userdel addgroup groupadd groupmod delgroup gpasswd chpasswd passwd chsh
    apt-key add-apt-repository apt-add-repository gpg dpkg dpkg-query dpkg-reconfigure dpkg-divert dpkg-statoverride
    debconf-set-selections rpm rpmkeys yum-config-manager update-ca-certificates update-ca-trust update-alternatives
    update-locale update-rc.d ldconfig locale-gen localedef sed awk gawk mawk date install set export unset
    ssh-keyscan ssh-keygen openssl a2enmod a2dismod a2ensite a2dissite docker-php-ext-install docker-php-ext-configure
    docker-php-ext-enable pecl setcap fc-cache zstd 7z which type gpgconf lsb_release
    """.split()
)
"""Programs that set up a system: none is known to read a name that is no setting."""

INSTALLS: Final[Mapping[str, str]] = {
    **dict.fromkeys("apt apk yum dnf microdnf tdnf zypper pacman".split(), ".*"),
}
"""The package managers of systems, and the verbs with which they run nothing of the project: on the whole verb."""

FETCHES: Final[Mapping[str, str]] = {
    **dict.fromkeys("pip pipenv poetry npm yarn pnpm bun gem bundle composer conda mamba micromamba".split(), ".*"),
    "uv": "pip install|pip sync|sync|tool install|venv",
    "go": "mod (download|verify)|version|env",
    "dotnet": "restore|tool install|tool restore|workload install",
    "cargo": "fetch|vendor",
    "maven": r"dependency:[\w-]+",
    "cpanm": ".*",
    "install2.r": ".*",
}
"""The same of those of languages. What they install may run scripts of its own, and so may the project."""

RUNS: Final = frozenset("run run-script test start exec build x publish pack dlx script start-server".split())
"""Verbs with which those that have any verb above run the project."""

CHEAP: Final = frozenset(
    """
    : [ test true false cd echo exit printf pwd mkdir rm rmdir ln touch chmod chown chgrp mv cat sed grep set export
    useradd adduser groupadd addgroup usermod passwd chpasswd basename dirname uname id whoami tee ls
    cut head tail tr sort uniq wc date seq ldconfig pwd read return exit
    """.split()
)
"""Commands that take no time worth a cache."""

CHEAP_WITH: Final = {"rpm": "--import"}
"""The same of a command with a word."""
