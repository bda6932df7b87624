import itertools
import os
import pathlib
import tempfile
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imdb_keras_tfds.storage import cache_folder
from imdb_keras_tfds.storage.cache_folder import MAX_KEYS, SUBFOLDER, TAG

KEYS = [f"{number:032x}" for number in range(MAX_KEYS + 3)]

DAY = 24 * 60 * 60


def write(parent: pathlib.Path, key: str, name: str = "train", content: bytes = b"x") -> None:
    with cache_folder.opened(parent, make=True) as folder:
        folder.write(key, name, [content])


def read(parent: pathlib.Path, key: str, name: str = "train") -> bytes:
    with cache_folder.opened(parent, make=False) as folder, folder.open(key, name) as file:
        return file.read()


def path_of(parent: pathlib.Path, key: str, name: str = "train") -> pathlib.Path:
    return parent / SUBFOLDER / f"{key}-{name}.ranks"


def tree(folder: pathlib.Path) -> dict[str, Any]:
    """All that is in a folder, and what is in that."""
    found: dict[str, Any] = {}
    for path in folder.rglob("*"):
        name = str(path.relative_to(folder))
        if path.is_symlink():
            found[name] = os.readlink(path)
        else:
            found[name] = path.read_bytes() if path.is_file() else path.stat().st_mode
    return found


def test_what_was_written_is_read(tmp_path: pathlib.Path) -> None:
    parent = tmp_path / "not/yet there"
    with pytest.raises(OSError, match=SUBFOLDER):
        read(parent, KEYS[0])
    write(parent, KEYS[0], content=b"one")
    write(parent, KEYS[0], "test", b"other")
    assert (read(parent, KEYS[0]), read(parent, KEYS[0], "test")) == (b"one", b"other")
    write(parent, KEYS[0], content=b"two")
    assert read(parent, KEYS[0]) == b"two"
    assert (parent / SUBFOLDER / TAG).read_bytes().startswith(b"Signature: 8a477f597d28d172")


@pytest.mark.parametrize("name", ["Train", "train.ranks", "../train", "", "a b", "train\n"])
def test_names_that_would_not_be_known_again_are_refused(tmp_path: pathlib.Path, name: str) -> None:
    with pytest.raises(ValueError, match="would not be known again"):
        write(tmp_path, KEYS[0], name)


class TestWhatIsNotItsOwn:
    """It is left alone, wherever it lies."""

    names = st.text(
        st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=40
    ) | st.from_regex(r"\.?[0-9a-fA-F]{15,33}(-[a-z]{1,9}(\.ranks|\.arrow)?)?", fullmatch=True)

    @given(st.lists(names, max_size=8), st.lists(names, max_size=8))
    def test_with_any_names(self, beside: list[str], inside: list[str]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            parent = pathlib.Path(folder)
            write(parent, KEYS[0])
            own = parent / SUBFOLDER
            for place, names in [(parent, beside), (own, inside)]:
                for name in names:
                    if len(os.fsencode(name)) > 255 or os.path.lexists(place / name):
                        continue
                    if place == own and (
                        cache_folder._FILE.fullmatch(name)
                        or cache_folder._UNFINISHED.fullmatch(name)
                    ):
                        continue
                    (place / name).write_text("a file of someone else")
            before = tree(parent)
            for key in KEYS:
                write(parent, key)
            after = tree(parent)
            made = {f"{SUBFOLDER}/{key}-train.ranks" for key in KEYS}
            assert {name: after[name] for name in before.keys() - made} == {
                name: before[name] for name in before.keys() - made
            }

    def test_the_layout_of_older_versions(self, tmp_path: pathlib.Path) -> None:
        for key in KEYS:
            (tmp_path / key).mkdir()
            (tmp_path / key / f"train-{'0' * 64}.arrow").write_text("ranks")
            (tmp_path / key / f".{'0' * 16}").write_text("half")
        before = tree(tmp_path)
        for key in KEYS:
            write(tmp_path, key)
        assert tree(tmp_path).items() >= before.items()

    def test_a_subfolder_without_the_mark(self, tmp_path: pathlib.Path) -> None:
        write(tmp_path, KEYS[0])
        (tmp_path / SUBFOLDER / TAG).unlink()
        (tmp_path / SUBFOLDER / f".{'0' * 16}").touch()
        before = tree(tmp_path)
        with pytest.raises(OSError, match=TAG):
            write(tmp_path, KEYS[1])
        with pytest.raises(OSError, match=TAG):
            read(tmp_path, KEYS[0])
        assert tree(tmp_path) == before

    @pytest.mark.parametrize("tag", [b"Signature: another", b"Signature: 8a477f597d28d172\n# Mine"])
    def test_a_subfolder_with_the_mark_of_another(self, tmp_path: pathlib.Path, tag: bytes) -> None:
        (tmp_path / SUBFOLDER).mkdir()
        (tmp_path / SUBFOLDER / TAG).write_bytes(tag)
        with pytest.raises(OSError, match=TAG):
            write(tmp_path, KEYS[0])
        assert tree(tmp_path / SUBFOLDER) == {TAG: tag}

    def test_a_subfolder_that_is_a_link(self, tmp_path: pathlib.Path) -> None:
        write(tmp_path / "elsewhere", KEYS[0])
        before = tree(tmp_path / "elsewhere")
        (tmp_path / "here").mkdir()
        (tmp_path / "here" / SUBFOLDER).symlink_to(tmp_path / "elsewhere" / SUBFOLDER)
        for key in KEYS:
            with pytest.raises(OSError, match=SUBFOLDER):
                write(tmp_path / "here", key)
        assert tree(tmp_path / "elsewhere") == before

    def test_a_subfolder_of_another_user(
        self, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write(tmp_path, KEYS[0])
        before = tree(tmp_path)
        monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
        with pytest.raises(PermissionError, match="another user"):
            write(tmp_path, KEYS[1])
        with pytest.raises(PermissionError, match="another user"):
            read(tmp_path, KEYS[0])
        assert tree(tmp_path) == before

    @pytest.mark.parametrize(
        ("place", "kind"),
        [
            *itertools.product(
                ["tag", "file", "unfinished"], ["fifo", "link", "dangling link", "folder"]
            ),
            *itertools.product(["subfolder"], ["fifo", "link", "dangling link", "folder", "file"]),
        ],
    )
    def test_what_is_no_plain_file(self, tmp_path: pathlib.Path, place: str, kind: str) -> None:
        parent, target = tmp_path / "cache", tmp_path / "target"
        write(parent, KEYS[0])
        target.write_text("a file of someone else")
        own = parent / SUBFOLDER
        path = {
            "subfolder": own,
            "tag": own / TAG,
            "file": path_of(parent, KEYS[0]),
            "unfinished": own / f".{'0' * 16}",
        }[place]
        if place == "subfolder":
            own.rename(tmp_path / "moved")
        else:
            path.unlink(missing_ok=True)
        if kind == "fifo":
            os.mkfifo(path)
        elif kind == "folder":
            path.mkdir()
            (path / "inside").write_text("a file of someone else")
        elif kind == "file":
            path.write_text("a file of someone else")
        else:
            path.symlink_to(target if kind == "link" else tmp_path / "nowhere")
        before = tree(tmp_path)
        for key in (*KEYS, KEYS[0]):
            if place == "unfinished" or (place == "file" and key != KEYS[0]):
                write(parent, key)
            else:
                with pytest.raises(OSError, match=r"."):
                    write(parent, key)
        if place != "unfinished":
            with pytest.raises(OSError, match=r"."):
                read(parent, KEYS[0])
        after = tree(tmp_path)
        name = str(path.relative_to(tmp_path))
        kept = {name, "target", f"{name}/inside"} & before.keys()
        assert {name: after[name] for name in kept} == {name: before[name] for name in kept}


def test_a_mark_that_was_begun_is_made_whole(tmp_path: pathlib.Path) -> None:
    write(tmp_path, KEYS[0])
    path_of(tmp_path, KEYS[0]).unlink()
    whole = (tmp_path / SUBFOLDER / TAG).read_bytes()
    for size in (0, 1, 60, len(whole) - 1):
        (tmp_path / SUBFOLDER / TAG).write_bytes(whole[:size])
        write(tmp_path, KEYS[0])
        assert (tmp_path / SUBFOLDER / TAG).read_bytes() == whole
        path_of(tmp_path, KEYS[0]).unlink()


def test_only_the_keys_used_last_are_kept(tmp_path: pathlib.Path) -> None:
    for used, key in enumerate(KEYS[:MAX_KEYS]):
        write(tmp_path, key)
        write(tmp_path, key, "test")
        for name in ("train", "test"):
            os.utime(path_of(tmp_path, key, name), (used, used))
    with cache_folder.opened(tmp_path, make=False) as folder:
        folder.use(KEYS[0], "test")
    write(tmp_path, KEYS[-1])
    assert read(tmp_path, KEYS[0]) == read(tmp_path, KEYS[0], "test") == b"x"
    assert not path_of(tmp_path, KEYS[1]).exists()
    assert len(list((tmp_path / SUBFOLDER).iterdir())) == 1 + 2 + 1


def test_keys_dated_in_the_future_keep_nothing_out(tmp_path: pathlib.Path) -> None:
    future = time.time() + 365 * DAY
    for key in KEYS[:MAX_KEYS]:
        write(tmp_path, key)
    for key in KEYS[:MAX_KEYS]:
        os.utime(path_of(tmp_path, key), (future, future))
    new = KEYS[MAX_KEYS:][:MAX_KEYS]
    for key in new:
        write(tmp_path, key)
    assert sorted(path.name for path in (tmp_path / SUBFOLDER).glob("*.ranks")) == [
        path_of(tmp_path, key).name for key in new
    ]


class TestUnfinished:
    """What a killed writer leaves goes with the next write, but not what another is writing."""

    def test_of_a_killed_writer(self, tmp_path: pathlib.Path) -> None:
        write(tmp_path, KEYS[0])
        left = tmp_path / SUBFOLDER / f".{'0' * 16}"
        left.write_text("half")
        write(tmp_path, KEYS[0])
        assert not left.exists()

    def test_of_another_writer(self, tmp_path: pathlib.Path) -> None:
        def parts() -> Any:
            yield b"one "
            write(tmp_path, KEYS[1])  # meanwhile, as another process would
            yield b"two"

        with cache_folder.opened(tmp_path, make=True) as folder:
            folder.write(KEYS[0], "train", parts())
        assert read(tmp_path, KEYS[0]) == b"one two"
        assert read(tmp_path, KEYS[1]) == b"x"

    def test_where_nothing_can_be_locked(
        self, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*_: Any) -> None:
            raise OSError(37, "No locks available")

        monkeypatch.setattr("fcntl.flock", refuse)
        write(tmp_path, KEYS[0])
        new, old = (tmp_path / SUBFOLDER / f".{digit * 16}" for digit in "01")
        new.touch()
        old.touch()
        os.utime(old, (time.time() - 2 * DAY,) * 2)
        write(tmp_path, KEYS[0], content=b"y")
        assert read(tmp_path, KEYS[0]) == b"y"
        assert new.exists()
        assert not old.exists()

    def test_of_a_writer_that_fails(self, tmp_path: pathlib.Path) -> None:
        def parts() -> Any:
            yield b"new"
            raise OSError(28, "No space left on device")

        write(tmp_path, KEYS[0], content=b"old")
        with (
            pytest.raises(OSError, match="No space left"),
            cache_folder.opened(tmp_path, make=True) as folder,
        ):
            folder.write(KEYS[0], "train", parts())
        assert read(tmp_path, KEYS[0]) == b"old"
        assert len(list((tmp_path / SUBFOLDER).iterdir())) == 2
