import contextlib
import os
import pathlib
from collections.abc import Iterator
from typing import Any

import distributed
import numpy as np
import pytest
import tensorflow_datasets as tfds
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.dask.dask_runner import DaskRunner

from benchmarks import synthetic
from imdb_keras_tfds import Builder, ImdbKerasConfig, ImdbKerasError
from imdb_keras_tfds.beam import driver, steps
from imdb_keras_tfds.ragged import Ragged
from imdb_keras_tfds.recipe import vocabulary
from imdb_keras_tfds.recipe.tokenizer import tokenize
from imdb_keras_tfds.recipe.vocabulary import NumberedWords
from imdb_keras_tfds.source import checks, release
from tests.helpers.beam_faults import STEPS, Watched, two_processes
from tests.helpers.commands import run_python
from tests.helpers.faults_report import RecordProperty, report
from tests.helpers.layout import FILES, Files, bucket, release_of, write_folder, write_tar

NO_DATASET = "no dataset; the next build is good"

IN_MEMORY: dict[str, Any] = {"beam_runner": "FnApiRunner"}
"""One worker, a thread of this process."""


def built(
    config: ImdbKerasConfig | str,
    data_dir: pathlib.Path,
    *,
    file_format: str | None = None,
    **options: Any,
) -> Files:
    """The files of a dataset that is built in an empty data_dir."""
    builder = Builder(config=config, data_dir=data_dir)
    builder.download_and_prepare(
        download_config=tfds.download.DownloadConfig(**options), file_format=file_format
    )
    folder = pathlib.Path(builder.data_dir)
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def write(form: str, path: pathlib.Path, files: Files) -> pathlib.Path:
    """Writes a `folder` or a `tar`."""
    return write_tar(path, files.items()) if form == "tar" else write_folder(path, files)


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of a few reviews, cut once more by their size, and a few records at a time."""
    monkeypatch.setattr(steps, "CHUNK_REVIEWS", 7)
    monkeypatch.setattr(steps, "CHUNK_SIZE", 2_000)


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
    return vocabulary.number_words(tokenize(rows))


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


def test_reviews_that_change_meanwhile(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_folder(tmp_path / "mine", FILES)
    count = driver._Driver._count

    def count_and_change(build: Any) -> Any:
        counted = count(build)
        (folder / "train/pos/0_9.txt").write_bytes(b"Another film.")
        return counted

    monkeypatch.setattr(driver._Driver, "_count", count_and_change)
    config = ImdbKerasConfig(name="mine", corpus=folder)
    with pytest.raises(Exception, match="reviews were changed while they were read"):
        built(config, tmp_path / "data", **IN_MEMORY)
    assert list((tmp_path / "data/imdb_keras/mine").iterdir()) == []


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
        monkeypatch.setattr(steps, "CHUNK_REVIEWS", 60)

    @pytest.fixture(scope="class")
    def eightfold(self, tmp_path_factory: pytest.TempPathFactory) -> ImdbKerasConfig:
        """Eight times as many reviews as the sample has, with settings that take all steps."""
        folder = tmp_path_factory.mktemp("reviews") / "eightfold"
        path = synthetic.write(folder, 960, median_length=20, as_folder=True)
        return ImdbKerasConfig(name="eightfold", corpus=path, semantics="keras")

    @pytest.fixture(scope="class")
    def expected(
        self, eightfold: ImdbKerasConfig, tmp_path_factory: pytest.TempPathFactory
    ) -> Files:
        """Its files in five shards."""
        return built(eightfold, tmp_path_factory.mktemp("expected"), num_shards=5)

    @pytest.fixture
    def dask(self) -> Iterator[dict[str, Any]]:
        """What makes Beam use two processes of Dask."""
        with distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None
        ) as cluster:
            flags = [f"--dask_client_address={cluster.scheduler_address}", "--dask_npartitions=8"]
            yield {"beam_runner": DaskRunner(), "beam_options": PipelineOptions(flags=flags)}
            # Beam's runner leaves a client behind with each pipeline.
            with contextlib.suppress(ValueError):
                while True:
                    distributed.default_client().close()

    @staticmethod
    def watch(
        monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path, step: str, fault: str | None = None
    ) -> pathlib.Path:
        """Has a step watched; returns the folder of the notes."""
        folder = tmp_path / f"step_{step}"
        folder.mkdir()
        monkeypatch.setattr(driver, step, Watched(step, folder, fault).take)
        return folder

    def check_all_steps(
        self,
        config: ImdbKerasConfig,
        expected: Files,
        options: dict[str, Any],
        tmp_path: pathlib.Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        folders = [self.watch(monkeypatch, tmp_path, step) for step in STEPS]
        assert built(config, tmp_path / "beam", num_shards=5, **options) == expected
        # Which of two workers gets how many chunks is up to the runner, so let one step do.
        processes = [{int(path.name) for path in folder.iterdir()} for folder in folders]
        assert max(map(len, processes)) == 2
        assert os.getpid() not in set.union(*processes)

    def test_two_processes_of_beam(
        self,
        eightfold: ImdbKerasConfig,
        expected: Files,
        tmp_path: pathlib.Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        options = {"beam_options": two_processes()}
        self.check_all_steps(eightfold, expected, options, tmp_path, monkeypatch)

    def test_two_processes_of_dask(
        self,
        eightfold: ImdbKerasConfig,
        expected: Files,
        dask: dict[str, Any],
        tmp_path: pathlib.Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        self.check_all_steps(eightfold, expected, dask, tmp_path, monkeypatch)

    def test_one_shard_of_a_tar(self, dask: dict[str, Any], tmp_path: pathlib.Path) -> None:
        path = synthetic.write(tmp_path / "reviews.tar.gz", 960, median_length=20)
        config = ImdbKerasConfig(name="eightfold", num_words=900, corpus=path)
        expected = built(config, tmp_path / "one", num_shards=1)
        assert built(config, tmp_path / "beam", num_shards=1, **dask) == expected

    @pytest.mark.parametrize("step", ["count_chunk", "encode_chunk", "write_shard"])
    def test_a_worker_dies(
        self,
        step: str,
        eightfold: ImdbKerasConfig,
        tmp_path: pathlib.Path,
        monkeypatch: pytest.MonkeyPatch,
        record_property: RecordProperty,
    ) -> None:
        # With these settings there is no look at the ranks, which would start workers once more.
        config = ImdbKerasConfig(name="eightfold", corpus=eightfold.corpus)
        with monkeypatch.context() as patch:
            self.watch(patch, tmp_path, step, "kill")
            with pytest.raises(RuntimeError):
                built(config, tmp_path / "data", num_shards=5, beam_options=two_processes())
        expected = built(config, tmp_path / "one", num_shards=5)
        self.check_rerun(config, expected, tmp_path / "data")
        report(record_property, "`kill -9` of a worker of Beam's own runner", 1, NO_DATASET)

    @pytest.mark.parametrize("step", ["count_chunk", "write_shard"])
    def test_a_worker_of_a_runner_that_tries_again_dies(
        self,
        step: str,
        eightfold: ImdbKerasConfig,
        expected: Files,
        dask: dict[str, Any],
        tmp_path: pathlib.Path,
        monkeypatch: pytest.MonkeyPatch,
        record_property: RecordProperty,
    ) -> None:
        folder = self.watch(monkeypatch, tmp_path, step, "kill")
        assert built(eightfold, tmp_path / "data", num_shards=5, **dask) == expected
        assert len(list(folder.iterdir())) > 1
        report(record_property, "`kill -9` of a worker of Dask", 1, "the same bytes")

    @pytest.mark.parametrize("step", STEPS)
    def test_a_pipeline_fails(
        self,
        step: str,
        eightfold: ImdbKerasConfig,
        expected: Files,
        tmp_path: pathlib.Path,
        monkeypatch: pytest.MonkeyPatch,
        record_property: RecordProperty,
    ) -> None:
        with monkeypatch.context() as patch:
            self.watch(patch, tmp_path, step, "raise")
            with pytest.raises(Exception, match=f"no {step} today"):
                built(eightfold, tmp_path / "data", num_shards=5, **IN_MEMORY)
        self.check_rerun(eightfold, expected, tmp_path / "data")
        report(record_property, "an error in a worker of Beam", 1, NO_DATASET)

    @staticmethod
    def check_rerun(config: ImdbKerasConfig, expected: Files, data_dir: pathlib.Path) -> None:
        """Nothing is left, and the next build is good."""
        assert list((data_dir / "imdb_keras/eightfold").iterdir()) == []
        assert built(config, data_dir, num_shards=5, **IN_MEMORY) == expected
