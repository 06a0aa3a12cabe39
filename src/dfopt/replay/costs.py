"""What it costs to build a vertex anew: a table of seconds, in the order of magnitude of what one measures.

Replays compare two Dockerfiles under the same table; the numbers are no forecast of the builds of a machine.

Four rules beside the sum of what is found in the text of a RUN:

- A tool that downloads while it builds (``downloads``) pays for that as well, unless a RUN above it in the stage, or in
  those that the stage starts from, has done so: ``go build`` below ``go mod download`` only builds. One that is told to
  work offline pays for no download.
- A RUN with a cache mount for what the tool keeps (``kept``) costs ``warm`` seconds from the second time on that a RUN
  of this kind is built with that mount: the builder keeps it, as BuildKit does until it is pruned.
- A RUN pays for each call of a tool, as two RUNs with one call each would.
- A RUN of which nothing is found costs one second.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Sequence
from typing import Final

import msgspec

from dfopt.errors import ConfigError
from dfopt.model.mounts import Mount


class Cost(msgspec.Struct, frozen=True):
    """``seconds`` for each command of a RUN that ``pattern`` is found in; the sum of all that are found counts."""

    name: str
    pattern: str
    seconds: float
    downloads: str = ""
    """The row that it pays for as well if no RUN above did."""
    kept: str = ""
    """On the targets of cache mounts: they keep what makes the next one cheaper."""
    warm: float | None = None
    """The seconds with such a mount that was filled before."""
    anew: str = "(?!)"
    """On the text: it uses nothing that was kept."""


class Charge(msgspec.Struct, frozen=True):
    """What a RUN pays for one thing."""

    seconds: float
    warm: float = 0
    mounts: tuple[tuple[str, str], ...] = ()
    """With the cache mounts that it is cheaper with once they are filled: the row, and the id of each."""

    def cost(self, filled: Collection[tuple[str, str]]) -> float:
        return self.warm if any(each in filled for each in self.mounts) else self.seconds


COPY: Final = 0.3
WORKDIR: Final = 0.0
RUN: Final = 1.0
"""A RUN of which nothing below is found."""
WARM: Final = " (warm)"
"""Behind the name of a row: its seconds with a cache mount that is filled."""

_OFFLINE: Final = r"-mod=vendor|--offline\b|--no-restore\b|--frozen\b|\bmvnw?\b[^&|;\n]* -o\b"
_COMMAND: Final = r"(?:\A|[\n;&|({]|\bthen\b|\bdo\b)\s*(?:\w+=\S*\s+)*(?:(?:sh|bash) )?(?:\S*/)?"
"""Where a command begins: ``make`` among the packages of an install is none."""
_MAVEN: Final = r"dependency:|maven-dependency-plugin|de\.qaware\.maven"

COSTS: Final = (
    # What remains with a cache mount is to unpack and to configure, which is more than half of an install.
    Cost(
        "system packages",
        r"\b(apt-get|apt|apk|dnf|yum|microdnf|zypper)\b[^&|;\n]*\b(install|add|upgrade)\b",
        20,
        kept=r"/var/cache/apt.*|/etc/apk/cache|/var/cache/(dnf|apk|yum).*",
        warm=14,
    ),
    # Eight usual packages in an engine, two runs: 49 s, with a filled cache 46 and 19 s.
    Cost(
        "Python packages",
        r"\b(pip3?|uv|poetry|pipenv|conda|mamba)\b[^&|;\n]*\b(install|sync)\b",
        20,
        kept=r".*/\.cache(/(pip|uv|pypoetry|pipenv).*)?",
        warm=14,
    ),
    # Nine usual packages in an engine with a registry nearby: 15 s, with a filled cache 21 and 24 s. So writing files
    # is what takes long, and a mount spares only the way to a registry that is further away.
    Cost(
        "Node packages",
        rf"\b(npm (ci|i|install)|pnpm (i|install))\b|{_COMMAND}yarn( install)?(?= *($|&|;|\n|-))",
        25,
        kept=r".*/\.npm|.*/yarn(/.*)?|.*/pnpm(/.*)?",
        warm=20,
    ),
    Cost("Ruby gems", r"\b(bundle install|gem install)\b", 25, kept=r".*/bundle(/cache)?", warm=18),
    # Behind an install that left out the autoloader, another one finds all packages and only writes that.
    Cost(
        "PHP packages",
        r"\bcomposer(\.phar)? ([^&|;\n]* )?(install [^&|;\n]*--no-autoloader|update)\b",
        12,
        kept=r".*/\.?composer(/cache)?|/tmp/cache",
        warm=6,
    ),
    Cost(
        "PHP autoloader",
        r"\bcomposer(\.phar)? ([^&|;\n]* )?install\b(?!-|[^&|;\n]*--no-autoloader)",
        3,
        downloads="PHP packages",
    ),
    # A cache of modules is used in place: nothing is left to do but for those that are new.
    Cost("Go modules", r"\bgo mod download\b", 10, kept=r".*/pkg/mod(/.*)?|/go(/pkg)?", warm=1),
    # It compares what is needed with what is written down, for which it has to have all modules.
    Cost("Go tidy", r"\bgo mod tidy\b", 2, downloads="Go modules"),
    # A small web server in an engine: 11.1 s, with a filled GOCACHE 1.3 s. What depends on a change is compiled again.
    Cost(
        "Go build",
        r"\bgo (build|install)\b",
        20,
        downloads="Go modules",
        kept=r".*go-build|.*/\.cache",
        warm=5,
        anew=r"\bgo (build|install)\b[^&|;\n]* -a\b",
    ),
    Cost("Rust crates", r"\bcargo (fetch|vendor)\b", 15, kept=r".*/\.?cargo(/(registry|git))?", warm=2),
    # The folder of artifacts holds the compiled dependencies, most of what there is to compile.
    Cost(
        "Rust build",
        r"\bcargo (build|install|chef cook)\b",
        60,
        downloads="Rust crates",
        kept=r".*/target|.*/sccache",
        warm=15,
    ),
    # Published builds of Spring applications below a COPY of all take 114 to 202 s, most of it to download
    # (foojay.io/today/faster-maven-builds-part-2, containers.fan/posts/speed-up-maven-docker-builds-with-cache).
    Cost("Maven dependencies", rf"{_COMMAND}mvnw?\b[^&|;\n]*({_MAVEN})", 40, kept=r".*/\.m2(/.*)?", warm=3),
    Cost("Maven build", rf"{_COMMAND}mvnw?\b(?![^&|;\n]*({_MAVEN}))", 40, downloads="Maven dependencies"),
    # A report of dependencies takes Gradle itself, plug-ins and descriptions; the libraries are left to the build.
    Cost("Gradle dependencies", rf"{_COMMAND}gradlew?\b[^&|;\n]*ependencies\b", 20, kept=r".*/\.gradle(/.*)?", warm=3),
    Cost(
        "Gradle build",
        rf"{_COMMAND}gradlew?\b(?![^&|;\n]*ependencies\b)",
        60,
        downloads="Gradle dependencies",
        kept=r".*/\.gradle(/caches)?",
        warm=40,
    ),
    Cost(".NET restore", r"\bdotnet restore\b", 15, kept=r".*/\.nuget(/.*)?", warm=3),
    Cost(".NET build", r"\bdotnet (build|publish)\b", 20, downloads=".NET restore"),
    Cost("Elixir dependencies", r"\bmix deps\.get\b", 10),
    Cost("Elixir build", r"\bmix (deps\.compile|compile|release)\b", 30),
    Cost("C build", rf"{_COMMAND}(make|cmake|ninja|gcc|g\+\+)(?=\s|$)", 20),
    Cost("front-end build", rf"\b(npm run|yarn|pnpm)( run)? build\b|{_COMMAND}(npx )?webpack\b|\bvite build\b", 20),
)


class Table(msgspec.Struct, frozen=True):
    """The costs that hold in a replay."""

    costs: tuple[Cost, ...] = COSTS

    def of_run(self, text: str, mounts: Sequence[Mount] = (), paid: Collection[str] = ()) -> tuple[Charge, ...]:
        """What a RUN pays for by the text of its script; ``paid`` are the rows that RUNs above it have paid for."""
        found = self.rows(text)
        due = {cost.downloads for cost in found} - {cost.name for cost in found} - set(paid)
        is_offline = re.search(_OFFLINE, text) is not None
        rows = [(cost, _calls(cost, text)) for cost in found]
        rows += [(cost, 1) for cost in self.costs if cost.name in due and not is_offline]
        caches = [mount for mount in mounts if mount.type == "cache"]
        return tuple(_charge(cost, text, caches) for cost, calls in rows for _ in range(calls)) or (Charge(RUN),)

    def rows(self, text: str) -> list[Cost]:
        """Those that are found in the text of a script."""
        return [cost for cost in self.costs if re.search(cost.pattern, text)]

    def paid(self, text: str) -> Iterator[str]:
        """The rows that RUNs below need not pay for."""
        for cost in self.rows(text):
            yield cost.name
            yield cost.downloads

    def with_seconds(self, name: str, seconds: float) -> Table:
        """The table with another number in a row; ``NAME (warm)`` is the one with a filled cache mount.

        Raises ConfigError if there is no such row, or no such cost.
        """
        if not 0 <= seconds < math.inf:
            raise ConfigError(f"the cost of {name!r} is no number of seconds: {seconds}")
        names = [*self.seconds()]
        if name not in names:
            raise ConfigError(f"there is no cost {name!r}; there are {', '.join(names)}")
        row, is_warm = name.removesuffix(WARM), name.endswith(WARM)
        return Table(tuple(_with(cost, seconds, is_warm) if cost.name == row else cost for cost in self.costs))

    def seconds(self) -> dict[str, float]:
        """All numbers by their names."""
        found: dict[str, float] = {}
        for cost in self.costs:
            found[cost.name] = cost.seconds
            if cost.warm is not None:
                found[f"{cost.name}{WARM}"] = cost.warm
        return found


def _calls(cost: Cost, text: str) -> int:
    """How often a tool is called: commands end at ``;``, ``&`` and ``|``, and at the end of a line."""
    parts = re.split(r"(?<!\\)\n|&&|[;|&]", text)
    return max(1, sum(re.search(cost.pattern, part) is not None for part in parts))


def _with(cost: Cost, seconds: float, is_warm: bool) -> Cost:
    if is_warm:
        return msgspec.structs.replace(cost, warm=seconds)
    return msgspec.structs.replace(cost, seconds=seconds)


def _charge(cost: Cost, text: str, caches: Sequence[Mount]) -> Charge:
    if cost.warm is None or re.search(cost.anew, text):
        return Charge(cost.seconds)
    kept = [mount for mount in caches if re.fullmatch(cost.kept, (mount.target or "").rstrip("/"))]
    mounts = tuple((cost.name, mount.fields.get("id") or mount.target or "") for mount in kept)
    return Charge(cost.seconds, min(cost.warm, cost.seconds), mounts)
