import os
import pathlib
import time

import pytest

from imdb_keras_tfds import ImdbKerasError
from imdb_keras_tfds.storage import owners, placing
from imdb_keras_tfds.storage.placing import DatasetPath, Place


@pytest.fixture
def place(tmp_path: pathlib.Path) -> Place:
    return Place(tmp_path / "1.0.0")


@pytest.fixture(params=[True, False], ids=["exchange", "two renames"])
def exchange(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if not request.param:
        monkeypatch.setattr(placing, "exchange", lambda one, other: False)


def write(path: os.PathLike[str], content: str) -> pathlib.Path:
    """A folder that is taken for a dataset."""
    folder = pathlib.Path(path)
    folder.mkdir()
    (folder / "dataset_info.json").write_text(content)
    return folder


def content_of(place: Place) -> str:
    assert [path.name for path in place.path.parent.iterdir()] == ["1.0.0"]
    content: str = (place.path / "dataset_info.json").read_text()
    return content


@pytest.mark.usefixtures("exchange")
class TestPut:
    @pytest.mark.parametrize("over", [True, False])
    def test_where_nothing_is(self, over: bool, place: Place) -> None:
        new = place.beside()
        write(new, "new")
        assert place.put(new, over=over)
        assert content_of(place) == "new"

    def test_over_an_old_one(self, place: Place) -> None:
        write(place.path, "old")
        new = place.beside()
        write(new, "new")
        assert place.put(new, over=True)
        assert content_of(place) == "new"

    def test_behind_another_one(self, place: Place) -> None:
        write(place.path, "other")
        new = place.beside()
        write(new, "new")
        assert not place.put(new, over=False)
        assert content_of(place) == "other"

    def test_over_what_is_no_dataset(self, place: Place) -> None:
        (write(place.path, "old") / "dataset_info.json").rename(place.path / "rest")
        new = place.beside()
        write(new, "new")
        assert place.put(new, over=False)
        assert content_of(place) == "new"

    def test_one_that_is_not_there(self, place: Place) -> None:
        write(place.path, "old")
        with pytest.raises((OSError, ImdbKerasError)):
            place.put(place.beside(), over=True)
        assert content_of(place) == "old"


class TestClear:
    def names(self, place: Place) -> set[str]:
        return {path.name for path in place.path.parent.iterdir()}

    @pytest.mark.parametrize("alone", [True, False])
    def test_only_what_is_certainly_given_up(self, alone: bool, place: Place) -> None:
        folder = place.path.parent
        live = place.beside().name
        kept = {live, f"incomplete.ABC123_{live}", "notes", "incomplete.X_2.0.0"}
        kept.add(f"incomplete.00000000-1-1.{'0' * 16}_1.0.0")  # of another machine
        machine, process, start = owners.this_process().split("-")
        gone = f"incomplete.{machine}-{process}-{int(start) - 1}.{'0' * 16}_1.0.0"
        for name in {*kept, gone, "incomplete.X_1.0.0"}:
            write(folder / name, "")
        place.clear(alone=alone)
        # What does not tell whose it is can be another process's where there are no locks.
        assert self.names(place) == kept | (set() if alone else {"incomplete.X_1.0.0"})

    def test_what_is_old(self, place: Place) -> None:
        name = f"incomplete.00000000-1-1.{'0' * 16}_1.0.0"
        old = write(place.path.parent / name, "")
        then = time.time() - placing.OLD - 60
        for path in (old / "dataset_info.json", old):
            os.utime(path, (then, then))
        place.clear()
        assert self.names(place) == set()

    def test_nothing_behind_a_link(self, place: Place, tmp_path: pathlib.Path) -> None:
        behind = write(tmp_path / "behind", "precious")
        (tmp_path / "incomplete.X_1.0.0").symlink_to(behind)
        place.clear(alone=True)
        assert self.names(place) == {"behind"}
        assert (behind / "dataset_info.json").read_text() == "precious"


class TestDatasetPath:
    def test_a_dataset_is_set_aside(self, place: Place) -> None:
        write(place.path, "old")
        DatasetPath(place.path).rmtree()
        assert not place.path.exists()
        assert not place.restore()  # It is this process that wants it gone.
        assert place.take_back()
        assert content_of(place) == "old"
        assert not place.take_back()

    def test_any_other_folder_is_deleted(self, tmp_path: pathlib.Path) -> None:
        (tmp_path / "a/b").mkdir(parents=True)
        (DatasetPath(tmp_path) / "a").rmtree()
        assert list(tmp_path.iterdir()) == []
        with pytest.raises(FileNotFoundError):
            (DatasetPath(tmp_path) / "a").rmtree()
        (DatasetPath(tmp_path) / "a").rmtree(missing_ok=True)
