"""RUNs joined so that the second one notices the first (hazards 9, 10, 12, 17), or so that one of them differs."""

from __future__ import annotations

from tests.validation.attempts import Attempt, change, merge

_BASH = 'FROM debian:12\nSHELL ["/bin/bash", "-c"]\n'
_STRICT = 'FROM debian:12\nSHELL ["/bin/bash", "-eo", "pipefail", "-c"]\n'
_PIPEFAIL = 'FROM debian:12\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\n'

_LONG = " \\\n".join(["echo", *["x" * 1000] * 80])
"""More than half of what one argument of a process may be."""


def _leak(name: str, first: str, second: str, *, head: str = "FROM debian:12\n") -> Attempt:
    """The first script changes its shell: joined as it is it is wrong, in a subshell it is right."""
    return merge(name, 9, first, second, right=f"( {first} ) && {second}", head=head)


def _use(name: str, exchange: str) -> Attempt:
    """What comes or goes may be the program that the shell remembers."""
    return _leak(name, "cmake --version", f"{exchange} && cmake .")


LEAKS: tuple[Attempt, ...] = (
    _leak("cd", "cd /x && a", "b"),
    _leak("chdir", "chdir /x && a", "b"),
    _leak("pushd", "pushd /x", "b", head=_BASH),
    _leak("an-assignment", "X=1", "b $X"),
    _leak("the-variable-of-a-loop", "for x in 1; do a; done", "b $x"),
    _leak("read", "read x < f", "b $x"),
    _leak("getopts", "getopts a x", "b $x"),
    _leak("an-assigning-expansion", ": ${x:=1}", "b $x"),
    _leak("an-assigning-expansion-in-quotes", 'echo "${x=1}"', "b $x"),
    _leak("arithmetic", ": $((x = 1))", "b $x"),
    _leak("arithmetic-that-counts", ": $((x++))", "b $x"),
    _leak("arithmetic-on-a-value-that-assigns", "echo $((x))", "b $PATH"),
    _leak("export", "export A=1 && a", "b"),
    _leak("unset", "unset A", "b $A"),
    _leak("readonly", "readonly A=1", "A=2 b"),
    _leak("a-prefix-of-a-special-builtin", "A=1 :", "b $A"),
    _leak("set-u", "set -u", "b $A"),
    _leak("set-f", "set -f", "b *"),
    _leak("set-x", "set -x", "b"),
    _leak("pipefail", "set -o pipefail", "b | c", head=_BASH),
    _leak("positional-parameters", "set -- a", "b $1"),
    _leak("shift", "shift 0", "b $1"),
    _leak("ifs", "IFS=:", "b $PATH"),
    _leak("umask", "umask 077", "b"),
    _leak("ulimit", "ulimit -c 0", "b"),
    _leak("a-trap", "trap c EXIT", "b"),
    _leak("a-function", "b() { a; }", "b"),
    _leak("exec", "exec a", "b"),
    _leak("exec-of-descriptors", "exec 3> f", "b >&3"),
    _leak("exit", "a || exit 0", "b"),
    _leak("an-exit-in-braces", "{ a; exit 0; }", "b"),
    merge("dot", 9, ". /env", "b"),
    merge("dot-in-a-subshell", 9, ". /env && a", "b", "( . /env && a ) && b"),
    merge("source", 9, "source /env", "b", head=_BASH),
    merge("source-in-a-subshell", 9, "source /env && a", "b", "( source /env && a ) && b", head=_BASH),
    _leak("eval", "eval a", "b"),
    merge("eval-of-a-value", 9, 'eval "$(a)"', "b", '( eval "$(a)" ) && b'),
    merge("a-command-of-unknown-name", 9, "$A", "b"),
    _leak("command-cd", "command cd /x", "b"),
    merge("builtin-cd", 9, "builtin cd /x", "b", head=_BASH),
    _leak("a-quoted-cd", "'cd' /x", "b"),
    _leak("printf-v", "printf -vA x", "b $A", head=_BASH),
    _leak("a-cd-in-an-if", "if a; then cd /x; fi", "b"),
    _leak("a-cd-in-a-while", "while a; do cd /x; done", "b"),
    _leak("a-cd-in-a-case", "case $A in x) cd /x ;; esac", "b"),
    _leak("a-cd-in-braces", "{ cd /x; }", "b"),
    _leak("a-new-version-of-a-command", "pip install -U pip", "pip install x"),
    _use("programs-by-a-pattern", "ln -s /opt/tools/bin/* /usr/local/bin/"),
    _use("programs-by-a-loop", '( for f in /opt/tools/bin/*; do install "$f" /usr/local/bin; done )'),
    _use("programs-by-find", "find /opt/tools/bin -type f -exec ln -s {} /usr/local/bin/ \\;"),
    _use("programs-of-an-archive", "cpio -idm < /opt/tools.cpio"),
    _use("programs-that-chmod-makes", "chmod +x /usr/local/bin/*"),
    _use("programs-that-chmod-takes", "chmod -x /usr/local/bin/*"),
    _use("programs-that-find-deletes", "find /usr/local/bin -type f -delete"),
    _use("programs-of-pip-before-those-of-apt", "pip3 install torch"),
    _use("programs-of-npm-before-those-of-apt", "npm install -g cmake-all"),
    _use("programs-that-pip-takes", "pip3 uninstall -y torch"),
    _use("programs-that-npm-takes", "npm rm -g cmake-all"),
    _leak("a-new-version-behind-a-pipe", "foo | cat && gem install foo", "foo"),
    _leak("a-command-that-was-asked-for", "command -v foo && gem install foo", "foo x"),
    _leak("a-folder-of-programs-that-goes", "foo && rm -rf /venv", "foo x"),
    _leak("programs-that-go-by-a-pattern", "foo && rm /usr/local/bin/f*", "foo x"),
    _leak("programs-that-find-takes-away", "foo && find /venv -delete", "foo x"),
    _leak("programs-that-an-unknown-script-brings", "foo && curl u | sh", "foo x"),
    _leak("an-archive-over-the-programs", "node a && curl x | tar xz -C /usr/local", "node b"),
)

APART: tuple[Attempt, ...] = (
    merge("a-background-job", 9, "a & b", "c", "{ a & b; } && c"),
    merge("a-background-job-in-a-subshell", 9, "( a & )", "c"),
    merge("a-service", 9, "service mysql start && m", "b"),
    merge("an-init-script", 9, "/etc/init.d/mysql start", "b"),
    merge("nohup", 9, "nohup a", "b"),
    merge("a-daemon-for-another-user", 9, "sudo -u postgres pg_ctl start", "b"),
    merge("a-daemon-in-su", 9, 'su postgres -c "pg_ctl start -w"', "b"),
    merge("a-job-in-sh-c", 9, "bash -c 'a & sleep 5; b'", "c"),
    merge("an-unknown-program-that-starts", 9, "/opt/tomcat/bin/catalina.sh start", "b"),
    merge("a-script-that-starts", 9, "/opt/tomcat/bin/startup.sh", "b"),
    merge("a-verb-that-starts", 9, "asadmin start-domain", "b"),
    merge("an-option-that-starts", 9, "uwsgi --daemonize=/log x.ini", "b"),
    merge("a-server-of-screens", 9, "tightvncserver :1", "b"),
    merge("a-server-in-the-background", 9, "x11vnc -bg", "b"),
    merge("the-line-number", 9, "a", "echo $LINENO"),
    merge("the-parent", 9, "a", "echo $PPID"),
    merge("the-options", 9, "a", "echo $-"),
    merge("the-depth", 9, "echo $BASH_SUBSHELL", "b", head=_BASH),
    merge("the-last-word", 9, "a x", "echo $_"),
    merge("the-whole-script", 9, "a", "echo $BASH_EXECUTION_STRING", head=_BASH),
    merge("the-statuses-of-a-pipeline", 9, "a | b", "echo $PIPESTATUS", head=_BASH),
    merge("shopt", 9, "shopt -s extglob", "b *", head=_BASH),
    merge("an-err-trap", 9, "trap a ERR; b; c", "d", "( trap a ERR; b; c ) && d", head=_BASH),
    merge("an-err-trap-in-lower-case", 9, "trap a err; b; c", "d", "( trap a err; b; c ) && d", head=_BASH),
    merge("a-path-of-the-container", 34, "echo h >> /etc/hosts", "curl h"),
    merge("a-path-below-dev-shm", 34, 'a > "/dev/shm/$A"', "b"),
    merge("a-path-of-the-container-in-sudo", 34, "sudo sh -c 'echo h >> /etc/hosts'", "curl h"),
    merge("a-path-of-the-container-in-an-option", 34, "wget -O/dev/shm/x u", "b"),
    merge("a-path-of-the-container-the-long-way", 34, "a > /tmp/..//dev/shm/x", "b"),
    merge("a-path-of-the-container-in-a-text-that-a-shell-reads", 34, "echo 'a > /dev/shm/x' | sh", "b"),
    merge("a-daemon-in-a-here-document", 9, "sh <<E\nnginx\nE", "b", "sh <<E && b\nnginx\nE"),
    merge("a-mounted-folder", 9, "mount -t tmpfs x /x", "b"),
    merge("a-hard-link", 9, "ln a b", "echo >> a"),
    merge("a-hard-link-by-cp", 9, "cp -al a b", "echo >> a/c"),
    merge("a-hard-link-by-busybox", 9, "/bb/busybox --install /bb", "b"),
    merge("a-hard-link-by-rsync", 9, "rsync -a --link-dest=/a /a/ /b", "c"),
    merge("a-hard-link-of-a-package", 9, "apt-get install -y unzip", "chmod 700 /usr/bin/unzip"),
    merge(
        "a-hard-link-of-a-package-by-pattern", 9, "apk add git", "strip /usr/libexec/git-core/*", head="FROM alpine\n"
    ),
    merge(
        "a-hard-link-of-a-package-in-sh-c",
        9,
        "dnf install -y a",
        "sh -c 'cd /usr/bin; chmod 700 a'",
        head="FROM fedora\n",
    ),
    merge("a-hard-link-of-a-clone", 9, "git clone /a /b", "chown -R 1000 /b"),
    merge("a-hard-link-of-a-store", 9, "pnpm add a", "chown -R u /app", head="FROM node:18\nWORKDIR /app\n"),
    merge("a-hard-link-of-a-cache", 9, "uv sync", "find . -exec chown u {} +", head="FROM x\nWORKDIR /app\n"),
    merge("a-hard-link-of-an-archive", 9, "tar -xf a.tar -C /opt", "chmod 700 /opt/a/b"),
    merge("another-sh", 12, "ln -sf /bin/bash /bin/sh", "source /env"),
    merge("another-sh-by-dpkg", 12, "dpkg-reconfigure -f noninteractive dash", "source /env"),
    merge("another-sh-by-a-package", 12, "apk add dash-binsh", "source /env", head="FROM alpine\n"),
    merge("another-sh-by-xargs", 12, "echo dash | xargs dpkg-reconfigure", "source /env"),
    merge("another-sh-by-a-redirection", 12, "cat /bin/bash > /bin/sh", "source /env"),
    merge("a-locale-of-bash", 12, "locale-gen", "echo *", head=f"{_BASH}ENV LANG=en_US.UTF-8\n"),
    merge("a-locale-of-sh", 12, "dnf install -y glibc-langpack-de", "b", head="FROM fedora\nARG LC_ALL=de_DE.UTF-8\n"),
    merge("a-locale-that-is-not-known", 12, "sh -c 'localedef -i a b'", "c", head="FROM x\nARG L\nENV LC_CTYPE=$L\n"),
    merge("the-folder-itself", 11, "rm -rf /app && git clone u /app", "make", head="FROM debian:12\nWORKDIR /app\n"),
    merge("the-folder-above", 11, "rm -rf ../../srv && b", "c", head="FROM debian:12\nWORKDIR /srv/app\n"),
    merge("the-folder-by-a-pattern", 11, "rm -rf /srv/*", "c", head="FROM debian:12\nWORKDIR /srv/app\n"),
    merge("a-folder-that-the-base-may-start-in", 11, "rm -rf /var/www/html", "c", head="FROM php:8-apache\n"),
    merge("the-folder-by-xargs", 11, "echo /app | xargs rm -rf", "c", head="FROM debian:12\nWORKDIR /app\n"),
    merge("the-folder-in-sh-c", 11, "sh -c 'cd / && rm -rf app'", "c", head="FROM debian:12\nWORKDIR /app\n"),
    merge("the-folder-in-a-variable", 11, "rm -rf $D", "c", head="FROM debian:12\nENV D=/app\nWORKDIR /app\n"),
    merge("the-folder-with-its-account", 11, "userdel -r u", "c", head="FROM debian:12\nWORKDIR /home/u\n"),
    merge("the-folder-behind-a-link", 11, "ln -sfn /v2 /app", "c", head="FROM debian:12\nWORKDIR /app\n"),
    merge("the-folder-above-behind-a-link", 11, "unlink /app", "c", head="FROM debian:12\nWORKDIR /app/x\n"),
    merge("a-path-of-the-container-in-env", 34, "a > $D/x", "c", head="FROM debian:12\nENV D=/dev/shm\n"),
    merge("a-path-of-the-container-in-a-variable", 34, "D=/dev/shm; a > $D/x", "c", "( D=/dev/shm; a > $D/x ) && c"),
    merge("a-line-for-a-number", 20, "a >> /etc/passwd", "echo $HOME", head="FROM debian:12\nUSER 1000\n"),
    merge("another-passwd", 20, "cp a /etc/passwd", "echo $HOME"),
    merge("the-home-of-root-in-bash-c", 20, "bash -c 'usermod -d /new root'", "echo $HOME"),
    merge("the-user-itself", 20, "sudo usermod -aG docker bob", "docker x", head="FROM debian:12\nUSER bob\n"),
    merge("the-home-of-root", 20, "usermod -d /new root", "echo $HOME"),
)

LISTS: tuple[Attempt, ...] = (
    merge("a-sequence-loses-its-failure", 10, "a; b", "c", "a; b; c", right="{ a; b; } && c"),
    merge("a-sequence-without-braces", 10, "a", "b; c", "a && b; c", right="a && { b; c; }"),
    merge("an-or-without-braces", 10, "a", "b || c", "a && b || c", right="a && { b || c; }"),
    merge("an-or-that-skips", 10, "a || true", "b", "a || { true && b; }", right="a || true && b"),
    merge("or-for-and", 10, "a", "b", "a || b", right="a && b"),
    merge("semicolon-for-and", 10, "a", "b", "a; b", right="a && b"),
    merge("background-for-and", 10, "a", "b", "a & b"),
    merge("a-pipe-for-and", 10, "a", "b", "a | b"),
    merge("the-other-order", 10, "a", "b", "b && a"),
    merge("the-first-is-dropped", 10, "a", "b", "b"),
    merge("the-second-is-dropped", 10, "a", "b", "a"),
    merge("one-runs-twice", 10, "a", "b", "a && a && b"),
    merge("a-negation-lost", 10, "! a", "b", "a && b", right="! a && b"),
    merge("a-negation-that-spreads", 10, "! a", "b", "! { a && b; }"),
    merge("swallowed-by-an-if", 10, "if a; then b; fi", "c", "if a; then b; c; fi", right="if a; then b; fi && c"),
    merge("swallowed-by-a-loop", 10, "while a; do b; done", "c", "while a; do b; c; done"),
    merge("swallowed-by-a-function", 10, "f() { a; }; f", "c", "f() { a; c; }; f"),
    merge("swallowed-by-a-comment", 8, "a # x", "b", "a # x && b", right="a \\\n# x\n    && b"),
    merge("a-redirection-spreads", 8, "a > f", "b", "{ a && b; } > f", right="a > f && b"),
    merge("a-prefix-spreads", 8, "A=1 a", "b", "export A=1; a && b"),
    merge(
        "a-here-document-moves", 8, "cat <<E > f\nx\nE", "b", "cat > f && b <<E\nx\nE", right="cat <<E > f && b\nx\nE"
    ),
    merge("set-e-in-front-of-and", 33, "set -e; a; b", "c", "( set -e; a; b ) && c", right="set -e; a; b; set +e; c"),
    merge("set-e-in-braces", 33, "set -e; a; b", "c", "{ set -e; a; b; } && c"),
    merge("set-e-stays-on", 33, "set -e; a; b", "c; d", "set -e; a; b; c; d", right="set -e; a; b; set +e; c; d"),
    merge("set-e-comes-in", 33, "a; b", "c", "set -e; a; b; c"),
    merge("set-e-goes", 33, "set -e; a; b", "set -e; c", "{ a; b; } && c", right="set -e; a; b; c"),
    merge(
        "set-e-and-a-last-list", 33, "set -e; a && b", "set -e; c", "set -e; a && b; c", right="set -e; ( a && b ); c"
    ),
    merge(
        "set-e-and-a-last-negation", 33, "set -e; ! a", "set -e; c", "set -e; ! a; c", right="set -e; ( { ! a; } ); c"
    ),
    merge("a-negation-in-a-subshell", 33, "! a ${X?}", "b", "( ! a ${X?} ) && b", right="( { ! a ${X?}; } ) && b"),
    merge(
        "set-e-and-a-cd", 33, "set -e; cd /x; a", "set -e; b", "set -e; cd /x; a; b", right="set -e; ( cd /x; a ); b"
    ),
    merge("set-eu-is-half-undone", 33, "set -eu; a", "b $c", "set -eu; a; set +e; b $c"),
    merge(
        "pipefail-of-the-shell-is-undone",
        33,
        "set -eo pipefail; a",
        "b | c",
        "set -eo pipefail; a; set +eo pipefail; b | c",
        right="set -eo pipefail; a; set +e; b | c",
        head=_PIPEFAIL,
    ),
    merge("pipefail-comes-in", 33, "yes | a", "b", "set -o pipefail; yes | a && b", head=_BASH),
    merge("a-strict-shell-and-braces", 33, "a; b", "c; d", "{ a; b; } && { c; d; }", right="a; b; c; d", head=_STRICT),
    merge(
        "a-strict-shell-and-a-subshell", 33, "cd /x; a", "b", "( cd /x; a ) && b", right="( cd /x; a ); b", head=_STRICT
    ),
    merge("a-strict-shell-and-dot", 33, ". /env", "b", "( . /env ); b", head=_STRICT),
    merge("a-strict-shell-and-eval", 33, "eval a", "b", "( eval a ) && b", right="( eval a ); b", head=_STRICT),
    merge(
        "a-strict-shell-and-a-last-list", 33, "a && b", "c; d", "a && b; c; d", right="( a && b ); c; d", head=_STRICT
    ),
)

_SPLIT = "FROM debian:12\nRUN a\n{0}\nRUN b\n"


def _across(name: str, instruction: str, *, last: bool = True) -> Attempt:
    """RUNs joined across an instruction, which then stands behind or before both."""
    joined = f"RUN a && b\n{instruction}\n" if last else f"{instruction}\nRUN a && b\n"
    return Attempt(name=name, hazard=17, before=_SPLIT.format(instruction), after=f"FROM debian:12\n{joined}")


ACROSS: tuple[Attempt, ...] = (
    _across("across-env", "ENV A=1"),
    _across("across-env-upwards", "ENV A=1", last=False),
    _across("across-arg", "ARG A=1"),
    _across("across-user", "USER nobody"),
    _across("across-workdir", "WORKDIR /x"),
    _across("across-shell", 'SHELL ["/bin/bash", "-c"]'),
    _across("across-copy", "COPY a /b"),
    _across("across-add", "ADD a /b"),
    _across("across-volume", "VOLUME /x"),
    _across("across-onbuild", "ONBUILD RUN c"),
    Attempt(
        name="across-from", hazard=17, before="FROM a\nRUN b\nFROM c\nRUN d\n", after="FROM a\nRUN b && d\nFROM c\n"
    ),
    Attempt(
        name="across-a-config-that-sees-nothing",
        hazard=17,
        before=_SPLIT.format("LABEL a=1"),
        after="FROM debian:12\nRUN a && c\nLABEL a=1\n",
        right="FROM debian:12\nRUN a && b\nLABEL a=1\n",
    ),
    merge("other-mounts", 17, "--mount=type=cache,target=/c a", "b", "--mount=type=cache,target=/c a && b"),
    merge(
        "a-mount-lost",
        15,
        "--mount=type=cache,target=/c a",
        "--mount=type=cache,target=/c b",
        "a && b",
        right="--mount=type=cache,target=/c a && b",
    ),
    merge(
        "tmpfs-twice",
        17,
        "--mount=type=tmpfs,target=/t a",
        "--mount=type=tmpfs,target=/t b",
        "--mount=type=tmpfs,target=/t a && b",
    ),
    merge(
        "a-writable-bind-twice",
        17,
        "--mount=type=bind,target=/t,rw a",
        "--mount=type=bind,target=/t,rw b",
        "--mount=type=bind,target=/t,rw a && b",
    ),
    merge(
        "a-mount-of-unknown-type-twice",
        17,
        "--mount=type=$T,target=/t a",
        "--mount=type=$T,target=/t b",
        "--mount=type=$T,target=/t a && b",
    ),
    merge("another-network", 17, "--network=none a", "b", "a && b"),
    merge("exec-form", 12, '["a"]', '["b"]', "a && b"),
    merge("another-shell", 12, "a", "b", "a && b", head='FROM debian:12\nSHELL ["pwsh", "-c"]\n'),
    merge("a-shell-that-runs-a-wrapper", 12, "a", "b", head='FROM debian:12\nSHELL ["/bin/sh", "/wrapper", "-c"]\n'),
    merge("a-login-shell", 12, "a", "b", head='FROM debian:12\nSHELL ["/bin/bash", "-lc"]\n'),
    merge("an-interactive-shell", 12, "a", "b", head='FROM debian:12\nSHELL ["/bin/bash", "-ic"]\n'),
    merge("a-start-up-file", 12, "a", "b", head="FROM debian:12\nARG BASH_ENV=/x\n"),
    merge("windows", 12, "a", "b", "a && b", head="# escape=`\nFROM mcr.microsoft.com/windows/nanoserver:ltsc2022\n"),
    merge("a-heredoc-with-a-shebang", 12, "<<E\n#!/usr/bin/perl\na\nE", "b", "<<E\n#!/usr/bin/perl\na && b\nE"),
    merge("a-script-that-is-not-modelled", 12, "[[ a ]]", "b"),
    merge("too-long", 17, _LONG, _LONG),
    change("onto-another-folder", 9, "FROM a\nRUN cd /x && b\n", "RUN cd /x && b", "WORKDIR /x\nRUN b"),
)

TABLE = (*LEAKS, *APART, *LISTS, *ACROSS)
