"""The package managers of Python, conda too: one row each, see manager.py."""

from __future__ import annotations

from dfopt.knowledge.manager import CACHE_FOLDER, Manager, Switch, words

PIP = Manager(
    name="pip",
    source="https://pip.pypa.io/en/stable/topics/caching/",
    commands=r"pip(-?[0-9][0-9.]*)?",
    module="pip",
    value_options=words(
        "-r --requirement -c --constraint -e --editable -t --target -i --index-url --extra-index-url -f --find-links "
        "--cache-dir --log --proxy --retries --timeout --trusted-host --cert --client-cert --python --prefix --root "
        "--src --platform --python-version --implementation --abi --no-binary --only-binary --progress-bar "
        "--upgrade-strategy -d --dest -w --wheel-dir --global-option --build-option --config-settings -C --report "
        "--exists-action --keyring-provider --use-feature --use-deprecated --group"
    ),
    install="install|wheel|download",
    clean=r"cache (purge|remove)",
    remove="uninstall",
    dry=r" (--dry-run|-h|--help|-V|--version) ",
    # An option may be shortened as long as it is clear which one is meant.
    no_cache=Switch(written="--no-cache-dir", seen=r" --no-ca(c(h(e(-(d(ir?)?)?)?)?)?)? "),
    cache_paths=("{HOME}/.cache/pip",),
    left_behind=2_000_000,
    # Any value disables the cache, "0" and "off" too; an empty one is as if it were not set.
    no_cache_env={"PIP_NO_CACHE_DIR": r"(?s).+"},
    own_cache_env=("PIP_CACHE_DIR", "XDG_CACHE_HOME"),
    elsewhere=r" --cache-dir(=\S*)? ",
    # Before pip 21.3 purge and remove fail if there is nothing to remove.
    traces=rf"{CACHE_FOLDER}|\.cache/pip|pip cache|cache (purge|remove)|config .*cache-dir",
    mounts=("{HOME}/.cache/pip",),
    # Before pip 19.1 it builds a wheel only where there is a cache, and installs other files without one.
    too_old=r"(?i)(ubuntu(-debootstrap|-upstart)?|buildpack-deps)-?:?(1[0-8]|19\.)|debian:([6-9]|10)($|[^0-9])|phusion/[\w-]+:0\.(9|1[01]($|[^0-9]))"
    r"|precise|trusty|xenial|bionic|wheezy|jessie|stretch|\A(?!.*(python|pypy)).*buster"
    r"|ros:(indigo|jade|kinetic|lunar|melodic|ardent|bouncy|crystal|dashing|eloquent)"
    r"|python:(2\.7\.([0-9]|1[0-5])|3\.[0-4]|3\.5\.[0-6]|3\.6\.[0-7]|3\.7\.[0-2])($|[^0-9])"
    # images of the time before Debian 11, which their tags need not name
    r"|(openjdk:([6-9]|1[0-5])|maven:(2|3\.([0-6]|8\.[0-3]))|tomcat:([5-7]|8\.[05]\.[0-6]?[0-9]|9\.0\.[0-4]?[0-9]))(?![0-9])"
    r"(?!.*(bullseye|bookworm|alpine|oracle|temurin|corretto))|cimg/base:(2020|2021\.0[1-3])|rocker/[\w-]+:3\."
    r"|nvidia/cuda:([789]|10)\.|continuumio/\w+:(4\.[0-5]|[1-3])\."
    # python3-pip is 9.0.3 in EL 7 and 8, 19.0.3 in Fedora 30, 10.0.1 in Leap 15.2, 18.1 and older up to Alpine 3.10
    r"|(centos|almalinux|rockylinux|oraclelinux|redhat/ubi|ubi)[\w/.-]*:?[\w.-]*?(?<![0-9.])[5-8](?![0-9])|ubi[78]"
    r"|rhel[5-8]|(centos|el|rockylinux|almalinux|oraclelinux)-?[5-8](?![0-9])|fedora:(2[0-9]|30)(?![0-9])"
    r"|opensuse/leap:(42|15\.[0-2])|(?<!-)alpine:(2\.|3\.([0-9]|10)($|[^0-9]))|amazonlinux:(1|201)",
    since={"debian": 11, "ubuntu": 2004, "alpine": 311},
    brought_by=frozenset({"python", "pypy"}),
    # The packages of Python 2 hold pip 1.5 to 18.1, whatever the base image says of its system.
    comes_old=r"(?<![\w-])python2?-pip(?![\w-])|(?<![\w-])pip *(==|<=?|~=) *1?[0-9](?![0-9])",
)

UV = Manager(
    name="uv",
    source="https://docs.astral.sh/uv/concepts/cache/",
    commands="uv",
    value_options=words(
        "--directory --project --config-file --color -p --python --index --default-index -i --index-url "
        "--extra-index-url -f --find-links --group --extra --no-group --only-group --package -r --requirement "
        "--requirements -c --constraint -e --editable --target --prefix --link-mode --cache-dir --allow-insecure-host"
    ),
    install="pip install|pip sync|sync|add|tool install",
    clean=r"cache (clean|prune)|clean",
    remove="pip uninstall|remove|tool uninstall",
    dry=r" (--dry-run|-h|--help) ",
    no_cache=Switch(written="--no-cache", seen=r" (-n|--no-cache|--no-cache-dir) "),
    cache_paths=("{HOME}/.cache/uv",),
    no_cache_env={"UV_NO_CACHE": r"1|true|yes|on|t|y|True|TRUE"},
    own_cache_env=("UV_CACHE_DIR", "UV_LINK_MODE", "XDG_CACHE_HOME"),
    elsewhere=r" (--cache-dir|--cache-dir=\S*|--link-mode|--link-mode=\S*|--offline) ",
    offline=r" --offline ",
    traces=rf"{CACHE_FOLDER}|\.cache/uv|uv cache|UV_OFFLINE",
    mounts=("{HOME}/.cache/uv",),
    mount_note="with UV_LINK_MODE=copy",
    mount_option=Switch(written="--link-mode=copy", seen=r" --link-mode(=\S+)? "),
)

POETRY = Manager(
    name="poetry",
    source="https://python-poetry.org/docs/configuration/#cache-dir",
    commands="poetry",
    module="poetry",
    value_options=words("-C --directory -P --project --with --without --only -E --extras -G --group --source"),
    install="install|add|update|sync|self add|self update",
    clean="cache clear",
    remove="remove",
    dry=r" (--dry-run|-h|--help|-V|--version) ",
    # The virtual environments live beside these two.
    cache_paths=("{HOME}/.cache/pypoetry/cache", "{HOME}/.cache/pypoetry/artifacts"),
    cleanup=(("rm", "-rf", "/root/.cache/pypoetry/cache", "/root/.cache/pypoetry/artifacts"),),
    assumes={"HOME": "/root"},
    own_cache_env=("POETRY_CACHE_DIR", "POETRY_VIRTUALENVS_PATH", "XDG_CACHE_HOME"),
    no_cache=Switch(written="", seen=r" --no-cache "),
    traces=rf"{CACHE_FOLDER}|\.cache/pypoetry|poetry cache|(?<!no-)cache-dir",
    mounts=("{HOME}/.cache/pypoetry/cache", "{HOME}/.cache/pypoetry/artifacts"),
)

PIPENV = Manager(
    name="pipenv",
    source="https://pipenv.pypa.io/en/latest/configuration.html",
    commands="pipenv",
    module="pipenv",
    value_options=words("--python -r --requirements -i --index --pypi-mirror --extra-pip-args -c --categories"),
    install="install|sync|update|upgrade",
    remove="uninstall",
    dry=r" (-h|--help|--version) ",
    cache_paths=("{HOME}/.cache/pipenv",),
    cleanup=(("rm", "-rf", "/root/.cache/pipenv"),),
    assumes={"HOME": "/root"},
    no_cache_env={"PIP_NO_CACHE_DIR": r"(?s).+"},
    own_cache_env=("PIPENV_CACHE_DIR", "PIP_CACHE_DIR", "XDG_CACHE_HOME"),
    elsewhere=r" --clear ",
    traces=rf"{CACHE_FOLDER}|\.cache/pipenv",
    mounts=("{HOME}/.cache/pipenv",),
)

_CONDA_VALUES = words(
    "-n --name -p --prefix -c --channel -f --file --repodata-fn --solver --platform --subdir -r --root-prefix"
)
_CONDA_INSTALL = "install|create|update|upgrade|env create|env update"


def _conda(name: str, source: str) -> Manager:
    return Manager(
        name=name,
        source=source,
        commands=name,
        value_options=_CONDA_VALUES,
        install=_CONDA_INSTALL,
        clean="clean",
        remove="remove|uninstall|env remove",
        dry=r" (-d|--dry-run|--download-only|-h|--help|-V|--version) ",
        cache_paths=("{CONDA_DIR}/pkgs", "/opt/conda/pkgs"),
        cleanup=((name, "clean", "-afy"),),
        own_cache_env=("CONDA_PKGS_DIRS", "CONDA_ALWAYS_SOFTLINK", "CONDA_ALLOW_SOFTLINKS"),
        elsewhere=r" (--offline|--use-local|--always-softlink) ",
        offline=r" (--offline|--use-local) ",
        traces=r"/pkgs|softlink|conda[ -]pack",
        linked=r"softlink",
        mounts=("/opt/conda/pkgs",),
        sharing="locked",
        mount_note="hides the packages of the base image: unsafe",
        unmountable="the mount would hide the packages of the base image",
        # conda 4.6.0 is the first one with `clean -f` (https://docs.conda.io/projects/conda/en/4.6.0/commands/clean.html)
        too_old=r"continuumio/\w+:(4\.[0-5](?![0-9])|[1-35]\.|2018)",
        comes_old=r"(?i)Miniconda[23]?-([0-3]\.|4\.[0-5](?![0-9]))|Anaconda[23]?-([1-4]\.|5\.[0-3]|2018)"
        r"|conda\w*_?version[ =]+[\"']?v?([0-3]\.|4\.[0-5](?![0-9])|5\.[0-3](?![0-9])|2018)",
    )


CONDA = _conda("conda", "https://docs.conda.io/projects/conda/en/latest/commands/clean.html")
MAMBA = _conda("mamba", "https://mamba.readthedocs.io/en/latest/user_guide/mamba.html")
MICROMAMBA = _conda("micromamba", "https://mamba.readthedocs.io/en/latest/user_guide/micromamba.html")


PYTHON_MANAGERS = (PIP, UV, POETRY, PIPENV, CONDA, MAMBA, MICROMAMBA)
