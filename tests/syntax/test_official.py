"""The parser reads what BuildKit's own parser reads."""

from __future__ import annotations

import pytest
from hypothesis import given

from dfopt.source import Source
from tests.official import ALLOWED, all_differences, differences
from tests.syntax.ugly import dockerfiles


@given(dockerfiles())
def test_ugly_files_are_read_alike(text: str) -> None:
    assert differences(Source(text)) == []


EXPLAINED = {
    "parser-only": "FROM a\nENV =b\n",
    "spaced-heredoc": "FROM a\nRUN cat << EOF\nx\nEOF\n",
    "check-directive": "# check=skip=all\n# escape=`\nFROM a\nRUN b `\n c\n",
    "text-after-json": 'FROM a\nCMD ["a"] b\n',
    "onbuild": "FROM a\nONBUILD RUN <<EOF\nRUN x\nEOF\n",
    "nul": "FROM a\nRUN \0\n",
    "not-utf-8": "FROM a\nRUN \udcff\n",
}


@pytest.mark.parametrize("name", ALLOWED)
def test_an_allowed_difference_is_a_difference(name: str) -> None:
    assert {found for found, _ in all_differences(Source(EXPLAINED[name]))} == {name}
