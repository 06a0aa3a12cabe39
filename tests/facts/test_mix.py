"""What Mix reads before it fetches the dependencies of a project, and when that may be anything."""

from __future__ import annotations

import pytest

from tests.facts.test_installs import found

PROJECT = """defmodule A.MixProject do
  use Mix.Project
  @version "0.1.0" # File.read!
  def project do
    [app: :a, version: @version, elixirc_paths: paths(Mix.env()), aliases: aliases(), deps: deps(),
     compilers: [:gettext] ++ Mix.compilers(), start_permanent: Mix.env() == :prod]
  end
  def application, do: [mod: {A.Application, []}]
  defp paths(:test), do: ["lib", ~s(test/support)]
  defp paths(_), do: ~w(lib)
  defp aliases, do: [setup: ["deps.get", "cmd --cd assets npm install"]]
  defp deps do
    [
      #{:c, "don't"},
      {:b, "~> 1.0", only: :test}, {:d, git: "https://example.org/d.git"}
    ]
  end
end
"""
CONFIG = """import Config
config :esbuild, cd: Path.expand("../assets", __DIR__), at: "#{System.get_env("AT")}"
import_config "#{config_env()}.exs"
"""
LOCKED = "mix deps.get --check-locked"


def plain(**files: str) -> dict[str, str]:
    return {"mix.exs": PROJECT, "mix.lock": "%{}", **files}


CONFIGURED = {
    **plain(),
    "config/config.exs": CONFIG,
    "config/dev.exs": "import Config\n",
    "config/prod.exs": 'import Config\nimport_config "more/secret.exs"\n',
    "config/more/secret.exs": "use Mix.Config\n",
    "config/runtime.exs": "import Config\nFile.read!(path)\n",
}


@pytest.mark.parametrize(
    ("script", "files", "expected"),
    [
        (f"mix local.hex --force && mix local.rebar --force && {LOCKED}", plain(), "mix.exs, mix.lock"),
        ("mix local.hex --force", {"lib/a.ex": ""}, ""),
        (
            "mix deps.get --only prod",
            plain(),
            "mix.exs, mix.lock, ! it may write anew what the sources bring back as it was: /app/mix.lock",
        ),
        (
            f"{LOCKED} && mix deps.compile",
            plain(),
            "mix.exs, mix.lock, ! dependencies may read the sources while they are compiled",
        ),
        (
            LOCKED,
            CONFIGURED,
            "config/config.exs, config/dev.exs, config/more/secret.exs, config/prod.exs, mix.exs, mix.lock",
        ),
    ],
)
def test_files_that_it_reads(script: str, files: dict[str, str], expected: str) -> None:
    assert found(script, files, "elixir:1.16") == expected


def test_the_environment_decides_about_the_configuration() -> None:
    one = "config/config.exs, config/dev.exs, mix.exs, mix.lock"
    assert found(LOCKED, CONFIGURED, more="ENV MIX_ENV=dev\n") == one
    assert "config/prod.exs" in found(LOCKED, CONFIGURED, more="ARG MIX_ENV=dev\n")
    assert "config/prod.exs" in found(f"MIX_ENV=prod {LOCKED}", CONFIGURED, more="ENV MIX_ENV=dev\n")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"~> 1.0"', 'path: "libs/b"'),
        ('"~> 1.0"', "in_umbrella: true"),
        ("app: :a", 'apps_path: "apps"'),
        ("app: :a", 'lockfile: "../mix.lock"'),
        ("https://example.org/d.git", "../d"),
        ("https://example.org/d.git", "file:///app/d"),
        ('@version "0.1.0"', '@version File.read!("VERSION")'),
        ('@version "0.1.0"', '@version "#{File.read!("VERSION")}"'),
        ('@version "0.1.0"', '@version "#{inspect(%{a: File.read!("VERSION")})}"'),
        ('@version "0.1.0"', '@version "VERSION" |> Config.Reader.read!()'),
        ('@version "0.1.0"', '@version :file.read_file("VERSION")'),
        ('@version "0.1.0"', '@version apply(File, :read!, ["VERSION"])'),
        ('@version "0.1.0"', '@version hd(Enum.map([File], & &1.read!("VERSION")))'),
        ("use Mix.Project", 'use Mix.Project\n  Code.require_file("tasks.exs")'),
        ("use Mix.Project", "use Mix.Project\n  import File"),
        ("setup:", '"deps.get":'),
        ("use Mix.Project", "use Other.Project"),
    ],
)
def test_a_project_that_may_read_files(old: str, new: str) -> None:
    assert old in PROJECT
    changed = plain(**{"mix.exs": PROJECT.replace(old, new)})
    assert found(LOCKED, changed).startswith("the install needs the sources: mix.exs says")


@pytest.mark.parametrize(
    "text",
    [
        "import Config\nimport_config name\n",
        'import Config\nimport_config "#{name}.exs"\n',
        'import Config\nimport_config "../apps/*/config/config.exs"\n',
        'import Config\nimport_config "a" <> ".exs"\n',
        'import Config\nfor file <- Path.wildcard("*.exs"), do: import_config file\n',
        'import Config\nconfig :a, key: File.read!("key")\n',
    ],
)
def test_a_configuration_that_may_read_files(text: str) -> None:
    files = plain(**{"config/config.exs": text})
    assert found(LOCKED, files).startswith("the install needs the sources: config/config.exs")


def test_other_tasks_and_folders() -> None:
    assert found(f"{LOCKED} && mix compile", plain()).startswith("a command may read the sources")
    assert found(LOCKED, plain(**{"deps/b/mix.exs": ""})).startswith("the build context brings what the install writes")
    assert found(LOCKED, plain(), more="ENV MIX_EXS=other.exs\n").startswith("a variable may name other files")
    assert found(LOCKED, {"lib/a.ex": ""}).startswith("the description of its dependencies cannot be read")
