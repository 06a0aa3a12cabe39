"""The bridge to dockerfile-parse hands the text over and back, and nothing else."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any, cast

import pytest
from dockerfile_parse import DockerfileParser

from dfopt import api, interop
from dfopt.config import Config
from dfopt.errors import DfoptError, DockerfileSyntaxError
from dfopt.results import Rewrite
from dfopt.source import Source

TEXT = "\ufeff# syntax=a\r\nFROM a\r\nRUN <<EOF\r\nb\r\nEOF\r\n"


def _append(source: Source, config: Config | None = None) -> Rewrite:
    assert config is None
    return Rewrite(source.path, source.text, f"{source.text}USER x\n", (), (), ())


def _parser(text: str) -> DockerfileParser:
    return DockerfileParser(fileobj=cast("Any", io.BytesIO(text.encode())))


def test_what_is_not_changed_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def leave(source: Source, config: Config | None = None) -> Rewrite:
        assert config == Config(unsafe=True)
        return Rewrite(source.path, source.text, source.text, (), (), ())

    monkeypatch.setattr(api, "rewrite", leave)
    file = tmp_path / "Dockerfile"
    file.write_bytes(TEXT.encode())
    file.chmod(0o444)
    before = file.stat()
    parser = DockerfileParser(str(tmp_path))
    result = interop.rewrite(parser, Config(unsafe=True))
    assert (result.path, result.before, result.changed) == (str(file), TEXT, False)
    assert file.stat().st_mtime_ns == before.st_mtime_ns


def test_the_chain_runs(tmp_path: Path) -> None:
    file = tmp_path / "Dockerfile"
    file.write_bytes(TEXT.encode())
    result = interop.rewrite(DockerfileParser(str(tmp_path)))
    assert result.before == TEXT
    assert file.read_bytes().decode() == result.after


def test_a_change_is_set_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "rewrite", _append)
    parser = _parser(TEXT)
    result = interop.rewrite(parser)
    assert result.before == TEXT
    assert parser.content == result.after == f"{TEXT}USER x\n"


@pytest.mark.parametrize("name", ["Dockerfile", "Containerfile", "app.dockerfile"])
def test_a_path_may_have_any_name(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "rewrite", _append)
    file = tmp_path / name
    file.write_bytes(TEXT.encode())
    assert interop.rewrite(file).path == str(file)
    assert file.read_bytes().decode() == f"{TEXT}USER x\n"
    assert [entry.name for entry in tmp_path.iterdir()] == [name]


def test_a_folder_holds_a_dockerfile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "rewrite", _append)
    (tmp_path / "Dockerfile").write_bytes(b"FROM a\n")
    assert interop.rewrite(str(tmp_path)).after == "FROM a\nUSER x\n"


def test_a_file_that_buildkit_refuses_stays(tmp_path: Path) -> None:
    file = tmp_path / "Dockerfile"
    file.write_bytes(b"FROM a\nBOGUS\n")
    with pytest.raises(DockerfileSyntaxError):
        interop.rewrite(file)
    assert file.read_bytes() == b"FROM a\nBOGUS\n"


def test_what_the_package_cannot_decode_is_told(tmp_path: Path) -> None:
    file = tmp_path / "Dockerfile"
    file.write_bytes(b"FROM a\nRUN \xff\n")
    with pytest.raises(DfoptError, match="UTF-8"):
        interop.rewrite(file)


def test_a_missing_package_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "Dockerfile").write_bytes(b"FROM a\n")
    monkeypatch.setitem(sys.modules, "dockerfile_parse", None)
    with pytest.raises(DfoptError, match=r"dfopt\[interop\]"):
        interop.rewrite(tmp_path)
