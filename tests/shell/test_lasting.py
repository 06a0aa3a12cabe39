"""What a command leaves that the next RUN would not meet."""

from __future__ import annotations

import pytest

from dfopt.shell.argv import argv
from dfopt.shell.effects import effects
from dfopt.shell.isolation import piece
from dfopt.shell.lasting import (
    CONTAINER,
    ERR_TRAP,
    HARD_LINK,
    JOB,
    PROCESS,
    SHELL,
    VOLATILE,
    lasting,
    lasting_redirect,
)
from dfopt.shell.nodes import Redirect, Script
from dfopt.shell.parser import parse
from dfopt.shell.walk import nodes, simple_commands

LASTING = {
    PROCESS: r"""
        nginx
        service x start
        /etc/init.d/x start
        systemctl start x
        systemctl enable --now x
        nohup a
        sudo nginx
        sudo -u postgres pg_ctl start
        su postgres -c 'pg_ctl -w start'
        su - postgres -c "psql $x; service y restart"
        gosu postgres postgres
        bash -c 'a && nginx'
        sh -ec 'if a; then redis-server; fi'
        timeout 5 sshd
        find /etc/init.d -exec service x start \;
        env -i nginx
        sccache --start-server
        eval 'nginx'
        trap 'nginx; a' EXIT
        bash -c '[[ -f x ]] && nginx'
        xargs -I% sh -c 'nginx %'
        ./catalina.sh start
        /opt/x --daemon
        php-fpm8.2
        """,
    JOB: r"""
        bash -c 'a & b'
        bash -c "a $x & sleep 1"
        bash -c '[[ -f x ]] & b'
        su x -c '{ a; } &'
        """,
    CONTAINER: r"""
        mount -t tmpfs x /x
        sudo sysctl -w a=b
        sh -c 'ifconfig eth0 down'
        """,
    HARD_LINK: r"""
        ln a b
        ln $x a b
        link a b
        cp -al a b
        cp --link a b
        find . -exec ln {} /x \;
        """,
    VOLATILE: r"""
        tee -a /etc/hosts
        cp a /etc/resolv.conf
        a /dev/shm/x
        a "/dev/shm/$x"
        a "/dev/shm"/$x
        bash -c "$x > /etc/hosts"
        a /proc/$x/y
        dd if=a of=/etc/hosts
        sed -i s/a/b/ ../etc/hosts
        sh -c 'echo x >> /etc/hosts'
        sudo tee /etc/resolv.conf
        tee //dev/shm/x
        tee /./dev/shm/x
        tee /dev/../dev/shm/x
        tee /tmp/../etc/hosts
        tee dev/shm/x
        tee ../../dev/shm/x
        tee etc/hostname
        wget -O/dev/shm/x u
        tar -C/dev/shm -xf x
        tar --directory=/dev/shm -xf x
        tar --directory=/dev/../dev/shm -xf x
        find . -exec cp {} /dev/shm \;
        """,
    SHELL: r"""
        ln -sf bash /bin/sh
        ln -sf /bin/bash $x
        rm /bin/sh
        mv x /usr/bin/bash
        dd if=x of=/bin/dash
        dpkg-reconfigure dash
        xargs dpkg-reconfigure dash
        ln -sf x "$D/sh"
        apk add dash-binsh
        apk add --no-cache x bash-binsh=1.0
        dpkg-divert --add /bin/sh
        update-alternatives --install /bin/sh sh /bin/bash 1
        sudo ln -s /bin/bash /bin/sh
        """,
    ERR_TRAP: r"""
        trap a ERR
        trap a err
        trap a EXIT $x
        """,
}

HARMLESS = r"""
    nginx -t
    apt-get install -y nginx
    systemctl enable x
    command -v nginx
    sudo apt-get install nginx
    sudo -u nginx a
    su nginx -c 'a'
    gosu postgres initdb
    npm run start
    echo start
    bash -c 'a && b'
    bash -c 'a 2>&1 | b'
    find / -name nginx
    ln -s a b
    ln --symbolic a b
    ln --version
    bash -c "$x > /dev/null"
    cp -r a b
    cat /etc/hosts
    cp x /dev/../tmp/shm
    gcc -I/devel/x -o/dev/null x
    git checkout dev/foo
    timeout 5 apt-get install nginx
    sudo -u x nginx -t
    find . -name nginx -exec grep nginx {} \;
    grep x /proc/cpuinfo
    a /dev/null
    a of=/dev/null
    a /dev/fd/3
    ln -sf /dev/stdout /var/log/x
    a /etc/hosts.allow
    a /srv/etc/resolv.conf.d
    a $x/etc/hosts
    ln -s a /usr/local/bin/b.sh
    useradd -s /bin/bash x
    chmod 755 /bin/sh
    trap a EXIT
    trap ERR EXIT
    """


def lines(text: str) -> list[str]:
    return [line.strip(" ") for line in text.split("\n") if line.strip(" ")]


def found(text: str) -> str:
    script = parse(text)
    assert isinstance(script, Script), script
    return lasting(argv(simple_commands(script)[0]))


@pytest.mark.parametrize(("text", "why"), [(line, why) for why, text in LASTING.items() for line in lines(text)])
def test_what_stays_behind(text: str, why: str) -> None:
    assert found(text) == why


@pytest.mark.parametrize("text", lines(HARMLESS))
def test_what_leaves_nothing_of_the_kind(text: str) -> None:
    assert not found(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a > /etc/hosts", VOLATILE),
        ("a >> /dev/shm/x", VOLATILE),
        ('a > "/proc/$x"', VOLATILE),
        ("a > hosts", VOLATILE),
        ("a > /bin/sh", SHELL),
        ("a > sh", ""),
        ("a > /dev/null", ""),
        ("a < /etc/hosts", ""),
        ("a > /etc/hosts.d", ""),
        ("a <<E\n/etc/hosts\nE", ""),
        ("a 2>&1", ""),
    ],
)
def test_redirections(text: str, why: str) -> None:
    script = parse(text)
    assert isinstance(script, Script)
    assert [lasting_redirect(node) for node in nodes(script) if isinstance(node, Redirect)] == [why]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("sh <<E\na > /dev/shm/x\nE", VOLATILE),
        ("sudo -u x bash -s <<E\nnginx\nE", PROCESS),
        ("su x <<'E'\na &\nE", JOB),
        ("echo 'a > /dev/shm/x' | sh", VOLATILE),
        ("printf 'a\\nnginx\\n' | sudo bash", PROCESS),
        ("cat <<E | bash -x\nln a b\nE", HARD_LINK),
        ("echo dash | xargs dpkg-reconfigure", SHELL),
        ("sh -c 'echo nginx | sh'", PROCESS),
        ("( a; echo nginx | sh )", PROCESS),
        ("cat <<E > /x/run\nnginx\nE", ""),
        ("echo nginx | cat", ""),
        ("echo nginx | xargs apt-get install", ""),
        ("a | sh", ""),
        ("sh x <<E\nrm x\nE", ""),
    ],
)
def test_what_a_shell_reads(text: str, why: str) -> None:
    script = parse(text)
    assert isinstance(script, Script)
    assert (effects(script).stops_left or "") == why
    assert piece(script.statements[0]).stays == bool(why)


def test_texts_in_texts_are_looked_at_only_so_deep() -> None:
    text = "nginx"
    for depth in range(6):
        assert bool(found(text)) == (depth < 5)
        text = 'sh -c "{}"'.format(text.replace("\\", "\\\\").replace('"', '\\"'))


def test_a_command_of_many_carriers_is_looked_at_once() -> None:
    assert found("timeout 5 " * 200 + "nginx") == PROCESS
    assert not found("timeout 5 " * 200 + "a")
