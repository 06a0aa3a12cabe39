"""What is said of programs for glibc on Alpine, and of what only looks like them."""

from __future__ import annotations

import pytest

from dfopt import api
from dfopt.config import Config
from dfopt.results import Applied
from dfopt.source import Source

FROM = "FROM alpine:3.22\n"


def found(text: str) -> tuple[Applied, ...]:
    result = api.rewrite(Source(text), Config(select=("glibc-on-alpine",)))
    assert not result.failures
    return result.applied


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("https://x.org/OpenJDK8U-jre_x64_linux_hotspot_8u422b05.tar.gz", "a JDK of Adoptium"),
        ("https://api.adoptium.net/v3/binary/latest/17/ga/linux/x64/jdk/hotspot/normal/eclipse", "a JDK of Adoptium"),
        ("http://download.oracle.com/otn-pub/java/jdk/8u131-b11/jdk-8u131-linux-x64.tar.gz", "a JDK"),
        ("https://download.java.net/java/GA/jdk17/0/GPL/openjdk-17_linux-x64_bin.tar.gz", "a JDK"),
        ("server-jre-${V}-linux-x64.tar.gz", "a JDK"),
        ("https://corretto.aws/downloads/latest/amazon-corretto-17-x64-linux-jdk.tar.gz", "Corretto"),
        ("https://cdn.azul.com/zulu/bin/zulu17.52.17-ca-jdk17.0.12-linux_x64.tar.gz", "Azul"),
        ("https://aka.ms/download-jdk/microsoft-jdk-17.0.12-linux-x64.tar.gz", "Microsoft"),
        ("https://x.org/graalvm-community-jdk-21.0.2_linux-x64_bin.tar.gz", "GraalVM"),
        ("https://nodejs.org/dist/v18.20.4/node-v18.20.4-linux-x64.tar.xz", "node"),
        ("https://nodejs.org/dist/v$V/node-v$V-linux-$ARCH.tar.gz", "node"),
        ("https://x.org/bun-linux-x64-baseline.zip", "bun"),
        ("https://dotnetcli.azureedge.net/dotnet/Sdk/8/dotnet-sdk-8.0.1-linux-x64.tar.gz", ".NET"),
        ("https://repo.anaconda.com/miniconda/Miniconda3-py310_23.1.0-1-Linux-x86_64.sh", "conda"),
        ("https://x.org/Miniforge3-Linux-x86_64.sh", "conda"),
        ("https://awscli.amazonaws.com/awscli-exe-linux-x86_64.zip", "the AWS CLI 2"),
        ("https://dl.google.com/linux/direct/google-chrome-stable_current_amd64.deb", "Chrome"),
        ("https://chromedriver.storage.googleapis.com/2.41/chromedriver_linux64.zip", "Chrome"),
        ("https://x.org/dart/dartsdk-linux-x64-release.zip", "Dart"),
        ("https://x.org/sonar-scanner-cli-6.1.0.4477-linux-x64.zip?a=b", "SonarScanner"),
        ("https://x.org/numpy-2.0-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl", "a wheel"),
        ("https://static.rust-lang.org/rustup/dist/x86_64-unknown-linux-gnu/rustup-init", "gnu in the name"),
        ("https://github.com/denoland/deno/releases/download/v1/deno-x86_64-unknown-linux-gnu.zip", "gnu in the name"),
    ],
)
def test_downloads(name: str, said: str) -> None:
    for text in (f"RUN wget {name} -O /tmp/x\n", f"ADD {name} /tmp/\n"):
        (only,) = found(FROM + text)
        assert said in only.why
        assert found("FROM debian:12\n" + text) == ()
        assert found("FROM example/alpine-glibc\n" + text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "RUN wget https://x.org/OpenJDK17U-jdk_x64_alpine-linux_hotspot_17.tar.gz",
        "RUN wget https://api.adoptium.net/v3/binary/latest/17/ga/alpine-linux/x64/jdk/hotspot/normal/eclipse",
        "RUN wget https://download.java.net/java/early_access/alpine/1/openjdk-22_linux-x64-musl_bin.tar.gz",
        "RUN wget https://corretto.aws/downloads/latest/amazon-corretto-17-x64-alpine-linux-jdk.tar.gz",
        "RUN wget https://cdn.azul.com/zulu/bin/zulu17.52.17-ca-jdk17.0.12-linux_musl_x64.tar.gz",
        "RUN wget https://aka.ms/download-jdk/microsoft-jdk-17.0.12-alpine-x64.tar.gz",
        "RUN wget https://x.org/node-v18-linux-x64-musl.tar.xz https://x.org/bun-linux-x64-musl.zip",
        "RUN wget https://nodejs.org/dist/v18.20.4/node-v18.20.4.tar.gz https://x.org/jdk-11-docs.tar.gz",
        "RUN wget https://x.org/dotnet-sdk-8.0.1-linux-musl-x64.tar.gz https://x.org/go1.23.linux-amd64.tar.gz",
        "RUN wget https://x.org/terraform_1.9.0_linux_amd64.zip https://x.org/sonar-scanner-cli-6.1.0.4477.zip",
        "RUN wget https://x.org/numpy-2.0-cp312-cp312-musllinux_1_1_x86_64.whl",
        "RUN CHOST=x86_64-linux-gnu ./configure --host=x86_64-linux-gnu && rm -rf /usr/lib/x86_64-linux-gnu",
        "RUN apk add --no-cache chromium-chromedriver openjdk17 nodejs libc-utils musl-dev",
        "RUN npm install puppeteer-core && pip install torchmetrics tensorflow-datasets",
        "RUN echo gcompat libc6-compat > /etc/not-installed",
        "ENV PUPPETEER_SKIP_CHROMIUM_DOWNLOAD=true\nRUN yarn add puppeteer",
        "RUN PUPPETEER_SKIP_DOWNLOAD=1 npm install puppeteer",
        "RUN apk add chromium\nRUN npm install puppeteer",
    ],
)
def test_what_runs_on_musl_or_may(text: str) -> None:
    assert found(f"{FROM}{text}\n") == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("RUN npm install --save puppeteer@23", "the Chrome that puppeteer downloads"),
        ("RUN yarn add playwright", "the browsers of playwright"),
        ("RUN pip3 install -U 'tensorflow[and-cuda]==2.17'", "the wheel (tensorflow"),
        ("RUN apk add -U --virtual .x gcompat", "gcompat"),
        ("RUN apk add libc6-compat=1.2.5-r0", "libc6-compat"),
        ("RUN apk add --allow-untrusted /tmp/glibc-2.35-r1.apk", "a glibc beside musl"),
    ],
)
def test_packages(text: str, said: str) -> None:
    (only,) = found(f"{FROM}{text}\n")
    assert said in only.why


def test_a_layer_stands_for_what_it_is_for() -> None:
    (only,) = found(f"{FROM}RUN apk add gcompat\nADD https://x.org/jdk-8u131-linux-x64.tar.gz /opt/\n")
    assert only.why.startswith("gcompat lets some programs")
    assert only.evidence == ("a JDK (jdk-8u131-linux-x64.tar.gz) is built for glibc",)


GO = "FROM golang:1.23 AS b\n{}\nFROM alpine:3.22\nCOPY --from=b /app /app\n"
RUST = "FROM rust:1.82 AS b\n{}\nFROM alpine:3.22\nCOPY --from=b {} /app\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (GO.format("RUN CGO_ENABLED=1 go build -o /app ."), 1),
        (GO.format("ENV CGO_ENABLED=1\nRUN go build -o /app ."), 1),
        (GO.format("RUN go build -o /app ."), 0),
        (GO.format("ENV CGO_ENABLED=0\nRUN go build -o /app ."), 0),
        (GO.format("RUN CGO_ENABLED=1 go build -ldflags '-extldflags \"-static\"' -o /app ."), 0),
        (GO.replace("golang:1.23", "golang:1.23-alpine").format("RUN CGO_ENABLED=1 go build -o /app ."), 0),
        (RUST.format("RUN cargo build --release", "target/release/app"), 1),
        (RUST.format("RUN cargo build --release", "/src/assets"), 0),
        (RUST.format("RUN make release", "target/release/app"), 0),
        (RUST.format("RUN cargo build --release --target x86_64-unknown-linux-musl", "/s/target/release/app"), 0),
        (RUST.format("ENV RUSTFLAGS='-C target-feature=+crt-static'\nRUN cargo build", "target/debug/app"), 0),
    ],
)
def test_what_another_stage_builds(text: str, expected: int) -> None:
    assert len(found(text)) == expected
