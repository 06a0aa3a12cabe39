"""Whether a RUN changes what the next one is started with."""

from __future__ import annotations

import pytest

from dfopt.facts.facts import Facts
from dfopt.facts.process import FOLDER, LOCALE, USER
from dfopt.shell.lasting import VOLATILE
from dfopt.source import Source
from dfopt.syntax.nodes import Run
from dfopt.syntax.parser import parse


def change(script: str, head: str) -> str:
    facts = Facts(parse(Source(f"{head}\nRUN {script}\n")))
    return facts.changes_process(next(facts.dockerfile.find(Run)))


@pytest.mark.parametrize(
    ("head", "script"),
    [
        ("WORKDIR /app", "rm -rf /app"),
        ("WORKDIR /app", "rm -r /app/ && mkdir /app"),
        ("WORKDIR /app", "rm -$x /app"),
        ("WORKDIR /srv/app", "rm -rf /srv"),
        ("WORKDIR /srv/app", "rm -rf /srv/*"),
        ("WORKDIR /srv/app", "rm -rf /srv/a*"),
        ("WORKDIR /srv/app", "rm -rf ../app"),
        ("WORKDIR /srv/app", "cd .. && rm -rf app"),
        ("WORKDIR /srv/app", "cd /srv && rm -rf app"),
        ("WORKDIR /srv/app", "cd $x && rm -rf ../app"),
        ("WORKDIR /srv/app", "cd /x; rm -rf ../app"),
        ("WORKDIR /srv/app", "cd /srv/x || cd /x && rm -rf ../app"),
        ("WORKDIR /srv/app", "cd /x || true && rm -rf ../app"),
        ("WORKDIR /srv/app", "{ cd /srv/x && a; }; rm -rf ../app"),
        ("WORKDIR /srv/app", "mv /srv/app /srv/b"),
        ("WORKDIR /srv/app", "rmdir /srv/app"),
        ("WORKDIR /srv\nWORKDIR app", "rm -rf /srv/app"),
        ("ENV H=/app\nWORKDIR $H", 'rm -rf "$H"'),
        ("ENV H=/app\nWORKDIR $H", "rm -rf ${H}/"),
        ("WORKDIR $H", "rm -rf /app"),
        ("WORKDIR /app", "if a; then ( sudo rm -fR /app ); fi"),
        ("WORKDIR /app", "cd / && echo /app | xargs rm -rf"),
        ("WORKDIR /app", "echo /x /app | grep -v x | xargs -r rm -rf"),
        ("WORKDIR /app", "cat list | xargs rm -rf"),
        ("WORKDIR /app", "xargs rm -rf < list"),
        ("WORKDIR /app", "echo app | xargs -I% rm -rf /%"),
        ("WORKDIR /app", "echo /app | xargs -I {} sh -c 'cd / && rm -rf {}'"),
        ("WORKDIR /app", "sh -c 'rm -rf /app'"),
        ("WORKDIR /app", "sh -c 'cd / && rm -rf app'"),
        ("WORKDIR /app", "bash -c '[[ -d /app ]] && rm -rf /app'"),
        ("WORKDIR /app", "env rm -rf /app"),
        ("WORKDIR /app", "env -i A=b rm -rf /app"),
        ("WORKDIR /app", "timeout -k 1 5 rm -rf /app"),
        ("WORKDIR /app", "sudo -u root rm -rf /app"),
        ("WORKDIR /app", "busybox rm -rf /app"),
        ("WORKDIR /app", "eval 'rm -rf /app'"),
        ("WORKDIR /app", "trap 'cd /; rm -rf /app' EXIT"),
        ("WORKDIR /app", "echo 'rm -rf /app' | sh"),
        ("WORKDIR /app", "sh <<E\nrm -rf /app\nE"),
        ("WORKDIR /app", "find / -maxdepth 1 -name app -exec rm -rf {} +"),
        ("WORKDIR /app", "find /app -delete"),
        ("WORKDIR /app", "find / -type d -name 'a*' | xargs rm -rf"),
        ("WORKDIR /app", "find /x -printf '%h' | xargs rm -rf"),
        ("WORKDIR /srv/app", "find /srv -mindepth 1 -delete"),
        ("WORKDIR /app", "find / -name x -o -name app -delete"),
        ("WORKDIR /app", "D=/app; cd / && rm -rf $D"),
        ("WORKDIR /app", "for d in x app; do rm -rf /$d; done"),
        ("WORKDIR /app", "read D < f; rm -rf /$D"),
        ("WORKDIR /srv/app", "rm -rf /srv/$x"),
        ("WORKDIR /srv/app", "rm -rf /srv/a$x"),
        ("WORKDIR /srv/app", "rm -rf $x/app"),
        ("WORKDIR /srv/app", "rm -rf /tmp/$x/../app"),
        ("WORKDIR /srv/app/x", "rm -rf /srv/$x/x"),
        ("WORKDIR /srv/app", "if a; then X=b; fi; rm -rf /srv/$X"),
        ("WORKDIR /srv/app", "a && X=b; rm -rf /srv/$X"),
        ("WORKDIR /srv/app", "[ a ] || X=b && rm -rf /srv/$X"),
        ("WORKDIR /app", "mv -T /x /app"),
        ("WORKDIR /app", "mv /app{,.old}"),
        ("WORKDIR /app", "env -C / rm -rf app"),
        ("WORKDIR /app", "env -S 'rm -rf /app'"),
        ("WORKDIR /app", "chroot / rm -rf app"),
        ("WORKDIR /app", "find / -name app -execdir rm -rf app +"),
        ("WORKDIR /app", "rmdir -p /app/x"),
        ("WORKDIR /app", "rm -rf ~/../app"),
        ("WORKDIR /home/u/app", "rm -rf ~/app"),
        ("WORKDIR /app", "tee x <<E | sh\nrm -rf /app\nE"),
        ("WORKDIR /srv/app", "rm -rf /srv/{app,b}"),
        ("WORKDIR /app", "rm -f /app && ln -s /x /app"),
        ("WORKDIR /app", "unlink /app"),
        ("WORKDIR /srv/app/x", "unlink /srv/app"),
        ("WORKDIR /app", "ln -sfn /x /app"),
        ("WORKDIR /app", "ln -sf -T /x /app"),
        ("WORKDIR /app", "ln --symbolic --force --no-dereference /x /app"),
        ("WORKDIR /srv/app", "ln -sfn /x/app /srv"),
        ("WORKDIR /app", "ln -sf /x/app /"),
        ("WORKDIR /app", "cd / && ln -sfn /x/app"),
        ("WORKDIR /app", "cd / && ln -sfn x app"),
        ("ENV D=/app\nWORKDIR /app", "ln -sfn /x $D"),
        ("WORKDIR /home/node", "userdel -r node"),
        ("WORKDIR /home/node", "userdel -rf node"),
        ("WORKDIR /srv/app", "userdel --remove app"),
        ("WORKDIR /home/node", "deluser --remove-home node"),
        ("WORKDIR /home/node", "sudo deluser --remove-all-files node"),
        ("USER u", "ln -sfn /x /current"),
        ("USER u", "rm -rf /var/www/html"),
        ("USER u", "cd x && rm -rf .."),
    ],
)
def test_the_folder_may_go(head: str, script: str) -> None:
    assert change(script, f"FROM x\n{head}") == FOLDER


@pytest.mark.parametrize(
    ("head", "script"),
    [
        ("WORKDIR /app", "rm -rf /app/*"),
        ("WORKDIR /app", "rm -rf /app/node_modules"),
        ("WORKDIR /app", "rm -rf /apps"),
        ("WORKDIR /app", "rm -f /app.tar.gz x"),
        ("WORKDIR /app", "ln -sf /x/bin/* /app/"),
        ("WORKDIR /app", "ln -s /x /app"),
        ("WORKDIR /srv/app", "cd /x && rm -rf ../app"),
        ("WORKDIR /app", "ln -sf /x ."),
        ("WORKDIR /app", "ln -snfv /x /app/"),
        ("WORKDIR /app", "userdel node"),
        ("WORKDIR /", "userdel -r node"),
        ("USER u", "rm -f /x.zip /usr/local/bin/y"),
        ("USER u", "ln -sf /opt/x/y /usr/local/bin/y"),
        ("USER u", "ln -snf /usr/share/zoneinfo/UTC /etc/localtime"),
        ("WORKDIR /app", "rm -rf *"),
        ("WORKDIR /app", "rm -rf ./x"),
        ("WORKDIR /app", "mv /x /app"),
        ("WORKDIR /app", "echo rm -rf /app"),
        ("WORKDIR /app", "cd /tmp && rm -rf app"),
        ("WORKDIR /", "rm -rf /app"),
        ("WORKDIR /", "rm -rf /$x"),
        ("WORKDIR /app", "rm -rf /tmp/x-$x /var/$x"),
        ("WORKDIR /srv/app", "rm -rf $x/lib"),
        ("WORKDIR /srv/app", "rm -rf /srv/b*"),
        ("WORKDIR /app", "D=/tmp/x; rm -rf $D"),
        ("WORKDIR /app", "rm -rf ~/.cache ~/x"),
        ("USER u", "rm -rf ~/.cache"),
        ("WORKDIR /app", "for d in x y; do rm -rf /$d; done"),
        ("WORKDIR /srv/app", "X=b; a; rm -rf /srv/$X"),
        ("WORKDIR /srv/app", "a && X=b && rm -rf /srv/$X"),
        ("WORKDIR /srv/app", "if a; then X=b; fi; rm -rf $X"),
        ("WORKDIR /app", "sh -c 'rm -rf /x'"),
        ("WORKDIR /app", "cat list | xargs rm"),
        ("WORKDIR /app", "cat list | xargs grep rm"),
        ("WORKDIR /app", "cat list | xargs apt-get install rm"),
        ("WORKDIR /app", "echo rm -rf /app | cat"),
        ("WORKDIR /app", "cat > x <<E\nrm -rf /app\nE"),
        ("WORKDIR /app", "find / -type f -delete"),
        ("WORKDIR /app", "find / -name '*.pyc' -exec rm -rf {} +"),
        ("WORKDIR /app", "find / -name __pycache__ | xargs rm -rf"),
        ("WORKDIR /app", "find /app -mindepth 1 -delete"),
        ("WORKDIR /app", "find -L /usr -exec rm -rf {} +"),
        ("USER u", "rm -rf /var/lib/apt/lists/*"),
        ("USER u", "rm -rf /tmp/x /root/.cache"),
        ("USER u", "rm -rf x"),
    ],
)
def test_it_may_not(head: str, script: str) -> None:
    assert change(script, f"FROM x\n{head}") == ""


@pytest.mark.parametrize("image", ["debian:12", "alpine", "node:20", "python:3"])
def test_images_without_a_workdir_start_at_the_root(image: str) -> None:
    assert change("rm -rf /opt/x", f"FROM {image}") == ""


@pytest.mark.parametrize("head", ["FROM php:8", "FROM unknown", "FROM debian:12 AS b\nWORKDIR $x\nFROM b"])
def test_others_may_start_anywhere(head: str) -> None:
    assert change("rm -rf /opt/x", head) == FOLDER


@pytest.mark.parametrize(
    "script",
    [
        "usermod -d /x root",
        "usermod -aG docker $USER",
        "adduser root docker",
        "sudo usermod -aG docker bob",
        "sed -i s/a/b/ /etc/passwd",
        "sed -i s/a/b/ /etc/{passwd,group}",
        "cp x /{etc,srv}/passwd",
        "sudo sed --in-place=x s/a/b/ /etc/group",
        "bash -c 'usermod -d /x root'",
        "cp x /etc/passwd",
        "tee /etc/passwd < x",
        "mv x /etc/passw*",
        "cp x/passwd /etc",
        "mv group /etc/",
        "dd if=x of=/etc/passwd",
        "cd /etc && sed -i s/a/b/ passwd",
        "F=/etc/passwd; cat x > $F",
        "echo x:x:0:root >> /etc/group",
        "cat x | tee -a /etc/group",
        "sudo sh -c 'echo x > /etc/passwd'",
    ],
)
def test_the_user_may_change(script: str) -> None:
    assert change(script, "FROM debian:12") == USER


@pytest.mark.parametrize("user", ["1000", "bob", "1000:0", "$U"])
@pytest.mark.parametrize(
    "script",
    [
        "echo x:x:1000:0::/x:/bin/sh >> /etc/passwd",
        "echo x | sudo tee -a /etc/passwd",
        "sudo useradd -u 1000 x",
        "sudo usermod -d /x y",
    ],
)
def test_another_user_than_root_may_change_in_other_ways(user: str, script: str) -> None:
    assert change(script, f"FROM debian:12\nUSER {user}") == USER


@pytest.mark.parametrize(
    ("head", "script"),
    [
        ("WORKDIR /app", "D=/dev/shm; echo x > $D/x"),
        ("WORKDIR /app", "D=/dev; echo x > $D/shm/x"),
        ("WORKDIR /app", "for d in /x /dev/shm; do touch $d/y; done"),
        ("WORKDIR /app", "export D=/dev/shm && sh -c 'touch $D/x'"),
        ("ENV D=/dev/shm", 'echo x > "$D/x"'),
        ("ENV D=/dev/shm", "tar -C$D -xf x"),
        ("ENV D=dev/shm", "touch /$D/x"),
        ("WORKDIR /dev/shm", "touch x"),
        ("WORKDIR /dev\nWORKDIR shm", "touch x"),
    ],
)
def test_a_variable_or_the_folder_may_be_made_anew(head: str, script: str) -> None:
    assert change(script, f"FROM debian:12\n{head}") == VOLATILE


@pytest.mark.parametrize(
    ("head", "script"),
    [
        ("ENV D=/dev/shm", "cat $D/x"),
        ("ENV D=/dev/shm", "echo $D > /x"),
        ("ENV D=/dev/null", "echo x > $D"),
        ("ENV D=/x", "echo x > $D/dev/shm"),
    ],
)
def test_what_is_only_read_or_elsewhere_is_not_made_anew(head: str, script: str) -> None:
    assert change(script, f"FROM debian:12\n{head}") == ""


@pytest.mark.parametrize(
    "script",
    [
        "usermod -u 1001 node",
        "useradd -G root bob",
        "adduser bob",
        "sed s/a/b/ /etc/passwd",
        "echo usermod root",
        "echo x:x:1000:0::/x:/bin/sh >> /etc/passwd",
        "printf 'x:x:5:\\n' >> /etc/group",
        "cp /etc/passwd /x",
        "cp passwd.conf /etc/",
        "chmod g=u /etc/passwd",
        "grep root /etc/passwd > /x",
        "useradd $x",
        "groupadd -g 5 x",
        "sed -i s/rm/b/ f",
    ],
)
def test_it_stays(script: str) -> None:
    assert change(script, "FROM debian:12") == ""


GERMAN = "ENV LANG=de_DE.UTF-8"


@pytest.mark.parametrize(
    "script",
    [
        "locale-gen",
        "sudo locale-gen de_DE.UTF-8",
        "localedef -i de_DE -f UTF-8 de_DE.UTF-8",
        "DEBIAN_FRONTEND=noninteractive dpkg-reconfigure locales",
        "apt-get update && apt-get install -y a locales",
        "yum reinstall -y glibc-common",
        "apt-get install -y language-pack-de",
        "sh -c locale-gen",
        "tar -xf a -C /usr/lib/locale",
    ],
)
def test_the_shell_may_start_with_another_locale(script: str) -> None:
    assert change(script, f"FROM fedora:40\n{GERMAN}") == LOCALE


@pytest.mark.parametrize(
    "head",
    [
        "FROM debian:12\nENV LANG=de_DE.UTF-8",
        "FROM alpine:3\nENV LANG=de_DE.UTF-8",
        "FROM fedora:40",
        "FROM fedora:40\nENV LANG=C.UTF-8 LC_ALL=C LANGUAGE=de",
    ],
)
def test_it_may_not_start_with_another_locale(head: str) -> None:
    assert change("locale-gen", head) == ""


@pytest.mark.parametrize(
    "script", ["locale -a", "ls /usr/lib/locale", "echo locale-gen", "apt-get install -y flocales"]
)
def test_no_locale_is_made(script: str) -> None:
    assert change(script, f"FROM fedora:40\n{GERMAN}") == ""


def test_what_is_not_modelled_says_nothing() -> None:
    assert change("[[ x ]] && rm -rf /app", "FROM x\nWORKDIR /app") == ""


@pytest.mark.parametrize(
    ("path", "is_around"),
    [
        ("/**", True),
        ("/a/**/d", True),
        ("/**/c", True),
        ("/**/c/d", True),
        ("/a/**/**/b", True),
        ("/a/b/c/d/**", True),
        ("/**/x", False),
        ("/a/*/d", False),
        ("/a/b/c/d/e/**", False),
    ],
)
def test_any_number_of_folders(path: str, *, is_around: bool) -> None:
    assert (change(f"rm -rf {path}", "FROM a\nWORKDIR /a/b/c/d") == FOLDER) is is_around


def test_patterns_of_thousands_of_folders() -> None:
    head = "FROM a\nWORKDIR " + "/a" * 3000
    assert change("rm -rf " + "/**" * 2000, head) == FOLDER
    assert change("rm -rf " + "/**/a" * 1000 + "/b", head) == ""


@pytest.mark.parametrize(
    "script",
    [
        'd=/tmp && rm -r "$d"',
        '( d=/tmp && rm -r "$d" ) && d=/app && ls "$d"',
        'd=/app && ls "$d" && ( d=/tmp && rm -r "$d" )',
        'make && { d=/tmp; rm -r "$d/x"; }',
        'make && ( d=/tmp; rm -r "$d/x" ) && { d=/var; rm -r "$d/log"; }',
    ],
)
def test_what_a_subshell_sets_stays_in_it(script: str) -> None:
    assert change(script, "FROM a\nWORKDIR /app") == ""


@pytest.mark.parametrize(
    "script",
    [
        'd=/app; ( rm -r "$d"; d=/tmp )',
        'd=/app & rm -r "$d"',
        'd=$x; rm -r "$d"',
        '( d=/app && rm -r "$d" )',
        'd=/tmp; for d in /app; do rm -r "$d"; done',
        '{ [ -f x ] && d=/tmp; rm -r "/app$d"; }',
    ],
)
def test_what_may_be_the_value_in_a_subshell(script: str) -> None:
    assert change(script, "FROM a\nWORKDIR /app") == FOLDER
