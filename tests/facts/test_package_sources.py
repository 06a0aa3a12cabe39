"""Installs that read an index that was downloaded before its sources changed."""

from __future__ import annotations

import pytest

from dfopt.facts.facts import Facts
from dfopt.facts.package_sources import reads_older_sources
from dfopt.knowledge.package_managers import MANAGERS
from dfopt.source import Source
from dfopt.syntax.nodes import Run
from dfopt.syntax.parser import parse

APK = next(found for found in MANAGERS if found.name == "apk")
CHANGE = "echo x >> /etc/apk/repositories"


@pytest.mark.parametrize(
    ("lines", "older"),
    [
        (f"RUN apk update && {CHANGE} && apk add a", True),
        (f"RUN apk add -U a && {CHANGE} && apk add b", True),
        ("RUN apk update && wget -O /etc/apk/keys/k x && apk add a", True),
        (f"RUN {CHANGE} && apk add a", True),
        (f"RUN {CHANGE} && if a; then apk update; fi && apk add a", True),
        (f"RUN c() {{ {CHANGE}; }}; apk update && c && apk add a", True),
        (f"RUN {CHANGE} && apk update && apk add a", False),
        (f"RUN {CHANGE} && apk add -U a", False),
        (f"RUN apk update && {CHANGE} && apk add --no-cache a", False),
        (f"RUN apk update && apk add a && {CHANGE}", False),
        ("RUN apk update && apk add a", False),
        ("RUN apk update && apk add -X x a", True),
        ("RUN apk update && apk add --repository=x a", True),
        ("RUN apk update && apk --allow-untrusted add a", True),
        ("RUN apk add -U -X x a", False),
        (f"RUN apk update\nRUN {CHANGE}\nRUN apk add a", True),
        (f"RUN {CHANGE}\nRUN apk update\nRUN apk add a", False),
        ("RUN apk update\nRUN ./x.sh\nRUN apk add a", True),
        ("RUN apk update\nCOPY repositories /etc/apk/\nRUN apk add a", True),
        ("RUN apk update\nCOPY root /\nRUN apk add a", True),
        ("RUN apk update\nWORKDIR /etc\nCOPY apk apk\nRUN apk add a", True),
        ("RUN apk update\nCOPY a /app/\nRUN apk add a", False),
        (f"RUN apk update\nRUN [[ a ]] && {CHANGE}\nRUN apk add a", True),
    ],
)
def test_older_sources(lines: str, older: bool) -> None:
    facts = Facts(parse(Source(f"FROM alpine:3\n{lines}\n")))
    assert bool(reads_older_sources(facts, [*facts.dockerfile.find(Run)][-1], APK)) is older
