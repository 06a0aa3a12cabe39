"""Stand-ins for base images, tagged with the official names: Debian from debootstrap, the others on top of it.

``debian:bookworm-slim`` gets what the official image has: the apt settings for containers, the folders that
dpkg leaves out, no package lists, an empty machine id.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from pathlib import Path

import msgspec

from tests.engine.lab import machine
from tests.engine.lab.daemon import Lab

DEBIAN = "debian:bookworm-slim"
_HERE = Path(__file__).parent / "bases"


class Base(msgspec.Struct, frozen=True):
    """A base image: its tags and the Dockerfile that makes it, ``bases/NAME.Dockerfile``."""

    name: str
    tags: tuple[str, ...]
    on: str = ""
    """The name of the base that it begins with; empty for Debian and what is none of these."""


BASES = (
    Base("debian", ("debian:bookworm", "debian:12", "debian:latest")),
    Base("python-slim", ("python:3.11-slim", "python:3.11-slim-bookworm")),
    Base("python", ("python:3.11", "python:3.11-bookworm"), "python-slim"),
    Base("node-slim", ("node:18-slim", "node:18-bookworm-slim")),
    Base("node", ("node:18", "node:18-bookworm"), "node-slim"),
    Base("golang", ("golang:1.19", "golang:1.19-bookworm")),
    Base("gcc", ("gcc:12", "gcc:12-bookworm")),
    Base("openjdk", ("eclipse-temurin:17-jdk", "openjdk:17", "openjdk:17-jdk", "openjdk:17-slim")),
    Base("openjdk-jre", ("eclipse-temurin:17-jre",)),
    Base("ruby-slim", ("ruby:3.1-slim", "ruby:3.1-slim-bookworm")),
    Base("ruby", ("ruby:3.1", "ruby:3.1-bookworm"), "ruby-slim"),
    Base("php", ("php:8.2-cli", "php:8.2", "php:8.2-cli-bookworm")),
    Base("rust", ("rust:1.63", "rust:1.63-bookworm", "rust:1.63-slim")),
    Base("nginx", ("nginx:1.22", "nginx:latest", "nginx:1.22-bookworm")),
    Base("fedora", ("fedora:40", "rockylinux:9")),
)

_APT = {
    "docker-clean": 'DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb '
    '/var/cache/apt/*.bin || true"; };\n'
    'APT::Update::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb '
    '/var/cache/apt/*.bin || true"; };\n'
    'Dir::Cache::pkgcache ""; Dir::Cache::srcpkgcache "";\n',
    "docker-gzip-indexes": 'Acquire::GzipIndexes "true";\n',
    "docker-no-languages": 'Acquire::Languages "none";\n',
    "docker-autoremove-suggests": 'Apt::AutoRemove::SuggestsImportant "false";\n',
}
_SLIM = """path-exclude /usr/share/doc/*
path-include /usr/share/doc/*/copyright
path-exclude /usr/share/man/*
path-exclude /usr/share/locale/*
path-include /usr/share/locale/locale.alias
path-exclude /usr/share/info/*
path-exclude /usr/share/groff/*
path-exclude /usr/share/lintian/*
path-exclude /usr/share/linda/*
"""
_SLIM_FOLDERS = ("man", "info", "groff", "lintian", "linda", "locale")


def build(lab: Lab, names: frozenset[str] | None = None) -> list[str]:
    """Makes the base images that are not there yet; all of them, or those of some names and what they begin with.

    Gives the new ones' names.
    Raises LabError.
    """
    made: list[str] = []
    wanted = frozenset(base.name for base in BASES) if names is None else names
    wanted |= {base.on for base in BASES if base.name in wanted}
    with lab.locked():
        if not _exists(lab, DEBIAN):
            _debian(lab)
            made.append("debian-slim")
        for base in BASES:
            if base.name in wanted and not _current(lab, base):
                _on_debian(lab, base)
                made.append(base.name)
    return made


def _current(lab: Lab, base: Base) -> bool:
    """Whether the images of a base are there, made by the recipe as it is now."""
    made = _made_by(lab, base)
    return made.exists() and made.read_text() == _recipe(base) and all(_exists(lab, tag) for tag in base.tags)


def _made_by(lab: Lab, base: Base) -> Path:
    return lab.folder / f"{base.name}.recipe"


def _recipe(base: Base) -> str:
    digest = hashlib.sha256()
    for name in filter(None, (base.on, base.name)):
        for path in (_HERE / f"{name}.Dockerfile", *sorted((_HERE / name).glob("**/*"))):
            if path.is_file():
                digest.update(path.read_bytes())
    return digest.hexdigest()


def _exists(lab: Lab, tag: str) -> bool:
    return bool(lab.call("docker", "image", "ls", "--quiet", tag).strip())


def _debian(lab: Lab) -> None:
    archive = lab.folder / "bookworm-slim.tar.gz"
    if not archive.exists():
        _bootstrap(lab, archive)
    with tempfile.TemporaryDirectory(dir=lab.folder) as context:
        Path(context, "base.tar.gz").hardlink_to(archive)
        Path(context, "Dockerfile").write_text('FROM scratch\nADD base.tar.gz /\nCMD ["bash"]\n')
        lab.call("docker", "build", "--quiet", "--tag", DEBIAN, context)
    lab.call("docker", "tag", DEBIAN, "debian:12-slim")


def _bootstrap(lab: Lab, archive: Path) -> None:
    root = lab.folder / "bookworm"
    shutil.rmtree(root, ignore_errors=True)
    uri = machine.debian()
    assert uri is not None
    lab.call("debootstrap", "--variant=minbase", "--include=ca-certificates", "bookworm", str(root), uri)
    sources = [f"deb {uri} {suite} main" for suite in ("bookworm", "bookworm-updates")]
    if security := machine.debian_security():
        sources.append(f"deb {security} bookworm-security main")
    (root / "etc/apt/sources.list").write_text("\n".join(sources) + "\n")
    for name, text in _APT.items():
        (root / "etc/apt/apt.conf.d" / name).write_text(text)
    (root / "etc/dpkg/dpkg.cfg.d/docker").write_text(_SLIM)
    policy = root / "usr/sbin/policy-rc.d"
    policy.write_text("#!/bin/sh\nexit 101\n")
    policy.chmod(0o755)
    _slim(root)
    shutil.copyfile(machine.BUNDLE, root / str(machine.BUNDLE).lstrip("/"))
    for path in machine.CERTIFICATES.glob("*.crt"):
        shutil.copyfile(path, root / str(path).lstrip("/"))
    partial = archive.with_suffix(".partial")
    lab.call(
        "sh",
        "-c",
        'tar -C "$1" --sort=name --mtime=@1700000000 --numeric-owner -c . | gzip -1n > "$2"',
        "sh",
        str(root),
        str(partial),
    )
    partial.rename(archive)
    shutil.rmtree(root)


def _slim(root: Path) -> None:
    """Takes away what the official slim image does not have."""
    for name in _SLIM_FOLDERS:
        shutil.rmtree(root / "usr/share" / name, ignore_errors=True)
    for folder in ("var/lib/apt/lists", "var/cache/apt", "var/log"):
        for path in (root / folder).rglob("*"):
            if path.is_file():
                path.unlink()
    for path in (root / "usr/share/doc").rglob("*"):
        if path.is_file() and path.name != "copyright":
            path.unlink()
    for name in ("etc/machine-id", "etc/hostname", "etc/resolv.conf"):
        (root / name).write_text("")


def _on_debian(lab: Lab, base: Base) -> None:
    with tempfile.TemporaryDirectory(dir=lab.folder) as folder:
        context = Path(folder)
        (context / "pip.conf").write_text(machine.pip_conf())
        (context / "npmrc").write_text(machine.npmrc())
        if base.name == "node-slim":
            lab.call("npm", "pack", "--silent", "npm@9", cwd=context)
            next(context.glob("npm-*.tgz")).rename(context / "npm.tgz")
        extra = _HERE / base.name
        if extra.is_dir():
            shutil.copytree(extra, context, dirs_exist_ok=True)
        tags = [word for tag in base.tags for word in ("--tag", tag)]
        dockerfile = str(_HERE / f"{base.name}.Dockerfile")
        lab.call("docker", "build", "--quiet", "--network", "host", "--file", dockerfile, *tags, folder)
    _made_by(lab, base).write_text(_recipe(base))
