"""Which secrets become mounts, and which stay, for what reason."""

from __future__ import annotations

import pytest

from dfopt import api
from dfopt.config import Config
from dfopt.edits import Safety
from dfopt.results import Rewrite
from dfopt.source import Source

ASKED_FOR = Config(select=("secret-mounts",))
ARG = "FROM node:22\nARG NPM_TOKEN\n"
CAT = '"$(cat /run/secrets/npm_token)"'
MOUNT = "--mount=type=secret,id=npm_token,required=true"


def rewrite(text: str, config: Config = ASKED_FOR) -> Rewrite:
    result = api.rewrite(Source(text), config)
    assert not result.failures
    assert not api.rewrite(Source(result.after), config).changed
    return result


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("RUN npm ci\n", f"RUN {MOUNT} NPM_TOKEN={CAT} npm ci\n"),
        ("RUN --network=host npm ci\n", f"RUN --network=host \\\n    {MOUNT} \\\n    NPM_TOKEN={CAT} npm ci\n"),
        (
            "RUN npm ci && npm run build\n",
            f"RUN {MOUNT} export NPM_TOKEN={CAT} && npm ci && npm run build\n",
        ),
        ("RUN npm ci || npm i\n", f"RUN {MOUNT} export NPM_TOKEN={CAT} && npm ci || npm i\n"),
        ("RUN npm ci; npm run a\n", f"RUN {MOUNT} export NPM_TOKEN={CAT}; npm ci; npm run a\n"),
        ("RUN npm ci & wait\n", f"RUN {MOUNT} export NPM_TOKEN={CAT}; npm ci & wait\n"),
        (
            'RUN curl -H "Authorization: $NPM_TOKEN" -o a https://a.org\n',
            f'RUN {MOUNT} \\\n    export NPM_TOKEN={CAT} && curl -H "Authorization: $NPM_TOKEN" -o a https://a.org\n',
        ),
        ("USER node\nRUN npm ci\n", f"USER node\nRUN {MOUNT},mode=0444 NPM_TOKEN={CAT} npm ci\n"),
        ("RUN apt-get update\nRUN npm ci\n", f"RUN apt-get update\nRUN {MOUNT} NPM_TOKEN={CAT} npm ci\n"),
        ("RUN curl a.org > a\nRUN npm ci\n", f"RUN curl a.org > a\nRUN {MOUNT} NPM_TOKEN={CAT} npm ci\n"),
        (
            "RUN echo '//r.org/:_t=${NPM_TOKEN}' > .npmrc && npm ci\n",
            f"RUN {MOUNT} export NPM_TOKEN={CAT} && echo '//r.org/:_t=${{NPM_TOKEN}}' > .npmrc && npm ci\n",
        ),
        (
            "RUN npm config set //r.org/:_t $NPM_TOKEN && npm ci && rm ~/.npmrc\n",
            f"RUN {MOUNT} export NPM_TOKEN={CAT} && npm config set //r.org/:_t $NPM_TOKEN && npm ci && rm ~/.npmrc\n",
        ),
    ],
)
def test_a_build_argument_becomes_a_mount(before: str, after: str) -> None:
    result = rewrite(ARG + before)
    assert result.after.replace(" \\\n    ", " ") == ("FROM node:22\n" + after).replace(" \\\n    ", " ")
    (only,) = result.applied
    assert only.safety is Safety.UNSAFE
    assert "docker build --secret id=npm_token,env=NPM_TOKEN" in only.evidence[0]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("FROM a\nARG NPM_TOKEN=abc\nRUN npm ci\n", "it has a default, which a secret has not"),
        ("FROM a\nARG NPM_TOKEN B\nRUN npm ci\n", "other variables are declared with it"),
        ("ARG NPM_TOKEN\nFROM a\nARG NPM_TOKEN\nRUN npm ci\n", "it is declared before the first FROM as well"),
        (ARG + "RUN npm ci\nARG NPM_TOKEN\nRUN npm ci\n", "it is declared more than once"),
        (
            ARG.replace("22", "22 AS b") + "RUN npm ci\nFROM b\nRUN npm i\n",
            "a stage that starts from this one may read it",
        ),
        (ARG + "LABEL a=$NPM_TOKEN\nRUN npm ci\n", "an instruction other than RUN reads it"),
        (ARG + "ENV A=x$NPM_TOKEN\nRUN npm ci\n", "an instruction other than RUN reads it"),
        (ARG + "RUN --mount=type=cache,target=/$NPM_TOKEN npm ci\n", "an instruction other than RUN reads it"),
        (
            ARG + "ENV NPM_TOKEN=$NPM_TOKEN\nRUN npm ci\n",
            "it is in the environment of the container, which may read it",
        ),
        (ARG + 'RUN ["npm", "ci"]\n', "a RUN whose script is not modelled may read it"),
        (ARG + 'SHELL ["pwsh", "-c"]\nRUN npm ci\n', "a RUN whose script is not modelled may read it"),
        (ARG + "RUN echo $NPM_TOKEN > .npmrc\n", "a RUN may write it into a file that stays"),
        (ARG + "RUN echo $NPM_TOKEN > a && npm ci && rm b\n", "a RUN may write it into a file that stays"),
        (ARG + "RUN echo $NPM_TOKEN > a && cp a b && rm a\n", "a RUN may write it into a file that stays"),
        (ARG + "RUN cd x && echo $NPM_TOKEN > a && cd y && rm a\n", "a RUN may write it into a file that stays"),
        (ARG + "RUN echo $NPM_TOKEN > a || true; rm a\n", "a RUN may write it into a file that stays"),
        (ARG + "RUN T=$NPM_TOKEN; tool --token $T\n", "a RUN may write it into a file that stays"),
        (ARG + "RUN git clone https://$NPM_TOKEN@github.com/a/b\n", "a RUN may write it into a file that stays"),
        (ARG + "RUN npm i git+https://$NPM_TOKEN@github.com/a/b\n", "a RUN may write it into a file that stays"),
        (ARG + "RUN sh -c 'echo $NPM_TOKEN > a'\n", "a RUN may write it into a file that stays"),
        (ARG + "RUN echo $NPM_TOKEN | docker login --password-stdin\n", "a RUN may write it into a file that stays"),
        (ARG + "RUN sed -i s/T/$NPM_TOKEN/ .npmrc && npm ci\n", "a RUN may write it into a file that stays"),
        (ARG + "RUN npm config set t $NPM_TOKEN\n", "a RUN may write it into a file that stays"),
        (ARG + "RUN cat > a <<EOF\n$NPM_TOKEN\nEOF\n", "a RUN may write it into a file that stays"),
        (ARG + "RUN curl -H ${NPM_TOKEN:-x} a.org\n", "the build may go without it"),
        (ARG + 'RUN [ -z "$NPM_TOKEN" ] || npm ci\n', "the build may go without it"),
        (ARG + "RUN apt-get update\n", "no RUN reads it"),
        (ARG + "RUN a\nRUN b\nRUN c\nRUN npm ci $NPM_TOKEN\n", "a RUN may write it into a file that stays"),
        (ARG + "RUN a\nRUN b\nRUN c\n", "too many RUNs may read it that do not name it"),
        (ARG + "RUN if true; then npm ci; fi\n", "a RUN begins with something else than a plain command"),
        (
            ARG + "RUN cat <<E > a && npm ci && rm a\n$NPM_TOKEN\nE\n",
            "a RUN begins with something else than a plain command",
        ),
        (ARG + "RUN <<E\n#!/bin/bash\nnpm ci\nE\n", "a RUN whose script is not modelled may read it"),
        (ARG + "RUN --mount=type=secret,id=npm_token npm ci\n", "a RUN mounts a secret of that name already"),
        (
            "# syntax=docker/dockerfile:1.0\n" + ARG + "RUN npm ci\n",
            "its syntax directive names a frontend that has no",
        ),
    ],
)
def test_a_build_argument_that_stays(text: str, reason: str) -> None:
    result = rewrite(text)
    assert not result.changed
    assert any(found.reason.startswith(reason) for found in result.refusals), [
        found.reason for found in result.refusals
    ]
    assert any(found.safety is Safety.REPORT for found in result.applied)


KEY = "FROM debian:12\nCOPY id_rsa /root/.ssh/\n"
FILE = "FROM node:22\nWORKDIR /app\nCOPY .npmrc ./\n"
SECRET = "--mount=type=secret,id=npmrc,target=/app/.npmrc,required=true"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("RUN npm ci && rm .npmrc\n", f"RUN {SECRET} npm ci\n"),
        ("RUN npm ci\nRUN rm -f /app/.npmrc\nRUN npm run build\n", f"RUN {SECRET} npm ci\nRUN npm run build\n"),
        ("RUN chmod 600 .npmrc && npm ci && rm .npmrc\n", f"RUN {SECRET} npm ci\n"),
        ("RUN set -e; npm ci; rm .npmrc; ls\n", f"RUN {SECRET} set -e; npm ci; ls\n"),
        ("RUN npm ci --userconfig .npmrc\nRUN rm .npmrc && ls\n", f"RUN {SECRET} npm ci --userconfig .npmrc\nRUN ls\n"),
    ],
)
def test_a_file_becomes_a_mount(before: str, after: str) -> None:
    result = rewrite(FILE + before)
    assert result.after == "FROM node:22\nWORKDIR /app\n" + after
    assert "docker build --secret id=npmrc,src=.npmrc" in result.applied[0].evidence[0]


def test_a_file_of_a_stage_that_is_left_behind() -> None:
    behind = "FROM nginx\nCOPY --from=b /app/dist /srv\n"
    text = FILE.replace("22", "22 AS b") + "RUN npm ci\n" + behind
    assert rewrite(text).after == f"FROM node:22 AS b\nWORKDIR /app\nRUN {SECRET} npm ci\n{behind}"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (FILE + "RUN npm ci\n", "it is in the image, where a container may read it"),
        (FILE.replace("22", "22 AS b") + "RUN npm ci\nFROM a\nCOPY --from=b /app /app\n", "another stage may take it"),
        (FILE.replace("22", "22 AS b") + "RUN npm ci && rm .npmrc\nFROM b\n", "a stage that starts from this one"),
        (FILE + "RUN npm ci && rm .npmrc\nCOPY . .\n", "another instruction may copy it as well"),
        (FILE + "RUN npm ci && rm .npmrc\nCOPY .n* ./\n", "another instruction may copy it as well"),
        ("FROM node:22\nCOPY .npmrc ./\nRUN npm ci && rm .npmrc\n", "where it is copied to is not known"),
        ("FROM node:22\nWORKDIR /a\nCOPY .npmrc $D/\nRUN npm ci && rm .npmrc\n", "where it is copied to is not known"),
        (FILE + "RUN npm ci && cp .npmrc /etc && rm .npmrc\n", "a RUN does something else with it"),
        (FILE + "RUN npm ci && cp -r . /b && rm .npmrc\n", "a RUN does something else with it"),
        (FILE + "RUN npm ci && chown -R node . && rm .npmrc\n", "a RUN does something else with it"),
        (FILE + "RUN npm ci && rm -rf /app/*\n", "a RUN does something else with it"),
        (FILE + "RUN npm ci && cd /tmp && rm .npmrc\n", "a RUN does something else with it"),
        (FILE + "RUN npm ci && rm .npmrc package-lock.json\n", "a RUN does something else with it"),
        (FILE + "RUN if npm ci; then rm .npmrc; fi\n", "a RUN does something else with it"),
        (FILE + "RUN npm ci && echo x >> .npmrc && rm .npmrc\n", "a RUN does something else with it"),
        (FILE + "RUN npm ci && rm .npmrc && npm test\n", "a RUN goes on when it has removed it"),
        (FILE + "RUN npm ci && cat <<E && rm .npmrc\nE\n", "what removes it cannot be taken out"),
        (FILE + "RUN npm ci; rm .npmrc\n", "what removes it cannot be taken out"),
        (FILE + 'RUN ["npm", "ci"]\nRUN rm .npmrc\n', "a RUN whose script is not modelled may read it"),
        (FILE + "RUN a\nRUN b\nRUN c\nRUN d\nRUN rm .npmrc\n", "too many RUNs may read it"),
        (FILE + "RUN rm .npmrc\n", "no RUN reads it"),
        (
            KEY + "RUN ssh-keyscan a.org > ~/.ssh/known_hosts\nRUN git clone git@a.org:b && rm ~/.ssh/id_rsa\n",
            "the folder that it is in would be missing",
        ),
        ("FROM debian:12\nCOPY .ssh /root/.ssh\nRUN git clone git@a.org:b\n", "where it is copied to is not known"),
    ],
)
def test_a_file_that_stays(text: str, reason: str) -> None:
    result = rewrite(text)
    assert not result.changed
    assert any(found.reason.startswith(reason) for found in result.refusals), [
        found.reason for found in result.refusals
    ]
    assert any(found.safety is Safety.REPORT for found in result.applied)


def test_two_secrets_of_one_run() -> None:
    text = "FROM python:3.12\nARG A_TOKEN\nARG B_TOKEN\nRUN pip install -i https://$A_TOKEN:$B_TOKEN@p.org/ x\n"
    after = rewrite(text).after
    assert "ARG" not in after
    assert after.count("--mount=type=secret") == after.count("$(cat /run/secrets/") == 2


@pytest.mark.parametrize("config", [Config(), Config(preset="default")])
def test_it_is_reported_unless_it_is_asked_for(config: Config) -> None:
    result = api.rewrite(Source(ARG + "RUN npm ci\n"), config)
    assert "ARG NPM_TOKEN\n" in result.after
    (only,) = [found for found in result.applied if found.transform == "secret-mounts"]
    assert only.safety is Safety.REPORT
    assert not only.delta.is_unsafe


@pytest.mark.parametrize(
    "config", [Config(unsafe=True), Config(preset="security"), Config(preset="all"), Config(select=("secret-mounts",))]
)
def test_it_is_rewritten_if_it_is_asked_for(config: Config) -> None:
    assert MOUNT in api.rewrite(Source(ARG + "RUN npm ci\n"), config).after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "FROM a\r\n# it\r\nARG B_TOKEN\r\nRUN npm ci \\\r\n # c\r\n && ls\r\n",
            "FROM a\r\n# it\r\nRUN MOUNT \\\r\n export CAT \\\r\n && npm ci \\\r\n # c\r\n && ls\r\n",
        ),
        (
            "FROM a\nARG B_TOKEN\nRUN \\\n  # 1\n  npm ci && \\\n  # 2\n  npm t\n",
            "FROM a\nRUN MOUNT \\\n  # 1\n  export CAT && npm ci && \\\n  # 2\n  npm t\n",
        ),
        ("FROM a\n\tARG B_TOKEN\n\tRUN npm ci", "FROM a\n\tRUN MOUNT CAT npm ci"),
        ("FROM a\n\nARG B_TOKEN\n\nRUN -- npm ci\n", "FROM a\n\nRUN MOUNT -- CAT npm ci\n"),
        ("FROM a\nARG \\\n  B_TOKEN\nRUN A=1 npm ci\n", "FROM a\nRUN MOUNT CAT A=1 npm ci\n"),
        (
            "FROM a\nARG B_TOKEN\nRUN <<-E\n\tnpm ci\n\tls\nE\n",
            "FROM a\nRUN MOUNT <<-E\n\texport CAT\n\tnpm ci\n\tls\nE\n",
        ),
    ],
)
def test_odd_layouts(before: str, after: str) -> None:
    mount = "--mount=type=secret,id=b_token,required=true,mode=0444"
    expected = after.replace("MOUNT", mount).replace("CAT", 'B_TOKEN="$(cat /run/secrets/b_token)"')
    assert rewrite(before).after == expected
