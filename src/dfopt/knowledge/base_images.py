"""Base images: the family that they are built on, the user that they leave, what they set.

Sources: the Dockerfiles of docker-library/official-images and of each vendor's repository. Only
what has been true of every published tag is here; what is not known is left out.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from dfopt.expression import Expression


class Family(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of operating system."""

    sh: str | None
    """What /bin/sh is; None if there is none."""
    shell: tuple[str, ...] | None = ("/bin/sh", "-c")
    """What runs a RUN in shell form."""
    home: str | None = "/root"
    """Of the user root."""


FAMILIES: Mapping[str, Family] = {
    "debian": Family(sh="dash"),
    "ubuntu": Family(sh="dash"),
    "alpine": Family(sh="ash"),
    "wolfi": Family(sh="ash"),
    "busybox": Family(sh="ash"),
    "fedora": Family(sh="bash"),
    "rhel": Family(sh="bash"),
    "amazon": Family(sh="bash"),
    "photon": Family(sh="bash"),
    "azurelinux": Family(sh="bash"),
    "suse": Family(sh="bash"),
    "arch": Family(sh="bash"),
    "distroless": Family(sh=None, shell=None, home=None),
    "scratch": Family(sh=None, shell=None, home=None),
    "windows": Family(sh=None, shell=("cmd", "/S", "/C"), home=None),
}


class Account(msgspec.Struct, frozen=True):
    """A user other than root that an image comes with."""

    name: str
    uid: int
    gid: int
    home: str


class Image(msgspec.Struct, frozen=True, kw_only=True):
    """A repository of images."""

    family: str
    """That of a tag that does not name one; empty if it has changed over time."""
    user: str | None = "root"
    """Whom it leaves as user; None if that differs between tags."""
    home: str | None = None
    """The home of root, if that is the same whatever its family."""
    env: Mapping[str, str] = {}
    managers: frozenset[str] | None = None
    """The system's package managers that it may have, if not all of its family's."""
    one_family: bool = False
    """Its tags have never named another family."""
    shell: tuple[str, ...] | None = None
    """The SHELL that it sets, which the images that are built on it inherit; empty if that differs between tags."""
    accounts: tuple[Account, ...] = ()


TAG_FAMILIES: tuple[tuple[str, str], ...] = (
    (r"alpine[0-9.]*", "alpine"),
    (r"windowsservercore|nanoserver|windows|ltsc20\d\d", "windows"),
    (r"jessie|stretch|buster|bullseye|bookworm|trixie|forky|sid|debian[0-9]*", "debian"),
    (r"trusty|xenial|bionic|focal|jammy|noble|resolute|ubuntu[0-9.]*", "ubuntu"),
    (r"oracle|oraclelinux[0-9]*|ol[789]|ubi[0-9]*|centos[0-9]*|rockylinux[0-9]*|rhel[0-9]*", "rhel"),
    (r"al2|al2023|amazonlinux[0-9]*", "amazon"),
    (r"fedora[0-9]*", "fedora"),
    (r"photon[0-9]*", "photon"),
    (r"azurelinux[0-9.]*|cbl|mariner[0-9.]*|distroless|chiseled|chiselled|wolfi", ""),
)
"""The parts of a tag (between dashes) that name a family; an empty one means: not known."""


WINDOWS = Expression(
    r"/mcr\.microsoft\.com/(windows[/:]|dotnet/framework/)"
    r"|/microsoft/(windows|nanoserver|iis:|aspnet:|wcf:|dotnet-framework|mssql-server-windows)"
    r"|/stefanscherer/node-windows:|/winamd64/|[:/-](windows-?servercore|nanoserver|ltsc20\d\d)|:(.*-)?windows(-|$)"
)
"""Searched in ``/NAME:TAG`` of any image: those that Microsoft has for Windows only (the pages of
mcr.microsoft.com and, until 2019, Docker Hub), and names that say it."""


def _image(
    family: str,
    user: str | None = "root",
    env: Mapping[str, str] | None = None,
    shell: tuple[str, ...] | None = None,
) -> Image:
    return Image(family=family, user=user, env=env or {}, shell=shell)


def _system(family: str, *managers: str) -> Image:
    return Image(family=family, managers=frozenset(managers) if managers else None, one_family=True)


UNNAMED_FAMILY = {"slim": "debian"}
"""Parts of a tag that say it for images whose family has changed over time."""

_POSIX = ("/bin/sh", "-c")
"""That of images whose family is not known, but not Windows."""
_DEBIAN = _image("debian")
_UBUNTU = _image("ubuntu")
_ALPINE = _image("alpine")

OFFICIAL: Mapping[str, Image] = {
    # Operating systems
    "debian": _system("debian"),
    "ubuntu": _system("ubuntu"),
    "alpine": _system("alpine"),
    "busybox": _system("busybox"),
    "fedora": _system("fedora", "dnf", "yum", "microdnf"),
    "centos": _system("rhel", "yum", "dnf"),
    "rockylinux": _system("rhel", "yum", "dnf", "microdnf"),
    "almalinux": _system("rhel", "yum", "dnf", "microdnf"),
    "oraclelinux": _system("rhel", "yum", "dnf", "microdnf"),
    "amazonlinux": _system("amazon", "yum", "dnf", "microdnf"),
    "photon": _system("photon", "tdnf"),
    "archlinux": _system("arch"),
    "buildpack-deps": _DEBIAN,
    # Languages
    "python": _image("debian", env={"LANG": "C.UTF-8"}),
    "pypy": _DEBIAN,
    "node": Image(family="debian", accounts=(Account("node", 1000, 1000, "/home/node"),)),
    "ruby": _image("debian", env={"LANG": "C.UTF-8", "GEM_HOME": "/usr/local/bundle"}),
    "golang": _image("debian", env={"GOPATH": "/go"}),
    "rust": _image("debian", env={"CARGO_HOME": "/usr/local/cargo", "RUSTUP_HOME": "/usr/local/rustup"}),
    "php": _image("debian", env={"PHP_INI_DIR": "/usr/local/etc/php"}),
    "perl": _DEBIAN,
    "gcc": _DEBIAN,
    "erlang": _DEBIAN,
    "elixir": _DEBIAN,
    "haskell": _DEBIAN,
    "julia": _DEBIAN,
    "r-base": _DEBIAN,
    "clojure": _DEBIAN,
    "swift": _UBUNTU,
    "eclipse-temurin": _UBUNTU,
    "openjdk": _image("", shell=_POSIX),
    "amazoncorretto": _image("amazon"),
    "maven": Image(family="", home="/root", shell=_POSIX),
    "gradle": _image("", user=None, shell=_POSIX),
    "composer": _image("alpine", env={"COMPOSER_ALLOW_SUPERUSER": "1", "COMPOSER_HOME": "/tmp"}),
    # Servers
    "nginx": _DEBIAN,
    "httpd": _DEBIAN,
    "postgres": _DEBIAN,
    "redis": _DEBIAN,
    "mariadb": _UBUNTU,
    "mongo": _UBUNTU,
    "wordpress": _image("debian", user=None),
    "tomcat": _image(""),
    "docker": _ALPINE,
    "memcached": _image("debian", user="memcache"),
    "haproxy": _image("debian", user=None),
}
"""Docker's official images, by name."""

_AIRFLOW_SHELL = ("/bin/bash", "-o", "pipefail", "-o", "errexit", "-o", "nounset", "-o", "nolog", "-c")

OTHERS: tuple[tuple[str, Image], ...] = (
    (
        r"(registry\.access\.redhat\.com|registry\.redhat\.io)/(ubi\d+/ubi|rhel\d*|ubi\d+)",
        _system("rhel", "yum", "dnf"),
    ),
    (
        r"(registry\.access\.redhat\.com|registry\.redhat\.io)/(ubi\d+/ubi-minimal|ubi\d+-minimal)",
        _system("rhel", "microdnf"),
    ),
    (r"quay\.io/centos/centos", _system("rhel", "yum", "dnf", "microdnf")),
    (r"public\.ecr\.aws/amazonlinux/amazonlinux", _system("amazon", "yum", "dnf", "microdnf")),
    (r"registry\.fedoraproject\.org/fedora", _system("fedora", "dnf", "yum")),
    (r"registry\.fedoraproject\.org/fedora-minimal", _system("fedora", "microdnf", "dnf")),
    (r"opensuse/(leap|tumbleweed)|registry\.opensuse\.org/opensuse/(leap|tumbleweed)", _system("suse")),
    (r"registry\.suse\.com/(suse/sle.*|bci/bci-base)", _system("suse")),
    (r"mcr\.microsoft\.com/powershell", _image("", user=None)),
    (r"mcr\.microsoft\.com/dotnet/(core/|nightly/)?sdk", Image(family="", home="/root")),
    (r"mcr\.microsoft\.com/dotnet/(nightly/)?(aspnet|runtime|runtime-deps)", _image("", user=None)),
    (r"mcr\.microsoft\.com/playwright(/.*)?", _image("")),
    (r"gcr\.io/distroless/.*", Image(family="distroless", user=None, one_family=True)),
    (r"cgr\.dev/chainguard/wolfi-base", _system("wolfi")),
    (r"cgr\.dev/.*", _image("", user=None)),
    (r"bitnami/minideb", _system("debian")),
    (r"bitnami(legacy|secure)?/.*", _image("debian", user="1001", shell=())),
    (r"jenkins/jenkins", _image("debian", user="jenkins")),
    (r"nvidia/cuda", _image("")),
    (r"rocker/r-ver|rocker/rstudio", _image("ubuntu")),
    (r"continuumio/(mini|ana)conda3?", _image("debian")),
    (r"mambaorg/micromamba", _image("debian", user="mambauser", shell=("/usr/local/bin/_dockerfile_shell.sh",))),
    (r"(quay\.io/)?jupyter/.*", _image("ubuntu", user="1000", shell=("/bin/bash", "-o", "pipefail", "-c"))),
    (r"circleci/.*", _image("", user="circleci")),
    (r"cimg/.*", _image("", user="circleci", shell=("/bin/bash", "-exo", "pipefail", "-c"))),
    (r"curlimages/curl", _image("alpine", user="curl_user")),
    (r"grafana/grafana", _image("", user="472")),
    (r"prom/.*", _image("", user="nobody")),
    (r"nginxinc/nginx-unprivileged", _image("debian", user="101")),
    (r"apache/airflow", _image("debian", user="airflow", shell=_AIRFLOW_SHELL)),
    (
        r"(ghcr\.io/)?catthehacker/ubuntu",
        _image("ubuntu", shell=("/bin/bash", "--login", "-e", "-o", "pipefail", "-c")),
    ),
    (r"ddev/.*", _image("debian", shell=())),
    (r"(nvcr\.io/nvidia/)?rapidsai/.*", _image("", user=None, shell=("/bin/bash", "-euo", "pipefail", "-c"))),
    (r"gitpod/.*", _image("ubuntu", user="gitpod")),
    (r"(quay\.io/)?keycloak/keycloak", _image("rhel", user="1000")),
)
"""Images of others: an expression on the whole name, as ImageReference.name gives it."""
