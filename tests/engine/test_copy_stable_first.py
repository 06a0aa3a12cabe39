"""COPYs in parts: the same image, and a layer of the stable parts that stays."""

from __future__ import annotations

import os
from pathlib import Path

from dfopt import api
from dfopt.config import Config
from dfopt.context.build_context import Told, read_context
from dfopt.model.build_files import Churn
from dfopt.source import Source
from tests.engine.builds import docker, image, verified

TEXT = "FROM debian:bookworm\nCOPY --chown=33 app /srv/app\nRUN ls -lR /srv/app > /list\n"
CHURN = Churn((frozenset(["app/data/words"]), *[frozenset(["app/bin/run"])] * 30))


def rewritten(context: Path) -> str:
    dockerfile = context / "Dockerfile"
    dockerfile.write_text(TEXT)
    config = Config(select=("copy-stable-first",), transforms={"copy-stable-first": {"least-bytes": "1000"}})
    result = api.rewrite(
        Source(TEXT, str(dockerfile)),
        config,
        files=lambda _: read_context(dockerfile, context).told(Told(CHURN)),
    )
    assert result.failures == ()
    return result.after


def test_the_same_image_and_a_layer_that_stays(tmp_path: Path) -> None:
    for name, content in (("data/words", "w" * 5000), ("data/deep/er/x", "x"), ("bin/run", "#!/bin/sh\n"), ("top", "")):
        path = tmp_path / "app" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    os.chmod(tmp_path / "app" / "bin" / "run", 0o4750)
    for name in ("data", "bin"):
        os.chmod(tmp_path / "app" / name, 0o755)
    os.chmod(tmp_path / "app", 0o775)
    os.chmod(tmp_path / "app" / "data" / "deep", 0o2700)
    (tmp_path / "app" / "data" / "link").symlink_to("words")
    after = rewritten(tmp_path)
    parts = ["app/top /srv/app/", "app/data /srv/app/data/", "app/bin /srv/app/bin/"]
    assert [line.removeprefix("COPY --chown=33 ") for line in after.split("\n")[1:4]] == parts
    assert verified(TEXT, after, tmp_path).findings == ()
    layers = [_layers(image(after, tmp_path))]
    (tmp_path / "app" / "bin" / "run").write_text(f"#!/bin/sh\n# {os.urandom(4).hex()}\n")
    layers.append(_layers(image(after, tmp_path)))
    same = [first == second for first, second in zip(*layers, strict=True)]
    assert same[-4:] == [True, True, False, False], "two COPYs are those of the cache"


def test_folders_with_other_permissions_stay_together(tmp_path: Path) -> None:
    for name, content in (("data/words", "w" * 5000), ("bin/run", "#!/bin/sh\n")):
        (tmp_path / "app" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "app" / name).write_text(content)
    os.chmod(tmp_path / "app" / "data", 0o775)
    assert rewritten(tmp_path) == TEXT


def _layers(name: str) -> list[str]:
    return docker("image", "inspect", "--format", '{{join .RootFS.Layers "\\n"}}', name).split("\n")
