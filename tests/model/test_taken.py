"""What COPY and mounts take of a folder of another stage."""

from __future__ import annotations

import pytest

from dfopt.facts.facts import Facts
from dfopt.model.taken import Taken, taken
from dfopt.source import Source
from dfopt.syntax.parser import parse


@pytest.mark.parametrize(
    ("instruction", "path", "expected"),
    [
        ("COPY --from=b /var/cache/yum /c", "/var/cache/yum", Taken.ITSELF),
        ("COPY --from=b /var/cache/yum /var/cache/yum", "/var/cache/yum", Taken.ITSELF),
        ("COPY --from=b /var/cache/yum/x /c", "/var/cache/yum", Taken.ITSELF),
        ("COPY --from=b /var/cache/ /var/cache", "/var/cache/yum", Taken.WITH_PARENT),
        ("COPY --from=b / /", "/var/cache/yum", Taken.WITH_PARENT),
        ("COPY --from=b . /", "/var/cache/yum", Taken.WITH_PARENT),
        ("COPY --from=b /var /v", "/var/cache/yum", Taken.ITSELF),
        ("COPY --from=b /var var", "/var/cache/yum", Taken.ITSELF),
        ("COPY --from=b --parents /var /", "/var/cache/yum", Taken.ITSELF),
        ("COPY --from=b /var/* /var/", "/var/cache/yum", Taken.ITSELF),
        ("COPY --from=b /v?r /var", "/var/cache/yum", Taken.ITSELF),
        ("COPY --from=b $X /x", "/var/cache/yum", Taken.ITSELF),
        ('COPY --from=b ["/a", "/var/cache", "/var/cache"]', "/var/cache/yum", Taken.WITH_PARENT),
        ("COPY --from=b /var/lib /app/*.jar /x/", "/var/cache/yum", Taken.NOTHING),
        ("COPY --from=b /home/me /home/me", "/home/*/.npm", Taken.WITH_PARENT),
        ("COPY --from=b /home/me/app /app", "/home/*/.npm", Taken.NOTHING),
        ("COPY --from=B /var /v", "/var/cache/yum", Taken.ITSELF),
        ("COPY --from=0 /var /v", "/var/cache/yum", Taken.ITSELF),
        ("COPY --from=$B /var /v", "/var/cache/yum", Taken.ITSELF),
        ("COPY --from=bb /var /v", "/var/cache/yum", Taken.NOTHING),
        ("COPY /var /v", "/var/cache/yum", Taken.NOTHING),
        ("RUN --mount=from=b,target=/b x", "/var/cache/yum", Taken.ITSELF),
        ("RUN --mount=type=bind,from=b,source=/var,target=/b x", "/var/cache/yum", Taken.ITSELF),
        ("RUN --mount=type=cache,from=b,src=/var/cache/yum/x,target=/b x", "/var/cache/yum", Taken.ITSELF),
        ("RUN --mount=from=b,source=/app,target=/b x", "/var/cache/yum", Taken.NOTHING),
        ("RUN --mount=from=c,target=/b x", "/var/cache/yum", Taken.NOTHING),
        ("RUN --mount=target=/b x", "/var/cache/yum", Taken.NOTHING),
    ],
)
def test_taken(instruction: str, path: str, expected: Taken) -> None:
    stages = Facts(parse(Source(f"FROM x AS b\nFROM y\n{instruction}\n"))).stages
    assert taken(stages[1].instructions[0], stages[0], path) is expected
