"""What differs is found, what builds differ in at random is not, and what was declared is marked."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable

from dfopt.edits import Delta, Differs, Replaced
from dfopt.source import Span
from dfopt.verify.allowed import allowed, marked
from dfopt.verify.archive import Image
from dfopt.verify.entries import file_system
from dfopt.verify.findings import Finding, What, compared
from tests.verify.archives import Member, file, folder, image, layer

LISTS = (folder("var/lib/apt/lists"), folder("var/lib/apt/lists/partial"), file("var/lib/apt/lists/x", b"index"))
REMOVED = Delta(added_commands=(("rm", "-rf", "/var/lib/apt/lists/*"),))


def found(before: Iterable[Member], after: Iterable[Member]) -> list[tuple[What, str]]:
    return [(each.what, each.path) for each in compared(image(layer(*before)), image(layer(*after)))]


def undeclared(before: Image, after: Image, *deltas: Delta, patterns: tuple[str, ...] = ()) -> list[Finding]:
    findings = marked(compared(before, after), allowed(deltas, patterns), file_system(before.layers))
    return [each for each in findings if not each.declared]


def test_equal_images_have_no_findings() -> None:
    assert found([file("a", b"x")], [file("a", b"x")]) == []


def test_each_kind_of_difference() -> None:
    assert found([file("a")], []) == [(What.GONE, "/a")]
    assert found([], [file("a")]) == [(What.ADDED, "/a")]
    assert found([file("a")], [file("a", mode=0o600)]) == [(What.MODE, "/a")]
    assert found([file("a")], [file("a", owner=9)]) == [(What.OWNER, "/a")]
    assert found([file("a", b"1")], [file("a", b"2")]) == [(What.CONTENT, "/a")]
    assert found([file("a")], [folder("a")]) == [(What.TYPE, "/a")]


def test_noise_is_left_out_in_content_and_never_in_mode() -> None:
    assert found([file("var/log/dpkg.log", b"1")], []) == []
    assert found([file("etc/machine-id", b"1")], [file("etc/machine-id", b"2")]) == []
    assert found([file("etc/machine-id")], [file("etc/machine-id", mode=0o600)]) == [(What.MODE, "/etc/machine-id")]
    assert found([file("etc/machine-id")], []) == [(What.GONE, "/etc/machine-id")]


def test_days_in_shadow_and_the_order_of_a_record_are_no_difference() -> None:
    assert found([file("etc/shadow", b"root:*:19000:0:\n")], [file("etc/shadow", b"root:*:19001:0:\n")]) == []
    assert found([file("etc/shadow", b"root:*:19000:0:\n")], [file("etc/shadow", b"root:x:19000:0:\n")]) != []
    record = "usr/lib/x-1.dist-info/RECORD"
    assert found([file(record, b"a,1\nb,2\n")], [file(record, b"b,2\na,1\nc.pyc,,\n")]) == []
    assert found([file(record, b"a,1\n")], [file(record, b"a,2\n")]) != []


def test_times_in_archives_are_no_difference() -> None:
    one, two = io.BytesIO(), io.BytesIO()
    for out, year in ((one, 2020), (two, 2021)):
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr(zipfile.ZipInfo("Main.class", (year, 1, 1, 0, 0, 0)), b"code")
    assert found([file("app.jar", one.getvalue())], [file("app.jar", two.getvalue())]) == []
    assert found([file("app.jar", one.getvalue())], [file("app.jar", b"no archive")]) != []


def test_the_config_is_compared_part_by_part() -> None:
    before = image(config={"Env": ["A=1", "B=2"], "Cmd": ["x"], "Labels": {"l": "1"}, "User": ""})
    after = image(config={"Env": ["B=2", "A=one"], "Cmd": ["x"], "Labels": None, "Volumes": {"/v": {}}})
    assert [(each.path, each.before, each.after) for each in compared(before, after)] == [
        ("Env: A", "1", "one"),
        ("Labels: l", "1", ""),
        ("Volumes: /v", "", "{}"),
    ]


def test_a_declared_removal_covers_its_paths_and_no_other() -> None:
    before = image(layer(*LISTS, file("srv/a")))
    after = image(layer(LISTS[0], file("srv/a")))
    assert undeclared(before, after, REMOVED) == []
    assert {each.path for each in undeclared(before, after)} == {"/var/lib/apt/lists/partial", "/var/lib/apt/lists/x"}
    assert [each.path for each in undeclared(before, image(layer(LISTS[0])), REMOVED)] == ["/srv/a"]


def test_a_declared_removal_does_not_cover_changes() -> None:
    after = image(layer(LISTS[0], LISTS[1], file("var/lib/apt/lists/x", b"other")))
    assert [each.what for each in undeclared(image(layer(*LISTS)), after, REMOVED)] == [What.CONTENT]


def test_an_option_covers_the_caches_of_its_command_in_any_home() -> None:
    delta = Delta(added_options=(("pip", "--no-cache-dir"),))
    for home in ("root", "home/dev"):
        parents = (folder(f"{home}/.cache"), folder(f"{home}/.cache/pip"), file(f"{home}/.cache/pip/w"))
        assert undeclared(image(layer(*parents)), image(layer()), delta) == []
        kept = (*parents, file(f"{home}/.cache/other"))
        assert {each.path for each in undeclared(image(layer(*kept)), image(layer()), delta)} == {
            f"/{home}/.cache",
            f"/{home}/.cache/other",
        }


def test_a_glob_of_the_user_covers_any_difference() -> None:
    before, after = image(layer(file("srv/v/a", b"1"))), image(layer(file("srv/v/a", b"2")))
    assert undeclared(before, after, patterns=("/srv/v/*",)) == []
    assert undeclared(before, after, patterns=("/srv/w/*",)) != []


def test_an_unsafe_patch_covers_what_it_names_and_no_more() -> None:
    before = image(layer(file("a")), config={"User": "", "Cmd": ["x"], "Env": ["A=1"]})
    after = image(layer(file("a"), file("b")), config={"User": "7", "Cmd": ["y"], "Env": ["A=1", "TZ=UTC"]})
    delta = Delta(differs=(Differs(0, config=("USER",), variables=("TZ",)),))
    assert {each.path for each in undeclared(before, after, delta)} == {"Cmd", "/b"}
    delta = Delta(differs=(Differs(0, config=("USER", "CMD"), variables=("TZ",), added=("RUN touch /b",)),))
    assert undeclared(before, after, delta) == []


def test_files_that_commands_do_not_leave_any_more_are_declared() -> None:
    before = image(layer(folder("opt"), file("opt/a-1.tgz"), file("opt/a-1/b"), file("opt/b")))
    after = image(layer(folder("opt"), file("opt/a-1/b"), file("opt/b")))
    replaced = Replaced(Span(0, 1), "a", "b", is_same=True, gone=("/opt/a-*.tgz",))
    delta = Delta(differs=(Differs(0, commands=(replaced,)),))
    assert undeclared(before, after, delta) == []
    assert [each.path for each in undeclared(before, image(layer(folder("opt"), file("opt/a-1/b"))), delta)] == [
        "/opt/b"
    ]
