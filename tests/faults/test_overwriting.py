import pathlib
import shutil
import sys
from typing import Any

import pytest

from imdb_keras_tfds.storage import verify
from tests.helpers import faults_children as children
from tests.helpers.faults_checks import (
    TRAIN,
    check_next_build,
    datasets,
    files_of,
    leftovers,
    spread,
)
from tests.helpers.faults_children import DATASET, Child, End, run
from tests.helpers.faults_report import RecordProperty, report
from tests.helpers.layout import Files

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="namespaces and /proc of Linux"),
    pytest.mark.usefixtures("server"),
]

THE_OLD_ONE = "the old dataset"
OLD_OR_NEW = "the old dataset or the new one, whole; the next build is good"

EXCHANGES = pytest.mark.parametrize("exchange", [True, False], ids=["exchange", "two renames"])


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory, server: None) -> pathlib.Path:
    """A data_dir with a dataset of other files than those that are built over it."""
    data_dir = tmp_path_factory.mktemp("old")
    assert run(children.build, data_dir, num_shards=2) == End(0)
    return data_dir


@pytest.fixture(scope="module")
def old_files(old: pathlib.Path) -> Files:
    return files_of(old / DATASET)


@EXCHANGES
def test_killed(
    exchange: bool,
    tmp_path: pathlib.Path,
    old: pathlib.Path,
    old_files: Files,
    good_files: Files,
    record_property: RecordProperty,
) -> None:
    data_dir = shutil.copytree(old, tmp_path / "counted")
    options = {"overwrite": True, "exchange": exchange}
    operations = run(children.count_file_operations, data_dir, **options).result
    # At the end the two change places, and the old one is deleted.
    points = sorted({*spread(operations, 8), *range(operations - 24, operations + 1)})
    ends = []
    for point in points:
        data_dir = shutil.copytree(old, tmp_path / str(point))
        end = run(children.build_killed_at_file_operation, data_dir, point, **options)
        assert end.exitcode == -9
        if exchange:  # It is there at once, and else for whoever looks.
            assert datasets(data_dir) == [data_dir / DATASET]
        assert run(children.make_builder, data_dir) == End(0, True)
        found = files_of(data_dir / DATASET)
        assert found in (old_files, good_files)
        ends.append(found == good_files)
        assert run(children.build, data_dir) == End(0)
        assert files_of(data_dir / DATASET) == found
        assert leftovers(data_dir) == []
        assert [path.name for path in (data_dir / DATASET).parent.iterdir()] == ["1.1.0"]
    assert ends == sorted(ends)
    assert {*ends} == {False, True}
    report(
        record_property,
        "`kill -9` while a dataset is built over an old one",
        len(points),
        OLD_OR_NEW,
    )


def test_killed_under_the_command_of_tfds(
    tmp_path: pathlib.Path,
    old: pathlib.Path,
    old_files: Files,
    good_files: Files,
    record_property: RecordProperty,
) -> None:
    """`tfds build --overwrite` deletes the dataset before the builder is asked to build."""
    points = [1, 2, 3, 4, 5, 10, 20, 30]
    for point in points:
        data_dir = shutil.copytree(old, tmp_path / str(point))
        end = run(children.remove_and_build_killed_at_file_operation, data_dir, point)
        assert end.exitcode == -9
        assert run(children.make_builder, data_dir) == End(0, True)
        assert files_of(data_dir / DATASET) in (old_files, good_files)
        check_next_build(data_dir, good_files, overwrite=True)
    report(
        record_property,
        "`kill -9` of `tfds build --overwrite`",
        len(points),
        OLD_OR_NEW,
    )


@pytest.mark.parametrize(
    "build", [children.build_from_nothing, children.remove_and_build_from_nothing]
)
def test_failed(
    build: Any,
    tmp_path: pathlib.Path,
    old: pathlib.Path,
    old_files: Files,
    record_property: RecordProperty,
) -> None:
    data_dir = shutil.copytree(old, tmp_path / "data")
    end = run(build, data_dir)
    assert "ImdbKerasError" in end.error
    assert files_of(data_dir / DATASET) == old_files
    assert [path.name for path in (data_dir / DATASET).parent.iterdir()] == ["1.1.0"]
    report(record_property, "a build over an old dataset fails", 1, THE_OLD_ONE)


def test_removed_by_its_path(tmp_path: pathlib.Path, old: pathlib.Path) -> None:
    """What is not built anew is deleted, at the end of the process at the latest."""
    data_dir = shutil.copytree(old, tmp_path / "data")
    assert run(children.remove, data_dir) == End(0, True)
    assert list((data_dir / DATASET).parent.iterdir()) == []


def test_no_room_for_both(
    tmp_path: pathlib.Path, good_files: Files, record_property: RecordProperty
) -> None:
    end = run(children.mount_disk, tmp_path)
    if end.exitcode:
        pytest.skip(f"a test may not mount a disk here ({end.message})")
    end = run(children.build_over_on_full_disk, tmp_path, "96k")
    assert end.exitcode == 0, end.message
    refusal, files, beside = end.result
    assert "ImdbKerasError" in refusal.error
    assert "a new dataset needs about" in refusal.message
    assert "\n" not in refusal.message
    assert beside == ["1.1.0"]
    assert files == good_files
    report(
        record_property,
        "no room for a new dataset beside the old one",
        1,
        "refused with a clear error; the old dataset",
    )


@EXCHANGES
def test_builders_that_are_made_meanwhile(
    exchange: bool, tmp_path: pathlib.Path, old: pathlib.Path, record_property: RecordProperty
) -> None:
    data_dir = shutil.copytree(old, tmp_path / "data")
    over = children.event()
    reader = Child(children.make_builders, data_dir, over)
    times = 20
    writers = [
        Child(children.build_over_and_over, data_dir, times, exchange=exchange) for _ in range(2)
    ]
    ends = [writer.end() for writer in writers]
    over.set()
    made = reader.end()
    assert ends == [End(0)] * 2
    assert made.exitcode == 0, (made.error, made.message)
    assert made.result > 0
    assert verify.verify(data_dir / DATASET) == []
    report(
        record_property,
        "builders are made while others build over the dataset",
        2 * times,
        "the dataset can be read",
    )


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize("locks", ["refused", "granted"])
def test_many_builds_without_locks(
    locks: str,
    overwrite: bool,
    tmp_path: pathlib.Path,
    good_files: Files,
    record_property: RecordProperty,
) -> None:
    many = 24
    parties = children.barrier(many)
    builds = [
        Child(
            children.build_together,
            tmp_path,
            "start",
            parties,
            locks=locks,
            overwrite=overwrite,
            read=True,
        )
        for _ in range(many)
    ]
    assert [build.end() for build in builds] == [End(0, TRAIN)] * many
    assert files_of(tmp_path / DATASET) == good_files
    assert [path.name for path in (tmp_path / DATASET).parent.iterdir()] == ["1.1.0"]
    report(
        record_property,
        "builds at once where locks are refused, or keep nobody out",
        many,
        "all end well; a good dataset",
    )


def test_a_link_under_the_name_of_an_unfinished_folder(
    tmp_path: pathlib.Path, good_files: Files, record_property: RecordProperty
) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "file").touch()
    data_dir = tmp_path / "data"
    beside = (data_dir / DATASET).parent
    beside.mkdir(parents=True)
    (beside / "incomplete.X_1.1.0").symlink_to(precious)
    (beside / "incomplete.Y_1.1.0").symlink_to("nowhere")
    check_next_build(data_dir, good_files)
    assert [path.name for path in precious.iterdir()] == ["file"]
    report(record_property, "a link under the name of an unfinished folder", 2, "a good dataset")


def test_glob_characters_in_the_data_dir(
    tmp_path: pathlib.Path, good_files: Files, record_property: RecordProperty
) -> None:
    """`g[x]` as a pattern stands for `gx`."""
    pattern, other = tmp_path / "g[x]", tmp_path / "gx"
    for data_dir in (pattern, other):
        assert run(children.build_killed_at_record, data_dir, 60).exitcode == -9
    unfinished = (other / DATASET).parent / "incomplete.X_1.1.0"
    unfinished.mkdir(exist_ok=True)
    kept = leftovers(other)
    check_next_build(pattern, good_files)
    assert run(children.make_builder, pattern) == End(0, True)
    assert leftovers(other) == kept
    assert run(children.make_builder, other) == End(0, False)
    check_next_build(other, good_files)
    report(record_property, "glob characters in the data_dir", 2, "a good dataset")
