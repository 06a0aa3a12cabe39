"""COPYs that moved below RUNs: only where the RUN does the same, and what came in is a part of what was there."""

from __future__ import annotations

import pytest

from dfopt.edits import Delta, Lowered
from dfopt.facts.facts import Facts
from dfopt.source import Source
from dfopt.syntax.nodes import Copy
from dfopt.syntax.parser import parse
from dfopt.validation.check import difference
from tests.context_files import Table

FILES = {
    "package.json": '{"dependencies": {"a": "1"}}',
    "package-lock.json": '{"packages": {"": {}, "node_modules/a": {"version": "1"}}}',
    "requirements.txt": "-r more.txt\n",
    "more.txt": "flask\n",
    "server.js": "x",
    "link.txt": "->requirements.txt",
    "other/package.json": "{}",
}
HEAD = "FROM node:18\nWORKDIR /app\n"
BEFORE = f"{HEAD}# all of it\nCOPY . .\nENV A=1\nRUN npm ci\nRUN npm run build\nCMD node server.js\n"
FIRST = "COPY package.json package-lock.json ./"
AFTER = f"{HEAD}{FIRST}\nENV A=1\nRUN npm ci\n# all of it\nCOPY . .\nRUN npm run build\nCMD node server.js\n"


def problem(
    before: str,
    after: str,
    *first: str,
    passed: int = 2,
    doubts: tuple[str, ...] = (),
    ignore: str = "",
    written: str = "",
) -> str:
    old, new = (Facts(parse(Source(text))) for text in (before, after))
    copy = next(old.dockerfile.find(Copy))
    delta = Delta(lowered=(Lowered(copy.span, first, passed, doubts, written),))
    return difference(old, new, [delta], lambda: Table(FILES, ignore)) or ""


def test_a_copy_may_stand_below_an_install_of_what_was_copied_first() -> None:
    assert problem(BEFORE, AFTER, FIRST) == ""


def test_without_a_build_context_nothing_is_proved() -> None:
    old, new = (Facts(parse(Source(text))) for text in (BEFORE, AFTER))
    copy = next(old.dockerfile.find(Copy))
    found = difference(old, new, [Delta(lowered=(Lowered(copy.span, (FIRST,), 2),))])
    assert found == "a COPY moved, and the build context is not known"


def test_a_run_may_be_cut_where_its_parts_are_apart() -> None:
    before = BEFORE.replace("RUN npm ci\nRUN npm run build", "RUN npm ci && npm run build")
    assert problem(before, AFTER, FIRST) == ""
    kept = BEFORE.replace("RUN npm ci\nRUN npm run build", "RUN X=1; npm ci && npm run build")
    assert "runs or copies differs" in problem(kept, AFTER, FIRST)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (FIRST, "COPY package.json ./", "did not move as declared"),
        (FIRST, "COPY package.json server.js ./", "did not move as declared"),
        ("COPY . .\n", "COPY . ./\n", "did not move as declared"),
        ("RUN npm ci\n", "RUN npm ci\nRUN npm test\n", "did not move as declared"),
        ("RUN npm run build\n", "RUN npm run other\n", "runs or copies differs"),
        ("ENV A=1\n", "ENV A=2\n", "differ"),
        ("# all of it\n", "", "a comment is lost"),
        ("CMD node server.js\n", "COPY server.js /x\nCMD node server.js\n", "runs or copies differs"),
    ],
)
def test_nothing_else_may_change(old: str, new: str, expected: str) -> None:
    assert expected in problem(BEFORE, AFTER.replace(old, new, 1), FIRST)


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        ("COPY package.json ./", "a RUN reads /app/package-lock.json"),
        ("COPY --chmod=600 package.json package-lock.json ./", "has other flags"),
        ("COPY package.json package-lock.json /srv/", "brings other files"),
        ("COPY other/package.json package-lock.json ./", "brings other files"),
        ("ADD package.json package-lock.json ./", "has other flags"),
        ("RUN true", "what came in is no COPY"),
    ],
)
def test_what_came_in_is_what_the_run_reads(first: str, expected: str) -> None:
    assert expected in problem(BEFORE, AFTER.replace(FIRST, first), first)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("npm run build", "a command may read the sources"),
        ("npm ci && node server.js", "a command may read the sources"),
        ("npm ci > log.txt", "a command may read the sources"),
        ("npm install", "may write anew"),
        ("npm install left-pad", "needs the sources"),
        ("sh -c 'npm ci'", "a command may read the sources"),
        ("npm ci | cat", "a command may read the sources"),
        ("npm ci || npm install", "a command may read the sources"),
        ("cp server.js /x", "a command may read the sources"),
        ("chown -R node /app", "a command may read the sources"),
        ("chown -R node /", "a command may read the sources"),
        ("rm -rf node_modules", "a command may read the sources"),
        ("pip install -r requirements.txt", "a RUN reads /app/"),
        ("pip install -r link.txt", "cannot be read"),
        ("pip install .", "needs the sources"),
        ("pip install $WHAT", "not written out"),
        ("apt-get update && apt-get install -y ./x.deb", "a command may read the sources"),
        ("cd other && npm install", "a RUN reads /app/other/package.json"),
        ("NODE_OPTIONS=-r./server.js npm ci", "may name other files"),
        ("PATH=/app/bin npm ci", "a command may read the sources"),
    ],
)
def test_a_run_that_may_use_the_rest_is_not_passed(script: str, expected: str) -> None:
    before, after = (text.replace("RUN npm ci\n", f"RUN {script}\n") for text in (BEFORE, AFTER))
    assert expected in problem(before, after, FIRST)


@pytest.mark.parametrize(
    ("instruction", "expected"),
    [
        ("VOLUME /app", "it may not pass VOLUME"),
        ("ONBUILD RUN x", "it may not pass ONBUILD"),
        ("WORKDIR /other", "brings other files, or to other places"),
        ("COPY server.js package.json", "it may not pass COPY"),
        ("ENV PATH=/app/other:$PATH", "PATH has /app/other"),
        ("ENV NPM_CONFIG_USERCONFIG=/app/x", "may name other files"),
        ('SHELL ["python", "-c"]', "a command may read the sources"),
    ],
)
def test_what_stands_between_must_not_care(instruction: str, expected: str) -> None:
    before, after = (text.replace("ENV A=1", instruction) for text in (BEFORE, AFTER))
    assert expected in problem(before, after, FIRST)


@pytest.mark.parametrize(
    ("folder", "written", "expected"),
    [
        ("WORKDIR /app", "COPY . /app/", ""),
        ("WORKDIR app", "COPY . /app/", "brings other files, or to other places"),
        ("WORKDIR /app", "COPY . /other/", "brings other files, or to other places"),
        ("WORKDIR /app", "COPY other /app/", "brings other files, or to other places"),
        ("WORKDIR /app", "COPY --chown=1 . /app/", "brings other files, or to other places"),
        ("WORKDIR /app", "COPY . ..", "brings other files, or to other places"),
        ("ARG AT=/app\nWORKDIR $AT", "COPY . /app/", "brings other files, or to other places"),
    ],
)
def test_a_copy_may_be_written_for_another_folder(folder: str, written: str, expected: str) -> None:
    start = f"FROM node:18\n{folder}\n"
    before = f"{start}COPY . .\nWORKDIR /app/other\nRUN cd .. && npm ci\nRUN npm run build\n"
    after = f"{start}{FIRST}\nWORKDIR /app/other\nRUN cd .. && npm ci\n{written}\nRUN npm run build\n"
    found = problem(before, after, FIRST, written=written)
    assert expected in found
    assert bool(expected) == bool(found)


def test_doubts_must_be_declared() -> None:
    before, after = (text.replace("npm ci", "npm install") for text in (BEFORE, AFTER))
    doubt = "it may write anew what the sources bring back as it was: /app/package-lock.json"
    assert problem(before, after, FIRST, doubts=(doubt,)) == ""
    assert doubt in problem(before, after, FIRST, doubts=("something else",))


def test_what_is_not_in_the_context_does_not_count() -> None:
    first = "COPY package.json ./"
    before, after = (text.replace("npm ci", "npm install --ignore-scripts") for text in (BEFORE, AFTER))
    after = after.replace(FIRST, first)
    assert "reads /app/package-lock.json" in problem(before, after, first)
    assert problem(before, after, first, ignore="package-lock.json") == ""


def test_a_copy_moves_alone_where_nothing_of_it_is_needed() -> None:
    before = "FROM debian:12\nWORKDIR /app\nCOPY . .\nRUN apt-get update && apt-get install -y gcc\nRUN make\n"
    after = "FROM debian:12\nWORKDIR /app\nRUN apt-get update && apt-get install -y gcc\nCOPY . .\nRUN make\n"
    assert problem(before, after, passed=1) == ""
    into_system = [text.replace("COPY . .", "COPY . /etc") for text in (before, after)]
    assert "among those of the system" in problem(*into_system, passed=1)
    into_root = [text.replace("COPY . .", "COPY . /root") for text in (before, after)]
    assert problem(*into_root, passed=1) == ""


@pytest.mark.parametrize(
    ("head", "target", "install", "expected"),
    [
        ("", "/var/www/html/", "apt-get install -y apache2", "/var/www/html/"),
        ("WORKDIR /var/www/html\n", "./", "apt-get install -y nginx-light", "/var/www/html/"),
        ("WORKDIR /var/www/html\n", "./", "apt-get install -y php8.2", "/var/www/html/"),
        ("WORKDIR /var/www/html\n", "./", "apt-get install -y $SERVER", "a command may read the sources"),
        ("WORKDIR /var/www/html\n", "./", "apt-get install -y curl php-cli", ""),
        ("WORKDIR /var/www/shop\n", "./", "apt-get install -y apache2", ""),
        ("", "/site/", "apt-get install -y apache2", ""),
        ("", "/opt/maven/conf/", "apt-get install -y gcc", "/opt/maven/conf/"),
        ("RUN python3 -m venv /opt/tools\n", "/opt/tools/", "pip install flask", "/opt/tools/"),
        ("", "/opt/tools/", "pip install flask", ""),
        ("", "/usr/local/cargo/", "cargo install just", "/usr/local/cargo/"),
        ("WORKDIR /app\n", "/data/", "pip install flask", ""),
    ],
)
def test_a_copy_does_not_move_to_where_there_may_be_something(
    head: str, target: str, install: str, expected: str
) -> None:
    start = f"FROM debian:12\n{head}"
    before = f"{start}COPY server.js {target}\nRUN {install}\nRUN make\n"
    after = f"{start}RUN {install}\nCOPY server.js {target}\nRUN make\n"
    found = problem(before, after, passed=1)
    assert expected in found
    assert bool(expected) == bool(found)


def test_a_source_that_an_argument_names_may_be_another_one() -> None:
    head = "FROM node:18\nARG SOURCE=.\nWORKDIR /app\n"
    before, after = (text.replace(HEAD, head).replace("COPY . .", "COPY $SOURCE .") for text in (BEFORE, AFTER))
    assert "not known where the COPY puts its files" in problem(before, after, FIRST)


@pytest.mark.parametrize("flags", ["", "--chown=1 "])
@pytest.mark.parametrize("head", ["FROM debian:12\n", "FROM debian:12\nUSER 1\n", "FROM unknown\n"])
def test_a_folder_must_be_made_as_it_was(head: str, flags: str) -> None:
    before = f"{head}COPY {flags}. /app\nWORKDIR /app\nRUN apt-get update && apt-get install -y gcc\n"
    after = f"{head}WORKDIR /app\nRUN apt-get update && apt-get install -y gcc\nCOPY {flags}. /app\n"
    expected = "" if head == "FROM debian:12\n" and not flags else "it may not pass WORKDIR"
    assert expected in problem(before, after, passed=2)
    assert bool(expected) == bool(problem(before, after, passed=2))
