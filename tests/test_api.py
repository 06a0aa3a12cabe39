"""The library's front door."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dfopt.api import rewrite
from dfopt.source import Source

TEXT = "FROM debian\nRUN a\nRUN b\n"


def test_a_source_of_text_or_bytes_is_rewritten() -> None:
    assert rewrite(Source(TEXT)).after == rewrite(Source.from_bytes(TEXT.encode())).after != TEXT


@pytest.mark.parametrize("given", [TEXT, TEXT.encode(), Path("Dockerfile"), None])
def test_anything_else_is_a_type_error(given: Any) -> None:
    with pytest.raises(TypeError, match=rf"takes a dfopt\.source\.Source, .*, not {type(given).__name__}"):
        rewrite(given)
