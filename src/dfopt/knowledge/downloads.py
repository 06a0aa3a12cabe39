"""The options of programs that download (curl(1))."""

from __future__ import annotations

from typing import Final

CURL_PLAIN: Final = r"-[#0346BGLNOgjklnpqsSv]*[sSLkvOg#][#0346BGLNOgjklnpqsSv]*"
"""On a word: short options without values."""

CURL_FAILS: Final = r"-[#0346BGLNOgjklnpqsSvRaJ]*f.*|--fail(-with-body|-early)?"
"""On a word: curl fails if the server answers with an error."""

CURL_HEEDS: Final = (
    r"-[#0346BGLNOgjklnpqsSvR]*[wIiKT].*|--write-out(=.*)?|--head|--include|--show-headers|--config(=.*)?|"
    r"--upload-file(=.*)?|-[#0346BGLNOgjklnpqsSv]*o/dev/null|/dev/null|--version|-V|-h|--help|--no-fail|file://.*"
)
"""On a word: the call shows the answer itself, keeps nothing of it, or asks no server."""
