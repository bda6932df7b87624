import importlib
import os
import pathlib
import sys

import pytest

from imdb_keras_tfds.storage import verify
from imdb_keras_tfds.storage.cache_folder import SUBFOLDER
from tests.helpers import faults_cache as cached
from tests.helpers import faults_children as children
from tests.helpers.faults_children import DATASET, Child, End, run
from tests.helpers.faults_report import RecordProperty, report
from tests.helpers.fuzz import fuzz_tries
from tests.helpers.layout import FILES, write_folder

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="namespaces and /proc of Linux")

NO_MATTER = "no matter; a good dataset"

BATCH = 250  # tries of a child


@pytest.fixture(scope="module", autouse=True)
def server(repository: pathlib.Path) -> None:
    children.start_server(repository)
    importlib.import_module("tensorflow")


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory, server: None) -> dict[str, bytes]:
    """The files of a dataset that was built without a cache."""
    data_dir = tmp_path_factory.mktemp("good")
    assert run(children.build, data_dir) == End(0)
    return files_of(data_dir)


def files_of(data_dir: pathlib.Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (data_dir / DATASET).iterdir()}


def batches(tries: int) -> list[range]:
    return [range(start, min(start + BATCH, tries)) for start in range(0, tries, BATCH)]


@pytest.mark.fuzz
def test_damaged_ranks_of_a_release_are_not_taken(
    tmp_path: pathlib.Path, record_property: RecordProperty
) -> None:
    tries = fuzz_tries(1_500)
    misses = 0
    for seeds in batches(tries):
        end = run(cached.recall_damaged, tmp_path / "cache", seeds)
        assert (end.exitcode, end.message) == (0, "")
        misses += end.result
    # Where a zero stood in the place of a zero, nothing was damaged.
    assert 0.8 * tries < misses <= tries
    report(record_property, "a file of the cache is damaged", tries, "not used")


@pytest.mark.fuzz
def test_damaged_ranks_of_own_reviews_are_made_anew(
    tmp_path: pathlib.Path, record_property: RecordProperty
) -> None:
    tries = fuzz_tries(300)
    own = write_folder(tmp_path / "own", FILES)
    builds = 0
    for seeds in batches(tries):
        end = run(cached.load_damaged_own, tmp_path / "cache", own, seeds)
        assert (end.exitcode, end.message) == (0, "")
        builds += end.result
    assert 0.8 * tries < builds <= tries
    report(record_property, "a file of the cache is damaged", tries, "not used")


def test_a_build_that_is_killed_while_it_writes_the_cache(
    tmp_path: pathlib.Path, good: dict[str, bytes], record_property: RecordProperty
) -> None:
    tables = 4
    for number in range(1, tables + 1):
        data_dir, folder = tmp_path / f"data{number}", tmp_path / f"cache{number}"
        end = run(cached.build_killed_while_the_cache_is_written, data_dir, folder, number)
        assert end.exitcode == -9
        left = [name for name in os.listdir(folder / SUBFOLDER) if name.startswith(".")]
        assert len(left) == 1
        assert run(cached.build_with_cache, data_dir, folder) == End(0)
        assert files_of(data_dir) == good
        names = os.listdir(folder / SUBFOLDER)
        assert len(names) == 1 + tables
        assert not any(name.startswith(".") for name in names)
    report(
        record_property,
        "`kill -9` while the cache is written",
        tables,
        "no dataset; the next build is good",
    )


def test_builds_with_one_cache_at_once(
    tmp_path: pathlib.Path, good: dict[str, bytes], record_property: RecordProperty
) -> None:
    data_dirs = [tmp_path / str(number) for number in range(4)]
    running = [Child(cached.build_with_cache, path, tmp_path / "cache") for path in data_dirs]
    assert [child.end() for child in running] == [End(0)] * len(running)
    for data_dir in data_dirs:
        assert files_of(data_dir) == good
        assert verify.verify(data_dir / DATASET) == []
    names = os.listdir(tmp_path / "cache" / SUBFOLDER)
    assert not any(name.startswith(".") for name in names)
    report(record_property, "builds share a cache", len(data_dirs), NO_MATTER)


class TestDisk:
    """No room for the cache."""

    @pytest.fixture
    def mount(self, tmp_path: pathlib.Path) -> pathlib.Path:
        mount = tmp_path / "mount"
        mount.mkdir()
        end = run(children.mount_disk, mount)
        if end.exitcode:
            pytest.skip(f"a test may not mount a disk here ({end.message})")
        return mount

    def test_the_disk_of_the_cache_is_full(
        self,
        tmp_path: pathlib.Path,
        mount: pathlib.Path,
        good: dict[str, bytes],
        record_property: RecordProperty,
    ) -> None:
        assert run(cached.build_with_cache_on_full_disk, tmp_path / "data", mount) == End(0)
        assert files_of(tmp_path / "data") == good
        report(record_property, "the disk of the cache is full", 1, NO_MATTER)

    def test_a_disk_that_suffices_without_a_cache_suffices_with_one(
        self, mount: pathlib.Path, record_property: RecordProperty
    ) -> None:
        disks = [f"size={size}k" for size in range(40, 120, 10)]
        ends = []
        for disk in disks:
            without = run(children.build_on_bad_disk, mount, disk)
            with_cache = run(cached.build_with_cache_on_the_same_disk, mount, disk)
            assert with_cache == without
            ends.append(without.result[0].exitcode)
        assert 0 < sum(ends) < len(ends)
        report(
            record_property,
            "a disk that just suffices for a dataset, and a cache on it",
            len(disks),
            "as without a cache",
        )
