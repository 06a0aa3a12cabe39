"""What counts as a secret in a build, and what does not."""

from __future__ import annotations

import pytest

from dfopt import api
from dfopt.config import Config
from dfopt.source import Source


def reasons(*lines: str) -> list[str]:
    text = "".join(f"{line}\n" for line in ("FROM debian:12", *lines))
    result = api.rewrite(Source(text), Config(select=("secret-mounts",)))
    assert not result.failures
    assert not result.changed
    return [applied.why for applied in result.applied]


@pytest.mark.parametrize(
    "line",
    [
        "ARG GITHUB_TOKEN",
        "ARG githubToken=abc",
        "ARG AWS_SECRET_ACCESS_KEY",
        "ENV AWS_ACCESS_KEY_ID AKIA123",
        "ENV DB_PASS=hunter2",
        "ENV adminPassword=hunter2",
        "COPY .npmrc ./",
        "COPY ./deploy/.netrc /root/",
        "COPY --from=other /root/.ssh/ /root/.ssh",
        "COPY app-service-account.json /etc/",
        "COPY deploy_id_rsa /tmp/key",
        "RUN curl https://bob:hunter2@example.com/x",
        "RUN pip install -i https://$USER:$PASSWORD@pypi.example.com/simple shop",
        "RUN git clone https://ghp_0123456789abcdefghij@github.com/a/b",
        "RUN git clone https://$GITHUB_TOKEN@github.com/a/b",
        'RUN echo "$SSH_KEY" > ~/.ssh/id_rsa',
        "RUN npm config set //npm.example.com/:_authToken=$T",
        "ENV PIP_INDEX_URL=https://bob:hunter2@pypi.example.com/simple",
    ],
)
def test_it_is_one(line: str) -> None:
    assert len(reasons(line)) == 1


@pytest.mark.parametrize(
    "line",
    [
        "ARG GPG_KEY=D95C03BC",
        "ARG TOKENIZERS_VERSION=1",
        "ENV AWS_REGION=eu-west-1",
        "ENV PWD=/srv OLDPWD=/",
        "ENV PASSWORD=",
        "ENV TOKEN=$TOKEN",
        "ENV MYSQL_RANDOM_ROOT_PASSWORD=1",
        "ENV PASSWORD_FILE=/run/secrets/password",
        "ENV JWT_PRIVATE_KEY=./keys/jwt.pem",
        "ENV REACT_APP_API_KEY=abc",
        "COPY .npmrc.example ./",
        "COPY keys/id_rsa.pub /root/.ssh/authorized_keys",
        "COPY ssh_config /root/.ssh/config",
        "RUN git clone git@github.com:a/b https://git@github.com/a/b",
        "RUN curl https://example.com/a@b https://example.com/~a:b@c",
        "ENV SENTRY_DSN=https://1ea0662a@o1.ingest.example.com/1",
        "RUN ssh-keygen -t rsa -f /etc/ssh/ssh_host_rsa_key",
    ],
)
def test_it_is_none(line: str) -> None:
    assert reasons(line) == []


def test_no_value_is_told() -> None:
    assert not [why for why in reasons("ENV DB_PASSWORD=hunter2", "RUN x https://a:hunter2@b.org") if "hunter2" in why]


def test_the_history_is_that_of_the_image_only_if_the_stage_is_in_it() -> None:
    assert "stays in the history of the image" in reasons("ARG NPM_TOKEN")[0]
    assert "stays in the build cache" in reasons("ARG NPM_TOKEN", "FROM scratch")[0]


def test_a_value_for_development_is_said_to_be_one() -> None:
    assert "looks like one for development" in reasons("ENV POSTGRES_PASSWORD=postgres")[0]
    assert "looks like one" not in reasons("ENV POSTGRES_PASSWORD=9f8Jx!kq")[0]


def test_a_variable_of_the_build_comes_into_the_image() -> None:
    found = reasons("ARG NPM_TOKEN", "ENV NPM_TOKEN=$NPM_TOKEN")
    assert "into the config of the image" in found[1]
