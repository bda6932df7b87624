import os
import pathlib
import pwd
import resource
import shutil
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imdb_keras_tfds.storage import cache, cache_folder
from imdb_keras_tfds.storage.cache_folder import SUBFOLDER
from imdb_keras_tfds.storage.tables import Table

KEY, OTHER_KEY = "0" * 32, "1" * 32

TABLE = Table((np.array([0, 2, 3], "<i8"), np.array([1, 2, 3], "<i4"), np.array([7], np.uint8)))
COLUMNS = [("<i8", 3), ("<i4", 10), ("|u1", 1)]


@pytest.fixture(autouse=True)
def folder(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def file(folder: pathlib.Path) -> pathlib.Path:
    """The file of a table that is kept."""
    cache.write(KEY, "train", TABLE)
    assert is_kept()
    return folder / SUBFOLDER / f"{KEY}-train.ranks"


def is_kept(key: str = KEY, name: str = "train", columns: Any = COLUMNS) -> bool:
    """Whether the table is in the cache; nothing else may come out of it."""
    found = cache.read(key, name, columns)
    if found is None:
        return False
    for column, expected in zip(found.columns, TABLE.columns, strict=True):
        assert column.dtype == expected.dtype
        assert column.tolist() == expected.tolist()
    return True


def test_what_was_written_is_read(file: pathlib.Path) -> None:
    assert file.is_file()
    assert not is_kept(OTHER_KEY)
    assert not is_kept(name="test")


def test_a_table_takes_the_place_of_the_one_before(file: pathlib.Path) -> None:
    cache.write(KEY, "train", Table((np.arange(3),) * 2))
    assert not is_kept()
    cache.write(KEY, "train", TABLE)
    assert is_kept()
    assert len(list(file.parent.glob("*.ranks"))) == 1


def test_each_bit_counts(file: pathlib.Path) -> None:
    content = file.read_bytes()
    for place in range(len(content)):
        for bit in range(8):
            damaged = bytearray(content)
            damaged[place] ^= 1 << bit
            file.write_bytes(damaged)
            assert not is_kept()
    for size in range(len(content)):
        file.write_bytes(content[:size])
        assert not is_kept()
    file.write_bytes(content + b"\0")
    assert not is_kept()
    file.write_bytes(content)
    assert is_kept()


@given(st.binary(max_size=200))
def test_any_other_content_is_not_used(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        folder = tmp_path_factory.mktemp("cache")
        monkeypatch.setenv(cache.VARIABLE, str(folder))
        cache.write(KEY, "train", TABLE)
        (folder / SUBFOLDER / f"{KEY}-train.ranks").write_bytes(content)
        assert not is_kept()


def test_a_file_in_the_place_of_another_is_not_used(file: pathlib.Path) -> None:
    for key, name in [(OTHER_KEY, "train"), (KEY, "test")]:
        shutil.copy(file, file.with_name(f"{key}-{name}.ranks"))
        assert not is_kept(key, name)


@pytest.mark.parametrize(
    "columns",
    [
        COLUMNS[:2],
        [*COLUMNS, ("<i8", 1)],
        [("<i8", 2), *COLUMNS[1:]],
        [COLUMNS[0], ("<i8", 10), COLUMNS[2]],
        [*COLUMNS[:2], ("|u1", 0)],
    ],
)
def test_other_columns_than_are_asked_for_are_not_used(
    file: pathlib.Path, columns: list[tuple[str, int]]
) -> None:
    assert not is_kept(columns=columns)


def test_an_enormous_file_takes_no_memory(file: pathlib.Path) -> None:
    os.truncate(file, 1 << 40)
    assert not is_kept()
    counts = np.array([1 << 37, 0, 0], "<i8")
    file.write_bytes(bytes(32) + counts.tobytes())
    os.truncate(file, 32 + 24 + (1 << 40))
    assert not is_kept()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert not is_kept()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak < 1 << 10  # KiB


def test_an_empty_variable_turns_it_off(
    monkeypatch: pytest.MonkeyPatch, folder: pathlib.Path
) -> None:
    monkeypatch.setenv(cache.VARIABLE, "")
    cache.write(KEY, "train", TABLE)
    assert not is_kept()
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


def test_it_is_off_for_a_user_without_a_home(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(uid: int) -> Any:
        raise KeyError(f"getpwuid(): uid not found: {uid}")

    for variable in (cache.VARIABLE, "XDG_CACHE_HOME", "HOME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(pwd, "getpwuid", unknown)
    assert cache.folder() is None
    cache.write(KEY, "train", TABLE)
    assert not is_kept()


class TestNoError:
    """What befalls the cache is no error of what uses it."""

    def test_a_file_in_place_of_the_folder(self, folder: pathlib.Path) -> None:
        folder.write_text("a file in its place")
        cache.write(KEY, "train", TABLE)
        assert not is_kept()
        assert folder.read_text() == "a file in its place"

    @pytest.mark.parametrize(
        "error", [OSError(28, "No space left"), PermissionError(), MemoryError(), OSError(5, "I/O")]
    )
    @pytest.mark.parametrize(
        "name", ["open", "fstat", "stat", "listdir", "replace", "statvfs", "mkdir"]
    )
    def test_any_call_that_fails(
        self,
        file: pathlib.Path,
        monkeypatch: pytest.MonkeyPatch,
        name: str,
        error: Exception,
    ) -> None:
        def fail(*_: Any, **__: Any) -> None:
            raise error

        with monkeypatch.context() as patch:
            patch.setattr(os, name, fail)
            if name != "open":  # of which there is one of that name for each system
                patch.setattr(os, "supports_dir_fd", {os.open})
            cache.write(KEY, "train", TABLE)
            is_kept()
        cache.write(KEY, "train", TABLE)
        assert is_kept()

    def test_without_memory_for_a_table(
        self, file: pathlib.Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: Any, **__: Any) -> None:
            raise MemoryError

        monkeypatch.setattr(np, "empty", fail)
        assert not is_kept()

    def test_without_handles_of_folders(
        self, folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(os, "supports_dir_fd", set())
        cache.write(KEY, "train", TABLE)
        assert not is_kept()
        assert not folder.exists()


def test_room_is_left_for_the_dataset(
    folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = cache._MIN_ROOM + cache._ROOM_BY_SIZE * TABLE.nbytes

    def has(blocks: int) -> None:
        monkeypatch.setattr(os, "statvfs", lambda _: SimpleNamespace(f_bavail=blocks, f_frsize=1))

    has(free - 1)
    cache.write(KEY, "train", TABLE)
    assert not is_kept()
    has(free)
    cache.write(KEY, "train", TABLE)
    assert is_kept()


def test_what_is_read_is_kept_for_longer(file: pathlib.Path) -> None:
    os.utime(file, (1, 1))
    assert is_kept()
    for number in range(2, 2 + cache_folder.MAX_KEYS - 1):
        cache.write(f"{number:032x}", "train", TABLE)
    assert is_kept()
