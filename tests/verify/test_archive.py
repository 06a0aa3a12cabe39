"""Archives of images are read as a stream, and their layers make the root file system."""

from __future__ import annotations

import hashlib
import io
import tarfile

import pytest

from dfopt.verify import archive
from dfopt.verify.archive import ArchiveError
from dfopt.verify.entries import Kind, file_system
from dfopt.verify.verification import reader
from tests.verify.archives import docker_archive, file, folder, image, layer, link, oci_archive


def paths(*layers: bytes) -> list[str]:
    return sorted(file_system(image(*layers).layers))


def test_a_later_layer_replaces_a_file_and_its_place_is_known() -> None:
    found = file_system(image(layer(file("a", b"one")), layer(file("a", b"two", mode=0o600))).layers)
    assert found["/a"].entry.digest == hashlib.sha256(b"two").hexdigest()
    assert (found["/a"].entry.mode, found["/a"].layer) == (0o600, 1)


def test_white_outs_take_away_files_and_folders() -> None:
    first = layer(folder("d"), file("d/x"), folder("d/e"), file("d/e/y"), file("keep"), file("d-not"))
    assert paths(first, layer(file(".wh.d"))) == ["/d-not", "/keep"]
    assert paths(first, layer(file("d/.wh.e"))) == ["/d", "/d-not", "/d/x", "/keep"]


def test_an_opaque_folder_hides_what_lower_layers_have_in_it() -> None:
    first = layer(folder("d"), file("d/x"))
    assert paths(first, layer(folder("d"), file("d/.wh..wh..opq"), file("d/new"))) == ["/d", "/d/new"]


def test_a_folder_that_becomes_a_link_loses_what_was_in_it() -> None:
    assert paths(layer(folder("d"), file("d/x")), layer(link("d", "/e"))) == ["/d"]


def test_a_hard_link_is_the_file_that_it_shares() -> None:
    first = layer(file("a", b"text", mode=0o755, owner=7), link("b", "a", tarfile.LNKTYPE))
    found = file_system(image(first).layers)
    assert (found["/b"].entry.digest, found["/b"].entry.mode, found["/b"].entry.uid) == (
        found["/a"].entry.digest,
        0o755,
        7,
    )


def test_links_pipes_and_names_of_any_kind() -> None:
    pipe = tarfile.TarInfo("p")
    pipe.type = tarfile.FIFOTYPE
    found = file_system(image(layer(link("l", "to"), pipe, file("a b\n\udcff"))).layers)
    assert (found["/l"].entry.kind, found["/l"].entry.target) == (Kind.LINK, "to")
    assert found["/p"].entry.kind is Kind.PIPE
    assert "/a b\n\udcff" in found


def test_the_oci_layout_with_compressed_layers() -> None:
    plain = layer(file("a", b"x" * 100_000))
    found = reader().read(io.BytesIO(oci_archive([plain], {"User": "7"})))
    assert list(file_system(found.layers)) == ["/a"]
    assert (found.size, found.config) == (len(plain), {"User": "7"})
    assert found.compressed < found.size / 10


def test_sizes_and_what_made_a_layer() -> None:
    one, two = layer(file("a", bytes(50_000))), layer()
    found = image(one, two)
    assert [each.size for each in found.layers] == [len(one), len(two)]
    assert found.made_by == ("RUN step 0", "RUN step 1")
    assert found.layers[0].compressed < 1000


def test_a_layer_that_two_images_share_is_read_once() -> None:
    shared = reader()
    base = layer(file("a"))
    one, two = (shared.read(io.BytesIO(docker_archive([base, layer(file(name))]))) for name in "bc")
    assert one.layers[0] is two.layers[0]


def test_a_very_large_file_is_hashed_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    shadow = layer(file("etc/shadow", b"root:*:19000:0:\n"))
    normal = file_system(image(shadow).layers)["/etc/shadow"].entry.digest
    monkeypatch.setattr(archive, "CONTENT_LIMIT", 3)
    assert file_system(image(shadow).layers)["/etc/shadow"].entry.digest != normal


@pytest.mark.parametrize("data", [b"", b"no archive at all" * 100, layer(file("manifest.json", b"[]")), layer()])
def test_what_is_no_image_is_an_error(data: bytes) -> None:
    with pytest.raises(ArchiveError):
        reader().read(io.BytesIO(data))


def test_an_archive_that_breaks_off_is_an_error() -> None:
    whole = docker_archive([layer(file("a", bytes(100_000)))])
    with pytest.raises(ArchiveError):
        reader().read(io.BytesIO(whole[:60_000]))
