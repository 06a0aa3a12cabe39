"""What ``dfopt rewrite --prove`` does with each rewritten file before it is shown or written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from dfopt import api, registry
from dfopt.cli.output import Building
from dfopt.config import Config
from dfopt.edits import Safety
from dfopt.report.values import Proof
from dfopt.results import Rewrite
from dfopt.source import Source
from dfopt.work import Prove, named_context

if TYPE_CHECKING:
    from dfopt.verify.proof import Rewritten

KEEP = "keep"
"""The option of transforms that says which paths stay in the image."""


def prover(building: Building, tell: Callable[[str], None]) -> Prove:
    """What proves rewrites with an engine.

    Raises EngineError if there is none.
    """
    from dfopt.verify.engines import find
    from dfopt.verify.proof import prove, what_is_written
    from dfopt.verify.verification import Request, reader

    engine, images = find(building.engine), reader(compresses=False)

    def proved(rewrite: Rewrite, before: bytes, path: str, config: Config) -> tuple[Rewrite, Proof]:
        tried, written = [rewrite], what_is_written(rewrite, before)

        def again(paths: Sequence[str]) -> Rewritten | None:
            found = keeping(rewrite, path, config, paths)
            if found is None or found.after == tried[-1].after:
                return None
            tried.append(found)
            return what_is_written(found, before)

        request = Request(
            dockerfile=Path(path),
            before=before,
            after=written.after,
            context=named_context(config.context or None, Path(path)),
            ignore=written.ignore,
            deltas=written.deltas,
            target=config.target or None,
            declared=True,
        )
        proof = prove(engine, building.of(request), again, lambda text: tell(f"{path}: {text}"), images)
        return (tried[-1], proof) if proof.holds else withdrawn(rewrite, proof)

    return proved


def keeping(rewrite: Rewrite, path: str, config: Config, paths: Sequence[str]) -> Rewrite | None:
    """The same file rewritten once more, so that some paths stay in the image; None if no transform can do that."""
    value = " ".join(paths)
    able = [
        each.id
        for each in registry.load().values()
        if any(option.name == KEEP and option.takes(value) for option in each.options)
    ]
    given: dict[str, Mapping[str, str]] = dict(config.transforms)
    for name in able:
        own = given.get(name, {})
        kept = own.get(KEEP, "")
        given[name] = {**own, KEEP: f"{kept} {value}" if kept.startswith("/") else value}
    if not able:
        return None
    from dfopt.work import files_at

    config = msgspec.structs.replace(config, transforms=given)
    found = api.rewrite(Source(rewrite.before, path), config, files=files_at(path, config))
    return None if found.failures else found


def withdrawn(rewrite: Rewrite, proof: Proof) -> tuple[Rewrite, Proof]:
    """The file as it was."""
    names = dict.fromkeys(each.transform for each in rewrite.applied if each.safety is not Safety.REPORT)
    reports = tuple(each for each in rewrite.applied if each.safety is Safety.REPORT)
    refusals = tuple(each for each in rewrite.refusals if each.transform not in names)
    back = msgspec.structs.replace(rewrite, after=rewrite.before, applied=reports, refusals=refusals, files=())
    return back, msgspec.structs.replace(proof, withdrawn=tuple(names))
