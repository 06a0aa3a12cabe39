"""What one image has and uses, and the other one lacks."""

from __future__ import annotations

from dfopt.verify.entries import file_system
from dfopt.verify.missing import MANY, MOST, Lacks, Tree, lacks, superfluous, to_copy
from dfopt.verify.trace import Asked
from tests.verify.archives import Member, file, folder, image, layer, link

USR = (folder("usr"), folder("usr/lib"), link("lib", "usr/lib"))


def tree(*members: Member) -> Tree:
    return Tree(file_system(image(layer(*USR, *members)).layers))


LIBRARY = (file("usr/lib/liba.so.1.2", b"a"), link("usr/lib/liba.so.1", "liba.so.1.2"))


def test_paths_lead_through_links() -> None:
    found = tree(*LIBRARY, link("loop", "loop"), link("up", "../../usr"), link("away", "/nowhere"))
    assert found.named("/lib/liba.so.1") == "/usr/lib/liba.so.1"
    assert found.real("/lib/liba.so.1") == "/usr/lib/liba.so.1.2"
    assert found.real("/up/lib/liba.so.1.2") == "/usr/lib/liba.so.1.2"
    assert [found.real(path) for path in ("/loop", "/loop/x", "/away", "/usr/lib/none")] == [None] * 4
    assert found.is_folder("/lib")
    assert found.is_folder("/")
    assert not found.is_folder("/lib/liba.so.1")


def test_what_was_missed_is_told_from_what_was_only_opened() -> None:
    before = tree(*LIBRARY, folder("opt"), file("opt/locale", b"l"), file("opt/seen", b"s"))
    asked = Asked(frozenset({"/lib/liba.so.1", "/opt/locale", "/opt"}), frozenset({"/opt/seen", "/proc/self"}))
    again = Asked(missed=frozenset({"/lib/liba.so.1", "/usr/local/lib/liba.so.1"}))
    assert lacks(asked, again, before, tree()) == Lacks(("/usr/lib/liba.so.1",), ("/opt/locale",))
    assert lacks(asked, again, before, before) == Lacks()


def test_libraries_come_together() -> None:
    found = Lacks(("/usr/lib/liba.so.1",), ("/usr/lib/libb.so.2", "/opt/locale"))
    assert to_copy(found, tree(), tree()) == ("/usr/lib/liba.so.1", "/usr/lib/libb.so.2")
    assert to_copy(Lacks((), ("/opt/locale",)), tree(), tree()) == ("/opt/locale",)


def test_many_paths_are_the_folder_that_is_not_there() -> None:
    files = [file(f"opt/plugins/{number}/p", b"x") for number in range(MANY)]
    folders = [folder(f"opt/plugins/{number}") for number in range(MANY)]
    before = tree(folder("opt"), folder("opt/plugins"), *folders, *files)
    paths = tuple(f"/opt/plugins/{number}/p" for number in range(MANY))
    assert to_copy(Lacks(paths), before, tree(folder("opt"))) == ("/opt/plugins",)
    assert to_copy(Lacks(paths[1:]), before, tree(folder("opt"))) == paths[1:]
    assert to_copy(Lacks(paths), before, tree(folder("opt"), folder("opt/plugins"), *folders)) == paths


def test_folders_of_the_system_are_not_copied_whole() -> None:
    files = [file(f"usr/lib/x86_64-linux-gnu/lib{number}.so", b"x") for number in range(MANY)]
    paths = tuple(f"/usr/lib/x86_64-linux-gnu/lib{number}.so" for number in range(MANY))
    before = tree(folder("usr/lib/x86_64-linux-gnu"), *files)
    assert to_copy(Lacks(paths), before, Tree({})) == paths


def test_too_much_is_no_gap_that_copies_fill() -> None:
    assert to_copy(Lacks(tuple(f"/usr/lib/{number}" for number in range(MOST + 1))), tree(), tree()) == ()


def test_what_nothing_asked_for_is_superfluous() -> None:
    image = tree(*LIBRARY, folder("app"), file("app/run", b"r"), folder("docs"), file("docs/a", b"a"))
    asked = Asked(frozenset({"/app/run", "/lib/liba.so.1"}))
    copied = ("/app", "/docs", "/usr/lib/liba.so.1")
    assert superfluous(copied, asked, image) == ("/docs",)
