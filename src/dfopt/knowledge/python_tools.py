"""Where the package managers of Python put what they install, and how they are told to put it elsewhere.

Sources: the documentation of uv (project environments, ``uv pip``), Poetry (configuration), Pipenv (configuration).
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Final

import msgspec

from dfopt.expression import Expression


class Tool(msgspec.Struct, frozen=True, kw_only=True):
    """A program that makes an environment for the packages of a project, or uses that of the system."""

    installs: frozenset[str]
    """Its commands that install; a pair of words for a command of a command."""
    quiet: frozenset[str]
    """Those that leave nothing that a program needs."""
    in_project: tuple[str, ...] = ()
    """Variables that put the environment into the folder of the project, with any true value."""
    folder: str = ""
    """Where the environments are otherwise; empty if that is the folder of the project."""
    folder_variables: tuple[str, ...] = ()
    """Variables that name another place for them."""
    system_options: frozenset[str] = frozenset()
    """Options that use the environment of the system."""
    system_variables: Mapping[str, bool] = {}
    """Variables that do: whether they do it by being true, or by being false."""
    other_options: frozenset[str] = frozenset()
    """Options that use something else."""
    file: str = ""
    """A file of the project with settings in TOML, which are before those of its command ``config``."""
    settings: Mapping[str, str] = {}
    """What these variables are called in that file, and by this command: they are before both."""


TOOLS: Final[Mapping[str, Tool]] = {
    "uv": Tool(
        installs=frozenset({"sync", "add", "run", "pip install", "pip sync", "venv"}),
        quiet=frozenset(
            {"lock", "export", "cache", "version", "build", "tree", "init", "self", "pip compile", "pip list"}
        ),
        system_options=frozenset({"--system"}),
        system_variables={"UV_SYSTEM_PYTHON": True},
        other_options=frozenset("--target --prefix --python -p --project --directory --active".split()),
        folder_variables=("UV_PROJECT_ENVIRONMENT",),
    ),
    "poetry": Tool(
        installs=frozenset({"install", "add", "update", "sync"}),
        quiet=frozenset("run check lock export config version cache show build self init env about".split()),
        in_project=("POETRY_VIRTUALENVS_IN_PROJECT",),
        folder="/root/.cache/pypoetry/virtualenvs",
        folder_variables=("POETRY_VIRTUALENVS_PATH",),
        system_variables={"POETRY_VIRTUALENVS_CREATE": False},
        other_options=frozenset({"-C", "--directory", "-P", "--project"}),
        file="poetry.toml",
        settings={
            "POETRY_VIRTUALENVS_IN_PROJECT": "virtualenvs.in-project",
            "POETRY_VIRTUALENVS_PATH": "virtualenvs.path",
            "POETRY_VIRTUALENVS_CREATE": "virtualenvs.create",
            "POETRY_CACHE_DIR": "cache-dir",
        },
    ),
    "pipenv": Tool(
        installs=frozenset({"install", "sync", "update"}),
        quiet=frozenset("lock requirements run check graph verify clean".split()),
        in_project=("PIPENV_VENV_IN_PROJECT",),
        folder="/root/.local/share/virtualenvs",
        folder_variables=("WORKON_HOME",),
        system_options=frozenset({"--system"}),
        other_options=frozenset({"--python", "--site-packages"}),
    ),
}

INSTALLERS: Final = frozenset(
    "pip setuptools wheel uv poetry pipenv virtualenv pip-tools poetry-core build hatch".split()
)
"""Packages of which a program needs nothing when it runs, unless it calls them."""

FOR_CHECKS: Final = Expression(
    r"pytest(?:[-_].*)?|coverage|tox|nox|mypy|types-.*|.*-stubs|flake8(?:[-_].*)?|pylint(?:-.*)?|black|isort|ruff|bandit|"
    r"pre-commit|hypothesis|codecov|pyright|autopep8|yapf|pycodestyle|pydocstyle|pip-audit|safety|ipdb|freezegun|responses"
)
"""Packages that no program imports, but its tests."""
OF_CHECKS: Final = frozenset(
    """
    iniconfig pluggy packaging exceptiongroup tomli typing-extensions platformdirs pathspec click mypy-extensions mccabe
    pyflakes astroid dill tomlkit attrs execnet colorama filelock distlib identify nodeenv cfgv
    """.split()
)
"""What these need themselves, and a program may, too: all are imported by the names of the packages."""

TRUE: Final = frozenset({"1", "true", "yes", "on"})
"""Values that these programs take for true."""

TOOL_IMAGES: Final[Mapping[str, frozenset[str]]] = {
    "ghcr.io/astral-sh/uv": frozenset({"/uv", "/uvx"}),
    "composer": frozenset({"/usr/bin/composer"}),
    "composer/composer": frozenset({"/composer", "/usr/bin/composer"}),
    "mlocati/php-extension-installer": frozenset({"/usr/bin/install-php-extensions"}),
}
"""Images that hold a program for builds, by their names, and the files that these programs consist of."""

DESCRIBES: Final = Expression(r"requirements.*\.(?:txt|in)|pyproject\.toml|setup\.(?:py|cfg)|Pipfile|.*\.lock")
"""Names of files that say which packages a program is installed with."""

_SHARE, _ETC = "/usr/local/share/jupyter", "/usr/local/etc/jupyter"
WITH_DATA: Final[Mapping[str, tuple[str, ...]]] = {
    "ipykernel": (_SHARE,),
    "nbconvert": (_SHARE,),
    "jupyter-server": (_SHARE,),
    "jupyter": (_SHARE, _ETC),
    "jupyterlab": (_SHARE, _ETC),
    "notebook": (_SHARE, _ETC),
    "nbclassic": (_SHARE, _ETC),
    "ipywidgets": (_SHARE, _ETC),
    "widgetsnbextension": (_SHARE, _ETC),
    "voila": (_SHARE, _ETC),
    "jupyterhub": ("/usr/local/share/jupyterhub",),
}
"""Packages whose wheels, or those of what they depend on, have files beside the folder of packages that they read at
run time (``data_files`` in their own descriptions), and where these are."""

WITH_LIBRARIES: Final = tuple(
    """
    scikit-learn-intelex daal4py daal tbb mkl mkl-service mkl-fft mkl-random sparse-dot-mkl intel-openmp dpctl dpnp
    dpcpp-cpp-rt impi-rt
    """.split()
)
"""Packages whose wheels, or those of what they depend on, have shared libraries beside the folder of packages, in
``lib`` of the environment (``*.data/data/lib``)."""

NOTEBOOKS: Final = frozenset("jupyter jupyter-lab jupyter-notebook jupyter-server jupyterhub voila".split())
"""Programs that cannot run without these files."""

STANDARD_MODULES: Final = frozenset(sys.stdlib_module_names)
"""Modules that come with Python itself."""

WRITES_WHERE_TOLD: Final = frozenset(
    """
    setuptools distutils wheel pkg_resources Cython cython mypyc cffi pybind11 numpy pandas django flask jinja2 mako
    yaml toml tomli markdown mistune docutils pygments babel polib click typer rich requests httpx lxml bs4 sqlalchemy
    alembic pydantic attr attrs dotenv environ decouple dj_database_url whitenoise dateutil pytz PIL tabulate
    """.split()
)
"""Modules of libraries that write no files but those that their caller names: others have folders of their own for what
they fetch, below the home of a user."""

ARCHIVE: Final = r"\.(whl|egg|zip|tar(\.\w+)?|t(gz|bz2?|xz|lz|zst))(?=\[|[\s;@]|$)"
"""The end of the name of a file that pip or uv installs, and what may follow
(pip, src/pip/_internal/utils/filetypes.py; uv, crates/uv-distribution-filename/src/extension.rs)."""
