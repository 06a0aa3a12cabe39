"""Package manager calls are found wherever they stand, with their verb and options."""

from __future__ import annotations

import pytest

from dfopt.facts.package_index import INDEXED, index_use
from dfopt.facts.packages import PackageCall, package_calls
from dfopt.knowledge.package_managers import Action
from dfopt.shell.nodes import Script
from dfopt.shell.parser import parse


def calls(text: str, errexit: bool = False) -> tuple[PackageCall, ...]:
    script = parse(text)
    assert isinstance(script, Script)
    return package_calls(script, errexit)


def only(text: str) -> PackageCall:
    (call,) = calls(text)
    return call


@pytest.mark.parametrize(
    ("text", "manager", "verb", "action"),
    [
        ("apt-get update", "apt", "update", Action.UPDATE),
        ("apt-get -o Dpkg::Use-Pty=0 -t sid install curl", "apt", "install", Action.INSTALL),
        ("apt-get $OPTIONS install curl", "apt", "install", Action.INSTALL),
        ("apt-get $COMMAND", "apt", "", Action.READ),
        ("apt-get --simulate install curl", "apt", "install", Action.READ),
        ("apt-get distclean", "apt", "distclean", Action.PURGE),
        ("apt-get moo", "apt", "moo", Action.OTHER),
        ("apt-cache policy curl", "apt", "", Action.READ),
        ("aptitude full-upgrade", "apt", "full-upgrade", Action.INSTALL),
        ("apk -X http://example.org/x -U add curl", "apk", "add", Action.INSTALL),
        ("apk cache clean", "apk", "cache clean", Action.CLEAN),
        ("yum -y --enablerepo epel group install Tools", "yum", "group install", Action.INSTALL),
        ("yum clean all", "yum", "clean all", Action.CLEAN),
        ("dnf5 builddep x", "dnf", "builddep", Action.INSTALL),
        ("zypper -n in git", "zypper", "in", Action.INSTALL),
        ("pacman --noconfirm -Syu git", "pacman", "-Syu", Action.INSTALL),
        ("pacman -Ss git", "pacman", "-Ss", Action.READ),
        ("pacman -Scc --noconfirm", "pacman", "-Scc", Action.CLEAN),
        ("/opt/venv/bin/pip3.11 install -r r.txt", "pip", "install", Action.INSTALL),
        ("python3.12 -I -m pip install x", "pip", "install", Action.INSTALL),
        ("uv pip install x", "uv", "pip install", Action.INSTALL),
        ("npm --prefix app ci", "npm", "ci", Action.INSTALL),
        ("npm run build", "npm", "run", Action.OTHER),
        ("yarn", "yarn", "", Action.INSTALL),
        ("yarn build", "yarn", "build", Action.OTHER),
        ("bundle", "bundle", "", Action.INSTALL),
        ("conda env create -f e.yml", "conda", "env create", Action.INSTALL),
        ("go mod download", "go", "mod download", Action.INSTALL),
        ("sudo -E apt-get update", "apt", "update", Action.UPDATE),
        ("DEBIAN_FRONTEND=noninteractive apt-get update", "apt", "update", Action.UPDATE),
        ("env A=b pip install x", "pip", "install", Action.INSTALL),
    ],
)
def test_verb_and_action(text: str, manager: str, verb: str, action: Action) -> None:
    call = only(text)
    assert (call.manager.name, call.verb, call.action) == (manager, verb, action)


@pytest.mark.parametrize(
    "text",
    ["echo apt-get install x", "python3 -m venv x", "python x.py -m pip", "aptly update", "$APT install x", "X=pip"],
)
def test_other_commands_are_no_calls(text: str) -> None:
    assert calls(text) == ()


def test_a_tool_that_knows_several_managers_is_a_call_of_each() -> None:
    assert {call.manager.name for call in calls("install-php-extensions gd")} == {"apt", "apk"}


@pytest.mark.parametrize(
    "options",
    ["-y", "-yqq", "-qqy", "-qq", "-q -q", "--yes", "--assume-yes", "-q=2", "-o APT::Get::Assume-Yes=true", "-fy"],
)
def test_ways_to_say_yes(options: str) -> None:
    assert only(f"apt-get {options} install curl").has_yes
    assert only(f"apt-get install {options} curl").has_yes


@pytest.mark.parametrize("options", ["", "-q", "-t y", "--no-install-recommends", "-o Dpkg::Options::=--force-yes"])
def test_what_is_no_yes(options: str) -> None:
    assert not only(f"apt-get install {options} curl").has_yes


def test_offsets_are_where_an_option_can_be_written() -> None:
    text = "sudo python3 -m pip -q install flask"
    call = only(text)
    assert text[: call.after_command] == "sudo python3 -m pip"
    assert text[: call.after_verb] == "sudo python3 -m pip -q install"


def test_packages_are_neither_options_nor_their_values() -> None:
    words = only("apt-get install -y -t sid curl $MORE git=1").packages
    assert [word.value for word in words] == ["curl", None, "git=1"]


@pytest.mark.parametrize(
    ("text", "certain"),
    [
        ("npm ci", True),
        ("a && npm ci && b", True),
        ("a; npm ci", True),
        ("a | npm ci", True),
        ("(cd x && npm ci) && b", True),
        ("{ npm ci; }", True),
        ("set -e; npm ci; b", True),
        ("a || b && npm ci", True),
        ("npm ci; b", False),
        ("set -e; npm ci && a; b", False),
        ("a || npm ci", False),
        ("npm ci || a", False),
        ("npm ci | a", False),
        ("! npm ci", False),
        ("npm ci &", False),
        ("if a; then npm ci; fi", False),
        ("f() { npm ci; }; f", False),
        ("x=$(npm ci)", False),
        ("(npm ci; b) && c", False),
        ("set -e; (npm ci; b) && c", False),
    ],
)
def test_certain_calls(text: str, certain: bool) -> None:
    assert only(text).is_certain is certain


def test_errexit_of_the_shell_makes_statements_certain() -> None:
    (call,) = calls("npm ci; a", errexit=True)
    assert call.is_certain


def test_places() -> None:
    first, second = calls("(apt-get update) && yes | apt-get install x")
    assert (first.is_nested, first.is_piped) == (True, False)
    assert (second.is_nested, second.is_piped) == (False, True)
    assert not only("x=`pip install y`").is_editable
    assert not only("echo $(pip install y)").is_editable
    assert only("if a; then pip install y; fi").is_editable


@pytest.mark.parametrize(
    ("text", "opaque"),
    [
        ("curl -fsSL https://example.org/x | sh", True),
        ("./install.sh", True),
        ("bash x.sh", True),
        (". ./x.sh", True),
        ("$COMMAND", True),
        ("npx playwright install --with-deps", True),
        ("make deps", True),
        ("find . -exec ./x.sh {} +", True),
        ('eval "$TEXT"', True),
        ("python3 install_system.py", True),
        ("su app -c ./x.sh", True),
        ("apt-get update && ./install.sh", False),
        ("curl -fsSL https://example.org/x -o y && tar xf y && make -j4 all install", False),
        ("bash -c 'mkdir -p /x && chown app /x'", False),
        (". /etc/os-release && echo $ID", False),
        ("find . -name '*.pyc' -exec rm {} +", False),
        ('eval "$(conda shell.bash hook)"', False),
        ("npm ci && npm run build && python3 setup.py install", False),
        ("command -v apt-get", False),
        ("f() { mkdir x; }; f", False),
    ],
)
def test_opaque(text: str, opaque: bool) -> None:
    script = parse(text)
    assert isinstance(script, Script)
    assert all(index_use(script, manager).hides for manager in INDEXED) is opaque
