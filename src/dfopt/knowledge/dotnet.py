"""The images of .NET, the commands of its tool chain, and what its packages bring.

Sources: the Dockerfiles of dotnet/dotnet-docker and the lists of tags there, from .NET Core 3.1 on; the references of
the ``dotnet`` command and of the properties of MSBuild (https://learn.microsoft.com/dotnet/core/tools/,
https://learn.microsoft.com/dotnet/core/project-sdk/msbuild-props); the pages of packages on nuget.org.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from dfopt.expression import Expression

SDKS: Final = ("mcr.microsoft.com/dotnet/sdk", "mcr.microsoft.com/dotnet/core/sdk")
"""The images with the tool chain; since 5.0 each is the one with ASP.NET Core of the same tag, and more."""
POLLING: Final = "DOTNET_USE_POLLING_FILE_WATCHER"
"""How a program is told of settings that change: the SDK's image says it, for ``dotnet watch``."""
URLS: Final = "ASPNETCORE_URLS"
INVARIANT: Final = "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"
DIFFER: Final = (POLLING, URLS, INVARIANT)
"""What programs read, and an image to run on does not set, or to something else; some of it in some versions only."""
OF_RUN_TIME: Final = ("ASPNET_VERSION", "DOTNET_VERSION")
"""What the images with ASP.NET Core, and with the run time, say of themselves."""
VARIABLES: Final = (
    "DOTNET_SDK_VERSION",
    "DOTNET_GENERATE_ASPNET_CERTIFICATE",
    "DOTNET_NOLOGO",
    "NUGET_XMLDOC_MODE",
    "POWERSHELL_DISTRIBUTION_CHANNEL",
    *DIFFER,
    *OF_RUN_TIME,
)
"""What they set, and an image to run on may not, or to something else."""


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """A version of .NET."""

    framework: str
    """Its name in project files."""
    system: str
    """The release that its images without one in the tag are on."""
    has_urls: bool = False
    """True if the images to run on say where a server listens, by ASPNETCORE_URLS, and the SDK's does not; since 8.0
    both have ASPNETCORE_HTTP_PORTS."""
    lacks_kerberos: bool = True
    """True if libgssapi-krb5-2 comes with the SDK's image only, by curl."""
    has_zones: bool = True
    """True if the SDK's image on Alpine has tzdata."""
    users: frozenset[str] = frozenset({"app"})
    """Those that all its images have."""


def _older(framework: str, system: str) -> Version:
    return Version(
        framework=framework,
        system=system,
        has_urls=True,
        lacks_kerberos=False,
        has_zones=False,
        users=frozenset(),
    )


VERSIONS: Final[Mapping[str, Version]] = {
    "3.1": _older("netcoreapp3.1", "buster"),
    "5.0": _older("net5.0", "buster"),
    "6.0": _older("net6.0", "bullseye"),
    "7.0": _older("net7.0", "bullseye"),
    "8.0": Version(framework="net8.0", system="bookworm"),
    "9.0": Version(framework="net9.0", system="bookworm"),
    "10.0": Version(framework="net10.0", system="noble"),
}

TAG: Final = Expression(
    r"(?P<version>\d+\.\d+)(?:\.\d{3})?"
    r"(?P<system>-(?:(?:buster|bullseye|bookworm)(?:-slim)?|alpine(?:\d\.\d+)?|bionic|focal|jammy|noble))?"
    r"(?P<machine>-(?:amd64|arm64v8|arm32v7))?"
)
"""On the tag of an SDK: its last number says nothing of the run time, which has numbers of its own."""

PACKAGES_ON_ALPINE: Final = ("icu-data-full", "icu-libs")
"""What the SDK's images on Alpine have for cultures; those to run on have none of them, and a variable says so."""
SPLIT_SINCE: Final = 16
"""Alpine 3.16: from then on the data of all cultures are in icu-data-full."""

VERBS: Final = Expression(
    r"build|publish|restore|clean|pack|test|format|tool|workload|nuget|sln|--info|--version|--list-sdks|--list-runtimes"
)
"""What ``dotnet`` is told to do while an image is built, and leaves nothing beside its output folders, the cache of
packages and the tools that it installs."""
OPTIONS: Final[Mapping[str, str]] = {
    "-o": "output",
    "--output": "output",
    "-c": "configuration",
    "--configuration": "configuration",
    "-f": "framework",
    "--framework": "framework",
    "-r": "runtime",
    "--runtime": "runtime",
}
"""Options of ``dotnet build`` and ``dotnet publish`` that decide what comes where."""
SELF_CONTAINED_OPTIONS: Final[Mapping[str, str]] = {
    "--self-contained": "true",
    "--sc": "true",
    "--no-self-contained": "false",
}
WITH_VALUES: Final = frozenset(
    """
    -v --verbosity --source -s --version-suffix --arch -a --os --manifest --artifacts-path --configfile --logger
    """.split()
)
"""Others with a value in a word of its own."""

SELF_CONTAINED: Final = ("SelfContained", "PublishSelfContained", "PublishAot")
"""Properties with which the run time, or what is needed of it, is a part of the program."""

STARTED: Final = frozenset({"Microsoft.NET.Sdk", "Microsoft.NET.Sdk.Web", "Microsoft.NET.Sdk.Worker"})
"""The SDKs of projects that are programs."""
WEB: Final = frozenset({"Microsoft.NET.Sdk.Web", "Microsoft.NET.Sdk.Razor"})
PLAIN: Final = frozenset({"Microsoft.NET.Sdk", "Microsoft.NET.Sdk.Worker"})
"""The SDKs of projects that bring ASP.NET Core only by a reference."""
ASP_NET: Final = "Microsoft.AspNetCore.App"

WITHOUT_ASP_NET: Final = Expression(
    r"(?i)System\..*|Newtonsoft\.Json|FSharp\.(?:Core|Data|SystemTextJson)|CommandLineParser|Spectre\.Console|Dapper|Npgsql|"
    r"MySqlConnector|MongoDB\.(?:Driver|Bson)|StackExchange\.Redis|RabbitMQ\.Client|Confluent\.Kafka|CsvHelper|YamlDotNet|"
    r"Polly|AutoMapper|MediatR|HtmlAgilityPack|AngleSharp|Telegram\.Bot|Discord\.Net|DSharpPlus|NodaTime|Humanizer|"
    r"BenchmarkDotNet|xunit.*|NUnit.*|coverlet\..*|StyleCop\..*|NLog|log4net|Serilog(?:\.Sinks\.(?:Console|File)|"
    r"\.Extensions\.(?:Hosting|Logging)|\.Settings\.Configuration)?|Microsoft\.Data\.(?:Sqlite|SqlClient)|"
    r"Microsoft\.EntityFrameworkCore(?:\.(?:Sqlite|SqlServer|Design|Tools|InMemory|Relational|Abstractions))?|"
    r"Npgsql\.EntityFrameworkCore\.PostgreSQL|Pomelo\.EntityFrameworkCore\.MySql|"
    r"Microsoft\.Extensions\.(?:Hosting|Configuration|Logging|DependencyInjection|Options|Http|Primitives|"
    r"Caching\.Memory|FileProviders)(?:\.(?:Abstractions|Json|EnvironmentVariables|CommandLine|UserSecrets|Binder|Console|"
    r"Debug|FileExtensions|Physical|Ini|Xml))?"
)
"""On the name of a package: it does without ASP.NET Core. In doubt a program gets it."""

KERBEROS: Final = Expression(
    r"(?i)Npgsql(?:\..*)?|(?:Microsoft|System)\.Data\.SqlClient|Microsoft\.EntityFrameworkCore\.SqlServer|Oracle\..*|"
    r"Microsoft\.AspNetCore\.Authentication\.Negotiate|.*Kerberos.*|.*Ldap.*|System\.DirectoryServices.*|"
    r"Hangfire\.(?:SqlServer|PostgreSql).*|Marten.*|.*\.SqlServer|.*\.Postgre(?:s|SQL).*"
)
"""On the name of a package: it may log in by Kerberos, or brings what may."""
NEGOTIATES: Final = Expression(
    r"\bNegotiateAuthentication\b|\bAddNegotiate\(|\bDefaultNetworkCredentials\b|\bUseDefaultCredentials\b|"
    r"\bNegotiateStream\b|\bNetworkCredential\b|\bLdapConnection\b|(?i:Integrated[ _]?Security|Trusted_Connection)"
)
"""The same in a source, or in settings."""
KERBEROS_LIBRARY: Final = "libgssapi-krb5-2"

STARTS_OTHERS: Final = Expression(
    r"(?i)PuppeteerSharp.*|Microsoft\.Playwright.*|Selenium\..*|FFMpegCore.*|Xabe\.FFmpeg.*|NReco\..*|Rotativa.*|"
    r"Wkhtmltopdf.*|Jering\.Javascript\.NodeJS|Microsoft\.AspNetCore\.(?:NodeServices|SpaServices)|Aspire\.Hosting.*|"
    r"Docker\.DotNet.*|IronPdf.*|Microsoft\.Build(?:\..*)?|Microsoft\.CodeAnalysis\.Workspaces\.MSBuild|Buildalyzer|"
    r"Microsoft\.DotNet\..*|Cake\..*|Nuke\..*|.*\.Template.*Engine.*Edge"
)
"""On the name of a package: it starts other programs, or the SDK."""

GENERATES: Final = Expression(
    r"(?i)BuildBundlerMinifier.*|BuildWebCompiler.*|Microsoft\.Web\.LibraryManager\.Build|Microsoft\.TypeScript\.MSBuild|"
    r".*Sass.*|.*Tailwind.*|.*Webpack.*|Vite\..*|.*\.Vite|LigerShark\..*|.*EsBuild.*|NSwag\.MSBuild|"
    r"Swashbuckle\.AspNetCore\.Cli|Microsoft\.Extensions\.ApiDescription\.Server"
)
"""On the name of a package: a build makes files among the sources with it."""

NOT_ON_LINUX: Final = Expression(
    r"(?i).*\.(?:exe|bat|cmd)|cmd|explorer|powershell|open|xdg-open|notepad|rundll32|taskkill"
)
"""Programs that no image of .NET has: a source that names them asks for the system first."""
