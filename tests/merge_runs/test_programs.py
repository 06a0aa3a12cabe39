"""Programs that an installer puts before the ones that a shell remembers: the earlier part needs a subshell."""

from __future__ import annotations

import pytest

from dfopt.api import rewrite
from dfopt.config import Config
from dfopt.facts.facts import Facts
from dfopt.source import Source
from dfopt.syntax.parser import parse
from dfopt.validation.check import difference

SHADOWING = [
    ("continuumio/miniconda3", "conda/envs/e/bin", "pip list", "conda env create -f environment.yml", "pip install x"),
    ("continuumio/miniconda3", "", "git clone a", "conda env update -n base -f environment.yml", "git clone b"),
    ("company/conda", "", "curl a", "conda install r-base", "curl b"),
    ("python:3.12", "/app/.venv/bin", "python gen.py", "uv sync --frozen", "python manage.py x"),
    ("python:3.12", "", "python gen.py", "uv pip sync requirements.txt", "python manage.py x"),
    ("node:18", "/app/node_modules/.bin", "tsc --version", "npm ci", "tsc -p ."),
    ("node:18", "./node_modules/.bin", "tsc --version", "yarn", "tsc -p ."),
    ("node:18", "${HOME_OF_APP}/bin", "tsc --version", "pnpm i", "tsc -p ."),
    ("ruby:3.1", "", "rake prepare", "bundle install --jobs 4", "rake build"),
    ("company/ruby", "", "rake prepare", "bundle", "rake build"),
    ("python:3.12", "", "tox -V", "pip install --requirement=r.txt", "tox -e x"),
    ("python:3.12", "", "tox -V", "pip install --editable=.", "tox -e x"),
    ("python:3.12", "", "tox -V", "pip install -Ur r.txt", "tox -e x"),
    ("golang:1.19", "", "app -v", "go install", "app -v"),
    ("golang:1.19", "", "app -v", "go install -v", "app -v"),
    ("ubuntu:22.04", "/usr/lib/ccache", "gcc --version", "apt-get install -y ccache", "gcc x.c"),
    ("centos:7", "/opt/rh/a/root/usr/bin", "make -v", "yum install -y a", "make"),
    ("centos:7", "/opt/rh/a/root/usr/bin", "git clone x", "sudo yum -y install a", "git clone y"),
]

QUIET = [
    ("ubuntu:22.04", "", "gcc --version", "apt-get install -y ccache", "gcc x.c"),
    ("ubuntu:22.04", "/opt/x/bin", "apt-get update", "apt-get install -y a", "apt-get install -y b"),
    ("ubuntu:22.04", "/opt/x/bin", "git clone a", "apt-get update", "git clone b"),
    ("node:18", "/app/vendor/bundle/bin", "gcc --version", "apt-get install -y a", "gcc x.c"),
    ("golang:1.19", "", "go mod download", "apt-get install -y a", "go build ."),
    ("node:18", "", "tsc --version", "npm ci", "tsc -p ."),
    ("node:18", "/app/node_modules/.bin", "tsc --version", "npm config set a b", "tsc -p ."),
    ("ruby:3.1", "", "rake prepare", "bundle config set a b", "rake build"),
]

UNNAMED = [
    "ln -s /opt/tools/bin/* /usr/local/bin/",
    "ln -s /opt/cmake-3*/bin/{cmake,ctest} /usr/local/bin",
    "ln -st /usr/local/bin /opt/tools/bin/*",
    "ln -s -t /usr/local/bin /opt/tools/bin/*",
    "ln -st /usr/local/bin /home/x/*",
    "install -Dt/usr/local/bin /home/x/*",
    "chmod --reference=/bin/ls /usr/local/bin/*",
    "ln -s /opt/tools/bin /opt/bin",
    "ln -sfn /opt/tools-2 /opt/tools",
    "cd /usr/local/bin && ln -s /opt/tools/bin/* .",
    "install -m 755 /opt/tools/bin/* /usr/local/bin",
    "install -m 755 -t /usr/local/bin /opt/tools/bin/*",
    "install --target-directory=/usr/local/bin /opt/tools/bin/*",
    'for f in /opt/tools/bin/*; do ln -s "$f" /usr/local/bin/; done',
    'for f in /opt/tools/bin/*; do ln -s "$f" "/usr/local/bin/$(basename $f)"; done',
    "find /opt/tools/bin -type f -exec ln -s {} /usr/local/bin/ \\;",
    "find /opt/tools -perm /1 -print0 | xargs -0 ln -st /usr/local/bin",
    "ls /opt/tools/bin/* | xargs -I % ln -s % /usr/local/bin/",
    "cpio -idm < /opt/tools.cpio",
    "curl -o /usr/local/bin/$N https://example.org/x && chmod +x /usr/local/bin/$N",
    "curl -o/usr/local/bin/$N https://example.org/x",
    "wget -P /usr/local/bin https://example.org/$F",
    "wget -i list --directory-prefix=/usr/local/bin",
    "chmod +x /usr/local/bin/*",
    "chmod -R 755 /usr/local/bin",
    "find /usr/local/bin -type f -exec chmod a+x {} +",
    "chmod -x /usr/local/bin/*",
    "find /usr/local/bin -type f -delete",
    "find /usr/local/bin ! -name x -type f -delete",
]

NAMED = [
    "ln -s /opt/tools/bin/tool /usr/local/bin/",
    "ln -s /opt/tools/bin/tool /usr/local/bin/tool",
    "ln -s $TOOL /usr/local/bin/tool",
    "ln -sf /etc/nginx/sites-available/$SITE /etc/nginx/sites-enabled/",
    "install -d /usr/local/bin",
    "install -m 755 -o $OWNER $TOOL /usr/local/bin/tool",
    "curl -fsSLo /usr/local/bin/tool https://example.org/$VERSION/tool && chmod +x /usr/local/bin/tool",
    "curl -fsSLO $URL",
    "wget -O /tmp/$F https://example.org/$F",
    "chmod +x /app/*.sh /usr/local/bin/*.sh",
    "chmod u+w /usr/local/bin/*",
    "chmod -R 700 /app/data",
    "find /app -type f -exec chmod 644 {} +",
    "find /app -name '*.sh' -exec chmod +x {} +",
    "find /usr/local -type f -name '*.pyc' -delete",
    "cpio -ov > /tmp/x.cpio",
]

PACKAGES = [
    ("tsc", "npm install -g typescript"),
    ("tsc", "npm uninstall -g typescript"),
    ("tsc", "npm --location=global i typescript"),
    ("tsc", "npm link"),
    ("tsc", "yarn global add typescript"),
    ("virtualenv", "pip3 install pipenv"),
    ("ansible-playbook", "pip3 uninstall -y ansible-base"),
    ("cmake", "pip install torch"),
    ("rake", "gem install rails"),
    ("rake", "gem uninstall -ax rails"),
    ("bundle", "gem install rails"),
    ("node", "pip3 install nodejs-bin"),
    ("jupyter", "conda remove -y notebook"),
]

OTHER_PACKAGES = [
    ("tsc", "npm install typescript"),
    ("tsc", "npm list -g"),
    ("python3", "pip3 install pipenv"),
    ("pip3", "pip3 uninstall -y ansible-base"),
    ("npm", "npm install -g typescript"),
    ("make", "pip3 install pipenv"),
    ("cmake", "pip3 download pipenv"),
]


def dockerfile(image: str, folder: str, *scripts: str) -> str:
    path = f"ENV PATH={folder}:$PATH\n" if folder else ""
    return f"FROM {image}\n{path}" + "".join(f"RUN {each}\n" for each in scripts)


def merged(text: str) -> str:
    return rewrite(Source(text), Config(select=("merge-runs",))).after


@pytest.mark.parametrize(("image", "folder", "first", "install", "last"), SHADOWING)
def test_the_use_before_an_install_that_may_bring_the_program_is_in_a_subshell(
    image: str, folder: str, first: str, install: str, last: str
) -> None:
    before = dockerfile(image, folder, first, install, last)
    assert f"RUN ( {first} )" in merged(before)
    joined = dockerfile(image, folder, f"{first} && {install} && {last}")
    assert difference(Facts(parse(Source(before))), Facts(parse(Source(joined))), []) is not None


@pytest.mark.parametrize(("image", "folder", "first", "install", "last"), QUIET)
def test_no_subshell_where_nothing_can_come_before_the_program(
    image: str, folder: str, first: str, install: str, last: str
) -> None:
    after = merged(dockerfile(image, folder, first, install, last))
    assert after.count("RUN") == 1
    assert "(" not in after


@pytest.mark.parametrize("path", ["$PATH:/opt/x/bin", "/usr/bin:/bin", "${PATH}:$SOME/bin"])
def test_a_folder_behind_all_others_hides_nothing(path: str) -> None:
    text = f"FROM debian\nENV PATH={path}\nRUN gcc -v\nRUN apt-get install -y a\nRUN gcc a.c\n"
    assert "(" not in merged(text)


@pytest.mark.parametrize("path", ["$PATH:/opt/x/bin:/opt/y/bin", '"${SOME:-/x}/bin:$PATH"', "${PATH#/x}"])
def test_a_folder_that_is_not_the_last_may_hide_something(path: str) -> None:
    text = f"FROM debian\nENV PATH={path}\nRUN gcc -v\nRUN apt-get install -y a\nRUN gcc a.c\n"
    assert "RUN ( gcc -v )" in merged(text)


def test_the_path_of_the_stage_that_a_stage_starts_from_counts() -> None:
    text = "FROM debian AS a\nENV PATH=/opt/x/bin:$PATH\nFROM a\nRUN gcc -v\nRUN apt-get install -y a\nRUN gcc a.c\n"
    assert "RUN ( gcc -v )" in merged(text)


def test_a_dash_for_the_input_starts_no_daemon() -> None:
    assert merged("FROM debian\nRUN echo x | sha384sum -c -\nRUN a\n").count("RUN") == 1


def is_isolated(first: str, between: str, last: str) -> bool:
    """True if the first use gets a subshell; the proof of the naive join has to say the same."""
    before = dockerfile("ubuntu:22.04", "", first, between, last)
    joined = dockerfile("ubuntu:22.04", "", f"{first} && ( {between} ) && {last}")
    refused = difference(Facts(parse(Source(before))), Facts(parse(Source(joined))), []) is not None
    isolated = f"RUN ( {first} )" in merged(before)
    assert refused == isolated
    return isolated


@pytest.mark.parametrize("between", UNNAMED)
def test_files_that_come_and_go_by_unwritten_names_may_be_any_program(between: str) -> None:
    assert is_isolated("cmake --version", between, "cmake .")


@pytest.mark.parametrize("between", NAMED)
def test_files_that_are_named_or_in_no_folder_of_programs_are_no_other_program(between: str) -> None:
    assert not is_isolated("cmake --version", between, "cmake .")


@pytest.mark.parametrize(("program", "between"), PACKAGES)
def test_packages_of_a_language_may_hide_or_uncover_a_program_of_the_distribution(program: str, between: str) -> None:
    assert is_isolated(f"{program} a", between, f"{program} b")


@pytest.mark.parametrize(("program", "between"), OTHER_PACKAGES)
def test_packages_of_a_language_do_not_bring_what_runs_them(program: str, between: str) -> None:
    assert not is_isolated(f"{program} a", between, f"{program} b")
