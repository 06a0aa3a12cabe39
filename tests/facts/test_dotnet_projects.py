"""What project files of .NET, and those that MSBuild imports into them, say of a program."""

from __future__ import annotations

import pytest

from dfopt.facts.base_image import base_image
from dfopt.facts.dotnet_projects import UnreadError, closure, of_solution
from dfopt.facts.run_time import run_time

WEB = '<Project Sdk="Microsoft.NET.Sdk.Web">{}</Project>'
GROUP = "<PropertyGroup>{}</PropertyGroup>"


def test_properties_come_from_the_folders_above() -> None:
    above = GROUP.format("<Next>8.0</Next><TargetFramework>net6.0</TargetFramework>")
    files = {
        "/src/Directory.Build.props": f"<Project>{above}</Project>",
        "/src/App/App.csproj": WEB.format(GROUP.format("<TargetFramework>net$(Next)</TargetFramework>")),
    }
    (project,) = closure("/src/App/App.csproj", lambda path: files.get(path, ""))
    assert (project.name, project.sdk) == ("App", "Microsoft.NET.Sdk.Web")
    assert project.value("TargetFramework") == "net8.0"
    assert project.value("OutputType") == ""


def test_a_name_may_be_made_of_that_of_the_file() -> None:
    files = {"/App.csproj": WEB.format(GROUP.format("<AssemblyName>My.$(MSBuildProjectName)</AssemblyName>"))}
    assert closure("/App.csproj", lambda path: files.get(path, ""))[0].name == "My.App"


def test_references_are_followed() -> None:
    files = {
        "/src/App/App.csproj": WEB.format(r'<ItemGroup><ProjectReference Include="..\Lib\Lib.fsproj" /></ItemGroup>'),
        "/src/Lib/Lib.fsproj": (
            '\ufeff<Project Sdk="Microsoft.NET.Sdk"><ItemGroup><PackageReference Include="Dapper" />'
            '<FrameworkReference Include="Microsoft.AspNetCore.App" /></ItemGroup></Project>'
        ),
    }
    app, library = closure("/src/App/App.csproj", lambda path: files.get(path, ""))
    assert app.references == ["/src/Lib/Lib.fsproj"]
    assert (library.packages, library.frameworks) == ({"Dapper"}, {"Microsoft.AspNetCore.App"})


@pytest.mark.parametrize(
    "inner",
    [
        "<PropertyGroup Condition=\"'$(X)' == '1'\"><TargetFramework>net9.0</TargetFramework></PropertyGroup>",
        f'<Choose><When Condition="true">{GROUP.format("<TargetFramework>net9.0</TargetFramework>")}</When></Choose>',
        "<PropertyGroup><TargetFramework>net$(Unknown)</TargetFramework></PropertyGroup>",
    ],
)
def test_what_a_condition_decides_is_not_known(inner: str) -> None:
    (project,) = closure("/App.csproj", lambda path: WEB.format(inner) if path == "/App.csproj" else "")
    with pytest.raises(UnreadError):
        project.value("TargetFramework")


def test_a_default_of_a_property_that_is_set_decides_nothing() -> None:
    inner = GROUP.format(
        "<TargetFramework>net8.0</TargetFramework>"
        "<TargetFramework Condition=\"'$(TargetFramework)' == ''\">net6.0</TargetFramework>"
    )
    (project,) = closure("/App.csproj", lambda path: WEB.format(inner) if path == "/App.csproj" else "")
    assert project.value("TargetFramework") == "net8.0"


@pytest.mark.parametrize("content", ["", "<Project", WEB.format('<Import Project="lacking.props" />')])
def test_what_cannot_be_read_is_said(content: str) -> None:
    with pytest.raises(UnreadError):
        closure("/App.csproj", lambda path: content if path == "/App.csproj" else "")


def test_tasks_that_leave_nothing_are_no_targets() -> None:
    quiet = WEB.format('<Target Name="Say"><Message Text="hello" /></Target>')
    loud = WEB.format('<Target Name="Make"><Exec Command="make pages" /></Target>')
    assert not closure("/App.csproj", lambda path: quiet if path == "/App.csproj" else "")[0].targets
    assert closure("/App.csproj", lambda path: loud if path == "/App.csproj" else "")[0].targets == "/App.csproj"


def test_a_solution_names_projects() -> None:
    assert of_solution("/a/S.sln", lambda _: r'Project("{1}") = "App", "App\App.csproj", "{2}"') == [
        "/a/App/App.csproj"
    ]
    assert of_solution("/a/S.slnx", lambda _: '<Solution><Project Path="App/App.fsproj" /></Solution>') == [
        "/a/App/App.fsproj"
    ]


@pytest.mark.parametrize(
    ("sdk", "image"),
    [
        ("mcr.microsoft.com/dotnet/sdk:8.0", "mcr.microsoft.com/dotnet/aspnet:8.0"),
        ("mcr.microsoft.com/dotnet/sdk:8.0.100", "mcr.microsoft.com/dotnet/aspnet:8.0"),
        ("mcr.microsoft.com/dotnet/sdk:9.0-alpine3.21", "mcr.microsoft.com/dotnet/aspnet:9.0-alpine3.21"),
        ("mcr.microsoft.com/dotnet/sdk:8.0-jammy-arm64v8", "mcr.microsoft.com/dotnet/aspnet:8.0-jammy-arm64v8"),
        ("mcr.microsoft.com/dotnet/core/sdk:3.1-buster", "mcr.microsoft.com/dotnet/core/aspnet:3.1-buster-slim"),
        ("mcr.microsoft.com/dotnet/sdk", None),
        ("mcr.microsoft.com/dotnet/sdk:2.1", None),
        ("mcr.microsoft.com/dotnet/sdk:11.0-preview", None),
        ("mcr.microsoft.com/dotnet/sdk:8.0-windowsservercore-ltsc2022", None),
        ("mcr.microsoft.com/dotnet/nightly/sdk:8.0", None),
        ("mcr.microsoft.com/dotnet/sdk:8.0@sha256:" + "0" * 64, None),
        ("microsoft/dotnet:2.2-sdk", None),
    ],
)
def test_the_image_to_run_on(sdk: str, image: str | None) -> None:
    found = run_time(base_image(sdk), sdk)
    assert (found.image if found else None) == image


def test_what_the_images_differ_in() -> None:
    older = run_time(base_image("mcr.microsoft.com/dotnet/sdk:6.0"), "mcr.microsoft.com/dotnet/sdk:6.0")
    newer = run_time(base_image("mcr.microsoft.com/dotnet/sdk:8.0-alpine"), "mcr.microsoft.com/dotnet/sdk:8.0-alpine")
    assert older
    assert newer
    assert older.env == {"ASPNETCORE_URLS": "", "DOTNET_USE_POLLING_FILE_WATCHER": "true"}
    assert newer.env == {"DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "false", "DOTNET_USE_POLLING_FILE_WATCHER": "true"}
    assert (older.family, older.release, newer.family) == ("debian", "bullseye", "alpine")
