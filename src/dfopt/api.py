"""The library's front door: rewrite one Dockerfile."""

from __future__ import annotations

from dfopt.config import Config
from dfopt.model.build_files import FilesOf
from dfopt.model.digests import Digests
from dfopt.model.relatives import NO_RELATIVES, Relatives
from dfopt.results import Rewrite
from dfopt.source import Source


def rewrite(
    source: Source,
    config: Config | None = None,
    *,
    digests: Digests | None = None,
    files: FilesOf | None = None,
    relatives: Relatives = NO_RELATIVES,
) -> Rewrite:
    """Runs the chain over one Dockerfile: ``rewrite(Source(text))``, or ``rewrite(Source.from_bytes(data, path))``.

    ``digests`` says what the tags of images stand for; by default registries do if ``config.online``, else nobody.
    ``files`` reads the build context (see dfopt.context.place); without it, what needs one is left alone.
    ``relatives`` finds Dockerfiles that may start from the image, or build the one that it starts from (see
    dfopt.context.relatives).

    Raises DockerfileSyntaxError if BuildKit would not read it, ConfigError for unknown transforms or options,
    TargetError for a stage that it does not have, and TypeError for what is no Source: a bare text does not say
    whether it is a Dockerfile or the path of one.
    """
    if not isinstance(source, Source):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(f"rewrite takes a dfopt.source.Source, such as Source(text), not {type(source).__name__}")
    from dfopt import chain

    return chain.run(source, config or Config(), digests, files, relatives)
