"""What installs read of a project, tool by tool, and when they need all of it."""

from __future__ import annotations

import json

import pytest

from dfopt.facts.facts import Facts
from dfopt.facts.installs.project import Refused
from dfopt.facts.passing import passing
from dfopt.source import Source
from dfopt.syntax.nodes import Copy, Run
from dfopt.syntax.parser import parse
from tests.context_files import Table

NPM = {"package.json": '{"dependencies": {"a": "1"}}'}
LOCK = {"package-lock.json": '{"packages": {"": {}, "node_modules/a": {}}}'}
WORKSPACE = {
    "package.json": '{"workspaces": {"packages": ["libs/*"]}}',
    "libs/a/package.json": '{"name": "a"}',
    "libs/a/index.js": "",
    "other/package.json": '{"name": "other"}',
}
INJECTED = {"libs/a/package.json": '{"dependenciesMeta": {"b": {"injected": true}}}'}
LOCKED_APART = {
    ".npmrc": "shared-workspace-lockfile=false",
    "pnpm-workspace.yaml": "packages: ['apps/*']",
    "pnpm-lock.yaml": "",
    "apps/a/package.json": "{}",
    "apps/a/pnpm-lock.yaml": "",
    "apps/a/index.js": "",
}
PYPROJECT = '[project]\nname = "x"\n'
SETUPTOOLS = f'build-system.requires = ["setuptools"]\n{PYPROJECT}'
POETRY = '[tool.poetry]\nname = "x"\n'
HOOKS = '<Project><Target Name="Hooks" {}><Exec Command="dotnet tool restore" /></Target></Project>'
COMPOSER = '{"require": {"a/b": "1"}, "autoload": {"psr-4": {"A\\\\": "src/"}}}'


def found(script: str, files: dict[str, str], base: str = "debian:12", more: str = "") -> str:
    """What a RUN reads, or why it needs all."""
    text = f"FROM {base}\nWORKDIR /app\n{more}COPY . .\nRUN {script}\n"
    facts = Facts(parse(Source(text)))
    (copy,), (run,) = facts.dockerfile.find(Copy), facts.dockerfile.find(Run)
    result = passing(facts, copy, run, Table({"main.x": "", **files}))
    if isinstance(result, Refused):
        return f"{result.reason}: {result.detail}"
    names = sorted(path.removeprefix("/app/") for path in result.needs.reads)
    return ", ".join([*names, *(f"! {doubt}" for doubt in result.needs.doubts)])


@pytest.mark.parametrize(
    ("script", "files", "expected"),
    [
        ("npm ci", {**NPM, **LOCK}, "package-lock.json, package.json"),
        (
            "npm ci --ignore-scripts",
            {**NPM, ".npmrc": "cafile=certs/ca.pem", "certs/ca.pem": ""},
            ".npmrc, certs/ca.pem, package.json",
        ),
        (
            "npm install",
            NPM,
            "package.json, ! no lock file says which packages run scripts, which might read the sources",
        ),
        (
            "npm ci --prefix web",
            {f"web/{name}": text for name, text in {**NPM, **LOCK}.items()},
            "web/package-lock.json, web/package.json",
        ),
        (
            "cd web && npm ci",
            {f"web/{name}": text for name, text in {**NPM, **LOCK}.items()},
            "web/package-lock.json, web/package.json",
        ),
        ("npm install -g yarn@1", NPM, ""),
        ("npm ci --ignore-scripts", WORKSPACE, "libs/a/package.json, package.json"),
        (
            "pnpm install --frozen-lockfile --ignore-scripts",
            {
                **NPM,
                "pnpm-workspace.yaml": "packages:\n  - 'libs/**'\n",
                "libs/a/b/package.json": "{}",
                "pnpm-lock.yaml": "",
            },
            "libs/a/b/package.json, package.json, pnpm-lock.yaml, pnpm-workspace.yaml",
        ),
        (
            "pnpm install --frozen-lockfile --ignore-scripts",
            {**NPM, **LOCKED_APART},
            ".npmrc, apps/a/package.json, apps/a/pnpm-lock.yaml, package.json, pnpm-lock.yaml, pnpm-workspace.yaml",
        ),
        (
            "yarn --frozen-lockfile --ignore-scripts",
            {**NPM, "yarn.lock": "", ".yarnrc.yml": "yarnPath: .yarn/releases/yarn.cjs", ".yarn/releases/yarn.cjs": ""},
            ".yarn/releases, .yarn/releases/yarn.cjs, .yarnrc.yml, package.json, yarn.lock",
        ),
        (
            "pip install -r requirements.txt",
            {"requirements.txt": "flask\n-c limits/c.txt\n", "limits/c.txt": "-r d.txt", "limits/d.txt": ""},
            "limits/c.txt, limits/d.txt, requirements.txt",
        ),
        ("pip install --no-cache-dir -Ur requirements.txt", {"requirements.txt": ""}, "requirements.txt"),
        ("pip install -rreq.txt flask 'a[b]>=1'", {"req.txt": "x @ https://example.org/x.zip"}, "req.txt"),
        ("python3 -m pip install -r /app/req.txt", {"req.txt": "\\\nflask"}, "req.txt"),
        ("pip install --no-deps flask", {}, ""),
        (
            "poetry install --no-root --no-interaction",
            {"pyproject.toml": POETRY, "poetry.lock": ""},
            "poetry.lock, pyproject.toml",
        ),
        (
            "poetry config virtualenvs.create false && poetry install --no-root",
            {"pyproject.toml": POETRY},
            "pyproject.toml",
        ),
        (
            "poetry self add poetry-plugin-export keyrings.google-artifactregistry-auth && poetry install --no-root",
            {
                "pyproject.toml": f'{POETRY}requires-plugins = {{poetry-plugin-export = ">=1.8"}}\n'
                "[tool.poetry-dynamic-versioning]\nenable = false\n",
            },
            "pyproject.toml",
        ),
        (
            "pip install 'poetry==1.8' poetry-core && poetry install --no-root --directory /app",
            {"pyproject.toml": POETRY},
            "pyproject.toml",
        ),
        (
            "uv sync --frozen --no-install-project",
            {"pyproject.toml": PYPROJECT, "uv.lock": ""},
            "pyproject.toml, uv.lock",
        ),
        ("uv sync --locked", {"pyproject.toml": PYPROJECT, "uv.lock": ""}, "pyproject.toml, uv.lock"),
        ("uv sync --locked", {"pyproject.toml": PYPROJECT, ".python-versions": "3.12"}, ".python-versions, pyproject"),
        (
            "uv sync --locked --no-install-project",
            {
                "pyproject.toml": f'{SETUPTOOLS}dynamic = ["version"]\n[tool.hatch.version]\npath = "main.x"\n',
                "uv.lock": "",
            },
            "pyproject.toml, uv.lock",
        ),
        ("uv sync --no-install-project", {"pyproject.toml": f'{SETUPTOOLS}dynamic = ["readme"]\n'}, "pyproject.toml"),
        ("uv sync --frozen", {"pyproject.toml": f'{PYPROJECT}dynamic = ["dependencies"]\n'}, "pyproject.toml"),
        ("uv sync", {"pyproject.toml": '[dependency-groups]\ndev = ["a"]\n'}, "pyproject.toml"),
        (
            "poetry install --no-root",
            {
                "pyproject.toml": 'project.license.file = "legal/a.txt"\ntool.poetry.include = [{path = "main.x"}]',
                "legal/a.txt": "",
                "legal/b.txt": "",
            },
            "legal/a.txt, pyproject.toml",
        ),
        (
            "pipenv install --system --deploy",
            {"Pipfile": "[packages]\na = '*'\n", "Pipfile.lock": ""},
            "Pipfile, Pipfile.lock",
        ),
        (
            "bundle install --jobs 4",
            {
                "Gemfile": "source 'https://rubygems.org'\nruby file: '.ruby-version'\ngem 'puma' # path\n",
                ".ruby-version": "3",
            },
            ".ruby-version, Gemfile",
        ),
        ("gem install bundler:2.4 --no-document", {}, ""),
        (
            "composer install --no-scripts --no-autoloader --no-plugins",
            {"composer.json": COMPOSER, "composer.lock": "{}"},
            "composer.json, composer.lock",
        ),
        (
            "composer install",
            {"composer.json": COMPOSER, "composer.lock": '{"packages": [{"name": "p/q", "type": "composer-plugin"}]}'},
            "composer.json, composer.lock, ! plugins of composer may read the sources: p/q",
        ),
        (
            "composer install --no-scripts --no-autoloader --no-plugins",
            {"composer.json": '{"scripts": {"post-install-cmd": "x", "lint": "x"}}', "composer.lock": "{}"},
            "composer.json, composer.lock",
        ),
        (
            "cd svc && mvn dependency:go-offline",
            {"svc/pom.xml": "<project/>", ".mvn/extensions.xml": "<extensions/>"},
            ".mvn, .mvn/extensions.xml, svc/pom.xml, ! extensions of Maven may read the sources",
        ),
        ("apt-get update && apt-get install -y gcc && rm -rf /var/lib/apt/lists/*", {}, ""),
        ("useradd -r app && mkdir -p /data && chown app /data && echo done", {}, ""),
    ],
)
def test_what_is_read(script: str, files: dict[str, str], expected: str) -> None:
    assert found(script, files).startswith(expected) if expected else found(script, files) == ""


@pytest.mark.parametrize(
    ("script", "files"),
    [
        ("npm ci", {"package.json": '{"dependencies": {"a": "file:../a"}}', **LOCK}),
        ("npm ci", {"package.json": '{"overrides": {"a": {"b": "file:./b"}}}', **LOCK}),
        ("npm ci", {**NPM, "package-lock.json": '{"packages": {"node_modules/a": {"resolved": "file:a.tgz"}}}'}),
        ("yarn", {**NPM, ".yarnrc": "modules-folder lib"}),
        ("npm ci", {"package.json": '{"scripts": {"prepare": "npm run build"}}', **LOCK}),
        ("npm ci", {**NPM, **LOCK, "binding.gyp": ""}),
        ("pnpm install", {**WORKSPACE, **INJECTED}),
        ("pnpm install", {**WORKSPACE, "pnpm-workspace.yaml": "packages: [libs/*]\ninjectWorkspacePackages: true\n"}),
        ("pnpm install", {**WORKSPACE, ".npmrc": "inject-workspace-packages=true\n"}),
        ("pnpm install --config.inject-workspace-packages=true", WORKSPACE),
        ("pnpm install", {**NPM, "pnpm-lock.yaml": "    resolution: {directory: libs/a, type: directory}\n"}),
        ("pnpm install", {**NPM, "pnpm-lock.yaml": "    resolution: {integrity: x, tarball: file:a.tgz}\n"}),
        ("npm ci", {"package.json": "{"}),
        ("npm ci -w libs/a", WORKSPACE),
        ("npm ci", {**WORKSPACE, "libs/a/package.json": '{"scripts": {"postinstall": "x"}}'}),
        ("npm ci", LOCK),
        ("npm install express", NPM),
        ("npm run build", NPM),
        ("npm prune", NPM),
        ("yarn add left-pad", NPM),
        ("pip install -r requirements.txt", {"requirements.txt": "-e ."}),
        ("pip install -r requirements.txt", {"requirements.txt": "./vendor/x.whl"}),
        ("pip install -r requirements.txt", {"requirements.txt": "x @ file:///app/x"}),
        ("pip install -r requirements.txt", {"requirements.txt": "--find-links wheels"}),
        ("pip install -r requirements.txt", {}),
        ("pip install -r pyproject.toml", {"pyproject.toml": PYPROJECT}),
        ("pip install x.whl", {"x.whl": ""}),
        ("python -m pip install flask", {"logging.py": ""}),
        (
            "pip install -r requirements.txt",
            {"requirements.txt": "corp-1.0.tgz ; python_version > '3'", "corp-1.0.tgz": ""},
        ),
        ("pip install -r requirements.txt", {"requirements.txt": "corp @ corp-1.0.tar.lzma", "corp-1.0.tar.lzma": ""}),
        ("pip install -r requirements.txt", {"requirements.txt": "file:///app/corp"}),
        ("uv pip install -r r.txt", {"r.txt": "", "pyproject.toml": '[tool.uv]\nfind-links = ["./wheels"]'}),
        ("uv pip install -r r.txt", {"r.txt": "", "uv.toml": '[pip]\nextra-index-url = ["file:///app/index"]'}),
        ("uv pip install -r r.txt", {"r.txt": "", "uv.toml": 'cache-dir = "cache"', "cache/a": ""}),
        ("uv sync --no-install-project", {"pyproject.toml": f'{SETUPTOOLS}dynamic = ["version"]\n'}),
        ("uv sync --locked", {"pyproject.toml": f'{PYPROJECT}dynamic = ["dependencies"]\n', "uv.lock": ""}),
        (
            "uv sync",
            {
                "pyproject.toml": f'{PYPROJECT}dynamic = ["optional-dependencies"]\n[tool.uv]\npackage = false\n',
                "uv.lock": "",
            },
        ),
        ("dotnet restore", {"a.csproj": HOOKS.format('BeforeTargets="Restore;CollectPackageReferences"')}),
        (
            "dotnet restore",
            {"a.csproj": "<Project />", "Directory.Build.targets": HOOKS.format('AfterTargets="restore"')},
        ),
        ("dotnet restore", {"a.csproj": HOOKS.format('BeforeTargets="$(Early)"')}),
        (
            "dotnet restore",
            {
                "a.csproj": '<Project InitialTargets="First" />',
                "Directory.Build.props": '<Project><Target Name="First" DependsOnTargets="Hooks" /></Project>',
                "Directory.Build.targets": HOOKS.format(""),
            },
        ),
        ("poetry install", {"pyproject.toml": POETRY}),
        ("poetry install --no-root", {"pyproject.toml": f"{POETRY}[tool.poetry-dynamic-versioning]\nenable = true\n"}),
        ("poetry install --no-root", {"pyproject.toml": f'{POETRY}[tool.poetry-version-plugin]\nsource = "init"\n'}),
        ("poetry install --no-root", {"pyproject.toml": f'{POETRY}requires-plugins = {{ours = "*"}}\n'}),
        ("pip install poetry 'poetry-git-version[plugin]>=1' && poetry install --no-root", {"pyproject.toml": POETRY}),
        ("poetry self add poetry-polylith-plugin && poetry sync --no-root", {"pyproject.toml": POETRY}),
        ("poetry install --no-root", {"pyproject.toml": '[tool.poetry.dependencies]\na = {path = "a"}\n'}),
        ("uv sync", {"pyproject.toml": f"{PYPROJECT}[build-system]\nrequires = []\n"}),
        ("uv sync", {"pyproject.toml": f"{PYPROJECT}[tool.uv.sources]\na = {{workspace = true}}\n"}),
        ("bundle install", {"Gemfile": "gemspec"}),
        ("bundle install", {"Gemfile": "gem 'a', path: 'a'"}),
        ("bundle install", {"Gemfile": "gem 'a', git: './vendor/a'"}),
        ("bundle install", {"Gemfile": "gem 'a'", ".bundle/config": "BUNDLE_LOCAL__A: vendor/a"}),
        ("composer install", {"composer.json": '{"scripts": {"post-install-cmd": "x"}}', "composer.lock": "{}"}),
        ("composer install -o", {"composer.json": COMPOSER, "composer.lock": "{}"}),
        (
            "composer install --no-scripts",
            {"composer.json": '{"autoload": {"classmap": ["src"]}}', "composer.lock": "{}"},
        ),
        ("composer install", {"composer.json": COMPOSER, "composer.lock": "{}", ".git/HEAD": ""}),
        ("composer install", {"composer.json": '{"scripts": {"pre-file-download": "x"}}', "composer.lock": "{}"}),
        ("composer install --no-scripts", {"composer.json": '{"scripts": {"pre-command-run": "x"}}'}),
        ("composer install -d api", {"api/composer.json": COMPOSER, "api/composer.lock": "{}", ".git/HEAD": ""}),
        ("composer update", {"composer.json": COMPOSER}),
        ("go mod download", {"go.mod": "module x\nreplace a => ./a\n"}),
        ("go mod download", {"go.mod": "module x", "go.work": ""}),
        ("go get ./...", {"go.mod": "module x"}),
        ("go build ./...", {"go.mod": "module x"}),
        ("mvn package", {"pom.xml": ""}),
        ("make", {}),
        ("cd web", {"web/x": ""}),
    ],
)
def test_when_all_may_be_needed(script: str, files: dict[str, str]) -> None:
    result = found(script, files)
    assert ": " in result
    assert "!" not in result


def test_pnpm_may_write_the_lock_files_of_all_packages() -> None:
    said = found("pnpm install --ignore-scripts", {**NPM, **LOCKED_APART})
    assert said.endswith(
        ": /app/apps/a/pnpm-lock.yaml, ! it may write anew what the sources bring back as it was: /app/pnpm-lock.yaml"
    )


def test_targets_that_a_restore_does_not_run() -> None:
    text = HOOKS.format('BeforeTargets="Build"')
    assert found("dotnet restore", {"a.csproj": text}) == "a.csproj"
    quiet = text.replace("Build", "Restore").replace("Exec Command", "Message Text")
    assert found("dotnet restore", {"a.csproj": quiet}) == "a.csproj"
    text = HOOKS.format("""BeforeTargets="Restore" Condition="'$(HUSKY)' != 0" """)
    assert found("dotnet restore", {"a.csproj": text}, more="ENV HUSKY=0\n") == "a.csproj"
    assert found("dotnet restore", {"a.csproj": text}, more="ENV HUSKY=1\n").startswith("the install needs")


def test_what_the_context_brings_of_what_is_written() -> None:
    assert found("npm ci", {**NPM, **LOCK, "node_modules/a/x.js": ""}).startswith("the build context brings")
    assert found("pip install -t vendored flask", {"vendored/a.py": ""}).startswith("the build context brings")


def test_hooks_of_git_are_not_installed_where_there_is_no_repository() -> None:
    files = {"package.json": '{"scripts": {"prepare": "husky install"}}', **LOCK}
    assert found("npm ci", files) == "package-lock.json, package.json"
    with_git = found("npm ci", {**files, ".git/HEAD": ""})
    hooks = "no hooks of git are installed in the .git that the build context brings: prepare: husky install"
    assert with_git == f"package-lock.json, package.json, ! {hooks}"


def test_go_keeps_its_sums_since_it_is_1_18() -> None:
    files = {"go.mod": "module x", "go.sum": ""}
    assert found("go mod download", files, "golang:1.21-alpine") == "go.mod, go.sum"
    assert "! it may write anew" in found("go mod download", files, "golang:1.13")


_GO_MOD = """module x
require example.org/a v1.0.0 // indirect
require (
\t"example.org/b" v1.2.0

\texample.org/c v0.0.0
)
exclude example.org/d v1.0.0
replace (
\texample.org/b => example.org/fork v1.2.1
\texample.org/c v0.0.0 => ./c
)
"""


@pytest.mark.parametrize("missing", ["", "example.org/a v1.0.0", "example.org/fork v1.2.1"])
def test_go_writes_the_sums_of_descriptions_that_are_missing(missing: str) -> None:
    modules = [each for each in ("example.org/a v1.0.0", "example.org/fork v1.2.1") if each != missing]
    sums = "".join(f"{each} h1:x=\n{each}/go.mod h1:x=\n" for each in modules)
    files = {"go.mod": _GO_MOD, "c/go.mod": "module c", "go.sum": f"{missing} h1:x=\n{sums}"}
    told = found("go mod download", files, "golang:1.22")
    assert ("! it may write anew what the sources bring back as it was: /app/go.sum" in told) == bool(missing)


def test_nuget_writes_a_lock_that_does_not_fit() -> None:
    files = {"a.csproj": "<Project/>", "packages.lock.json": "{}"}
    doubt = "! it may write anew what the sources bring back as it was: /app/packages.lock.json"
    assert found("dotnet restore", files) == f"a.csproj, packages.lock.json, {doubt}"
    assert found("dotnet restore --locked-mode", files) == "a.csproj, packages.lock.json"
    assert found("dotnet restore -p:RestoreLockedMode=true", files) == "a.csproj, packages.lock.json"


def test_variables_may_name_other_files() -> None:
    files = {"Gemfile": "", "gems.rb": ""}
    assert found("bundle install", files, more="ENV BUNDLE_GEMFILE=gems.rb\n").startswith("a variable may name")
    assert (
        found("bundle install", {**files, "Gemfile.lock": ""}, more="ENV BUNDLE_FROZEN=1\n") == "Gemfile, Gemfile.lock"
    )


def test_a_package_with_a_script_is_a_doubt_unless_it_is_known_to_be_quiet() -> None:
    def lock(name: str) -> dict[str, str]:
        return {"package-lock.json": json.dumps({"packages": {f"node_modules/{name}": {"hasInstallScript": True}}})}

    assert "!" not in found("npm ci", {**NPM, **lock("esbuild")})
    assert "! packages run scripts of their own" in found("npm ci", {**NPM, **lock("@prisma/client")})


def test_scripts_of_packages_that_look_for_a_schema_have_it() -> None:
    package = {"package.json": '{"dependencies": {"@prisma/client": "5"}}', "prisma/schema.prisma": ""}
    assert found("npm ci", {**package, **LOCK}).startswith("package-lock.json, package.json, prisma/schema.")
    assert found("npm ci --ignore-scripts", {**package, **LOCK}) == "package-lock.json, package.json"
    elsewhere = {**package, "prisma/schema.prisma": 'generator client {\n  output = "../src/db"\n}'}
    assert found("npm ci", {**elsewhere, **LOCK}).startswith("the install needs the sources")


def test_a_schema_names_what_generates_code() -> None:
    package = {"package.json": '{"scripts": {"postinstall": "prisma generate"}}', **LOCK}

    def schema(*providers: str) -> dict[str, str]:
        texts = [f'generator g{at} {{\n  provider = "{each}"\n}}\n' for at, each in enumerate(providers)]
        return {**package, "prisma/schema.prisma": 'datasource db {\n  provider = "sqlite"\n}\n' + "".join(texts)}

    assert found("npm ci", schema("prisma-client-js")).startswith("package-lock.json, package.json, prisma/schema.")
    for other in ("node ./scripts/generate.js", "zod-prisma-types"):
        assert found("npm ci", schema("prisma-client-js", other)).startswith("the install needs the sources")
    of_comment = schema("zod-prisma-types")["prisma/schema.prisma"].replace(
        "{", '{\n  // provider = "prisma-client-js"'
    )
    assert found("npm ci", {**package, "prisma/schema.prisma": of_comment}).startswith("the install needs the sources")


@pytest.mark.parametrize("name", ["prisma.config.ts", "prisma.config.mjs", ".config/prisma.ts", ".config/prisma.js"])
def test_settings_of_prisma_may_say_where_code_is_written(name: str) -> None:
    package = {"package.json": '{"scripts": {"postinstall": "prisma generate"}}', **LOCK}
    assert found("npm ci", {**package, name: ""}).startswith("the install needs the sources")


def test_scripts_of_the_project_that_read_known_files() -> None:
    files = {"package.json": '{"scripts": {"postinstall": "patch-package && husky install"}}', **LOCK, "patches/a": ""}
    assert found("npm ci", files).startswith("the project has scripts of its own")
    files["package.json"] = '{"scripts": {"postinstall": "patch-package"}}'
    assert found("npm ci", files) == "package-lock.json, package.json, patches, patches/a"


def test_npm_takes_versions_from_the_lock_file_of_yarn() -> None:
    assert found("npm install --no-save", {**NPM, "yarn.lock": ""}).startswith("package.json, yarn.lock")
    assert "it may write anew what the sources bring back as it was: /app/yarn.lock" in found(
        "npm install", {**NPM, "yarn.lock": ""}
    )


def test_a_program_of_the_sources_is_not_the_one_that_is_called_so() -> None:
    gems = {"Gemfile": "gem 'a'\n"}
    assert found("bundle install", gems).startswith("Gemfile")
    assert found("bin/bundle install", {**gems, "bin/bundle": ""}).startswith("a command may read")
    assert found("./tools/echo x && pip install flask", {"tools": "->x"}).startswith("a command may read")
    assert found("./bin/echo x && pip install flask", {"other": ""}) == ""


def test_bundler_is_told_what_to_do() -> None:
    script = "bundle config set --local without 'test development' && bundle config jobs $(nproc) && bundle install"
    gems = {"Gemfile": "gem 'a'\n", "Gemfile.lock": ""}
    assert found(script, gems).startswith("Gemfile, Gemfile.lock")
    assert found(script, {**gems, ".bundle/config": ""}).startswith("the build context brings")
    assert found("bundle config path gems && bundle install", {**gems, "gems/a": ""}).startswith("the build context")
    assert found("bundle config gemfile other.rb", gems).startswith("a command may read")


def test_substitutions_run_commands() -> None:
    gems = {"Gemfile": "gem 'a'\n"}
    assert found("bundle install -j $(nproc)", gems).startswith("Gemfile")
    assert found("bundle install -j $(cat jobs)", {**gems, "jobs": "4"}).startswith("a command may read")


def test_versions_and_environments() -> None:
    files = {"requirements.txt": "flask\n"}
    assert found("python3 --version && pip install -r requirements.txt", files) == "requirements.txt"
    assert found("python3 setup.py --version && pip install -r requirements.txt", files).startswith("a command may")
    assert found("python -m venv venv && venv/bin/pip install -r requirements.txt", files) == "requirements.txt"
    assert found("python -m venv venv", {**files, "venv/pyvenv.cfg": ""}).startswith("the build context brings")
    assert found("python -m venv venv", {"venv.py": ""}).startswith("a file of the sources stands in")
    assert found("python -m pip install flask", {"email/__init__.py": ""}).startswith("a file of the sources stands in")
    assert found("python -m pip install flask", {"email/hello.txt": ""}) == ""
    assert found("python -m venv $V", files, more="ENV V=/opt/venv\n") == ""
    assert found("python -m venv $V", files, more="ARG V=/opt/venv\n").startswith("a command may read")


def test_the_home_of_a_user_has_a_plain_name() -> None:
    text = "FROM node:18\nWORKDIR /home\nCOPY . .\nRUN npm ci\n"
    facts = Facts(parse(Source(text)))
    (copy,), (run,) = facts.dockerfile.find(Copy), facts.dockerfile.find(Run)
    assert not isinstance(passing(facts, copy, run, Table({**NPM, **LOCK, ".husky/x": ""})), Refused)
    assert isinstance(passing(facts, copy, run, Table({**NPM, **LOCK, "me/.npmrc": ""})), Refused)


@pytest.mark.parametrize(
    ("owner", "command", "is_kept"),
    [
        ("www-data", "usermod -u 1000 www-data", False),
        ("www-data:www-data", "usermod --uid=1000 $NAME", False),
        ("www-data", "groupmod -g 1000 www-data", False),
        ("www-data", "deluser www-data && adduser -u 1000 www-data", False),
        ("www-data", "echo 'www-data:x:1000:1000::/:' > /etc/passwd", False),
        ("$OWNER", "usermod -u 1000 www-data", False),
        ("www-data", "usermod -aG audio www-data", True),
        ("www-data", "usermod -u 1000 backup", True),
        ("www-data", "useradd -u 1000 app", True),
        ("33:33", "usermod -u 1000 www-data", True),
    ],
)
def test_who_a_name_is_when_the_copy_runs(owner: str, command: str, is_kept: bool) -> None:
    text = f"FROM php:8.2-apache\nWORKDIR /srv/shop\nCOPY --chown={owner} . .\nRUN {command}\n"
    facts = Facts(parse(Source(text)))
    (copy,), (run,) = facts.dockerfile.find(Copy), facts.dockerfile.find(Run)
    result = passing(facts, copy, run, Table({"index.php": ""}))
    assert isinstance(result, Refused) is not is_kept


@pytest.mark.parametrize(
    ("user", "names", "is_kept"),
    [
        ("RUN useradd --create-home --home-dir /app app\nUSER app\n", ".netrc", False),
        ("RUN useradd -m -d /app app\nUSER app\n", ".config/pip/pip.conf", False),
        ("RUN adduser -D \\\n  -h /app app\nUSER app\n", ".netrc", False),
        ("RUN usermod -d $PLACE www-data\nUSER www-data\n", ".netrc", False),
        ("ENV PLACE=/srv\nRUN usermod -d $PLACE www-data\nUSER www-data\n", ".netrc", True),
        ("RUN useradd -m -d /app app\nUSER app\n", ".gitignore .github/a.yml .env .eslintrc.json", True),
        ("RUN useradd -m -d /app app\n", ".netrc", True),
        ("RUN useradd -m app\nUSER app\n", ".netrc", True),
    ],
)
def test_what_a_user_has_at_home(user: str, names: str, is_kept: bool) -> None:
    text = f"FROM python:3.12\n{user}WORKDIR /app\nCOPY . .\nRUN pip install --user -r requirements.txt\n"
    facts = Facts(parse(Source(text)))
    (copy,), *_, run = facts.dockerfile.find(Copy), *facts.dockerfile.find(Run)
    files = Table({"requirements.txt": "", "app.py": "", **dict.fromkeys(names.split(), "")})
    assert isinstance(passing(facts, copy, run, files), Refused) is not is_kept


def test_the_home_of_a_user_of_the_base_image() -> None:
    for folder, is_kept in (("/var/www", False), ("/srv/app", True)):
        text = f"FROM php:8.2-apache\nUSER www-data\nWORKDIR {folder}\nCOPY . .\nRUN composer install\n"
        facts = Facts(parse(Source(text)))
        (copy,), (run,) = facts.dockerfile.find(Copy), facts.dockerfile.find(Run)
        files = Table({"composer.json": COMPOSER, "composer.lock": "{}", ".composer/config.json": ""})
        assert isinstance(passing(facts, copy, run, files), Refused) is not is_kept


@pytest.mark.parametrize(
    ("base", "more", "manifest", "is_pinned"),
    [
        ("node:22.4", "RUN corepack enable\n", "{}", True),
        ("node:20-alpine", "RUN corepack enable && corepack prepare pnpm@9 --activate\n", "{}", True),
        ("node:22.4", "RUN corepack enable\n", '{"packageManager": "pnpm@9.1.0"}', False),
        ("node:22.4", "ENV COREPACK_ENABLE_AUTO_PIN=0\nRUN corepack enable\n", "{}", False),
        ("node:22.4", "RUN npm install -g corepack@latest && corepack enable\n", "{}", False),
        ("node:22.4", "RUN npm install -g corepack@0.31.0 && corepack enable\n", "{}", True),
        ("node:16-slim", "RUN corepack enable\n", "{}", False),
        ("node:22.4", "RUN npm install -g pnpm@9\n", "{}", False),
    ],
)
def test_corepack_writes_which_tool_it_brought(base: str, more: str, manifest: str, is_pinned: bool) -> None:
    text = f"FROM {base}\nWORKDIR /app\n{more}COPY . .\nRUN pnpm install --frozen-lockfile --ignore-scripts\n"
    facts = Facts(parse(Source(text)))
    (copy,), *_, run = facts.dockerfile.find(Copy), *facts.dockerfile.find(Run)
    result = passing(facts, copy, run, Table({"package.json": manifest, "pnpm-lock.yaml": "", "a.js": ""}))
    assert not isinstance(result, Refused)
    wanted = "it may write anew what the sources bring back as it was: /app/package.json"
    assert result.needs.doubts == ((wanted,) if is_pinned else ())


def test_corepack_is_told_by_the_call() -> None:
    files = {**NPM, "yarn.lock": ""}
    for given, end in (
        ("", "! it may write anew what the sources bring back as it was: /app/package.json"),
        ("COREPACK_ENABLE_AUTO_PIN=0 ", "yarn.lock"),
    ):
        script = f"corepack enable && {given}yarn install --frozen-lockfile --ignore-scripts"
        assert found(script, files, "node:22").endswith(end)
