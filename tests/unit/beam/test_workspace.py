import pathlib
import threading

import pytest
from etils import epath

from imdb_keras_tfds import ImdbKerasError
from imdb_keras_tfds.beam import workspace
from imdb_keras_tfds.beam.workspace import Workspace


def made(folder: pathlib.Path) -> Workspace:
    made = Workspace(str(folder))
    made.make()
    return made


def test_tables_and_bytes_are_handed_on(tmp_path: pathlib.Path) -> None:
    space = made(tmp_path / "workspace")
    space.write("names", {"name": ["b", "a"], "size": [2, 1]}, folder="train/pos")
    found = space.read("names")
    assert found["name"].to_pylist() == ["b", "a"]
    assert found.numbers("size").tolist() == [2, 1]
    assert (found.note("folder"), found.note("refused")) == ("train/pos", "")
    space.write_bytes("records", b"012345")
    assert space.read_bytes("records", 2, 4) == b"23"


def test_what_has_a_name_is_whole(tmp_path: pathlib.Path) -> None:
    space = made(tmp_path / "workspace")
    space.write_bytes("records", b"old")
    space.write_bytes("records", b"new")
    assert [path.name for path in (tmp_path / "workspace").iterdir()] == ["records"]
    assert space.read_bytes("records", 0, 9) == b"new"


@pytest.mark.parametrize("attempt", range(5))
def test_a_straggler_writes_while_the_workspace_is_removed(
    attempt: int, tmp_path: pathlib.Path
) -> None:
    space = made(tmp_path / "workspace")
    is_writing = threading.Event()
    failed: list[OSError] = []

    def straggle() -> None:
        try:
            while True:
                space.temporary().write_bytes(b"too late")
                is_writing.set()
        except OSError as error:
            failed.append(error)

    stragglers = [threading.Thread(target=straggle) for _ in range(4)]
    for straggler in stragglers:
        straggler.start()
    is_writing.wait()
    space.remove()
    for straggler in stragglers:
        straggler.join()
    assert len(failed) == len(stragglers)
    assert list(tmp_path.iterdir()) == []


def test_what_a_straggler_has_open_finds_no_place(tmp_path: pathlib.Path) -> None:
    space = made(tmp_path / "workspace")
    shard = space.temporary()
    with shard.open("wb") as file:
        space.remove()
        file.write(b"too late")
    with pytest.raises(OSError, match="No such file"):
        shard.replace(tmp_path / "shard")
    assert list(tmp_path.iterdir()) == []


def test_a_workspace_that_stays(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: epath.Path, missing_ok: bool = False) -> None:
        raise OSError("busy")

    space = made(tmp_path / "workspace")
    monkeypatch.setattr(type(epath.Path(tmp_path)), "rmtree", refuse)
    monkeypatch.setattr(workspace, "_PAUSES", (0,))
    with pytest.raises(ImdbKerasError, match=r"cannot be removed \(busy\); end the workers"):
        space.remove()


def test_a_bucket_where_nothing_is_renamed(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    space = made(tmp_path / "workspace")
    space.write_bytes("records", b"012345")
    monkeypatch.setattr(workspace, "is_local", lambda path: False)
    monkeypatch.setattr(type(epath.Path(tmp_path)), "rename", None)
    space.remove()
    assert list(tmp_path.iterdir()) == []
