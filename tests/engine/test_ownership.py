"""Owners and modes that COPY gives are those that chown and chmod gave."""

from __future__ import annotations

from pathlib import Path

import pytest

from dfopt import api
from dfopt.config import Config
from dfopt.source import Source
from tests.engine.builds import verified

CHOWN = """\
FROM debian:bookworm-slim
RUN useradd --system --uid 1500 shop && mkdir -p /opt/have /srv/have
WORKDIR /app
COPY . .
RUN chown -R shop:shop /app
COPY --from=debian:bookworm-slim /usr/share/base-files /srv/shop/
COPY tree /srv/shop/more/
RUN chown -R shop: /srv/shop && touch /made
COPY run.sh tree/data.txt /usr/local/bin/
RUN chown -v shop /usr/local/bin/run.sh /usr/local/bin/data.txt
ENV WHO=1500
COPY tree /opt/have/
USER root
WORKDIR /opt
RUN chown :${WHO} -R ./have
"""

CHMOD = """\
FROM debian:bookworm-slim
RUN useradd --uid 1500 shop
COPY run.sh tree/data.txt /usr/local/bin/
RUN chmod +x /usr/local/bin/run.sh /usr/local/bin/data.txt
WORKDIR /app
COPY --chown=shop . .
RUN chmod -R 750 /app && touch /made
COPY tree /srv/tree
RUN chmod -R a=rwx /srv/tree
COPY <<'EOF' /start.sh
#!/bin/sh
EOF
RUN chmod u+x /start.sh
USER shop
COPY --chown=shop run.sh /tmp/run.sh
RUN chmod 0500 /tmp/run.sh
"""


@pytest.fixture
def context(tmp_path: Path) -> Path:
    (tmp_path / "tree" / "below").mkdir(parents=True)
    (tmp_path / "tree" / "data.txt").write_text("data\n" * 200_000)
    (tmp_path / "tree" / "below" / "link").symlink_to("../data.txt")
    (tmp_path / "tree" / "below" / "tool").write_text("#!/bin/sh\n")
    (tmp_path / "tree" / "below" / "tool").chmod(0o755)
    (tmp_path / "run.sh").write_text("#!/bin/sh\necho running\n")
    return tmp_path


@pytest.mark.parametrize(("transform", "text", "gone"), [("copy-chown", CHOWN, 1), ("copy-chmod", CHMOD, 3)])
def test_the_image_is_the_same(transform: str, text: str, gone: int, context: Path) -> None:
    result = api.rewrite(Source(text, str(context / "Dockerfile")), Config(select=(transform,), unsafe=True))
    assert result.failures == ()
    found = verified(text, result.after, context)  # nothing may differ at all, whatever the patches declare
    assert found.undeclared == ()
    assert len(found.after.image.layers) == len(found.before.image.layers) - gone
    assert found.after.image.size < found.before.image.size - 2_000_000


def test_a_folder_that_workdir_made_keeps_its_owner(context: Path) -> None:
    before = "FROM debian:bookworm-slim\nWORKDIR /app\nCOPY run.sh .\nRUN chown -R 1500:1500 /app\n"
    after = "FROM debian:bookworm-slim\nWORKDIR /app\nCOPY --chown=1500:1500 run.sh .\n"
    assert [each.path for each in verified(before, after, context).undeclared] == ["/app"]
