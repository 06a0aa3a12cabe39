"""What is built for glibc and so does not run, or not well, on musl; and what there is instead.

Each row names its source. That musl is another C library, with another loader, is in wiki.musl-libc.org, "Functional
differences from glibc"; that gcompat does not cover all, in its own README (git.adelielinux.org/adelie/gcompat).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import msgspec

from dfopt.expression import Expression


class Download(msgspec.Struct, frozen=True):
    """A file that is fetched, by the end of its URL or its name."""

    name: Expression
    what: str
    instead: str


_ARCH = r"(?:x64|x86_64|amd64|x86-64|aarch64|arm64|armv7l|i586|\$\{?\w+\}?)"
_ANY = r"[^/?#]*?"
"""A part of a file's name, variables included."""


def _download(name: str, what: str, instead: str) -> Download:
    return Download(Expression(rf"(?:.*/)?{name}", re.IGNORECASE), what, instead)


_JDK = "apk add openjdk{} of the release that is wanted, or an eclipse-temurin image for Alpine"

DOWNLOADS: Final = (
    # github.com/adoptium/temurin17-binaries/releases and adoptium.net/docs/faq: names of its files
    _download(
        rf"OpenJDK{_ANY}-(?:jdk|jre)_{_ARCH}_linux_{_ANY}\.tar\.gz",
        "a JDK of Adoptium",
        "its build for Alpine, with alpine-linux in its name",
    ),
    # api.adoptium.net/q/swagger-ui: the operating system is linux or alpine-linux
    _download(
        rf".*api\.adoptium\.net/v3/(?:binary|installer)/.*/linux/{_ARCH}/.*",
        "a JDK of Adoptium",
        "alpine-linux for linux",
    ),
    # jdk.java.net/archive and oracle.com/java/technologies/downloads: musl builds have linux-x64-musl_bin
    _download(
        rf"(?:server-)?(?:open)?(?:jdk|jre)-{_ANY}linux-{_ARCH}(?:_bin)?\.(?:tar\.gz|rpm)", "a JDK", _JDK.format("N")
    ),
    # docs.aws.amazon.com/corretto: permanent links
    _download(
        r"amazon-corretto-(?:(?!alpine)[^/?#])*-linux-(?:jdk|x64|aarch64)\.tar\.gz",
        "a JDK of Amazon Corretto",
        "its build for Alpine, with alpine-linux in its name",
    ),
    # docs.azul.com/core/install: file names
    _download(rf"zulu{_ANY}-linux_{_ARCH}\.(?:tar\.gz|zip)", "a JDK of Azul", "its build with linux_musl in its name"),
    # learn.microsoft.com/java/openjdk/download
    _download(
        rf"microsoft-jdk-{_ANY}-linux-{_ARCH}\.tar\.gz", "a JDK of Microsoft", "its build with alpine in its name"
    ),
    # graalvm.org/latest/docs/getting-started/linux: it is linked against glibc only
    _download(rf"graalvm-{_ANY}linux-{_ARCH}(?:_bin)?\.tar\.gz", "GraalVM", "a Debian slim base"),
    # github.com/nodejs/node/blob/main/BUILDING.md, "Platform list": musl is experimental, from unofficial-builds
    _download(
        rf"node-v{_ANY}-linux-{_ARCH}\.tar\.(?:gz|xz)",
        "node",
        "apk add nodejs npm, a node image for Alpine, or its build for musl from unofficial-builds.nodejs.org",
    ),
    # bun.sh/docs/installation: musl builds have -musl
    _download(rf"bun-linux-{_ARCH}(?:-baseline)?\.zip", "bun", "its build with musl in its name"),
    # learn.microsoft.com/dotnet/core/rid-catalog: linux-musl-x64
    _download(
        rf"(?:dotnet|aspnetcore)-(?:sdk|runtime)-{_ANY}-linux-{_ARCH}\.tar\.gz",
        ".NET",
        "its build with linux-musl in its name, or apk add dotnet",
    ),
    # github.com/conda/conda/issues/7514; repo.anaconda.com has installers for glibc only
    _download(
        rf"(?:Miniconda\d?|Anaconda\d?|Miniforge\d?|Mambaforge){_ANY}-Linux-{_ARCH}\.sh",
        "conda, as all that it installs,",
        "a Debian slim base, or a conda image",
    ),
    # github.com/aws/aws-cli/issues/4685
    _download(rf"awscli-exe-linux-{_ARCH}{_ANY}\.zip", "the AWS CLI 2", "apk add aws-cli"),
    # wiki.alpinelinux.org/wiki/Chromium
    _download(
        r"google-chrome-[^/?#]*\.(?:deb|rpm)|(?:.*/)?chrome-linux(?:64)?\.zip|(?:.*/)?chromedriver[-_]linux64\.zip",
        "Chrome",
        "apk add chromium chromium-chromedriver",
    ),
    # dart.dev/get-dart/archive; docs.flutter.dev/install/archive
    _download(rf"dartsdk-linux-{_ARCH}-release\.zip", "Dart", "a Debian slim base"),
    _download(r"flutter_linux_[^/?#]*\.tar\.xz", "Flutter", "a Debian slim base"),
    # docs.sonarsource.com, "SonarScanner CLI": the archive for linux holds a JRE, the one without a platform does not
    _download(
        rf"sonar-scanner-cli-[^/?#a-z]*-linux(?:-{_ARCH})?\.zip",
        "the JRE in SonarScanner",
        "the archive without a JRE, and a JRE of Alpine",
    ),
    # peps.python.org/pep-0600 and pep-0656
    _download(
        r"[^/?#]*manylinux[^/?#]*\.whl", "a wheel", "its wheel with musllinux in its name, or a Debian slim base"
    ),
    # doc.rust-lang.org/rustc/platform-support: the last part of a target is its C library
    _download(
        r"[^/?#]*-linux-gnu(?:\.(?:tar\.\w+|tgz|zip|gz|xz)|/[\w.-]+)",
        "what has gnu in the name of its target",
        "its build for linux-musl, or a Debian slim base",
    ),
)
"""A name is matched as a whole, without a query."""

FAMILIES: Final = frozenset(["debian", "ubuntu", "fedora", "rhel", "amazon", "photon", "azurelinux", "suse", "arch"])
"""Of base images (base_images.py), those with glibc."""

GLIBC_PACKAGE: Final = Expression(r".*/sgerrand/alpine-pkg-glibc/.*|(?:.*/)?glibc-(?:bin-|i18n-)?[\d.$]\S*\.apk")
"""Packages of glibc for Alpine from outside of it (github.com/sgerrand/alpine-pkg-glibc)."""

LAYERS: Final = frozenset(["gcompat", "libc6-compat"])
"""Packages of Alpine that let some programs for glibc start (pkgs.alpinelinux.org)."""


class Package(msgspec.Struct, frozen=True):
    """A package that brings programs for glibc along, whatever its manager runs on."""

    managers: frozenset[str]
    names: frozenset[str]
    what: str
    instead: str
    unless: Expression = Expression(r"(?!)")
    """What says that nothing for glibc is fetched, in the names of variables and of packages."""


_NPM: Final = frozenset(["npm", "yarn", "pnpm"])
_PIP: Final = frozenset(["pip", "uv"])

PACKAGES: Final = (
    # pptr.dev/troubleshooting, "Running on Alpine"
    Package(
        _NPM,
        frozenset(["puppeteer"]),
        "the Chrome that puppeteer downloads",
        "apk add chromium, PUPPETEER_SKIP_DOWNLOAD and PUPPETEER_EXECUTABLE_PATH",
        Expression(r"PUPPETEER_SKIP_(?:CHROMIUM_)?DOWNLOAD|PUPPETEER_EXECUTABLE_PATH|chromium\S*"),
    ),
    # playwright.dev/docs/docker, "Alpine": there are no builds of its browsers for musl
    Package(
        _NPM, frozenset(["playwright"]), "the browsers of playwright", "a Debian slim base or the image of playwright"
    ),
    # pypi.org: wheels for manylinux, none for musllinux, and no source that pip could build
    Package(
        _PIP,
        frozenset(["tensorflow", "torch", "torchvision", "torchaudio", "playwright"]),
        "the wheel",
        "a Debian slim base; for musl there is none",
    ),
)


_ANY_DOWNLOAD: Final = Expression("|".join(row.name.pattern for row in DOWNLOADS), re.IGNORECASE)


def download(words: Iterable[str]) -> tuple[str, Download] | None:
    """The first word that names something for glibc."""
    for word in words:
        plain = re.split("[?#]", word, maxsplit=1)[0]
        for row in DOWNLOADS if _ANY_DOWNLOAD.fullmatch(plain) else ():
            if row.name.fullmatch(plain):
                return plain, row
    return None


RUST_OUTPUT: Final = Expression(r"(?:.*/)?target/(?:release|debug)/.+")
"""Where cargo puts what it builds for the machine it runs on (doc.rust-lang.org/cargo/guide/build-cache.html)."""
