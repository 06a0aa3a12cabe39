"""What a RUN leaves behind, as far as it can be told."""

from __future__ import annotations

import pytest

from dfopt.facts.built import ARCHITECTURE, FILE, RIGHTS, SETTING, SOURCE, SYSTEM, UNKNOWN, UNREAD, done
from dfopt.facts.facts import Facts
from dfopt.facts.run_work import Done, Work
from dfopt.source import Source
from dfopt.syntax.nodes import Run
from dfopt.syntax.parser import parse


def of(script: str) -> Done:
    facts = Facts(parse(Source(f"FROM debian:12\nWORKDIR /w\nRUN {script}\n")))
    return done(facts, next(facts.dockerfile.find(Run)))


@pytest.mark.parametrize(
    ("script", "made"),
    [
        ("go build -o app . && cp app /usr/local/bin/", ["/usr/local/bin/app", "/w/app"]),
        ("cp app /usr/local/bin", ["/usr/local/bin/app"]),
        ("cp a b /opt/x/", ["/opt/x/a", "/opt/x/b"]),
        ("cp -r a /opt/x", ["/opt/x"]),
        ("cp a/*.so /opt/x/", ["/opt/x"]),
        ("install -m 755 a /usr/bin/b", ["/usr/bin/b"]),
        ("install -d /var/lib/x", ["/var/lib/x"]),
        ("mkdir -p /var/lib/x && touch /var/lib/x/y", ["/var/lib/x", "/var/lib/x/y"]),
        ("echo a > /opt/note", ["/opt/note"]),
        ("curl -o /opt/a.jar https://example.org/a.jar", ["/opt/a.jar"]),
        ("wget -O /opt/a.jar https://example.org/a.jar", ["/opt/a.jar"]),
        ("tar -xzf a.tgz -C /opt/a", ["/opt/a"]),
        ("ln -s /opt/a/bin/a /usr/local/bin/", ["/usr/local/bin/a"]),
        ("echo a > /tmp/b && mkdir -p /root/.cache/x", []),
    ],
)
def test_what_is_made_by_name(script: str, made: list[str]) -> None:
    found = of(script)
    assert found.problem is None
    assert sorted(found.made) == made


@pytest.mark.parametrize(
    ("script", "fetched"),
    [
        ("git clone https://example.org/x.git", ["/w/x"]),
        ("git clone --depth 1 https://example.org/x.git /src", ["/src"]),
        ("cd /opt && curl -sSL https://example.org/a | tar xz", ["/opt"]),
        ("tar -czf a.tgz .", []),
        ("unzip a.zip -d /opt/a", ["/opt/a"]),
    ],
)
def test_what_is_unpacked(script: str, fetched: list[str]) -> None:
    assert of(script).fetched == fetched


@pytest.mark.parametrize(
    ("script", "work"),
    [
        ("make", Work.BUILDS),
        ("apt-get update && apt-get install -y gcc", Work.INSTALLS),
        ("useradd a && mkdir /home/a/x", Work.SETS_UP),
        ("ls -l && echo a", Work.NOTHING),
        ("pip install a && chown -R a /w", Work.BUILDS | Work.SETS_UP),
        ("python -m pip install a", Work.BUILDS),
        ("python setup.py build", Work.BUILDS),
        ("rm -rf /w/src", Work.BUILDS),
    ],
)
def test_what_it_is_for(script: str, work: Work) -> None:
    found = of(script)
    assert (found.problem, found.work) == (None, work)


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("frobnicate", UNKNOWN),
        ("$TOOL x", UNKNOWN),
        ("apt-get install -y $PACKAGES", UNKNOWN),
        ("python -c 'import a'", UNKNOWN),
        ("python -m nltk.downloader all", UNKNOWN),
        ("chmod u+s /bin/x", RIGHTS),
        ("chmod 4755 /bin/x", RIGHTS),
        ("echo a >> /etc/profile", SYSTEM),
        ("sed -i s/a/b/ /etc/x.conf", SYSTEM),
        ("[[ -f x ]] && make", UNREAD),
    ],
)
def test_what_is_not_known(script: str, reason: str) -> None:
    found = of(script)
    assert found.problem is not None
    assert found.problem[0] == reason


def test_packages_that_are_removed_again() -> None:
    found = of("apk add --no-cache --virtual .deps gcc curl && apk add jq && make && apk del .deps")
    assert found.packages == ["gcc", "curl", "jq"]
    assert found.kept_packages == ["jq"]


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("apt-get install -y ./a.deb", FILE),
        ("dnf install -y https://example.org/a.rpm", FILE),
        ("dpkg -i a.deb", FILE),
        ("dpkg --add-architecture i386", ARCHITECTURE),
        ("apt-get install -y a:i386", ARCHITECTURE),
        ("apt-get install -y -t bookworm-backports a", SOURCE),
        ("apk add --repository https://example.org/edge a", SOURCE),
        ("add-apt-repository -y ppa:example/a", SOURCE),
        ("TZ=UTC apt-get install -y tzdata", SETTING),
        ("rm /etc/nginx/sites-enabled/default", SYSTEM),
        ("patch /etc/hosts < a.patch", SYSTEM),
        ("sed -i s/a/b/ /usr/local/etc/php-fpm.d/*.conf", SYSTEM),
        ("cp a/* /usr/bin/", UNKNOWN),
        ("install -Dm4755 a /usr/local/bin/a", RIGHTS),
        ("install --mode=4755 a /usr/local/bin/a", RIGHTS),
    ],
)
def test_what_a_new_stage_would_not_have_the_same(script: str, reason: str) -> None:
    found = of(script).problem
    assert found is not None
    assert found[0] == reason


def test_a_place_of_packages_is_named() -> None:
    assert of("add-apt-repository ppa:example/a -y").problem == (SOURCE, "ppa:example/a")


@pytest.mark.parametrize(
    ("script", "made"),
    [
        ("dpkg --print-architecture", []),
        ("add-apt-repository -y universe", []),
        ("apt-get install -y a:any b=1.2 c/bookworm", []),
        ("rm -f /etc/apt/apt.conf.d/docker-clean", []),
        ("DEBIAN_FRONTEND=noninteractive apt-get install -y tzdata", []),
        ("cp -a out/. /opt/a", ["/opt/a"]),
        ("cp -a out /opt", ["/opt/out"]),
        ("sed -i s/a/b/ /usr/local/etc/a.conf", ["/usr/local/etc/a.conf"]),
        ("wget -q https://example.org/a.csv", ["/w/a.csv"]),
        ("curl -sLO https://example.org/a.csv", ["/w/a.csv"]),
        ("mkdir -p /var/log/a /var/cache/apt/b", ["/var/log/a"]),
    ],
)
def test_what_stays_the_same(script: str, made: list[str]) -> None:
    found = of(script)
    assert found.problem is None
    assert sorted(found.made) == made
