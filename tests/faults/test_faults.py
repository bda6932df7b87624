import gzip
import http.server
import pathlib
import random
import re
import shutil
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from imdb_keras_tfds import Builder, ImdbKerasError
from imdb_keras_tfds.source import reading, release
from imdb_keras_tfds.source.reviews import Review, Source
from imdb_keras_tfds.storage import manifest, verify, versions
from tests.helpers import faults_archives
from tests.helpers import faults_children as children
from tests.helpers.faults_checks import (
    TRAIN,
    check_next_build,
    check_what_is_there,
    datasets,
    files_of,
    leftovers,
    spread,
)
from tests.helpers.faults_children import DATASET, TINY, Child, End, run
from tests.helpers.faults_report import RecordProperty, report
from tests.helpers.layout import FILES, Files, release_of, tar_bytes

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="namespaces and /proc of Linux"),
    pytest.mark.usefixtures("server"),
]

RELEASE = release_of(FILES)
SHARDS = 3

NO_DATASET = "no dataset; the next build is good"
CLEAR_ERROR = "a clear error, no dataset; the next build is good"
REFUSED = "refused with a clear error"


class TestKilled:
    """`kill -9`, at points that are the same each time."""

    @staticmethod
    def check(
        tmp_path: pathlib.Path,
        good_files: Files,
        function: Callable[..., None],
        points: Iterable[Any],
    ) -> int:
        tried = 0
        for point in points:
            data_dir = tmp_path / str(point)
            assert run(function, data_dir, point).exitcode == -9
            check_what_is_there(data_dir, good_files)
            check_next_build(data_dir, good_files)
            tried += 1
        return tried

    def test_while_reading(
        self, tmp_path: pathlib.Path, good_files: Files, record_property: RecordProperty
    ) -> None:
        reviews = sum(contents.reviews for contents in release.SAMPLE.contents.values())
        points = spread(reviews, 5)
        tried = self.check(tmp_path, good_files, children.build_killed_at_review, points)
        report(record_property, "`kill -9` while reviews are read", tried, NO_DATASET)

    def test_while_writing(
        self, tmp_path: pathlib.Path, good_files: Files, record_property: RecordProperty
    ) -> None:
        # The first record, within a shard, around the end of a shard and of a split, the last one.
        points = [1, 2, 16, 17, 48, 49, 100, 120]
        tried = self.check(tmp_path, good_files, children.build_killed_at_record, points)
        report(record_property, "`kill -9` while records are written", tried, NO_DATASET)

    def test_at_file_operations(
        self, tmp_path: pathlib.Path, good_files: Files, record_property: RecordProperty
    ) -> None:
        operations = run(children.count_file_operations, tmp_path / "counted").result
        points = spread(operations, 16)
        tried = self.check(tmp_path, good_files, children.build_killed_at_file_operation, points)
        report(
            record_property,
            "`kill -9` when a file or folder is made, written or renamed",
            tried,
            NO_DATASET,
        )

    def test_just_before_and_after_the_rename(
        self, tmp_path: pathlib.Path, good_files: Files, record_property: RecordProperty
    ) -> None:
        before, after = tmp_path / "before", tmp_path / "after"
        self.check(tmp_path, good_files, children.build_killed_at_rename, ["before", "after"])
        # Checked again in the open: what is renamed is whole.
        for data_dir in (before, after):
            shutil.rmtree(data_dir)
            run(children.build_killed_at_rename, data_dir, data_dir.name)
        assert datasets(before) == []
        assert len(leftovers(before)) == 1
        assert datasets(after) == [after / DATASET]
        report(record_property, "`kill -9` just before the final rename", 2, NO_DATASET)
        report(record_property, "`kill -9` just after the final rename", 2, "a good dataset")

    def test_while_beam_builds(
        self, tmp_path: pathlib.Path, good_files: Files, record_property: RecordProperty
    ) -> None:
        operations = run(children.count_file_operations, tmp_path / "counted", by_beam=True).result
        points = spread(operations, 6)
        for point in points:
            data_dir = tmp_path / str(point)
            end = run(children.build_killed_at_file_operation, data_dir, point, by_beam=True)
            assert end.exitcode == -9
            check_what_is_there(data_dir, good_files)
            check_next_build(data_dir, good_files)
        report(record_property, "`kill -9` of the driver of Beam", len(points), NO_DATASET)

    def test_when_the_next_build_draws_the_same_random_name(
        self, tmp_path: pathlib.Path, good_files: Files, record_property: RecordProperty
    ) -> None:
        """TFDS names its temporary folder by `random`, which many a script seeds."""
        points = [60, 120]
        for point in points:
            data_dir = tmp_path / str(point)
            end = run(children.build_killed_at_record, data_dir, point, num_shards=5, seed=0)
            assert end.exitcode == -9
            check_next_build(data_dir, good_files, seed=0)
        report(
            record_property,
            "`kill -9`, and the next build seeds `random` alike",
            len(points),
            NO_DATASET,
        )


def test_interrupting_a_build_leaves_nothing(
    tmp_path: pathlib.Path, good_files: Files, record_property: RecordProperty
) -> None:
    points = spread(120, 4)
    for point in points:
        data_dir = tmp_path / str(point)
        end = run(children.build_interrupted_at_record, data_dir, point)
        assert end.error[0] == "KeyboardInterrupt"
        assert datasets(data_dir) == leftovers(data_dir) == []
        check_next_build(data_dir, good_files)
    report(record_property, "Ctrl-C while records are written", len(points), NO_DATASET)


class TestDisk:
    """No room, or no right to write."""

    @pytest.mark.parametrize("file_format", ["tfrecord", "array_record"])
    def test_a_limit_on_file_sizes(
        self,
        file_format: str,
        tmp_path: pathlib.Path,
        record_property: RecordProperty,
    ) -> None:
        whole = tmp_path / "whole"
        assert run(children.build, whole, file_format=file_format) == End(0)
        assert verify.verify(whole / DATASET) == []
        good_files = files_of(whole / DATASET)
        # So that each file of the dataset is the first one that does not fit.
        limits = [0, *sorted({len(content) - 1 for content in good_files.values()})]
        for limit in limits:
            data_dir = tmp_path / str(limit)
            end = run(children.build_with_file_limit, data_dir, limit, file_format=file_format)
            assert end.exitcode == 1
            assert "File too large" in end.message
            assert datasets(data_dir) == leftovers(data_dir) == []
            check_next_build(data_dir, good_files, file_format=file_format)
        report(record_property, "a file grows beyond a limit", len(limits), CLEAR_ERROR)

    @pytest.fixture
    def mount(self, tmp_path: pathlib.Path) -> pathlib.Path:
        end = run(children.mount_disk, tmp_path)
        if end.exitcode:
            pytest.skip(f"a test may not mount a disk here ({end.message})")
        return tmp_path

    def test_a_full_disk(
        self, mount: pathlib.Path, good_files: Files, record_property: RecordProperty
    ) -> None:
        disks = [f"size={size}k" for size in (4, 8, 16, 24, 32, 40, 48)]
        disks += [f"size=64m,nr_inodes={files}" for files in (2, 6, 10, 14, 18)]
        self.check_bad_disks(mount, disks, "No space left on device", good_files)
        report(record_property, "the disk is full", len(disks), CLEAR_ERROR)

    def test_a_read_only_disk(
        self, mount: pathlib.Path, good_files: Files, record_property: RecordProperty
    ) -> None:
        self.check_bad_disks(mount, ["ro"], "Read-only file system", good_files)
        report(record_property, "the data_dir is read-only", 1, CLEAR_ERROR)

    @staticmethod
    def check_bad_disks(
        mount: pathlib.Path, disks: list[str], message: str, good_files: Files
    ) -> None:
        for disk in disks:
            end = run(children.build_on_bad_disk, mount, disk)
            assert end.exitcode == 0, end.message
            first, is_there, files = end.result
            assert message in first.message
            assert not is_there
            assert files == good_files

    def test_a_good_dataset_on_a_read_only_disk_is_read(
        self, mount: pathlib.Path, record_property: RecordProperty
    ) -> None:
        assert run(children.build_and_read_from_read_only_disk, mount) == End(0, TRAIN)
        report(record_property, "the dataset is on a read-only disk", 1, "the dataset can be read")

    def test_a_data_dir_below_a_file(
        self, tmp_path: pathlib.Path, record_property: RecordProperty
    ) -> None:
        file = tmp_path / "file"
        file.write_text("This is not a folder.")
        end = run(children.build, file / "data")
        assert "Not a directory" in end.message
        assert str(file) in end.message
        report(record_property, "the data_dir is below a file", 1, "a clear error, no dataset")


class TestTogether:
    """Two builds of one config into one data_dir, in two processes."""

    ROUNDS = 4

    def check(
        self,
        record_property: RecordProperty,
        fault: str,
        good_files: Files,
        data_dirs: list[pathlib.Path],
        meeting: str,
        **options: Any,
    ) -> None:
        for data_dir in data_dirs:
            parties = children.barrier(2)
            both = [
                Child(children.build_together, data_dir, meeting, parties, read=True, **options)
                for _ in range(2)
            ]
            assert [child.end() for child in both] == [End(0, TRAIN)] * 2
            assert files_of(data_dir / DATASET) == good_files
            assert leftovers(data_dir) == []
        report(record_property, fault, len(data_dirs), "both end well; a good dataset")

    def data_dirs(self, tmp_path: pathlib.Path, rounds: int = ROUNDS) -> list[pathlib.Path]:
        return [tmp_path / str(i) for i in range(rounds)]

    def test_started_at_once(
        self, tmp_path: pathlib.Path, good_files: Files, record_property: RecordProperty
    ) -> None:
        fault = "two builds, started at the same moment"
        self.check(record_property, fault, good_files, self.data_dirs(tmp_path), "start")

    @pytest.mark.parametrize("meeting", ["rename", "system's rename"])
    def test_renaming_at_once(
        self,
        meeting: str,
        tmp_path: pathlib.Path,
        good_files: Files,
        record_property: RecordProperty,
    ) -> None:
        fault = "two builds, at the final rename at the same moment"
        self.check(record_property, fault, good_files, self.data_dirs(tmp_path, 2), meeting)

    def test_with_the_same_random_name(
        self, tmp_path: pathlib.Path, good_files: Files, record_property: RecordProperty
    ) -> None:
        """TFDS names its temporary folder by `random`, which many a script seeds."""
        fault = "two builds, started at the same moment, that seed `random` alike"
        self.check(record_property, fault, good_files, self.data_dirs(tmp_path), "start", seed=0)

    def test_one_with_the_same_random_name_is_killed(
        self, tmp_path: pathlib.Path, good_files: Files, record_property: RecordProperty
    ) -> None:
        events = children.event(), children.event()
        survivor = Child(children.build_renamed_while_another_writes, tmp_path, *events, seed=0)
        killed = Child(children.build_killed_after_another, tmp_path, 60, *events, seed=0)
        assert survivor.end() == End(0)
        killed.end()
        assert files_of(tmp_path / DATASET) == good_files
        report(
            record_property,
            "two builds that seed `random` alike, and `kill -9` of one of them",
            1,
            "the other ends well; a good dataset",
        )

    def test_a_builder_that_was_made_before_another_one_built(
        self, tmp_path: pathlib.Path, record_property: RecordProperty
    ) -> None:
        assert run(children.build_with_an_early_builder, tmp_path) == End(0, TRAIN)
        report(
            record_property,
            "another build ends between the making of a builder and its build",
            1,
            "the dataset can be read",
        )


def test_a_folder_without_dataset_info_is_built_anew(
    tmp_path: pathlib.Path, good: pathlib.Path, good_files: Files, record_property: RecordProperty
) -> None:
    """As an interrupted deletion leaves one; TFDS would neither read nor build it."""
    data_dir = shutil.copytree(good, tmp_path / "data")
    (data_dir / DATASET / manifest.INFO).unlink()
    assert not Builder(config="sample", data_dir=data_dir).is_prepared()
    check_next_build(data_dir, good_files)
    report(
        record_property,
        "a dataset folder that has lost `dataset_info.json`",
        1,
        "the next build is good",
    )


# Archives


def all_reviews(source: Source) -> dict[str, list[Review]]:
    return {
        split: [reviews[i] for i in range(len(reviews))] for split, reviews in source.splits.items()
    }


def packed(corpus: str) -> tuple[release.Release, bytes]:
    """A corpus as a `.tar.gz`."""
    if corpus == "tiny":
        return RELEASE, gzip.compress(tar_bytes(FILES.items()), mtime=0)
    root = release.sample_path() / release.ROOT
    files = {
        path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*.txt"))
    }
    return release.SAMPLE, gzip.compress(tar_bytes(files.items()), mtime=0)


class TestDamagedArchive:
    TRIES = 100

    @pytest.mark.parametrize("corpus", ["tiny", "sample"])
    def test_truncated(
        self, corpus: str, tmp_path: pathlib.Path, record_property: RecordProperty
    ) -> None:
        expected, whole = packed(corpus)
        path = tmp_path / "truncated.tar.gz"
        for size in random.Random(1).sample(range(len(whole)), self.TRIES):
            path.write_bytes(whole[:size])
            with pytest.raises(ImdbKerasError) as refusal:
                reading.read(path, expected)
            assert "\n" not in str(refusal.value)
        report(record_property, "the archive is truncated", self.TRIES, REFUSED)

    @pytest.mark.parametrize("corpus", ["tiny", "sample"])
    def test_a_flipped_bit(
        self, corpus: str, tmp_path: pathlib.Path, record_property: RecordProperty
    ) -> None:
        expected, whole = packed(corpus)
        path = tmp_path / "flipped.tar.gz"
        path.write_bytes(whole)
        reviews = all_reviews(reading.read(path, expected))
        chance = random.Random(2)
        # Where a flip makes no difference: in the gzip header's time, level and system.
        harmless = [*range(4, 10)]
        for place in [*harmless, *chance.sample(range(10, len(whole)), self.TRIES - 6)]:
            flipped = bytearray(whole)
            flipped[place] ^= 1 << chance.randrange(8)
            path.write_bytes(flipped)
            try:
                found = all_reviews(reading.read(path, expected))
            except ImdbKerasError as error:
                assert place not in harmless
                assert "\n" not in str(error)
            else:
                assert found == reviews
        report(
            record_property,
            "a flipped bit in the archive",
            self.TRIES,
            "refused with a clear error, or the same reviews where the bit means nothing",
        )

    def test_a_flipped_bit_in_the_tar(
        self, tmp_path: pathlib.Path, record_property: RecordProperty
    ) -> None:
        """Under a checksum that was made to fit."""
        path = tmp_path / "flipped.tar.gz"
        whole = tar_bytes(FILES.items())
        path.write_bytes(gzip.compress(whole))
        reviews = all_reviews(reading.read(path, RELEASE))
        chance = random.Random(3)
        for place in chance.sample(range(len(whole)), self.TRIES):
            flipped = bytearray(whole)
            flipped[place] ^= 1 << chance.randrange(8)
            path.write_bytes(gzip.compress(flipped, 1))
            try:
                found = all_reviews(reading.read(path, RELEASE))
            except ImdbKerasError as error:
                assert "\n" not in str(error)
            else:
                assert found == reviews
        report(
            record_property,
            "a flipped bit in the tar below an intact gzip",
            self.TRIES,
            "refused with a clear error, or the same reviews where the bit means nothing",
        )


MAX_GROWTH = 64 << 20
"""Bytes, of a process that reads a hostile archive."""

REFUSED_IN_LITTLE_MEMORY = "refused with a clear error, in less than 64 MiB of memory"


class TestHostileArchive:
    """What tests/unit/source/test_reading.py has is not repeated here."""

    @staticmethod
    def read(tmp_path: pathlib.Path, members: Iterable[bytes], files: Files = FILES) -> str | None:
        """The message of the refusal, if there is one."""
        path = faults_archives.write(tmp_path / "hostile.tar.gz", members)
        end = run(children.read_measured, path, files)
        assert end.exitcode == 0, (end.error, end.message)
        growth: int
        message: str | None
        growth, message = end.result
        assert growth < MAX_GROWTH
        assert message is None or (message.startswith(f"{path}: ") and "\n" not in message)
        return message

    @pytest.mark.parametrize("case", faults_archives.NAMES)
    def test_names_and_kinds_of_members(
        self, case: str, tmp_path: pathlib.Path, record_property: RecordProperty
    ) -> None:
        message = self.read(tmp_path, faults_archives.NAMES[case]())
        assert message is not None
        assert re.search("leads out of the archive|is a link", message)
        report(
            record_property,
            "an archive that leads out of its folder, or with other members than files",
            1,
            REFUSED,
        )

    @pytest.mark.parametrize("case", faults_archives.HEADERS)
    def test_headers_that_make_no_sense(
        self, case: str, tmp_path: pathlib.Path, record_property: RecordProperty
    ) -> None:
        assert self.read(tmp_path, faults_archives.HEADERS[case]()) is not None
        report(record_property, "an archive with headers that make no sense", 1, REFUSED)

    @pytest.mark.parametrize("case", faults_archives.BOMBS)
    def test_bombs(
        self, case: str, tmp_path: pathlib.Path, record_property: RecordProperty
    ) -> None:
        assert self.read(tmp_path, faults_archives.BOMBS[case]()) is not None
        report(
            record_property,
            "an archive that unpacks to gigabytes or a million members",
            1,
            REFUSED_IN_LITTLE_MEMORY,
        )

    def test_reviews_that_are_longer_than_those_of_the_release(
        self, tmp_path: pathlib.Path, record_property: RecordProperty
    ) -> None:
        members = faults_archives.long_reviews()
        assert self.read(tmp_path, members, faults_archives.SHORT) is not None
        report(
            record_property,
            "an archive of a thousand reviews of 1 MiB in the place of short ones",
            1,
            REFUSED_IN_LITTLE_MEMORY,
        )

    def test_settings_for_all_members(
        self, tmp_path: pathlib.Path, record_property: RecordProperty
    ) -> None:
        assert self.read(tmp_path, faults_archives.global_headers()) is None
        report(
            record_property,
            "an archive with 80 MB of settings for all its members",
            1,
            "the same reviews, in less than 64 MiB of memory",
        )


# Downloads

ARCHIVE = gzip.compress(tar_bytes(FILES.items()), mtime=0)
OTHER_ARCHIVE = gzip.compress(
    tar_bytes((FILES | {"test/pos/0_7.txt": b"Something else."}).items()), mtime=0
)


class Stanford(http.server.ThreadingHTTPServer):
    """A server of the archive, which answers as `behaviour` says."""

    behaviour = "good"
    asked = 0

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/sentiment/aclImdb_v1.tar.gz"


class Answer(http.server.BaseHTTPRequestHandler):
    server: Stanford

    def do_GET(self) -> None:
        self.server.asked += 1
        behaviour = self.server.behaviour
        if behaviour.isdigit():
            self.send_error(int(behaviour))
            return
        body = OTHER_ARCHIVE if behaviour == "other content" else ARCHIVE
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if behaviour == "break" else body)

    def log_message(self, *arguments: Any) -> None:
        pass


@pytest.fixture
def stanford() -> Iterator[Stanford]:
    with Stanford() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


class TestDownload:
    FOLDER = f"imdb_keras/{TINY}/1.1.0"
    REVIEWS = sum(name.startswith(("train/pos", "train/neg")) for name in FILES)

    @pytest.fixture(autouse=True)
    def _tiny_stanford(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """What the children take for Stanford's release, `verify` in this process does too."""
        releases = {**release.RELEASES, "stanford": release_of(FILES, "stanford")}
        form = replace(versions._LATEST, releases=releases)
        monkeypatch.setattr(versions, "_LATEST", form)

    def check_next_build(self, data_dir: pathlib.Path, stanford: Stanford) -> None:
        stanford.behaviour = "good"
        assert run(children.build_downloaded, data_dir, stanford.url, ARCHIVE) == End(0)
        assert verify.verify(data_dir / self.FOLDER) == []

    def test_a_good_download_is_kept(
        self, tmp_path: pathlib.Path, stanford: Stanford, record_property: RecordProperty
    ) -> None:
        self.check_next_build(tmp_path, stanford)
        shutil.rmtree(tmp_path / "imdb_keras")
        self.check_next_build(tmp_path, stanford)
        assert stanford.asked == 1
        report(record_property, "none: a good download", 2, "a good dataset; downloaded once")

    @pytest.mark.parametrize(
        ("behaviour", "message"),
        [
            ("break", "IncompleteRead|broken"),
            ("other content", "wrong checksum"),
            ("404", "HTTP code: 404"),
            ("500", "500 error responses"),
        ],
    )
    def test_a_bad_download(
        self,
        behaviour: str,
        message: str,
        tmp_path: pathlib.Path,
        stanford: Stanford,
        record_property: RecordProperty,
    ) -> None:
        stanford.behaviour = behaviour
        end = run(children.build_downloaded, tmp_path, stanford.url, ARCHIVE)
        assert "ImdbKerasError" in end.error
        assert re.search(message, end.message)
        assert re.search("archive= or the environment variable", end.message)
        assert "\n" not in end.message
        assert datasets(tmp_path) == leftovers(tmp_path) == []
        self.check_next_build(tmp_path, stanford)
        faults = {
            "break": "the connection breaks off in the midst of the download",
            "other content": "the download is another file",
            "404": "the server answers 404 or 500",
            "500": "the server answers 404 or 500",
        }
        report(record_property, faults[behaviour], 1, CLEAR_ERROR)

    def test_no_server(
        self, tmp_path: pathlib.Path, stanford: Stanford, record_property: RecordProperty
    ) -> None:
        with Stanford() as gone:
            url = gone.url
        end = run(children.build_downloaded, tmp_path, url, ARCHIVE)
        assert "ImdbKerasError" in end.error
        assert "Connection refused" in end.message
        assert "\n" not in end.message
        assert datasets(tmp_path) == leftovers(tmp_path) == []
        self.check_next_build(tmp_path, stanford)
        report(record_property, "there is no server", 1, CLEAR_ERROR)

    def test_a_kept_download_that_was_damaged(
        self, tmp_path: pathlib.Path, stanford: Stanford, record_property: RecordProperty
    ) -> None:
        self.check_next_build(tmp_path, stanford)
        shutil.rmtree(tmp_path / "imdb_keras")
        (kept,) = (tmp_path / "downloads").rglob("*.tar.gz")
        for damaged in (ARCHIVE[:-1], OTHER_ARCHIVE):
            kept.write_bytes(damaged)
            end = run(children.build_downloaded, tmp_path, stanford.url, ARCHIVE)
            assert "ImdbKerasError" in end.error
            # So that it can be deleted.
            assert end.message.startswith(f"{kept}: ")
            assert datasets(tmp_path) == leftovers(tmp_path) == []
        kept.unlink()
        self.check_next_build(tmp_path, stanford)
        report(
            record_property,
            "a download that was kept is damaged on the disk",
            2,
            "a clear error that names the file, no dataset; without it the next build is good",
        )

    def test_killed_while_downloading(
        self, tmp_path: pathlib.Path, stanford: Stanford, record_property: RecordProperty
    ) -> None:
        # The folders, the file, what TFDS notes beside it, and its move to its place.
        points = range(1, 13)
        for point in points:
            data_dir = tmp_path / str(point)
            end = run(children.build_downloaded, data_dir, stanford.url, ARCHIVE, kill_at=point)
            assert end.exitcode == -9
            assert datasets(data_dir) == []
            self.check_next_build(data_dir, stanford)
        report(record_property, "`kill -9` while downloading", len(points), NO_DATASET)

    def test_two_downloads_at_once(
        self, tmp_path: pathlib.Path, stanford: Stanford, record_property: RecordProperty
    ) -> None:
        rounds = 2
        for i in range(rounds):
            parties = children.barrier(2)
            both = [
                Child(
                    children.build_downloaded_together,
                    tmp_path / str(i),
                    stanford.url,
                    ARCHIVE,
                    parties,
                )
                for _ in range(2)
            ]
            assert [child.end() for child in both] == [End(0, self.REVIEWS)] * 2
            assert verify.verify(tmp_path / str(i) / self.FOLDER) == []
        report(
            record_property,
            "two builds that download, started at the same moment",
            rounds,
            "both end well; a good dataset",
        )
