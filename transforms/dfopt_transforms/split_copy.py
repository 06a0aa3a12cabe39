"""What an install of dependencies needs is copied before it, the sources behind it."""

from __future__ import annotations

from collections.abc import Iterator

from dfopt.knowledge.manager import Action
from dfopt.syntax.nodes import Add, Copy, Run
from dfopt.transform import Context, Patch, Safety, Skip, transform


@transform(
    safety=Safety.UNSAFE,
    reports=True,
    links=[
        "https://docs.docker.com/build/cache/optimize/",
        "https://docs.docker.com/reference/dockerfile/#copy",
    ],
)
def split_copy(ctx: Context) -> Iterator[Patch | Skip]:
    """Copies what an install of dependencies needs before it, and the sources behind it.

    ## Why

    A COPY of the sources above `npm ci` or `pip install` has every install run again whenever any file changes. Copied
    first, the manifest and the lock file (`package.json`, `requirements.txt`, `go.mod` …) keep the installed
    dependencies in the cache until they change themselves, and the COPY of the sources stands where it is needed.
    Installs of system packages stay in the cache as well if they stand above the sources.

    The build context says which files these are: those that the install reads, with all that they name (`-r other.txt`,
    the packages of a workspace). The later COPY brings the same files as before, so the image is the same.

    ## Leaves alone

    - A Dockerfile whose build context is not known: give it with `--context`, or in `dfopt.toml`.
    - Installs that need sources: `pip install .` and `-e .`, dependencies that are folders of the project,
      `postinstall` and `prepare` scripts (but for husky, patch-package and prisma), a Gemfile that reads files, a class
      map for composer, `go build`.
    - Scripts in the place of `mvnw` and `gradlew` that are not as Maven and Gradle write them, and a `mix.exs` or a
      configuration of Elixir that may read files.
    - A context that brings what the install writes (`node_modules`): leave it out in `.dockerignore` first.
    - A file that git does not track and the install reads (`.npmrc`): another checkout may be without it, where a COPY
      that names it stops the build. Leave it out in `.dockerignore`, or add it to git.
    - Installs that are told to look at what the COPY brings in a way that is not read here: by an option, a variable, a
      setting, or the description of a workspace in a folder above.
    - RUNs with other commands than installs and preparations, whose files nobody knows.
    - COPYs into folders of the system, with `--link`, `--parents` or `--exclude`, or from a stage.

    ## Safety

    Proved and safe where every file that the RUN reads and writes is known. It is unsafe where packages run scripts of
    their own while they are installed, or where the lock file does not say so, because such a script may look at the
    sources; and where the install may write the lock file anew, or Corepack `package.json`. So it is where git ignores
    what the install writes (`node_modules`) and `.dockerignore` does not leave it out: where somebody has such a
    folder, the COPY would put it over what was installed. `write-dockerignore` writes that rule. The report says which
    of these it is.
    """
    installs = (call for run in ctx.dockerfile.find(Run) for call in ctx.facts.calls(run))
    if any(call.action is Action.INSTALL for call in installs) and any(ctx.dockerfile.find(Copy, Add)):
        from dfopt_transforms._splitting import splits

        yield from splits(ctx)
