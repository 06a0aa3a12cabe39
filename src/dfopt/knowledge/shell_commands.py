"""What is known of commands in a RUN: shell builtins, daemons, and commands that stay where they are.

Sources: POSIX XCU 2.14 and 2.15 (special builtins), dash(1), busybox ash, bash(1) SHELL BUILTIN COMMANDS.
"""

from __future__ import annotations

from collections.abc import Sequence

from dfopt.expression import Expression
from dfopt.knowledge.programs import SHELLS

LONGEST_ARGUMENT = 128 * 1024 - 1
"""Bytes that Linux takes as one argument of a process (MAX_ARG_STRLEN): the text of ``sh -c`` is one."""

PLAIN_OPTIONS = frozenset(["--norc", "--noprofile", "--posix"])
"""Long options of bash with which it reads no file before its script (bash(1))."""

SHELL_SETTINGS = frozenset(["BASH_ENV", "BASHOPTS", "SHELLOPTS"])
"""Variables that change how a shell reads its script, or that name a file to be read first (bash(1))."""

STATE_BUILTINS = frozenset(
    """
    cd chdir pushd popd dirs export unset readonly read getopts umask ulimit trap exec exit . source eval set shift
    hash local declare typeset let mapfile readarray wait builtin
    """.split()
)
"""Builtins that change, or may change, the state of the shell that runs them."""

SPECIAL_BUILTINS = frozenset(
    """
    : . break continue eval exec exit export readonly return set shift times trap unset source
    """.split()
)
"""Builtins after which a prefix assignment stays in force (POSIX XCU 2.14)."""

NUMBER_PRINTERS = frozenset(["getconf", "nproc"])
"""Commands whose output is a number, where arithmetic takes it."""

UNSAFE_BUILTINS = frozenset(
    """
    alias unalias shopt return coproc enable bind suspend fc history complete compgen
    """.split()
)
"""Builtins whose effect depends on where in the text they stand, or that only some shells have."""

ASKING_BUILTINS = frozenset(["type", "hash"])
"""Builtins that tell which commands the shell remembers."""

BUILTINS = (
    STATE_BUILTINS
    | SPECIAL_BUILTINS
    | UNSAFE_BUILTINS
    | frozenset(
        """
    echo printf test [ true false command type kill pwd jobs fg bg builtin disown times
    """.split()
    )
)
"""Names that a shell does not look up in PATH (a name that only some of the shells build in counts)."""

SHELL_STATE_PARAMETERS = frozenset(
    """
    LINENO PPID BASHPID SECONDS RANDOM SHLVL BASH_SUBSHELL EPOCHSECONDS EPOCHREALTIME BASH_COMMAND SHELLOPTS BASHOPTS
    BASH_EXECUTION_STRING BASH_LINENO FUNCNAME HISTCMD PIPESTATUS BASH_CMDS
    """.split()
) | {"-"}
"""Parameters whose value depends on the text around them or on the process."""

DAEMON_COMMANDS = frozenset(
    """
    nohup setsid disown daemonize service systemctl invoke-rc.d rc-service openrc initctl start-stop-daemon
    supervisord supervisorctl pg_ctl pg_ctlcluster mysqld mysqld_safe mariadbd mariadbd-safe mongod redis-server
    memcached nginx apachectl apache2ctl apache2 httpd sshd crond cron dbus-daemon dockerd containerd Xvfb ntpd
    rsyslogd syslogd rabbitmq-server elasticsearch slapd cupsd avahi-daemon tor dnsmasq named haproxy squid php-fpm
    gpg-agent ssh-agent screen tmux pm2 forever postgres postmaster adb dbus-launch vncserver tigervncserver
    tightvncserver Xvnc Xtightvnc cassandra lighttpd smbd nmbd rpcbind vsftpd xinetd clamd unbound dovecot varnishd
    krb5kdc kadmind searchd Rserve glusterd gpstart gpinitsystem monit atd exim4 db2start php5-fpm asterisk proftpd
    snmpd chronyd nscd twistd pulseaudio zabbix_agentd zabbix_server stunnel stunnel4 freeswitch fail2ban-server start
    restart watchman opensearch svnserve p4d epmd
    """.split()
)
"""Commands that leave processes running: those end with their RUN, and would live into the next one."""

MOUNT_COMMANDS = frozenset(
    """
    mount umount sysctl hostname domainname swapon losetup modprobe ip ifconfig iptables
    """.split()
)
"""Commands whose effect is on the container that runs the RUN, not on the image."""

STARTING_WORDS = frozenset(
    """
    start restart --start --start-server --daemon -daemon --daemonize --detach --background --fork -bg start-domain
    start-cluster start-instance start-database start-all start-server
    """.split()
)
"""Arguments, without ``=value``, that tell a program of an unknown kind to leave a process running."""

STARTING_SCRIPTS = Expression(r"(?:\w+[-_])*start(?:up)?(?:[-_]\w+|[A-Z]\w*)*\.sh")
"""Scripts that are there to start daemons (``startup.sh`` of Tomcat, ``startServer.sh`` of WebSphere)."""

DAEMON_OPTIONS = {
    **dict.fromkeys(["gunicorn", "unicorn", "unicorn_rails", "airflow", "celery"], "-D"),
    **dict.fromkeys(["puma", "thin", "uwsgi", "mosquitto", "freshclam", "rails", "spamd"], "-d"),
    **dict.fromkeys(["erl", "couchbase-server"], "-detached"),
    "sendmail": "-bd",
}
"""Options with which commands go on in the background (their manuals)."""

_IN_BACKGROUND = Expression(r"-[a-zA-Z]*f")
_TESTED = frozenset("nginx apachectl apache2ctl apache2 httpd sshd lighttpd".split())
"""Daemons that ``-t`` has look at their configuration, and end."""
_LAUNCHERS = {
    **dict.fromkeys("poetry pipenv uv conda mamba micromamba pdm rye hatch".split(), "run"),
    "python": "-m",
    "bundle": "exec",
}
"""Tools that start a program of their own: the word behind which it is named."""

CARRIERS = frozenset(
    """
    sh bash dash ash zsh ksh busybox su sudo doas runuser gosu su-exec setuidgid chroot setpriv timeout xargs find nice
    ionice stdbuf script unshare flock parallel watch env tini dumb-init fakeroot eatmydata chpst taskset strace
    softlimit setarch linux32 linux64 xvfb-run chronic unbuffer retry time
    """.split()
)
"""Commands that run the command, or the script, that stands among their arguments."""

TEXT_RUNNERS = SHELLS | {"env", "su", "runuser", "script", "flock", "watch", "parallel"}
"""Those of the CARRIERS that take a script as one argument."""

INPUT_RUNNERS = SHELLS | {"su", "runuser"}
"""Those that run the script that they read."""

FIND_COMMANDS = frozenset(["-exec", "-execdir", "-ok", "-okdir"])
USER_FIRST = frozenset(["su", "gosu", "su-exec", "setuidgid"])
USER_OPTIONS = frozenset(["-u", "-g", "-U", "-G", "--user", "--group"])

SHELL_NAMES = frozenset(["sh", "bash", "dash", "ash"])

REPLACERS = frozenset(
    """
    ln cp mv rm install unlink dd tee rsync update-alternatives alternatives dpkg-divert dpkg-reconfigure
    """.split()
)
"""Commands that may put another program in the place of the shell, if they name one."""

SHELL_PACKAGE = Expression(r"[a-z]+-binsh(?:[=<>~@].*)?")
"""Packages of Alpine that put a shell of their own in the place of ``/bin/sh`` (``dash-binsh``)."""

INSTALLING_COMMANDS = frozenset(
    """
    git make docker-php-ext-install docker-php-source
    """.split()
)
"""Those of the STAYING_COMMANDS that may put any program in PATH."""

READERS = frozenset(
    """
    cat grep egrep fgrep zgrep awk gawk mawk head tail wc ls test [ nproc cut sort uniq tr echo printf stat
    readlink dirname basename md5sum sha1sum sha256sum sha512sum diff cmp od hexdump file uname getconf arch
    expr seq date
    """.split()
)
"""Commands that only read the files that they are given."""

STAYING_COMMANDS = READERS | frozenset(
    """
    rm mkdir rmdir cp mv ln chmod chown chgrp touch find xargs sed tar gzip gunzip bzip2 xz unzip zip tee sleep
    id whoami env which install mktemp sync dd df du ps useradd userdel usermod groupadd groupmod adduser
    addgroup deluser delgroup passwd chpasswd curl wget sh bash dash ash su sudo gpg ldconfig locale-gen
    localedef update-ca-certificates update-alternatives dpkg dpkg-query dpkg-divert dpkg-reconfigure
    debconf-set-selections apt-get apt apt-key apt-cache apt-mark add-apt-repository aptitude apk yum dnf microdnf rpm
    zypper pacman yum-config-manager git make ssh-keygen ssh-keyscan getent chsh setcap strip dos2unix openssl
    a2enmod a2dismod a2ensite a2dissite a2enconf a2disconf phpenmod phpdismod
    docker-php-ext-enable docker-php-ext-configure docker-php-ext-install docker-php-source
    """.split()
)
"""Commands that stay where they are unless a command names them or their package: those of the system, and others
that come from one place."""

BROUGHT_COMMANDS = frozenset(
    """
    git make curl wget tar gzip gunzip bzip2 xz unzip zip sed find xargs grep egrep fgrep zgrep awk gawk mawk diff cmp
    file bash dash sh openssl gpg strip rpm ssh-keygen ssh-keyscan dos2unix getconf which hexdump
    """.split()
)
"""Those of the STAYING_COMMANDS that environments and collections of software bring too (conda-forge; Software
Collections of RHEL), where they are not those of the system."""

COLLECTIONS = frozenset(["coreutils", "busybox", "toybox", "findutils", "util-linux", "uutils"])
"""Packages that bring many of the STAYING_COMMANDS."""

COMMAND_PACKAGE = {
    "pip3": "pip",
    "pip2": "pip",
    "bundle": "bundler",
    "npx": "npm",
    "easy_install": "setuptools",
    "corepack": "npm",
}
"""The package that brings a command, where the names differ."""

LANGUAGE_INSTALLERS = frozenset(
    """
    pip pip2 pip3 gem bundle composer conda mamba micromamba cargo go uv
    """.split()
)
"""Language package managers: they put in PATH what their arguments name."""

LOCAL_INSTALLERS = frozenset(["npm", "yarn", "pnpm", "bun"])
"""Language package managers that put nothing in PATH unless they install globally."""


SET_LETTERS = {
    "a": "allexport",
    "C": "noclobber",
    "e": "errexit",
    "f": "noglob",
    "u": "nounset",
    "v": "verbose",
    "x": "xtrace",
}
"""The long names of options of ``set`` (POSIX XCU 2.14, set)."""
_SET_NAMES = frozenset([*SET_LETTERS.values(), "pipefail"])


def set_options(words: Sequence[str | None], sign: str = "-") -> frozenset[str] | None:
    """The options that the arguments of ``set`` turn on, or off with the sign ``+``.

    None if they say anything else (operands, another option, both signs, a word that is not known).
    """
    found: set[str | None] = set()
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if not word or word[0] != sign or len(word) == 1:
            return None
        for letter in word[1:]:
            if letter == "o":
                name = rest.pop(0) if rest else None
                found.add(name if name in _SET_NAMES else None)
            else:
                found.add(SET_LETTERS.get(letter))
    return frozenset(name for name in found if name) if None not in found else None


def changes_shell(name: str, wrappers: tuple[str, ...], words: tuple[str | None, ...]) -> bool:
    """True if a command may change the state of the shell that runs it, or replace it (``exec``)."""
    if name in STATE_BUILTINS or "exec" in wrappers or runs_text(name, words):
        return True
    if name != "printf" or not words:
        return False
    return len(words) > 1 if words[0] is None else words[0].startswith("-v")


def runs_text(name: str, words: tuple[str | None, ...]) -> bool:
    """True if a builtin runs, now or later, commands that the tree does not show."""
    if name == "command":
        return words[:1] not in ((), ("-v",), ("-V",))
    return name in ("eval", ".", "source", "trap", "builtin")


ALTERNATIVES = frozenset({"alternatives", "update-alternatives"})
"""Commands that put one program in the place of another (alternatives(8))."""
UNPACKERS = frozenset("tar bsdtar unzip cpio rsync cp mv".split())
"""Commands that write files which their arguments need not name."""

_PHP_FPM = Expression(r"php-fpm[0-9.]+")


def _launches_daemon(base: str, words: tuple[str | None, ...]) -> bool:
    """True if a tool that starts programs names a daemon, options of its own in between or not."""
    launcher = _LAUNCHERS.get(base.rstrip("0123456789."))
    inner = words if base == "yarn" else words[words.index(launcher) + 1 :] if launcher and launcher in words else ()
    return any(
        word in DAEMON_COMMANDS.union(DAEMON_OPTIONS) and leaves_processes(word or "", inner[at + 1 :])
        for at, word in enumerate(inner)
    )


_BY_LINE = Expression("-[a-z]*f[a-z]*|--full")


def ends_shells(name: str | None, words: Sequence[str | None]) -> bool:
    """True for a command that ends processes by their command line, or shells: that of a RUN is process 1, which the
    kernel spares, and a subshell is not (pid_namespaces(7), pkill(1))."""
    if name not in ("pkill", "killall"):
        return False
    by_line = name == "pkill" and any(_BY_LINE.fullmatch(word or "") for word in words)
    return by_line or any(word is None or word in SHELLS for word in words)


def leaves_processes(name: str, words: tuple[str | None, ...]) -> bool:
    """True if a command may leave a process running; asking a daemon for its version or a test does not."""
    if name.startswith(("/etc/init.d/", "/etc/rc.d/")):
        return True
    base = name.rpartition("/")[2]
    if base not in DAEMON_COMMANDS and not _PHP_FPM.fullmatch(base):
        if _launches_daemon(base, words):
            return True
        known = base in STAYING_COMMANDS or base in LANGUAGE_INSTALLERS or base in LOCAL_INSTALLERS
        starts = any(word and word.partition("=")[0] in STARTING_WORDS for word in words)
        starts = (
            starts
            or (base in DAEMON_OPTIONS and DAEMON_OPTIONS[base] in words)
            or (base in ("ssh", "autossh") and any(word and _IN_BACKGROUND.match(word) for word in words))
            or STARTING_SCRIPTS.fullmatch(base) is not None
        )
        return not known and (starts or name.endswith("/bin/start"))
    if (
        base == "systemctl"
        and words[:1]
        and words[0] in ("enable", "disable", "mask", "unmask", "set-default", "preset")
    ):
        return "--now" in words
    is_test = words[:1] == ("-t",) and (base in _TESTED or _PHP_FPM.fullmatch(base) is not None)
    return not (is_test or words[:1] in (("--version",), ("--help",)) or words in (("-v",), ("-V",), ("-t",), ("-h",)))
