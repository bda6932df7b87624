import os
import pathlib

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imdb_keras_tfds.storage import cache

TABLE = pa.table({"word": [b"the", b"a"], "rank": [1, 2]})


@pytest.fixture(autouse=True)
def folder(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache"


def files(folder: pathlib.Path) -> list[pathlib.Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_what_was_written_is_read() -> None:
    assert cache.read("key", "train") is None
    cache.write("key", "train", TABLE)
    cache.write("key", "test", TABLE.slice(1))
    assert cache.read("key", "train") == TABLE
    assert cache.read("key", "test") == TABLE.slice(1)
    assert cache.read("other", "train") is None


def test_a_table_takes_the_place_of_the_one_before(folder: pathlib.Path) -> None:
    cache.write("key", "train", TABLE)
    cache.write("key", "train", TABLE.slice(1))
    assert cache.read("key", "train") == TABLE.slice(1)
    assert len(files(folder)) == 1


@pytest.mark.parametrize("place", [0, 100, -1])
def test_a_damaged_file_is_not_used(folder: pathlib.Path, place: int) -> None:
    cache.write("key", "train", TABLE)
    (path,) = files(folder)
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)
    assert cache.read("key", "train") is None
    cache.write("key", "train", TABLE)
    assert cache.read("key", "train") == TABLE


@given(st.binary(max_size=500))
def test_any_other_content_is_not_used(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        folder = tmp_path_factory.mktemp("cache")
        monkeypatch.setenv(cache.VARIABLE, str(folder))
        cache.write("key", "train", TABLE)
        (path,) = files(folder)
        path.write_bytes(content)
        assert cache.read("key", "train") is None


def test_it_may_be_deleted(folder: pathlib.Path) -> None:
    cache.write("key", "train", TABLE)
    files(folder)[0].unlink()
    assert cache.read("key", "train") is None


def test_only_the_keys_used_last_are_kept(folder: pathlib.Path) -> None:
    for i, key in enumerate("abc"[: cache.MAX_KEYS]):
        cache.write(key, "train", TABLE)
        os.utime(folder / key, (i, i))
    assert cache.read("a", "train") == TABLE  # is now the one used last
    cache.write("new", "train", TABLE)
    assert cache.read("a", "train") == TABLE
    assert cache.read("b", "train") is None
    assert len(list(folder.iterdir())) == cache.MAX_KEYS


def test_an_empty_variable_turns_it_off(
    monkeypatch: pytest.MonkeyPatch, folder: pathlib.Path
) -> None:
    monkeypatch.setenv(cache.VARIABLE, "")
    cache.write("key", "train", TABLE)
    assert cache.read("key", "train") is None
    assert not folder.exists()


def test_the_default_is_in_the_cache_folder_of_the_user(
    monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path
) -> None:
    monkeypatch.delenv(cache.VARIABLE)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache.folder() == tmp_path / "imdb_keras_tfds"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache.folder() == tmp_path / ".cache" / "imdb_keras_tfds"


def test_that_it_cannot_be_written_is_no_error(folder: pathlib.Path) -> None:
    folder.write_text("a file in its place")
    cache.write("key", "train", TABLE)
    assert cache.read("key", "train") is None
