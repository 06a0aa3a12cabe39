"""The chain: transforms run until they are quiet, and nothing stays that is not proved."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dfopt.api import rewrite
from dfopt.config import Config
from dfopt.edits import Delta, Differs, Edit, Patch, Safety, Skip
from dfopt.errors import ConfigError, DockerfileSyntaxError
from dfopt.source import Source, Span
from dfopt.syntax.nodes import Label, Run
from dfopt.transform import Context, Option, Transform, TransformFunction
from tests.registered import register

FILE = "FROM alpine\nRUN a\nLABEL x=1\nRUN b\n"


def _use(monkeypatch: pytest.MonkeyPatch, *transforms: Transform) -> None:
    register(monkeypatch, {found.id: found for found in transforms})


def _transform(
    run: TransformFunction, *, name: str = "try-it", safety: Safety = Safety.SAFE, options: tuple[Option, ...] = ()
) -> Transform:
    return Transform(name, run, safety, (), options, "Tries it.")


def _edit_label(ctx: Context, text: str, delta: Delta | None = None) -> Iterator[Patch | Skip]:
    for label in ctx.dockerfile.find(Label):
        if ctx.dockerfile.text(label) != text:
            yield Patch([Edit(label.span, text)], why="it must say so", delta=delta)


ANOTHER_LABEL = Delta(differs=(Differs(0, config=("LABEL",)),))


def test_a_safe_patch_that_changes_the_config_is_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    _use(monkeypatch, _transform(lambda ctx: _edit_label(ctx, "LABEL x=2")))
    result = rewrite(Source(FILE))
    assert result.after == FILE
    assert [failure.transform for failure in result.failures] == ["try-it"]
    assert "config" in result.failures[0].reason
    assert result.applied == ()


def test_a_safe_patch_without_meaning_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    _use(monkeypatch, _transform(lambda ctx: _edit_label(ctx, "label   x=1")))
    result = rewrite(Source(FILE))
    assert result.after == FILE.replace("LABEL x=1", "label   x=1")
    assert [applied.why for applied in result.applied] == ["it must say so"]
    assert result.applied[0].position == (3, 1)


def test_one_wrong_patch_does_not_take_the_others_along(monkeypatch: pytest.MonkeyPatch) -> None:
    def both(ctx: Context) -> Iterator[Patch | Skip]:
        yield from _edit_label(ctx, "label x=1")
        for run in ctx.dockerfile.find(Run):
            if ctx.dockerfile.text(run) == "RUN b":
                yield Patch([Edit(run.span, "RUN c")], why="wrong")

    _use(monkeypatch, _transform(both))
    result = rewrite(Source(FILE))
    assert result.after == FILE.replace("LABEL x=1", "label x=1")
    assert len(result.failures) == 1


def test_a_transform_that_raises_is_reported_and_the_next_one_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(ctx: Context) -> Iterator[Patch | Skip]:
        yield from _edit_label(ctx, "label x=1")
        raise RuntimeError("out of luck")

    fine = _transform(lambda ctx: _edit_label(ctx, "Label x=1"), name="fine")
    _use(monkeypatch, _transform(broken, name="broken"), fine)
    result = rewrite(Source(FILE))
    assert result.after == FILE.replace("LABEL x=1", "Label x=1")
    assert [(failure.transform, failure.reason) for failure in result.failures] == [
        ("broken", "RuntimeError: out of luck")
    ]


def test_a_transform_that_never_gets_quiet_is_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    def restless(ctx: Context) -> Iterator[Patch | Skip]:
        for label in ctx.dockerfile.find(Label):
            yield Patch([Edit(Span(label.span.start, label.span.start + 5), "LABEL ")], why="again")

    _use(monkeypatch, _transform(restless))
    result = rewrite(Source(FILE))
    assert result.after == FILE
    assert "quiet" in result.failures[0].reason
    assert result.applied == ()


def test_a_result_that_does_not_parse_is_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    _use(monkeypatch, _transform(lambda ctx: _edit_label(ctx, "NONSENSE x=1")))
    result = rewrite(Source(FILE))
    assert result.after == FILE
    assert "does not parse" in result.failures[0].reason


def test_unsafe_patches_need_to_be_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    unsafe = _transform(lambda ctx: _edit_label(ctx, "LABEL x=2", ANOTHER_LABEL), safety=Safety.UNSAFE)
    _use(monkeypatch, unsafe)
    assert rewrite(Source(FILE)).after == FILE
    changed = FILE.replace("x=1", "x=2")
    assert rewrite(Source(FILE), Config(unsafe=True)).after == changed
    assert rewrite(Source(FILE), Config(select=("try-it",))).after == changed


def test_an_unsafe_patch_changes_what_it_declares_only(monkeypatch: pytest.MonkeyPatch) -> None:
    _use(monkeypatch, _transform(lambda ctx: _edit_label(ctx, "LABEL x=2"), safety=Safety.UNSAFE))
    result = rewrite(Source(FILE), Config(unsafe=True))
    assert result.after == FILE
    assert "config" in result.failures[0].reason


def test_a_safe_patch_may_not_declare_another_image(monkeypatch: pytest.MonkeyPatch) -> None:
    _use(monkeypatch, _transform(lambda ctx: _edit_label(ctx, "LABEL x=2", ANOTHER_LABEL)))
    result = rewrite(Source(FILE))
    assert result.after == FILE
    assert "a safe patch declares" in result.failures[0].reason


def test_an_unsafe_patch_of_a_safer_transform_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(ctx: Context) -> Iterator[Patch | Skip]:
        for label in ctx.dockerfile.find(Label):
            yield Patch([Edit(label.span, "LABEL x=2")], why="more", safety=Safety.UNSAFE)

    _use(monkeypatch, _transform(run))
    result = rewrite(Source(FILE))
    assert result.after == FILE
    assert [refusal.reason for refusal in result.refusals] == ["unsafe rewrites are not asked for"]


def test_reports_are_shown_and_never_written(monkeypatch: pytest.MonkeyPatch) -> None:
    _use(monkeypatch, _transform(lambda ctx: _edit_label(ctx, "LABEL x=2"), safety=Safety.REPORT))
    result = rewrite(Source(FILE), Config(unsafe=True))
    assert result.after == FILE
    assert [applied.safety for applied in result.applied] == [Safety.REPORT]


@pytest.mark.parametrize(
    "comment",
    [
        "# dfopt: ignore\n",
        "# dfopt: ignore[try-it] reason=because\n",
        "# dfopt: ignore[other, try-it]\n",
        "# dfopt: off\n",
        "# dfopt:ignore-file\n",
    ],
)
def test_a_suppressed_place_stays(monkeypatch: pytest.MonkeyPatch, comment: str) -> None:
    _use(monkeypatch, _transform(lambda ctx: _edit_label(ctx, "label x=1")))
    text = FILE.replace("LABEL", comment + "LABEL")
    result = rewrite(Source(text))
    assert result.after == text
    assert [refusal.reason for refusal in result.refusals] == ["a dfopt comment says so"]


@pytest.mark.parametrize("comment", ["# dfopt: ignore[other]\n", "# dfopt: off\n# dfopt: on\n", "# dfoptical: off\n"])
def test_a_comment_about_something_else_suppresses_nothing(monkeypatch: pytest.MonkeyPatch, comment: str) -> None:
    _use(monkeypatch, _transform(lambda ctx: _edit_label(ctx, "label x=1")))
    text = FILE.replace("LABEL", comment + "LABEL")
    assert rewrite(Source(text)).after == text.replace("LABEL", "label")


def test_an_undeclared_cleanup_is_not_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    cleanup = ("rm", "-rf", "/var/lib/apt/lists/*")
    text = "FROM debian\nRUN apt-get update && apt-get install -y a\n"

    def append(delta: Delta) -> TransformFunction:
        def run(ctx: Context) -> Iterator[Patch | Skip]:
            for found in ctx.dockerfile.find(Run):
                if "rm" not in ctx.dockerfile.text(found):
                    yield Patch([ctx.print.append_command(found, " ".join(cleanup))], why="clean", delta=delta)

        return run

    _use(monkeypatch, _transform(append(Delta())))
    assert rewrite(Source(text)).failures != ()
    _use(monkeypatch, _transform(append(Delta(added_commands=(cleanup,)))))
    declared = rewrite(Source(text))
    assert declared.failures == ()
    assert declared.after.endswith(" \\\n    && rm -rf /var/lib/apt/lists/*\n")


def test_unknown_names_are_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    option = Option("when", "when to act", ("always", "never"))
    _use(monkeypatch, _transform(lambda _: iter(()), options=(option,)))
    for config in (
        Config(select=("nothing",)),
        Config(ignore=("nothing",)),
        Config(transforms={"nothing": {}}),
        Config(transforms={"try-it": {"how": "always"}}),
        Config(transforms={"try-it": {"when": "sometimes"}}),
    ):
        with pytest.raises(ConfigError):
            rewrite(Source(FILE), config)


def test_options_reach_the_transform(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def run(ctx: Context) -> Iterator[Patch | Skip]:
        seen.append(ctx.options["when"])
        return iter(())

    _use(monkeypatch, _transform(run, options=(Option("when", "when to act", ("always", "never")),)))
    rewrite(Source(FILE))
    rewrite(Source(FILE), Config(transforms={"try-it": {"when": "never"}}))
    assert seen == ["always", "never"]


def test_a_file_that_does_not_parse_is_an_error() -> None:
    with pytest.raises(DockerfileSyntaxError, match="Dockerfile:2:"):
        rewrite(Source("FROM a\nNONSENSE\n"))


@pytest.mark.parametrize("image", ["me/frontend", "docker/dockerfile.other:1"])
def test_a_foreign_frontend_is_left_alone(monkeypatch: pytest.MonkeyPatch, image: str) -> None:
    _use(monkeypatch, _transform(lambda ctx: _edit_label(ctx, "label x=1")))
    text = f"# syntax={image}\n{FILE}"
    result = rewrite(Source(text))
    assert result.after == text
    assert [(refusal.transform, refusal.detail) for refusal in result.refusals] == [("dfopt", image)]


@pytest.mark.parametrize("image", ["docker/dockerfile:1", "mirror.example:5000/docker/dockerfile@sha256:0"])
def test_dockers_frontend_is_known_from_any_registry(monkeypatch: pytest.MonkeyPatch, image: str) -> None:
    _use(monkeypatch, _transform(lambda ctx: _edit_label(ctx, "label x=1")))
    assert "label x=1" in rewrite(Source(f"# syntax={image}\n{FILE}")).after


def test_a_transform_runs_again_only_if_the_file_has_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def watch(ctx: Context) -> Iterator[Patch | Skip]:
        seen.append(ctx.dockerfile.source.text)
        return iter(())

    _use(monkeypatch, _transform(watch, name="first"), _transform(lambda ctx: _edit_label(ctx, "label x=1")))
    rewrite(Source(FILE))
    assert seen == [FILE, FILE.replace("LABEL", "label")]


def test_the_setting_for_package_caches_allows_the_unsafe_transform_that_it_asks_for() -> None:
    text = "FROM alpine:3.20\nRUN apk add --no-cache curl\nRUN apk add --no-cache git\n"
    cleaned = rewrite(Source(text), Config(unsafe=True, ignore=("merge-runs",)))
    assert "--mount" not in cleaned.after
    mounted = rewrite(Source(text), Config(package_cache="mount"))
    assert mounted.after.count("--mount=type=cache,target=/etc/apk/cache,sharing=locked") == 1
    assert "--no-cache" not in mounted.after
    ignored = rewrite(Source(text), Config(package_cache="mount", ignore=("use-cache-mounts", "merge-runs")))
    assert ignored.after == text


def test_with_mounts_no_cache_is_cleaned_and_installs_still_get_their_answers() -> None:
    text = "FROM debian:12\nRUN apt-get update && apt-get install gcc\n"
    config = Config(package_cache="mount", select=("use-cache-mounts", "clean-package-cache"))
    mounted = rewrite(Source(text), config)
    assert {found.transform for found in mounted.applied} == {"use-cache-mounts", "clean-package-cache"}
    assert "rm -rf" not in mounted.after
    assert "install -y gcc" in mounted.after
    again = rewrite(Source(mounted.after), config)
    assert again.after == mounted.after
