"""What every transform that comes with dfopt must have, so that adding one is a module and a fixture folder."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from pkgutil import iter_modules

import pytest

import dfopt_transforms
from dfopt import api, config, registry, testing
from dfopt.edits import Safety
from dfopt.source import Source
from dfopt.transform import Transform

FIXTURES = Path(__file__).parent.parent / "fixtures"
CASES = testing.cases(FIXTURES)
MODULES = [found.name for found in iter_modules(dfopt_transforms.__path__) if not found.name.startswith("_")]
BUILTIN = [registry.load()[name.replace("_", "-")] for name in MODULES]
DANGER = (Safety.SAFE, Safety.REPORT, Safety.UNSAFE)
MAY_IMPORT = re.compile(
    r"__future__|ast|collections(\.abc)?|dataclasses|enum|fnmatch|functools|itertools|msgspec|posixpath|re|shlex|string|typing"
    r"|dfopt\.(transform|edits|expression|printer|source|suppress|errors)|dfopt\.(syntax|shell|model|facts|knowledge)(\..+)?"
    r"|dfopt_transforms\._\w+"
)
"""Modules that start with an underscore hold what does not fit into the transform's own."""
PACKAGES = ("dfopt", "dfopt_transforms")

every_transform = pytest.mark.parametrize("transform", BUILTIN, ids=lambda transform: transform.id)


def test_there_are_transforms() -> None:
    assert BUILTIN


def test_the_order_names_every_transform_once() -> None:
    assert sorted(dfopt_transforms.ORDER) == sorted(transform.id for transform in BUILTIN)


def test_every_fixture_folder_is_that_of_a_transform() -> None:
    assert {case.transform for case in CASES} <= {transform.id for transform in BUILTIN}


@every_transform
def test_the_function_is_named_like_its_module(transform: Transform) -> None:
    assert transform.run.__name__ == transform.id.replace("-", "_")
    assert transform.run.__module__ == f"dfopt_transforms.{transform.run.__name__}"


@every_transform
def test_there_is_a_rewriting_and_a_refusing_case(transform: Transform) -> None:
    own = [case for case in CASES if case.transform == transform.id]
    assert any(case.rewrites for case in own) or transform.safety is Safety.REPORT
    assert any(not case.rewrites and not case.quiet for case in own)


@every_transform
def test_the_docstring_has_a_summary_and_the_headings(transform: Transform) -> None:
    expected = ["Why", "Leaves alone"] + ["Safety"] * (transform.safety is not Safety.SAFE)
    assert re.fullmatch(r"[A-Z`].+\.", transform.summary), "one sentence"
    assert transform.doc.split("\n")[1:2] == [""], "an empty line after the summary"
    assert re.findall(r"^## (.+)$", transform.doc, re.MULTILINE) == expected
    for section in re.split(r"^## .+$", transform.doc, flags=re.MULTILINE)[1:]:
        assert section.strip(), "no section is empty"


@every_transform
def test_links_lead_to_pages(transform: Transform) -> None:
    assert transform.links
    assert all(re.fullmatch(r"https://\S+", link) for link in transform.links)


@every_transform
def test_options_have_a_meaning_and_more_than_one_value(transform: Transform) -> None:
    for option in transform.options:
        assert option.meaning
        assert len(set(option.choices)) == len(option.choices) > (0 if option.pattern else 1)
    assert transform.settings({}) == {option.name: option.choices[0] for option in transform.options}


@every_transform
def test_the_declared_safety_is_that_of_the_least_safe_patch(transform: Transform) -> None:
    applied = [
        each.safety
        for case in CASES
        if case.transform == transform.id
        for each in api.rewrite(
            Source.from_bytes(case.before),
            config.Config(select=(transform.id,), unsafe=True, transforms={transform.id: case.options}),
            digests=testing.digests(case),
            files=testing.files(case),
        ).applied
    ]
    assert max(applied, key=DANGER.index) is transform.safety


@pytest.mark.parametrize(
    "module", sorted(Path(dfopt_transforms.__path__[0]).glob("*.py")), ids=lambda module: module.stem
)
def test_a_transform_sees_no_engine_no_other_transform_and_no_outer_world(module: Path) -> None:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    imported = {name for node in ast.walk(tree) for name in imports(node)}
    assert {name for name in imported if not MAY_IMPORT.fullmatch(name)} == set()


def imports(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        module = "." * node.level + (node.module or "")
        return [f"{module}.{alias.name}" for alias in node.names] if module in PACKAGES else [module]
    return []
