"""Steps that only download: they run without the sources, and a change of these does not run them again."""

from __future__ import annotations

from pathlib import Path

from dfopt import api
from dfopt.config import Config
from dfopt.context.place import files_of
from dfopt.source import Source
from tests.engine.builds import docker, image, need

GO = """\
FROM golang:1.19
COPY . /src
WORKDIR /src/app
RUN CGO_ENABLED=0 go build -o /server .
CMD ["/server"]
"""
CARGO = """\
FROM rust:1.63
WORKDIR /src
COPY . .
RUN cargo build --locked && cp target/debug/server /server
CMD ["/server"]
"""
GO_FILES = {
    "app/go.mod": "module example.com/app\n\ngo 1.19\n\nrequire example.com/lib v0.0.0\n\n"
    "replace example.com/lib => ../lib\n",
    "app/go.sum": "",
    "app/main.go": 'package main\n\nimport "example.com/lib"\n\nfunc main() { lib.Say() }\n',
    "lib/go.mod": "module example.com/lib\n\ngo 1.19\n",
    "lib/lib.go": 'package lib\n\nimport "fmt"\n\nfunc Say() { fmt.Println("one") }\n',
}
CARGO_FILES = {
    "Cargo.toml": '[workspace]\nmembers = ["server", "store"]\n',
    "Cargo.lock": 'version = 3\n\n[[package]]\nname = "server"\nversion = "0.1.0"\ndependencies = ["store"]\n\n'
    '[[package]]\nname = "store"\nversion = "0.1.0"\n',
    "server/Cargo.toml": '[package]\nname = "server"\nversion = "0.1.0"\n\n[dependencies]\n'
    'store = { path = "../store" }\n\n[[bin]]\nname = "server"\n',
    "server/src/main.rs": 'fn main() { println!("{}", store::ONE); }\n',
    "store/Cargo.toml": '[package]\nname = "store"\nversion = "0.1.0"\n\n[[bench]]\nname = "speed"\n',
    "store/src/lib.rs": 'pub const ONE: &str = "one";\n',
    "store/benches/speed.rs": "\n",
}


def test_modules_of_go_in_folders(tmp_path: Path) -> None:
    after = rewritten(GO, GO_FILES, tmp_path)
    assert "RUN cd /src/app && go mod download\n" in after
    assert_kept(after, tmp_path, "lib/lib.go")


def test_a_workspace_of_cargo_with_empty_sources(tmp_path: Path) -> None:
    after = rewritten(CARGO, CARGO_FILES, tmp_path)
    assert "touch server/src/main.rs store/benches/speed.rs store/src/lib.rs && cargo fetch --locked\n" in after
    assert_kept(after, tmp_path, "store/src/lib.rs")


def rewritten(text: str, files: dict[str, str], context: Path) -> str:
    """The result of the transform, which the engine finds to differ in nothing but what was declared."""
    need(text)
    for path, content in files.items():
        (context / path).parent.mkdir(parents=True, exist_ok=True)
        (context / path).write_text(content)
    (context / "Dockerfile").write_text(text)
    source = Source(text, str(context / "Dockerfile"))
    config = Config(select=("download-dependencies",))
    result = api.rewrite(source, config, files=files_of(context / "Dockerfile", str(context)))
    assert result.failures == ()
    assert result.changed
    again = api.rewrite(Source(result.after), config, files=files_of(context / "Dockerfile", str(context)))
    assert again.after == result.after
    return result.after


def assert_kept(after: str, context: Path, path: str) -> None:
    """The layers above the sources stay when one of them changes, and the program is built from what it is then."""
    first = image(after, context)
    assert docker("run", "--rm", first).strip() == "one"
    (context / path).write_text((context / path).read_text().replace("one", "two"))
    second = image(after, context)
    assert docker("run", "--rm", second).strip() == "two"
    layers = [_layers(name) for name in (first, second)]
    same = [one == other for one, other in zip(*layers, strict=True)]
    below = after[after.index("\nCOPY . ") :]
    last = sum(line.startswith(("COPY", "RUN", "WORKDIR")) for line in below.splitlines())
    assert all(same[:-last]), "what is copied first and the download are those of the cache"
    assert not all(same[-last:])


def _layers(name: str) -> list[str]:
    return docker("image", "inspect", "--format", '{{join .RootFS.Layers "\\n"}}', name).split("\n")
