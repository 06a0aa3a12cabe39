"""Digests that are kept for a while."""

from __future__ import annotations

from pathlib import Path

from dfopt.distribution.cache import Cache, default_path
from dfopt.model.digests import Digest

FOUND = Digest("sha256:" + "a" * 64, is_index=False)


def test_what_was_put_is_there_until_its_time_is_over(tmp_path: Path) -> None:
    path = tmp_path / "new" / "digests.sqlite"
    assert Cache(path).get("a:1") is None
    assert not path.exists()
    Cache(path).put("a:1", FOUND)
    assert Cache(path).get("a:1") == FOUND
    assert Cache(path).get("a:2") is None
    assert Cache(path, lifetime=0).get("a:1") is None
    Cache(path, lifetime=0).put("b:1", FOUND)
    assert Cache(path).get("a:1") is None


def test_a_file_that_cannot_be_used_is_as_good_as_none(tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.write_bytes(b"this is no database, but it is long enough to be taken for one" * 100)
    (tmp_path / "file").touch()
    for path in (broken, tmp_path / "file" / "digests", tmp_path):
        Cache(path).put("a:1", FOUND)
        assert Cache(path).get("a:1") is None


def test_where_it_is() -> None:
    assert default_path({"XDG_CACHE_HOME": "/c", "HOME": "/h"}) == Path("/c/dfopt/digests.sqlite")
    assert default_path({"XDG_CACHE_HOME": "relative", "HOME": "/h"}) == Path("/h/.cache/dfopt/digests.sqlite")
