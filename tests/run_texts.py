"""Scripts as the text of a RUN, for tests that make them up."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st


def bodies(
    simple: st.SearchStrategy[str], compound: Callable[[st.SearchStrategy[str]], st.SearchStrategy[str]]
) -> st.SearchStrategy[str]:
    """Commands put together, some of them behind a ``set`` or an ``export``."""
    return st.builds(
        "{}{}".format,
        st.sampled_from(["", "set -e; ", "set -eux; ", "export A=b && "]),
        st.recursive(simple, compound, max_leaves=6),
    )


def in_one_line(body: str) -> str:
    return f"FROM debian:12\nRUN {body}\n"


def as_heredoc(body: str) -> str:
    lines = body.replace("; ", "\n")
    return f"FROM debian:12\nRUN <<EOF\n{lines}\nEOF\n"
