"""Dependencies are downloaded in a step of their own, in front of the sources that are built with them."""

from __future__ import annotations

from collections.abc import Iterator

from dfopt.knowledge.dependency_downloads import DOWNLOADS
from dfopt.syntax.nodes import Copy, Run
from dfopt.transform import Context, Patch, Safety, Skip, transform

_TOOLS = frozenset(row.manager for row in DOWNLOADS)


@transform(
    safety=Safety.UNSAFE,
    links=[
        "https://docs.docker.com/build/cache/optimize/",
        "https://go.dev/ref/mod#go-mod-download",
        "https://maven.apache.org/plugins/maven-dependency-plugin/go-offline-mojo.html",
        "https://doc.rust-lang.org/cargo/commands/cargo-fetch.html",
        "https://learn.microsoft.com/dotnet/core/tools/dotnet-restore",
        "https://getcomposer.org/doc/03-cli.md#install-i",
    ],
)
def download_dependencies(ctx: Context) -> Iterator[Patch | Skip]:
    """Downloads dependencies in a step of their own, in front of the sources, where one command downloads and builds.

    ## Why

    `go build`, `mvn package`, `gradle build`, `cargo build` and `dotnet publish` download what is missing and then
    build. Below a COPY of the sources they download all of it again whenever any file changes. With the manifests and
    lock files copied first, and a RUN that only downloads (`go mod download`, `mvn dependency:go-offline`,
    `gradle dependencies`, `cargo fetch`, `dotnet restore`), the downloads stay in the build cache until a manifest
    changes.

    The build context says which files these are: modules in folders of the project, parents and modules of a POM, the
    scripts of a Gradle build with its wrapper, the members of a cargo workspace, the projects that a project refers to.
    An install of composer that maps classes or runs scripts needs the sources: one without both comes in front of it.
    The new RUN has the folder, the user, the mounts and the network of the build, and the variables and options that
    say from where it downloads. cargo refuses a package without sources: there empty files stand in for them until the
    COPY below brings them.

    ## Leaves alone

    - A Dockerfile whose build context is not known: give it with `--context`, or in `dfopt.toml`.
    - Dependencies in folders that are not copied, a `vendor` folder, a project without a lock file where the tool
      writes one, build scripts that read other files.
    - A file that git does not track and the download reads (`go.work`): another checkout may be without it, where a
      COPY that names it stops the build. Leave it out in `.dockerignore`, or add it to git.
    - Builds that are told to work offline, or that keep their downloads in a cache mount.
    - Where a step above downloads already.
    - A cargo workspace that another user than root builds, if the COPY does not name that user with `--chown`: the
      step could make no files in the folders that COPY makes.
    - Where something between the COPY and the build may install the tool or set up the download: `apk add git`,
      `git config`, a USER, a variable that names a proxy or a registry.
    - Plugins of composer that may read the sources.
    - Builds inside of `if` and loops, in scripts and in makefiles.

    ## Safety

    The image, or that of the stage that builds, holds what was downloaded, also if the build would not have taken it:
    modules of tests and of other platforms. A manifest that only works together with files that are not looked into may
    make the new RUN fail. What a build asks for only while it runs is still downloaded by the build.
    """
    calls = (call for run in ctx.dockerfile.find(Run) for call in ctx.facts.calls(run))
    if any(call.manager.name in _TOOLS for call in calls) and any(ctx.dockerfile.find(Copy)):
        from dfopt_transforms._downloads import downloads

        yield from downloads(ctx)
