"""Tools and documentation that images do without: what is in the images before and after."""

from __future__ import annotations

from pathlib import Path

from dfopt import api
from dfopt.config import Config
from dfopt.source import Source
from tests.engine.builds import verified

UPDATE = "apt-get update && apt-get install -y --no-install-recommends"


def files(text: str, context: Path, **options: str) -> tuple[set[str], set[str]]:
    """The paths in the image before that are not in the one after, and the other way round."""
    config = Config(select=("without-debug-tools",), unsafe=True, transforms={"without-debug-tools": options})
    result = api.rewrite(Source(text, str(context / "Dockerfile")), config)
    assert result.changed
    found = verified(text, result.after, context, deltas=tuple(each.delta for each in result.applied))
    assert found.undeclared == ()
    gone, added = ({each.path for each in found.findings if each.what.value == what} for what in ("gone", "added"))
    return gone, added


def test_a_tool_is_gone_and_its_neighbours_are_there(tmp_path: Path) -> None:
    text = f'FROM debian:bookworm-slim\nRUN {UPDATE} \\\n    nano \\\n    jq\nCMD ["jq", "--version"]\n'
    gone, added = files(text, tmp_path)
    assert "/usr/bin/nano" in gone
    assert not any("jq" in path for path in gone)
    assert added == set()


def test_documentation_is_not_unpacked_but_licences_are(tmp_path: Path) -> None:
    text = f'FROM debian:bookworm\nRUN {UPDATE} jq\nCMD ["jq", "--version"]\n'
    gone, added = files(text, tmp_path, documentation="drop")
    assert added == {"/etc/dpkg/dpkg.cfg.d/without-docs"}
    assert "/usr/share/doc/jq/copyright" not in gone
    assert "/usr/share/man/man1/jq.1.gz" in gone
