"""How transforms are found; other distributions are laid out by hand as an installer would."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import entry_points
from pathlib import Path

import pytest

import dfopt_transforms
from dfopt import registry
from dfopt.errors import ConfigError

MODULE = '''
from dfopt.transform import Safety, transform

@transform(safety=Safety.SAFE)
def {name}(ctx):
    """Does nothing."""
    yield from ()
'''

Install = Callable[..., None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Lays a distribution with one entry point into a folder that is on the path."""

    def lay(distribution: str, entry: str, **modules: str) -> None:
        info = tmp_path / f"{distribution.replace('-', '_')}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[console_scripts]\nx = y:z\n\n[dfopt.transforms]\nany = {entry}\n")
        for name, content in modules.items():
            module = tmp_path.joinpath(*name.split("__")).with_suffix(".py")
            module.parent.mkdir(exist_ok=True)
            module.write_text(content)

    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    registry.load.cache_clear()
    yield lay
    registry.load.cache_clear()
    for name in [name for name in sys.modules if name.startswith("acme")]:
        del sys.modules[name]


def transform(name: str) -> str:
    return MODULE.format(name=name)


def own_ids() -> list[str]:
    return [name for name in dfopt_transforms.ORDER if name in registry.load()]


def test_our_own_are_loaded_in_their_order() -> None:
    loaded = registry.load()
    assert own_ids()
    assert list(loaded)[: len(own_ids())] == own_ids()
    assert all(name == transform.id for name, transform in loaded.items())


def test_those_of_others_come_after_by_id(install: Install) -> None:
    install("acme-one", "acme_one", acme_one__zebra=transform("zebra"), acme_one__ant=transform("ant"))
    install("acme-two", "acme_two", acme_two=transform("bee"))
    found = list(registry.load())
    assert found[-3:] == ["acme-two", "ant", "zebra"]
    assert found[:-3] == own_ids()


def test_private_modules_hold_no_transform(install: Install) -> None:
    install("acme", "acme", acme___tables="DATA = 1", acme__ant=transform("ant"))
    assert list(registry.load())[-1] == "ant"


def test_a_module_that_fails_is_blamed_on_its_distribution(install: Install) -> None:
    install("acme-broken", "acme_broken", acme_broken="raise RuntimeError('no luck')")
    with pytest.raises(ConfigError, match=r"acme-broken: .*acme_broken.*no luck"):
        registry.load()


def test_a_module_that_is_missing_is_blamed_on_its_distribution(install: Install) -> None:
    install("acme-gone", "acme_gone")
    with pytest.raises(ConfigError, match=r"acme-gone: .*acme_gone"):
        registry.load()


@pytest.mark.parametrize(("content", "count"), [("", 0), (transform("ant") + transform("bee"), 2)])
def test_a_module_holds_exactly_one_transform(install: Install, content: str, count: int) -> None:
    install("acme", "acme", acme__ant=content)
    with pytest.raises(ConfigError, match=rf"acme: .*acme\.ant holds {count} transforms"):
        registry.load()


def test_an_id_that_we_have_is_refused(install: Install) -> None:
    taken = own_ids()[0]
    module = taken.replace("-", "_")
    registry.load.cache_clear()
    install("acme", "acme", **{f"acme__{module}": transform(module)})
    with pytest.raises(ConfigError, match=f"acme: dfopt has a transform '{taken}' too"):
        registry.load()


def test_an_id_that_another_distribution_has_is_refused(install: Install) -> None:
    install("acme-one", "acme_one", acme_one__ant=transform("ant"))
    install("acme-two", "acme_two", acme_two__ant=transform("ant"))
    with pytest.raises(ConfigError, match="acme-two: acme-one has a transform 'ant' too"):
        registry.load()


def test_our_own_are_declared_like_those_of_others() -> None:
    declared = entry_points(group=registry.GROUP)
    assert [entry.value for entry in declared if entry.dist and entry.dist.name == "dfopt"] == [registry.BUILTIN]


def test_the_usual_case_does_not_pay_for_importlib_metadata() -> None:
    code = "import sys; from dfopt import registry; registry.load(); print('importlib.metadata' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_an_option_may_take_what_fits_a_pattern() -> None:
    zone = registry.load()["set-timezone"]
    assert zone.settings({"zone": "Europe/Paris"}) == {"zone": "Europe/Paris"}
    assert zone.settings({}) == {"zone": "as-set"}
    for wrong in ("Paris; rm", "europe/paris", 3):
        with pytest.raises(ValueError, match="zone is one of as-set, UTC, or fits"):
            zone.settings({"zone": wrong})


def test_what_only_runs_if_it_is_asked_for_is_not_imported_before() -> None:
    every = registry.load()
    assert all(not every[name].is_harmless for name in dfopt_transforms.UNSAFE)
    assert set(registry.load(unsafe=False)) == set(every) - dfopt_transforms.UNSAFE
    code = "import sys; from dfopt import registry; registry.load(unsafe=False); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "dfopt_transforms.merge_runs" in done.stdout.split()
    assert "dfopt_transforms.add_init" not in done.stdout.split()
