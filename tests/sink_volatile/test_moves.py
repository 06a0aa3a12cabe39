"""What sink-volatile moves without being asked, with it, and how far."""

from __future__ import annotations

import pytest

from dfopt.api import rewrite
from dfopt.config import Config
from dfopt.edits import Safety
from dfopt.source import Source

PROVED = "FROM debian:12\nARG VCS_REF\nRUN curl -o /a https://example.com/a\nLABEL ref=$VCS_REF\n"
PACKAGES = PROVED.replace("curl -o /a https://example.com/a", "apt-get update && apt-get install -y curl")


def moved(text: str, name: str = "VCS_REF") -> bool:
    result = rewrite(Source(text), Config(select=("sink-volatile",)))
    assert result.failures == ()
    return result.changed and result.after.index(f"ARG {name}") > result.after.index("RUN")


def test_what_is_proved_needs_no_asking_and_the_rest_is_reported() -> None:
    result = rewrite(Source(PROVED))
    assert result.after.index("ARG") > result.after.index("RUN")
    result = rewrite(Source(PACKAGES), Config(ignore=("clean-package-cache", "base-image")))
    assert not result.changed
    assert [(each.transform, each.safety) for each in result.applied] == [("sink-volatile", Safety.REPORT)]
    assert rewrite(Source(PACKAGES), Config(preset="cache", ignore=("clean-package-cache",))).changed


@pytest.mark.parametrize(
    "script", ["apt-get install -y a", "pip install a", "npm ci", "go mod download", "dnf -y install a"]
)
def test_packages_read_no_stamps(script: str) -> None:
    assert moved(PACKAGES.replace("apt-get update && apt-get install -y curl", script))


@pytest.mark.parametrize(
    "script", ["pip install .", "npm run build", "go build", "cargo build", "mvn package", "./configure", "python a.py"]
)
def test_the_project_may_read_them(script: str) -> None:
    assert not moved(PACKAGES.replace("apt-get update && apt-get install -y curl", script))


def test_other_names_are_not_taken_past_the_packages_of_a_language() -> None:
    for script, may in (("apt-get install -y a", True), ("pip install a", False)):
        text = PACKAGES.replace("apt-get update && apt-get install -y curl", script)
        assert moved(text.replace("VCS_REF", "FLAVOUR"), "FLAVOUR") is may
        unused = text.replace("LABEL ref=$VCS_REF\n", "").replace("VCS_REF", "FLAVOUR")
        assert not rewrite(Source(unused), Config(select=("sink-volatile",))).changed


@pytest.mark.parametrize(
    ("script", "may"),
    [
        ("cat /proc/self/environ > /a", False),
        ("cp /proc/1/environ /a", False),
        ("cat < /proc/$$/environ > /a", False),
        ("cp -r /proc /a", False),
        ("cp /proc/cpuinfo /a", True),
        ("curl -o /a https://example.com/proc/a", True),
    ],
)
def test_where_the_environment_of_a_process_is_shown(script: str, may: bool) -> None:
    text = PROVED.replace("curl -o /a https://example.com/a", f"{script} && curl -o /b https://example.com/b")
    assert moved(text) is may


@pytest.mark.parametrize(
    ("script", "may"),
    [
        ("export > /a", False),
        ("export -p > /a", False),
        ("set | cat > /a", False),
        ("set -ex", True),
        ("export A=1", True),
        ("awk 'BEGIN { for (k in ENVIRON) print k }' > /a", False),
        ("cat /proc/self/environ > /a", False),
    ],
)
def test_what_prints_the_environment(script: str, may: bool) -> None:
    assert moved(PACKAGES.replace("apt-get update", f"{script} && apt-get update")) is may
