"""Builds a dataset by Apache Beam: the same bytes as in one process, by any number of workers.

Each step is a pipeline. Workers get the numbers of chunks of reviews, or shards to write, and hand
on what they find in files of a workspace, which lies in the unfinished folder of the dataset and is
removed in the end:

1. stage, of a tar in a bucket only: one worker cuts it into chunks, as else the driver does;
2. count: chunks -> the words of each, numbered, and size and digest of each review; words with
   counts and first positions, merged;
3. look, with some `keras` settings only: words -> number of ranks and highest rank of each review;
4. encode: words -> records, and size and digest of each;
5. write: records of all chunks -> shards.

No worker holds more of the texts or records than a chunk, or 8 MiB of a shard: what goes from one
to another does not go through Beam, whose runners differ in what they keep in memory.

Usage:

    built = driver.build(path, release.STANFORD, config, output, runner="FnApiRunner")
"""

import contextlib
import os
from collections.abc import Mapping
from typing import Any

import apache_beam as beam
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import tensorflow_datasets as tfds
from etils import epath
from numpy.typing import NDArray

from ..config import ImdbKerasConfig
from ..errors import ImdbKerasError
from ..ragged import Ragged
from ..recipe import sequences
from ..recipe.sequences import RankFacts
from ..recipe.validation import VALIDATION, held_out
from ..recipe.vocabulary import Vocabulary
from ..source.checks import Checks
from ..source.copies import first_places
from ..source.folder import is_local, locate
from ..source.release import Contents, Release
from ..storage.digests import SplitContent
from ..storage.shards import cut_shards, split_info
from . import watch
from .chunks import WorkerSource, digest_array, grouped
from .listing import Listing
from .output import Built, Output
from .staging import read_lists, stage_folder, stage_tar
from .steps import (
    MergeCounts,
    Task,
    count_chunk,
    encode_chunks,
    look_at_chunks,
    read_counts,
    write_counts,
    write_shard,
)
from .workspace import Found, Workspace


def build(
    path: epath.PathLike,
    release: Release | None,
    config: ImdbKerasConfig,
    output: Output,
    runner: Any = None,
    options: Any = None,
) -> Built:
    """Writes the shards of a dataset.

    Args:
      path: as for `reading.read`; workers must see it, as well as the folder of the output.
      release: as for `reading.read`.
      config: the settings.
      output: what is to be written.
      runner: of Beam, or its name; None for the one that the options name.
      options: Beam's `PipelineOptions`; None for the default.

    Raises:
      ImdbKerasError: see `reading.read`, `sequences.encode`, `shards.write_split` and
        `watch.pipeline`.
      Exception: whatever the runner raises if a pipeline fails.
    """
    workspace = Workspace(_absolute(output.folder / "workspace"))
    source = WorkerSource(_absolute(path), release, workspace, config.text)
    workspace.make()
    try:
        with watch.workers(runner, options):
            built = _Driver(source, config, output, runner, options).build()
    except BaseException:
        # TFDS removes the folder around it, which it could not as long as a worker writes there.
        with contextlib.suppress(Exception):
            workspace.remove()
        raise
    workspace.remove()
    return built


def _absolute(path: epath.PathLike) -> str:
    """A path as workers can use it, wherever they were started."""
    place = locate(path)
    absolute: str = os.path.abspath(place) if is_local(place) else os.fspath(place)
    return absolute


class _Driver:
    """One build. Of each review it knows no more than name, movie, size, places and digests."""

    def __init__(
        self,
        source: "WorkerSource",
        config: ImdbKerasConfig,
        output: Output,
        runner: Any,
        options: Any,
    ):
        self._source = source
        self._workspace = source.workspace
        self._checks = Checks(source.path, source.release)
        self._config = config
        self._output = output
        self._runner = runner
        self._options = options

    def build(self) -> Built:
        """Takes all steps."""
        self._listing = listing = self._stage()
        vocabulary, contents = self._count()
        if sequences.needs_facts(self._config):
            self._look()
        reviews, limit = sequences.select(
            {split: len(places) for split, places in listing.splits.items()},
            self._config,
            self._facts,
            self._held_out(),
        )
        # If an index does not fit in int32, this is the place to say so.
        highest = Ragged.from_rows([np.array([len(vocabulary)])], np.int32)
        sequences.encode_ranks(highest, self._config, limit)
        records = {split: rows[: self._output.max_records] for split, rows in reviews.items()}
        self._encode(records, limit)
        infos, digests = self._write(records)
        return Built(vocabulary, contents, limit, infos, digests)

    def _pipeline(self, step: str) -> Any:
        """A pipeline that is run at the end of its context."""
        return watch.pipeline(step, self._runner, self._options)

    def _groups(self, pipeline: Any) -> Any:
        """All chunks, in groups whose words are looked up by one call."""
        groups = grouped(self._distinct, self._vocabulary_size)
        return pipeline | "Chunks" >> beam.Create(groups)

    def _read_all(self, name: str) -> list[Found]:
        """The tables of a name, one of each chunk."""
        return [self._workspace.read(f"{name}-{i}") for i in range(len(self._listing.chunks))]

    def _stage(self) -> "Listing":
        """Cuts the reviews into chunks, and finds the place of each review."""
        if epath.Path(self._source.path).is_dir():
            folders = stage_folder(self._source)
        else:
            if is_local(self._source.path):
                # The workers are being started meanwhile, and one of them would be no faster.
                stage_tar(self._source)
            else:
                with self._pipeline("stage") as pipeline:
                    _ = (
                        pipeline
                        | "Archive" >> beam.Create([self._source])
                        | "Stage" >> beam.Map(stage_tar)
                    )
            staged = self._workspace.read("staged")
            _refuse(staged)
            folders = staged["folder"].to_pylist()
        if not folders:
            self._checks.contents({}, {})  # which refuses it
        names = [self._workspace.read(f"names-{i}")["name"] for i in range(len(folders))]
        listing = Listing.of(folders, names)
        for folder, places in listing.folders.items():
            in_order = listing.names[places.start : places.stop]
            for name in in_order[1:].filter(pc.equal(in_order[1:], in_order[:-1])):
                self._checks.refuse(f"'{folder}/{name}' is there twice")
        return listing

    def _count(self) -> tuple[Vocabulary, dict[str, Contents]]:
        """Reads and checks all reviews; returns the vocabulary and what the folders hold."""
        listing = self._listing
        for i, places in enumerate(listing.chunks):
            self._workspace.write(f"places-{i}", {"place": places})
        with self._pipeline("count") as pipeline:
            _ = (
                pipeline
                | "Chunks" >> beam.Create(range(len(listing.chunks)))
                | "Count" >> beam.FlatMap(count_chunk, self._source)
                | "Merge" >> beam.CombineGlobally(MergeCounts()).without_defaults()
                | "Keep" >> beam.Map(write_counts, self._workspace)
            )
        found = self._read_all("read")
        for chunk in found:
            _refuse(chunk)
        sizes = listing.by_place([chunk.numbers("size") for chunk in found])
        digests = listing.by_place([digest_array(chunk) for chunk in found])
        contents = self._checks.contents(
            {folder: listing.files(folder, sizes, digests) for folder in listing.folders},
            lists := read_lists(self._workspace),
        )
        self._movies = listing.movies(lists)
        self._originals = first_places(digests)
        vocabulary = Vocabulary.from_counts(read_counts(self._workspace))
        self._workspace.write("vocabulary", {"word": vocabulary.words})
        self._distinct = [int(chunk.note("distinct")) for chunk in found]
        self._vocabulary_size = len(vocabulary)
        return vocabulary, contents

    def _look(self) -> None:
        """Finds what `sequences.select` asks for."""
        with self._pipeline("look") as pipeline:
            _ = self._groups(pipeline) | "Look" >> beam.Map(look_at_chunks, self._source)
        found = self._read_all("facts")
        self._lengths = self._listing.by_place([chunk.numbers("length") for chunk in found])
        self._highest = self._listing.by_place([chunk.numbers("highest") for chunk in found])

    def _facts(self, split: str) -> RankFacts:
        places = self._listing.splits[split]
        part = slice(places.start, places.stop)
        return RankFacts(self._lengths[part], self._highest[part])

    def _held_out(self) -> NDArray[np.bool_] | None:
        """Which reviews of `train` are held out for validation; None if none are."""
        percent, places = self._config.validation_split, self._places("train")
        if not percent:
            return None
        return held_out(
            self._listing.ids(np.arange(places.start, places.stop)).to_pylist(),
            self._movies[places.start : places.stop].to_pylist(),
            self._listing.ids(self._originals[places.start : places.stop]).to_pylist(),
            self._listing.labels("train"),
            seed=self._config.seed,
            percent=percent,
        )

    def _places(self, split: str) -> range:
        """The places of the reviews that a split takes its own from."""
        return self._listing.splits[sequences.source_of(split)]

    def _encode(self, reviews: Mapping[str, NDArray[np.int64]], limit: int | None) -> None:
        """Makes the records.

        Args:
          reviews: split -> for each record the place of its review in the split.
          limit: see `sequences.Encoding.limit`.
        """
        record = np.full(len(self._listing.names), -1)
        for split, rows in reviews.items():
            first = _first_number(split, reviews)
            record[self._places(split).start + rows] = first + np.arange(len(rows))
        for i, places in enumerate(self._listing.chunks):
            self._workspace.write(
                f"rows-{i}",
                {
                    "record": record[places],
                    "movie": self._movies.take(pa.array(places)),
                    "duplicate_of": self._listing.ids(self._originals[places]),
                },
            )
        with self._pipeline("encode") as pipeline:
            _ = self._groups(pipeline) | "Encode" >> beam.Map(
                encode_chunks, self._source, self._config, limit
            )

    def _write(
        self, reviews: Mapping[str, NDArray[np.int64]]
    ) -> tuple[list[tfds.core.SplitInfo], dict[str, SplitContent]]:
        """Writes the shards; the reviews are those of `_encode`."""
        tasks: list[Task] = []
        infos, digests = [], {}
        for split, rows in reviews.items():
            places, first = self._places(split), _first_number(split, reviews)
            chunks = [i for i, held in enumerate(self._listing.chunks) if int(held[0]) in places]
            found = [self._workspace.read(f"sums-{i}") for i in chunks]
            numbers = np.concatenate([chunk.numbers("record") for chunk in found])
            # Behind those of `train` stand those that were held out of it.
            order = np.argsort(numbers)[first : first + len(rows)]
            in_order = {"chunk": np.repeat(chunks, [len(chunk) for chunk in found])[order]}
            for name in ("part", "begin", "size"):
                in_order[name] = np.concatenate([chunk.numbers(name) for chunk in found])[order]
            movies = self._movies.take(pa.array(rows + places.start))
            digests[split] = SplitContent()
            digests[split].add(
                np.concatenate([digest_array(chunk) for chunk in found])[order],
                with_movie=len(movies.filter(pc.not_equal(movies, ""))),
                copies=int((self._originals[rows + places.start] >= 0).sum()),
            )
            size = int(in_order["size"].sum())
            template = self._output.templates[split]
            shards = cut_shards(len(rows), size, template, self._output.shard_config)
            for i, shard in enumerate(shards):
                of_shard = slice(shard.start, shard.stop)
                name = f"shard-{split}-{i}"
                self._workspace.write(
                    name, {name: column[of_shard] for name, column in in_order.items()}
                )
                tasks.append((_absolute(shard.path), name))
            infos.append(split_info(shards, size, template))
        with self._pipeline("write") as pipeline:
            _ = (
                pipeline
                | "Shards" >> beam.Create(tasks)
                | "Write" >> beam.Map(write_shard, self._workspace, self._output.writer)
            )
        return infos, digests


def _first_number(split: str, reviews: Mapping[str, NDArray[np.int64]]) -> int:
    """The number of a split's first record; the chunks of `train` have two splits in them."""
    return len(reviews["train"]) if split == VALIDATION else 0


def _refuse(found: Found) -> None:
    """Raises the error that a worker has noted."""
    if refused := found.note("refused"):
        raise ImdbKerasError(refused)
