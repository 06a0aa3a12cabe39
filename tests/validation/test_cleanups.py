"""Where cleanups and housekeeping may come and go: not where something there or later needs what they remove."""

from __future__ import annotations

import pytest

from dfopt.facts.facts import Facts
from dfopt.knowledge.package_managers import MANAGERS, Manager
from dfopt.source import Source
from dfopt.syntax.nodes import Run
from dfopt.syntax.parser import parse as parse_file
from dfopt.validation.cleanups import added_in_vain, dropped_in_vain, option_in_vain
from dfopt.validation.package_index import new_reader_without_index, readers_without_index

LISTS = ("rm", "-rf", "/var/lib/apt/lists/*")
CLEAN = " && rm -rf /var/lib/apt/lists/*"


def facts(*runs: str, head: str = "FROM debian:12") -> Facts:
    return Facts(parse_file(Source("\n".join((head, *(f"RUN {run}" for run in runs), "")))))


def runs(found: Facts) -> list[Run]:
    return list(found.dockerfile.find(Run))


def manager(name: str) -> Manager:
    return next(found for found in MANAGERS if found.name == name)


INSTALL = "apt-get update && apt-get install -y a"


@pytest.mark.parametrize(
    ("after", "problem"),
    [
        ((INSTALL + CLEAN, INSTALL), ""),
        ((INSTALL + CLEAN, "make"), ""),
        ((INSTALL + CLEAN, "apt-get install -y b"), "needs the index"),
        ((INSTALL + CLEAN, "apt-get search b"), "needs the index"),
        ((INSTALL + CLEAN, "./x.sh"), "needs the index"),
        ((INSTALL + CLEAN, "[[ x ]]"), "needs the index"),
        ((INSTALL, "apt-get install -y b"), ""),
        ((INSTALL + CLEAN, INSTALL, "apt-get install -y b"), ""),
    ],
)
def test_readers_of_an_index_that_is_gone(after: tuple[str, ...], problem: str) -> None:
    found = list(readers_without_index(facts(*after), manager("apt")).values())
    assert problem in found[0] if problem else not found


def test_stages_hand_their_index_on() -> None:
    text = f"FROM debian:12 AS a\nRUN {INSTALL}{CLEAN}\nFROM debian:12\nRUN apt-get install b\nFROM a\n"
    assert not readers_without_index(Facts(parse_file(Source(text))), manager("apt"))
    assert readers_without_index(
        Facts(parse_file(Source(text + "RUN apt-get install b\n"))), manager("apt")
    ).keys() == {(2, 0)}
    assert readers_without_index(Facts(parse_file(Source(text + "ONBUILD RUN b\n"))), manager("apt")).keys() == {(2, 0)}


def test_a_reader_that_had_no_index_before_is_nobodys_fault() -> None:
    before = facts(INSTALL + CLEAN, "apt-get install -y b")
    after = facts(INSTALL + CLEAN, "apt-get install -y b" + CLEAN)
    assert new_reader_without_index(before, after, manager("apt")) is None
    assert new_reader_without_index(facts(INSTALL, "apt-get install b"), after, manager("apt")) is not None


def test_without_an_update_images_have_no_index() -> None:
    before, after = facts("apk update && apk add a"), facts("apk add a")
    assert new_reader_without_index(before, after, manager("apk")) is None
    assert new_reader_without_index(before, after, manager("apk"), gone=True) is not None
    assert new_reader_without_index(before, facts("apk add --no-cache a"), manager("apk"), gone=True) is None


@pytest.mark.parametrize(
    ("run", "command", "head"),
    [
        (INSTALL + CLEAN, LISTS, "FROM debian:12"),
        (INSTALL + CLEAN, LISTS, "FROM unknown\nUSER u"),
        (f"if a; then {INSTALL}; fi{CLEAN}", LISTS, "FROM debian:12"),
        ("npm ci && npm cache clean --force", ("npm", "cache", "clean", "--force"), "FROM node:20\nUSER node"),
        (f"--mount=type=cache,target=/root/.cache/pip {INSTALL}{CLEAN}", LISTS, "FROM debian:12"),
        (f"--mount=type=secret,id=x {INSTALL}{CLEAN}", LISTS, "FROM debian:12"),
    ],
)
def test_a_cleanup_in_its_place(run: str, command: tuple[str, ...], head: str) -> None:
    after = facts(run, head=head)
    assert added_in_vain(after, after, runs(after)[0], command) is None


@pytest.mark.parametrize(
    ("run", "command", "head", "problem"),
    [
        (INSTALL + CLEAN, LISTS, "FROM alpine:3", "has no apt"),
        ("make" + CLEAN, LISTS, "FROM debian:12", "nothing calls apt"),
        (f"if a; then {INSTALL}; fi{CLEAN}", LISTS, "FROM debian:12\nUSER u", "only root"),
        (f"sudo apt-get update && sudo apt-get install -y a{CLEAN}", LISTS, "FROM unknown", "only root"),
        (f"--mount=target=/var/lib,type=tmpfs {INSTALL}{CLEAN}", LISTS, "FROM debian:12", "a mount holds"),
        (f"--mount=type=cache,target=/var/lib/apt/lists/x {INSTALL}{CLEAN}", LISTS, "FROM debian:12", "a mount holds"),
        (
            INSTALL + CLEAN,
            LISTS,
            "FROM debian:12\nWORKDIR /var/lib/apt/lists",
            "the folder that the next RUN starts in",
        ),
        (
            "if a; then npm ci; fi && npm cache clean --force",
            ("npm", "cache", "clean", "--force"),
            "FROM node:20",
            "not always",
        ),
        (
            "sudo npm ci && npm cache clean --force",
            ("npm", "cache", "clean", "--force"),
            "FROM node:20",
            "not called plainly",
        ),
    ],
)
def test_a_cleanup_out_of_place(run: str, command: tuple[str, ...], head: str, problem: str) -> None:
    after = facts(run, head=head)
    assert problem in (added_in_vain(after, after, runs(after)[0], command) or "")


MVN = "mvn package && rm -rf /root/.m2/repository"


@pytest.mark.parametrize(
    ("later", "is_used"),
    [
        ("RUN ls /root/.m2", True),
        ("RUN mvn -o test", True),
        ("COPY x /root/.m2/settings.xml", True),
        ("FROM b\nRUN mvn -o test", True),
        ("FROM x\nCOPY --from=b /root/.m2 /m2", True),
        ("FROM x\nCOPY --from=0 /root/.m2 /m2", True),
        ("FROM x\nRUN --mount=from=b,target=/b cp -r /b/root/.m2 /m2", True),
        ("RUN rm -rf /root/.m2", False),
        ("RUN mvn test", True),
        ("RUN [[ x ]]", True),
        ('CMD ["mvn", "exec"]', True),
        ("ENTRYPOINT /app", True),
        ("FROM b\nCMD mvn exec", True),
        ("RUN make", False),
        ("RUN gradle --offline x", False),
        ("FROM x\nCOPY --from=b /app /app", False),
        ("FROM x\nRUN mvn -o test", False),
    ],
)
def test_who_uses_a_cache_later(later: str, is_used: bool) -> None:
    after = Facts(parse_file(Source(f'FROM maven:3 AS b\nRUN {MVN}\nCMD ["/app"]\n{later}\n')))
    problem = added_in_vain(after, after, runs(after)[0], ("rm", "-rf", "/root/.m2/repository"))
    assert (problem is not None) is is_used


@pytest.mark.parametrize(
    ("later", "is_used"),
    [("[[ x ]] && ls /root/.npm", True), ("[[ x ]]", False), ("npm ci", False), ("npm ci --offline", True)],
)
def test_who_uses_a_cache_of_downloads_later(later: str, is_used: bool) -> None:
    after = facts("npm ci && npm cache clean --force", later, head="FROM node:20")
    problem = added_in_vain(after, after, runs(after)[0], ("npm", "cache", "clean", "--force"))
    assert (problem is not None) is is_used


def test_a_store_that_programs_may_read_stays_where_the_start_is_not_known() -> None:
    after = facts(MVN, head="FROM maven:3")
    assert "read later" in (added_in_vain(after, after, runs(after)[0], ("rm", "-rf", "/root/.m2/repository")) or "")


@pytest.mark.parametrize(
    ("before", "after", "command", "is_needed"),
    [
        (("apk update && apk add a",), ("apk add --no-cache a",), ("apk", "update"), False),
        (("apk update && apk add a",), ("apk add a",), ("apk", "update"), True),
        (("apk update && make", "apk add a"), ("make", "apk add a"), ("apk", "update"), True),
        (
            ("apk update && apk add a && rm -rf /var/cache/apk/*",),
            ("apk add --no-cache a",),
            ("rm", "-rf", "/var/cache/apk/*"),
            False,
        ),
        (
            ("apt-get update && apk add --no-cache a && rm -rf /var/cache/apk/*",),
            ("apt-get update && apk add --no-cache a",),
            ("rm", "-rf", "/var/cache/apk/*"),
            False,
        ),
        (("apk add a && rm -rf /var/cache/apk/*",), ("apk add a",), ("rm", "-rf", "/var/cache/apk/*"), True),
        ((INSTALL + CLEAN,), (INSTALL,), LISTS, True),
        (("make && true",), ("make",), ("true",), True),
    ],
)
def test_housekeeping_that_is_needed(
    before: tuple[str, ...], after: tuple[str, ...], command: tuple[str, ...], is_needed: bool
) -> None:
    old, new = facts(*before, head="FROM alpine:3"), facts(*after, head="FROM alpine:3")
    assert (dropped_in_vain(old, new, runs(old)[0], command) is not None) is is_needed


def test_an_option_that_empties_a_mount() -> None:
    mounted = facts("--mount=type=cache,target=/root/.cache/pip pip install --no-cache-dir a", head="FROM python:3")
    other = facts("--mount=type=cache,target=/root/.npm pip install --no-cache-dir a", head="FROM python:3")
    assert option_in_vain(mounted, mounted, runs(mounted)[0], "--no-cache-dir") is not None
    assert option_in_vain(mounted, mounted, runs(mounted)[0], "-y") is None
    assert option_in_vain(other, other, runs(other)[0], "--no-cache-dir") is None
