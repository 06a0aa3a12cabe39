"""What it costs to build a vertex anew: a table of seconds, in the order of magnitude of what one measures.

Replays compare two Dockerfiles under the same table; the numbers are no forecast of the builds of a machine.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

from dfopt.errors import ConfigError


class Cost(msgspec.Struct, frozen=True):
    """``seconds`` for a RUN in whose text ``pattern`` is found; the sum of all that are found counts."""

    name: str
    pattern: str
    seconds: float


COPY: Final = 0.3
WORKDIR: Final = 0.0
RUN: Final = 1.0
"""A RUN of which nothing below is found."""

COSTS: Final = (
    Cost("system packages", r"\b(apt-get|apt|apk|dnf|yum|microdnf|zypper)\b[^&|;\n]*\b(install|add|upgrade)\b", 20),
    Cost("Python packages", r"\b(pip3?|uv|poetry|pipenv|conda|mamba)\b[^&|;\n]*\b(install|sync)\b", 20),
    Cost("Node packages", r"\b(npm (ci|i|install)|yarn( install)?(?= *($|&|;|\n|-))|pnpm (i|install))", 25),
    Cost("Ruby gems", r"\b(bundle install|gem install)\b", 25),
    Cost("PHP packages", r"\bcomposer\b[^&|;\n]*\b(install|update)\b", 15),
    Cost("Go modules", r"\bgo mod download\b", 10),
    Cost("Go build", r"\bgo (build|install)\b", 20),
    Cost("Rust build", r"\bcargo (build|install|fetch|chef cook)\b", 60),
    Cost("Java build", r"\b(mvnw?|gradlew?)\b", 40),
    Cost(".NET restore", r"\bdotnet restore\b", 15),
    Cost(".NET build", r"\bdotnet (build|publish)\b", 20),
    Cost("C build", r"\b(make|cmake|ninja|gcc|g\+\+)\b", 20),
    Cost("front-end build", r"\b(npm run|yarn|pnpm)( run)? build\b|\bwebpack\b|\bvite build\b", 20),
)


class Table(msgspec.Struct, frozen=True):
    """The costs that hold in a replay."""

    costs: tuple[Cost, ...] = COSTS

    def of_run(self, text: str) -> float:
        """The seconds of a RUN by the text of its script."""
        return sum(cost.seconds for cost in self.costs if re.search(cost.pattern, text)) or RUN

    def with_seconds(self, name: str, seconds: float) -> Table:
        """The table with another number in a row.

        Raises ConfigError if there is no such row.
        """
        if not any(cost.name == name for cost in self.costs):
            raise ConfigError(f"there is no cost {name!r}; there are {', '.join(cost.name for cost in self.costs)}")
        changed = (msgspec.structs.replace(each, seconds=seconds) if each.name == name else each for each in self.costs)
        return Table(tuple(changed))
