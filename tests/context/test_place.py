"""Where a context is: what compose and bake files order, and what only can be."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from dfopt.context.orders import orders_in
from dfopt.context.place import files_of, likely_root
from dfopt.context.root import BY_VARIABLE, SEVERAL, UNKNOWN, find_root, ordered_root
from dfopt.context.sharing import NAMED
from dfopt.model.build_files import NoFiles


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with Dockerfiles whose context may be their folder or the root."""
    for name in ("Dockerfile", "app/Dockerfile", "app/dev.Dockerfile", "a", "app/a"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("FROM debian:12\nCOPY a /a\n")
    (tmp_path / ".git").mkdir()
    return tmp_path


def found(root: Path, name: str) -> str:
    """The context as it is seen from the root, or why it is not known."""
    place = find_root(root / name, ["a"])
    return place.reason if isinstance(place, NoFiles) else os.path.relpath(place, root)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("services:\n  x:\n    build: app\n", ("app", UNKNOWN.reason)),
        ("services:\n  x: {build: ./app/}\n", ("app", UNKNOWN.reason)),
        ("services:\n  x:\n    build:\n      context: .\n      dockerfile: app/Dockerfile\n", (".", UNKNOWN.reason)),
        ("services:\n  x:\n    build: {context: ., dockerfile: app/dev.Dockerfile}\n", (UNKNOWN.reason, ".")),
        ("services:\n  x:\n    build: {dockerfile: app/dev.Dockerfile}\n", (UNKNOWN.reason, ".")),
        ("services:\n  x: {build: app}\n  y: {build: {context: app, dockerfile: dev.Dockerfile}}\n", ("app", "app")),
        (
            "services:\n  x: {build: app}\n  y: {build: {context: ., dockerfile: app/Dockerfile}}\n",
            (SEVERAL, UNKNOWN.reason),
        ),
        ("x:\n  build: app\n", ("app", UNKNOWN.reason)),
        ("services:\n  x: &x {build: app}\n  y:\n    <<: *x\n", ("app", UNKNOWN.reason)),
        ("services:\n  x: {build: '${DIR:-app}'}\n", ("app", UNKNOWN.reason)),
        ("services:\n  x: {build: '${DIR-app}'}\n", ("app", UNKNOWN.reason)),
        ("services:\n  x: {build: '$DIR'}\n", (BY_VARIABLE, UNKNOWN.reason)),
        ("services:\n  x: {build: '${DIR}'}\n  y: {build: app}\n", ("app", UNKNOWN.reason)),
        ("services:\n  x: {build: {context: ., dockerfile: 'app/${F:?}'}}\n", (BY_VARIABLE, BY_VARIABLE)),
        ("services:\n  x: {build: https://github.com/a/b.git}\n", (UNKNOWN.reason, UNKNOWN.reason)),
        ("services:\n  x: {build: 'git@example.org:a/b'}\n", (UNKNOWN.reason, UNKNOWN.reason)),
        ("services:\n  x: {build: !override {context: app}}\n  y: {build: !reset null}\n", ("app", UNKNOWN.reason)),
        ("services:\n  x: {build: {context: ., dockerfile_inline: 'FROM a'}}\n", (UNKNOWN.reason, UNKNOWN.reason)),
        ("services: [build]\n", (UNKNOWN.reason, UNKNOWN.reason)),
        ("services:\n  x: {build: [a]}\n  y: build\n", (UNKNOWN.reason, UNKNOWN.reason)),
        ("build: {\n", (UNKNOWN.reason, UNKNOWN.reason)),
        ("build: 2020-13-45\n", (UNKNOWN.reason, UNKNOWN.reason)),
        ("? {a: b}\n: build\n", (UNKNOWN.reason, UNKNOWN.reason)),
        ("build: " + "[" * 5000, (UNKNOWN.reason, UNKNOWN.reason)),
        ("services: {x: {build: app}}\n#" + "x" * 400_000, (UNKNOWN.reason, UNKNOWN.reason)),
        ("services: {x: {build: !!python/object/apply:os.system [exit]}}\n", (UNKNOWN.reason, UNKNOWN.reason)),
    ],
)
def test_what_a_compose_file_orders(text: str, expected: tuple[str, str], root: Path) -> None:
    (root / "compose.yaml").write_text(text)
    assert (found(root, "app/Dockerfile"), found(root, "app/dev.Dockerfile")) == expected


@pytest.mark.parametrize("name", ["compose.yml", "docker-compose.yaml", "docker-compose.prod.yml", "compose.dev.yaml"])
def test_names_of_compose_files(name: str, root: Path) -> None:
    (root / name).write_text("services: {x: {build: app}}\n")
    assert found(root, "app/Dockerfile") == "app"


def test_an_override_says_only_what_differs(root: Path) -> None:
    (root / "compose.yaml").write_text("services: {x: {build: app}}\n")
    (root / "compose.override.yaml").write_text("services: {x: {build: {dockerfile: dev.Dockerfile}}}\n")
    assert found(root, "app/Dockerfile") == "app"
    assert found(root, "app/dev.Dockerfile") == UNKNOWN.reason


def test_the_folder_below_is_asked_too_and_what_is_above_the_repository_is_not(root: Path) -> None:
    (root / "app/docker-compose.yml").write_text("services: {x: {build: {context: .., dockerfile: app/Dockerfile}}}\n")
    (root.parent / "compose.yaml").write_text(f"services: {{x: {{build: {root.name}/app}}}}\n")
    assert found(root, "app/Dockerfile") == "."
    (root.parent / "compose.yaml").unlink()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"target": {"x": {"context": "app"}}}, "app"),
        ({"target": {"x": {"dockerfile": "app/Dockerfile"}}}, "."),
        ({"target": {"b": {"context": "app"}, "x": {"inherits": ["b"], "dockerfile": "Dockerfile"}}}, "app"),
        ({"target": {"x": {"context": "${D}"}}, "variable": {"D": {"default": "app"}}}, "app"),
        ({"target": {"x": {"context": "${D}"}}}, BY_VARIABLE),
        ({"target": {"x": {"inherits": ["x"], "context": "app"}}}, "app"),
        ({"target": {"x": {"dockerfile-inline": "FROM a"}}}, UNKNOWN.reason),
        ({"target": [1]}, UNKNOWN.reason),
        ([], UNKNOWN.reason),
    ],
)
def test_what_a_bake_file_orders(content: object, expected: str, root: Path) -> None:
    (root / "docker-bake.json").write_text(json.dumps(content))
    assert found(root, "app/Dockerfile") == expected


HCL = """\
# what all have
variable "D" { default = "app" }
variable "E" {}
target "base" {
  context = CONTEXT
  args = { A = 1 }
}
target "x" { inherits = ["base"] }
"""


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        ('"app"', "app"),
        ('"./${D}"', "app"),
        ("D", "app"),
        ("E", BY_VARIABLE),
        ('E != "" ? "app" : "."', BY_VARIABLE),
        ('"${item.folder}"', BY_VARIABLE),
    ],
)
def test_what_a_bake_file_in_hcl_orders(context: str, expected: str, root: Path) -> None:
    (root / "docker-bake.hcl").write_text(HCL.replace("CONTEXT", context))
    assert found(root, "app/Dockerfile") == expected


def test_a_dockerfile_in_a_bake_file_in_hcl(root: Path) -> None:
    text = 'target "x" {\n  dockerfile-inline = <<EOT\nFROM debian\nRUN echo $${A}\nEOT\n}\n'
    (root / "docker-bake.hcl").write_text(text)
    (order,) = orders_in([root])
    assert order.inline == "FROM debian\nRUN echo ${A}\n"


@pytest.mark.parametrize("text", ["{", "target x {", "target = 1", 'target "x" = "y"', "\udcff"])
def test_a_bake_file_in_hcl_that_is_none(text: str, root: Path) -> None:
    (root / "docker-bake.hcl").write_text(text, errors="surrogateescape")
    assert list(orders_in([root])) == []


def test_a_bake_file_that_is_none(root: Path) -> None:
    for text in ("{", "[" * 100_000, "\udcff"):
        (root / "docker-bake.json").write_text(text, errors="surrogateescape")
        assert list(orders_in([root])) == []


def test_files_that_cannot_be_read(root: Path) -> None:
    (root / "compose.yaml").mkdir()
    (root / "compose.yml").symlink_to("nowhere")
    assert found(root, "app/Dockerfile") == UNKNOWN.reason


def test_without_a_repository_the_folder_itself_may_order(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM debian:12\nCOPY a /a\n")
    assert ordered_root(tmp_path / "Dockerfile") is None
    (tmp_path / "compose.yaml").write_text("services: {x: {build: .}}\n")
    assert find_root(tmp_path / "Dockerfile", ["a"]) == Path(os.path.realpath(tmp_path))


def test_the_likely_context(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    assert likely_root(Path("app/Dockerfile")) == Path("app"), "nothing is known"
    (root / "compose.yaml").write_text("services: {x: {build: {context: ., dockerfile: app/Dockerfile}}}\n")
    assert likely_root(Path("app/Dockerfile")) == Path()
    assert likely_root(Path("Dockerfile")) == Path()
    (root / "app/Dockerfile").write_text("nonsense\n")
    assert likely_root(Path("app/Dockerfile")) == Path("app")


def sharers(root: Path, name: str) -> list[tuple[str, bool]] | str:
    files = files_of(root / name)(["a"])
    assert not isinstance(files, NoFiles)
    shared = files.sharers
    if isinstance(shared, NoFiles):
        return shared.reason
    return [(each.source.path.removeprefix(f"{os.path.realpath(root)}/"), each.comes_first) for each in shared]


def test_dockerfiles_that_share_a_context(root: Path) -> None:
    (root / "b").write_text("")
    (root / "Dockerfile").write_text("FROM debian:12\nCOPY b /b\n")
    assert sharers(root, "Dockerfile") == [("app/Dockerfile", False), ("app/dev.Dockerfile", False)]
    services = {
        "x": {"build": "app"},
        "y": {"build": {"context": ".", "dockerfile": "app/dev.Dockerfile"}},
        "z": {"build": {"context": ".", "dockerfile_inline": "FROM debian:12\nCOPY a /a\n"}},
    }
    (root / "compose.yaml").write_text(json.dumps({"services": services}))
    assert sharers(root, "Dockerfile") == [("compose.yaml", False), ("app/dev.Dockerfile", False)]
    assert sharers(root, "app/dev.Dockerfile") == [("compose.yaml", False), ("Dockerfile", True)]
    assert sharers(root, "app/Dockerfile") == []
    (root / "compose.yml").write_text("services: {x: {build: {context: ., dockerfile: '${F}'}}}\n")
    assert sharers(root, "app/dev.Dockerfile") == BY_VARIABLE


def test_dockerfiles_that_only_a_name_leads_to_share_a_context_too(root: Path) -> None:
    (root / "b").write_text("")
    (root / "Dockerfile").write_text("FROM debian:12\nCOPY b /b\n")
    (root / "Dockerfile-b").write_text("FROM debian:12\nCOPY b /b\n")
    (root / "dockerfile.py").write_text("import b\n")
    below = [("app/Dockerfile", False), ("app/dev.Dockerfile", False)]
    assert sharers(root, "Dockerfile") == [("Dockerfile-b", False), *below]
    assert sharers(root, "Dockerfile-b") == [("Dockerfile", True), *below]


@pytest.mark.parametrize(
    ("path", "sources", "shares"),
    [
        ("e2e.Dockerfile", "tests dist/", True),
        ("e2e.Dockerfile", "dist/*.whl", True),
        ("docker/e2e.Dockerfile", "dist/", True),
        ("app/e2e.Dockerfile", "tests dist/", True),
        ("app/e2e.Dockerfile", "a dist/", True),
        ("app/e2e.Dockerfile", "a main dist/", False),
        ("app/e2e.Dockerfile", "main tests", True),
        ("app/e2e.Dockerfile", "main", False),
        ("e2e.Dockerfile", "https://example.org/a", False),
    ],
)
def test_what_a_build_makes_before_says_nothing_of_the_context(
    path: str, sources: str, shares: bool, root: Path
) -> None:
    for name in ("app/Dockerfile", "app/dev.Dockerfile"):
        (root / name).unlink()
    for name in ("tests", "app/main", "docker"):
        (root / name).mkdir()
    (root / path).write_text(f"FROM debian:12\nADD {sources} /a/\n")
    assert sharers(root, "Dockerfile") == ([(path, False)] if shares else [])


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("compose.yaml", "services: {x: {build: {context: other, additional_contexts: {a: ./app}}}}"),
        ("compose.yaml", "services: {x: {build: {context: other, additional_contexts: ['b=service:b', a=app]}}}"),
        ("other/compose.yaml", "services: {x: {build: {context: ., additional_contexts: {a: ../app}}}}"),
        ("docker-bake.json", '{"target": {"x": {"context": "other", "contexts": {"a": "app"}}}}'),
        ("docker-bake.hcl", 'target "x" {\n context = "other"\n contexts = {\n a = "app"\n b = "target:${b}"\n}\n}\n'),
        ("docker-bake.json", '{"target": {"x": {"context": "https://github.com/a/b.git", "contexts": {"a": "app"}}}}'),
    ],
)
def test_a_context_that_another_build_takes_by_a_name(path: str, text: str, root: Path) -> None:
    (root / "other").mkdir()
    (root / "a").unlink()
    (root / path).write_text(text)
    assert sharers(root, "app/Dockerfile") == NAMED


def test_a_named_context_that_a_variable_decides(root: Path) -> None:
    (root / "a").unlink()
    (root / "docker-bake.json").write_text('{"target": {"x": {"context": "b", "contexts": {"a": "target:${a}"}}}}')
    assert sharers(root, "app/Dockerfile") == [("app/dev.Dockerfile", False)]
    (root / "compose.yaml").write_text("services: {x: {build: {context: a, additional_contexts: {a: '${A}'}}}}")
    assert sharers(root, "app/Dockerfile") == BY_VARIABLE


def test_a_compose_file_beside_the_context_orders_too(root: Path) -> None:
    (root / "a").unlink()
    (root / "deploy").mkdir()
    (root / "deploy/build.image").write_text("FROM debian:12\nCOPY a /a\n")
    (root / "deploy/compose.yaml").write_text(
        "services: {x: {build: {context: ../app, dockerfile: ../deploy/build.image}}, y: {build: '${Y}'}}"
    )
    assert sharers(root, "app/Dockerfile") == [("app/dev.Dockerfile", False), ("deploy/build.image", False)]


def test_a_dockerfile_from_elsewhere(root: Path) -> None:
    (root / "docker").mkdir()
    (root / "docker/Dockerfile").write_text("FROM debian:12\nCOPY a /a\n")
    services = {"x": {"build": "app"}, "y": {"build": {"context": "app", "dockerfile": "../docker/Dockerfile"}}}
    (root / "compose.yaml").write_text(json.dumps({"services": services}))
    assert sharers(root, "docker/Dockerfile") == [("app/Dockerfile", True), ("app/dev.Dockerfile", False)]
    assert sharers(root, "app/Dockerfile") == [("app/dev.Dockerfile", False), ("docker/Dockerfile", False)]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Makefile", "web:\n\tdocker build -f build/web -t web .\n"),
        ("justfile", "web:\n    podman build --file=build/web .\n"),
        ("ci/build.sh", "docker buildx build \\\n  --file ../build/web \\\n  ..\n"),
        (".github/workflows/ci.yml", "- uses: docker/build-push-action@v6\n  with:\n    file: ./build/web\n"),
        ("Earthfile", "all:\n    FROM DOCKERFILE -f build/web .\n"),
        ("package.json", '{"scripts": {"image": "docker build . -f build/web"}}'),
        (".devcontainer/devcontainer.json", '{"build": {"dockerfile": "../build/web", "context": ".."}}'),
        (".devcontainer/go/devcontainer.json", '{// go\n"dockerFile": "../../build/web", "context": "../..",}'),
    ],
)
def test_a_dockerfile_of_any_name_that_another_file_gives_to_a_builder(
    path: str, text: str, root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    (root / "build").mkdir()
    (root / "build" / "web").write_text("FROM nginx\nCOPY a /a\n")
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    others = [("app/Dockerfile", False), ("app/dev.Dockerfile", False)]
    (root / path).write_text("")
    silent = shutil.copytree(root, tmp_path_factory.mktemp("others") / "silent")
    assert sharers(silent, "Dockerfile") == others
    (root / path).write_text(text)
    assert sharers(root, "Dockerfile") == [*others, ("build/web", False)]


@pytest.mark.parametrize(
    ("path", "text", "is_found"),
    [
        ("Makefile", "web:\n\tdocker build -f build/web app\n", True),
        ("Makefile", "web:\n\tcd app/ && docker build -f ../build/web .\n", True),
        ("app/Makefile", "web:\n\tdocker build -f ../build/web .\n", True),
        ("Makefile", "web:\n\tdocker build -f build/web build\n", False),
        ("build/run.sh", "docker build -f web .\n", False),
    ],
)
def test_a_dockerfile_outside_of_the_context_that_a_script_names(
    path: str, text: str, is_found: bool, root: Path
) -> None:
    (root / "app" / "b").write_text("")
    (root / "build").mkdir()
    for name in ("app/Dockerfile", "build/web"):
        (root / name).write_text("FROM nginx\nCOPY b /b\n")
    (root / path).write_text(text)
    files = files_of(root / "app" / "Dockerfile", str(root / "app"))(["b"])
    assert not isinstance(files, NoFiles)
    assert not isinstance(files.sharers, NoFiles)
    assert ("build/web" in {os.path.relpath(each.source.path, root) for each in files.sharers}) is is_found


@pytest.mark.parametrize(
    ("path", "text", "is_known"),
    [
        ("app/build.sh", "docker build -t x -f - . <<EOF\nFROM nginx\nCOPY .env /e\nEOF\n", False),
        ("ci/build.sh", "cd ../app\ncat x.in | docker buildx build \\\n  --file=- \\\n  .\n", False),
        ("Makefile", "all:\n\tpodman build -f- app <<< $(TEXT)\n", False),
        ("build.sh", "docker build -f <(sed s/a/b/ Dockerfile) app\n", False),
        ("build.sh", "docker build -f /dev/stdin app < other\n", False),
        ("app/build.sh", "docker build -f - build <<EOF\nFROM nginx\nCOPY .env /e\nEOF\n", True),
        ("build.sh", "docker build -f - build <<EOF\nFROM nginx\nCOPY .env /e\nEOF\n", True),
        ("build.sh", "docker build -t app - <<EOF\nFROM nginx\nEOF\n", True),
        ("build.sh", "docker build -f -x app\ndocker build app -f Dockerfile\n", True),
    ],
)
def test_a_dockerfile_that_is_no_file(path: str, text: str, is_known: bool, root: Path) -> None:
    (root / "app" / "Dockerfile").write_text("FROM nginx\nCOPY b /b\n")
    (root / "app" / "b").write_text("")
    for folder in ("ci", "app/build", "build"):
        (root / folder).mkdir()
    (root / path).write_text(text)
    files = files_of(root / "app" / "Dockerfile", str(root / "app"))(["b"])
    assert not isinstance(files, NoFiles)
    assert isinstance(files.sharers, NoFiles) is not is_known


def test_files_that_are_named_for_other_reasons(root: Path) -> None:
    (root / "a.txt").write_text("COPY a /a\n")
    (root / "Makefile").write_text("all:\n\tdocker build .\n\trm -f a.txt app/a none\n")
    assert sharers(root, "Dockerfile") == [("app/Dockerfile", False), ("app/dev.Dockerfile", False)]


def test_what_a_dev_container_orders(root: Path) -> None:
    folder = root / ".devcontainer"
    folder.mkdir()
    (folder / "Dockerfile").write_text("FROM debian:12\nCOPY a /a\n")
    said = folder / "devcontainer.json"
    for text, expected in (
        ('{"build": {"dockerfile": "Dockerfile", "context": ".."}}', "."),
        ('{"build": {"dockerfile": "Dockerfile"}}', ".devcontainer"),
        ('{/* "a" */ "dockerFile": "Dockerfile", "context": "../app", // "b"\n}', "app"),
        ('{"build": {"dockerfile": "Dockerfile", "context": "${localEnv:DIR}"}}', BY_VARIABLE),
        ('{"image": "debian:12"}', "."),
        ("{", "."),
    ):
        said.write_text(text)
        assert found(root, ".devcontainer/Dockerfile") == expected
