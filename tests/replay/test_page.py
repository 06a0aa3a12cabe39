"""The page of a replay: a picture for each side, the figures, nothing that comes from elsewhere."""

from __future__ import annotations

import re

from dfopt.replay.costs import Table
from dfopt.replay.page import HEIGHT, MOST_BARS, WIDTH, bars, page
from dfopt.replay.replay import Build, Missed, Replayed, Row
from dfopt.replay.report import report


def build(seconds: float) -> Build:
    return Build(seconds, seconds, (Missed(3, "RUN echo '<b>' && npm ci", seconds),))


def html(*costs: tuple[float, float]) -> str:
    rows = tuple(Row(f"{at:040d}", 86400 * at, build(before), build(after)) for at, (before, after) in enumerate(costs))
    return page(report("app/<Dockerfile>", Replayed(rows, 25, 26, 26, 0), Table()))


def test_each_commit_is_a_bar_on_both_sides() -> None:
    text = html((25, 0.5), (25, 25), (25, 0.5))
    assert len(re.findall(r'<rect class="before"', text)) == len(re.findall(r'<rect class="after"', text)) == 3
    assert "A commit costs 8.7 s instead of 25.0 s on average" in text
    assert "Cheaper for 2, dearer for 0." in text
    assert "<span>1970-01-01</span><span>1970-01-03</span>" in text
    assert "Every second here is an estimate" in text


def test_the_page_needs_nothing_else_and_escapes_what_it_is_given() -> None:
    text = html((25, 1))
    assert not re.search(r"<script|https?://|<link|<img|@import|url\(", text)
    assert "app/&lt;Dockerfile&gt;" in text
    assert "<b>'" not in text


def test_what_costs_the_same_or_more() -> None:
    assert "A commit costs the same: 2.0 s on average" in html((2, 2))
    assert "A commit costs more: 3.0 s instead of 2.0 s" in html((2, 3))
    assert "No commit was replayed" in html()


def test_many_commits_share_bars() -> None:
    found = bars([10.0] * (2 * MOST_BARS + 1), ["c"] * (2 * MOST_BARS + 1), 20)
    assert len(found) <= MOST_BARS
    assert found[-1].x + found[-1].width <= WIDTH
    assert {bar.height for bar in found} == {HEIGHT / 2}
    assert found[0].title == "3 commits from c: 10.0 s"
