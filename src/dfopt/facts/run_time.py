"""The image that a program runs on that was built in another one: smaller, with the same libc and run time."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from dfopt.facts.base_image import BaseImage, base_image, is_root
from dfopt.knowledge import dotnet
from dfopt.knowledge.accounts import WITH_ADDUSER
from dfopt.knowledge.end_of_life import SLIM
from dfopt.knowledge.tool_chains import (
    BUILDERS,
    JRE_SINCE,
    LAST_RELEASE,
    NEWEST_ALPINE,
    OPENJDK_JRE,
    RELEASES,
    TEMURIN_SYSTEMS,
    Builder,
)
from dfopt.model.stages import Stage
from dfopt.syntax.nodes import Copy, Run, User

_NUMBERS = re.compile(r"\d+(\.\d+)*")
_SYSTEM = re.compile(r"alpine[\d.]*")


class RunTime(msgspec.Struct, frozen=True):
    """An image to run on."""

    image: str
    """Its reference."""
    why: str
    release: str = ""
    """That of Debian; empty if it is another system, or not known."""
    is_exact: bool = False
    """True if the builder is on the same release for sure."""
    has_older_cpp: bool = False
    """True if its libstdc++ may be older than that of the compiler."""
    others: tuple[str, ...] = ()
    """Images of the same system with less, the larger ones first: what a program shows decides."""
    family: str = ""
    """Of the system that both images are on, if no tag says it."""
    env: Mapping[str, str] = {}
    """What the builder sets, and this image not, or to something else."""
    kept: frozenset[str] = frozenset()
    """Variables of the builder's tool chain that this image has, too."""
    users: frozenset[str] = frozenset()
    """Those that both images have, each with a group of its name."""
    is_root: bool = False
    """True if its user is root, whatever is known of other images of its name."""


def name_of(base: BaseImage) -> str:
    """The name by which a builder is known: that of an official image, or the full one of another."""
    return base.reference.official or base.reference.name if base.reference else ""


def builder_of(base: BaseImage) -> Builder | None:
    """The tool chain that an image has; None if none is known."""
    return BUILDERS.get(name_of(base))


def begins_as_root(base: BaseImage, stage: Stage) -> bool:
    """True if nothing in a stage is done by another user, unless a USER behind it says so."""
    first = next((each for each in stage.instructions if isinstance(each, User | Run | Copy)), None)
    builder = builder_of(base)
    by_root = builder.by_root if builder else None
    if by_root and base.reference and by_root.fullmatch(base.reference.tag or ""):
        return True
    return base.is_root is True or (base.is_root is None and isinstance(first, User) and is_root(first.user.text))


def has_adduser(found: RunTime) -> bool:
    """True if an image surely has ``adduser`` and ``addgroup``: other systems than Debian have their own."""
    return found.release in WITH_ADDUSER or base_image(found.image).family != "debian"


def run_time(base: BaseImage, written: str) -> RunTime | None:
    """What a program runs on that was built on a base, as that is written; None if that is not known."""
    reference = base.reference
    if reference is None or reference.tag is None or reference.digest:
        return None
    name, tag = name_of(base), reference.tag.lower()
    prefix = reference.name.removesuffix(name)
    found = _RECIPES[name](name, tag) if name in _RECIPES else None
    if found is None:
        return None
    is_same = found.image == f"{name}:{tag}"
    return msgspec.structs.replace(found, image=written if is_same else prefix + found.image)


def _debian(_name: str, tag: str) -> RunTime | None:
    """The slim image of the release that a tag names."""
    release, _, rest = tag.removesuffix("-slim").partition("-")
    is_release = release in RELEASES or re.fullmatch(r"\d+(\.\d+)?", release) is not None
    if not is_release or (rest and not re.fullmatch(r"\d{8}", rest)):
        return None
    codename = release if release in RELEASES else _codename(release.partition(".")[0])
    day = f"-{rest}" if rest else ""
    return RunTime(f"debian:{release}{day}-slim", "it is the same release without documentation", codename, True)


def _codename(number: str) -> str:
    at = int(number) - 8
    return RELEASES[at] if 0 <= at < len(RELEASES) else ""


def _of_tool_chain(name: str, tag: str) -> RunTime | None:
    """The system that a tool chain's image is on."""
    parts = tag.split("-")
    named = next((part for part in parts if part in RELEASES), "")
    if named:
        return RunTime(f"debian:{named}-slim", f"{name}:{tag} is on Debian {named}", named, True)
    alpine = next((part for part in parts if _SYSTEM.fullmatch(part)), "")
    if alpine:
        number = alpine.removeprefix("alpine") or NEWEST_ALPINE
        return RunTime(f"alpine:{number}", f"{name}:{tag} is on Alpine {number} or an older one")
    if not all(_NUMBERS.fullmatch(part) or part in ("slim", "latest") for part in parts):
        return None
    version = (99, 0) if parts[0] in ("latest", "slim") else _version(parts[0])
    for last, release in LAST_RELEASE.get(name, ()):
        if version <= last:
            if name == "gcc" and last == (99, 0):
                return RunTime(f"debian:{release}-slim", f"{name}:{tag} is on Debian {release}", release, False, True)
            return RunTime(f"debian:{release}-slim", f"{name}:{tag} is on Debian {release} or an older one", release)
    return None


def _version(text: str) -> tuple[int, int]:
    """A version that a tag names: one without a second number moves on to the newest."""
    numbers = [int(number) for number in text.split(".")]
    return numbers[0], numbers[1] if len(numbers) > 1 else 99


def _slim(name: str, tag: str) -> RunTime | None:
    """The variant of the same image without compilers."""
    parts = tag.split("-")
    release = next((part for part in parts if part in RELEASES), "")
    if any(part == "slim" or _SYSTEM.fullmatch(part) for part in parts):
        return RunTime(f"{name}:{tag}", "it is small already", release, bool(release))
    if not all(_NUMBERS.fullmatch(part) or part in RELEASES or part in ("lts", "latest") for part in parts):
        return None
    first, dash, _ = tag.partition("-")
    if first == "latest":
        return RunTime(f"{name}:slim", "it is the same without compilers")
    slim = f"{tag}-slim" if SLIM[name].last else f"{first}-slim{dash}{release}"
    return RunTime(f"{name}:{slim}", f"it has the same {name} and libc without compilers", release, bool(release))


def _itself(name: str, tag: str) -> RunTime:
    """An image that has no smaller variant."""
    return RunTime(f"{name}:{tag}", "it has no smaller variant of the same libc")


def _php(name: str, tag: str) -> RunTime:
    """The same image: there is none without compilers."""
    release = next((part for part in tag.split("-") if part in RELEASES), "")
    return msgspec.structs.replace(_itself(name, tag), release=release, is_exact=bool(release))


def _temurin(_name: str, tag: str) -> RunTime | None:
    version, *rest = [part for part in tag.split("-") if part != "jdk"]
    if not re.fullmatch(r"\d+[\w.+]*", version) or version.startswith("latest"):
        return None
    if re.match(r"\d+", version)[0] not in JRE_SINCE:  # type: ignore[index]
        return None
    if not all(part in TEMURIN_SYSTEMS for part in rest):
        return None
    return _jre("eclipse-temurin", version, rest)


def _jre(name: str, version: str, rest: list[str]) -> RunTime:
    return RunTime("-".join([f"{name}:{version}", "jre", *rest]), f"it has what Java {version} runs with")


def _openjdk(_name: str, tag: str) -> RunTime | None:
    version, *rest = [part for part in tag.split("-") if part != "jdk"]
    major = re.match(r"\d+", version)
    if not major or not re.fullmatch(r"[\du.]+", version):
        return None
    if major[0] in OPENJDK_JRE and all(part in {"slim", "alpine", *RELEASES} for part in rest):
        return _jre("openjdk", version, rest)
    if version == major[0] in JRE_SINCE and all(part in {"slim", "alpine", "buster", "bullseye"} for part in rest):
        found = _jre("eclipse-temurin", version, [part for part in rest if part == "alpine"])
        return msgspec.structs.replace(found, why=f"openjdk has no JRE of Java {version}, and is deprecated")
    return None


def _maven(_name: str, tag: str) -> RunTime | None:
    found = re.fullmatch(r"[\d.]+(?:-beta-\d+)?-(openjdk|jdk|eclipse-temurin)-(\d+)((?:-\w+)*)", tag)
    if found is None:
        return None
    rest = found[3].strip("-")
    if found[1] == "eclipse-temurin":
        return _temurin("eclipse-temurin", f"{found[2]}-{rest}" if rest else found[2])
    return _openjdk("openjdk", f"{found[2]}-{rest}" if rest else found[2])


def _gradle(_name: str, tag: str) -> RunTime | None:
    found = re.fullmatch(r"(?:[\d.]+-)?jdk(\d+)(?:-(alpine|focal|jammy|noble))?", tag)
    return _temurin("eclipse-temurin", "-".join(filter(None, found.groups()))) if found else None


def _dotnet(name: str, tag: str) -> RunTime | None:
    """The image with ASP.NET Core, of the same version and system; it has all that the others have."""
    found = dotnet.TAG.fullmatch(tag)
    version = dotnet.VERSIONS.get(found["version"]) if found else None
    if found is None or version is None:
        return None
    system = (found["system"] or "").removeprefix("-")
    release = (system or version.system).removesuffix("-slim")
    if system in ("buster", "bullseye"):
        system += "-slim"
    rest = "-".join(filter(None, (found["version"], system, (found["machine"] or "").removeprefix("-"))))
    images = [f"{name.removesuffix('sdk')}{each}:{rest}" for each in ("aspnet", "runtime", "runtime-deps")]
    is_alpine = release.startswith("alpine")
    env = {dotnet.POLLING: "true"}
    if version.has_urls:
        env[dotnet.URLS] = ""
    if is_alpine:
        env[dotnet.INVARIANT] = "false"
    return RunTime(
        images[0],
        f"it has what .NET {found['version']} runs with, on the same system",
        release if release in RELEASES else "",
        True,
        others=tuple(images[1:]),
        family="alpine" if is_alpine else "debian" if release in RELEASES else "ubuntu",
        env=env,
        kept=frozenset(dotnet.OF_RUN_TIME) | (frozenset(dotnet.DIFFER) - env.keys()),
        users=version.users,
        is_root=True,
    )


_RECIPES = {
    **dict.fromkeys(dotnet.SDKS, _dotnet),
    "debian": _debian,
    "golang": _of_tool_chain,
    "rust": _of_tool_chain,
    "gcc": _of_tool_chain,
    "buildpack-deps": _of_tool_chain,
    "python": _slim,
    "node": _slim,
    "ruby": _slim,
    "php": _php,
    "ubuntu": _itself,
    "alpine": _itself,
    **dict.fromkeys("fedora centos rockylinux almalinux oraclelinux amazonlinux".split(), _itself),
    "eclipse-temurin": _temurin,
    "openjdk": _openjdk,
    "maven": _maven,
    "gradle": _gradle,
}
