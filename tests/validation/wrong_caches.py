"""Patches that take away an index or a cache that is used far from the RUN that left it, or change what is in it."""

from __future__ import annotations

from dfopt.edits import Delta
from tests.validation.attempts import Attempt, change

_APT = "apt-get update && apt-get install -y c"
_LISTS = ("rm", "-rf", "/var/lib/apt/lists/*")
_NPM = ("npm", "cache", "clean", "--force")
_DEBIAN = "FROM debian:12 AS b\n"


def _clean(name: str, hazard: int, script: str, head: str, tail: str, cleanup: tuple[str, ...]) -> Attempt:
    """A cleanup at the end of the only RUN between two parts of a file."""
    return change(
        name,
        hazard,
        f"{head}RUN {script}\n{tail}",
        f"RUN {script}\n",
        f"RUN {script} && {' '.join(cleanup)}\n",
        delta=Delta(added_commands=(cleanup,)),
    )


def _lists(name: str, hazard: int, tail: str, head: str = _DEBIAN) -> Attempt:
    return _clean(f"lists-{name}", hazard, _APT, head, tail, _LISTS)


def _npm(name: str, tail: str, head: str = "FROM node:20 AS b\n") -> Attempt:
    return _clean(f"npm-cache-{name}", 36, "npm ci", head, tail, _NPM)


def _pip(name: str, script: str, tail: str = "", head: str = "FROM python:3 AS b\n") -> Attempt:
    old = "pip install a"
    return change(
        f"pip-cache-{name}",
        36,
        f"{head}RUN {script}\n{tail}",
        f"RUN {script}\n",
        f"RUN {script.replace(old, 'pip install --no-cache-dir a')}\n",
        delta=Delta(added_options=(("pip", "--no-cache-dir"),)),
    )


def _apk(
    name: str,
    script: str,
    changed: str,
    *,
    updated: bool = True,
    head: str = "FROM alpine:3\n",
    tail: str = "",
    dropped: tuple[tuple[str, str], ...] = (),
) -> Attempt:
    """An install that downloads the index itself, in the place of an update."""
    return change(
        f"apk-index-{name}",
        1,
        f"{head}RUN {script}\n{tail}",
        f"RUN {script}\n",
        f"RUN {changed}\n",
        delta=Delta(
            added_options=(("apk", "--no-cache"),),
            dropped_options=dropped,
            dropped_commands=(("apk", "update"),) if updated else (),
        ),
    )


INDEX: tuple[Attempt, ...] = (
    _lists("needed-by-a-trigger-above", 7, "", head=f"{_DEBIAN}ONBUILD RUN apt-get install -y d\n"),
    _lists("needed-where-a-variable-chooses-the-base", 7, "FROM ${X}\nRUN apt-get install -y d\n"),
    _lists("needed-by-a-child-of-such-a-base", 7, "FROM ${X} AS y\nFROM y\nRUN apt-get install -y d\n"),
    _lists("needed-through-a-mount", 1, "FROM x\nRUN --mount=from=b,source=/var/lib,target=/l cp -r /l /m\n"),
    _lists("needed-through-a-mount-of-the-whole-stage", 1, "FROM x\nRUN --mount=from=b,target=/l cp -r /l /m\n"),
    _lists("needed-by-a-program-that-npm-runs", 1, "RUN npm exec -y @puppeteer/browsers -- install x\n"),
    _lists("needed-by-an-option", 1, "RUN browsers install x --install-deps\n"),
    _lists("copied", 11, "FROM x\nCOPY --from=b /var/lib/apt/lists /var/lib/apt/lists\n"),
    _lists("copied-by-a-pattern", 11, "FROM x\nCOPY --from=b /var/li* /var/lib/\n"),
    _lists("copied-by-number", 11, "FROM x\nCOPY --from=0 /var/lib/apt/ /l/\n"),
    _lists("copied-to-another-place", 11, "FROM x\nCOPY --from=b /var /v\n"),
    _lists("copied-with-a-folder-and-needed", 1, "FROM debian:12\nCOPY --from=b /var /var\nRUN apt-get install -y d\n"),
    _lists("copied-with-all-and-needed", 1, "FROM scratch\nCOPY --from=b / /\nRUN apt-get install -y d\n"),
    _lists("needed-when-it-starts", 11, "CMD apt-get install -y d\n"),
    _lists("needed-when-it-starts-in-exec-form", 11, 'CMD ["apt-get", "install", "-y", "d"]\n'),
    _lists("needed-when-it-starts-inside-sh", 11, 'ENTRYPOINT ["sh", "-c", "apt-get install -y d && d"]\n'),
    _lists("needed-when-it-starts-in-two-parts", 11, 'ENTRYPOINT ["apt-get"]\nCMD ["install", "-y", "d"]\n'),
    _lists("needed-by-the-health-check", 11, "HEALTHCHECK CMD apt-get install -y d\n"),
    _lists("needed-when-a-child-starts", 11, "FROM b\nCMD apt-get install -y d\n"),
    _lists("needed-by-a-start-that-is-not-modelled", 11, "CMD [[ -f d ]] || apt-get install -y d\n"),
)

CACHES: tuple[Attempt, ...] = (
    _npm("needed-without-network", "RUN --network=none npm ci\n"),
    _npm("needed-by-a-script-without-network", "RUN --network=none ./build.sh\n"),
    _npm("needed-inside-sh", 'RUN bash -c "npm ci --offline"\n'),
    _npm("needed-in-exec-form", 'RUN ["npm", "ci", "--offline"]\n'),
    _npm("needed-when-it-starts", "CMD npm ci --offline && node .\n"),
    _npm("needed-where-a-variable-chooses-the-base", "FROM ${X}\nRUN npm ci --offline\n"),
    _npm("copied-to-another-place", "FROM x\nCOPY --from=b /root /r\n"),
    _npm("copied-and-needed", "FROM node:20\nCOPY --from=b / /\nRUN npm ci --offline\n"),
    _npm("copied-by-a-child", "FROM b AS c\nFROM x\nCOPY --from=c /root /r\n"),
    _npm("in-a-mount", "FROM x\nRUN --mount=from=b,source=/root,target=/r cp -r /r /s\n"),
    _clean(
        "yum-cache-copied-to-another-place",
        36,
        "yum install -y c",
        "FROM centos:7 AS b\n",
        "FROM x\nCOPY --from=b /var/cache /c\n",
        ("yum", "clean", "all"),
    ),
    _pip("needed-without-network", "pip install a", tail="RUN --network=none pip install a\n"),
    _pip("used-without-network", "--network=none pip install a", head="FROM python:3\nRUN pip download a\n"),
    _pip("copied-to-another-place", "pip install a", tail="FROM x\nCOPY --from=b /root /r\n"),
)

APK: tuple[Attempt, ...] = (
    _apk(
        "of-older-repositories",
        "apk update && echo x >> /etc/apk/repositories && apk add c",
        "echo x >> /etc/apk/repositories && apk add --no-cache c",
    ),
    _apk(
        "of-older-keys", "apk update && cp k /etc/apk/keys/ && apk add c", "cp k /etc/apk/keys/ && apk add --no-cache c"
    ),
    _apk("of-other-repositories", "apk update && apk add -X https://x c", "apk add --no-cache -X https://x c"),
    _apk(
        "of-repositories-that-were-copied",
        "apk add c",
        "apk add --no-cache c",
        updated=False,
        head="FROM alpine:3\nRUN apk update\nCOPY repositories /etc/apk/\n",
    ),
    _apk("that-a-later-run-needs", "apk update && apk add c", "apk add --no-cache c", tail="RUN apk add d\n"),
    _apk(
        "that-a-later-run-needs-from-an-option",
        "apk add -U c",
        "apk add --no-cache c",
        updated=False,
        dropped=(("apk", "-U"),),
        tail="RUN apk add d\n",
    ),
    change(
        "apk-index-of-the-base-image-kept",
        11,
        "FROM x\nRUN apk add --no-cache c && rm -rf /var/cache/apk/*\n",
        " && rm -rf /var/cache/apk/*",
        "",
        delta=Delta(dropped_commands=(("rm", "-rf", "/var/cache/apk/*"),)),
    ),
)

TOOLS: tuple[Attempt, ...] = tuple(
    _clean(f"{cleanup[0]}-cleaned-where-it-is-gone-{number}", 11, script, "FROM x\n", "", cleanup)
    for number, (script, cleanup) in enumerate(
        (
            ("yum install -y c && rpm -e yum", ("yum", "clean", "all")),
            ("apt-get update && apt-get install -y npm && npm ci && apt-get purge -y npm", _NPM),
            ("npm ci && rm -rf /usr/local/lib/node_modules", _NPM),
            ("npm ci && cd /tmp && rm -rf ../app", _NPM),
            ("dpkg -i npm.deb && npm ci && dpkg --purge npm", _NPM),
            ("npm ci && find /usr/local/bin -maxdepth 1 -name npm -exec rm -rf {} +", _NPM),
            ("npm ci && find / -name 'np*' -delete", _NPM),
            ("npm ci && unlink /usr/local/bin/npm", _NPM),
            ("npm ci && chmod 000 /usr/local/bin/npm", _NPM),
            ("npm ci && ln -sf /x /usr/local/bin/node", _NPM),
            ("npm ci && curl u | tar xz -C /usr/local", _NPM),
            ("npm ci && sh -c 'rm -rf /usr/local/bin/*'", _NPM),
            ("yum install -y c && sed -i s/enabled=1/enabled=0/ /etc/yum.repos.d/*.repo", ("yum", "clean", "all")),
            ("zypper -n install c && sed -i s/=1/=0/ /etc/zypp/repos.d/*.repo", ("zypper", "clean", "--all")),
            ("( export PATH=$PATH:/opt/bin && npm ci ) && b", _NPM),
            ("( . /opt/nvm.sh && npm ci )", _NPM),
            ("( cd /app && npm ci ) && b", _NPM),
            ("( { PATH=/opt/bin:$PATH; npm ci; } && c ) && b", _NPM),
            ("cat a | { export PATH=/opt/bin:$PATH; npm ci; } && b", _NPM),
            ("npm ci && . /env && b", _NPM),
            ("npm ci && export PATH=/opt/bin:$PATH && b", _NPM),
            ("{ npm ci && cd /app; } && b", _NPM),
            ("( export NPM_TOKEN=a && yarn add c ) && b", ("yarn", "cache", "clean")),
            ("PATH=/opt/conda/bin:$PATH conda install -y c", ("conda", "clean", "-afy")),
            ("(PATH=/opt/conda/bin:$PATH; conda install -y c) && b", ("conda", "clean", "-afy")),
        )
    )
)

ANSWERS: tuple[Attempt, ...] = tuple(
    change(
        f"an-answer-where-a-failure-is-ignored-{number}",
        10,
        f"FROM debian:12\nRUN {script}\n",
        "apt-get install c",
        "apt-get install -y c",
        delta=Delta(added_options=(("apt-get", "-y"),)),
    )
    for number, script in enumerate(
        (
            "apt-get install c; ls",
            "apt-get install c || true",
            "! apt-get install c",
            "apt-get install c | tee log",
            "if a; then apt-get install c; fi; ls",
        )
    )
)

TABLE = INDEX + CACHES + APK + TOOLS + ANSWERS
