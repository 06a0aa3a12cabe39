"""How secrets get into builds: names of variables, files, and how each is mounted instead.

Docker, "Build secrets" and the build check SecretsUsedInArgOrEnv; the manuals of the tools that read the files.
"""

from __future__ import annotations

from typing import Final

import msgspec

from dfopt.expression import Expression

NAME: Final = Expression(
    r"(?:.*_)?(?:TOKEN|ACCESSTOKEN|AUTHTOKEN|PASSWORD|PASSWD|PASSPHRASE|SECRET|CREDENTIALS?|SECRET_KEY_BASE|APIKEY"
    r"|(?:API|ACCESS|SECRET|PRIVATE|SSH|DEPLOY|LICENSE|ENCRYPTION|MASTER)_KEY|(?:SECRET_)?ACCESS_KEY_ID"
    r"|SECRET_ACCESS_KEY)|.+_(?:PASS|PWD|PAT)"
)
"""A whole name, in upper case with ``_`` between its words, that stands for something secret."""

NAME_OF_FILE: Final = Expression(r"(.*)_(?:FILE|PATH|DIR|LOCATION)")
"""Names of where a secret is: what is left without the end would name the secret itself."""

FOR_BROWSERS: Final = Expression(r"(?:NEXT_PUBLIC|NUXT_PUBLIC|EXPO_PUBLIC|REACT_APP|VITE|VUE_APP|GATSBY|PUBLIC)_.+")
"""What build tools of web pages write into the pages, by their manuals."""

SWITCH: Final = Expression(r"(?i:yes|no|true|false|on|off|[01])")
"""Values of names such as ``ALLOW_EMPTY_PASSWORD``, which are no secrets."""

LOCATION: Final = Expression(r"(?:/|\./|~/).*|[\w./-]+\.(?:pem|key|crt|json|txt|yml|yaml)")
"""Values that say where a secret is."""

PLACEHOLDER: Final = Expression(
    r"(?i)(?:.*(?:change|replace|your|example|dummy|placeholder|sample).*|.*(?:pass|passwd|password|pw)[0-9]*"
    r"|x+|0[0-]*0|root|admin|postgres|mysql|secret|test(?:ing)?|dev(?:elopment)?|guest|token|foo|bar|1234\d*|none|null|todo)"
)
"""Values that nobody would choose for a system that matters."""


class SecretFile(msgspec.Struct, frozen=True):
    """A file that holds a secret, by the end of its path; ``target`` is where its tool looks for it."""

    path: Expression
    holds: str
    id: str
    target: str = ""
    ssh: bool = False
    """True if an agent can hold it, so that no file is needed."""


def _file(path: str, holds: str, id: str, target: str = "") -> SecretFile:  # noqa: A002  as BuildKit names it
    return SecretFile(Expression(rf"(?:.*/)?{path}"), holds, id, target)


FILES: Final = (
    _file(r"\.npmrc", "the tokens of npm", "npmrc", "/root/.npmrc"),
    _file(r"\.yarnrc\.yml", "the tokens of yarn", "yarnrc", "/root/.yarnrc.yml"),
    _file(r"[._]netrc", "passwords of hosts", "netrc", "/root/.netrc"),
    _file(r"\.pypirc", "passwords of package indexes", "pypirc", "/root/.pypirc"),
    _file(r"pip\.conf", "passwords of package indexes", "pip-conf", "/etc/pip.conf"),
    _file(r"\.git-credentials", "passwords of git hosts", "git-credentials", "/root/.git-credentials"),
    _file(r"auth\.json", "the tokens of composer", "composer-auth", "/root/.composer/auth.json"),
    _file(r"\.aws(?:/credentials)?", "the keys of AWS", "aws", "/root/.aws/credentials"),
    _file(r"\.kube(?:/config)?|kubeconfig", "the keys of a Kubernetes cluster", "kubeconfig", "/root/.kube/config"),
    _file(r"\.dockercfg|\.docker/config\.json", "passwords of registries", "docker", "/root/.docker/config.json"),
    _file(r"application_default_credentials\.json|[\w.-]*service[-_]?account[\w.-]*\.json", "a key of Google", "gcp"),
    _file(r"\.env", "the secrets of an application", "env"),
    SecretFile(
        Expression(r"(?:.*/)?(?:\.ssh|id_(?:rsa|dsa|ecdsa|ed25519)|[\w.-]+_id_rsa)"), "a private key", "", ssh=True
    ),
)
"""A path is matched whole, without a slash at its end."""

URL: Final = Expression(
    r"https?://(?P<user>[^\s/@:'\"`|;&<>()*\\]*)(?P<password>:[^\s/@'\"`|;&<>()*\\]+)?@(?P<host>[A-Za-z0-9][A-Za-z0-9.-]*\.[A-Za-z]{2,}"
    r"|\$\{?\w+)"
)
"""A URL with credentials: RFC 3986, 3.2.1."""

GIT_HOST: Final = Expression(r"(?:.*\.)?(?:github|gitlab|bitbucket|dev\.azure|visualstudio)\.(?:com|org)")
"""Hosts that take a token as the name of a user."""

VARIABLE: Final = Expression(r"\$\{?(\w+)")

TOKEN_IN_FILE: Final = Expression(r":_(?:authToken|password|auth)[= ]")
"""What npm and yarn keep in their settings."""

KEY_INTO_FILE: Final = Expression(r">{1,2}[ \t]*\"?[^\s;&|\"]*\.ssh/id_(?:rsa|dsa|ecdsa|ed25519)\b(?!\.pub)")
"""A redirection into the file of a private key."""

MOUNTED: Final = "/run/secrets/{id}"
"""Where a secret is without a target (Docker, "RUN --mount=type=secret")."""

SILENT: Final = frozenset(
    """
    apt-get apt dpkg apk dnf yum microdnf zypper pacman
    mkdir rm rmdir chmod chown chgrp touch echo printf cat test [ true false : cd pwd set unset umask
    useradd groupadd adduser addgroup usermod groupmod userdel deluser id whoami
    sed grep cut sort uniq head tail tr wc ls which command sleep date uname dirname basename
    ldconfig locale-gen update-ca-certificates update-alternatives a2enmod a2dismod a2ensite
    docker-php-ext-install docker-php-ext-enable docker-php-ext-configure sha256sum md5sum ssh-keyscan
    """.split()
)
"""Programs that read no secrets from variables, by their manuals, and only the files that they are told to."""

COPYING: Final = frozenset("cp mv ln tar zip rsync install".split())
"""Programs that read no secrets from variables, but may take a folder with all that is in it."""

FETCHING: Final = frozenset("curl wget unzip gzip gunzip bunzip2 xz tee mktemp gpg apt-key".split())
"""Programs that read no secrets from variables by themselves, but look for files with some."""

TAKES: Final = {
    "curl": r"(?!.*\s(?:-c|--cookie-jar|--libcurl|--trace\S*|--stderr)\s).*",
    "wget": r"(?=.*\s(?:-\w*O|--output-document))(?!.*\s(?:--save-cookies|-o|-a|--output-file|--append-output)\b).*",
    "pip": r"(?!.*\s(?:-e|--editable|--src|--log)\b)\s(?:install|download|wheel)\s.*",
    "pip3": r"(?!.*\s(?:-e|--editable|--src|--log)\b)\s(?:install|download|wheel)\s.*",
}
"""Programs that use what stands in their arguments without storing it, and with which arguments, by their manuals."""

SETTINGS: Final = {
    "npm": (r"\s(?:config\s+)?set\s.*", r".*(?:^|/)\.npmrc"),
    "yarn": (r"\sconfig\s+set\s.*", r".*(?:^|/)\.(?:npmrc|yarnrc|yarnrc\.yml)"),
    "git": (r"\sconfig\s+(?:--global|--system)\s.*", r".*(?:^|/)\.?gitconfig"),
}
"""Programs that store what stands in their arguments: in which calls, and in which file of a home."""

SPELLING: Final = frozenset("echo printf cat sed grep export unset npm yarn pnpm git curl wget pip pip3".split())
"""Programs that do not expand a variable whose name they are told."""

READERS: Final = frozenset("npm npx yarn pnpm pip pip3 poetry composer bundle".split())
"""Programs that may be told in which file their secrets are."""

FOLDERS: Final = frozenset([".ssh", ".aws", ".kube", ".docker"])
"""Of the paths above, those of folders."""
