"""COPYs that were split or moved: the same image, and installs that a change of the sources does not run again."""

from __future__ import annotations

import os
from pathlib import Path

from dfopt import api
from dfopt.config import Config
from dfopt.context.place import files_of
from dfopt.edits import Safety
from dfopt.source import Source
from tests.engine.builds import docker, image, verified

PYTHON = """\
FROM python:3.11
COPY --chown=1000:33 . /srv/app
WORKDIR /srv/app
RUN pip install --no-cache-dir -r requirements/prod.txt && python -c 'open("built", "w")'
"""
NODE = """\
FROM node:18
WORKDIR /repo
ADD . ./
RUN npm ci --ignore-scripts
RUN node web/index.js > out
"""


def rewritten(text: str, context: Path) -> str:
    """The result of the transform, a safe one, which the engine finds to be the same image."""
    source = Source(text, str(context / "Dockerfile"))
    (context / "Dockerfile").write_text(text)
    result = api.rewrite(source, Config(select=("split-copy",)), files=files_of(context / "Dockerfile", str(context)))
    assert {each.safety for each in result.applied} == {Safety.SAFE}
    assert result.failures == ()
    assert verified(text, result.after, context).findings == ()
    return result.after


def test_owners_modes_and_links_stay(tmp_path: Path) -> None:
    root = tmp_path / "app"
    (root / "requirements" / "old").mkdir(parents=True)
    (root / "src").mkdir()
    (root / "requirements" / "prod.txt").write_text("-r base.txt\n")
    (root / "requirements" / "base.txt").write_text("six==1.16.0\n")
    (root / "requirements" / "latest").symlink_to("prod.txt")
    (root / "src" / "main.py").write_text("import six\n")
    (root / "tool.sh").write_text("#!/bin/sh\n")
    os.chmod(root / "tool.sh", 0o4755)
    os.chmod(root / "requirements", 0o2775)
    os.chmod(root / "requirements" / "base.txt", 0o640)
    os.chmod(root / "src", 0o700)
    os.chmod(root, 0o770)
    after = rewritten(PYTHON, root)
    assert "COPY --chown=1000:33 requirements/base.txt requirements/prod.txt /srv/app/requirements/\n" in after


def test_a_change_of_the_sources_installs_nothing_again(tmp_path: Path) -> None:
    (tmp_path / "web").mkdir()
    (tmp_path / "package.json").write_text('{"workspaces": ["web"]}')
    (tmp_path / "web" / "package.json").write_text('{"name": "web", "version": "1.0.0"}')
    lock = '{"lockfileVersion": 3, "packages": {"": {"workspaces": ["web"]}, "node_modules/web": '
    (tmp_path / "package-lock.json").write_text(f'{lock}{{"resolved": "web", "link": true}}, "web": {{}}}}}}')
    (tmp_path / "web" / "index.js").write_text("console.log(1)\n")
    after = rewritten(NODE, tmp_path)
    layers = [_layers(image(after, tmp_path))]
    (tmp_path / "web" / "index.js").write_text(f"console.log({os.urandom(4).hex()!r})\n")
    layers.append(_layers(image(after, tmp_path)))
    same = [first == second for first, second in zip(*layers, strict=True)]
    assert same[-5:] == [True, True, True, False, False], "two COPYs and the install are those of the cache"


def _layers(name: str) -> list[str]:
    return docker("image", "inspect", "--format", '{{join .RootFS.Layers "\\n"}}', name).split("\n")
