import os
import pathlib
from typing import Any

import numpy as np
import pytest

from benchmarks import synthetic
from imdb_keras_tfds import ImdbKerasConfig, ImdbKerasError
from imdb_keras_tfds.beam import chunks, driver, staging, steps
from imdb_keras_tfds.ragged import Ragged
from imdb_keras_tfds.recipe import vocabulary
from imdb_keras_tfds.recipe.vocabulary import NumberedWords
from imdb_keras_tfds.source import checks, release
from tests.helpers.beam_faults import STEPS, two_processes, watch_step
from tests.helpers.building import IN_MEMORY, built
from tests.helpers.commands import run_python
from tests.helpers.layout import FILES, Files, bucket, release_of, write_folder, write_tar


def write(form: str, path: pathlib.Path, files: Files) -> pathlib.Path:
    """Writes a `folder` or a `tar`."""
    return write_tar(path, files.items()) if form == "tar" else write_folder(path, files)


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of a few reviews, cut once more by their size, and a few records at a time."""
    monkeypatch.setattr(staging, "CHUNK_REVIEWS", 7)
    monkeypatch.setattr(chunks, "CHUNK_SIZE", 2_000)


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("sample", {}),
        ("sample_top100_skip5_max20", {"num_shards": 5}),
        ("sample_full_keras", {"num_shards": 5}),
        ("sample_top100_max60_oovnone_keras", {"num_shards": 3}),
        ("sample_top100", {"max_examples_per_split": 20, "num_shards": 2}),
        ("sample_top500", {"file_format": "array_record", "num_shards": 2}),
    ],
)
def test_the_bytes_are_those_of_one_process(
    name: str, options: dict[str, Any], tmp_path: pathlib.Path
) -> None:
    expected = built(name, tmp_path / "one", **options)
    assert built(name, tmp_path / "beam", **options, **IN_MEMORY) == expected


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("form", ["folder", "tar"])
def test_eight_times_the_reviews(form: str, tmp_path: pathlib.Path) -> None:
    reviews = 8 * sum(contents.reviews for contents in release.SAMPLE.contents.values())
    path = synthetic.write(
        tmp_path / "reviews", reviews, median_length=20, as_folder=form == "folder"
    )
    config = ImdbKerasConfig(name="eightfold", num_words=900, corpus=path)
    for shards in (1, 5):
        expected = built(config, tmp_path / f"one{shards}", num_shards=shards)
        found = built(config, tmp_path / f"beam{shards}", num_shards=shards, **IN_MEMORY)
        assert found == expected


@pytest.mark.parametrize("form", ["folder", "tar"])
def test_few_reviews_of_ones_own(form: str, tmp_path: pathlib.Path) -> None:
    files = {"train/neg/3_1.txt": b"", "train/neg/12_4.txt": "Naïve, b".encode()}
    config = ImdbKerasConfig(name="few", corpus=write(form, tmp_path / "few", files))
    expected = built(config, tmp_path / "one")
    assert built(config, tmp_path / "beam", **IN_MEMORY) == expected


@pytest.mark.parametrize("form", ["folder", "tar"])
def test_a_bucket(form: str, tmp_path: pathlib.Path) -> None:
    path = write(form, tmp_path / "mine", FILES)
    config = ImdbKerasConfig(name="mine", corpus=path)
    expected = built(config, tmp_path / "one")
    with bucket(tmp_path) as url:
        config = ImdbKerasConfig(name="mine", corpus=f"{url}/mine")
        assert built(config, tmp_path / "beam", **IN_MEMORY) == expected


def test_counts_are_merged_in_any_order() -> None:
    texts = [b"a b a", b"c b", b"d a", b"", b"b e"]
    parts = [
        vocabulary.count_words(numbered(text)).moved(np.array([place]))
        for place, text in enumerate(texts)
    ]
    whole = vocabulary.merge(parts)
    assert whole.words.to_pylist() == [b"a", b"b", b"c", b"d", b"e"]
    merging = steps.MergeCounts()
    for step in (1, 2, 3):
        accumulators = []
        for start in range(step):
            accumulator = merging.create_accumulator()
            for part in reversed(parts[start::step]):
                accumulator = merging.add_input(accumulator, part)
            accumulators.append(accumulator)
        merged = merging.extract_output(merging.merge_accumulators(accumulators))
        assert merged.words.equals(whole.words)
        assert np.array_equal(merged.counts, whole.counts)
        assert np.array_equal(merged.first_seen, whole.first_seen)


def numbered(text: bytes) -> NumberedWords:
    rows = Ragged.from_rows([np.frombuffer(text, np.uint8)], np.uint8)
    return vocabulary.number_words(rows)


BROKEN: dict[str, tuple[Files, str]] = {
    "a wrong name": ({"train/pos/0_3.txt": b""}, "'train/pos/0_3.txt' is not named <n>_<rating>"),
    "a long review": (
        {"train/unsup/9_0.txt": b"a" * (checks.MAX_REVIEW_SIZE + 1)},
        "'train/unsup/9_0.txt' has more than 1,048,576 bytes",
    ),
    "a word that is not UTF-8": ({"train/pos/9_9.txt": b"\xff"}, "is not UTF-8"),
}


@pytest.mark.parametrize("form", ["folder", "tar"])
@pytest.mark.parametrize("case", BROKEN)
def test_what_is_wrong_with_the_reviews_is_one_clear_line(
    case: str, form: str, tmp_path: pathlib.Path
) -> None:
    files, message = BROKEN[case]
    config = ImdbKerasConfig(name="mine", corpus=write(form, tmp_path / "mine", FILES | files))
    with pytest.raises(ImdbKerasError, match=message) as refusal:
        built(config, tmp_path / "data", **IN_MEMORY)
    assert "\n" not in str(refusal.value)
    assert list((tmp_path / "data/imdb_keras/mine").iterdir()) == []


@pytest.mark.parametrize("form", ["folder", "tar"])
@pytest.mark.parametrize("name", ["README", "test/pos/0_9.txt"])
def test_training_reviews_are_needed(name: str, form: str, tmp_path: pathlib.Path) -> None:
    config = ImdbKerasConfig(name="mine", corpus=write(form, tmp_path / "mine", {name: b"A film."}))
    with pytest.raises(ImdbKerasError, match="there is no review in train/pos or train/neg"):
        built(config, tmp_path / "data", **IN_MEMORY)


def test_only_the_release_is_built_under_its_name(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    releases = {**release.RELEASES, "stanford": release_of(FILES, "stanford")}
    monkeypatch.setattr(release, "RELEASES", releases)
    monkeypatch.setenv("IMDB_KERAS_ARCHIVE", str(write("tar", tmp_path / "good", FILES)))
    expected = built("top10k", tmp_path / "one")
    assert built("top10k", tmp_path / "beam", **IN_MEMORY) == expected
    for form in ("folder", "tar"):
        other = write(form, tmp_path / form, FILES | {"test/pos/0_7.txt": b"Something else."})
        monkeypatch.setenv("IMDB_KERAS_ARCHIVE", str(other))
        with pytest.raises(ImdbKerasError, match="the content of test/pos is not the release's"):
            built("top10k", tmp_path / f"beam_{form}", **IN_MEMORY)


def test_a_name_that_stands_in_a_tar_twice(tmp_path: pathlib.Path) -> None:
    members = [*FILES.items(), ("train/pos/0_9.txt", b"")]
    config = ImdbKerasConfig(name="mine", corpus=write_tar(tmp_path / "mine.tar.gz", members))
    with pytest.raises(ImdbKerasError, match=r"'train/pos/0_9.txt' is there twice"):
        built(config, tmp_path / "data", **IN_MEMORY)


def test_too_many_shards(tmp_path: pathlib.Path) -> None:
    with pytest.raises(ImdbKerasError, match="split unsupervised has 24 records, too few for 30"):
        built("sample", tmp_path, num_shards=30, **IN_MEMORY)


def test_keras_refuses_as_in_one_process(tmp_path: pathlib.Path) -> None:
    with pytest.raises(ImdbKerasError, match="maxlen=2 leaves no review in train"):
        built("sample_full_max2_keras", tmp_path, **IN_MEMORY)


@pytest.fixture
def changing(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    """Reviews of which one changes when they have been counted."""
    folder = write_folder(tmp_path / "mine", FILES)
    count = driver._Driver._count

    def count_and_change(build: Any) -> Any:
        counted = count(build)
        (folder / "train/pos/0_9.txt").write_bytes(b"Another film.")
        return counted

    monkeypatch.setattr(driver._Driver, "_count", count_and_change)
    return folder


def test_reviews_that_change_meanwhile(changing: pathlib.Path, tmp_path: pathlib.Path) -> None:
    config = ImdbKerasConfig(name="mine", corpus=changing, text=True)
    with pytest.raises(Exception, match="reviews were changed while they were read"):
        built(config, tmp_path / "data", **IN_MEMORY)
    assert list((tmp_path / "data/imdb_keras/mine").iterdir()) == []


def test_reviews_are_read_once(changing: pathlib.Path, tmp_path: pathlib.Path) -> None:
    config = ImdbKerasConfig(name="mine", corpus=changing)
    expected = built(config, tmp_path / "one")
    assert built(config, tmp_path / "beam", **IN_MEMORY) == expected


def test_beam_is_imported_for_beam_only() -> None:
    code = """
import sys
import imdb_keras_tfds
print("apache_beam" in sys.modules, "imdb_keras_tfds.beam" in sys.modules)
"""
    assert run_python(code).split() == ["False", "False"]


class TestProcesses:
    """Several workers, each a process of its own."""

    @pytest.fixture(autouse=True)
    def _workers_find_these_tests(
        self, repository: pathlib.Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PYTHONPATH", str(repository))
        monkeypatch.setattr(staging, "CHUNK_REVIEWS", 60)

    def check_all_steps(
        self,
        config: ImdbKerasConfig,
        expected: Files,
        options: dict[str, Any],
        tmp_path: pathlib.Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        folders = [watch_step(monkeypatch, tmp_path, step) for step in STEPS]
        assert built(config, tmp_path / "beam", num_shards=5, **options) == expected
        # Which of two workers gets how many chunks is up to the runner, so let one step do.
        processes = [{int(path.name) for path in folder.iterdir()} for folder in folders]
        assert max(map(len, processes)) == 2
        assert os.getpid() not in set.union(*processes)

    def test_two_processes_of_beam(
        self,
        eightfold: ImdbKerasConfig,
        eightfold_files: Files,
        tmp_path: pathlib.Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        options = {"beam_options": two_processes()}
        self.check_all_steps(eightfold, eightfold_files, options, tmp_path, monkeypatch)

    def test_two_processes_of_dask(
        self,
        eightfold: ImdbKerasConfig,
        eightfold_files: Files,
        dask: dict[str, Any],
        tmp_path: pathlib.Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        self.check_all_steps(eightfold, eightfold_files, dask, tmp_path, monkeypatch)

    def test_one_shard_of_a_tar(self, dask: dict[str, Any], tmp_path: pathlib.Path) -> None:
        path = synthetic.write(tmp_path / "reviews.tar.gz", 960, median_length=20)
        config = ImdbKerasConfig(name="eightfold", num_words=900, corpus=path)
        expected = built(config, tmp_path / "one", num_shards=1)
        assert built(config, tmp_path / "beam", num_shards=1, **dask) == expected
