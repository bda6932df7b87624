"""Exports that are killed, or for which there is no room."""

import pathlib
import shutil
import sys

import pytest

from imdb_keras_tfds.storage.manifest import MANIFEST
from tests.helpers import faults_exports as children
from tests.helpers.exports import names_in
from tests.helpers.faults_checks import files_of, spread
from tests.helpers.faults_children import End, run
from tests.helpers.faults_report import RecordProperty, report
from tests.helpers.layout import Files

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="processes of Linux"),
    pytest.mark.usefixtures("server"),
]

NOTHING_OR_NEW = "nothing, or the whole export; the next one is good"
OLD_OR_NEW = "the old export or the new one, whole; the next one is good"

EXCHANGES = pytest.mark.parametrize("exchange", [True, False], ids=["exchange", "two renames"])


@pytest.fixture(scope="module")
def data_dir(good: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """A data_dir of these tests' own with the sample, and another dataset, prepared."""
    data_dir = shutil.copytree(good, tmp_path_factory.mktemp("prepared") / "data")
    assert run(children.export, data_dir, data_dir / "unused", config="sample_top500") == End(0)
    return data_dir


@pytest.fixture(scope="module")
def export(data_dir: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    folder = tmp_path_factory.mktemp("export") / "imdb"
    assert run(children.export, data_dir, folder) == End(0)
    return folder


@pytest.fixture(scope="module")
def exported(export: pathlib.Path) -> Files:
    return files_of(export)


@pytest.fixture(scope="module")
def old(data_dir: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """An export of another dataset."""
    folder = tmp_path_factory.mktemp("old") / "imdb"
    assert run(children.export, data_dir, folder, config="sample_top500") == End(0)
    return folder


def test_killed(
    data_dir: pathlib.Path,
    exported: Files,
    tmp_path: pathlib.Path,
    record_property: RecordProperty,
) -> None:
    place = tmp_path / "counted" / "imdb"
    place.parent.mkdir()
    operations = run(children.count_file_operations, data_dir, place).result
    points = spread(operations, 16)
    kills = [(children.export_killed_at_file_operation, point) for point in points]
    kills += [(children.export_killed_at_part, number) for number in (1, 2, 7, 12)]
    for place_number, (child, point) in enumerate(kills):
        place = tmp_path / str(place_number) / "imdb"
        place.parent.mkdir()
        assert run(child, data_dir, place, point).exitcode == -9
        if place.exists():
            assert files_of(place) == exported
        # What is left is hidden, unfinished by its name, and has no manifest until it is whole.
        for name in names_in(place.parent):
            if name != "imdb":
                assert name.startswith(".imdb.incomplete.")
        end = run(children.export, data_dir, place, force=place.exists())
        assert end == End(0)
        assert files_of(place) == exported
        assert names_in(place.parent) == ["imdb"]
    report(record_property, "`kill -9` while a dataset is exported", len(kills), NOTHING_OR_NEW)


@EXCHANGES
def test_killed_over_an_old_export(
    exchange: bool,
    data_dir: pathlib.Path,
    old: pathlib.Path,
    exported: Files,
    tmp_path: pathlib.Path,
    record_property: RecordProperty,
) -> None:
    old_files = files_of(old)
    options = {"force": True, "exchange": exchange}
    place = shutil.copytree(old, tmp_path / "counted" / "imdb")
    operations = run(children.count_file_operations, data_dir, place, **options).result
    # At the end the two change places, and the old one is deleted.
    points = sorted({*spread(operations, 6), *range(operations - 16, operations + 1)})
    found = []
    for point in points:
        place = shutil.copytree(old, tmp_path / str(point) / "imdb")
        end = run(children.export_killed_at_file_operation, data_dir, place, point, **options)
        assert end.exitcode == -9
        if exchange:  # It is there at once, and else for whoever exports next.
            assert place.exists()
        if place.exists():
            found.append(files_of(place))
            assert found[-1] in (old_files, exported)
        # Without force what is there is still left alone, and what was set aside comes back.
        end = run(children.export, data_dir, place)
        assert "is not empty" in end.message
        assert files_of(place) in (old_files, exported)
        assert run(children.export, data_dir, place, **options) == End(0)
        assert files_of(place) == exported
        assert names_in(place.parent) == ["imdb"]
    assert old_files in found
    assert exported in found
    report(
        record_property,
        "`kill -9` while an export takes the place of an old one",
        len(points),
        OLD_OR_NEW,
    )


def test_no_room(
    data_dir: pathlib.Path,
    old: pathlib.Path,
    exported: Files,
    tmp_path: pathlib.Path,
    record_property: RecordProperty,
) -> None:
    place = shutil.copytree(old, tmp_path / "exports" / "imdb")
    before = files_of(place)
    sizes = (0, 100, 3_000, 9_000)
    for size in sizes:
        end = run(children.export_with_no_room, data_dir, place, size)
        assert "ImdbKerasError" in end.error
        assert "no export can be written there (" in end.message
        assert "\n" not in end.message
        assert files_of(place) == before
        assert names_in(place.parent) == ["imdb"]
    assert MANIFEST in before
    report(
        record_property,
        "the disk is full while a dataset is exported",
        len(sizes),
        "a clear error; the old export",
    )
