"""What two builds of the original differ in is excused, and no more."""

from __future__ import annotations

from dfopt.verify.calibration import without_noise
from dfopt.verify.findings import Finding, What


def gone(path: str) -> Finding:
    return Finding(What.GONE, path, "file", "")


def added(path: str) -> Finding:
    return Finding(What.ADDED, path, "", "file")


def content(path: str) -> Finding:
    return Finding(What.CONTENT, path, "1", "2")


def test_content_is_excused_path_by_path() -> None:
    left, excused = without_noise([content("/a"), content("/b")], [content("/a")])
    assert (left, excused) == ([content("/b")], frozenset({"/a"}))


def test_modes_are_never_excused() -> None:
    mode = Finding(What.MODE, "/a", "0644", "0600")
    assert without_noise([mode], [mode, content("/a")])[0] == [mode]


def test_names_that_each_build_makes_anew_are_excused_with_all_below() -> None:
    noise = [gone("/t/s-1"), gone("/t/s-1/x"), added("/t/s-2"), added("/t/s-2/x")]
    found = [gone("/t/s-1"), gone("/t/s-1/x"), added("/t/s-3"), added("/t/s-3/x")]
    assert without_noise(found, noise) == ([], frozenset({"/t/"}))


def test_a_file_that_is_lost_beside_them_is_not_excused() -> None:
    noise = [gone("/t/s-1"), added("/t/s-2")]
    found = [gone("/t/s-1"), gone("/t/kept"), added("/t/s-3")]
    assert without_noise(found, noise)[0] == found


def test_a_lost_file_is_not_excused_where_nothing_differs_by_itself() -> None:
    assert without_noise([gone("/a"), added("/b")], [])[0] == [gone("/a"), added("/b")]
